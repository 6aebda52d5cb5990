//! JPEG XL, bare or in boxes: the clean copy is the codestream alone.
//!
//! Boxes around the codestream hold metadata, also packed, and what is needed to make a JPEG again
//! out of a picture that was one, with all that hung on it. None of that is shown. The codestream
//! itself is read as far as to know where its last frame ends. A colour profile inside of it is
//! coded with the tables that follow from it, so it stays, and is told.
//!
//! Reading order: `bits`, `header`, `coded`, `profile`, `frame`, `container`, `boxes`.

mod bits;
mod boxes;
mod coded;
mod container;
mod frame;
mod header;
mod profile;

use core::ops::Range;

use crate::bmff::{BoxAt, write_box};
use crate::error::{Error, OtherFormat};
use crate::exif::printable;
use crate::finding::{Comparison, Finding, FindingKind, Source, Value};
use crate::icc;
use crate::jxl::bits::Bits;
use crate::jxl::container::Parts;
use crate::jxl::frame::Frame;
use crate::jxl::header::Header;
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::receipt::Piece;
use crate::thumbnail::Photo;

/// A JPEG XL, understood.
pub(crate) struct Jxl {
    /// Boxes that are not shown.
    others: Vec<BoxAt>,
    /// The codestream's pieces in their order, up to the end of the last frame.
    code: Vec<Range<usize>>,
    /// What follows it.
    behind: Vec<Range<usize>>,
    header: Header,
    /// The colour profile, and where in the codestream it is.
    profile: Option<(Vec<u8>, Range<usize>)>,
    /// Where in the codestream the smaller copy is.
    preview: Option<Range<usize>>,
    names: Vec<Vec<u8>>,
    needs_level_10: bool,
}

const BARE: &[u8] = b"\xff\x0a";
const SIGNATURE: &[u8] = b"\0\0\0\x0cJXL \r\n\x87\n";
/// How many frames may store their sections in another order. Each costs some time, however little
/// it says.
const REORDERED_FRAMES_MAX: usize = 1024;

impl Jxl {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let parts = match bytes.starts_with(BARE) {
            true => Parts::bare(bytes),
            false => Parts::read(bytes, limits)?,
        };
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
        let mut profile = None;
        if header.has_profile {
            let start = bits.position() / 8;
            let read = profile::read(&mut bits)?;
            profile = Some((read, start..bits.position().div_ceil(8)));
        }
        let mut at = bits.align()?;
        let mut names = header.names.clone();
        let mut preview = None;
        if let Some(size) = header.preview {
            let end = Frame::read(code, at, &header, size)?.end;
            preview = Some(at..end);
            at = end;
        }
        at = read_frames(code, at, &header, limits, &mut names)?;
        let (code, behind) = split(parts.code, at);
        let behind = behind.into_iter().chain(parts.tail).collect();
        let Parts { others, needs_level_10, .. } = parts;
        Ok(Self { others, code, behind, header, profile, preview, names, needs_level_10 })
    }

    /// Where in the file a part of the codestream begins.
    fn place(&self, part: &Range<usize>) -> u64 {
        let mut start = part.start;
        for piece in &self.code {
            if start < piece.len() {
                return (piece.start + start) as u64;
            }
            start -= piece.len();
        }
        0
    }

    /// What stays, because it is in the codestream.
    fn inside(&self, kind: FindingKind, source: Source, part: &Range<usize>) -> Finding {
        let mut finding = Finding::removed(kind, source, 0..part.len()).kept();
        finding.offset = self.place(part);
        finding
    }
}

/// Reads all frames, and the names they have; says where the last one ends.
fn read_frames(
    code: &[u8],
    mut at: usize,
    header: &Header,
    limits: &Limits,
    names: &mut Vec<Vec<u8>>,
) -> Result<usize, Error> {
    let mut reordered = 0;
    for frames in 1.. {
        limits.check_parts(frames)?;
        let frame = Frame::read(code, at, header, header.size)?;
        at = frame.end;
        names.extend((!frame.name.is_empty()).then_some(frame.name));
        reordered += usize::from(frame.is_reordered);
        if reordered > REORDERED_FRAMES_MAX {
            return Err(Error::TooManyParts { parts_max: REORDERED_FRAMES_MAX });
        }
        if frame.is_last {
            break;
        }
    }
    Ok(at)
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
        let mut found = boxes::findings(bytes, &self.others, &photo, limits.metadata_bytes_max);
        for at in &self.behind {
            let kind = FindingKind::TrailingData;
            found.push(Finding::removed(kind, Source::AfterEnd, at.clone()));
        }
        if let Some((profile, at)) = &self.profile {
            let text = icc::description(profile).map_or(Value::None, Value::Text);
            found.push(self.inside(FindingKind::ColourProfile, Source::Profile, at).with(text));
        }
        for name in &self.names {
            let text = printable(&String::from_utf8_lossy(name));
            let finding = self.inside(FindingKind::Comment, Source::Picture, &(0..name.len()));
            found.push(finding.with(Value::Text(text)));
        }
        if let Some(at) = &self.preview {
            let comparison = Comparison::Unknown;
            let value = Value::Picture { size: self.header.preview, comparison };
            found.push(self.inside(FindingKind::OtherPicture, Source::Picture, at).with(value));
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
