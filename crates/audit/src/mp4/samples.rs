//! The tables of a track's samples: each as long as it says, together saying the same.

use core::ops::Range;

use crate::bmff;
use crate::clip::ReadAt;
use crate::residue::{Residue, What};
use crate::walk::Walk;

/// Where all samples are.
pub(super) struct Samples {
    sizes: Sizes,
    /// For each chunk: where it begins, how many samples it has, and which entry describes them.
    chunks: Vec<(u64, u32, usize)>,
}

enum Sizes {
    Same { size: u32, count: u32 },
    Each(Vec<u32>),
}

impl Sizes {
    fn count(&self) -> u32 {
        match self {
            Self::Same { count, .. } => *count,
            Self::Each(sizes) => sizes.len() as u32,
        }
    }

    fn of(&self, sample: u32) -> u32 {
        match self {
            Self::Same { size, .. } => *size,
            Self::Each(sizes) => sizes.get(sample as usize).copied().unwrap_or(0),
        }
    }

    fn sum(&self, samples: Range<u32>) -> u64 {
        match self {
            Self::Same { size, .. } => u64::from(*size) * samples.len() as u64,
            Self::Each(_) => samples.map(|sample| u64::from(self.of(sample))).sum(),
        }
    }
}

impl Samples {
    /// Reads what is behind the list of entries.
    pub(super) fn read(mut box_: Walk<'_>, entries: usize) -> Result<Self, Residue> {
        let (durations, _) = runs(bmff::full(&mut box_, b"stts", 0, 0)?)?;
        let mut shifted = None;
        if bmff::peek(&box_) == Some(*b"ctts") {
            let mut shifts = bmff::named(&mut box_, b"ctts")?;
            super::version(&mut shifts, 0)?;
            shifted = Some(runs(shifts)?.0);
        }
        let mut last_sync = 0;
        if bmff::peek(&box_) == Some(*b"stss") {
            let mut sync = bmff::full(&mut box_, b"stss", 0, 0)?;
            for _ in 0..sync.u32()? {
                let sample = sync.u32()?;
                sync.require(sample > last_sync, What::Field)?;
                last_sync = sample;
            }
            sync.end(What::UnknownPart)?;
        }
        let lines = bmff::full(&mut box_, b"stsc", 0, 0)?;
        let sizes = sizes(bmff::full(&mut box_, b"stsz", 0, 0)?)?;
        let places = places(&mut box_)?;
        box_.end(What::UnknownPart)?;
        let count = u64::from(sizes.count());
        let agree = durations == count && shifted.is_none_or(|shifted| shifted == count);
        box_.require(agree && u64::from(last_sync) <= count, What::Field)?;
        let chunks = chunks(lines, &places, entries)?;
        let in_chunks: u64 = chunks.iter().map(|chunk| u64::from(chunk.1)).sum();
        box_.require(in_chunks == count, What::Field)?;
        Ok(Self { sizes, chunks })
    }

    /// Where each chunk's bytes are.
    pub(super) fn chunks(&self) -> impl Iterator<Item = Range<u64>> {
        let mut first = 0;
        self.chunks.iter().map(move |(at, count, _)| {
            let samples = first..first + count;
            first += count;
            *at..at.saturating_add(self.sizes.sum(samples))
        })
    }

    /// Hands over where each sample is, with the number of its entry.
    pub(super) fn each(
        &self,
        source: &mut dyn ReadAt,
        mut look: impl FnMut(usize, &mut dyn ReadAt, Range<u64>) -> Result<(), Residue>,
    ) -> Result<(), Residue> {
        let mut sample = 0;
        for (at, count, entry) in &self.chunks {
            let mut at = *at;
            for _ in 0..*count {
                let size = u64::from(self.sizes.of(sample));
                let end = at.saturating_add(size);
                look(*entry, source, at..end)?;
                at = end;
                sample += 1;
            }
        }
        Ok(())
    }
}

/// Pairs of a count and a value; the sum of the counts.
fn runs(mut box_: Walk<'_>) -> Result<(u64, u32), Residue> {
    let count = box_.u32()?;
    let mut sum = 0;
    for _ in 0..count {
        let (samples, _value) = (box_.u32()?, box_.u32()?);
        box_.require(samples > 0, What::Unused)?;
        sum += u64::from(samples);
    }
    box_.end(What::UnknownPart)?;
    Ok((sum, count))
}

fn sizes(mut box_: Walk<'_>) -> Result<Sizes, Residue> {
    let (size, count) = (box_.u32()?, box_.u32()?);
    if size > 0 {
        box_.end(What::UnknownPart)?;
        return Ok(Sizes::Same { size, count });
    }
    box_.require(box_.left() as u64 == u64::from(count) * 4, What::UnknownPart)?;
    let each = (0..count).map(|_| box_.u32());
    Ok(Sizes::Each(each.collect::<Result<_, _>>()?))
}

/// Where chunks begin, in 32 bits or, where that is needed, in 64.
fn places(box_: &mut Walk<'_>) -> Result<Vec<u64>, Residue> {
    if bmff::peek(box_) == Some(*b"co64") {
        let mut list = bmff::full(box_, b"co64", 0, 0)?;
        let count = list.u32()?;
        list.require(list.left() as u64 == u64::from(count) * 8, What::UnknownPart)?;
        let places = (0..count).map(|_| list.array().map(u64::from_be_bytes));
        let places: Vec<u64> = places.collect::<Result<_, _>>()?;
        let is_needed = places.iter().any(|place| *place > u64::from(u32::MAX));
        list.require(is_needed, What::Field)?;
        return Ok(places);
    }
    let mut list = bmff::full(box_, b"stco", 0, 0)?;
    let count = list.u32()?;
    list.require(list.left() as u64 == u64::from(count) * 4, What::UnknownPart)?;
    (0..count).map(|_| list.u32().map(u64::from)).collect()
}

/// Each line: from which chunk on there are how many samples in one, of which entry.
fn chunks(
    mut lines: Walk<'_>,
    places: &[u64],
    entries: usize,
) -> Result<Vec<(u64, u32, usize)>, Residue> {
    let mut read = Vec::new();
    let mut used = 0;
    for _ in 0..lines.u32()? {
        let (first, count, entry) = (lines.u32()?, lines.u32()?, lines.u32()? as usize);
        let follows = read.last().map_or(first == 1, |last: &(u32, u32, usize)| last.0 < first);
        // Entries stand in the order of their first use.
        let is_entry = (1..=entries.min(used + 1)).contains(&entry);
        used = used.max(entry);
        let fits = follows && is_entry && first as usize <= places.len() && count > 0;
        lines.require(fits, What::Field)?;
        read.push((first, count, entry - 1));
    }
    lines.end(What::UnknownPart)?;
    lines.require(read.is_empty() == places.is_empty(), What::Field)?;
    lines.require(used == entries || places.is_empty(), What::Unused)?;
    let mut line = 0;
    let chunk = places.iter().enumerate().map(|(index, place)| {
        while read.get(line + 1).is_some_and(|next| next.0 as usize <= index + 1) {
            line += 1;
        }
        (*place, read[line].1, read[line].2)
    });
    Ok(chunk.collect())
}
