//! The first pass: how long every sample is once it is clean, and the order in which the samples
//! of all tracks are written. The order follows from time alone, so that equal clips are written
//! equally whichever program interleaved them before.

use crate::clip::ByteSource;
use crate::codec::{Coding, Found};
use crate::error::Error;
use crate::mp4::large::Large;
use crate::mp4::movie::{Movie, Track};
use crate::mp4::table::{Run, Samples, Sizes};

/// A chunk is full at this many bytes, or after half a second.
const CHUNK_BYTES: u64 = 1 << 20;
/// More chunks than a long clip of high quality has.
const CHUNKS_MAX: usize = 1 << 17;
/// The largest sample that is held, twice, as it is and as it is written. Of larger ones only the
/// parts that are written anew are.
pub(crate) const SAMPLE_BYTES_MAX: u32 = 4 << 20;

/// How a movie is written.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) tracks: Vec<TrackPlan>,
}

/// How a track is written.
#[derive(Debug)]
pub(crate) struct TrackPlan {
    /// How long its samples are in the copy; `None` if as long as they were.
    new_sizes: Option<Vec<u32>>,
    pub(crate) chunks: Vec<PlannedChunk>,
    /// What is taken out of its samples.
    pub(crate) found: Found,
}

/// Samples that are written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlannedChunk {
    pub(crate) first: u32,
    pub(crate) count: u32,
    /// When the first one is decoded, in the track's units.
    start: u64,
    pub(crate) bytes: u64,
    /// Where it is in the copy, counted from the first sample of all.
    pub(crate) at: u64,
}

impl Plan {
    /// Reads all samples that may hold something else than pictures and sound.
    pub(crate) fn new(movie: &Movie, source: &mut dyn ByteSource) -> Result<Self, Error> {
        let tracks = movie.tracks.iter().map(|track| {
            let mut found = Found::default();
            let new_sizes = new_sizes(track, source, &mut found)?;
            let mut planned = TrackPlan { new_sizes, chunks: Vec::new(), found };
            planned.chunks = chunks(track, &planned)?;
            Ok(planned)
        });
        let mut plan = Self { tracks: tracks.collect::<Result<_, Error>>()? };
        plan.place(movie);
        Ok(plan)
    }

    /// Says of every chunk where it will be.
    fn place(&mut self, movie: &Movie) {
        let mut reached = 0;
        let mut next = vec![0; self.tracks.len()];
        while let Some((track, chunk)) = self.earliest(movie, &next) {
            self.tracks[track].chunks[next[track]].at = reached;
            reached += chunk.bytes;
            next[track] += 1;
        }
    }

    /// The chunk that is written next: the earliest one, at the same time by track.
    fn earliest(&self, movie: &Movie, next: &[usize]) -> Option<(usize, PlannedChunk)> {
        let mut earliest: Option<(usize, PlannedChunk)> = None;
        for (track, next) in next.iter().enumerate() {
            let Some(chunk) = self.tracks[track].chunks.get(*next) else { continue };
            let is_earlier = earliest.is_none_or(|(other, best)| {
                let scale = |track: usize| u128::from(movie.tracks[track].timescale);
                u128::from(chunk.start) * scale(other) < u128::from(best.start) * scale(track)
            });
            if is_earlier {
                earliest = Some((track, *chunk));
            }
        }
        earliest
    }

    /// What is taken out of the samples of each track.
    pub(crate) fn found(&self) -> Vec<Found> {
        self.tracks.iter().map(|track| track.found.clone()).collect()
    }

    /// The bytes of all samples together.
    pub(crate) fn media_bytes(&self) -> u64 {
        let chunks = self.tracks.iter().flat_map(|track| &track.chunks);
        chunks.map(|chunk| chunk.bytes).sum()
    }

    /// Every chunk with the number of its track, in the order of writing.
    pub(crate) fn order<'a>(&'a self, movie: &'a Movie) -> Order<'a> {
        Order { plan: self, movie, next: vec![0; self.tracks.len()] }
    }
}

/// Chunks in the order of writing.
pub(crate) struct Order<'a> {
    plan: &'a Plan,
    movie: &'a Movie,
    next: Vec<usize>,
}

impl Iterator for Order<'_> {
    type Item = (usize, PlannedChunk);

    fn next(&mut self) -> Option<Self::Item> {
        let earliest = self.plan.earliest(self.movie, &self.next);
        let (track, _) = earliest?;
        self.next[track] += 1;
        earliest
    }
}

impl TrackPlan {
    pub(crate) fn size_of(&self, samples: &Samples, sample: u32) -> u32 {
        match &self.new_sizes {
            Some(sizes) => sizes.get(sample as usize).copied().unwrap_or(0),
            None => samples.sizes.of(sample),
        }
    }

    /// The one size that all samples have.
    pub(crate) fn fixed_size(&self, samples: &Samples) -> Option<u32> {
        let sizes = match (&self.new_sizes, &samples.sizes) {
            (None, Sizes::Fixed { bytes, .. }) => return Some(*bytes),
            (Some(sizes), _) | (None, Sizes::Each(sizes)) => sizes,
        };
        let first = *sizes.first()?;
        (first > 0 && sizes.iter().all(|size| *size == first)).then_some(first)
    }
}

/// Whether samples can hold something else than pictures or sound.
pub(crate) fn is_looked_into(coding: &Coding) -> bool {
    !matches!(coding, Coding::Plain)
}

