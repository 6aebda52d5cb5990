//! Talking to the worker: asks go out with a number, each answer finds the one who waits for it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_messages::{Answer, Ask, Trouble};
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What came back.
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) bytes: Option<ArrayBuffer>,
    pub(crate) blob: Option<Blob>,
}

impl Reply {
    fn stopped() -> Self {
        Self { answer: Answer::Trouble(Trouble::WorkerStopped), bytes: None, blob: None }
    }
}

pub(crate) type Waiting = Box<dyn FnOnce(Reply)>;

/// The one connection to a worker. It starts a new worker after one has ended.
#[derive(Clone)]
pub(crate) struct Bridge(Rc<RefCell<State>>);

struct State {
    /// What loads the worker's program.
    script: &'static str,
    /// Who is told how far the worker is.
    tell: Rc<dyn Fn(u8)>,
    running: Option<Running>,
    last_number: u32,
    waiting: HashMap<u32, Waiting>,
}

struct Running {
    worker: Worker,
    /// Messages from before the worker was up; `None` once it is.
    early: Option<Vec<Array>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

impl Bridge {
    /// To a worker that this script begins; `tell` hears how far it is.
    pub(crate) fn new(script: &'static str, tell: impl Fn(u8) + 'static) -> Self {
        let (tell, waiting) = (Rc::new(tell), HashMap::new());
        let state = State { script, tell, running: None, last_number: 0, waiting };
        Self(Rc::new(RefCell::new(state)))
    }

    /// Asks the worker; `then` gets the reply.
    pub(crate) fn ask(&self, ask: &Ask, payload: &JsValue, then: impl FnOnce(Reply) + 'static) {
        let Ok(json) = serde_json::to_string(ask) else { return then(Reply::stopped()) };
        let mut state = self.0.borrow_mut();
        if state.running.is_none() {
            state.running = self.start(state.script);
        }
        state.last_number += 1;
        let number = state.last_number;
        let message = Array::of3(&number.into(), &json.into(), payload);
        let sent = match &mut state.running {
            None => false,
            Some(Running { early: Some(early), .. }) => {
                early.push(message);
                true
            }
            Some(running) => running.worker.post_message(&message).is_ok(),
        };
        if sent {
            state.waiting.insert(number, Box::new(then));
        } else {
            drop(state);
            then(Reply::stopped());
        }
    }

    /// Ends the worker, and with it everything that it held. Who waits hears that it stopped.
    pub(crate) fn end(&self) {
        for (_, then) in self.stop() {
            then(Reply::stopped());
        }
    }

    /// Ends the worker; who waits hears nothing, unless they are told.
    pub(crate) fn stop(&self) -> HashMap<u32, Waiting> {
        let mut state = self.0.borrow_mut();
        if let Some(running) = state.running.take() {
            running.worker.terminate();
        }
        std::mem::take(&mut state.waiting)
    }

    fn start(&self, script: &str) -> Option<Running> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options).ok()?;
        let bridge = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            bridge.receive(&event);
        });
        let bridge = self.clone();
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            // Dropping a closure while it runs is not allowed: end the worker right after.
            let bridge = bridge.clone();
            leptos::task::spawn_local(async move { bridge.end() });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let early = Some(Vec::new());
        Some(Running { worker, early, _on_message: on_message, _on_error: on_error })
    }

    fn receive(&self, event: &MessageEvent) {
        let parts = Array::from(&event.data());
        let number = parts.get(0).as_f64().unwrap_or_default() as u32;
        let json = parts.get(1).as_string();
        let answer = json.and_then(|json| serde_json::from_str(&json).ok());
        if number == 0 {
            return self.send_early();
        }
        if let Some(Answer::Progress { percent }) = answer {
            let tell = Rc::clone(&self.0.borrow().tell);
            return tell(percent);
        }
        let then = self.0.borrow_mut().waiting.remove(&number);
        if let Some(then) = then {
            let answer = answer.unwrap_or(Answer::Trouble(Trouble::Bug));
            let along = parts.get(2);
            let (bytes, blob) = (along.clone().dyn_into().ok(), along.dyn_into().ok());
            then(Reply { answer, bytes, blob });
        }
    }

    fn send_early(&self) {
        let mut state = self.0.borrow_mut();
        let Some(running) = &mut state.running else { return };
        for message in running.early.take().unwrap_or_default() {
            // What could be posted a moment ago, a file or text, can be posted now.
            let _ = running.worker.post_message(&message);
        }
    }
}
