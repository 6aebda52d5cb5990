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

use crate::apply::{invite, tombstone_end};
use crate::{Command, Error, Reply, Tx};
use core::fmt;
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
    /// Groups of changes it has seen; 0 in a new one, never smaller after a fence than before.
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
/// new random bytes. A new database gets its life this way, too: there is nothing in it to end.
pub fn fence(stored: Age, mirrored: Option<Age>, fresh: Incarnation) -> Option<Command> {
    if judge(stored, mirrored) == Finding::Whole {
        return None;
    }
    // Higher than both, so that whichever of the two is read next, this is the latest of all.
    let mirrored = mirrored.map_or(0, |age| age.generation);
    let generation = stored.generation.max(mirrored).saturating_add(1);
    Some(Command::Fence { age: Age { incarnation: fresh, generation } })
}

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
    /// What is added to the next number of every mailbox, so that no number given since the copy
    /// is given again (R13).
    pub sequences: u64,
}

impl Ends {
    /// More messages than any mailbox can have seen between a copy and its restore.
    const SEQUENCES: u64 = 1 << 32;

    /// For a fence at this time.
    pub fn at(now: Timestamp) -> Self {
        Self {
            tombstones: tombstone_end(now),
            invites: invite::end_max(now).plus_seconds(1),
            sequences: Self::SEQUENCES,
        }
    }
}

/// R17: ends everything that was there and begins a new life.
pub(crate) fn end_everything(tx: &mut dyn Tx, age: Age, now: Timestamp) -> Result<Reply, Error> {
    tx.end_everything(&Ends::at(now))?;
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
