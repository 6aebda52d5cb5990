//! What can go wrong with sealed things.

use vocab::{ErrorKind, LogSafe};

/// A failure to make or open something sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A cryptographic operation failed.
    Crypto(crypto::Error),
    /// Bytes inside something that opened are not what they should be.
    Malformed,
    /// A message is too large for its fixed size; holds the bytes that were given.
    TooBig(usize),
}

impl Error {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Crypto(inner) => inner.kind(),
            Self::Malformed => ErrorKind::Malformed,
            Self::TooBig(_) => ErrorKind::TooBig,
        }
    }
}

impl From<crypto::Error> for Error {
    fn from(inner: crypto::Error) -> Self {
        Self::Crypto(inner)
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Crypto(inner) => inner.fmt(f),
            Self::Malformed => f.write_str("malformed contents"),
            Self::TooBig(bytes) => write!(f, "{bytes} bytes do not fit"),
        }
    }
}

impl std::error::Error for Error {}
impl LogSafe for Error {}
