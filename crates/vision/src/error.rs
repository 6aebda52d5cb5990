//! What can go wrong while looking at a picture.

use core::fmt;

use crate::finding::Kind;

/// Why a picture was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The detector's weights are not the ones this version was made with.
    WrongModel {
        /// Which file of `models/` was expected.
        file: &'static str,
    },
    /// What finds this kind of thing was not loaded.
    NotLoaded {
        /// What was to be found.
        kind: Kind,
    },
    /// The detector stopped half-way, for want of memory or by a fault in it.
    Stopped,
    /// Whoever asked wanted it to stop.
    Cancelled,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongModel { file } => {
                write!(f, "the detector {file} is damaged or from another version")
            }
            Self::NotLoaded { kind } => write!(f, "no detector of kind {} is loaded", kind.id()),
            Self::Cancelled => f.write_str("the detector was stopped"),
            Self::Stopped => f.write_str("the detector stopped half-way"),
        }
    }
}

impl core::error::Error for Error {}
