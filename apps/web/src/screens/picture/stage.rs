//! The picture, and what lies on it, in a window that scrolls.

use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageBitmap};

use super::{hands, overlay};
use crate::app::App;
use crate::draft::Tool;
use crate::leave::when_left;

/// The picture is shown at most this large, in pixels, so that each frame is drawn quickly.
const SHOWN_SIDE_MAX: f32 = 2048.0;

pub(super) fn stage(app: App) -> impl IntoView {
    let sight = app.sight;
    let is_shown = sight.shown;
    when_left(move || is_shown.set(false));
    let before = RwSignal::new(false);
    let fails = RwSignal::new(false);
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let file = app.looked.with_untracked(|looked| Some(looked.as_ref()?.file.clone()));
        let copy = app.editor.copy.with(|copy| Some(copy.as_ref()?.blob.clone()));
        let shown = copy.filter(|_| !before.get()).or(file.map(Blob::from));
        if let (Some(canvas), Some(shown)) = (canvas.get(), shown) {
            leptos::task::spawn_local(async move {
                let drawn = draw(&canvas, &shown, sight.size.get_untracked()).await;
                fails.try_set(drawn.is_err());
            });
        }
    });
    let covered = move || match fails.get() {
        true => "This browser cannot show this kind of picture.",
        false => "The photo stays hidden.",
    };
    let is_covered = move || !is_shown.get() || fails.get();
    view! {
        <div class="picture">
            <div class="covered" hidden=move || !is_covered()><p class="soft">{covered}</p></div>
            {sheet(app, canvas, before, is_covered)}
            <div class="under">
                <button class="button slim" type="button" disabled=move || fails.get()
                    on:click=move |_| is_shown.update(|shown| *shown = !*shown)>
                    {move || if is_shown.get() { "Hide it" } else { "Show it" }}
                </button>
                {before_and_after(app, before)}
                <div class="row" role="group" aria-label="Size">
                    <button class="button slim" type="button" disabled=move || sight.zoom.get() <= 1.0
                        on:click=move |_| sight.zoom_out()>"Smaller"</button>
                    <button class="button slim" type="button" on:click=move |_| sight.zoom_in()>
                        "Larger"
                    </button>
                </div>
            </div>
        </div>
    }
}

/// Once there is a covered copy, either can be shown.
fn before_and_after(app: App, before: RwSignal<bool>) -> impl IntoView {
    let one = move |text: &'static str, is_before: bool| {
        view! {
            <button class="button slim" type="button"
                aria-pressed=move || (before.get() == is_before).to_string()
                on:click=move |_| before.set(is_before)>{text}</button>
        }
    };
    view! {
        <div class="row" role="group" aria-label="Before and after"
            hidden=move || app.editor.copy.with(Option::is_none)>
            {one("Before", true)}{one("After", false)}
        </div>
    }
}

fn sheet(
    app: App,
    canvas: NodeRef<Canvas>,
    before: RwSignal<bool>,
    is_covered: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let sight = app.sight;
    let window = NodeRef::<Div>::new();
    let sheet = NodeRef::<Div>::new();
    keep_in_view(app, window);
    let aspect = move || {
        let (width, height) = sight.size.get();
        (width.max(1) as f32 / height.max(1) as f32).to_string()
    };
    let frame = move || {
        let (width, height) = sight.size.get();
        format!("0 0 {width} {height}")
    };
    // On the covered copy lies nothing: it is shown as it will be seen.
    let is_after = move || app.editor.copy.with(Option::is_some) && !before.get();
    let is_drawing = move || app.editor.tool.get() != Tool::Choose;
    view! {
        <div class="stage" hidden=is_covered node_ref=window tabindex="0" role="application"
            aria-label="The picture. The list tells what was found." aria-describedby="hint keys"
            on:keydown=move |event| hands::key(app, shown(sheet), &event)>
            <div class="sheet" class:drawing=is_drawing node_ref=sheet
                style=("--aspect", aspect) style=("--zoom", move || sight.zoom.get().to_string())
                on:pointerdown=move |event| hands::down(app, &event)
                on:pointermove=move |event| hands::moved(app, &event)
                on:pointerup=move |event| hands::up(app, &event)
                on:pointercancel=move |_| hands::cancelled(app)
                on:click=move |event| hands::clicked(app, &event)>
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                <div hidden=is_after>
                    <svg class="over" viewBox=frame preserveAspectRatio="none" aria-hidden="true">
                        {overlay::marks(app)}
                        {move || overlay::outlines(sight)}
                    </svg>
                    {move || overlay::labels(sight)}
                    {overlay::cursor(app)}
                </div>
            </div>
        </div>
    }
}

fn shown(sheet: NodeRef<Div>) -> Option<HtmlElement> {
    Some(sheet.get_untracked()?.into())
}

/// What is pointed at comes into the middle at each size, and so does the keyboard's place.
fn keep_in_view(app: App, window: NodeRef<Div>) {
    let into_middle = move |(x, y): (f32, f32)| {
        if let Some(window) = window.get_untracked() {
            request_animation_frame(move || bring_into_middle(&window, (x, y)));
        }
    };
    Effect::new(move |_| {
        let _ = app.sight.zoom.get();
        if let Some(middle) = app.sight.pointed_middle() {
            into_middle(middle);
        }
    });
    Effect::new(move |_| {
        let _ = app.sight.zoom.get();
        let (width, height) = app.sight.size.get();
        if let Some(at) = app.editor.cursor.get() {
            into_middle((at.x / width.max(1) as f32, at.y / height.max(1) as f32));
        }
    });
}

fn bring_into_middle(window: &HtmlElement, (x, y): (f32, f32)) {
    let start = |part: f32, whole: i32, room: i32| (part * whole as f32) as i32 - room / 2;
    window.set_scroll_left(start(x, window.scroll_width(), window.client_width()));
    window.set_scroll_top(start(y, window.scroll_height(), window.client_height()));
}

/// Draws the photo, made small by the browser outside the page's own time.
async fn draw(canvas: &HtmlCanvasElement, file: &Blob, size: (u32, u32)) -> Result<(), JsValue> {
    let (width, height) = size;
    let factor = (SHOWN_SIDE_MAX / width.max(height) as f32).min(1.0);
    let [width, height] = [width, height].map(|side| ((side as f32 * factor) as u32).max(1));
    let options = js_sys::Object::new();
    for (name, value) in [
        ("resizeWidth", JsValue::from(width)),
        ("resizeHeight", JsValue::from(height)),
        ("resizeQuality", "high".into()),
        ("imageOrientation", "from-image".into()),
    ] {
        js_sys::Reflect::set(&options, &name.into(), &value)?;
    }
    let make = js_sys::Reflect::get(&window(), &"createImageBitmap".into())?;
    let make: js_sys::Function = make.dyn_into()?;
    let making: js_sys::Promise = make.call2(&window(), file, &options)?.dyn_into()?;
    let bitmap: ImageBitmap = JsFuture::from(making).await?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)?;
    bitmap.close();
    Ok(())
}
