//! From fingers, mice and keys on the picture to what the editor does.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_messages::Point;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};

use crate::app::App;
use crate::draft::Tool;

/// Points nearer than this on the screen, in CSS pixels, are one to a hand.
const NEAR_PX: f32 = 12.0;

/// One press of an arrow key goes so far on the screen.
const STEP_PX: f32 = 12.0;

/// Where a pointer is on the picture, and how many pixels of it are one on the screen.
struct Place {
    at: Point,
    per_px: f32,
}

fn place(app: App, event: &web_sys::MouseEvent) -> Option<Place> {
    let sheet: Element = event.current_target()?.dyn_into().ok()?;
    let frame = sheet.get_bounding_client_rect();
    let (width, height) = app.sight.size.get_untracked();
    let part = |at: i32, from: f64, whole: f64| ((f64::from(at) - from) / whole.max(1.0)) as f32;
    let x = part(event.client_x(), frame.left(), frame.width()) * width as f32;
    let y = part(event.client_y(), frame.top(), frame.height()) * height as f32;
    let at = within(app, Point { x, y });
    Some(Place { at, per_px: width as f32 / frame.width().max(1.0) as f32 })
}

/// What is marked lies on the picture.
fn within(app: App, at: Point) -> Point {
    let (width, height) = app.sight.size.get_untracked();
    Point { x: at.x.clamp(0.0, width as f32), y: at.y.clamp(0.0, height as f32) }
}

/// The pointer goes down: a tool begins, or what was taken begins to be dragged.
pub(super) fn down(app: App, event: &PointerEvent) {
    let Some(place) = place(app, event) else { return };
    if !event.is_primary() || event.button() != 0 || app.editor.copy.with_untracked(Option::is_some)
    {
        return;
    }
    let editor = app.editor;
    let is_drawing = editor.tool.get_untracked() != Tool::Choose;
    if !is_drawing && !editor.is_taken_at(place.at) {
        return;
    }
    event.prevent_default();
    if let Some(sheet) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) {
        // Without it, drawing ends at the picture's edge: no more than that.
        let _ = sheet.set_pointer_capture(event.pointer_id());
    }
    match is_drawing {
        true => editor.press(place.at, NEAR_PX * place.per_px),
        false => editor.dragged.set(Some((place.at, place.at))),
    }
}

pub(super) fn moved(app: App, event: &PointerEvent) {
    let Some(place) = place(app, event) else { return };
    if app.editor.dragged.with_untracked(Option::is_some) {
        app.editor.dragged.update(|dragged| {
            if let Some((_, to)) = dragged {
                *to = place.at;
            }
        });
    }
    app.editor.follow(place.at);
}

pub(super) fn up(app: App, event: &PointerEvent) {
    let Some(place) = place(app, event) else { return };
    app.editor.lift(place.at);
    app.editor.drop_taken();
}

/// The browser took the pointer away, to scroll or for another window.
pub(super) fn cancelled(app: App) {
    app.editor.draft.set(None);
    app.editor.dragged.set(None);
}

/// A press while nothing is drawn chooses what is there.
pub(super) fn clicked(app: App, event: &ev::MouseEvent) {
    let is_editing = app.editor.copy.with_untracked(Option::is_none);
    if let (Tool::Choose, true) = (app.editor.tool.get_untracked(), is_editing)
        && let Some(place) = place(app, event)
    {
        app.editor.press(place.at, 0.0);
    }
}

/// A key on the picture. `sheet` is the picture as it is shown.
pub(super) fn key(app: App, sheet: Option<HtmlElement>, event: &KeyboardEvent) {
    let (width, _) = app.sight.size.get_untracked();
    let shown = sheet.map_or(1, |sheet| sheet.client_width()).max(1);
    let per_px = width as f32 / shown as f32;
    let step = STEP_PX * per_px;
    let editor = app.editor;
    let is_done = match event.key().as_str() {
        _ if editor.copy.with_untracked(Option::is_some) => false,
        "z" | "Z" if event.ctrl_key() || event.meta_key() => {
            if event.shift_key() {
                editor.redo()
            } else {
                editor.undo()
            }
            true
        }
        "y" if event.ctrl_key() => {
            editor.redo();
            true
        }
        _ if event.ctrl_key() || event.meta_key() || event.alt_key() => false,
        "ArrowLeft" => go(app, -step, 0.0),
        "ArrowRight" => go(app, step, 0.0),
        "ArrowUp" => go(app, 0.0, -step),
        "ArrowDown" => go(app, 0.0, step),
        "Enter" | " " => press(app, NEAR_PX / 2.0 * per_px),
        "Escape" => {
            editor.let_go();
            true
        }
        "Delete" | "Backspace" => {
            editor.remove_taken();
            true
        }
        _ => false,
    };
    if is_done {
        event.prevent_default();
    }
}

/// Moves what was taken, or else the keyboard's place on the picture.
fn go(app: App, right: f32, down: f32) -> bool {
    if app.editor.taken.get_untracked().is_some() {
        app.editor.move_taken(right, down);
        return true;
    }
    let at = cursor(app);
    let at = within(app, Point { x: at.x + right, y: at.y + down });
    app.editor.cursor.set(Some(at));
    app.editor.follow(at);
    true
}

fn press(app: App, near: f32) -> bool {
    let at = cursor(app);
    app.editor.cursor.set(Some(at));
    app.editor.press(at, near);
    true
}

/// The keyboard's place: at first, the middle.
fn cursor(app: App) -> Point {
    let (width, height) = app.sight.size.get_untracked();
    let middle = Point { x: width as f32 / 2.0, y: height as f32 / 2.0 };
    app.editor.cursor.get_untracked().unwrap_or(middle)
}
