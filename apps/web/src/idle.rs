//! Locking by itself: after two minutes without a touch the vault is closed.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use web_messages::Trouble;

use crate::app::App;

/// How long nothing may be touched.
const IDLE_MS_MAX: f64 = 120_000.0;

/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Watches for as long as the page lives.
pub(crate) fn watch(app: App) {
    let touched_ms = StoredValue::new(js_sys::Date::now());
    let touch = move || touched_ms.set_value(js_sys::Date::now());
    window_event_listener(ev::pointerdown, move |_| touch());
    window_event_listener(ev::pointermove, move |_| touch());
    window_event_listener(ev::keydown, move |_| touch());
    window_event_listener(ev::wheel, move |_| touch());
    set_interval(
        move || {
            if app.is_open_now() && is_idle(touched_ms.get_value(), js_sys::Date::now()) {
                app.lock();
                app.trouble.set(Some(Trouble::LockedByItself));
            }
        },
        LOOK_EVERY,
    );
}

/// A clock that was set back counts as idle: better locked once too often.
fn is_idle(touched_ms: f64, now_ms: f64) -> bool {
    let passed_ms = now_ms - touched_ms;
    !(0.0..IDLE_MS_MAX).contains(&passed_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_minutes_without_a_touch_lock_the_vault() {
        assert!(!is_idle(1_000.0, 1_000.0));
        assert!(!is_idle(1_000.0, 120_999.0));
        assert!(is_idle(1_000.0, 121_000.0));
        assert!(is_idle(1_000.0, 0.0));
    }
}
