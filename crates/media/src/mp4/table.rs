//! Where a track's samples are, how long each lasts and which can be begun with: small in memory,
//! whatever the clip's length.

use core::ops::Range;

use crate::bmff::{u32_at, u64_at};
use crate::clip::ByteSource;
use crate::error::{Error, Part};
use crate::mp4::scan::{self, BoxSpan, damaged};

/// What the tables of a whole clip may take in memory. A clip of two hours takes less.
pub(crate) const TABLE_BYTES_MAX: u64 = 10 << 20;

/// So many samples in a row have this value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run<T> {
    pub(crate) count: u32,
    pub(crate) value: T,
}

/// Adds one more sample to the last run, or begins another.
pub(crate) fn push_run<T: PartialEq>(runs: &mut Vec<Run<T>>, count: u32, value: T) {
    if count == 0 {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.value == value && last.count.checked_add(count).is_some() => {
            last.count += count;
        }
        _ => runs.push(Run { count, value }),
    }
}

/// How long samples are, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sizes {
    /// All of them the same; not stored one by one, because there may be thousands a second.
    Fixed {
        bytes: u32,
        count: u32,
    },
    Each(Vec<u32>),
}

impl Sizes {
    pub(crate) fn count(&self) -> u32 {
        match self {
            Self::Fixed { count, .. } => *count,
            Self::Each(sizes) => sizes.len() as u32,
        }
    }

    pub(crate) fn of(&self, sample: u32) -> u32 {
        match self {
            Self::Fixed { bytes, .. } => *bytes,
            Self::Each(sizes) => sizes.get(sample as usize).copied().unwrap_or(0),
        }
    }

    /// Bytes of all samples in a range together.
    pub(crate) fn sum(&self, samples: Range<u32>) -> u64 {
        match self {
            Self::Fixed { bytes, .. } => u64::from(*bytes) * u64::from(samples.end - samples.start),
            Self::Each(_) => samples.map(|sample| u64::from(self.of(sample))).sum(),
        }
    }
}

/// Samples that follow each other in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Where the first one begins.
    pub(crate) at: u64,
    /// The first one's number, from 0.
    pub(crate) first: u32,
    /// Which sample entry describes them, from 0.
    pub(crate) entry: u32,
}

/// All samples of a track.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    pub(crate) sizes: Sizes,
    /// How long each lasts, in the track's units.
    pub(crate) durations: Vec<Run<u32>>,
    /// How much later than decoded each is shown; empty if not at all.
    pub(crate) shifts: Vec<Run<i32>>,
    /// Those that decoding can begin with; `None` if all.
    pub(crate) sync: Option<Vec<u32>>,
    pub(crate) chunks: Vec<Chunk>,
}

impl Samples {
    pub(crate) fn none() -> Self {
        Self {
            sizes: Sizes::Each(Vec::new()),
            durations: Vec::new(),
            shifts: Vec::new(),
            sync: None,
            chunks: Vec::new(),
        }
    }

    pub(crate) fn count(&self) -> u32 {
        self.sizes.count()
    }

    /// The samples of a chunk.
    pub(crate) fn in_chunk(&self, chunk: usize) -> Range<u32> {
        let first = self.chunks.get(chunk).map_or(self.count(), |chunk| chunk.first);
        let end = self.chunks.get(chunk + 1).map_or(self.count(), |chunk| chunk.first);
        first..end.max(first)
    }

    /// Where the chunk's bytes are.
    pub(crate) fn bytes_of_chunk(&self, chunk: usize) -> Range<u64> {
        let at = self.chunks.get(chunk).map_or(0, |chunk| chunk.at);
        at..at + self.sizes.sum(self.in_chunk(chunk))
    }

    /// How long all of them last together.
    pub(crate) fn duration(&self) -> u64 {
        self.durations.iter().map(|run| u64::from(run.count) * u64::from(run.value)).sum()
    }

    /// What the tables take in memory.
    pub(crate) fn table_bytes(&self) -> u64 {
        let sizes = match &self.sizes {
            Sizes::Fixed { .. } => 0,
            Sizes::Each(sizes) => sizes.len() * 4,
        };
        let sync = self.sync.as_ref().map_or(0, Vec::len) * 4;
        let runs = (self.durations.len() + self.shifts.len()) * 8;
        (sizes + sync + runs + self.chunks.len() * size_of::<Chunk>()) as u64
    }
}

