//! HEIC and AVIF: pictures in boxes, as phones take and websites show them.
//!
//! A file is a table of items that refer to each other, with their bytes anywhere. What the shown
//! picture needs is found by following the references; the clean file is written from that alone.
//!
//! Reading order: `tables` (the file's tables, with `fields`), `property` (what is said about an
//! item), `derived` (pictures made of others), `picture` (what is needed), `coded` (the pictures'
//! own bytes), `writer`, then `turn` (how viewers turn it) and `findings` (what the rest says).

mod coded;
mod derived;
mod fields;
mod findings;
mod picture;
mod pieces;
mod property;
mod tables;
mod turn;
mod writer;

use crate::bmff::{BOXES_MAX, BoxAt, BoxHead};
use crate::error::{Error, Part};
use crate::finding::Finding;
use crate::format::Format;
use crate::heif::picture::{Codec, Picture};
use crate::heif::tables::{Tables, not_supported};
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::mp4::{self, movie::Movie};
use crate::options::{CleanOptions, Hdr};
use crate::orientation::Orientation;
use crate::receipt::Piece;

/// A HEIC or AVIF, understood.
pub(crate) struct Heif {
    /// The boxes of the file, and where the last one ends.
    boxes: Vec<BoxAt>,
    tables: Tables,
    picture: Picture,
    /// The frames, if viewers play it as a sequence.
    movie: Option<Movie>,
    limits: Limits,
}

impl Heif {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let boxes = file_boxes(bytes, limits)?;
        let mut metas = boxes.iter().filter(|found| &found.kind == b"meta");
        let (meta, second) = (metas.next(), metas.next());
        let is_short = boxes.iter().any(|found| &found.kind == b"mini");
        if is_short {
            return Err(not_supported());
        }
        let (Some(meta), None) = (meta, second) else {
            return Err(Error::damaged(Part::Container, bytes.len()));
        };
        // The version and flags of the box say nothing.
        let inside = meta.inside.start.saturating_add(4).min(meta.inside.end)..meta.inside.end;
        let mut tables = Tables::read(bytes, inside, limits)?;
        let is_sequence = matches!(bytes.get(8..12), Some(b"avis" | b"hevc" | b"hevx" | b"msf1"));
        if is_sequence && tables.primary.is_none() {
            // Players of the sequence do not ask which picture stands for it, so some writers
            // do not say.
            tables.primary = tables.only_picture();
        }
        let picture = picture::select(bytes, &tables, limits, Hdr::Drop)?;
        let movie = if is_sequence { frames(bytes, &boxes)? } else { None };
        Ok(Self { boxes, tables, picture, movie, limits: *limits })
    }

    /// The format by what is in it: brands can be vague.
    pub(crate) fn format(&self) -> Format {
        match self.picture.codec() {
            Some((Codec::Hevc, _)) => Format::Heic,
            _ => Format::Avif,
        }
    }
}

impl Model for Heif {
    fn size(&self) -> Size {
        turn::of(&self.picture).size
    }

    fn orientation(&self) -> Orientation {
        turn::of(&self.picture).orientation
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }

    fn pieces(&self, bytes: &[u8], options: &CleanOptions) -> Vec<Piece> {
        match self.picture_for(bytes, options) {
            Ok(Some(picture)) => pieces::of(self, &picture, bytes),
            _ => pieces::of(self, &self.picture, bytes),
        }
    }

    fn write_clean(&self, bytes: &[u8], options: &CleanOptions) -> Result<Written, Error> {
        let other = self.picture_for(bytes, options)?;
        let picture = other.as_ref().unwrap_or(&self.picture);
        let written = writer::write(picture, self.movie.as_ref(), &self.tables, bytes)?;
        Ok(Written { bytes: written, orientation: self.orientation() })
    }
}

impl Heif {
    /// What is needed with these options, if it is not what is needed without.
    fn picture_for(&self, bytes: &[u8], options: &CleanOptions) -> Result<Option<Picture>, Error> {
        match options.hdr {
            Hdr::Drop => Ok(None),
            Hdr::Keep => picture::select(bytes, &self.tables, &self.limits, Hdr::Keep).map(Some),
        }
    }
}

/// The frames of a sequence. A file that does not say first that it is one is shown as a still
/// picture, and its frames are a clip that nobody sees.
fn frames(bytes: &[u8], boxes: &[BoxAt]) -> Result<Option<Movie>, Error> {
    let mut movies = boxes.iter().filter(|found| &found.kind == b"moov");
    let Some(moov) = movies.next() else { return Ok(None) };
    let is_in_fragments = boxes.iter().any(|found| &found.kind == b"moof");
    if is_in_fragments || movies.next().is_some() {
        return Err(not_supported());
    }
    mp4::movie_in(bytes, moov).map(Some)
}

/// The boxes of the file, as far as there are any: programs hang other things behind the last.
fn file_boxes(bytes: &[u8], limits: &Limits) -> Result<Vec<BoxAt>, Error> {
    let mut found: Vec<BoxAt> = Vec::new();
    let mut at = 0;
    while let Some(head) = BoxHead::parse(&bytes[at..]) {
        let rest = (bytes.len() - at) as u64;
        let whole_bytes = head.whole_bytes.unwrap_or(rest);
        if whole_bytes > rest {
            // A box that the picture may need is not all there.
            let is_needed = matches!(&head.kind, b"ftyp" | b"meta" | b"mdat" | b"moov" | b"idat");
            if is_needed || found.len() < 2 {
                return Err(Error::cut_short(at));
            }
            break;
        }
        let end = at + whole_bytes as usize;
        let inside = at + head.head_bytes as usize..end;
        if found.len() == BOXES_MAX {
            return Err(Error::TooManyParts { parts_max: BOXES_MAX });
        }
        found.push(BoxAt { kind: head.kind, whole: at..end, inside });
        limits.check_parts(found.len())?;
        at = end;
    }
    Ok(found)
}
