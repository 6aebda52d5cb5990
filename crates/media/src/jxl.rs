//! JPEG XL, bare or in boxes: the clean copy is the codestream alone.
//!
//! Boxes around the codestream hold metadata, also packed, and what is needed to make a JPEG again
//! out of a picture that was one, with all that hung on it. None of that is shown. The codestream
//! itself is read as far as to know where its last frame ends.
//!
//! Reading order: `bits`, `header`, `frame`.

mod bits;
mod frame;
mod header;

use core::ops::Range;

use crate::bmff::{BoxAt, boxes, write_box};
use crate::error::{Error, OtherFormat, Part};
use crate::exif::{self, Location, printable};
use crate::finding::{Comparison, Finding, FindingKind, Source, Value};
use crate::jxl::bits::Bits;
use crate::jxl::frame::Frame;
use crate::jxl::header::Header;
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::receipt::Piece;
use crate::thumbnail::Photo;
use crate::xmp;

/// A JPEG XL, understood.
pub(crate) struct Jxl {
    /// Boxes that are not shown.
    others: Vec<BoxAt>,
    /// The codestream's pieces in their order, up to the end of the last frame.
    code: Vec<Range<usize>>,
    /// What follows it.
    behind: Vec<Range<usize>>,
    header: Header,
    names: Vec<Vec<u8>>,
    needs_level_10: bool,
}

const BARE: &[u8] = b"\xff\x0a";
const SIGNATURE: &[u8] = b"\0\0\0\x0cJXL \r\n\x87\n";

impl Jxl {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut parts = Parts::default();
        if bytes.starts_with(BARE) {
            parts.code.push(0..bytes.len());
        } else {
            parts.read(bytes, limits)?;
        }
        let joined: Vec<u8>;
        let code = match parts.code.as_slice() {
            [whole] => &bytes[whole.clone()],
            pieces => {
                joined = pieces.iter().flat_map(|piece| &bytes[piece.clone()]).copied().collect();
                &joined
            }
        };
        let mut bits = Bits::new(code, 0);
        let header = Header::read(&mut bits)?;
        limits.check_size(header.size)?;
        // A profile is coded like the picture itself.
        if header.has_profile {
            return Err(not_supported());
        }
        let mut at = bits.align()?;
        let mut names = header.names.clone();
        if let Some(size) = header.preview {
            let preview = Frame::read(code, at, &header, size)?;
            at = preview.end;
        }
        for frames in 1.. {
            limits.check_parts(frames)?;
            let frame = Frame::read(code, at, &header, header.size)?;
            at = frame.end;
            names.extend((!frame.name.is_empty()).then_some(frame.name));
            if frame.is_last {
                break;
            }
        }
        let (code, behind) = split(parts.code, at);
        let Parts { others, needs_level_10, .. } = parts;
        Ok(Self { others, code, behind, header, names, needs_level_10 })
    }
}

/// What the boxes of a file are.
#[derive(Default)]
struct Parts {
    code: Vec<Range<usize>>,
    others: Vec<BoxAt>,
    needs_level_10: bool,
}

impl Parts {
    fn read(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), Error> {
        let damaged = Error::damaged(Part::Container, 0);
        if !bytes.starts_with(SIGNATURE) {
            return Err(damaged);
        }
        let mut is_finished = false;
        let mut next_part = 0;
        let found = boxes(bytes, SIGNATURE.len()..bytes.len())?;
        limits.check_parts(found.len())?;
        for found in found {
            let damaged = Error::damaged(Part::Container, found.whole.start);
            let inside = found.inside.clone();
            match &found.kind {
                b"ftyp" => {}
                b"jxll" => self.needs_level_10 |= bytes[inside].first() == Some(&10),
                b"jxlc" if self.code.is_empty() && !is_finished => {
                    self.code.push(inside);
                    is_finished = true;
                }
                b"jxlp" if !is_finished => {
                    let number = crate::bmff::u32_at(&bytes[inside.clone()], 0).ok_or(damaged)?;
                    if number & 0x7fff_ffff != next_part {
                        return Err(damaged);
                    }
                    next_part += 1;
                    is_finished = number >> 31 == 1;
                    self.code.push(inside.start + 4..inside.end);
                }
                b"jxlc" | b"jxlp" => return Err(damaged),
                _ => self.others.push(found),
            }
        }
        if is_finished { Ok(()) } else { Err(Error::cut_short(bytes.len())) }
    }
}

