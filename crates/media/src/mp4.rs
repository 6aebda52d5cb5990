//! Clips made of ISO boxes: MP4, M4V, 3GP and QuickTime, also in fragments.
//!
//! A clip is read into its tracks and tables ([`movie`]), then written anew: one form for everyone,
//! with the samples that are shown and nothing else. Samples are read twice: once to learn how long
//! they are without what is hidden in them ([`plan`]), once to write them ([`writer`]).

mod entry;
mod findings;
mod fragment;
mod hidden;
mod large;
mod matrix;
pub(crate) mod movie;
pub(crate) mod plan;
pub(crate) mod scan;
mod table;
mod timing;
mod userdata;
pub(crate) mod writer;

use core::ops::Range;
use std::sync::OnceLock;

use crate::bmff::{BoxAt, write_box};
use crate::clip::{ByteSink, ByteSource, ClipModel};
use crate::codec::Found;
use crate::error::Error;
use crate::finding::Finding;
use crate::format::Format;
use crate::limits::{Limits, Size};
use crate::receipt::Piece;
use entry::Family;
use fragment::Fragments;
use hidden::Hidden;
use movie::Movie;
use plan::Plan;
use scan::BoxSpan;
use writer::Layout;

/// Boxes that a file may be made of.
const BOXES_MAX: usize = 1 << 18;
/// Boxes beside the movie and its samples: indexes of fragments are one each.
const EXTRAS_MAX: usize = 1 << 15;

/// A clip, understood.
pub(crate) struct Mp4 {
    movie: Movie,
    /// Boxes beside the movie and its samples.
    extras: Vec<BoxSpan>,
    /// What follows the last box.
    trailing: Range<u64>,
    /// What was hidden in each track and went.
    hidden: Vec<Hidden>,
    /// What is in the samples of each track beside pictures and sound, once they have been read.
    in_samples: OnceLock<Vec<Found>>,
}

impl Mp4 {
    /// Reads a clip's structure.
    pub(crate) fn parse(
        source: &mut dyn ByteSource,
        format: Format,
        _limits: &Limits,
    ) -> Result<Self, Error> {
        let family = if format == Format::Mov { Family::QuickTime } else { Family::Iso };
        let file_bytes = source.size_bytes();
        let mut moov = None;
        let mut extras = Vec::new();
        let mut fragments = 0_usize;
        let trailing = each_box(source, |_, next| {
            match &next.kind {
                b"moov" if moov.is_some() => return Err(scan::damaged(next.whole.start)),
                b"moov" => moov = Some(next),
                b"moof" => fragments += 1,
                b"mdat" | b"ftyp" => {}
                _ if extras.len() < EXTRAS_MAX => extras.push(next),
                _ => return Err(Error::TooManyParts { parts_max: EXTRAS_MAX }),
            }
            Ok(())
        })?;
        let moov = moov.ok_or(Error::CutShort { offset: trailing })?;
        let mut movie = Movie::parse(source, &moov, family)?;
        if fragments > 0 {
            let mut added = Fragments::new(&mut movie);
            each_box(source, |source, next| match &next.kind {
                b"moof" => added.add(source, &next),
                _ => Ok(()),
            })?;
            added.finish();
        }
        movie.check_samples(file_bytes)?;
        let trailing = trailing..file_bytes;
        let timescale = movie.timescale;
        let tracks = movie.tracks.iter_mut();
        let hidden = tracks.map(|track| hidden::drop_hidden(track, timescale)).collect();
        Ok(Self { movie, extras, trailing, hidden, in_samples: OnceLock::new() })
    }
}

/// The movie inside a file that is not a clip, such as a sequence of pictures.
pub(crate) fn movie_in(bytes: &[u8], moov: &BoxAt) -> Result<Movie, Error> {
    let span = |range: &Range<usize>| range.start as u64..range.end as u64;
    let moov = BoxSpan { kind: moov.kind, whole: span(&moov.whole), inside: span(&moov.inside) };
    let mut source = bytes;
    let movie = Movie::parse(&mut source, &moov, Family::Iso)?;
    movie.check_samples(bytes.len() as u64)?;
    Ok(movie)
}

/// Walks over the boxes of a file; says where they end.
fn each_box(
    source: &mut dyn ByteSource,
    mut seen: impl FnMut(&mut dyn ByteSource, BoxSpan) -> Result<(), Error>,
) -> Result<u64, Error> {
    let file_bytes = source.size_bytes();
    let mut at = 0;
    for _ in 0..BOXES_MAX {
        if at >= file_bytes {
            return Ok(at);
        }
        let Some(next) = scan::first_box(source, at..file_bytes)? else { return Ok(at) };
        at = next.whole.end;
        seen(source, next)?;
    }
    Err(Error::TooManyParts { parts_max: BOXES_MAX })
}

impl Mp4 {
    fn in_samples(&self, source: &mut dyn ByteSource) -> Result<&[Found], Error> {
        if let Some(found) = self.in_samples.get() {
            return Ok(found);
        }
        let plan = Plan::new(&self.movie, source)?;
        Ok(self.in_samples.get_or_init(|| plan.found()))
    }
}

impl ClipModel for Mp4 {
    fn shown_size(&self) -> Option<Size> {
        let track = self.movie.tracks.iter().find(|track| track.handler != *b"soun")?;
        let size = Size { width: track.width >> 16, height: track.height >> 16 };
        Some(track.matrix.orientation().unwrap_or_default().shown_size(size))
    }

    fn findings(&self, source: &mut dyn ByteSource) -> Result<Vec<Finding>, Error> {
        let in_samples = self.in_samples(source)?;
        findings::of(self, source, in_samples)
    }

    fn pieces(&self, source: &mut dyn ByteSource) -> Result<Vec<Piece>, Error> {
        let in_samples = self.in_samples(source)?;
        findings::pieces(self, source, in_samples)
    }

    fn write_clean(
        &self,
        source: &mut dyn ByteSource,
        sink: &mut dyn ByteSink,
    ) -> Result<u64, Error> {
        let plan = Plan::new(&self.movie, source)?;
        self.in_samples.get_or_init(|| plan.found());
        let mut head = Vec::new();
        write_box(&mut head, b"ftyp", |out| out.extend(brands(self.movie.family)));
        let media_bytes = plan.media_bytes();
        let mdat = mdat_header(media_bytes);
        let layout = Layout::new(&self.movie, &plan, head.len() as u64, mdat.len() as u64)?;
        sink.write(&head)?;
        writer::write_moov(&self.movie, &plan, &layout, sink)?;
        sink.write(&mdat)?;
        writer::write_media(&self.movie, &plan, source, sink)?;
        Ok(layout.media_at + media_bytes)
    }
}

fn brands(family: Family) -> &'static [u8] {
    match family {
        Family::QuickTime => b"qt  \0\0\0\0qt  ",
        Family::Iso => b"isom\0\0\0\0isomiso2iso4mp41mp42",
    }
}

/// The header of the box that holds all samples.
fn mdat_header(media_bytes: u64) -> Vec<u8> {
    match u32::try_from(media_bytes + 8) {
        Ok(whole) => [&whole.to_be_bytes()[..], b"mdat"].concat(),
        Err(_) => [&1_u32.to_be_bytes()[..], b"mdat", &(media_bytes + 16).to_be_bytes()].concat(),
    }
}
