//! How messages come from the page and answers go back, as with the worker that holds keys: a list
//! of a number, the ask or answer as JSON, and a blob that goes along. The page asks one thing at a
//! time here.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use vision::{Finder, Kind};
use wasm_bindgen::prelude::{Closure, JsCast as _};
use web_messages::{Answer, Ask, Trouble};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The detectors, once they are loaded.
type Kept = Rc<RefCell<Option<(Vec<Kind>, Finder)>>>;

/// Starts listening and tells the page so.
pub(crate) fn open() {
    let kept = Kept::default();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        wasm_bindgen_futures::spawn_local(work(Rc::clone(&kept), event));
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    on_message.forget();
    send(0.0, &Answer::Ready);
}

async fn work(kept: Kept, event: MessageEvent) {
    let parts = Array::from(&event.data());
    let number = parts.get(0).as_f64().unwrap_or_default();
    let json = parts.get(1).as_string();
    let ask: Option<Ask> = json.and_then(|json| serde_json::from_str(&json).ok());
    let Some(ask) = ask else { return send(number, &Answer::Trouble(Trouble::Bug)) };
    let mut finder = kept.borrow_mut().take();
    let tell = |percent| send(number, &Answer::Progress { percent });
    let answer = crate::answer(&mut finder, ask, parts.get(2), &tell).await;
    *kept.borrow_mut() = finder;
    send(number, &answer.unwrap_or_else(Answer::Trouble));
}

fn send(number: f64, answer: &Answer) {
    let json = serde_json::to_string(answer)
        .expect("answers have only named fields of numbers, text and lists");
    // Fails only if the page is gone, and then nobody waits for it.
    let _ = scope().post_message(&Array::of2(&number.into(), &json.into()));
}

/// The global scope of this worker.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
