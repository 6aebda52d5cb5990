//! Samples in fragments, as streaming services and recorders that fear a power cut write them.
//! They are added to the movie's tables, as if it had been written in one go.

use crate::bmff::{u32_at, u64_at};
use crate::clip::ByteSource;
use crate::error::{Error, Part};
use crate::mp4::movie::{Edit, FragmentDefaults, Movie};
use crate::mp4::scan::{self, BoxSpan, damaged};
use crate::mp4::table::{Chunk, Samples, Sizes, TABLE_BYTES_MAX, push_run};

/// Largest table of one run of samples.
const RUN_BYTES_MAX: u64 = 4 << 20;
/// Set for samples that decoding cannot begin with.
const NOT_SYNC: u32 = 0x0001_0000;

/// The tracks while fragments are added to them.
pub(crate) struct Fragments<'a> {
    movie: &'a mut Movie,
    /// When each kept track's first fragment begins, by the track's place.
    starts: Vec<Option<u64>>,
}

/// What a track's part of a fragment says once for all its samples.
struct Run<'a> {
    defaults: FragmentDefaults,
    /// Where the next samples are.
    at: u64,
    bytes: &'a [u8],
    flags: u32,
    count: u32,
    box_at: u64,
}

/// Where the parts of a fragment are counted from.
struct Base {
    moof: u64,
    /// Where the part before ended.
    reached: u64,
}

impl<'a> Fragments<'a> {
    pub(crate) fn new(movie: &'a mut Movie) -> Self {
        let starts = vec![None; movie.tracks.len()];
        Self { movie, starts }
    }

    /// Adds the samples of one fragment.
    pub(crate) fn add(&mut self, source: &mut dyn ByteSource, moof: &BoxSpan) -> Result<(), Error> {
        let (boxes, _) = scan::children(source, moof.inside.clone())?;
        let mut base = Base { moof: moof.whole.start, reached: moof.whole.start };
        for traf in boxes.iter().filter(|child| child.kind == *b"traf") {
            self.add_track(source, traf, &mut base)?;
        }
        self.movie.check_memory()
    }

    fn add_track(
        &mut self,
        source: &mut dyn ByteSource,
        traf: &BoxSpan,
        base: &mut Base,
    ) -> Result<(), Error> {
        let (boxes, _) = scan::children(source, traf.inside.clone())?;
        let tfhd = scan::needed(&boxes, b"tfhd", traf)?;
        let head = scan::read(source, tfhd.inside.clone(), 64)?;
        let (mut defaults, mut at) = self.defaults(&head, base).ok_or(damaged(tfhd.whole.start))?;
        // Samples without a description cannot be read.
        defaults.entry = defaults.entry.min(u32::MAX - 1);
        if let Some(tfdt) = scan::only(&boxes, b"tfdt")? {
            let bytes = scan::read(source, tfdt.inside.clone(), 64)?;
            let time = match bytes.first() {
                Some(1) => u64_at(&bytes, 4),
                _ => u32_at(&bytes, 4).map(u64::from),
            };
            self.begin(defaults.track, time.ok_or(damaged(tfdt.whole.start))?)?;
        }
        let start = at;
        for trun in boxes.iter().filter(|child| child.kind == *b"trun") {
            let bytes = scan::read(source, trun.inside.clone(), RUN_BYTES_MAX)?;
            let damaged = damaged(trun.whole.start);
            let flags = u32_at(&bytes, 0).ok_or(damaged)? & 0x00ff_ffff;
            let count = u32_at(&bytes, 4).ok_or(damaged)?;
            if flags & 1 != 0 {
                let offset = i64::from(u32_at(&bytes, 8).ok_or(damaged)? as i32);
                at = start.checked_add_signed(offset).ok_or(damaged)?;
            }
            let box_at = trun.whole.start;
            let run = Run { defaults, at, bytes: &bytes, flags, count, box_at };
            at = self.add_run(&run, source.size_bytes())?;
        }
        base.reached = at;
        Ok(())
    }

