//! From what a person wants to say to the next statement of their chain.

use crate::ledger::{next_seq, room_for};
use crate::pair::Side;
use crate::statement::{Act, Grant, Policy, Statement, Subject, Verb};
use crate::{Error, Ledger, Terms, TermsDigest, Unsigned, Verified};
use vocab::{PersonId, Timestamp, limits};

/// What a person wants to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Proposes terms. Narrower points count at once; wider ones when the other agrees.
    Propose(Terms),
    /// Agrees to the other's newest proposal, which must be exactly these terms.
    Agree(Terms),
    /// Gives or renews a permission under the agreed terms.
    Grant {
        /// To do what.
        verb: Verb,
        /// With which photos.
        subject: Subject,
        /// When it ends by itself.
        not_after: Timestamp,
        /// At most so many views, if tighter than the terms.
        views_max: Option<u32>,
    },
    /// Takes a permission back, or all of them.
    Withdraw {
        /// Which; all of them if absent.
        verb: Option<Verb>,
        /// For which photos.
        subject: Subject,
    },
    /// Ends everything, for good.
    End,
}

impl Intent {
    /// A permission without a tighter limit on views than the terms have.
    pub const fn grant(verb: Verb, subject: Subject, not_after: Timestamp) -> Self {
        Self::Grant { verb, subject, not_after, views_max: None }
    }

    /// Everything the author has allowed is taken back.
    pub const fn withdraw_all() -> Self {
        Self::Withdraw { verb: None, subject: Subject::All }
    }
}

impl Ledger {
    /// The next statement of `author`, ready to be signed and then appended here.
    ///
    /// `nonce` is random. A clock that was set back is no obstacle to taking something away; the
    /// statement then carries the time of the author's last one (C9).
    pub fn next(
        &self,
        author: PersonId,
        intent: Intent,
        now: Timestamp,
        nonce: [u8; 16],
    ) -> Result<Unsigned, Error> {
        let side = self.pair().side(author).ok_or(Error::Stranger)?;
        let chain = self.chain(side);
        let act = self.act_for(side, intent)?;
        let last = chain.last();
        let time = last.map_or(now, |last| last.time.max(now));
        if !act.narrows() {
            self.check_widening(&act, now, time)?;
        }
        if chain.len() >= room_for(&act) {
            return Err(Error::Full);
        }
        let statement = Statement {
            pair: self.pair().id(),
            author,
            seq: next_seq(chain),
            prev: last.map(Verified::digest),
            seen: self.chain(side.other()).last().map(Verified::digest),
            time,
            nonce,
            act,
        };
        statement.check()?;
        Ok(Unsigned(statement))
    }

    /// The other person's newest proposal that `author` has not answered; the policy to show
    /// before asking for a yes.
    pub fn open_proposal_to(&self, author: PersonId) -> Option<&Policy> {
        let side = self.pair().side(author)?;
        let own = self.newest_policy(side).map(|(_, policy)| policy.revision);
        let (_, theirs) = self.newest_policy(side.other())?;
        (Some(theirs.revision) > own).then_some(theirs)
    }

    pub(crate) fn newest_policy(&self, side: Side) -> Option<(&Verified, &Policy)> {
        self.policies(side).next()
    }

    /// One person's policies, newest first.
    pub(crate) fn policies(&self, side: Side) -> impl Iterator<Item = (&Verified, &Policy)> {
        self.chain(side).iter().rev().filter_map(|verified| match &verified.act {
            Act::Policy(policy) => Some((verified, policy)),
            _ => None,
        })
    }

    fn act_for(&self, side: Side, intent: Intent) -> Result<Act, Error> {
        Ok(match intent {
            Intent::Propose(terms) => {
                let newest = Side::BOTH
                    .into_iter()
                    .filter_map(|side| self.newest_policy(side))
                    .map(|(_, policy)| policy.revision)
                    .max();
                let revision = newest.map_or(Some(0), |newest| newest.checked_add(1));
                let revision = revision.ok_or(Error::Full)?;
                Act::Policy(Policy { revision, terms, terms_digest: TermsDigest::of(&terms) })
            }
            Intent::Agree(terms) => {
                let author = self.pair().person_at(side);
                let theirs = self.open_proposal_to(author).ok_or(Error::NothingToAgree)?;
                // Signing the words that belong to the terms, whatever digest the other wrote:
                // a digest of other words then never becomes agreed (C10).
                let own = Policy {
                    revision: theirs.revision,
                    terms,
                    terms_digest: TermsDigest::of(&terms),
                };
                if *theirs != own {
                    return Err(Error::TermsChanged);
                }
                Act::Policy(own)
            }
            Intent::Grant { verb, subject, not_after, views_max } => {
                let terms_digest = self.agreed_digest().ok_or(Error::NoTerms)?;
                Act::Grant(Grant { verb, subject, not_after, views_max, terms_digest })
            }
            Intent::Withdraw { verb, subject } => Act::Withdraw { verb, subject },
            Intent::End => Act::End,
        })
    }

    /// The terms a grant is given under: the agreed ones, or those still on the table when the
    /// yes to them and the first grant travel together.
    fn agreed_digest(&self) -> Option<TermsDigest> {
        let agreed = self.agreed().map(|agreed| agreed.policy.terms_digest);
        agreed.or_else(|| {
            let newest = Side::BOTH.into_iter().filter_map(|side| self.newest_policy(side));
            newest.max_by_key(|(_, policy)| policy.revision).map(|(_, policy)| policy.terms_digest)
        })
    }

    fn check_widening(&self, act: &Act, now: Timestamp, time: Timestamp) -> Result<(), Error> {
        if self.ended().is_some() {
            return Err(Error::Ended);
        }
        // Dated by a clock that was ahead, it would not be live for a while (C11): better to say so.
        if time.seconds_since(now) > limits::CLOCK_SKEW_SECONDS_MAX {
            return Err(Error::ClockBehind);
        }
        match act {
            Act::Policy(policy) if policy.terms.until <= now => Err(Error::ExpiryOutOfRange),
            Act::Grant(grant) if grant.not_after <= now => Err(Error::ExpiryOutOfRange),
            _ => Ok(()),
        }
    }
}
