//! Two ways not to succeed: the rules say no, or the store cannot.

use vocab::{ErrorKind, LogSafe};

/// The rules say no. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A number or size in the request cannot be.
    Malformed,
    /// The token does not give this right, or there is no such box.
    Refused,
    /// Something else is there under this id.
    Conflict,
    /// Never seen, used up, expired or withdrawn: one answer for every end (R15).
    Gone,
    /// A size is over its limit.
    TooBig,
    /// What was agreed is used up for now.
    Busy,
}

impl Refusal {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Malformed => ErrorKind::Malformed,
            Self::Refused => ErrorKind::Refused,
            Self::Conflict => ErrorKind::Misuse,
            Self::Gone => ErrorKind::NotFound,
            Self::TooBig => ErrorKind::TooBig,
            Self::Busy => ErrorKind::Unavailable,
        }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::TooBig => "too big",
            Self::Busy => "busy",
        })
    }
}

impl std::error::Error for Refusal {}
impl LogSafe for Refusal {}

/// The store cannot. Whether the command took effect is unknown to the caller; every command may
/// be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Full, locked, closing or broken: try again later.
    Unavailable,
    /// A row is not what this version writes.
    Corrupt,
    /// The epoch key that a half rests under is not here.
    NoEpochKey,
}

impl Error {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Unavailable => ErrorKind::Unavailable,
            Self::Corrupt | Self::NoEpochKey => ErrorKind::Bug,
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "store unavailable",
            Self::Corrupt => "a stored row does not read back",
            Self::NoEpochKey => "no key for a stored epoch",
        })
    }
}

impl std::error::Error for Error {}
impl LogSafe for Error {}

/// Why a command stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The rules say no.
    Refusal(Refusal),
    /// The store cannot.
    Error(Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
