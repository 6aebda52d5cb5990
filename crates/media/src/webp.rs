//! WebP, still and animated.
//!
//! Reading order: `reader` (chunks into a model), `lossy`, `lossless` and `alpha` (where coded
//! pictures end), `writer` (the model into a clean file), `findings` (what the rest says).

mod alpha;
mod findings;
mod lossless;
mod lossy;
mod reader;
mod writer;

use core::ops::Range;

use crate::error::Error;
use crate::finding::{Finding, Source};
use crate::icc::{self, Colour};
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::receipt::Piece;
use crate::webp::reader::{Chunk, Coded, Content, Flags, Reader};

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
}

impl WebP {
    /// Whether its picture was coded with loss; of an animation, no.
    pub(crate) fn is_lossy(&self) -> bool {
        matches!(&self.content, Content::Still(picture) if matches!(picture.coded, Coded::Lossy(_)))
    }
}

impl Model for WebP {
    fn size(&self) -> Size {
        self.size
    }

    fn orientation(&self) -> Orientation {
        self.orientation
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }

    fn pieces(&self, _bytes: &[u8], _options: &CleanOptions) -> Vec<Piece> {
        let chunk = |chunk: &Chunk| Piece::new(Source::Chunk(chunk.name), chunk.whole());
        let loose = self.loose.iter().map(|at| Piece::new(Source::Between, at.clone()));
        let tail = Piece::new(Source::AfterEnd, self.after_end.clone());
        self.extras.iter().map(chunk).chain(loose).chain([tail]).collect()
    }

    fn write_clean(&self, bytes: &[u8], _options: &CleanOptions) -> Result<Written, Error> {
        Ok(Written { bytes: writer::write(self, bytes), orientation: self.orientation })
    }
}

fn without_exif_prefix(mut block: &[u8]) -> &[u8] {
    while let Some(rest) = block.strip_prefix(b"Exif\0\0") {
        block = rest;
    }
    block
}
