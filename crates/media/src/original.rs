//! A photo as it came: read, understood, not yet clean.

use core::fmt;

use crate::clean::Clean;
use crate::error::Error;
use crate::finding::Finding;
use crate::format::Format;
use crate::jpeg::Jpeg;
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;
use crate::png::Png;
use crate::webp::WebP;

/// A photo whose parts are all known: it can be listed and cleaned.
pub struct Original {
    bytes: Vec<u8>,
    limits: Limits,
    model: Model,
}

pub(crate) enum Model {
    Jpeg(Jpeg),
    Png(Png),
    WebP(WebP),
}

impl Original {
    /// Reads a photo, whatever it is called. Anything that cannot be told apart for certain is an
    /// error, so that a later clean copy never holds a byte that nobody understood.
    pub fn parse(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Error> {
        let size = bytes.len() as u64;
        if size > limits.file_bytes_max {
            return Err(Error::FileTooBig { bytes: size, bytes_max: limits.file_bytes_max });
        }
        let model = match Format::recognise(&bytes)? {
            Format::Jpeg => Model::Jpeg(Jpeg::parse(&bytes, limits)?),
            Format::Png => Model::Png(Png::parse(&bytes, limits)?),
            Format::WebP => Model::WebP(WebP::parse(&bytes, limits)?),
        };
        Ok(Self { bytes, limits: *limits, model })
    }

    /// The format, told by content.
    pub fn format(&self) -> Format {
        match self.model {
            Model::Jpeg(_) => Format::Jpeg,
            Model::Png(_) => Format::Png,
            Model::WebP(_) => Format::WebP,
        }
    }

    /// The file as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Width and height as a viewer shows them.
    pub fn shown_size(&self) -> Size {
        let (stored, orientation) = match &self.model {
            Model::Jpeg(jpeg) => (jpeg.size(), jpeg.orientation()),
            Model::Png(png) => (png.size(), png.orientation()),
            Model::WebP(webp) => (webp.size(), webp.orientation()),
        };
        orientation.shown_size(stored)
    }

    /// How the stored samples are turned before they are shown.
    pub fn orientation(&self) -> Orientation {
        match &self.model {
            Model::Jpeg(jpeg) => jpeg.orientation(),
            Model::Png(png) => png.orientation(),
            Model::WebP(webp) => webp.orientation(),
        }
    }

    /// Everything hidden in it, what matters most first. Decodes the picture if there is a
    /// thumbnail to compare it with.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = match &self.model {
            Model::Jpeg(jpeg) => jpeg.findings(&self.bytes, &self.limits),
            Model::Png(png) => png.findings(&self.bytes, &self.limits),
            Model::WebP(webp) => webp.findings(&self.bytes, &self.limits),
        };
        findings.sort_by_key(|finding| (finding.kind, finding.offset));
        findings
    }

    /// A copy with the same samples, shown the same, and nothing else.
    pub fn clean(&self) -> Result<Clean, Error> {
        let bytes = match &self.model {
            Model::Jpeg(jpeg) => jpeg.write_clean(&self.bytes),
            Model::Png(png) => png.write_clean(&self.bytes)?,
            Model::WebP(webp) => webp.write_clean(&self.bytes),
        };
        Ok(Clean::of(bytes, self))
    }
}

impl fmt::Debug for Original {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Original {:?}, {} bytes]", self.format(), self.bytes.len())
    }
}