/// Reads the tables of a track. `pcm_bytes` is how long a sample of plain sound is: QuickTime
/// writers say 1 for it.
pub(crate) fn parse(
    source: &mut dyn ByteSource,
    stbl: &[BoxSpan],
    parent: &BoxSpan,
    pcm_bytes: Option<u32>,
) -> Result<Samples, Error> {
    let sizes = match (scan::only(stbl, b"stsz")?, scan::only(stbl, b"stz2")?) {
        (Some(stsz), None) => sizes(source, stsz, pcm_bytes)?,
        (None, Some(stz2)) => small_sizes(source, stz2)?,
        _ => return Err(damaged(parent.whole.start)),
    };
    let count = sizes.count();
    if count == 0 {
        return Ok(Samples::none());
    }
    let stts = scan::needed(stbl, b"stts", parent)?;
    let durations = runs(source, stts, count, |value| value)?;
    let shifts = match scan::only(stbl, b"ctts")? {
        Some(ctts) => runs(source, ctts, count, |value| value as i32)?,
        None => Vec::new(),
    };
    let sync = match scan::only(stbl, b"stss")? {
        Some(stss) => sync(source, stss, count)?,
        None => None,
    };
    let mut samples = Samples { sizes, durations, shifts, sync, chunks: Vec::new() };
    samples.make_whole();
    samples.chunks = chunks(source, stbl, parent, &samples.sizes)?;
    Ok(samples)
}

impl Samples {
    /// Samples without a duration last as long as the one before; shifts end with the samples, and
    /// none at all is the same as all zero.
    fn make_whole(&mut self) {
        let said: u64 = self.durations.iter().map(|run| u64::from(run.count)).sum();
        let missing = u64::from(self.count()).saturating_sub(said) as u32;
        let last = self.durations.last().map_or(1, |run| run.value);
        push_run(&mut self.durations, missing, last);
        let said: u64 = self.shifts.iter().map(|run| u64::from(run.count)).sum();
        let missing = u64::from(self.count()).saturating_sub(said) as u32;
        if !self.shifts.is_empty() {
            push_run(&mut self.shifts, missing, 0);
        }
        if self.shifts.iter().all(|run| run.value == 0) {
            self.shifts.clear();
        }
    }

    /// All samples lie in the file, and there is no more of them than the file could hold. Says
    /// how many bytes they have together.
    pub(crate) fn check(&self, file_bytes: u64) -> Result<u64, Error> {
        let mut total = 0_u64;
        for chunk in 0..self.chunks.len() {
            let at = self.bytes_of_chunk(chunk);
            if at.end > file_bytes {
                return Err(Error::CutShort { offset: file_bytes });
            }
            total += at.end - at.start;
            if total > file_bytes {
                return Err(Error::Damaged { part: Part::Table, offset: at.start });
            }
        }
        Ok(total)
    }
}

/// A full box that holds a count and then so many entries, as many as there are bytes for.
fn entries(
    source: &mut dyn ByteSource,
    table: &BoxSpan,
    head_bytes: usize,
    entry_bytes: usize,
) -> Result<(Vec<u8>, usize), Error> {
    if table.inside.end - table.inside.start > TABLE_BYTES_MAX {
        return Err(Error::TooManyParts { parts_max: TABLE_BYTES_MAX as usize / entry_bytes });
    }
    let bytes = scan::read(source, table.inside.clone(), TABLE_BYTES_MAX)?;
    let count = u32_at(&bytes, head_bytes - 4).ok_or(damaged(table.whole.start))? as usize;
    let room = bytes.len().saturating_sub(head_bytes) / entry_bytes;
    if count > room {
        return Err(damaged(table.whole.start));
    }
    Ok((bytes, count))
}

fn sizes(
    source: &mut dyn ByteSource,
    stsz: &BoxSpan,
    pcm_bytes: Option<u32>,
) -> Result<Sizes, Error> {
    let head = stsz.inside.start..stsz.inside.end.min(stsz.inside.start + 12);
    let head = scan::read(source, head, 12)?;
    let damaged = damaged(stsz.whole.start);
    let fixed = u32_at(&head, 4).ok_or(damaged)?;
    let count = u32_at(&head, 8).ok_or(damaged)?;
    if fixed > 0 {
        // QuickTime counts plain sound in samples, whatever their size.
        let bytes = if fixed == 1 { pcm_bytes.unwrap_or(1) } else { fixed };
        return Ok(Sizes::Fixed { bytes, count });
    }
    let (bytes, count) = entries(source, stsz, 12, 4)?;
    let sizes = bytes[12..12 + 4 * count].chunks_exact(4);
    let sizes = sizes.map(|size| u32::from_be_bytes([size[0], size[1], size[2], size[3]]));
    Ok(Sizes::Each(sizes.collect()))
}

/// Sizes of 4, 8 or 16 bits.
fn small_sizes(source: &mut dyn ByteSource, stz2: &BoxSpan) -> Result<Sizes, Error> {
    let damaged = damaged(stz2.whole.start);
    let bytes = scan::read(source, stz2.inside.clone(), TABLE_BYTES_MAX)?;
    let count = u32_at(&bytes, 8).ok_or(damaged)? as usize;
    let table = bytes.get(12..).ok_or(damaged)?;
    let bits = bytes[7];
    if !matches!(bits, 4 | 8 | 16) || count > table.len() * 8 / usize::from(bits) {
        return Err(damaged);
    }
    let of = |sample: usize| match bits {
        4 if sample.is_multiple_of(2) => u32::from(table[sample / 2] >> 4),
        4 => u32::from(table[sample / 2] & 15),
        8 => u32::from(table[sample]),
        _ => u32::from(u16::from_be_bytes([table[2 * sample], table[2 * sample + 1]])),
    };
    Ok(Sizes::Each((0..count).map(of).collect()))
}

