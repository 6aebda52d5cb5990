//! Whose move an error is: the one classification every crate's error offers.

use crate::LogSafe;

/// Sorts errors by who can do something about them. Apps turn kinds into exit codes,
/// HTTP statuses and words; libraries hold no words for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The bytes are not what they claim to be.
    Malformed,
    /// A limit from [`crate::limits`] was exceeded.
    TooBig,
    /// Consent or policy says no.
    Refused,
    /// There is nothing (any more) under that id.
    NotFound,
    /// Try again later: the other side is down or busy.
    Unavailable,
    /// The caller asked for something that makes no sense.
    Misuse,
    /// A fault of ours.
    Bug,
}

impl LogSafe for ErrorKind {}
