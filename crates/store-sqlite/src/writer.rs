//! The one thread that writes: takes what is waiting, commits it as one group, then answers.
//!
//! One sync of the log, and one of the mirror, pay for all commands of a group; that is what makes
//! thousands of durable claims a second possible.

use crate::columns::store_error;
use crate::connection;
use crate::opening::{self, Opened};
use crate::tx::Change;
use relay::fence::{Guard, Mirror, grow_older};
use relay::{Command, Erasure, Error, Reply, Rows as _, Stop, advance_clock, apply};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use vocab::Timestamp;

/// Most commands in one commit.
const GROUP_MAX: usize = 256;

/// How long what is to be erased "soon" may stay in the log.
const SOON: Duration = Duration::from_millis(250);

/// How long a failed erasure waits before it is tried again.
const AGAIN: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// A command and the way back.
struct Job {
    command: Command,
    now: Timestamp,
    answer: oneshot::Sender<Result<Reply, Stop>>,
}

impl Writer {
    /// Opens and, where that must be, fences. No question may be asked before.
    pub(crate) fn start(
        path: &Path,
        gate: Arc<RwLock<()>>,
        guard: Guard,
    ) -> Result<(Self, Opened), Error> {
        let connection = connection::writer(path)?;
        let (opened, mirror) = opening::fence(&connection, guard)?;
        let erase_by = Some(Instant::now());
        let mut pen = Pen { path: path.to_owned(), connection, mirror, gate, erase_by };
        let (queue, jobs) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || pen.write_all(&jobs))
            .map_err(|_| Error::Unavailable)?;
        Ok((Self { queue: Some(queue), thread: Some(thread) }, opened))
    }

    pub(crate) async fn submit(&self, command: Command, now: Timestamp) -> Result<Reply, Stop> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(Error::Unavailable)?;
        queue.send(Job { command, now, answer }).map_err(|_| Error::Unavailable)?;
        answered.await.map_err(|_| Error::Unavailable)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The writing connection and what it still has to do.
struct Pen {
    path: PathBuf,
    connection: Connection,
    mirror: Box<dyn Mirror>,
    gate: Arc<RwLock<()>>,
    /// When the log must be emptied; `None` when nothing in it was erased. At the start always,
    /// because a crash may have left erased pages there.
    erase_by: Option<Instant>,
}

impl Pen {
    fn write_all(&mut self, jobs: &Receiver<Job>) {
        loop {
            let first = match self.erase_by {
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(by) => jobs.recv_timeout(by.saturating_duration_since(Instant::now())),
            };
            match first {
                Ok(first) => {
                    let group = std::iter::once(first).chain(jobs.try_iter()).take(GROUP_MAX);
                    self.write_group(group.collect());
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // Closing: whatever is left to erase, now. A failure is made up for at start.
                    let _ = self.empty_log();
                    return;
                }
            }
            if self.erase_by.is_some_and(|by| by <= Instant::now()) {
                let _ = self.empty_log();
            }
        }
    }

    fn write_group(&mut self, group: Vec<Job>) {
        match self.commit(&group) {
            Ok(results) => self.answer(group, results),
            Err(error) => {
                self.recover();
                for job in group {
                    let _ = job.answer.send(Err(error.into()));
                }
            }
        }
    }

    /// Applies the group in one transaction, then tells the mirror. Refusals are results; an error
    /// means that nothing of the group happened, or that nobody knows.
    fn commit(&mut self, group: &[Job]) -> Result<Vec<Result<Reply, Stop>>, Error> {
        let connection = &self.connection;
        connection.execute_batch("BEGIN IMMEDIATE").map_err(store_error)?;
        let mut change = Change::new(connection);
        let now = group.iter().map(|job| job.now).max().ok_or(Error::Unavailable)?;
        let clock = change.clock()?;
        let now = advance_clock(&mut change, now)?;
        let mut results = Vec::with_capacity(group.len());
        for job in group {
            execute(connection, "SAVEPOINT command")?;
            let result = apply(&mut change, &job.command, now);
            match result {
                Err(Stop::Error(error)) => return Err(error),
                Err(Stop::Refusal(_)) => execute(connection, "ROLLBACK TO command")?,
                Ok(_) => {}
            }
            execute(connection, "RELEASE command")?;
            results.push(result);
        }
        // Refusals change nothing, so they cost no sync.
        let changed = now > clock || results.iter().any(Result::is_ok);
        let age = if changed { Some(grow_older(&mut change)?) } else { None };
        connection.execute_batch("COMMIT").map_err(store_error)?;
        // R17: after the commit and before the answers.
        age.map_or(Ok(()), |age| self.mirror.write(age))?;
        Ok(results)
    }

    /// Answers what is done. What must leave no trace first is answered after the log was emptied;
    /// if that fails, as an error, so that the caller asks again and the emptying is tried again.
    fn answer(&mut self, group: Vec<Job>, results: Vec<Result<Reply, Stop>>) {
        let mut held_back = Vec::new();
        for (job, result) in group.into_iter().zip(results) {
            match result.as_ref().map_or(Erasure::None, Reply::erasure) {
                Erasure::BeforeAnswer => {
                    held_back.push((job, result));
                    continue;
                }
                Erasure::Soon => {
                    self.erase_by.get_or_insert_with(|| Instant::now() + SOON);
                }
                Erasure::None => {}
            }
            let _ = job.answer.send(result);
        }
        if held_back.is_empty() {
            return;
        }
        let emptied = self.empty_log();
        for (job, result) in held_back {
            let _ = job.answer.send(emptied.map_err(Stop::from).and(result));
        }
    }

    /// Copies the log into the file and truncates it, alone.
    fn empty_log(&mut self) -> Result<(), Error> {
        let alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        let emptied = connection::empty_log(&self.connection);
        drop(alone);
        self.erase_by = if emptied.is_ok() { None } else { Some(Instant::now() + AGAIN) };
        emptied
    }

    /// After a failure nothing may be left open. If it cannot be closed, a new connection finds
    /// out what really is on disk.
    fn recover(&mut self) {
        let _ = self.connection.execute_batch("ROLLBACK");
        if !self.connection.is_autocommit()
            && let Ok(connection) = connection::writer(&self.path)
        {
            self.connection = connection;
        }
        self.erase_by.get_or_insert_with(|| Instant::now() + AGAIN);
    }
}

fn execute(connection: &Connection, statement: &'static str) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(statement).map_err(store_error)?;
    statement.execute([]).map(|_| ()).map_err(store_error)
}
