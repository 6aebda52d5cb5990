//! R17, while a node runs: whether the database still is the one this node knows.
//!
//! A database can be put back under a running node. Every transaction therefore begins with a look
//! at its age: it never falls, the database's life does not change, and its tables are never made
//! anew. On a new connection the mirrors of all nodes are asked too, because other nodes may have
//! answered more than this one saw. A node that finds a database of the past answers nothing until
//! it is started again, and the start ends everything in it.

use crate::Trouble;
use crate::rows::Head;
use relay::Error;
use relay::fence::{Age, Finding, Mirror, judge};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shared by all threads of a node.
pub(crate) struct Witness {
    mirror: Mutex<Box<dyn Mirror>>,
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy)]
struct Seen {
    age: Age,
    table: u32,
    went_back: bool,
}

/// What a look at the database must find at least. Taken before the look, so that nothing in it
/// can be later than the look.
pub(crate) struct Expected {
    seen: Seen,
    /// On a new connection, what the mirrors say.
    mirrored: Option<Age>,
}

impl Witness {
    pub(crate) fn new(mirror: Box<dyn Mirror>, head: &Head) -> Self {
        let seen = Seen { age: head.age, table: head.table, went_back: false };
        Self { mirror: Mutex::new(mirror), seen: Mutex::new(seen) }
    }

    /// To be asked before each look.
    pub(crate) fn expect(&self, new_connection: bool) -> Result<Expected, Trouble> {
        let mirrored = if new_connection { self.mirror().read()? } else { None };
        let seen = *self.seen();
        if seen.went_back { Err(Trouble::WentBack) } else { Ok(Expected { seen, mirrored }) }
    }

    /// Compares; from the first disagreement on, nothing is as expected any more.
    pub(crate) fn look(&self, expected: &Expected, head: &Head) -> Result<(), Trouble> {
        let known = [Some(expected.seen.age), expected.mirrored];
        let whole = known.iter().flatten().all(|age| judge(head.age, Some(*age)) == Finding::Whole);
        let mut seen = self.seen();
        if !whole || head.table != expected.seen.table {
            seen.went_back = true;
            return Err(Trouble::WentBack);
        }
        drop(seen);
        self.saw(head.age);
        Ok(())
    }

    /// After a commit and before its answers.
    pub(crate) fn committed(&self, age: Age) -> Result<(), Error> {
        self.saw(age);
        self.mirror().write(age)
    }

    /// Other threads may have seen more meanwhile. A new life has a larger generation, too.
    fn saw(&self, age: Age) {
        let mut seen = self.seen();
        if age.generation > seen.age.generation {
            seen.age = age;
        }
    }

    fn mirror(&self) -> MutexGuard<'_, Box<dyn Mirror>> {
        self.mirror.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[Witness]")
    }
}
