//! How messages come from the page and answers go back.
//!
//! A message is a list of three: a number that the answer repeats, the ask or answer as JSON, and
//! a file or buffer that goes along. Asks are worked on one after the other, in the order in which
//! they came: that is what makes pressing a button twice harmless.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_messages::{Answer, Ask, Trouble};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

use crate::session::Session;

/// What goes back to the page.
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) along: Along,
}

/// What goes along with an answer.
pub(crate) enum Along {
    Nothing,
    /// A buffer that is handed over.
    Bytes(Vec<u8>),
    /// What the browser may keep outside memory.
    Blob(Blob),
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { answer, along: Along::Nothing }
    }
}

struct Message {
    number: f64,
    ask: Option<Ask>,
    payload: JsValue,
}

/// The session is out while it works; then messages wait.
struct Desk {
    session: Option<Session>,
    waiting: VecDeque<Message>,
}

/// Starts listening and tells the page so.
pub(crate) fn open(session: Session) {
    let desk = Rc::new(RefCell::new(Desk { session: Some(session), waiting: VecDeque::default() }));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        desk.borrow_mut().waiting.push_back(parse(&event));
        let free = desk.borrow_mut().session.take();
        if let Some(session) = free {
            wasm_bindgen_futures::spawn_local(work(session, Rc::clone(&desk)));
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    on_message.forget();
    send(0.0, Answer::Ready.into());
}

async fn work(mut session: Session, desk: Rc<RefCell<Desk>>) {
    loop {
        let next = desk.borrow_mut().waiting.pop_front();
        let Some(message) = next else { break };
        let reply = match message.ask {
            Some(ask) => {
                let tell = |percent| send(message.number, Answer::Progress { percent }.into());
                session.answer(ask, message.payload, &tell).await
            }
            None => Err(Trouble::Bug),
        };
        send(message.number, reply.unwrap_or_else(|trouble| Answer::Trouble(trouble).into()));
    }
    desk.borrow_mut().session = Some(session);
}

fn parse(event: &MessageEvent) -> Message {
    let parts = Array::from(&event.data());
    let json = parts.get(1).as_string();
    Message {
        number: parts.get(0).as_f64().unwrap_or_default(),
        ask: json.and_then(|json| serde_json::from_str(&json).ok()),
        payload: parts.get(2),
    }
}

fn send(number: f64, reply: Reply) {
    let json = serde_json::to_string(&reply.answer)
        .expect("answers have only named fields of numbers, text and lists");
    let message = Array::of2(&number.into(), &json.into());
    let handed_over = Array::new();
    match reply.along {
        Along::Nothing => {}
        Along::Bytes(bytes) => {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            message.push(&buffer);
            handed_over.push(&buffer);
        }
        Along::Blob(blob) => {
            message.push(&blob);
        }
    }
    // Fails only if the page is gone, and then nobody waits for it.
    let _ = scope().post_message_with_transfer(&message, &handed_over);
}

/// The global scope of this worker.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
