//! The rules: is this allowed right now? C1 to C11 of `docs/formats/consent.md`.
//!
//! A [`LiveGrant`] is the only proof of a yes, and [`Ledger::live_grant`] the only place that
//! makes one (C1: whatever is not granted is denied).

use crate::pair::Side;
use crate::statement::{Act, Grant, Policy};
use crate::{Ledger, Permission, Terms, Verb};
use vocab::{ErrorKind, LogSafe, PairId, PersonId, ShareId, Timestamp, limits};

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
        }
    }
}

impl std::error::Error for Denied {}
impl LogSafe for Denied {}

/// The terms that hold between two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed<'a> {
    /// What both signed.
    pub policy: &'a Policy,
    /// What is left of it after either one narrowed it (C5).
    pub in_force: Terms,
    /// When the later of the two signed.
    pub since: Timestamp,
}

/// What every involved grant still allows: the earliest end and the fewest views (C8).
#[derive(Clone, Copy)]
struct Bounds {
    not_after: Timestamp,
    views_max: u32,
}

impl Bounds {
    fn narrowed_by(self, grant: &Grant) -> Self {
        Self {
            not_after: self.not_after.min(grant.not_after),
            views_max: self.views_max.min(grant.views_max.unwrap_or(u32::MAX)),
        }
    }
}

impl Ledger {
    /// Whether `request` is allowed at its moment.
    pub fn live_grant(&self, request: &Request) -> Result<LiveGrant, Denied> {
        let Request { verb, share, now, .. } = *request;
        let from = self.pair().side(request.from).ok_or(Denied::NotParties)?;
        if self.pair().side(request.to) != Some(from.other()) {
            return Err(Denied::NotParties);
        }
        // C7: an end by either one ends everything, also what was said after it.
        if self.ended().is_some() {
            return Err(Denied::Ended);
        }
        let agreed = self.live_policy(now)?;
        let terms = agreed.in_force;
        let mut bounds = Bounds { not_after: terms.until, views_max: terms.views_max };

        // C6: whatever is shown, the person who sees it must have said yes to being sent it.
        bounds =
            bounds.narrowed_by(self.deciding_grant(from.other(), Verb::Receive, share, now)?);
        if verb != Verb::Receive {
            bounds = bounds.narrowed_by(self.deciding_grant(from, Verb::View, share, now)?);
        }
        if matches!(verb, Verb::Keep | Verb::Show) {
            if permission(&terms, verb) == Permission::NotAllowed {
                return Err(Denied::NotAllowed(verb));
            }
            let grant = self.deciding_grant(from, verb, share, now)?;
            // C6: a yes to keep or show given under other terms does not wake up under new ones.
            if grant.terms_digest != agreed.policy.terms_digest {
                return Err(Denied::OtherTerms(verb));
            }
            bounds = bounds.narrowed_by(grant);
        }
        let Bounds { not_after, views_max } = bounds;
        Ok(LiveGrant { request: *request, pair: self.pair().id(), not_after, views_max })
    }

    /// The terms both signed, and what either one has narrowed since (C5, C6, C10). Whether they
    /// have expired is not looked at.
    pub fn agreed(&self) -> Option<Agreed<'_>> {
        // C6, C10: the highest revision that both signed with the same content. A revision is
        // signed at most once by each, so widening always takes two fresh signatures.
        let (first, second, policy) = self.policies(Side::First).find_map(|(first, policy)| {
            let (second, _) = self.policies(Side::Second).find(|(_, other)| *other == policy)?;
            Some((first, second, policy))
        })?;
        // C5: what either one signed later can only take away, and does so alone and at once.
        let later = Side::BOTH.into_iter().flat_map(|side| self.policies(side));
        let in_force = later
            .filter(|(_, later)| later.revision > policy.revision)
            .fold(policy.terms, |terms, (_, later)| terms.narrowed_by(later.terms));
        Some(Agreed { policy, in_force, since: first.time.max(second.time) })
    }

    /// Who ended everything, and when by their clock (C7).
    pub fn ended(&self) -> Option<(PersonId, Timestamp)> {
        let ends = Side::BOTH
            .into_iter()
            .filter_map(|side| self.chain(side).iter().find(|statement| statement.act == Act::End));
        ends.map(|end| (end.author, end.time)).min_by_key(|(_, time)| *time)
    }

    fn live_policy(&self, now: Timestamp) -> Result<Agreed<'_>, Denied> {
        // C10: nothing is live until both have signed the same terms.
        let agreed = self.agreed().ok_or(Denied::NoPolicy)?;
        if from_the_future(agreed.since, now) {
            return Err(Denied::PolicyNotYet);
        }
        if now >= agreed.in_force.until {
            return Err(Denied::PolicyExpired);
        }
        Ok(agreed)
    }

    /// C4, C5: of everything this author said about this verb and photo, the newest decides. A
    /// withdrawal beats every grant before it; a newer grant replaces an older one, also a longer
    /// one. C3: nobody else's statements are looked at.
    fn deciding_grant(
        &self,
        author: Side,
        verb: Verb,
        share: ShareId,
        now: Timestamp,
    ) -> Result<&Grant, Denied> {
        let newest = self.chain(author).iter().rev().find(|statement| match &statement.act {
            Act::Grant(grant) => grant.verb == verb && grant.subject.covers(share),
            Act::Withdraw { verb: only, subject } => {
                only.is_none_or(|only| only == verb) && subject.covers(share)
            }
            Act::Policy(_) | Act::End => false,
        });
        let Some(newest) = newest else { return Err(Denied::NotGranted(verb)) };
        let Act::Grant(grant) = &newest.act else { return Err(Denied::Withdrawn(verb)) };
        // C11: a yes dated in the future is not one yet.
        if from_the_future(newest.time, now) {
            return Err(Denied::NotYet(verb));
        }
        // C8: the last second is already over.
        if now >= grant.not_after {
            return Err(Denied::Expired(verb));
        }
        Ok(grant)
    }
}

/// C11, with room for clocks that differ a little.
fn from_the_future(time: Timestamp, now: Timestamp) -> bool {
    time > now.plus_seconds(limits::CLOCK_SKEW_SECONDS_MAX)
}

fn permission(terms: &Terms, verb: Verb) -> Permission {
    match verb {
        Verb::Keep => terms.keep,
        Verb::Show => terms.show,
        Verb::Receive | Verb::View => Permission::Allowed,
    }
}

#[cfg(test)]
mod tests;
