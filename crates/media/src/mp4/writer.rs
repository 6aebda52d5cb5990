//! Writes a movie anew: one form for everyone, without times, names, languages or makers.

mod tables;

use crate::bmff::{write_box, write_full_box};
use crate::clip::{ByteSink, ByteSource};
use crate::codec::Found;
use crate::error::Error;
use crate::mp4::entry::Family;
use crate::mp4::large::Large;
use crate::mp4::matrix::Matrix;
use crate::mp4::movie::{Movie, Track};
use crate::mp4::plan::{Plan, SAMPLE_BYTES_MAX, Sample, TrackPlan, is_looked_into};
use crate::mp4::table::Samples;
use crate::mp4::timing::{Timing, TrackTiming};

/// `und`: no language.
const NO_LANGUAGE: u16 = 0x55c4;
/// References that a player follows.
const REFERENCES: [[u8; 4]; 2] = [*b"auxl", *b"vdep"];
/// What is copied at once.
const COPY_BYTES: u64 = 256 << 10;

/// How large a movie's description is, and where its samples begin.
#[derive(Debug)]
pub(crate) struct Layout {
    timing: Timing,
    pub(crate) moov_bytes: u64,
    /// Where the first sample begins in the file.
    pub(crate) media_at: u64,
    /// Tracks whose offsets need 64 bits.
    wide: Vec<bool>,
}

impl Layout {
    /// For a `moov` box behind so many bytes, with so many between it and the first sample.
    pub(crate) fn new(
        movie: &Movie,
        plan: &Plan,
        before: u64,
        between: u64,
    ) -> Result<Self, Error> {
        let timing = Timing::new(movie)?;
        let wide = vec![false; movie.tracks.len()];
        let mut layout = Self { timing, moov_bytes: 0, media_at: 0, wide };
        loop {
            layout.moov_bytes = 8 + movie_header(&layout.timing, movie.tracks.len()).len() as u64;
            for track in 0..movie.tracks.len() {
                layout.moov_bytes += track_box(movie, plan, &layout, track).len() as u64;
            }
            layout.media_at = before + layout.moov_bytes + between;
            let needed = plan.tracks.iter().map(|track| {
                let last = track.chunks.last().map_or(0, |chunk| chunk.at);
                layout.media_at + last > u64::from(u32::MAX)
            });
            let needed: Vec<bool> = needed.collect();
            if needed == layout.wide {
                return Ok(layout);
            }
            layout.wide = needed;
        }
    }
}

/// Writes the `moov` box.
pub(crate) fn write_moov(
    movie: &Movie,
    plan: &Plan,
    layout: &Layout,
    sink: &mut dyn ByteSink,
) -> Result<(), Error> {
    let mut head = (layout.moov_bytes as u32).to_be_bytes().to_vec();
    head.extend(b"moov");
    head.extend(movie_header(&layout.timing, movie.tracks.len()));
    sink.write(&head)?;
    for track in 0..movie.tracks.len() {
        sink.write(&track_box(movie, plan, layout, track))?;
    }
    Ok(())
}

/// Writes the samples.
pub(crate) fn write_media(
    movie: &Movie,
    plan: &Plan,
    source: &mut dyn ByteSource,
    sink: &mut dyn ByteSink,
) -> Result<(), Error> {
    let mut reached: Vec<_> = movie.tracks.iter().map(Pieces::new).collect();
    for (number, chunk) in plan.order(movie) {
        let track = &movie.tracks[number];
        let end = chunk.first + chunk.count;
        while let Some(piece) = reached[number].next_before(end) {
            match is_looked_into(&track.entries[piece.entry as usize].coding) {
                true => write_cleaned(track, &plan.tracks[number], &piece, source, sink)?,
                false => copy(piece.at, piece.bytes, source, sink)?,
            }
        }
    }
    Ok(())
}

/// Samples of one chunk to be written that lie together in the source.
struct Piece {
    first: u32,
    end: u32,
    at: u64,
    bytes: u64,
    entry: u32,
}

/// Walks over a track once. It remembers its place, because adding up sizes from the beginning of a
/// chunk again and again takes too long where one chunk holds a whole clip.
struct Pieces<'a> {
    samples: &'a Samples,
    next: u32,
    /// Where the next sample is, unless it begins a chunk.
    at: u64,
    chunk: usize,
}

impl<'a> Pieces<'a> {
    fn new(track: &'a Track) -> Self {
        Self { samples: &track.samples, next: 0, at: 0, chunk: 0 }
    }

