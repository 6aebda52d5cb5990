//! The rules C1 to C12 of `docs/formats/consent.md` as one pure function: what people have said, a
//! question, an answer.
//!
//! It sees the acts and times of chains, each in its author's order, and nothing else: no
//! signature, no digest of a statement, nothing cited, no order of arrival, no clock. So whatever
//! comes first or last on the way, the same chains get the same answer.
//!
//! C1: [`Said::judge_all`] is the one way to a yes; whatever it does not find granted is denied.

use crate::live::Denied;
use crate::pair::Side;
use crate::statement::{Act, Grant, Policy, Statement};
use crate::{Permission, Terms, Verb};
use vocab::{ShareId, Timestamp, limits};

/// What the two people of a pair have said, each in the order of their own chain.
pub(crate) struct Said<'a, S> {
    pub(crate) chains: [&'a [S]; 2],
}

/// Somebody in the photo: what they and the person who shows it have said, and which side is theirs.
pub(crate) struct Third<'a, S> {
    pub(crate) said: Said<'a, S>,
    pub(crate) side: Side,
}

/// May the shower do this for the other one with this photo now?
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) shower: Side,
    pub(crate) verb: Verb,
    pub(crate) share: ShareId,
    pub(crate) now: Timestamp,
}

/// What every involved grant still allows: the earliest end and the fewest views (C8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) not_after: Timestamp,
    pub(crate) views_max: u32,
}

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

impl<'a, S: AsRef<Statement>> Said<'a, S> {
    /// C12: everyone involved says yes, or it is no. A third whose chains are not known has said
    /// nothing.
    pub(crate) fn judge_all(
        &self,
        question: &Question,
        thirds: &[Option<Third<'_, S>>],
    ) -> Result<Bounds, Denied> {
        let mut bounds = self.judge(question)?;
        for third in thirds {
            let third = third.as_ref().ok_or(Denied::NotEveryone)?;
            bounds = bounds.and(third.allows(question)?);
        }
        Ok(bounds)
    }

    fn judge(&self, question: &Question) -> Result<Bounds, Denied> {
        let Question { shower, verb, .. } = *question;
        // C7: an end by either one ends everything, also what was said after it.
        if self.ended().is_some() {
            return Err(Denied::Ended);
        }
        let agreed = self.live_policy(question.now)?;
        let terms = agreed.in_force;
        let mut bounds = Bounds { not_after: terms.until, views_max: terms.views_max };

        // C6: whatever is shown, the person who sees it must have said yes to being sent it.
        let receive = self.deciding_grant(shower.other(), Verb::Receive, question)?;
        bounds = bounds.narrowed_by(receive);
        if verb != Verb::Receive {
            bounds = bounds.narrowed_by(self.deciding_grant(shower, Verb::View, question)?);
        }
        if matches!(verb, Verb::Keep | Verb::Show) {
            if permission(&terms, verb) == Permission::NotAllowed {
                return Err(Denied::NotAllowed(verb));
            }
            let grant = self.deciding_grant(shower, verb, question)?;
            // C6: a yes to keep or show given under other terms does not wake up under new ones.
            if grant.terms_digest != agreed.policy.terms_digest {
                return Err(Denied::OtherTerms(verb));
            }
            bounds = bounds.narrowed_by(grant);
        }
        Ok(bounds)
    }

    /// The terms both signed, and what either one has narrowed since. Expiry is not looked at.
    pub(crate) fn agreed(&self) -> Option<Agreed<'a>> {
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

    /// The end with the earliest date, if anyone ended everything (C7).
    pub(crate) fn ended(&self) -> Option<&'a Statement> {
        let ends =
            Side::BOTH.into_iter().filter_map(|side| self.of(side).find(|s| s.act == Act::End));
        ends.min_by_key(|end| end.time)
    }

    fn live_policy(&self, now: Timestamp) -> Result<Agreed<'a>, Denied> {
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
        question: &Question,
    ) -> Result<&'a Grant, Denied> {
        let Question { share, now, .. } = *question;
        let newest = self.of(author).rev().find(|statement| match &statement.act {
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

    /// One person's policies, newest first.
    fn policies(
        &self,
        side: Side,
    ) -> impl Iterator<Item = (&'a Statement, &'a Policy)> + use<'a, S> {
        self.of(side).rev().filter_map(|statement| match &statement.act {
            Act::Policy(policy) => Some((statement, policy)),
            _ => None,
        })
    }

    fn of(&self, side: Side) -> impl DoubleEndedIterator<Item = &'a Statement> + use<'a, S> {
        self.chains[side.index()].iter().map(AsRef::as_ref)
    }
}

impl<S: AsRef<Statement>> Third<'_, S> {
    /// Whether this person lets the shower show others the photo; and keep it, where the question
    /// is whether somebody may keep it. Nobody passes on more than they were given.
    fn allows(&self, question: &Question) -> Result<Bounds, Denied> {
        let may = |verb| {
            let asked = Question { shower: self.side, verb, ..*question };
            self.said.judge(&asked).map_err(|_| Denied::NotEveryone)
        };
        let bounds = may(Verb::Show)?;
        if question.verb == Verb::Keep { Ok(bounds.and(may(Verb::Keep)?)) } else { Ok(bounds) }
    }
}

impl Bounds {
    fn narrowed_by(self, grant: &Grant) -> Self {
        let views_max = grant.views_max.unwrap_or(u32::MAX);
        self.and(Self { not_after: grant.not_after, views_max })
    }

    fn and(self, other: Self) -> Self {
        Self {
            not_after: self.not_after.min(other.not_after),
            views_max: self.views_max.min(other.views_max),
        }
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
