//! A photo that gives nothing away beside its picture. Only this crate can make one.

use core::fmt;

use crate::error::Error;
use crate::format::Format;
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;
use crate::original::Original;

/// A clean copy. That it exists is the proof: there is no other way to make one than
/// [`Original::clean`] and [`Clean::verify`].
#[derive(Clone)]
pub struct Clean {
    bytes: Vec<u8>,
    format: Format,
    shown_size: Size,
    report: Report,
}

/// What cleaning did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Size of the file before.
    pub original_bytes: u64,
    /// Size of the clean copy.
    pub clean_bytes: u64,
    /// The turn that the copy still asks viewers for; nothing else of its metadata stays.
    pub orientation: Orientation,
}

impl Clean {
    pub(crate) fn of(bytes: Vec<u8>, original: &Original) -> Self {
        let report = Report {
            original_bytes: original.bytes().len() as u64,
            clean_bytes: bytes.len() as u64,
            orientation: original.orientation(),
        };
        Self { bytes, format: original.format(), shown_size: original.shown_size(), report }
    }

    /// Accepts bytes that are a clean copy already: cleaning them changes nothing. For copies that
    /// come back from storage or arrive from someone else.
    pub fn verify(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Error> {
        let original = Original::parse(bytes, limits)?;
        let clean = original.clean()?;
        if clean.bytes == original.bytes() { Ok(clean) } else { Err(Error::NotClean) }
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, given away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Its format: that of the original.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Width and height as a viewer shows them.
    pub fn shown_size(&self) -> Size {
        self.shown_size
    }

    /// What cleaning did.
    pub fn report(&self) -> &Report {
        &self.report
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Clean {:?}, {} bytes]", self.format, self.bytes.len())
    }
}
