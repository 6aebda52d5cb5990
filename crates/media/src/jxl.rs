//! JPEG XL, bare or in boxes: the clean copy is the codestream alone.
//!
//! Boxes around the codestream hold metadata, also packed, and what is needed to make a JPEG again
//! out of a picture that was one, with all that hung on it. None of that is shown. The codestream
//! itself is read as far as to know where its last frame ends. Its header and those of its frames
//! are written anew where they say more than the picture needs: names, times, a smaller copy, a
//! colour profile. The frames' sections are copied.
//!
//! Reading order: `bits`, `edit`, `header`, `coded`, `profile`, `colour`, `frame`, `container`,
//! `boxes`.

mod bits;
mod boxes;
mod coded;
mod colour;
mod container;
mod edit;
mod frame;
mod header;
mod profile;

use core::ops::Range;

use crate::bmff::{BoxAt, write_box};
use crate::error::{Error, OtherFormat};
use crate::exif::printable;
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::icc;
use crate::jxl::bits::{Bits, Name};
use crate::jxl::container::Parts;
use crate::jxl::edit::Stretch;
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
    /// What is written anew, in order.
    changed: Vec<Stretch>,
    /// One that is not in canonical form.
    profile: Option<Profile>,
    /// Where in the codestream the smaller copy is.
    preview: Option<Range<usize>>,
    names: Vec<Name>,
    needs_level_10: bool,
}

/// A profile, and where in the codestream it is.
type Profile = (Vec<u8>, Range<usize>);

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
                joined = join(bytes, pieces);
                &joined
            }
        };
        let mut bits = Bits::new(code, 0);
        let mut header = Header::read(&mut bits)?;
        limits.check_size(header.size)?;
        let profile = read_profile(code, &mut bits, &mut header)?;
        let at = 0..bits.position();
        let mut changed = vec![Stretch { at, edits: core::mem::take(&mut header.edits) }];
        let mut at = bits.align()?;
        let mut preview = None;
        if let Some(size) = header.preview {
            let end = Frame::read(code, at, &header, size)?.end;
            changed.push(Stretch::cut(at..end));
            preview = Some(at..end);
            at = end;
        }
        let mut names = core::mem::take(&mut header.names);
        at = read_frames(code, at, &header, limits, &mut names, &mut changed)?;
        changed.retain(|stretch| !stretch.edits.is_empty());
        let (code, behind) = split(parts.code, at);
        let behind = behind.into_iter().chain(parts.tail).collect();
        let Parts { others, needs_level_10, .. } = parts;
        Ok(Self { others, code, behind, header, changed, profile, preview, names, needs_level_10 })
    }

    /// Where in the file a part of the codestream is, piece by piece.
    fn places(&self, mut part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        self.code.iter().filter_map(move |piece| {
            let size = piece.len();
            let here = part.start.min(size)..part.end.min(size);
            part = part.start.saturating_sub(size)..part.end.saturating_sub(size);
            (!here.is_empty()).then(|| piece.start + here.start..piece.start + here.end)
        })
    }

    /// What is in the codestream.
    fn inside(&self, kind: FindingKind, source: Source, part: &Range<usize>) -> Finding {
        let mut finding = Finding::removed(kind, source, 0..part.len());
        let first = self.places(part.clone()).next();
        finding.offset = first.map_or(0, |place| place.start as u64);
        finding
    }

    /// The codestream, written anew where that is needed.
    fn write_code(&self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.changed.is_empty() {
            self.code.iter().for_each(|piece| out.extend_from_slice(&bytes[piece.clone()]));
            return;
        }
        let code = join(bytes, &self.code);
        let mut at = 0;
        for stretch in &self.changed {
            let place = stretch.bytes();
            out.extend_from_slice(&code[at..place.start]);
            stretch.write(&code, out);
            at = place.end;
        }
        out.extend_from_slice(&code[at..]);
    }
}

fn join(bytes: &[u8], pieces: &[Range<usize>]) -> Vec<u8> {
    pieces.iter().flat_map(|piece| &bytes[piece.clone()]).copied().collect()
}

/// Reads the profile behind the header, if there is one, and says there what takes its place. Only
/// one that is not yet in canonical form is handed back.
fn read_profile(
    code: &[u8],
    bits: &mut Bits<'_>,
    header: &mut Header,
) -> Result<Option<Profile>, Error> {
    let Some((said, space)) = header.profile.clone() else { return Ok(None) };
    let start = bits.position();
    let read = profile::read(bits)?;
    let stored = start..bits.position();
    let edits = colour::edits(&read, space, said, stored.clone())?;
    let differs = edits.iter().any(|edit| edit.differs(code));
    header.edits.extend(edits);
    Ok(differs.then(|| (read, stored.start / 8..stored.end.div_ceil(8))))
}

/// Reads all frames, the names they have, and what is to be written anew in them; says where the
/// last one ends.
fn read_frames(
    code: &[u8],
    mut at: usize,
    header: &Header,
    limits: &Limits,
    names: &mut Vec<Name>,
    changed: &mut Vec<Stretch>,
) -> Result<usize, Error> {
    let mut reordered = 0;
    for frames in 1.. {
        limits.check_parts(frames)?;
        let frame = Frame::read(code, at, header, header.size)?;
        at = frame.end;
        names.extend(frame.name);
        changed.extend(Some(frame.head).filter(|head| !head.edits.is_empty()));
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
        for Name { text, at } in &self.names {
            let at = at.start / 8..at.end.div_ceil(8);
            let text = printable(&String::from_utf8_lossy(text));
            let finding = self.inside(FindingKind::Comment, Source::Picture, &at);
            found.push(finding.with(Value::Text(text)));
        }
        if self.header.animation == Some(true) {
            found.push(self.inside(FindingKind::Time, Source::Picture, &(0..0)));
        }
        if let Some(at) = &self.preview {
            let comparison = photo.compare_size(self.header.preview);
            let value = Value::Picture { size: self.header.preview, comparison };
            found.push(self.inside(FindingKind::OtherPicture, Source::Picture, at).with(value));
        }
        found
    }

    fn pieces(&self, _bytes: &[u8], _options: &CleanOptions) -> Vec<Piece> {
        let others = self.others.iter();
        let others = others.map(|it| Piece::new(Source::Chunk(it.kind), it.whole.clone()));
        let behind = self.behind.iter().map(|at| Piece::new(Source::AfterEnd, at.clone()));
        // Of a name, the bytes that nothing else has a part of.
        let names = self.names.iter().map(|Name { at, .. }| at.start.div_ceil(8)..at.end / 8);
        let gone = names.chain(self.preview.clone()).flat_map(|part| self.places(part));
        others.chain(behind).chain(gone.map(|at| Piece::new(Source::Picture, at))).collect()
    }

    fn write_clean(&self, bytes: &[u8], _options: &CleanOptions) -> Result<Written, Error> {
        let mut out = Vec::with_capacity(bytes.len());
        // Decoders do not try pictures of the higher level unless a box says so.
        if self.needs_level_10 {
            out.extend_from_slice(SIGNATURE);
            write_box(&mut out, b"ftyp", |out| out.extend(b"jxl \0\0\0\0jxl "));
            write_box(&mut out, b"jxll", |out| out.push(10));
            write_box(&mut out, b"jxlc", |out| self.write_code(bytes, out));
        } else {
            self.write_code(bytes, &mut out);
        }
        Ok(Written { bytes: out, orientation: self.header.orientation })
    }
}
