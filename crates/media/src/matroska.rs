//! Matroska and WebM: clips from browsers, screen recorders, cameras and converters.
//!
//! A file is written anew from its tracks and blocks. Nothing else stays: titles, tags, chapters,
//! attached files, subtitles, the names of programs, and what fills space.
//!
//! Reading order: `ebml` (elements), `ids`, `layout` (the file's parts), `schema` and `track` (what
//! is said about a track), `blocks` and `frames` (its samples), `writer`, `findings`.

mod blocks;
mod ebml;
mod findings;
mod frames;
mod ids;
mod layout;
mod schema;
mod track;
mod writer;

use crate::clip::{ByteSink, ByteSource, ClipModel};
use crate::codec::Found;
use crate::error::Error;
use crate::finding::{Finding, Source};
use crate::limits::{Limits, Size};
use crate::matroska::ebml::{Head, Reader, damaged};
use crate::matroska::layout::Layout;
use crate::matroska::schema::Values;
use crate::matroska::track::{Entry, Track};
use crate::receipt::Piece;

/// A clip, understood. Holds its structure, not its blocks.
pub(crate) struct Matroska {
    layout: Layout,
    info: Values,
    /// Length of a tick.
    scale_ns: u64,
    tracks: Vec<Track>,
    /// What is not among the known parts of the header, the whole and the tracks.
    extras: Vec<Head>,
    /// What codecs' own headers lost.
    found: Found,
}

/// More tracks than any real clip has; their numbers fit in one byte.
const TRACKS_MAX: usize = 100;
/// Longest tick: a second.
const SCALE_NS_MAX: u64 = 1_000_000_000;

impl Matroska {
    pub(crate) fn parse(source: &mut dyn ByteSource, limits: &Limits) -> Result<Self, Error> {
        let mut reader = Reader::new(source);
        let mut layout = layout::read(&mut reader)?;
        let one = |id| {
            let mut all = layout.parts.iter().filter(|part| part.id == id);
            match (all.next(), all.next()) {
                (Some(head), None) => Ok(*head),
                (_, second) => Err(damaged(second.map_or(0, |head| head.at))),
            }
        };
        let (info_head, tracks_head) = (one(ids::INFO)?, one(ids::TRACKS)?);
        let mut extras = core::mem::take(&mut layout.extras);
        let inside = info_head.inside..info_head.whole().end;
        let mut info = Values::read(&mut reader, inside, schema::INFO, &mut extras)?;
        let scale_ns = info.number(ids::TIMESTAMP_SCALE).unwrap_or(1_000_000);
        if !(1..=SCALE_NS_MAX).contains(&scale_ns) {
            return Err(damaged(info_head.at));
        }
        writer::clean_info(&mut info, scale_ns);
        let mut found = Found::default();
        let tracks = tracks(&mut reader, &tracks_head, &mut extras, &mut found)?;
        for size in tracks.iter().filter_map(|track| track.size) {
            limits.check_size(size)?;
        }
        Ok(Self { layout, info, scale_ns, tracks, extras, found })
    }
}

fn tracks(
    reader: &mut Reader<'_>,
    head: &Head,
    extras: &mut Vec<Head>,
    found: &mut Found,
) -> Result<Vec<Track>, Error> {
    let mut tracks: Vec<Track> = Vec::new();
    for entry in reader.heads(head.inside..head.whole().end, TRACKS_MAX)? {
        if entry.id != ids::TRACK {
            extras.push(entry);
            continue;
        }
        match track::read(reader, &entry, extras, found)? {
            Entry::Left => extras.push(entry),
            Entry::Kept(track) => {
                if tracks.iter().any(|other| other.number == track.number) {
                    return Err(damaged(entry.at));
                }
                tracks.push(*track);
            }
        }
    }
    if tracks.is_empty() { Err(Error::UnknownCodec) } else { Ok(tracks) }
}

impl ClipModel for Matroska {
    fn shown_size(&self) -> Option<Size> {
        self.tracks.iter().find_map(|track| track.size)
    }

    fn findings(&self, source: &mut dyn ByteSource) -> Result<Vec<Finding>, Error> {
        let mut reader = Reader::new(source);
        let lost = frames::each(self, &mut reader, &mut |_| Ok(()))?;
        findings::of(self, &mut reader, &lost)
    }

    fn pieces(&self, source: &mut dyn ByteSource) -> Result<Vec<Piece>, Error> {
        let mut reader = Reader::new(source);
        let mut pieces = frames::each(self, &mut reader, &mut |_| Ok(()))?.pieces;
        for head in self.extras.iter().chain(&self.layout.parts) {
            let stays = match head.id {
                ids::VOID | ids::CRC => false,
                id => findings::is_structure(id) || findings::is_clean(&mut reader, head)?,
            };
            if !stays {
                pieces.push(Piece::of(Source::Element(head.id), head.whole()));
            }
        }
        let tail = self.layout.segment.end..reader.size_bytes();
        pieces.push(Piece::of(Source::AfterEnd, tail));
        Ok(pieces)
    }

    fn write_clean(
        &self,
        source: &mut dyn ByteSource,
        sink: &mut dyn ByteSink,
    ) -> Result<u64, Error> {
        writer::write(self, &mut Reader::new(source), sink)
    }
}