    /// Up to the end of a chunk of the source, or to this sample.
    fn next_before(&mut self, end: u32) -> Option<Piece> {
        if self.next >= end {
            return None;
        }
        while self.samples.in_chunk(self.chunk).end <= self.next {
            self.chunk += 1;
        }
        let chunk = self.samples.chunks.get(self.chunk)?;
        let at = if chunk.first == self.next { chunk.at } else { self.at };
        let first = self.next;
        self.next = self.samples.in_chunk(self.chunk).end.min(end);
        let bytes = self.samples.sizes.sum(first..self.next);
        self.at = at + bytes;
        Some(Piece { first, end: self.next, at, bytes, entry: chunk.entry })
    }
}

fn write_cleaned(
    track: &Track,
    plan: &TrackPlan,
    piece: &Piece,
    source: &mut dyn ByteSource,
    sink: &mut dyn ByteSink,
) -> Result<(), Error> {
    let mut sample = Sample::default();
    let coding = &track.entries[piece.entry as usize].coding;
    let mut at = piece.at;
    for one in piece.first..piece.end {
        let bytes = track.samples.sizes.of(one);
        // The first pass has seen the same bytes, unless the file was changed meanwhile.
        let check = |size: u32| match size == plan.size_of(&track.samples, one) {
            true => Ok(()),
            false => Err(Error::Unreadable),
        };
        let found = &mut Found::default();
        if bytes > SAMPLE_BYTES_MAX {
            let large = Large::read(source, at, bytes, coding, found)?;
            check(large.size())?;
            large.write(source, sink)?;
        } else {
            sample.clean(source, at, bytes, coding, found)?;
            check(sample.clean.len() as u32)?;
            sink.write(&sample.clean)?;
        }
        at += u64::from(bytes);
    }
    Ok(())
}

pub(crate) fn copy(
    at: u64,
    bytes: u64,
    source: &mut dyn ByteSource,
    sink: &mut dyn ByteSink,
) -> Result<(), Error> {
    let mut buffer = vec![0; bytes.min(COPY_BYTES) as usize];
    let mut copied = 0;
    while copied < bytes {
        let now = (bytes - copied).min(COPY_BYTES) as usize;
        source.read_at(at + copied, &mut buffer[..now])?;
        sink.write(&buffer[..now])?;
        copied += now as u64;
    }
    Ok(())
}

/// Times of creation and change, which nobody learns.
fn no_times(out: &mut Vec<u8>, version: u8) {
    out.extend(if version == 1 { &[0; 16][..] } else { &[0; 8] });
}

/// A time in the width of the box's version.
fn time(out: &mut Vec<u8>, version: u8, time: u64) {
    match version {
        1 => out.extend(time.to_be_bytes()),
        _ => out.extend((time as u32).to_be_bytes()),
    }
}

fn version_for(duration: u64) -> u8 {
    u8::from(duration > u64::from(u32::MAX))
}

fn movie_header(timing: &Timing, tracks: usize) -> Vec<u8> {
    let mut written = Vec::new();
    let version = version_for(timing.duration);
    write_full_box(&mut written, b"mvhd", version, 0, |out| {
        no_times(out, version);
        out.extend(timing.timescale.to_be_bytes());
        time(out, version, timing.duration);
        out.extend([0, 1, 0, 0, 1, 0]);
        out.extend([0; 10]);
        Matrix::PLAIN.write(out);
        out.extend([0; 24]);
        out.extend((tracks as u32 + 1).to_be_bytes());
    });
    written
}

fn track_box(movie: &Movie, plan: &Plan, layout: &Layout, number: usize) -> Vec<u8> {
    let track = &movie.tracks[number];
    let mut written = Vec::new();
    write_box(&mut written, b"trak", |out| {
        track_header(out, movie, number, &layout.timing.tracks[number]);
        references(out, movie, track);
        edits(out, &layout.timing.tracks[number]);
        write_box(out, b"mdia", |out| {
            let duration = track.samples.duration();
            let version = version_for(duration);
            write_full_box(out, b"mdhd", version, 0, |out| {
                no_times(out, version);
                out.extend(track.timescale.to_be_bytes());
                time(out, version, duration);
                out.extend(NO_LANGUAGE.to_be_bytes());
                out.extend([0, 0]);
            });
            handler(out, movie.family, b"mhlr", track.handler);
            write_box(out, b"minf", |out| {
                media_header(out, movie.family, track.handler);
                let base = layout.media_at;
                tables::write(out, track, &plan.tracks[number], base, layout.wide[number]);
            });
        });
    });
    written
}

