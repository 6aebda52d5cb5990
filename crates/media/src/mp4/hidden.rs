//! Samples that an edit list hides: phones trim a clip by hiding its beginning and end. Those that
//! no shown sample needs go.

use crate::mp4::movie::Track;
use crate::mp4::table::{Run, Samples, Sizes, push_run};

const NORMAL_RATE: u32 = 1 << 16;

/// How many samples went, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    pub(crate) samples: u32,
    pub(crate) bytes: u64,
}

/// Drops what is decoded before the place where decoding must begin, and what is decoded after
/// all that is shown. Times in edits count from what is then the first sample.
pub(crate) fn drop_hidden(track: &mut Track, movie_timescale: u32) -> Hidden {
    let Some((start, end)) = shown(track, movie_timescale) else { return Hidden::default() };
    let second = u64::from(track.timescale);
    let is_sound = track.handler == *b"soun";
    let samples = &track.samples;
    let (mut first, mut last) = (Place::default(), samples.count());
    let mut syncs_after = 0;
    for place in Places::new(samples) {
        let shown_at = i128::from(place.time) + i128::from(place.shift);
        if is_sound {
            // Decoders need a run-up; players take a second.
            if place.time + second <= start {
                first = place;
            }
            if place.time >= end.saturating_add(second) {
                last = last.min(place.number);
            }
            continue;
        }
        if !place.is_sync {
            continue;
        }
        if shown_at <= i128::from(start) {
            // Where pictures are shown earlier than decoded, times in edits would become negative.
            if place.time <= start {
                first = place;
            }
        } else if shown_at > i128::from(end) {
            syncs_after += 1;
            // Pictures around the first one may be shown before it.
            if syncs_after == 2 {
                last = last.min(place.number);
            }
        }
    }
    let kept = first.number..last;
    let count = samples.count();
    if kept.is_empty() || kept == (0..count) {
        return Hidden::default();
    }
    let gone = (count - last) + first.number;
    let bytes = samples.sizes.sum(0..first.number) + samples.sizes.sum(last..count);
    track.samples.keep(kept);
    for edit in &mut track.edits {
        edit.start = edit.start.map(|start| start - first.time);
    }
    Hidden { samples: gone, bytes }
}

/// The first and the last moment that any edit shows; `None` if nothing is hidden for certain.
fn shown(track: &Track, movie_timescale: u32) -> Option<(u64, u64)> {
    let mut shown: Option<(u64, u64)> = None;
    for edit in &track.edits {
        let Some(start) = edit.start else { continue };
        if edit.rate != NORMAL_RATE || edit.duration == 0 {
            return None;
        }
        let lasts = u128::from(edit.duration) * u128::from(track.timescale);
        let lasts = u64::try_from(lasts.div_ceil(u128::from(movie_timescale))).ok()?;
        let end = start.checked_add(lasts)?;
        let (first, last) = shown.unwrap_or((start, end));
        shown = Some((first.min(start), last.max(end)));
    }
    shown
}

/// A sample in time.
#[derive(Clone, Copy, Default)]
struct Place {
    number: u32,
    time: u64,
    shift: i32,
    is_sync: bool,
}

/// Walks over all samples.
struct Places<'a> {
    samples: &'a Samples,
    at: Place,
    durations: Walk<'a, u32>,
    shifts: Walk<'a, i32>,
    next_sync: usize,
}

impl<'a> Places<'a> {
    fn new(samples: &'a Samples) -> Self {
        let durations = Walk { runs: &samples.durations, used: 0 };
        let shifts = Walk { runs: &samples.shifts, used: 0 };
        Self { samples, at: Place::default(), durations, shifts, next_sync: 0 }
    }
}

impl Iterator for Places<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        if self.at.number >= self.samples.count() {
            return None;
        }
        let mut place = self.at;
        place.shift = self.shifts.next().unwrap_or(0);
        place.is_sync = match &self.samples.sync {
            None => true,
            Some(sync) => {
                let is_next = sync.get(self.next_sync) == Some(&place.number);
                self.next_sync += usize::from(is_next);
                is_next
            }
        };
        self.at.number += 1;
        self.at.time += u64::from(self.durations.next().unwrap_or(0));
        Some(place)
    }
}

/// Walks over the values of runs, one for each sample.
struct Walk<'a, T> {
    runs: &'a [Run<T>],
    used: u32,
}

impl<T: Copy> Iterator for Walk<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let run = self.runs.first()?;
        self.used += 1;
        if self.used >= run.count {
            self.runs = &self.runs[1..];
            self.used = 0;
        }
        Some(run.value)
    }
}

impl Samples {
    /// Keeps these samples only.
    fn keep(&mut self, kept: core::ops::Range<u32>) {
        let mut chunks = Vec::new();
        for number in 0..self.chunks.len() {
            let samples = self.in_chunk(number);
            let first = samples.start.max(kept.start);
            if first >= samples.end.min(kept.end) {
                continue;
            }
            let mut chunk = self.chunks[number];
            chunk.at += self.sizes.sum(samples.start..first);
            chunk.first = first - kept.start;
            chunks.push(chunk);
        }
        self.chunks = chunks;
        match &mut self.sizes {
            Sizes::Fixed { count, .. } => *count = kept.end - kept.start,
            Sizes::Each(sizes) => {
                sizes.truncate(kept.end as usize);
                sizes.drain(..kept.start as usize);
            }
        }
        self.durations = cut(&self.durations, &kept);
        self.shifts = cut(&self.shifts, &kept);
        if let Some(sync) = &mut self.sync {
            sync.retain(|sample| kept.contains(sample));
            sync.iter_mut().for_each(|sample| *sample -= kept.start);
        }
    }
}

/// The runs of a stretch of samples.
fn cut<T: Copy + PartialEq>(runs: &[Run<T>], kept: &core::ops::Range<u32>) -> Vec<Run<T>> {
    let mut out = Vec::new();
    let mut at = 0_u32;
    for run in runs {
        let end = at.saturating_add(run.count);
        let (from, to) = (at.max(kept.start), end.min(kept.end));
        push_run(&mut out, to.saturating_sub(from), run.value);
        at = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp4::table::Chunk;

    #[test]
    fn kept_samples_keep_their_places_times_and_signs() {
        let mut samples = Samples {
            sizes: Sizes::Each(vec![5, 6, 7, 8]),
            durations: vec![Run { count: 3, value: 10 }, Run { count: 1, value: 20 }],
            shifts: vec![Run { count: 2, value: 1 }, Run { count: 2, value: 2 }],
            sync: Some(vec![0, 2]),
            chunks: vec![
                Chunk { at: 100, first: 0, entry: 0 },
                Chunk { at: 300, first: 3, entry: 0 },
            ],
        };
        samples.keep(2..4);
        assert_eq!(samples.sizes, Sizes::Each(vec![7, 8]));
        assert_eq!(samples.sync, Some(vec![0]));
        assert_eq!(samples.duration(), 30);
        assert_eq!(samples.shifts, [Run { count: 2, value: 2 }]);
        assert_eq!(samples.bytes_of_chunk(0), 111..118);
        assert_eq!(samples.bytes_of_chunk(1), 300..308);
    }
}
