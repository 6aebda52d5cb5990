//! Two people and the name of what is between them.

use crate::Error;
use crypto::digest::sha256;
use crypto::sign::IdentityPublic;
use vocab::{InviteId, PairId, PersonId};

/// Two people. Their order is fixed by their ids, so that both see the same pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    people: [IdentityPublic; 2],
    invite: InviteId,
    id: PairId,
}

/// One of the two, as a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    First,
    Second,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::First, Self::Second];

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

impl Pair {
    /// Two different people, brought together by `invite`. Their order does not matter.
    ///
    /// The pair's id follows from all three, so that a statement made for one partner can never be
    /// shown beside another one's as if it had been made for them.
    pub fn new(
        one: IdentityPublic,
        other: IdentityPublic,
        invite: InviteId,
    ) -> Result<Self, Error> {
        let (one_id, other_id) = (one.person(), other.person());
        if one_id == other_id {
            return Err(Error::SamePerson);
        }
        let people = if one_id < other_id { [one, other] } else { [other, one] };
        let (first, second) = (one_id.min(other_id), one_id.max(other_id));
        let digest =
            sha256(&[b"velum/pair/v1", first.as_bytes(), second.as_bytes(), invite.as_bytes()]);
        let mut id = [0; PairId::BYTES];
        id.copy_from_slice(&digest[..PairId::BYTES]);
        Ok(Self { people, invite, id: PairId::from_bytes(id) })
    }

    /// The pair's id.
    pub fn id(&self) -> PairId {
        self.id
    }

    /// The invitation that brought them together.
    pub fn invite(&self) -> InviteId {
        self.invite
    }

    /// Both, in the fixed order.
    pub fn people(&self) -> &[IdentityPublic; 2] {
        &self.people
    }

    /// The key of `person`, if they are one of the two.
    pub fn person(&self, person: PersonId) -> Option<&IdentityPublic> {
        self.side(person).map(|side| &self.people[side.index()])
    }

    /// The one who is not `person`.
    pub fn other_than(&self, person: PersonId) -> Option<&IdentityPublic> {
        self.side(person).map(|side| &self.people[side.other().index()])
    }

    pub(crate) fn side(&self, person: PersonId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.person_at(*side) == person)
    }

    pub(crate) fn person_at(&self, side: Side) -> PersonId {
        self.people[side.index()].person()
    }
}
