//! The picture, and what was found on it.

use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_messages::{Corner, Seen};
use web_sys::{CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

use crate::app::App;
use crate::leave::when_left;
use crate::sight::Sight;
use crate::words::picture as words;

/// The picture is shown at most this large, in pixels, so that each frame is drawn quickly.
const SHOWN_SIDE_MAX: f32 = 2048.0;

pub(super) fn stage(app: App) -> impl IntoView {
    let sight = app.sight;
    let is_shown = RwSignal::new(false);
    when_left(move || is_shown.set(false));
    let fails = RwSignal::new(false);
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let file = app.looked.with_untracked(|looked| Some(looked.as_ref()?.file.clone()));
        if let (Some(canvas), Some(file)) = (canvas.get(), file) {
            leptos::task::spawn_local(async move {
                let drawn = draw(&canvas, &file, sight.size.get_untracked()).await;
                fails.try_set(drawn.is_err());
            });
        }
    });
    let covered = move || match fails.get() {
        true => "This browser cannot show this kind of picture.",
        false => "The photo stays covered.",
    };
    let is_covered = move || !is_shown.get() || fails.get();
    view! {
        <div class="picture">
            <div class="covered" hidden=move || !is_covered()><p class="soft">{covered}</p></div>
            {sheet(sight, canvas, is_covered)}
            <div class="under">
                <button class="button slim" type="button" disabled=move || fails.get()
                    on:click=move |_| is_shown.update(|shown| *shown = !*shown)>
                    {move || if is_shown.get() { "Cover it" } else { "Show it" }}
                </button>
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

/// The picture and what lies on it, in a window that scrolls.
fn sheet(
    sight: Sight,
    canvas: NodeRef<Canvas>,
    is_covered: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let window = NodeRef::<Div>::new();
    Effect::new(move |_| {
        // What is pointed at comes into the middle, at each size.
        let _ = sight.zoom.get();
        if let (Some(middle), Some(window)) = (sight.pointed_middle(), window.get()) {
            request_animation_frame(move || bring_into_middle(&window, middle));
        }
    });
    let aspect = move || {
        let (width, height) = sight.size.get();
        (width.max(1) as f32 / height.max(1) as f32).to_string()
    };
    let frame = move || {
        let (width, height) = sight.size.get();
        format!("0 0 {width} {height}")
    };
    view! {
        <div class="stage" hidden=is_covered node_ref=window tabindex="0" role="group"
            aria-label="The picture. The list beside it tells what was found.">
            <div class="sheet"
                style=("--aspect", aspect) style=("--zoom", move || sight.zoom.get().to_string())>
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                <svg class="over" viewBox=frame preserveAspectRatio="none" aria-hidden="true">
                    {move || outlines(sight)}
                </svg>
                {move || labels(sight)}
            </div>
        </div>
    }
}

fn bring_into_middle(window: &web_sys::HtmlElement, (x, y): (f32, f32)) {
    let start = |part: f32, whole: i32, room: i32| (part * whole as f32) as i32 - room / 2;
    window.set_scroll_left(start(x, window.scroll_width(), window.client_width()));
    window.set_scroll_top(start(y, window.scroll_height(), window.client_height()));
}

/// A light line within a dark one, to be seen on every picture.
fn outlines(sight: Sight) -> Vec<impl IntoView> {
    let pointed = sight.pointed.get();
    let line = |(index, seen): (usize, &Seen)| {
        let points = points(&seen.outline);
        view! {
            <g class:pointed=pointed == Some(index)>
                <polygon class="outline halo" points=points.clone()></polygon>
                <polygon class="outline" points=points></polygon>
            </g>
        }
    };
    let seen = sight.seen.get().unwrap_or_default();
    seen.iter().enumerate().map(line).collect()
}

/// Corners as SVG writes them.
fn points(corners: &[Corner]) -> String {
    corners.iter().map(|it| format!("{:.1},{:.1} ", it.x, it.y)).collect()
}

/// Numbers and names beside what was found, as in the list.
fn labels(sight: Sight) -> Vec<impl IntoView> {
    let (width, height) = sight.size.get();
    let part = |at: f32, whole: u32| {
        let percent = at / whole.max(1) as f32 * 100.0;
        format!("{}%", percent.clamp(0.0, 96.0))
    };
    let label = |(index, seen): (usize, &Seen)| {
        let least = |value: fn(&Corner) -> f32| {
            seen.outline.iter().map(value).fold(f32::INFINITY, f32::min)
        };
        let (left, top) = (part(least(|it| it.x), width), part(least(|it| it.y), height));
        view! {
            <span class="label" aria-hidden="true" style=("left", left)
                style=("--top", top)>
                {index + 1}<span class="what">" "{words::label(seen)}</span>
            </span>
        }
    };
    let seen = sight.seen.get().unwrap_or_default();
    seen.iter().enumerate().map(label).collect()
}

/// Draws the photo, made small by the browser outside the page's own time.
async fn draw(canvas: &HtmlCanvasElement, file: &File, size: (u32, u32)) -> Result<(), JsValue> {
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
