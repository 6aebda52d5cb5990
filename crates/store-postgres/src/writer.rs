//! The one thread of this node that writes: takes what is waiting, commits it as one group, then
//! answers.
//!
//! All nodes' writers take one lock of the database for the length of a group, so commands apply
//! one after the other over all nodes, as the port demands. One lock and one sync of the log pay
//! for all commands of a group.

use crate::connection;
use crate::eraser::Eraser;
use crate::known::Known;
use crate::opening::{self, Opened};
use crate::rows::{Head, Table};
use crate::session::Session;
use crate::tx::Change;
use crate::witness::Witness;
use crate::{Address, Trouble};
use relay::fence::{Age, Finding, Guard, grow_older};
use relay::{Command, Erasure, Error, Reply, Stop, advance_clock, apply};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use vocab::Timestamp;

/// Most commands in one commit.
const GROUP_MAX: usize = 256;

/// How often the server is asked again whether it can be trusted: a replica may have been added.
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// READ COMMITTED, so that each query sees all that was committed before the lock was ours: a
/// snapshot from before we waited for it would show the past. The durability of this commit is
/// said again here, where nothing can come between.
const BEGIN: &str = "
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL synchronous_commit = on;
    SELECT pg_advisory_xact_lock(x'76656c756d02'::bigint)";

/// Told of each trouble when it begins.
pub(crate) type Notice = fn(Trouble);

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
        address: &Address,
        guard: Guard,
        notice: Notice,
    ) -> Result<(Self, Opened, Arc<Witness>), Trouble> {
        let session = connection::open(address)?;
        connection::make_schema(&session)?;
        let (opened, witness) = opening::fence(&session, guard)?;
        let witness = Arc::new(witness);
        let eraser = Eraser::start(address)?;
        if opened.finding == Finding::Restored {
            eraser.erase_soon();
        }
        let mut pen = Pen {
            address: address.clone(),
            notice,
            eraser,
            witness: Arc::clone(&witness),
            session: Some(session),
            checked: Instant::now(),
            trouble: None,
        };
        let (queue, jobs) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || pen.write_all(&jobs))
            .map_err(|_| Trouble::Unavailable)?;
        Ok((Self { queue: Some(queue), thread: Some(thread) }, opened, witness))
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

/// The writing connection and what is known of the server.
struct Pen {
    address: Address,
    notice: Notice,
    eraser: Eraser,
    witness: Arc<Witness>,
    /// `None` after a failure: a new connection finds out what really was committed.
    session: Option<Session>,
    checked: Instant,
    trouble: Option<Trouble>,
}

impl Pen {
    fn write_all(&mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let group: Vec<Job> =
                std::iter::once(first).chain(jobs.try_iter()).take(GROUP_MAX).collect();
            match self.write(&group) {
                Ok(results) => {
                    for (job, result) in group.into_iter().zip(results) {
                        let _ = job.answer.send(result);
                    }
                }
                Err(error) => {
                    for job in group {
                        let _ = job.answer.send(Err(error.into()));
                    }
                }
            }
        }
    }

    /// Applies a group. Refusals are results; an error means that nothing of the group happened,
    /// or that nobody knows.
    fn write(&mut self, group: &[Job]) -> Result<Vec<Result<Reply, Stop>>, Error> {
        let head = self.begin().map_err(|trouble| self.tell(trouble))?;
        self.trouble = None;
        let session = self.session.as_ref().ok_or(Error::Unavailable)?;
        let written = write_all(session, &head, group, &self.witness);
        match &written {
            Ok(results) => {
                let erased = |result: &Result<Reply, Stop>| {
                    result.as_ref().is_ok_and(|reply| reply.erasure() != Erasure::None)
                };
                if results.iter().any(erased) {
                    self.eraser.erase_soon();
                }
            }
            Err(_) => self.session = None,
        }
        written
    }

    /// Begins a transaction that has the lock, on a server that was found fit a moment ago;
    /// answers what it says of itself. Nothing was written yet, so if the connection was lost a new
    /// one does as well.
    fn begin(&mut self) -> Result<Head, Trouble> {
        if let Some(session) = &self.session {
            let due = self.trouble.is_some() || self.checked.elapsed() > CHECK_EVERY;
            let fit = if due { connection::check_server(session) } else { Ok(()) };
            match fit.and_then(|()| begin_as_expected(session, &self.witness, false)) {
                Ok(head) => {
                    if due {
                        self.checked = Instant::now();
                    }
                    return Ok(head);
                }
                Err(Trouble::Unavailable) => self.session = None,
                Err(Trouble::WentBack) => {
                    // With it goes the transaction, and the lock.
                    self.session = None;
                    return Err(Trouble::WentBack);
                }
                Err(trouble) => return Err(trouble),
            }
        }
        let session = connection::open(&self.address)?;
        self.checked = Instant::now();
        let head = begin_as_expected(&session, &self.witness, true)?;
        self.session = Some(session);
        Ok(head)
    }

    /// Tells of a trouble once, and refuses the group.
    fn tell(&mut self, trouble: Trouble) -> Error {
        if self.trouble.replace(trouble) != Some(trouble) {
            (self.notice)(trouble);
        }
        Error::Unavailable
    }
}

/// R17: nothing is written to a database of the past.
fn begin_as_expected(
    session: &Session,
    witness: &Witness,
    new_connection: bool,
) -> Result<Head, Trouble> {
    let expected = witness.expect(new_connection)?;
    let head = begin(session)?;
    witness.look(&expected, &head)?;
    Ok(head)
}

/// Begins a transaction that has the lock.
pub(crate) fn begin(session: &Session) -> Result<Head, Error> {
    // Only what is warned of from here on is about this transaction.
    session.warned();
    session.send_plain(BEGIN);
    // The first answer comes when the lock is ours.
    Table(session).head()
}

/// Commits; an error means that nothing was, or that nobody knows.
pub(crate) fn commit(session: &Session) -> Result<(), Error> {
    session.send_plain("COMMIT");
    // An error in any of it has turned the commit into a rollback.
    session.settle()?;
    // A commit that warned may no longer wait for its standby: nobody knows.
    if session.warned() { Err(Error::Unavailable) } else { Ok(()) }
}

fn write_all(
    session: &Session,
    head: &Head,
    group: &[Job],
    witness: &Witness,
) -> Result<Vec<Result<Reply, Stop>>, Error> {
    // On an error the connection is dropped, and with it the transaction.
    let (results, age) = apply_all(session, head, group)?;
    commit(session)?;
    // R17: after the commit and before the answers.
    age.map_or(Ok(()), |age| witness.committed(age))?;
    Ok(results)
}

type Applied = (Vec<Result<Reply, Stop>>, Option<Age>);

/// The results, and the new age if anything changed.
fn apply_all(session: &Session, head: &Head, group: &[Job]) -> Result<Applied, Error> {
    let known = Known::read(&Table(session), group.iter().map(|job| &job.command))?;
    let mut change = Change::new(session, known, head);
    let now = group.iter().map(|job| job.now).max().ok_or(Error::Unavailable)?;
    let now = advance_clock(&mut change, now)?;
    let mut results = Vec::with_capacity(group.len());
    for job in group {
        change.begin_command();
        let result = apply(&mut change, &job.command, now);
        match result {
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Refusal(_)) => change.undo_command(),
            Ok(_) => {}
        }
        results.push(result);
    }
    change.begin_command();
    let changed = now > head.clock || results.iter().any(Result::is_ok);
    let age = if changed { Some(grow_older(&mut change)?) } else { None };
    change.finish()?;
    Ok((results, age))
}