    /// What holds for the samples unless they say otherwise, and where they are counted from.
    fn defaults(&self, tfhd: &[u8], base: &Base) -> Option<(FragmentDefaults, u64)> {
        let flags = u32_at(tfhd, 0)?;
        let track = u32_at(tfhd, 4)?;
        let of_track = self.movie.fragment_defaults.iter().find(|one| one.track == track);
        let none = FragmentDefaults { track, entry: 0, duration: 0, size: 0, flags: 0 };
        let mut defaults = of_track.copied().unwrap_or(none);
        let mut next = 8;
        let mut start = match flags & 0x0002_0000 {
            0 => base.reached,
            _ => base.moof,
        };
        if flags & 1 != 0 {
            start = u64_at(tfhd, next)?;
            next += 8;
        }
        let mut field = |flag: u32, into: &mut u32| {
            if flags & flag != 0 {
                *into = u32_at(tfhd, next)?;
                next += 4;
            }
            Some(())
        };
        let mut entry = defaults.entry.checked_add(1)?;
        field(2, &mut entry)?;
        defaults.entry = entry.checked_sub(1)?;
        field(8, &mut defaults.duration)?;
        field(0x10, &mut defaults.size)?;
        field(0x20, &mut defaults.flags)?;
        Some((defaults, start))
    }

    /// A fragment says when it begins: a gap is filled by the sample before it.
    fn begin(&mut self, track: u32, time: u64) -> Result<(), Error> {
        let Some(place) = self.movie.tracks.iter().position(|one| one.id == track) else {
            return Ok(());
        };
        let samples = &mut self.movie.tracks[place].samples;
        if samples.count() == 0 {
            self.starts[place].get_or_insert(time);
            return Ok(());
        }
        let due = samples.duration() + self.starts[place].unwrap_or(0);
        let gap = i128::from(time) - i128::from(due);
        let Some(last) = samples.durations.last_mut() else { return Ok(()) };
        if let Ok(longer) = u32::try_from(i128::from(last.value) + gap) {
            last.count -= 1;
            if last.count == 0 {
                samples.durations.pop();
            }
            push_run(&mut samples.durations, 1, longer);
        }
        Ok(())
    }

    /// Adds the samples of a run; says where they end.
    fn add_run(&mut self, run: &Run<'_>, file_bytes: u64) -> Result<u64, Error> {
        let damaged = damaged(run.box_at);
        let track = run.defaults.track;
        let kept = self.movie.tracks.iter().position(|one| one.id == track);
        let (samples, entries) = match kept {
            Some(place) => {
                let track = &mut self.movie.tracks[place];
                (&mut track.samples, track.entries.len() as u32)
            }
            None => match self.movie.dropped.iter_mut().find(|one| one.id == track) {
                Some(dropped) => (&mut dropped.samples, u32::MAX),
                None => return Err(damaged),
            },
        };
        if run.defaults.entry >= entries {
            return Err(damaged);
        }
        let first = samples.count();
        let end = run.add_to(samples, file_bytes)?;
        if samples.count() > first {
            let chunk = Chunk { at: run.at, first, entry: run.defaults.entry };
            samples.push_chunk(chunk);
        }
        Ok(end)
    }

    /// Turns the times at which tracks begin into pauses before them. What all of them wait for is
    /// not waited for: a recording that was cut out of a longer one begins at once.
    pub(crate) fn finish(self) {
        let movie = self.movie;
        let starts: Vec<u64> = self.starts.iter().map(|start| start.unwrap_or(0)).collect();
        let in_movie = |start: u64, timescale: u32| {
            let time = u128::from(start) * u128::from(movie.timescale) / u128::from(timescale);
            u64::try_from(time).unwrap_or(u64::MAX >> 8)
        };
        let pauses: Vec<u64> = movie
            .tracks
            .iter()
            .zip(&starts)
            .map(|(track, start)| in_movie(*start, track.timescale))
            .collect();
        let shared = pauses.iter().copied().min().unwrap_or(0);
        let timescale = movie.timescale;
        for (track, pause) in movie.tracks.iter_mut().zip(pauses) {
            // The last pictures are shown later than they are decoded.
            let latest = track.samples.shifts.iter().map(|run| run.value.max(0)).max();
            let end = track.samples.duration() + u64::from(latest.unwrap_or(0).unsigned_abs());
            let whole = |from: u64| {
                let time = u128::from(end.saturating_sub(from)) * u128::from(timescale);
                time.div_ceil(u128::from(track.timescale)) as u64
            };
            for edit in &mut track.edits {
                if let (0, Some(start)) = (edit.duration, edit.start) {
                    edit.duration = whole(start);
                }
            }
            let pause = pause - shared;
            if pause > 0 {
                let whole = Edit { duration: whole(0), start: Some(0), rate: 1 << 16 };
                if track.edits.is_empty() {
                    track.edits.push(whole);
                }
                track.edits.insert(0, Edit { duration: pause, start: None, rate: 1 << 16 });
            }
        }
    }
}

