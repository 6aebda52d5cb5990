//! A movie: its tracks and where their samples are. Read from a `moov` box, wherever that is: in a
//! clip's file, or in an image sequence held in memory.

use core::ops::Range;

use crate::bmff::{u16_at, u32_at, u64_at};
use crate::clip::ByteSource;
use crate::error::{Error, Part};
use crate::mp4::entry::{self, Entry, Family};
use crate::mp4::matrix::Matrix;
use crate::mp4::scan::{self, BoxSpan, damaged};
use crate::mp4::table::{self, Samples, Sizes, TABLE_BYTES_MAX};

/// Tracks that one file may have.
const TRACKS_MAX: usize = 64;
/// A header, a list of references, a list of sample entries.
const SMALL_BYTES_MAX: u64 = 1 << 20;

/// A movie, understood.
#[derive(Clone, Debug)]
pub(crate) struct Movie {
    pub(crate) family: Family,
    /// Units a second of the edits' durations.
    pub(crate) timescale: u32,
    /// The tracks that are shown or heard.
    pub(crate) tracks: Vec<Track>,
    /// The tracks that are not taken over.
    pub(crate) dropped: Vec<Dropped>,
    /// Where times are, to be told about.
    pub(crate) headers: Vec<Header>,
    /// Boxes that say nothing about how the movie is shown.
    pub(crate) extras: Vec<BoxSpan>,
    /// Whether more samples follow in fragments, and what they are like unless they say otherwise.
    pub(crate) fragment_defaults: Vec<FragmentDefaults>,
}

/// A track that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    /// The number that other tracks refer to it by.
    pub(crate) id: u32,
    /// `vide`, `soun`, `auxv` or `pict`.
    pub(crate) handler: [u8; 4],
    pub(crate) enabled: bool,
    /// Tracks of one group are alternatives; 0 for none.
    pub(crate) group: u16,
    /// Shown size, with 16 bits of fraction.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) matrix: Matrix,
    pub(crate) edits: Vec<Edit>,
    /// Units a second.
    pub(crate) timescale: u32,
    pub(crate) entries: Vec<Entry>,
    pub(crate) samples: Samples,
    pub(crate) references: Vec<Reference>,
}

/// A stretch of a track that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// In units of the movie; 0 in a fragmented file is up to the end.
    pub(crate) duration: u64,
    /// Where it begins, in the track's units; `None` for a pause.
    pub(crate) start: Option<u64>,
    /// How fast, with 16 bits of fraction.
    pub(crate) rate: u32,
}

/// A track that another one needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) kind: [u8; 4],
    pub(crate) to: Vec<u32>,
}

/// Why a track is not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// No player shows it: it is data beside the pictures.
    Data,
    /// It is switched off, and nobody is offered it as an alternative.
    Disabled,
    /// A single picture that stands for the clip.
    Cover,
    /// The names of chapters, or their pictures.
    Chapters,
    /// Text under the pictures.
    Subtitles,
}

/// A track that is not taken over.
#[derive(Clone, Debug)]
pub(crate) struct Dropped {
    pub(crate) id: u32,
    pub(crate) handler: [u8; 4],
    /// The type of its first sample entry.
    pub(crate) coding: [u8; 4],
    pub(crate) why: Why,
    pub(crate) whole: Range<u64>,
    pub(crate) samples: Samples,
}

/// A header that holds times, and perhaps a language or a name.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) whole: Range<u64>,
    /// Seconds since 1904.
    pub(crate) created: u64,
    pub(crate) modified: u64,
    pub(crate) language: Option<u16>,
    pub(crate) name: Option<String>,
}

/// What the samples of a fragment are like unless it says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FragmentDefaults {
    pub(crate) track: u32,
    pub(crate) entry: u32,
    pub(crate) duration: u32,
    pub(crate) size: u32,
    pub(crate) flags: u32,
}

/// A track as it is read, before it is known whether it is kept.
struct Read {
    track: Track,
    whole: Range<u64>,
    coding: [u8; 4],
    readable: Result<(), Error>,
}

