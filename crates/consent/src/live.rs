//! Is this allowed right now? A question, and the proof of a yes.
//!
//! A [`LiveGrant`] is the only proof of a yes. [`Ledger::live_grant`] and, for a photo in which
//! others can be seen, [`Ledger::live_grant_of_all`] are the only places that make one. The rules
//! themselves are in `rules`.

use crate::rules::{Agreed, Bounds, Question, Said, Third};
use crate::{Ledger, Verb, Verified};
use vocab::{ErrorKind, LogSafe, PairId, PersonId, ShareId, Timestamp};

/// A question: may `from` do this for `to` with this photo at this moment?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is to be allowed.
    pub verb: Verb,
    /// The photo, by its share.
    pub share: ShareId,
    /// Who shows it.
    pub from: PersonId,
    /// Who sees it.
    pub to: PersonId,
    /// The moment asked about.
    pub now: Timestamp,
}

/// Proof that something was allowed at the moment it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct LiveGrant {
    request: Request,
    pair: PairId,
    not_after: Timestamp,
    views_max: u32,
}

impl LiveGrant {
    /// What is allowed.
    pub fn verb(&self) -> Verb {
        self.request.verb
    }

    /// For which photo.
    pub fn share(&self) -> ShareId {
        self.request.share
    }

    /// Who shows it.
    pub fn from(&self) -> PersonId {
        self.request.from
    }

    /// Who sees it.
    pub fn to(&self) -> PersonId {
        self.request.to
    }

    /// Between which two people.
    pub fn pair(&self) -> PairId {
        self.pair
    }

    /// From this second on it is over.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// How many views in all.
    pub fn views_max(&self) -> u32 {
        self.views_max
    }

    /// When it was checked; it says nothing about any other moment.
    pub fn checked_at(&self) -> Timestamp {
        self.request.now
    }
}

/// Which rule says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denied {
    /// The two people asked about are not the two of this ledger.
    NotParties,
    /// One of them has ended everything (C7).
    Ended,
    /// They have not both signed the same terms (C10).
    NoPolicy,
    /// The terms they signed are dated in the future (C11).
    PolicyNotYet,
    /// The terms have ended by themselves (C8).
    PolicyExpired,
    /// The terms do not allow this to be granted (C6).
    NotAllowed(Verb),
    /// Whose grant it takes has never given it (C1, C3).
    NotGranted(Verb),
    /// It was given and taken back (C4).
    Withdrawn(Verb),
    /// It was given and has ended by itself (C8).
    Expired(Verb),
    /// It is dated in the future (C11).
    NotYet(Verb),
    /// It was given under other terms than the agreed ones (C6).
    OtherTerms(Verb),
    /// Somebody in the photo has not said yes to its being shown, or not any more (C12).
    NotEveryone,
}

impl Denied {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::NotParties => ErrorKind::Misuse,
            _ => ErrorKind::Refused,
        }
    }
}

impl core::fmt::Display for Denied {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotParties => f.write_str("not the people of this ledger"),
            Self::Ended => f.write_str("ended"),
            Self::NoPolicy => f.write_str("no agreed terms"),
            Self::PolicyNotYet => f.write_str("terms are dated in the future"),
            Self::PolicyExpired => f.write_str("terms have expired"),
            Self::NotAllowed(verb) => write!(f, "terms do not allow {verb:?}"),
            Self::NotGranted(verb) => write!(f, "{verb:?} was not granted"),
            Self::Withdrawn(verb) => write!(f, "{verb:?} was withdrawn"),
            Self::Expired(verb) => write!(f, "{verb:?} has expired"),
            Self::NotYet(verb) => write!(f, "{verb:?} is dated in the future"),
            Self::OtherTerms(verb) => write!(f, "{verb:?} was granted under other terms"),
            Self::NotEveryone => f.write_str("somebody in the photo has not said yes"),
        }
    }
}

impl std::error::Error for Denied {}
impl LogSafe for Denied {}

/// Somebody who can be seen in a photo, and what they and the person who shows it have said to each
/// other. Without a ledger they have said nothing, which is no.
#[derive(Clone, Copy, Debug)]
pub struct Depicted<'a> {
    /// Who.
    pub person: PersonId,
    /// Their ledger with the person who shows; the one that goes on, if others have ended.
    pub ledger: Option<&'a Ledger>,
}

impl Ledger {
    /// Whether `request` is allowed at its moment, for a photo in which nobody else can be seen.
    pub fn live_grant(&self, request: &Request) -> Result<LiveGrant, Denied> {
        self.live_grant_of_all(request, &[])
    }

    /// C12: whether `request` is allowed at its moment by everyone involved: the two of this ledger,
    /// and each of those who can be seen in the photo. One no, one silence, is enough for a no.
    pub fn live_grant_of_all(
        &self,
        request: &Request,
        depicted: &[Depicted<'_>],
    ) -> Result<LiveGrant, Denied> {
        let Request { verb, share, from, to, now } = *request;
        let shower = self.pair().side(from).ok_or(Denied::NotParties)?;
        if self.pair().side(to) != Some(shower.other()) {
            return Err(Denied::NotParties);
        }
        // The two themselves say yes or no in this ledger.
        let others = depicted.iter().filter(|depicted| ![from, to].contains(&depicted.person));
        let thirds: Vec<_> = others.map(|depicted| depicted.towards(from)).collect();
        let question = Question { shower, verb, share, now };
        let Bounds { not_after, views_max } = self.said().judge_all(&question, &thirds)?;
        Ok(LiveGrant { request: *request, pair: self.pair().id(), not_after, views_max })
    }

    /// The terms both signed, and what either one has narrowed since (C5, C6, C10). Whether they
    /// have expired is not looked at.
    pub fn agreed(&self) -> Option<Agreed<'_>> {
        self.said().agreed()
    }

    /// Who ended everything, and when by their clock (C7).
    pub fn ended(&self) -> Option<(PersonId, Timestamp)> {
        self.said().ended().map(|end| (end.author, end.time))
    }

    fn said(&self) -> Said<'_, Verified> {
        Said { chains: self.chains() }
    }
}

impl<'a> Depicted<'a> {
    /// What this person and the one who shows have said to each other; nothing, if the ledger is
    /// another one's.
    fn towards(&self, shower: PersonId) -> Option<Third<'a, Verified>> {
        let ledger = self.ledger?;
        let side = ledger.pair().side(self.person)?;
        let is_theirs = ledger.pair().side(shower) == Some(side.other());
        is_theirs.then(|| Third { said: ledger.said(), side })
    }
}
