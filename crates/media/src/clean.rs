//! A photo that gives nothing away beside its picture. Only this crate can make one.

use core::fmt;

use crate::error::Error;
use crate::format::Format;
use crate::limits::{Limits, Size};
use crate::model::Written;
use crate::options::{CleanOptions, Hdr};
use crate::orientation::Orientation;
use crate::original::Original;
use crate::receipt::Receipt;

/// A clean copy. That it exists is the proof: there is no other way to make one than
/// [`Original::clean`] and [`Clean::verify`].
#[derive(Clone)]
pub struct Clean {
    bytes: Vec<u8>,
    format: Format,
    shown_size: Size,
    orientation: Orientation,
    receipt: Receipt,
}

impl Clean {
    pub(crate) fn new(
        written: Written,
        receipt: Receipt,
        format: Format,
        shown_size: Size,
    ) -> Self {
        let Written { bytes, orientation } = written;
        Self { bytes, format, shown_size, orientation, receipt }
    }

    /// With what was taken out on the way to another copy, which this one was made from.
    pub(crate) fn with_receipt_of(self, earlier: &Self) -> Self {
        let clean_bytes = self.bytes.len() as u64;
        Self { receipt: Receipt { clean_bytes, ..earlier.receipt.clone() }, ..self }
    }

    /// Accepts bytes that are a clean copy already: cleaning them changes nothing. For copies that
    /// come back from storage or arrive from someone else.
    pub fn verify(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Error> {
        let original = Original::parse(bytes, limits)?;
        let clean = original.clean()?;
        if clean.bytes == original.bytes() {
            return Ok(clean);
        }
        let clean = original.clean_with(&CleanOptions { hdr: Hdr::Keep, ..Default::default() })?;
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

    /// The turn that the copy still asks viewers for; nothing else of its metadata stays.
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// What cleaning took out and what it kept, to the byte.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Clean {:?}, {} bytes]", self.format, self.bytes.len())
    }
}
