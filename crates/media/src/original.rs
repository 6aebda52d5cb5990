//! A photo as it came: read, understood, not yet clean.

use core::fmt;

use crate::clean::Clean;
use crate::error::Error;
use crate::finding::Finding;
use crate::format::Format;
use crate::gif::Gif;
use crate::heif::Heif;
use crate::jpeg::Jpeg;
use crate::jxl::Jxl;
use crate::limits::{Limits, Size};
use crate::model::Model;
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::png::Png;
use crate::receipt::Receipt;
use crate::tiff::Tiff;
use crate::webp::WebP;

/// A photo whose parts are all known: it can be listed and cleaned.
pub struct Original {
    bytes: Vec<u8>,
    limits: Limits,
    format: Format,
    model: Box<dyn Model>,
}

impl Original {
    /// Reads a photo, whatever it is called. Anything that cannot be told apart for certain is an
    /// error, so that a later clean copy never holds a byte that nobody understood.
    pub fn parse(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Error> {
        let size = bytes.len() as u64;
        if size > limits.file_bytes_max {
            return Err(Error::FileTooBig { bytes: size, bytes_max: limits.file_bytes_max });
        }
        let mut format = Format::recognise(&bytes)?;
        let model: Box<dyn Model> = match format {
            Format::Jpeg => Box::new(Jpeg::parse(&bytes, limits)?),
            Format::Png => Box::new(Png::parse(&bytes, limits)?),
            Format::WebP => Box::new(WebP::parse(&bytes, limits)?),
            Format::Mp4 | Format::Mov | Format::WebM => return Err(Error::IsClip(format)),
            Format::Gif => Box::new(Gif::parse(&bytes, limits)?),
            Format::Tiff => Box::new(Tiff::parse(&bytes, limits)?),
            Format::Heic | Format::Avif => {
                let heif = Heif::parse(&bytes, limits)?;
                format = heif.format();
                Box::new(heif)
            }
            Format::JpegXl => Box::new(Jxl::parse(&bytes, limits)?),
        };
        Ok(Self { bytes, limits: *limits, format, model })
    }

    /// The format, told by content.
    pub fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The file as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Width and height as a viewer shows them.
    pub fn shown_size(&self) -> Size {
        self.model.orientation().shown_size(self.model.size())
    }

    /// How the stored samples are turned before they are shown.
    pub fn orientation(&self) -> Orientation {
        self.model.orientation()
    }

    /// Everything hidden in it, what matters most first. Decodes the picture if there is a
    /// thumbnail to compare it with.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.model.findings(&self.bytes, &self.limits);
        findings.sort_by_key(|finding| (finding.kind, finding.offset));
        findings
    }

    /// A copy with the same samples, shown the same, and nothing else.
    pub fn clean(&self) -> Result<Clean, Error> {
        self.clean_with(&CleanOptions::default())
    }

    /// A copy with nothing but the picture, and what these options ask for.
    pub fn clean_with(&self, options: &CleanOptions) -> Result<Clean, Error> {
        let written = self.model.write_clean(&self.bytes, options)?;
        // The copy is read again by code that the writers do not share.
        audit::photo(&written.bytes).map_err(Error::AuditFailed)?;
        let pieces = self.model.pieces(&self.bytes, options);
        let size_bytes = self.bytes.len() as u64;
        let receipt = Receipt::new(pieces, size_bytes, written.bytes.len() as u64);
        Ok(Clean::new(written, receipt, self.format, self.shown_size()))
    }
}

impl fmt::Debug for Original {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Original {:?}, {} bytes]", self.format(), self.bytes.len())
    }
}
