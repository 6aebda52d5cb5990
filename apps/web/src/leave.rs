//! Leaving quickly: blank first, then a neutral page of the same site, so that the back button
//! does not return and no request leaves the site. The browser's history is not erased, and the
//! page says so.

use leptos::ev;
use leptos::prelude::*;

/// The page it goes to.
const NEUTRAL_PAGE: &str = "/measures.html";

/// How often Shift must be pressed, with nothing in between.
const PRESSES: u8 = 3;

/// Leaves at once.
pub(crate) fn leave_quickly() {
    if let Some(body) = document().body() {
        body.set_inner_html("");
    }
    // Fails only where the browser forbids navigation; the page is blank then all the same.
    let _ = window().location().replace(NEUTRAL_PAGE);
}

/// Does something whenever this window is left, for as long as the current screen is shown.
pub(crate) fn when_left(act: impl Fn() + Copy + 'static) {
    let handles = [
        window_event_listener(ev::blur, move |_| act()),
        window_event_listener(ev::visibilitychange, move |_| act()),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
}

/// Listens for Shift being pressed three times in a row.
pub(crate) fn listen() {
    let pressed = StoredValue::new(0_u8);
    window_event_listener(ev::keydown, move |event| {
        if event.repeat() {
            return;
        }
        let count = if event.key() == "Shift" { pressed.get_value() + 1 } else { 0 };
        pressed.set_value(count);
        if count == PRESSES {
            leave_quickly();
        }
    });
}