impl Run<'_> {
    /// Adds what is said of each sample; says where their bytes end.
    fn add_to(&self, samples: &mut Samples, file_bytes: u64) -> Result<u64, Error> {
        let damaged = damaged(self.box_at);
        let has = |flag: u32| self.flags & flag != 0;
        let mut next = 8 + if has(1) { 4 } else { 0 };
        let mut first_flags = None;
        if has(4) {
            first_flags = Some(u32_at(self.bytes, next).ok_or(damaged)?);
            next += 4;
        }
        let per_sample = self.flags & 0xf00;
        let mut at = self.at;
        let mut left = self.count;
        let too_many = Error::TooManyParts { parts_max: TABLE_BYTES_MAX as usize };
        while left > 0 {
            let mut field = |flag: u32, default: u32| match has(flag) {
                true => {
                    next += 4;
                    u32_at(self.bytes, next - 4).ok_or(damaged)
                }
                false => Ok(default),
            };
            let duration = field(0x100, self.defaults.duration)?;
            let size = field(0x200, self.defaults.size)?;
            let mut flags = field(0x400, self.defaults.flags)?;
            let shift = field(0x800, 0)? as i32;
            if left == self.count {
                flags = first_flags.unwrap_or(flags);
            }
            // Where nothing is said of single samples, all but the first are alike.
            let alike = per_sample == 0 && (left < self.count || first_flags.is_none());
            let count = if alike { left } else { 1 };
            left -= count;
            at = at.checked_add(u64::from(size) * u64::from(count)).ok_or(damaged)?;
            if at > file_bytes {
                return Err(Error::CutShort { offset: file_bytes });
            }
            if u64::from(samples.count()) + u64::from(count) > file_bytes {
                return Err(Error::Damaged { part: Part::Table, offset: self.box_at });
            }
            samples
                .push_alike(count, size, duration, shift, flags & NOT_SYNC == 0)
                .ok_or(too_many)?;
        }
        Ok(at)
    }
}

impl Samples {
    /// Adds samples that are alike; `None` if the tables become too large.
    fn push_alike(
        &mut self,
        count: u32,
        size: u32,
        duration: u32,
        shift: i32,
        is_sync: bool,
    ) -> Option<()> {
        let before = self.count();
        let fits = |samples: u32| u64::from(samples) * 4 <= TABLE_BYTES_MAX;
        if !is_sync || self.sync.is_some() {
            if !fits(before.checked_add(count)?) {
                return None;
            }
            let sync = self.sync.get_or_insert_with(|| (0..before).collect());
            if is_sync {
                sync.extend(before..before + count);
            }
        }
        match &mut self.sizes {
            Sizes::Fixed { bytes, count: all } if *bytes == size => {
                *all = all.checked_add(count)?
            }
            Sizes::Each(sizes) if sizes.is_empty() && size > 0 => {
                self.sizes = Sizes::Fixed { bytes: size, count };
            }
            sizes => {
                if !fits(before.checked_add(count)?) {
                    return None;
                }
                if let Sizes::Fixed { bytes, count } = *sizes {
                    *sizes = Sizes::Each(vec![bytes; count as usize]);
                }
                if let Sizes::Each(sizes) = sizes {
                    sizes.extend(core::iter::repeat_n(size, count as usize));
                }
            }
        }
        push_run(&mut self.durations, count, duration);
        if shift != 0 || !self.shifts.is_empty() {
            if self.shifts.is_empty() {
                push_run(&mut self.shifts, before, 0);
            }
            push_run(&mut self.shifts, count, shift);
        }
        Some(())
    }

    /// Adds a chunk behind the last one, or to it where nothing is between them.
    fn push_chunk(&mut self, chunk: Chunk) {
        let last = self.chunks.last().copied();
        let joins = last.is_some_and(|last| {
            let end = last.at + self.sizes.sum(last.first..chunk.first);
            end == chunk.at && last.entry == chunk.entry
        });
        if !joins {
            self.chunks.push(chunk);
        }
    }
}
