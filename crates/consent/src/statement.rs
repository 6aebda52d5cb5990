//! What can be said: one statement by one person about one pair.
//!
//! Plain data. A statement proves nothing by itself; see [`crate::Verified`]. It never holds a
//! photo, a digest of one, a name or a reason.

use crate::{Error, Terms, TermsDigest};
use core::fmt;
use vocab::{PairId, PersonId, ShareId, Timestamp, limits};

/// SHA-256 of a signed statement's bytes, signature included: how statements cite each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementDigest(pub(crate) [u8; 32]);

impl StatementDigest {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for StatementDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[StatementDigest]")
    }
}

/// One statement by one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The two people it is between.
    pub pair: PairId,
    /// Who says it.
    pub author: PersonId,
    /// Its number in the author's chain, from 0.
    pub seq: u32,
    /// The author's previous statement; none for number 0.
    pub prev: Option<StatementDigest>,
    /// The other person's newest statement that the author knew; none if none was known.
    pub seen: Option<StatementDigest>,
    /// When, by the author's clock.
    pub time: Timestamp,
    /// Random, so that nobody can guess a statement from its digest.
    pub nonce: [u8; 16],
    /// What is said.
    pub act: Act,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Signs terms: proposes them, agrees to them, or narrows the agreed ones.
    Policy(Policy),
    /// Gives or renews a permission.
    Grant(Grant),
    /// Takes a permission back.
    Withdraw {
        /// Which; all of them if absent.
        verb: Option<Verb>,
        /// For which photos.
        subject: Subject,
    },
    /// Ends everything between the two, for good.
    End,
}

impl Act {
    /// Whether it can only take away. Such an act is never refused for lack of room or because of
    /// a clock (C5).
    pub const fn narrows(&self) -> bool {
        matches!(self, Self::Withdraw { .. } | Self::End)
    }
}

/// Terms as one person signed them. They count when both have signed the same (C10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which version of the terms; rises with every change by either person.
    pub revision: u32,
    /// The terms.
    pub terms: Terms,
    /// The exact words that were shown.
    pub terms_digest: TermsDigest,
}

/// A permission given by one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To do what.
    pub verb: Verb,
    /// With which photos.
    pub subject: Subject,
    /// From this second on it is over (C8).
    pub not_after: Timestamp,
    /// At most so many views; none means no tighter than the terms.
    pub views_max: Option<u32>,
    /// The agreed terms it was given under.
    pub terms_digest: TermsDigest,
}

/// What a permission is for. Each is given and withdrawn by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// To be sent photos; given by the person who receives.
    Receive,
    /// To look; given by the person who shows.
    View,
    /// To keep a copy; given by the person who shows.
    Keep,
    /// To show others; given by the person who shows.
    Show,
}

impl Verb {
    /// All four, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Receive, Self::View, Self::Keep, Self::Show];
}

/// Which photos a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One shared photo, by its random id.
    Share(ShareId),
    /// All photos of the pair.
    All,
}

impl Subject {
    /// Whether `share` is meant.
    pub fn covers(&self, share: ShareId) -> bool {
        match self {
            Self::All => true,
            Self::Share(own) => *own == share,
        }
    }

    /// Whether everything that `other` means is meant.
    pub fn covers_all_of(&self, other: Self) -> bool {
        *self == Self::All || *self == other
    }
}

impl Statement {
    /// The rules that a statement must meet by itself, whatever the ledger holds.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if (self.seq == 0) != self.prev.is_none() {
            return Err(Error::Malformed);
        }
        match &self.act {
            Act::Policy(policy) => {
                policy.terms.check()?;
                check_expiry(self.time, policy.terms.until)
            }
            Act::Grant(grant) => {
                if grant.views_max.is_some_and(|views| !(1..=limits::VIEWS_MAX).contains(&views)) {
                    return Err(Error::TermsOutOfRange);
                }
                check_expiry(self.time, grant.not_after)
            }
            Act::Withdraw { .. } | Act::End => Ok(()),
        }
    }
}

/// C2: a yes ends by itself, at most 90 days after it was given.
fn check_expiry(time: Timestamp, not_after: Timestamp) -> Result<(), Error> {
    let latest = time.plus_days(limits::CONSENT_DAYS_MAX);
    if time < not_after && not_after <= latest { Ok(()) } else { Err(Error::ExpiryOutOfRange) }
}
