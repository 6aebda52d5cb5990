//! PNG and animated PNG.
//!
//! Reading order: `reader` (chunks into a model), `samples` (the compressed picture, checked to
//! the byte), `writer` (the model into a clean file), `text` and `findings` (what the rest says).

mod findings;
mod reader;
mod samples;
mod text;
mod writer;

use core::ops::Range;
use std::borrow::Cow;

use crate::error::Error;
use crate::finding::{Finding, Source};
use crate::icc::{self, Colour};
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::png::reader::{Chunk, Frame, Header, Parts, Reader};
use crate::png::samples::Samples;
use crate::receipt::Piece;

/// The first bytes of every PNG.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A PNG, understood.
pub(crate) struct Png {
    header: Header,
    wanted: Vec<Chunk>,
    image: Samples,
    plays: u32,
    frames: Vec<Frame>,
    /// For each frame its samples; none for a frame that is the default image.
    frame_samples: Vec<Option<Samples>>,
    extras: Vec<Chunk>,
    after_end: Range<usize>,
    orientation: Orientation,
    /// What a profile or an sRGB chunk says about colour.
    colour: Option<Colour>,
}

impl Png {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let parts = Reader::new(bytes, limits)?.read()?;
        let header = parts.header;
        let image = Samples::measure(bytes, &parts.image, &header, header.size, limits)?;
        let of_frame = |frame: &Frame| match frame.is_default_image {
            true => Ok(None),
            false => Samples::measure(bytes, &frame.pieces, &header, frame.size, limits).map(Some),
        };
        let frame_samples = parts.frames.iter().map(of_frame).collect::<Result<_, _>>()?;
        let orientation = orientation_of(bytes, &parts, limits);
        let colour = colour_of(bytes, &parts, limits);
        Ok(Self {
            header,
            wanted: parts.wanted,
            image,
            plays: parts.plays,
            frames: parts.frames,
            frame_samples,
            extras: parts.extras,
            after_end: parts.after_end,
            orientation,
            colour,
        })
    }

    /// The data of a chunk that the picture needs.
    fn wanted<'a>(&self, name: &[u8; 4], bytes: &'a [u8]) -> Option<&'a [u8]> {
        let chunk = self.wanted.iter().find(|chunk| &chunk.name == name)?;
        bytes.get(chunk.data.clone())
    }

    /// Single colours are written with 16 bits a channel, of which only as many as the depth
    /// count; the others could say anything and become zero.
    fn without_spare_bits<'a>(&self, name: &[u8; 4], data: &'a [u8]) -> Cow<'a, [u8]> {
        let is_colour = name == b"bKGD" || name == b"tRNS";
        if !is_colour || self.header.colour_type == 3 || self.header.depth == 16 {
            return Cow::Borrowed(data);
        }
        let mask = ((1_u32 << self.header.depth) - 1) as u8;
        data.iter()
            .enumerate()
            .map(|(at, byte)| if at % 2 == 0 { 0 } else { byte & mask })
            .collect()
    }
}

impl Model for Png {
    fn size(&self) -> Size {
        self.header.size
    }

    fn orientation(&self) -> Orientation {
        self.orientation
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }

    fn pieces(&self, _bytes: &[u8], _options: &CleanOptions) -> Vec<Piece> {
        let samples = core::iter::once(&self.image).chain(self.frame_samples.iter().flatten());
        let behind = samples.flat_map(|samples| samples.behind.iter().cloned());
        let behind = behind.map(|at| Piece::new(Source::Between, at));
        let chunk = |chunk: &Chunk| Piece::new(Source::Chunk(chunk.name), chunk.whole());
        let tail = Piece::new(Source::AfterEnd, self.after_end.clone());
        self.extras.iter().map(chunk).chain(behind).chain([tail]).collect()
    }

    fn write_clean(&self, bytes: &[u8], _options: &CleanOptions) -> Result<Written, Error> {
        Ok(Written { bytes: writer::write(self, bytes)?, orientation: self.orientation })
    }
}

/// Exif first, then Exif spelt out in a text chunk as older programs wrote it, then XMP.
fn orientation_of(bytes: &[u8], parts: &Parts, limits: &Limits) -> Orientation {
    let exif = parts.extras.iter().find(|chunk| &chunk.name == b"eXIf");
    let exif = exif.map(|chunk| without_exif_prefix(&bytes[chunk.data.clone()]));
    if let Some(orientation) = exif.and_then(Orientation::from_exif) {
        return orientation;
    }
    let texts = parts.extras.iter().filter_map(|chunk| text::read(bytes, chunk, limits));
    let (mut spelt_out, mut from_xmp) = (None, None);
    for text in texts {
        match text.keyword {
            b"Raw profile type exif" => {
                let block = text::raw_profile(&text.value);
                let block = block.as_deref().map(without_exif_prefix);
                spelt_out = spelt_out.or(block.and_then(Orientation::from_exif));
            }
            text::XMP_KEYWORD => from_xmp = from_xmp.or(Orientation::from_xmp(&text.value)),
            _ => {}
        }
    }
    spelt_out.or(from_xmp).unwrap_or_default()
}

fn without_exif_prefix(mut block: &[u8]) -> &[u8] {
    while let Some(rest) = block.strip_prefix(b"Exif\0\0") {
        block = rest;
    }
    block
}

fn colour_of(bytes: &[u8], parts: &Parts, limits: &Limits) -> Option<Colour> {
    let chunk = |name: &[u8; 4]| parts.wanted.iter().find(|chunk| &chunk.name == name);
    let profile = chunk(b"iCCP").and_then(|chunk| profile(&bytes[chunk.data.clone()], limits));
    profile.and_then(|profile| icc::judge(&profile)).or(chunk(b"sRGB").map(|_| Colour::Standard))
}

/// Unpacks the profile behind the name and the compression method.
fn profile(data: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let name_end = data.iter().position(|byte| *byte == 0)?;
    samples::unpack(data.get(name_end + 2..)?, limits.metadata_bytes_max)
}
