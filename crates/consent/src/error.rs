//! What can go wrong with statements and ledgers. Variants carry numbers, never what was said.

use crate::live::Denied;
use vocab::{ErrorKind, LogSafe};

/// A statement, a ledger or an exported bundle was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a statement, a ledger or a bundle in the one allowed encoding.
    Malformed,
    /// A statement or ledger is larger than its limit.
    TooBig,
    /// The signature does not match the author.
    NotAuthentic,
    /// The author is not one of the two people.
    Stranger,
    /// The statement belongs to another pair, or a pair's id does not follow from its two people.
    WrongPair,
    /// Both people of a pair have the same key.
    SamePerson,
    /// The author has signed two different statements with the same number.
    Fork {
        /// The number both carry.
        seq: u32,
    },
    /// Earlier statements of the same author are missing; they may still arrive.
    Gap {
        /// The number that would come next.
        expected: u32,
        /// The number that came.
        found: u32,
    },
    /// The statement does not name the author's previous one.
    BrokenLink {
        /// Its number.
        seq: u32,
    },
    /// The statement cites one of the other person's that is not known here; it may still arrive.
    SeenUnknown {
        /// Its number.
        seq: u32,
    },
    /// The statement cites less of the other person's than its author had cited before.
    SeenBackwards {
        /// Its number.
        seq: u32,
    },
    /// The statement is dated before the author's previous one (C9).
    TimeBackwards {
        /// Its number.
        seq: u32,
    },
    /// A policy's revision does not follow from those its author knew.
    RevisionOutOfOrder {
        /// The statement's number.
        seq: u32,
    },
    /// An expiry is missing, past, or more than 90 days away (C2).
    ExpiryOutOfRange,
    /// A number of views or days is outside its limits.
    TermsOutOfRange,
    /// No more statements of this kind fit; end this ledger and begin a new one.
    Full,
    /// One of the two has ended it; nothing more can be granted.
    Ended,
    /// There is no open proposal of the other person's to agree to.
    NothingToAgree,
    /// The other person's newest proposal is not what the caller wants to agree to.
    TermsChanged,
    /// No policy is agreed, so there are no terms to grant under.
    NoTerms,
    /// This clock is far behind the author's own last statement.
    ClockBehind,
    /// The key does not belong to the statement's author.
    WrongKey,
    /// Consent says no.
    Denied(Denied),
}

impl Error {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Malformed | Self::ExpiryOutOfRange | Self::TermsOutOfRange => {
                ErrorKind::Malformed
            }
            Self::TooBig | Self::Full => ErrorKind::TooBig,
            Self::NotAuthentic
            | Self::Stranger
            | Self::WrongPair
            | Self::Fork { .. }
            | Self::BrokenLink { .. }
            | Self::SeenBackwards { .. }
            | Self::TimeBackwards { .. }
            | Self::RevisionOutOfOrder { .. }
            | Self::Ended
            | Self::TermsChanged
            | Self::NoTerms
            | Self::Denied(_) => ErrorKind::Refused,
            Self::Gap { .. } | Self::SeenUnknown { .. } => ErrorKind::Unavailable,
            Self::NothingToAgree => ErrorKind::NotFound,
            Self::SamePerson | Self::ClockBehind | Self::WrongKey => ErrorKind::Misuse,
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Malformed => f.write_str("malformed"),
            Self::TooBig => f.write_str("too big"),
            Self::NotAuthentic => f.write_str("not authentic"),
            Self::Stranger => f.write_str("author is not of this pair"),
            Self::WrongPair => f.write_str("another pair's"),
            Self::SamePerson => f.write_str("both people have one key"),
            Self::Fork { seq } => write!(f, "two statements numbered {seq}"),
            Self::Gap { expected, found } => {
                write!(f, "statement {found} before statement {expected}")
            }
            Self::BrokenLink { seq } => write!(f, "statement {seq} breaks the chain"),
            Self::SeenUnknown { seq } => write!(f, "statement {seq} cites an unknown one"),
            Self::SeenBackwards { seq } => write!(f, "statement {seq} cites less than before"),
            Self::TimeBackwards { seq } => write!(f, "statement {seq} is dated before the last"),
            Self::RevisionOutOfOrder { seq } => {
                write!(f, "statement {seq} has a revision out of order")
            }
            Self::ExpiryOutOfRange => f.write_str("expiry out of range"),
            Self::TermsOutOfRange => f.write_str("terms out of range"),
            Self::Full => f.write_str("ledger full"),
            Self::Ended => f.write_str("ended"),
            Self::NothingToAgree => f.write_str("nothing to agree to"),
            Self::TermsChanged => f.write_str("terms have changed"),
            Self::NoTerms => f.write_str("no agreed terms"),
            Self::ClockBehind => f.write_str("clock is behind"),
            Self::WrongKey => f.write_str("not the author's key"),
            Self::Denied(denied) => denied.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
impl LogSafe for Error {}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<crypto::Error> for Error {
    fn from(error: crypto::Error) -> Self {
        match error {
            crypto::Error::Malformed => Self::Malformed,
            _ => Self::NotAuthentic,
        }
    }
}
