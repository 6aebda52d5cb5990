//! WebP, still and animated.
//!
//! Reading order: `reader` (chunks into a model), `writer` (the model into a clean file),
//! `findings` (what the rest says).

mod findings;
mod reader;
mod writer;

use core::ops::Range;

use crate::error::Error;
use crate::finding::Finding;
use crate::icc::{self, Colour};
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;
use crate::webp::reader::{Chunk, Content, Flags, Reader};

/// A WebP, understood.
pub(crate) struct WebP {
    size: Size,
    flags: Option<Flags>,
    content: Content,
    extras: Vec<Chunk>,
    loose: Vec<Range<usize>>,
    after_end: Range<usize>,
    orientation: Orientation,
    /// The colour profile in its canonical form; absent for sRGB.
    profile: Option<Vec<u8>>,
}

impl WebP {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let parts = Reader::new(bytes, limits).read()?;
        // Viewers read metadata only where the file's flags announce it.
        let announced = |name: &[u8; 4], flag| {
            let chunk = parts.extras.iter().find(|chunk| &chunk.name == name)?;
            parts.flags.is_some_and(|flags| flags.has(flag)).then(|| &bytes[chunk.data.clone()])
        };
        let exif = announced(b"EXIF", Flags::EXIF).map(without_exif_prefix);
        let xmp = announced(b"XMP ", Flags::XMP);
        let orientation = exif
            .and_then(Orientation::from_exif)
            .or_else(|| xmp.and_then(Orientation::from_xmp))
            .unwrap_or_default();
        let profile = match announced(b"ICCP", Flags::PROFILE).and_then(icc::judge) {
            Some(Colour::Profile(canonical)) => Some(canonical),
            Some(Colour::Standard) | None => None,
        };
        Ok(Self {
            size: parts.size,
            flags: parts.flags,
            content: parts.content,
            extras: parts.extras,
            loose: parts.loose,
            after_end: parts.after_end,
            orientation,
            profile,
        })
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn orientation(&self) -> Orientation {
        self.orientation
    }

    pub(crate) fn write_clean(&self, original: &[u8]) -> Vec<u8> {
        writer::write(self, original)
    }

    pub(crate) fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }
}

fn without_exif_prefix(mut block: &[u8]) -> &[u8] {
    while let Some(rest) = block.strip_prefix(b"Exif\0\0") {
        block = rest;
    }
    block
}
