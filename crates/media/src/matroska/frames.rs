//! From blocks to clean samples, one after another.

use core::ops::Range;

use crate::codec::{Found, sei};
use crate::error::{Error, Part};
use crate::finding::Source;
use crate::matroska::Matroska;
use crate::matroska::blocks::{self, Block, Flags, Item, Lacing};
use crate::matroska::ebml::Reader;
use crate::matroska::ids;
use crate::matroska::track::Track;
use crate::receipt::Piece;

/// A clean sample, or several that must stay together.
pub(crate) struct Frame<'a> {
    /// Its place among the tracks.
    pub(crate) track: usize,
    pub(crate) time: i64,
    pub(crate) flags: Flags,
    pub(crate) duration: Option<u64>,
    pub(crate) discarded: Option<i64>,
    pub(crate) additions: &'a [(u64, Vec<u8>)],
    /// Sizes of all samples but the last; none for a single one.
    pub(crate) sizes: &'a [usize],
    pub(crate) data: &'a [u8],
}

/// What was left out on the way.
#[derive(Default)]
pub(crate) struct Lost {
    /// For each track, what its samples lost.
    pub(crate) samples: Vec<Found>,
    pub(crate) pieces: Vec<Piece>,
}

/// Largest block, and largest sample.
const BLOCK_BYTES_MAX: u64 = 64 << 20;
/// Pieces that are remembered; later ones count as kept.
const PIECES_MAX: usize = 1 << 17;

/// The kinds of additions that are understood.
const ALPHA: u64 = 1;
const REGISTERED: u64 = 4;

/// What a frame goes into.
pub(crate) type Put<'a> = dyn FnMut(&Frame<'_>) -> Result<(), Error> + 'a;

/// Reads all blocks of a clip and hands over what stays.
pub(crate) fn each(
    clip: &Matroska,
    reader: &mut Reader<'_>,
    put: &mut Put<'_>,
) -> Result<Lost, Error> {
    let mut lost = Lost { samples: vec![Found::default(); clip.tracks.len()], pieces: Vec::new() };
    let mut room = Room::default();
    for cluster in clip.layout.parts.iter().filter(|part| part.id == ids::CLUSTER) {
        blocks::each_in(reader, cluster, &mut |reader, item| {
            let block = match item {
                Item::Block(block) => block,
                Item::Other(head) => {
                    lost.add(Source::Element(head.id), head.whole());
                    return Ok(());
                }
            };
            match clip.tracks.iter().position(|track| track.number == block.track) {
                Some(index) => {
                    room.clean(clip, index, reader, &block, &mut lost)?;
                    room.hand_over(clip, index, &block, put)
                }
                None => {
                    lost.add(Source::Element(ids::TRACK), block.whole.clone());
                    Ok(())
                }
            }
        })?;
    }
    Ok(lost)
}

impl Lost {
    fn add(&mut self, source: Source, at: Range<u64>) {
        if let Some(last) = self.pieces.last_mut()
            && last.source == source
            && last.at.end == at.start
        {
            last.at.end = at.end;
            return;
        }
        if self.pieces.len() < PIECES_MAX {
            self.pieces.push(Piece::of(source, at));
        }
    }
}

/// Room for one block, used again for the next.
#[derive(Default)]
struct Room {
    data: Vec<u8>,
    clean: Vec<u8>,
    ends: Vec<usize>,
    additions: Vec<(u64, Vec<u8>)>,
    scratch: Vec<u8>,
}

impl Room {
    /// Reads a block's samples and cleans them.
    fn clean(
        &mut self,
        clip: &Matroska,
        index: usize,
        reader: &mut Reader<'_>,
        block: &Block,
        lost: &mut Lost,
    ) -> Result<(), Error> {
        let damaged = Error::Damaged { part: Part::PictureData, offset: block.data.start };
        if block.data.end - block.data.start > BLOCK_BYTES_MAX {
            return Err(damaged);
        }
        let track = &clip.tracks[index];
        reader.read(block.data.clone(), &mut self.data)?;
        self.clean.clear();
        self.ends.clear();
        let found = &mut lost.samples[index];
        let before = found.bytes;
        for range in blocks::samples(block.lacing, &self.data).ok_or(damaged)? {
            let sample = &self.data[range];
            clean_sample(track, sample, &mut self.scratch, &mut self.clean, found)
                .map_err(|error| in_file(error, block.data.start))?;
            self.ends.push(self.clean.len());
        }
        let gone = found.bytes - before;
        if gone > 0 {
            let end = block.data.end.min(block.data.start + gone);
            lost.add(Source::Picture, block.data.start..end);
        }
        self.additions.clear();
        for (id, range) in &block.additions {
            match clean_addition(track, *id, range.clone(), reader)? {
                Some(data) => self.additions.push((*id, data)),
                None => lost.add(Source::Element(ids::ADDITIONS), range.clone()),
            }
        }
        Ok(())
    }

