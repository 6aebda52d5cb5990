//! How messages come from the page and answers go back, as with the worker that holds keys: a list
//! of a number, the ask or answer as JSON, and a blob that goes along. One is worked on after the
//! other.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Array;
use vision::{Finder, Kind, PersonFinder};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_messages::{Answer, Ask, Trouble};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The detectors, once they are loaded.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) finder: Option<(Vec<Kind>, Finder)>,
    pub(crate) people: Option<PersonFinder>,
}

/// The detectors are out while they work; then messages wait.
struct Desk {
    kept: Option<Kept>,
    waiting: VecDeque<JsValue>,
}

/// Starts listening and tells the page so.
pub(crate) fn open() {
    let desk =
        Rc::new(RefCell::new(Desk { kept: Some(Kept::default()), waiting: VecDeque::new() }));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        desk.borrow_mut().waiting.push_back(event.data());
        let free = desk.borrow_mut().kept.take();
        if let Some(kept) = free {
            wasm_bindgen_futures::spawn_local(work(kept, Rc::clone(&desk)));
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    on_message.forget();
    send(0.0, &Answer::Ready);
}

async fn work(mut kept: Kept, desk: Rc<RefCell<Desk>>) {
    loop {
        let next = desk.borrow_mut().waiting.pop_front();
        let Some(message) = next else { break };
        let parts = Array::from(&message);
        let number = parts.get(0).as_f64().unwrap_or_default();
        let json = parts.get(1).as_string();
        let answer = match json.and_then(|json| serde_json::from_str::<Ask>(&json).ok()) {
            Some(ask) => {
                let tell = |percent| send(number, &Answer::Progress { percent });
                crate::answer(&mut kept, ask, parts.get(2), &tell).await
            }
            None => Err(Trouble::Bug),
        };
        send(number, &answer.unwrap_or_else(Answer::Trouble));
    }
    desk.borrow_mut().kept = Some(kept);
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