fn track_header(out: &mut Vec<u8>, movie: &Movie, number: usize, timing: &TrackTiming) {
    const ENABLED: u32 = 1;
    const IN_MOVIE: u32 = 2;
    let track = &movie.tracks[number];
    let is_sound = track.handler == *b"soun";
    let same_group = movie.tracks.iter().filter(|other| {
        is_sound && track.group != 0 && other.handler == track.handler && other.group == track.group
    });
    let group = u16::from(same_group.count() > 1);
    let pictures = movie.tracks.iter().filter(|track| track.handler != *b"soun").count();
    let matrix = match pictures {
        0 | 1 => track.matrix.canonical(track.width, track.height),
        _ => track.matrix,
    };
    let version = version_for(timing.duration);
    let flags = IN_MOVIE | if track.enabled { ENABLED } else { 0 };
    write_full_box(out, b"tkhd", version, flags, |out| {
        no_times(out, version);
        out.extend((number as u32 + 1).to_be_bytes());
        out.extend([0; 4]);
        time(out, version, timing.duration);
        out.extend([0; 10]);
        out.extend(group.to_be_bytes());
        out.extend(if is_sound { [1, 0, 0, 0] } else { [0; 4] });
        matrix.write(out);
        let (width, height) = if is_sound { (0, 0) } else { (track.width, track.height) };
        out.extend(width.to_be_bytes());
        out.extend(height.to_be_bytes());
    });
}

/// References to tracks that the copy has, by their new numbers.
fn references(out: &mut Vec<u8>, movie: &Movie, track: &Track) {
    let new_number = |id: &u32| movie.tracks.iter().position(|track| track.id == *id);
    let mut written = Vec::new();
    for kind in REFERENCES {
        let of_kind = track.references.iter().filter(|reference| reference.kind == kind);
        let to: Vec<usize> =
            of_kind.flat_map(|reference| &reference.to).filter_map(new_number).collect();
        if !to.is_empty() {
            write_box(&mut written, &kind, |out| {
                out.extend(to.iter().flat_map(|number| (*number as u32 + 1).to_be_bytes()));
            });
        }
    }
    if !written.is_empty() {
        write_box(out, b"tref", |out| out.extend_from_slice(&written));
    }
}

fn edits(out: &mut Vec<u8>, timing: &TrackTiming) {
    if timing.edits.is_empty() {
        return;
    }
    let is_long = timing.edits.iter().any(|edit| {
        edit.duration > u64::from(u32::MAX) || edit.start.unwrap_or(0) > i32::MAX as u64
    });
    let version = u8::from(is_long);
    write_box(out, b"edts", |out| {
        write_full_box(out, b"elst", version, 0, |out| {
            out.extend((timing.edits.len() as u32).to_be_bytes());
            for edit in &timing.edits {
                time(out, version, edit.duration);
                time(out, version, edit.start.unwrap_or(u64::MAX));
                out.extend(edit.rate.to_be_bytes());
            }
        });
    });
}

fn handler(out: &mut Vec<u8>, family: Family, class: &[u8; 4], kind: [u8; 4]) {
    let name: &[u8] = match &kind {
        b"vide" => b"VideoHandler",
        b"soun" => b"SoundHandler",
        b"url " => b"",
        _ => b"PictureHandler",
    };
    write_full_box(out, b"hdlr", 0, 0, |out| {
        let class = if family == Family::QuickTime { *class } else { [0; 4] };
        out.extend(class);
        out.extend(kind);
        out.extend([0; 12]);
        match family {
            Family::QuickTime => {
                out.push(name.len() as u8);
                out.extend_from_slice(name);
            }
            Family::Iso => {
                out.extend_from_slice(name);
                out.push(0);
            }
        }
    });
}

/// What QuickTime and ISO ask for before the tables.
fn media_header(out: &mut Vec<u8>, family: Family, kind: [u8; 4]) {
    match &kind {
        b"soun" => write_full_box(out, b"smhd", 0, 0, |out| out.extend([0; 4])),
        _ => write_full_box(out, b"vmhd", 0, 1, |out| out.extend([0; 8])),
    }
    if family == Family::QuickTime {
        handler(out, family, b"dhlr", *b"url ");
    }
    write_box(out, b"dinf", |out| {
        write_full_box(out, b"dref", 0, 0, |out| {
            out.extend(1_u32.to_be_bytes());
            write_full_box(out, b"url ", 0, 1, |_| {});
        });
    });
}
