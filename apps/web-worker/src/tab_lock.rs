//! One tab at a time: two workers writing one vault would undo each other's work.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_messages::Trouble;

use crate::{js, port};

const NAME: &str = "velum-vault";

/// Holds the vault for this tab. The browser lets go of it when the worker ends.
pub(crate) struct TabLock {
    release: Function,
}

impl TabLock {
    /// Takes the lock, or says that another tab has it.
    pub(crate) async fn take() -> Result<Self, Trouble> {
        let locks = js::field(&port::scope().navigator(), "locks").unwrap_or_default();
        // Browsers offer locks to pages that came over https, or from this machine.
        if locks.is_undefined() {
            return Err(Trouble::NotSecure);
        }
        Self::take_from(&locks).await.ok_or(Trouble::OpenElsewhere)
    }

    async fn take_from(locks: &JsValue) -> Option<Self> {
        let (answered, answer) = promise_and_resolve();
        let (held, release) = promise_and_resolve();
        // The browser holds the lock until the promise that this returns is settled.
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let is_ours = !lock.is_null();
            // Calling a resolve function does not fail.
            let _ = answer.call1(&JsValue::NULL, &is_ours.into());
            if is_ours { held.into() } else { JsValue::NULL }
        });
        let options = js::object(&[("ifAvailable", &JsValue::TRUE)]);
        js::call(locks, "request", &[&NAME.into(), &options, &granted]).ok()?;
        let is_ours = js::wait(answered).await.ok()?.is_truthy();
        is_ours.then_some(Self { release })
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

fn promise_and_resolve() -> (Promise, Function) {
    let mut kept = None;
    let promise = Promise::new(&mut |resolve, _| kept = Some(resolve));
    (promise, kept.unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into()))
}
