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

/// Whom to tell: goes on unless that says `Break`.
pub(crate) type Listener<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// Counts the steps of one search.
pub(crate) struct Watch<'a> {
    listener: Option<&'a mut Listener<'a>>,
    progress: Progress,
}

impl<'a> Watch<'a> {
    /// For a search that nobody waits for.
    pub(crate) fn nobody() -> Self {
        Self { listener: None, progress: Progress { kind: Kind::Face, done: 0, of: 0 } }
    }

    pub(crate) fn new(kind: Kind, listener: &'a mut Listener<'a>) -> Self {
        Self { listener: Some(listener), progress: Progress { kind, done: 0, of: 0 } }
    }

    /// So many more steps are to come.
    pub(crate) fn expect(&mut self, steps: u32) {
        self.progress.of += steps;
    }

    /// One step begins.
    pub(crate) fn step(&mut self) -> Result<(), Error> {
        let flow =
            self.listener.as_mut().map_or(ControlFlow::Continue(()), |tell| tell(self.progress));
        self.progress.done += 1;
        if flow.is_break() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
