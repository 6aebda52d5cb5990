//! The restore fence (R17): a database that was put back from an earlier copy gives nothing away.
//!
//! A copy of a database remembers views that were counted since as not counted, and what was
//! withdrawn since as not withdrawn. So every database has an [`Age`], which each group of changes
//! raises in its own transaction, and the age is written once more to a [`Mirror`] that is not a
//! part of the database or its backups. The mirror is written after the commit and before anything
//! of it is answered; hence no answer was ever given that the mirror does not know of. A database
//! that is younger than its mirror, or of another life, has forgotten something: [`judge`] says so
//! at the start, and everything in it is ended for good with [`crate::Command::Fence`].
//!
//! Not for: a machine put back as a whole, mirror and all. Nothing on it can tell.

pub mod slots;

use crate::apply::{invite, tombstone_end};
use crate::{Command, Error, Reply, Tx};
use core::fmt;
use vocab::limits::MAILBOX_MESSAGES_MAX;
use vocab::{LogSafe, Timestamp};

/// One life of a database: 16 random bytes, drawn anew when it is made and when it is fenced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Incarnation([u8; Self::BYTES]);

impl Incarnation {
    /// Length in bytes.
    pub const BYTES: usize = 16;

    /// From its bytes, which must be random.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// How far a database has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age {
    /// Its life.
    pub incarnation: Incarnation,
    /// Grows by one with each group of changes, and leaps at a fence; 0 before the first one.
    pub generation: u64,
}

/// The port to the place outside of the database where its age is written once more.
pub trait Mirror: Send + 'static {
    /// The latest age written; `None` if nothing that can be read was. Where the last write was
    /// torn, the age that it began to write.
    fn read(&mut self) -> Result<Option<Age>, Error>;

    /// Writes an age; durable when it returns.
    fn write(&mut self, age: Age) -> Result<(), Error>;
}

/// What a start finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A new database. It may take the place of one that is gone.
    New,
    /// The database has all that was ever answered.
    Whole,
    /// An earlier copy, or one of another life: it must be fenced before the first answer.
    Restored,
}

impl LogSafe for Finding {}

/// R17: compares a database with its mirror.
///
/// A database may be ahead of its mirror: a crash between the two writes, before any answer.
pub fn judge(stored: Age, mirrored: Option<Age>) -> Finding {
    match mirrored {
        None if stored.generation == 0 => Finding::New,
        // Moved without its mirror, or from a time before there was one: nobody can tell how old
        // it is.
        None => Finding::Restored,
        Some(mirrored) if mirrored.incarnation != stored.incarnation => Finding::Restored,
        Some(mirrored) if mirrored.generation > stored.generation => Finding::Restored,
        Some(_) => Finding::Whole,
    }
}

/// R17: what a store must commit before it is used; `None` if its database is whole. `fresh` are
/// new random bytes, `now` the larger of the system's clock and the recorded one. A new database
/// gets its life this way, too: there is nothing in it to end.
pub fn fence(
    stored: Age,
    mirrored: Option<Age>,
    fresh: Incarnation,
    now: Timestamp,
) -> Option<Command> {
    if judge(stored, mirrored) == Finding::Whole {
        return None;
    }
    // Higher than both, so that whichever of the two is read next, this is the latest of all; and
    // higher than that of a life nobody here knows of, if the clock is right.
    let mirrored = mirrored.map_or(0, |age| age.generation);
    let by_clock = now.unix_seconds().saturating_mul(GENERATIONS_PER_SECOND);
    let generation = stored.generation.max(mirrored).max(by_clock).saturating_add(1);
    Some(Command::Fence { age: Age { incarnation: fresh, generation } })
}

/// More groups than any database commits in a second.
const GENERATIONS_PER_SECOND: u64 = 1 << 10;

/// As many messages as can wait in a mailbox, and more than one group can add.
const MESSAGES_PER_GENERATION: u64 = 1 << 10;
const _: () = assert!(MESSAGES_PER_GENERATION >= MAILBOX_MESSAGES_MAX as u64);

/// R17: raises the age. A store calls this last in every transaction that changed anything, and
/// writes the result to its mirror before it answers.
pub fn grow_older(tx: &mut dyn Tx) -> Result<Age, Error> {
    let mut age = tx.age()?;
    age.generation = age.generation.checked_add(1).ok_or(Error::Corrupt)?;
    tx.put_age(age)?;
    Ok(age)
}

/// What [`Tx::end_everything`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// When the tombstones of shares and capabilities are forgotten.
    pub tombstones: Timestamp,
    /// When cancelled invitations are forgotten.
    pub invites: Timestamp,
    /// The number of the first message in every mailbox: larger than any that was given in the
    /// lives before (R13), of which this database may know nothing. What waits is numbered anew
    /// from here on, because its reader may have come further and would never ask for it.
    pub sequence_min: u64,
}

impl Ends {
    /// For a fence at this time, into this age.
    pub fn at(now: Timestamp, age: Age) -> Self {
        Self {
            tombstones: tombstone_end(now),
            invites: invite::end_max(now).plus_seconds(1),
            sequence_min: age.generation.saturating_mul(MESSAGES_PER_GENERATION),
        }
    }
}

/// R17: ends everything that was there and begins a new life.
pub(crate) fn end_everything(tx: &mut dyn Tx, age: Age, now: Timestamp) -> Result<Reply, Error> {
    tx.end_everything(&Ends::at(now, age))?;
    tx.put_age(age)?;
    Ok(Reply::Fenced)
}

/// What a store needs to be opened.
pub struct Guard {
    /// Where its age is written once more.
    pub mirror: Box<dyn Mirror>,
    /// New random bytes, for the life that begins if there is something to fence.
    pub fresh: Incarnation,
    /// The system's time.
    pub now: Timestamp,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[Guard]")
    }
}