impl Movie {
    /// Reads a `moov` box whose content is at `inside`.
    pub(crate) fn parse(
        source: &mut dyn ByteSource,
        moov: &BoxSpan,
        family: Family,
    ) -> Result<Self, Error> {
        let (boxes, _) = scan::children(source, moov.inside.clone())?;
        let mvhd = scan::needed(&boxes, b"mvhd", moov)?;
        let bytes = scan::read(source, mvhd.inside.clone(), SMALL_BYTES_MAX)?;
        let (times, at) = times(&bytes).ok_or(damaged(mvhd.whole.start))?;
        let timescale = u32_at(&bytes, at).ok_or(damaged(mvhd.whole.start))?;
        let wide = usize::from(bytes[0] == 1) * 4;
        let matrix_at = at + 8 + wide + 16;
        let whole_matrix = Matrix::parse(&bytes, matrix_at).ok_or(damaged(mvhd.whole.start))?;
        let mut movie = Self {
            family,
            timescale: timescale.max(1),
            tracks: Vec::new(),
            dropped: Vec::new(),
            headers: vec![times.header(mvhd)],
            extras: Vec::new(),
            fragment_defaults: Vec::new(),
        };
        let mut read = Vec::new();
        for child in &boxes {
            match &child.kind {
                b"trak" => read.push(movie.read_track(source, child, &whole_matrix)?),
                b"mvex" => movie.read_defaults(source, child)?,
                b"cmov" => return Err(Error::UnknownCodec),
                b"mvhd" => {}
                _ => movie.extras.push(child.clone()),
            }
            if read.len() > TRACKS_MAX {
                return Err(Error::TooManyParts { parts_max: TRACKS_MAX });
            }
        }
        movie.choose(read)?;
        movie.check_memory()?;
        Ok(movie)
    }

    /// No more than the tables of a long clip take.
    pub(crate) fn check_memory(&self) -> Result<(), Error> {
        let kept = self.tracks.iter().map(|track| track.samples.table_bytes());
        let dropped = self.dropped.iter().map(|track| track.samples.table_bytes());
        if kept.chain(dropped).sum::<u64>() > TABLE_BYTES_MAX {
            return Err(Error::TooManyParts { parts_max: (TABLE_BYTES_MAX / 8) as usize });
        }
        Ok(())
    }

    /// All samples that are kept lie in the file, and no more than it can hold.
    pub(crate) fn check_samples(&self, file_bytes: u64) -> Result<(), Error> {
        let mut total = 0_u64;
        for track in &self.tracks {
            total = total.saturating_add(track.samples.check(file_bytes)?);
            let pcm_bytes = track.entries.iter().find_map(|entry| entry.pcm_bytes);
            if let (Sizes::Fixed { bytes, .. }, Some(pcm_bytes)) = (&track.samples.sizes, pcm_bytes)
                && !bytes.is_multiple_of(pcm_bytes)
            {
                return Err(Error::Damaged { part: Part::Table, offset: 0 });
            }
        }
        let spread = self.tracks.iter().any(|track| track.samples.count() > 0);
        match total > file_bytes || !spread {
            true => Err(Error::Damaged { part: Part::Table, offset: 0 }),
            false => Ok(()),
        }
    }

