//! Telling how far the work is, to someone who may stop it.

use core::ops::ControlFlow;

use crate::error::Error;
use crate::finding::Kind;

/// How far the search for one kind of thing is. Told before each step of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being looked for.
    pub kind: Kind,
    /// Steps that are done.
    pub done: u32,
    /// Steps there are, as far as is known by now. Steps differ in length.
    pub of: u32,
}

/// How far a piece of work is. Told before each step of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Steps that are done.
    pub done: u32,
    /// Steps there are, as far as is known by now. Steps differ in length.
    pub of: u32,
}

/// Whom to tell: goes on unless that says `Break`.
pub(crate) type Listener<'a> = dyn FnMut(Steps) -> ControlFlow<()> + 'a;

/// Counts the steps of one piece of work.
pub(crate) struct Watch<'a> {
    listener: Option<&'a mut Listener<'a>>,
    steps: Steps,
}

impl<'a> Watch<'a> {
    /// For work that nobody waits for.
    pub(crate) fn nobody() -> Self {
        Self { listener: None, steps: Steps { done: 0, of: 0 } }
    }

    pub(crate) fn new(listener: &'a mut Listener<'a>) -> Self {
        Self { listener: Some(listener), steps: Steps { done: 0, of: 0 } }
    }

    /// So many more steps are to come.
    pub(crate) fn expect(&mut self, steps: u32) {
        self.steps.of += steps;
    }

    /// One step begins.
    pub(crate) fn step(&mut self) -> Result<(), Error> {
        let flow =
            self.listener.as_mut().map_or(ControlFlow::Continue(()), |tell| tell(self.steps));
        self.steps.done += 1;
        if flow.is_break() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