/// The pieces before and behind a place of the codestream.
fn split(pieces: Vec<Range<usize>>, mut size: usize) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    for piece in pieces {
        let middle = piece.start + size.min(piece.len());
        size -= middle - piece.start;
        before.push(piece.start..middle);
        behind.push(middle..piece.end);
    }
    before.retain(|piece| !piece.is_empty());
    behind.retain(|piece| !piece.is_empty());
    (before, behind)
}

pub(crate) const fn not_supported() -> Error {
    Error::NotSupported(OtherFormat::JpegXl)
}

impl Model for Jxl {
    fn size(&self) -> Size {
        self.header.size
    }

    fn orientation(&self) -> Orientation {
        self.header.orientation
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        let Header { size, orientation, .. } = self.header;
        let photo = Photo::known_by_shape(size, orientation, limits);
        let others = self.others.iter();
        let mut found: Vec<Finding> =
            others.flat_map(|other| other_box(bytes, other, &photo)).collect();
        for at in &self.behind {
            let kind = FindingKind::TrailingData;
            found.push(Finding::removed(kind, Source::AfterEnd, at.clone()));
        }
        let inside = |kind| Finding::removed(kind, Source::Picture, 0..0).kept();
        for name in &self.names {
            let text = printable(&String::from_utf8_lossy(name));
            let mut finding = inside(FindingKind::Comment).with(Value::Text(text));
            finding.bytes = name.len() as u64;
            found.push(finding);
        }
        if let Some(size) = self.header.preview {
            let comparison = Comparison::Unknown;
            let value = Value::Picture { size: Some(size), comparison };
            found.push(inside(FindingKind::OtherPicture).with(value));
        }
        found
    }

    fn pieces(&self, _bytes: &[u8], _options: &CleanOptions) -> Vec<Piece> {
        let others = self.others.iter();
        let others = others.map(|it| Piece::new(Source::Chunk(it.kind), it.whole.clone()));
        let behind = self.behind.iter().map(|at| Piece::new(Source::AfterEnd, at.clone()));
        others.chain(behind).collect()
    }

    fn write_clean(&self, bytes: &[u8], _options: &CleanOptions) -> Result<Written, Error> {
        let mut out = Vec::with_capacity(bytes.len());
        let code = |out: &mut Vec<u8>| {
            self.code.iter().for_each(|piece| out.extend_from_slice(&bytes[piece.clone()]));
        };
        // Decoders do not try pictures of the higher level unless a box says so.
        if self.needs_level_10 {
            out.extend_from_slice(SIGNATURE);
            write_box(&mut out, b"ftyp", |out| out.extend(b"jxl \0\0\0\0jxl "));
            write_box(&mut out, b"jxll", |out| out.push(10));
            write_box(&mut out, b"jxlc", code);
        } else {
            code(&mut out);
        }
        Ok(Written { bytes: out, orientation: self.header.orientation })
    }
}

/// What a box says that is not shown.
fn other_box(bytes: &[u8], other: &BoxAt, photo: &Photo<'_>) -> Vec<Finding> {
    let inside = other.inside.clone();
    let data = &bytes[inside.clone()];
    let plain = |kind| vec![Finding::removed(kind, Source::Chunk(other.kind), other.whole.clone())];
    match &other.kind {
        b"Exif" => {
            let skip = crate::bmff::u32_at(data, 0).unwrap_or(0) as usize;
            let start = skip.saturating_add(4).min(data.len());
            let location = Location::At(inside.start + start);
            exif::read(&data[start..], location, photo)
        }
        b"xml " => xmp::read(data, inside),
        b"jumb" => plain(FindingKind::Provenance),
        b"jhgm" => plain(FindingKind::GainMap),
        b"brob" | b"jbrd" => plain(FindingKind::OtherMetadata),
        b"free" | b"skip" => plain(FindingKind::LooseData),
        _ => plain(FindingKind::UnknownData),
    }
}
