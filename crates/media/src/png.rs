//! PNG and animated PNG.
//!
//! Reading order: `reader` (chunks into a model), `samples` (the compressed picture, checked to
//! the byte and packed anew), `rows` and `zlib` (what it is made of), `palette` (which colours are
//! used), `writer` (the model into a clean file), `text` and `findings` (what the rest says).

mod findings;
mod palette;
mod reader;
mod rows;
mod samples;
mod text;
mod writer;
mod zlib;

use core::ops::Range;
use std::borrow::Cow;

use crate::error::Error;
use crate::finding::{Finding, Source};
use crate::icc::{self, Colour};
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::{CleanOptions, Turn};
use crate::orientation::Orientation;
use crate::png::palette::Uses;
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
    /// The colour numbers that are used, where there is a palette.
    uses: Uses,
    /// What a profile or an sRGB chunk says about colour.
    colour: Option<Colour>,
}

impl Png {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let parts = Reader::new(bytes, limits)?.read()?;
        let header = parts.header;
        let mut uses = Uses::new();
        let mut measure = |pieces: &[Range<usize>], size| {
            let note = |row: &[u8], width: u32| uses.add_row(row, width, header.depth);
            Samples::measure(bytes, pieces, &header, size, limits, note)
        };
        let image = measure(&parts.image, header.size)?;
        let of_frame = |frame: &Frame| match frame.is_default_image {
            true => Ok(None),
            false => measure(&frame.pieces, frame.size).map(Some),
        };
        let frame_samples = parts.frames.iter().map(of_frame).collect::<Result<_, _>>()?;
        let background = parts.wanted.iter().find(|chunk| &chunk.name == b"bKGD");
        if let Some(background) = background.filter(|_| header.colour_type == 3) {
            uses.add(bytes[background.data.start]);
        }
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
            uses,
            colour,
        })
    }

    /// The data of a chunk that the picture needs.
    fn wanted<'a>(&self, name: &[u8; 4], bytes: &'a [u8]) -> Option<&'a [u8]> {
        let chunk = self.wanted.iter().find(|chunk| &chunk.name == name)?;
        bytes.get(chunk.data.clone())
    }

    /// All streams of samples: that of the picture, and those of further frames.
    fn streams(&self) -> impl Iterator<Item = &Samples> {
        core::iter::once(&self.image).chain(self.frame_samples.iter().flatten())
    }

    /// Of a palette only the colours that are used count. Single colours are written with 16 bits
    /// a channel, of which only as many as the depth count. The rest could say anything.
    fn without_spare<'a>(&self, name: &[u8; 4], data: &'a [u8]) -> Cow<'a, [u8]> {
        match name {
            b"PLTE" => return self.uses.clean_colours(data).into(),
            b"tRNS" if self.header.colour_type == 3 => return self.uses.clean_opacity(data).into(),
            b"tRNS" | b"bKGD" if self.header.colour_type != 3 && self.header.depth < 16 => {}
            _ => return Cow::Borrowed(data),
        }
        let mask = ((1_u32 << self.header.depth) - 1) as u8;
        data.iter()
            .enumerate()
            .map(|(at, byte)| if at % 2 == 0 { 0 } else { byte & mask })
            .collect()
    }

    /// The turn that is done to the samples. Frames are placed on each other, so animations keep
    /// theirs for the viewer.
    fn turn(&self, bytes: &[u8], options: &CleanOptions) -> Orientation {
        let is_possible = self.frames.is_empty() && self.image.can_be_turned(bytes.len());
        match options.turn {
            Turn::Upright if is_possible => self.orientation,
            _ => Orientation::Upright,
        }
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
        let behind = self.streams().flat_map(|samples| samples.behind.iter().cloned());
        let behind = behind.map(|at| Piece::new(Source::Between, at));
        let chunk = |chunk: &Chunk| Piece::new(Source::Chunk(chunk.name), chunk.whole());
        let tail = Piece::new(Source::AfterEnd, self.after_end.clone());
        self.extras.iter().map(chunk).chain(behind).chain([tail]).collect()
    }

    fn write_clean(&self, bytes: &[u8], options: &CleanOptions) -> Result<Written, Error> {
        let turn = self.turn(bytes, options);
        let is_turned = turn != Orientation::Upright;
        let orientation = if is_turned { Orientation::Upright } else { self.orientation };
        Ok(Written { bytes: writer::write(self, bytes, turn)?, orientation })
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
    zlib::unpack(data.get(name_end + 2..)?, limits.metadata_bytes_max)
}
