//! Two chains of statements, one per person. Nobody needs the other's help to add to their own.

use crate::pair::{Pair, Side};
use crate::statement::{Act, StatementDigest};
use crate::{Error, Signed, Verified};
use std::collections::BTreeMap;
use vocab::{PersonId, Timestamp, limits};

/// All statements of one pair that are known here, every one of them verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    pair: Pair,
    chains: [Vec<Verified>; 2],
    /// Where each statement stands, to find repeated and cited ones.
    places: BTreeMap<StatementDigest, Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    side: Side,
    index: usize,
}

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is new and now counts.
    New,
    /// It was here already; nothing changed.
    AlreadyHere,
}

impl Ledger {
    /// Nothing said yet.
    pub fn new(pair: Pair) -> Self {
        Self { pair, chains: [Vec::new(), Vec::new()], places: BTreeMap::new() }
    }

    /// Whose ledger it is.
    pub fn pair(&self) -> &Pair {
        &self.pair
    }

    /// One person's statements in order; none for a stranger.
    pub fn statements_of(&self, author: PersonId) -> &[Verified] {
        self.pair.side(author).map_or(&[], |side| self.chain(side))
    }

    /// Every statement, each after all that its author had seen, otherwise by time.
    pub fn statements(&self) -> impl Iterator<Item = &Verified> {
        self.in_causal_order().into_iter()
    }

    /// The newest statement of one person.
    pub fn head_of(&self, author: PersonId) -> Option<StatementDigest> {
        self.statements_of(author).last().map(Verified::digest)
    }

    /// One person's statements that come after the one with `digest`; all if it is not here. What
    /// a partner who is at `digest` still lacks.
    pub fn statements_after(
        &self,
        author: PersonId,
        digest: Option<StatementDigest>,
    ) -> &[Verified] {
        let Some(side) = self.pair.side(author) else { return &[] };
        let place = digest.and_then(|digest| self.places.get(&digest));
        match place {
            Some(place) if place.side == side => &self.chain(side)[place.index + 1..],
            _ => self.chain(side),
        }
    }

    /// Takes in a statement after checking everything about it. The same one twice is no error.
    pub fn append(&mut self, signed: &Signed) -> Result<Appended, Error> {
        if self.places.contains_key(&signed.digest()) {
            return Ok(Appended::AlreadyHere);
        }
        self.take_in(signed.verify(&self.pair)?)?;
        Ok(Appended::New)
    }

    /// Whether a verified statement fits its chain; if so, it now counts.
    pub(crate) fn take_in(&mut self, verified: Verified) -> Result<(), Error> {
        let side = self.pair.side(verified.author).ok_or(Error::Stranger)?;
        self.check_link(side, &verified)?;
        self.check_seen(side, &verified)?;
        self.check_revision(side, &verified)?;
        if self.chain(side).len() >= room_for(&verified.act) {
            return Err(Error::Full);
        }
        let index = self.chain(side).len();
        self.places.insert(verified.digest(), Place { side, index });
        self.chains[side.index()].push(verified);
        Ok(())
    }

    pub(crate) fn chain(&self, side: Side) -> &[Verified] {
        &self.chains[side.index()]
    }

    pub(crate) fn chains(&self) -> [&[Verified]; 2] {
        self.chains.each_ref().map(Vec::as_slice)
    }

    /// Number, previous statement and time (C9).
    fn check_link(&self, side: Side, new: &Verified) -> Result<(), Error> {
        let chain = self.chain(side);
        let (seq, expected) = (new.seq, next_seq(chain));
        if seq < expected {
            return Err(Error::Fork { seq });
        }
        if seq > expected {
            return Err(Error::Gap { expected, found: seq });
        }
        if new.prev != chain.last().map(Verified::digest) {
            return Err(Error::BrokenLink { seq });
        }
        // C9: time in a chain never runs backwards.
        if chain.last().is_some_and(|last| new.time < last.time) {
            return Err(Error::TimeBackwards { seq });
        }
        Ok(())
    }

    /// What is cited must be known, be the other's, and never be less than before.
    fn check_seen(&self, side: Side, new: &Verified) -> Result<(), Error> {
        let seq = new.seq;
        let before = self.chain(side).last().and_then(|last| last.seen);
        let now = match new.seen {
            None => None,
            Some(digest) => match self.places.get(&digest) {
                Some(place) if place.side == side.other() => Some(place.index),
                _ => return Err(Error::SeenUnknown { seq }),
            },
        };
        let before = before.and_then(|digest| self.places.get(&digest)).map(|place| place.index);
        if now < before { Err(Error::SeenBackwards { seq }) } else { Ok(()) }
    }

    /// Revisions count up by one from what the author knew. Each person signs a revision at most
    /// once, so that no old signature can widen again (C6), and nobody can use numbers up.
    fn check_revision(&self, side: Side, new: &Verified) -> Result<(), Error> {
        let Act::Policy(policy) = new.act else { return Ok(()) };
        let own = self.newest_policy(side).map(|(_, policy)| policy.revision);
        let seen = new.seen.and_then(|digest| self.places.get(&digest));
        let known = seen.and_then(|place| {
            let known = &self.chain(place.side)[..=place.index];
            known.iter().rev().find_map(|statement| match statement.act {
                Act::Policy(policy) => Some(policy.revision),
                _ => None,
            })
        });
        let highest = own.max(known).map_or(0, |newest| newest.saturating_add(1));
        if Some(policy.revision) <= own || policy.revision > highest {
            return Err(Error::RevisionOutOfOrder { seq: new.seq });
        }
        Ok(())
    }

    fn in_causal_order(&self) -> Vec<&Verified> {
        let mut merged = Vec::with_capacity(self.places.len());
        let mut next = [0, 0];
        while merged.len() < self.places.len() {
            let ready = Side::BOTH.into_iter().filter_map(|side| {
                let statement = self.chain(side).get(next[side.index()])?;
                let seen = statement.seen.and_then(|digest| self.places.get(&digest));
                let waits = seen.is_some_and(|place| next[side.other().index()] <= place.index);
                (!waits).then_some((statement.time, side, statement))
            });
            // Citations point to statements that were here before, so one side is always ready.
            let earliest: Option<(Timestamp, Side, &Verified)> =
                ready.min_by_key(|(time, ..)| *time);
            let Some((_, side, statement)) = earliest else { break };
            next[side.index()] += 1;
            merged.push(statement);
        }
        merged
    }
}

pub(crate) fn next_seq(chain: &[Verified]) -> u32 {
    u32::try_from(chain.len()).unwrap_or(u32::MAX)
}

/// How many statements a person's chain may hold before one like `act` is refused. Each person has
/// half the ledger, and its last places are kept for taking away: neither an eager device nor the
/// other person can fill it so that a withdrawal finds no room.
pub(crate) fn room_for(act: &Act) -> usize {
    const CHAIN_MAX: usize = limits::STATEMENTS_MAX / 2;
    const KEPT_FOR_WITHDRAWALS: usize = 500;
    match act {
        Act::Policy(_) | Act::Grant(_) => CHAIN_MAX - KEPT_FOR_WITHDRAWALS,
        Act::Withdraw { .. } => CHAIN_MAX - 1,
        Act::End => CHAIN_MAX,
    }
}

#[cfg(test)]
mod tests;