    fn read_track(
        &mut self,
        source: &mut dyn ByteSource,
        trak: &BoxSpan,
        whole_matrix: &Matrix,
    ) -> Result<Read, Error> {
        let (boxes, _) = scan::children(source, trak.inside.clone())?;
        let mut track = self.track_header(source, scan::needed(&boxes, b"tkhd", trak)?)?;
        track.matrix = track.matrix.then(whole_matrix);
        for child in &boxes {
            match &child.kind {
                b"edts" => track.edits = edits(source, child)?,
                b"tref" => track.references = references(source, child)?,
                b"tkhd" | b"mdia" => {}
                _ => self.extras.push(child.clone()),
            }
        }
        let mdia = scan::needed(&boxes, b"mdia", trak)?;
        let (boxes, _) = scan::children(source, mdia.inside.clone())?;
        let mdhd = scan::needed(&boxes, b"mdhd", mdia)?;
        let bytes = scan::read(source, mdhd.inside.clone(), SMALL_BYTES_MAX)?;
        let (times, at) = times(&bytes).ok_or(damaged(mdhd.whole.start))?;
        track.timescale =
            u32_at(&bytes, at).filter(|units| *units > 0).ok_or(damaged(mdhd.whole.start))?;
        let language_at = at + 8 + usize::from(bytes[0] == 1) * 4;
        let mut header = times.header(mdhd);
        header.language = u16_at(&bytes, language_at);
        self.headers.push(header);
        let hdlr = scan::needed(&boxes, b"hdlr", mdia)?;
        track.handler = self.handler(source, hdlr)?;
        for child in &boxes {
            if !matches!(&child.kind, b"mdhd" | b"hdlr" | b"minf") {
                self.extras.push(child.clone());
            }
        }
        let minf = scan::needed(&boxes, b"minf", mdia)?;
        let (coding, readable) = self.media(source, minf, &mut track)?;
        Ok(Read { track, whole: trak.whole.clone(), coding, readable })
    }

