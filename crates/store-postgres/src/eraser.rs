//! Makes room where something was erased, soon after.
//!
//! PostgreSQL keeps old versions of rows until a vacuum, and their bytes until the room is used
//! again. So a vacuum of the tables that hold secrets follows each erasure within about a second.
//! What that cannot reach, such as the write-ahead log, is noise once the epoch's key is gone.

use crate::{Address, Trouble, connection};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long erasures are gathered; also the pause between two vacuums.
const GATHER: Duration = Duration::from_secs(1);

/// Another node's vacuum of a table is as good as ours.
const VACUUM: [&str; 2] = ["VACUUM (SKIP_LOCKED) velum.half", "VACUUM (SKIP_LOCKED) velum.release"];

#[derive(Debug)]
pub(crate) struct Eraser {
    bell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Eraser {
    pub(crate) fn start(address: &Address) -> Result<Self, Trouble> {
        let (bell, rings) = sync_channel(1);
        let address = address.clone();
        let thread = std::thread::Builder::new()
            .name("store-eraser".into())
            .spawn(move || erase_all(&address, &rings))
            .map_err(|_| Trouble::Unavailable)?;
        Ok(Self { bell: Some(bell), thread: Some(thread) })
    }

    /// Something was erased.
    pub(crate) fn erase_soon(&self) {
        if let Some(bell) = &self.bell {
            // A ring that waits already is enough.
            let _ = bell.try_send(());
        }
    }
}

impl Drop for Eraser {
    fn drop(&mut self) {
        drop(self.bell.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn erase_all(address: &Address, rings: &Receiver<()>) {
    let mut session = None;
    while rings.recv().is_ok() {
        // Gathers more, unless we are closing: then at once.
        let closing = gather(rings);
        if session.is_none() {
            session = connection::open(address).ok();
        }
        // A failure is made up for by the next erasure, or by the server's own vacuum.
        let done = session
            .as_ref()
            .is_some_and(|session| VACUUM.iter().all(|vacuum| session.run_plain(vacuum).is_ok()));
        if !done {
            session = None;
        }
        if closing {
            return;
        }
    }
}

fn gather(rings: &Receiver<()>) -> bool {
    let until = std::time::Instant::now() + GATHER;
    loop {
        match rings.recv_timeout(until.saturating_duration_since(std::time::Instant::now())) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
}
