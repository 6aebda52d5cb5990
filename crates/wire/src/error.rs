//! What can go wrong when a message is read.

use crate::ProblemKind;
use vocab::{ErrorKind, LogSafe};

/// A message that is not what it should be, or an answer that says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The body is not the message it should be.
    Malformed,
    /// The relay answered with a problem.
    Problem(ProblemKind),
    /// The other side answered with a status this version does not know.
    UnexpectedStatus(u16),
}

impl Error {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Malformed => ErrorKind::Malformed,
            Self::UnexpectedStatus(500..) => ErrorKind::Unavailable,
            Self::UnexpectedStatus(_) => ErrorKind::Malformed,
            Self::Problem(kind) => kind.error_kind(),
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Malformed => f.write_str("malformed message"),
            Self::Problem(kind) => write!(f, "the relay answered: {}", kind.slug()),
            Self::UnexpectedStatus(status) => write!(f, "unexpected status {status}"),
        }
    }
}

impl std::error::Error for Error {}
impl LogSafe for Error {}
