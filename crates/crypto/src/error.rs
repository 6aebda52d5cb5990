//! What can go wrong. Failure to open says nothing about why.

use vocab::{ErrorKind, LogSafe};

/// A failure of a cryptographic operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Could not open: wrong key, changed bytes or cut short. Deliberately not told apart.
    CouldNotOpen,
    /// A signature or MAC does not match.
    NotAuthentic,
    /// Bytes that should be a key, a sealed message or a COSE structure are not.
    Malformed,
    /// The work factor asked for is outside the allowed range.
    CostOutOfRange,
}

impl Error {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::CouldNotOpen | Self::NotAuthentic => ErrorKind::Refused,
            Self::Malformed => ErrorKind::Malformed,
            Self::CostOutOfRange => ErrorKind::Misuse,
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::CouldNotOpen => "could not open",
            Self::NotAuthentic => "not authentic",
            Self::Malformed => "malformed",
            Self::CostOutOfRange => "cost out of range",
        })
    }
}

impl std::error::Error for Error {}
impl LogSafe for Error {}