    /// Hands over single samples where it is known when each is shown, or else all together.
    fn hand_over(
        &self,
        clip: &Matroska,
        index: usize,
        block: &Block,
        put: &mut Put<'_>,
    ) -> Result<(), Error> {
        let count = self.ends.len() as u64;
        let known_ns = clip.tracks[index].sample_ns.map(|ns| ns.saturating_mul(count));
        let together = block.duration.or(known_ns.map(|ns| ns / clip.scale_ns));
        let mut frame = Frame {
            track: index,
            time: block.time,
            flags: block.flags,
            duration: block.duration,
            discarded: block.discarded,
            additions: &self.additions,
            sizes: &[],
            data: &self.clean,
        };
        if self.clean.is_empty() {
            return Ok(());
        }
        if count == 1 {
            return put(&frame);
        }
        let Some(together) = together.filter(|ticks| *ticks < 1 << 32) else {
            let sizes = sizes(&self.ends);
            frame.sizes = &sizes;
            return put(&frame);
        };
        let mut start = 0;
        for (place, end) in self.ends.iter().enumerate() {
            let (from, to) =
                (together * place as u64 / count, together * (place as u64 + 1) / count);
            frame.time = block.time + from as i64;
            frame.duration = block.duration.map(|_| to - from);
            frame.discarded = block.discarded.filter(|_| *end == self.clean.len());
            frame.data = &self.clean[start..*end];
            if start < *end {
                put(&frame)?;
            }
            start = *end;
        }
        Ok(())
    }
}

fn sizes(ends: &[usize]) -> Vec<usize> {
    let starts = core::iter::once(&0).chain(ends);
    let sizes = ends.iter().zip(starts).map(|(end, start)| end - start);
    sizes.take(ends.len() - 1).collect()
}

fn clean_sample(
    track: &Track,
    sample: &[u8],
    scratch: &mut Vec<u8>,
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Error> {
    if !track.is_headless && track.stripped.is_empty() {
        return track.coding.clean_sample(sample, out, found);
    }
    scratch.clear();
    if !track.is_headless {
        scratch.extend_from_slice(&track.stripped);
        scratch.extend_from_slice(sample);
        return track.coding.clean_sample(scratch, out, found);
    }
    // A frame of ProRes, whose size and mark are left out in this format.
    scratch.extend(((track.stripped.len() + sample.len() + 8) as u32).to_be_bytes());
    scratch.extend(b"icpf");
    scratch.extend_from_slice(&track.stripped);
    scratch.extend_from_slice(sample);
    let start = out.len();
    track.coding.clean_sample(scratch, out, found)?;
    out.drain(start..start + 8);
    Ok(())
}

fn clean_addition(
    track: &Track,
    id: u64,
    range: Range<u64>,
    reader: &mut Reader<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    if !track.is_video || range.end - range.start > BLOCK_BYTES_MAX {
        return Ok(None);
    }
    let mut data = Vec::new();
    Ok(match id {
        ALPHA if track.has_alpha => {
            reader.read(range, &mut data)?;
            Some(data)
        }
        REGISTERED => {
            reader.read(range, &mut data)?;
            sei::clean_registered(&data)
        }
        _ => None,
    })
}

/// An error with its place in the file instead of in the sample.
fn in_file(error: Error, at: u64) -> Error {
    match error {
        Error::Damaged { part, offset } => Error::Damaged { part, offset: at + offset },
        Error::CutShort { offset } => Error::CutShort { offset: at + offset },
        other => other,
    }
}

impl Frame<'_> {
    /// How its samples share a block.
    pub(crate) fn lacing(&self) -> Lacing {
        if self.sizes.is_empty() { Lacing::None } else { Lacing::Xiph }
    }
}
