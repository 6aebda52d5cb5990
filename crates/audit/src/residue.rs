//! What an auditor answers when it refuses.

use core::fmt;

/// The first thing in a file that nothing explains. A number and a word, never content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residue {
    /// Where it is, or just before.
    pub offset: u64,
    /// What is wrong there.
    pub what: What,
}

/// Why an auditor refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// No format that is known here.
    UnknownFormat,
    /// The file ends too early.
    CutShort,
    /// A segment, chunk, box, tag or property that a clean copy does not have.
    UnknownPart,
    /// A known part where it does not belong, or once too often.
    Misplaced,
    /// A field that is not as a clean copy has it.
    Field,
    /// A text that is not the one constant.
    Text,
    /// A time that is not zero.
    Time,
    /// Bytes that only fill up and are not as they must be.
    Padding,
    /// Bytes that nothing refers to.
    Gap,
    /// Bytes that two things refer to.
    Overlap,
    /// A part that nothing uses.
    Unused,
    /// Bytes behind the end.
    AfterEnd,
    /// A checksum that does not fit.
    Checksum,
    /// An Exif block that says more than the turn.
    Exif,
    /// A colour profile that says more than colour.
    Profile,
    /// Coded data that do not end where their picture does.
    Codes,
    /// Messages among the coded data.
    Message,
    /// The source could not be read.
    Unreadable,
}

impl fmt::Display for Residue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at byte {}", self.what, self.offset)
    }
}

impl std::error::Error for Residue {}
