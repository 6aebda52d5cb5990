//! Proof for others: both chains in one file, checked offline.
//!
//! A bundle shows what two keys signed. It does not show that nothing came later: whoever exports
//! it can leave newest statements out, and no witness is included in this version. So a report
//! names, for each person, the moment after which nothing is known. It never says that anyone
//! agreed to an act, was free, or was who they say.

use crate::pair::Side;
use crate::{Error, Ledger, Pair, Standing, StatementDigest, Verified, stored};
use vocab::{PersonId, Timestamp};

/// The whole ledger as a file for others.
pub fn export(ledger: &Ledger, exported_at: Timestamp) -> Vec<u8> {
    stored::write(ledger, Some(exported_at))
}

/// What a bundle proves, after every check has passed.
#[derive(Clone, Debug)]
pub struct Report {
    ledger: Ledger,
    exported_at: Timestamp,
}

/// One person's half of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Half {
    /// Whose.
    pub author: PersonId,
    /// How many statements.
    pub statements: usize,
    /// The newest statement.
    pub head: Option<StatementDigest>,
    /// The newest statement's time. What this person said after it is not known; if there is none,
    /// nothing they said is known.
    pub unknown_after: Option<Timestamp>,
}

impl Report {
    /// Checks a bundle: encoding, keys, signatures, both chains, everything they cite.
    pub fn verify(bytes: &[u8]) -> Result<Self, Error> {
        let (ledger, exported_at) = stored::read(bytes)?;
        let exported_at = exported_at.ok_or(Error::Malformed)?;
        Ok(Self { ledger, exported_at })
    }

    /// The two people and their keys.
    pub fn pair(&self) -> &Pair {
        self.ledger.pair()
    }

    /// When it was exported, by the word of whoever did so. Nobody signed this.
    pub fn exported_at(&self) -> Timestamp {
        self.exported_at
    }

    /// Both halves.
    pub fn halves(&self) -> [Half; 2] {
        Side::BOTH.map(|side| {
            let chain = self.ledger.chain(side);
            Half {
                author: self.ledger.pair().person_at(side),
                statements: chain.len(),
                head: chain.last().map(Verified::digest),
                unknown_after: chain.last().map(|last| last.time),
            }
        })
    }

    /// The moment after which not everything is known: the earlier end of the two halves. None if
    /// one half is empty, so that nothing at all is certain about that person.
    pub fn unknown_after(&self) -> Option<Timestamp> {
        let [first, second] = self.halves();
        first.unknown_after.min(second.unknown_after)
    }

    /// Each statement: whose key stated what, and when by its author's clock.
    pub fn statements(&self) -> impl Iterator<Item = &Verified> {
        self.ledger.statements()
    }

    /// What stands after all included statements.
    pub fn standing(&self) -> Standing {
        self.ledger.standing()
    }
}