    /// Reads the sample entries and tables. A track that is not kept may be of any coding, so that
    /// an unknown one is only told.
    fn media(
        &mut self,
        source: &mut dyn ByteSource,
        minf: &BoxSpan,
        track: &mut Track,
    ) -> Result<([u8; 4], Result<(), Error>), Error> {
        let (boxes, _) = scan::children(source, minf.inside.clone())?;
        for child in &boxes {
            if !matches!(&child.kind, b"vmhd" | b"smhd" | b"nmhd" | b"gmhd" | b"dinf" | b"stbl") {
                self.extras.push(child.clone());
            }
        }
        let outside = data_outside(source, &boxes, minf)?;
        let stbl = scan::needed(&boxes, b"stbl", minf)?;
        let (boxes, _) = scan::children(source, stbl.inside.clone())?;
        let stsd = scan::needed(&boxes, b"stsd", stbl)?;
        let bytes = scan::read(source, stsd.inside.clone(), SMALL_BYTES_MAX)?;
        let coding = bytes.get(12..16).and_then(|kind| kind.try_into().ok()).unwrap_or_default();
        let entries = entry::parse(&bytes, stsd.inside.start, track.handler, self.family);
        let (entries, readable) = match entries {
            Ok(entries) => (entries, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        let pcm_bytes = entries.first().and_then(|entry: &Entry| entry.pcm_bytes);
        let readable = match outside {
            Some(at) if readable.is_ok() => Err(Error::CutShort { offset: at }),
            _ => readable,
        };
        track.samples = table::parse(source, &boxes, stbl, pcm_bytes)?;
        let known = entries.len() as u32;
        let described = track.samples.chunks.iter().all(|chunk| chunk.entry < known);
        track.entries = entries;
        match readable.is_ok() && !described {
            true => Err(damaged(stsd.whole.start)),
            false => Ok((coding, readable)),
        }
    }

    fn track_header(
        &mut self,
        source: &mut dyn ByteSource,
        tkhd: &BoxSpan,
    ) -> Result<Track, Error> {
        let damaged = damaged(tkhd.whole.start);
        let bytes = scan::read(source, tkhd.inside.clone(), SMALL_BYTES_MAX)?;
        let (times, at) = times(&bytes).ok_or(damaged)?;
        self.headers.push(times.header(tkhd));
        let rest = at + 4 + 4 + if bytes[0] == 1 { 8 } else { 4 };
        Ok(Track {
            id: u32_at(&bytes, at).ok_or(damaged)?,
            handler: [0; 4],
            enabled: bytes[3] & 1 != 0,
            group: u16_at(&bytes, rest + 10).ok_or(damaged)?,
            width: u32_at(&bytes, rest + 52).ok_or(damaged)?,
            height: u32_at(&bytes, rest + 56).ok_or(damaged)?,
            matrix: Matrix::parse(&bytes, rest + 16).ok_or(damaged)?,
            edits: Vec::new(),
            timescale: 1,
            entries: Vec::new(),
            samples: Samples::none(),
            references: Vec::new(),
        })
    }

    /// What kind of media it is; its name goes to the list of headers.
    fn handler(&mut self, source: &mut dyn ByteSource, hdlr: &BoxSpan) -> Result<[u8; 4], Error> {
        let bytes = scan::read(source, hdlr.inside.clone(), SMALL_BYTES_MAX)?;
        let kind = bytes.get(8..12).and_then(|kind| kind.try_into().ok());
        let name = bytes.get(24..).unwrap_or_default();
        // QuickTime writes the number of letters first.
        let counted = name.first().is_some_and(|count| usize::from(*count) + 1 == name.len());
        let name = if counted { &name[1..] } else { name };
        let name = crate::exif::printable(&String::from_utf8_lossy(name));
        let name = (!name.trim().is_empty()).then_some(name);
        let whole = hdlr.whole.clone();
        self.headers.push(Header { whole, created: 0, modified: 0, language: None, name });
        kind.ok_or(damaged(hdlr.whole.start))
    }

    fn read_defaults(&mut self, source: &mut dyn ByteSource, mvex: &BoxSpan) -> Result<(), Error> {
        let (boxes, _) = scan::children(source, mvex.inside.clone())?;
        for trex in boxes.iter().filter(|child| child.kind == *b"trex") {
            let bytes = scan::read(source, trex.inside.clone(), SMALL_BYTES_MAX)?;
            let of = |at| u32_at(&bytes, at).ok_or(damaged(trex.whole.start));
            self.fragment_defaults.push(FragmentDefaults {
                track: of(4)?,
                entry: of(8)?.saturating_sub(1),
                duration: of(12)?,
                size: of(16)?,
                flags: of(20)?,
            });
        }
        Ok(())
    }

    /// Tells the tracks that are shown or heard from the others.
    fn choose(&mut self, read: Vec<Read>) -> Result<(), Error> {
        let why: Vec<Option<Why>> = read.iter().map(|one| why(one, &read)).collect();
        for (one, why) in read.into_iter().zip(why) {
            let Read { track, whole, coding, readable } = one;
            let Some(why) = why else {
                readable?;
                self.tracks.push(track);
                continue;
            };
            let Track { id, handler, samples, .. } = track;
            self.dropped.push(Dropped { id, handler, coding, why, whole, samples });
        }
        // Pictures first, whatever the order in the file: equal clips give equal bytes.
        self.tracks.sort_by_key(|track| track.handler == *b"soun");
        if self.tracks.is_empty() {
            return Err(Error::Damaged { part: Part::Header, offset: 0 });
        }
        Ok(())
    }
}

/// Why a track is not taken over; `None` if it is.
fn why(one: &Read, all: &[Read]) -> Option<Why> {
    let is_chapters = all.iter().any(|other| {
        let mut references = other.track.references.iter();
        references.any(|to| to.kind == *b"chap" && to.to.contains(&one.track.id))
    });
    if is_chapters {
        return Some(Why::Chapters);
    }
    let same_kind = |other: &&Read| other.track.handler == one.track.handler;
    match &one.track.handler {
        b"vide" | b"pict" | b"auxv" => {
            let is_still = matches!(&one.coding, b"jpeg" | b"png " | b"mjpa" | b"mjpb");
            let mut others = all.iter().filter(same_kind);
            if is_still && others.any(|other| other.coding != one.coding && other.track.enabled) {
                return Some(Why::Cover);
            }
        }
        b"soun" => {}
        b"subt" | b"sbtl" | b"clcp" | b"text" => return Some(Why::Subtitles),
        _ => return Some(Why::Data),
    }
    if one.track.enabled || one.track.handler == *b"auxv" {
        return None;
    }
    let mut enabled = all.iter().filter(same_kind).filter(|other| other.track.enabled);
    match enabled.clone().next() {
        // If all are switched off, players show the first.
        None => {
            let first =
                all.iter().find(same_kind).is_some_and(|first| first.track.id == one.track.id);
            (!first).then_some(Why::Disabled)
        }
        // Another language or description, to be chosen.
        Some(_)
            if enabled
                .any(|other| other.track.group == one.track.group && one.track.group != 0) =>
        {
            None
        }
        Some(_) => Some(Why::Disabled),
    }
}

/// Where a track says that its samples are in another file.
fn data_outside(
    source: &mut dyn ByteSource,
    minf: &[BoxSpan],
    parent: &BoxSpan,
) -> Result<Option<u64>, Error> {
    const SELF_CONTAINED: u8 = 1;
    let dinf = scan::needed(minf, b"dinf", parent)?;
    let (boxes, _) = scan::children(source, dinf.inside.clone())?;
    let dref = scan::needed(&boxes, b"dref", dinf)?;
    if dref.inside.end - dref.inside.start < 8 {
        return Err(damaged(dref.whole.start));
    }
    let (references, _) = scan::children(source, dref.inside.start + 8..dref.inside.end)?;
    for reference in references {
        let bytes = scan::read(source, reference.inside.clone(), SMALL_BYTES_MAX)?;
        let is_here = bytes.get(3).is_some_and(|flags| flags & SELF_CONTAINED != 0);
        if !is_here && bytes.len() > 4 {
            return Ok(Some(reference.whole.start));
        }
    }
    Ok(None)
}

struct Times {
    created: u64,
    modified: u64,
}

impl Times {
    fn header(&self, of: &BoxSpan) -> Header {
        let (created, modified) = (self.created, self.modified);
        Header { whole: of.whole.clone(), created, modified, language: None, name: None }
    }
}

/// The times that a movie's, track's or media's header begins with, and where they end.
fn times(bytes: &[u8]) -> Option<(Times, usize)> {
    match bytes.first()? {
        0 => {
            let of = |at| u32_at(bytes, at).map(u64::from);
            Some((Times { created: of(4)?, modified: of(8)? }, 12))
        }
        1 => Some((Times { created: u64_at(bytes, 4)?, modified: u64_at(bytes, 12)? }, 20)),
        _ => None,
    }
}

fn edits(source: &mut dyn ByteSource, edts: &BoxSpan) -> Result<Vec<Edit>, Error> {
    const EDITS_MAX: usize = 4096;
    let (boxes, _) = scan::children(source, edts.inside.clone())?;
    let Some(elst) = scan::only(&boxes, b"elst")? else { return Ok(Vec::new()) };
    let bytes = scan::read(source, elst.inside.clone(), SMALL_BYTES_MAX)?;
    let damaged = damaged(elst.whole.start);
    let count = u32_at(&bytes, 4).ok_or(damaged)? as usize;
    if count > EDITS_MAX {
        return Err(Error::TooManyParts { parts_max: EDITS_MAX });
    }
    let edit = |number: usize| match bytes[0] {
        0 => {
            let at = 8 + 12 * number;
            let start = u32_at(&bytes, at + 4)? as i32;
            Some((u64::from(u32_at(&bytes, at)?), i64::from(start), u32_at(&bytes, at + 8)?))
        }
        _ => {
            let at = 8 + 20 * number;
            Some((u64_at(&bytes, at)?, u64_at(&bytes, at + 8)? as i64, u32_at(&bytes, at + 16)?))
        }
    };
    let edits = (0..count).map(|number| {
        let (duration, start, rate) = edit(number)?;
        let start = match start {
            -1 => None,
            start => Some(u64::try_from(start).ok()?),
        };
        Some(Edit { duration, start, rate })
    });
    edits.collect::<Option<_>>().ok_or(damaged)
}

fn references(source: &mut dyn ByteSource, tref: &BoxSpan) -> Result<Vec<Reference>, Error> {
    let (boxes, _) = scan::children(source, tref.inside.clone())?;
    let mut found = Vec::new();
    for child in boxes {
        let bytes = scan::read(source, child.inside.clone(), 4 * TRACKS_MAX as u64)?;
        let to = bytes.chunks_exact(4).map(|id| u32::from_be_bytes([id[0], id[1], id[2], id[3]]));
        found.push(Reference { kind: child.kind, to: to.collect() });
    }
    Ok(found)
}
