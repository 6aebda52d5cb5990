//! What was found in a picture.

use core::fmt;

use pixels::{Outline, Region};

use crate::codes::Code;
use crate::faces::Face;
use crate::says::Sensitive;
use crate::text::TextLine;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A face.
    Face,
    /// A line of text.
    Text,
    /// A QR code, bar code or the like.
    Code,
}

impl Kind {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 3] = [Self::Face, Self::Text, Self::Code];

    /// Its name in documents, which does not change.
    pub fn id(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Text => "text",
            Self::Code => "code",
        }
    }
}

/// How sure it is that a code is there which could not be read.
const UNREAD_CODE: f32 = 0.9;

/// One thing in a picture that may lead to a person.
#[derive(Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// The upright rectangle around it, in pixels of the picture.
    pub region: Region,
    /// Its corners, which stand askew where it does.
    pub outline: Outline,
    /// How sure the detector is that it is there, 0 to 1.
    pub confidence: f32,
    /// What could be read of a text or a code.
    pub text: Option<String>,
    /// What that says about a person, each kind once. A text or code that could not be read may say
    /// anything: [`Sensitive::Unread`].
    pub says: Vec<Sensitive>,
}

impl Finding {
    pub(crate) fn face(face: &Face) -> Self {
        Self {
            kind: Kind::Face,
            region: face.region,
            outline: face.region.outline(),
            confidence: face.confidence,
            text: None,
            says: Vec::new(),
        }
    }
}

impl Finding {
    pub(crate) fn text(line: TextLine) -> Self {
        Self {
            kind: Kind::Text,
            region: Region::around(&line.outline),
            outline: line.outline,
            confidence: line.likelihood,
            text: line.text,
            says: line.says,
        }
    }
}

impl Finding {
    /// A code that was read is there: what it says is checked. One that could not be read has what
    /// only codes have.
    pub(crate) fn code(code: Code) -> Self {
        Self {
            kind: Kind::Code,
            region: Region::around(&code.outline),
            outline: code.outline,
            confidence: if code.text.is_some() { 1.0 } else { UNREAD_CODE },
            text: code.text,
            says: code.says,
        }
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was read is nobody's business in a log.
        f.debug_struct("Finding")
            .field("kind", &self.kind)
            .field("region", &self.region)
            .field("confidence", &self.confidence)
            .field("says", &self.says)
            .finish_non_exhaustive()
    }
}