/// Looks into every sample of a track; `None` if nothing has to be taken out.
fn new_sizes(
    track: &Track,
    source: &mut dyn ByteSource,
    found: &mut Found,
) -> Result<Option<Vec<u32>>, Error> {
    if !track.entries.iter().any(|entry| is_looked_into(&entry.coding)) {
        return Ok(None);
    }
    let samples = &track.samples;
    let mut sizes = Vec::with_capacity(samples.count() as usize);
    let mut sample = Sample::default();
    for chunk in 0..samples.chunks.len() {
        let (mut at, entry) = (samples.chunks[chunk].at, samples.chunks[chunk].entry);
        let coding = &track.entries[entry as usize].coding;
        for number in samples.in_chunk(chunk) {
            let bytes = samples.sizes.of(number);
            sizes.push(match bytes > SAMPLE_BYTES_MAX {
                true => Large::read(source, at, bytes, coding, found)?.size(),
                false => {
                    sample.clean(source, at, bytes, coding, found)?;
                    sample.clean.len() as u32
                }
            });
            at += u64::from(bytes);
        }
    }
    let same = sizes.iter().enumerate().all(|(at, size)| *size == samples.sizes.of(at as u32));
    Ok((!same).then_some(sizes))
}

/// A sample as it is and as it is written, in memory that the next one uses again.
#[derive(Default)]
pub(crate) struct Sample {
    bytes: Vec<u8>,
    pub(crate) clean: Vec<u8>,
}

impl Sample {
    /// Reads a sample of at most [`SAMPLE_BYTES_MAX`] and cleans it.
    pub(crate) fn clean(
        &mut self,
        source: &mut dyn ByteSource,
        at: u64,
        bytes: u32,
        coding: &Coding,
        found: &mut Found,
    ) -> Result<(), Error> {
        self.bytes.resize(bytes as usize, 0);
        self.clean.clear();
        source.read_at(at, &mut self.bytes)?;
        coding.clean_sample(&self.bytes, &mut self.clean, found).map_err(|error| error.moved(at))
    }
}

/// Puts the samples into chunks of half a second.
fn chunks(track: &Track, planned: &TrackPlan) -> Result<Vec<PlannedChunk>, Error> {
    let samples = &track.samples;
    let half_second = u64::from(track.timescale).div_ceil(2);
    let mut chunks: Vec<PlannedChunk> = Vec::new();
    let mut filling = PlannedChunk { first: 0, count: 0, start: 0, bytes: 0, at: 0 };
    let mut time = 0;
    let mut steps = Steps::new(samples);
    while let Some(step) = steps.next(planned) {
        let mut left = step.count;
        while left > 0 {
            let is_full = filling.count > 0
                && (time - filling.start >= half_second
                    || filling.bytes + u64::from(step.size) > CHUNK_BYTES
                    || step.begins_entry && left == step.count);
            if is_full {
                chunks.push(filling);
                let first = filling.first + filling.count;
                filling = PlannedChunk { first, count: 0, start: time, bytes: 0, at: 0 };
                if chunks.len() > CHUNKS_MAX {
                    return Err(Error::TooManyParts { parts_max: CHUNKS_MAX });
                }
            }
            let fitting = step.fitting(half_second - (time - filling.start), filling.bytes);
            let taken = fitting.clamp(1, left);
            filling.count += taken;
            filling.bytes += u64::from(taken) * u64::from(step.size);
            time += u64::from(taken) * u64::from(step.duration);
            left -= taken;
        }
    }
    if filling.count > 0 {
        chunks.push(filling);
    }
    Ok(chunks)
}

/// Samples in a row that are alike.
struct Step {
    count: u32,
    size: u32,
    duration: u32,
    begins_entry: bool,
}

impl Step {
    /// How many fit into what is left of a chunk.
    fn fitting(&self, time_left: u64, bytes: u64) -> u32 {
        let by_time = match self.duration {
            0 => u64::from(u32::MAX),
            duration => time_left.div_ceil(u64::from(duration)),
        };
        let by_bytes = match self.size {
            0 => u64::from(u32::MAX),
            size => CHUNK_BYTES.saturating_sub(bytes) / u64::from(size),
        };
        by_time.min(by_bytes).min(u64::from(u32::MAX)) as u32
    }
}

/// Walks over samples in steps of alike ones: one by one where sizes differ.
struct Steps<'a> {
    samples: &'a Samples,
    at: u32,
    run: usize,
    used_of_run: u32,
    chunk: usize,
}

impl<'a> Steps<'a> {
    fn new(samples: &'a Samples) -> Self {
        Self { samples, at: 0, run: 0, used_of_run: 0, chunk: 0 }
    }

    fn next(&mut self, planned: &TrackPlan) -> Option<Step> {
        let samples = self.samples;
        if self.at >= samples.count() {
            return None;
        }
        while samples.chunks.get(self.chunk + 1).is_some_and(|chunk| chunk.first <= self.at) {
            self.chunk += 1;
        }
        let entry = |chunk: usize| samples.chunks.get(chunk).map(|chunk| chunk.entry);
        let begins_chunk =
            samples.chunks.get(self.chunk).is_some_and(|chunk| chunk.first == self.at);
        let begins_entry =
            begins_chunk && self.chunk > 0 && entry(self.chunk) != entry(self.chunk - 1);
        let Run { count, value } = *samples.durations.get(self.run)?;
        let is_alike = matches!(samples.sizes, Sizes::Fixed { .. }) && planned.new_sizes.is_none();
        let chunk_end = samples.in_chunk(self.chunk).end;
        let left = (count - self.used_of_run).min(chunk_end - self.at);
        let taken = if is_alike { left } else { 1 };
        let size = planned.size_of(samples, self.at);
        self.at += taken;
        self.used_of_run += taken;
        if self.used_of_run >= count {
            self.run += 1;
            self.used_of_run = 0;
        }
        Some(Step { count: taken, size, duration: value, begins_entry })
    }
}
