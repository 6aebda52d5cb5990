//! What can go wrong while looking at a picture.

use core::fmt;

/// Why a picture was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The detector's weights are not the ones this version was made with.
    WrongModel {
        /// Which file of `models/` was expected.
        file: &'static str,
    },
    /// The detector stopped half-way, for want of memory or by a fault in it.
    Stopped,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongModel { file } => {
                write!(f, "the detector {file} is damaged or from another version")
            }
            Self::Stopped => f.write_str("the detector stopped half-way"),
        }
    }
}

impl core::error::Error for Error {}
