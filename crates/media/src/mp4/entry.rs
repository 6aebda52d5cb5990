//! Sample entries: how the samples of a track are coded. Read field by field, written anew from
//! what a decoder asks for.

mod config;
mod sound;
mod video;

use core::ops::Range;

use crate::bmff::{BoxHead, u32_at};
use crate::codec::{Coding, Found};
use crate::error::{Error, Part};

/// Ways of coding that one track may mix.
const ENTRIES_MAX: usize = 256;

/// Which rules a file is written by. QuickTime describes sound in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Iso,
    QuickTime,
}

/// A sample entry, understood.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The whole box, as a clean copy has it.
    pub(crate) written: Vec<u8>,
    /// What its samples are.
    pub(crate) coding: Coding,
    /// Bytes of a sample of plain sound.
    pub(crate) pcm_bytes: Option<u32>,
    /// The name of the encoder, where the entry has one.
    pub(crate) compressor: Option<String>,
    /// What was taken out of the decoder's configuration.
    pub(crate) found: Found,
    /// Where the entry is in the file.
    pub(crate) at: u64,
}

/// A box inside a sample entry.
pub(crate) struct Child<'a> {
    pub(crate) kind: [u8; 4],
    pub(crate) bytes: &'a [u8],
}

/// What a sample entry is made of.
pub(crate) struct Raw<'a> {
    pub(crate) kind: [u8; 4],
    /// From behind the header on.
    pub(crate) bytes: &'a [u8],
    pub(crate) at: u64,
}

impl<'a> Raw<'a> {
    pub(crate) fn damaged(&self) -> Error {
        Error::Damaged { part: Part::Table, offset: self.at }
    }

    pub(crate) fn u16(&self, at: usize) -> Result<u16, Error> {
        crate::bmff::u16_at(self.bytes, at).ok_or(self.damaged())
    }

    pub(crate) fn u32(&self, at: usize) -> Result<u32, Error> {
        u32_at(self.bytes, at).ok_or(self.damaged())
    }

    /// The boxes from this place on.
    pub(crate) fn children(&self, from: usize) -> Option<Vec<Child<'a>>> {
        children(self.bytes.get(from..)?)
    }
}

/// The boxes that fill these bytes, up to a zero or a rest too short for a box.
pub(crate) fn children(bytes: &[u8]) -> Option<Vec<Child<'_>>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while rest.len() >= 8 {
        if rest[..4] == [0; 4] {
            break;
        }
        let head = BoxHead::parse(rest)?;
        let whole = usize::try_from(head.whole_bytes?).ok()?;
        let bytes = rest.get(head.head_bytes as usize..whole)?;
        found.push(Child { kind: head.kind, bytes });
        rest = &rest[whole..];
        if found.len() > 64 {
            return None;
        }
    }
    Some(found)
}

/// The only child of this type, or the first: a decoder reads one.
pub(crate) fn child<'a>(children: &[Child<'a>], kind: &[u8; 4]) -> Option<&'a [u8]> {
    children.iter().find(|child| child.kind == *kind).map(|child| child.bytes)
}

/// The sample entries in the content of an `stsd` box that begins at `at` in the file.
pub(crate) fn parse(
    stsd: &[u8],
    at: u64,
    handler: [u8; 4],
    family: Family,
) -> Result<Vec<Entry>, Error> {
    let damaged = Error::Damaged { part: Part::Table, offset: at };
    let version = *stsd.first().ok_or(damaged)?;
    let count = u32_at(stsd, 4).ok_or(damaged)? as usize;
    if count == 0 || count > ENTRIES_MAX {
        return Err(damaged);
    }
    let mut entries = Vec::new();
    let mut place: Range<usize> = 8..8;
    for _ in 0..count {
        let rest = stsd.get(place.end..).ok_or(damaged)?;
        let head = BoxHead::parse(rest).ok_or(damaged)?;
        let whole = head.whole_bytes.ok_or(damaged)? as usize;
        let bytes = rest.get(head.head_bytes as usize..whole).ok_or(damaged)?;
        let raw = Raw { kind: head.kind, bytes, at: at + place.end as u64 };
        entries.push(match &handler {
            b"soun" => sound::parse(&raw, version, family)?,
            _ => video::parse(&raw)?,
        });
        place = place.end..place.end + whole;
    }
    Ok(entries)
}