/// Runs of values for as many samples as there are; what more is said is left out.
fn runs<T: PartialEq>(
    source: &mut dyn ByteSource,
    table: &BoxSpan,
    samples: u32,
    value: impl Fn(u32) -> T,
) -> Result<Vec<Run<T>>, Error> {
    let (bytes, count) = entries(source, table, 8, 8)?;
    let mut runs = Vec::new();
    let mut left = samples;
    for entry in bytes[8..8 + 8 * count].chunks_exact(8) {
        let of = |at: usize| {
            u32::from_be_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]])
        };
        let run = of(0).min(left);
        left -= run;
        push_run(&mut runs, run, value(of(4)));
    }
    Ok(runs)
}

/// The samples to begin with, counted from 0; `None` if all are.
fn sync(
    source: &mut dyn ByteSource,
    stss: &BoxSpan,
    samples: u32,
) -> Result<Option<Vec<u32>>, Error> {
    let (bytes, count) = entries(source, stss, 8, 4)?;
    let numbers = bytes[8..8 + 4 * count].chunks_exact(4);
    let numbers = numbers.map(|entry| u32::from_be_bytes([entry[0], entry[1], entry[2], entry[3]]));
    let mut sync: Vec<u32> =
        numbers.filter(|number| (1..=samples).contains(number)).map(|number| number - 1).collect();
    sync.sort_unstable();
    sync.dedup();
    Ok((sync.len() < samples as usize).then_some(sync))
}

/// The chunks, joined where one follows the other without a gap.
fn chunks(
    source: &mut dyn ByteSource,
    stbl: &[BoxSpan],
    parent: &BoxSpan,
    sizes: &Sizes,
) -> Result<Vec<Chunk>, Error> {
    let (table, width) = match (scan::only(stbl, b"stco")?, scan::only(stbl, b"co64")?) {
        (Some(stco), None) => (stco, 4),
        (None, Some(co64)) => (co64, 8),
        _ => return Err(damaged(parent.whole.start)),
    };
    let (offsets, chunk_count) = entries(source, table, 8, width)?;
    let stsc = scan::needed(stbl, b"stsc", parent)?;
    let (runs, run_count) = entries(source, stsc, 8, 12)?;
    let damaged = damaged(stsc.whole.start);
    let run = |number: usize, at: usize| u32_at(&runs, 8 + 12 * number + at);
    let mut chunks = Chunks { found: Vec::new(), next: 0, end: u64::MAX, sizes };
    for number in 0..run_count {
        let first = run(number, 0).ok_or(damaged)? as usize;
        let per_chunk = run(number, 4).ok_or(damaged)?;
        let entry = run(number, 8).and_then(|entry| entry.checked_sub(1)).ok_or(damaged)?;
        let after = match number + 1 < run_count {
            true => run(number + 1, 0).ok_or(damaged)? as usize,
            false => chunk_count + 1,
        };
        if first < 1 || after < first || (number == 0 && first != 1) {
            return Err(damaged);
        }
        for chunk in first - 1..(after - 1).min(chunk_count) {
            let place = 8 + width * chunk;
            let at = match width {
                4 => u32_at(&offsets, place).map(u64::from),
                _ => u64_at(&offsets, place),
            };
            chunks.push(at.ok_or(damaged)?, per_chunk, entry).ok_or(damaged)?;
        }
    }
    if chunks.next < sizes.count() {
        return Err(damaged);
    }
    Ok(chunks.found)
}

/// Chunks as they are put together.
pub(crate) struct Chunks<'a> {
    pub(crate) found: Vec<Chunk>,
    /// The first sample that is in no chunk yet.
    pub(crate) next: u32,
    /// Where the last chunk ends.
    pub(crate) end: u64,
    pub(crate) sizes: &'a Sizes,
}

impl Chunks<'_> {
    /// Adds a chunk with so many samples; those that do not exist are not counted. `None` for a
    /// place that no file reaches.
    pub(crate) fn push(&mut self, at: u64, samples: u32, entry: u32) -> Option<()> {
        let end = self.next.saturating_add(samples).min(self.sizes.count());
        let samples = self.next..end;
        if samples.is_empty() {
            return Some(());
        }
        let joins = self.end == at && self.found.last().is_some_and(|last| last.entry == entry);
        if !joins {
            self.found.push(Chunk { at, first: samples.start, entry });
        }
        self.next = samples.end;
        self.end = at.checked_add(self.sizes.sum(samples))?;
        self.end.checked_add(1).map(|_| ())
    }
}
