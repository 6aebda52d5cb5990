//! Samples that are too large to hold, as cameras of 8K and studios write them. Of those codecs whose
//! pictures are copied, what stays of a sample is told by where it is, and copied from there.

use core::ops::Range;

use crate::clip::{ByteSink, ByteSource};
use crate::codec::nal::{NalCodec, SampleSets};
use crate::codec::{Coding, Found, bits::without_padding, prores_head};
use crate::error::{Error, Part};
use crate::mp4::plan::SAMPLE_BYTES_MAX;
use crate::mp4::writer::copy;

/// Units of one sample. Few pictures are cut into more than some hundreds.
const PIECES_MAX: usize = 1 << 14;
/// What is read at once to find where a unit ends.
const WINDOW_BYTES: u64 = 4 << 10;
const PRORES_HEAD_BYTES: u32 = 28;

/// What stays of a sample, in order.
#[derive(Default)]
pub(crate) struct Large {
    pieces: Vec<Piece>,
    held_bytes: usize,
}

enum Piece {
    Written(Vec<u8>),
    Copied(Range<u64>),
}

impl Large {
    /// Looks through a sample.
    pub(crate) fn read(
        source: &mut dyn ByteSource,
        at: u64,
        bytes: u32,
        coding: &Coding,
        found: &mut Found,
    ) -> Result<Self, Error> {
        let mut large = Self::default();
        match coding {
            Coding::ProRes => large.read_prores(source, at, bytes, found)?,
            Coding::Nal(codec) => {
                large.read_units(source, at..at + u64::from(bytes), codec, found)?
            }
            // What must be written anew must be held.
            _ => return Err(damaged(at)),
        }
        Ok(large)
    }

    /// How many bytes stay; `u32::MAX` if they are more than a sample can have.
    pub(crate) fn size(&self) -> u32 {
        let sizes = self.pieces.iter().map(|piece| match piece {
            Piece::Written(bytes) => bytes.len() as u64,
            Piece::Copied(at) => at.end - at.start,
        });
        u32::try_from(sizes.sum::<u64>()).unwrap_or(u32::MAX)
    }

    pub(crate) fn write(
        &self,
        source: &mut dyn ByteSource,
        sink: &mut dyn ByteSink,
    ) -> Result<(), Error> {
        for piece in &self.pieces {
            match piece {
                Piece::Written(bytes) => sink.write(bytes)?,
                Piece::Copied(at) => copy(at.start, at.end - at.start, source, sink)?,
            }
        }
        Ok(())
    }

    fn push(&mut self, piece: Piece, at: u64) -> Result<(), Error> {
        if let Piece::Written(bytes) = &piece {
            self.held_bytes += bytes.len();
        }
        self.pieces.push(piece);
        let fits = self.pieces.len() <= PIECES_MAX && self.held_bytes <= SAMPLE_BYTES_MAX as usize;
        if fits { Ok(()) } else { Err(damaged(at)) }
    }

    fn read_prores(
        &mut self,
        source: &mut dyn ByteSource,
        at: u64,
        bytes: u32,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut head = [0; PRORES_HEAD_BYTES as usize];
        source.read_at(at, &mut head)?;
        let (head, size) = prores_head(&head, bytes as usize, found).map_err(|it| it.moved(at))?;
        let behind = at + head.len() as u64..at + size as u64;
        self.push(Piece::Written(head), at)?;
        self.push(Piece::Copied(behind), at)
    }

    fn read_units(
        &mut self,
        source: &mut dyn ByteSource,
        at: Range<u64>,
        codec: &NalCodec,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut sets = SampleSets::default();
        let mut place = at.start;
        while place < at.end {
            let mut length = [0; 4];
            let length = &mut length[..codec.length_bytes()];
            let start = place + length.len() as u64;
            if start > at.end {
                return Err(damaged(place));
            }
            source.read_at(place, length)?;
            let length = length.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            let unit = start..start + length;
            if unit.end > at.end {
                return Err(damaged(place));
            }
            place = unit.end;
            self.read_unit(source, unit, codec, &mut sets, found)?;
        }
        Ok(())
    }

    fn read_unit(
        &mut self,
        source: &mut dyn ByteSource,
        unit: Range<u64>,
        codec: &NalCodec,
        sets: &mut SampleSets,
        found: &mut Found,
    ) -> Result<(), Error> {
        let length = unit.end - unit.start;
        let mut head = [0; 3];
        let head = &mut head[..length.min(3) as usize];
        source.read_at(unit.start, head)?;
        if length > head.len() as u64 && codec.is_slice(head) {
            let end = filled_end(source, unit.clone())?;
            if end > unit.start + head.len() as u64 {
                found.add_cut((unit.end - end) as usize);
                let size = (end - unit.start) as u32;
                self.push(Piece::Written(size.to_be_bytes().into()), unit.start)?;
                return self.push(Piece::Copied(unit.start..end), unit.start);
            }
        }
        if length > u64::from(SAMPLE_BYTES_MAX) {
            return Err(damaged(unit.start));
        }
        let mut bytes = vec![0; length as usize];
        source.read_at(unit.start, &mut bytes)?;
        let mut out = Vec::new();
        let read = codec.clean_framed(&bytes, &mut out, sets, found);
        read.ok_or(damaged(unit.start))?;
        match out.is_empty() {
            true => Ok(()),
            false => self.push(Piece::Written(out), unit.start),
        }
    }
}

/// Where a unit ends without what only fills it up.
fn filled_end(source: &mut dyn ByteSource, unit: Range<u64>) -> Result<u64, Error> {
    let mut end = unit.end;
    let mut window = vec![0; WINDOW_BYTES as usize];
    loop {
        let count = (end - unit.start).min(WINDOW_BYTES);
        let window = &mut window[..count as usize];
        source.read_at(end - count, window)?;
        let kept = without_padding(window).len() as u64;
        let is_first = end - count == unit.start;
        end -= count - kept;
        // Filling that reaches up to here may begin before: its sign is three bytes long.
        if is_first || kept >= 3 {
            return Ok(end);
        }
    }
}

fn damaged(at: u64) -> Error {
    Error::Damaged { part: Part::PictureData, offset: at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn end_of(unit: &[u8]) -> usize {
        let mut source = unit;
        filled_end(&mut source, 0..unit.len() as u64).unwrap() as usize
    }

    proptest! {
        #[test]
        fn filling_of_any_length_is_cut(
            filled in 0..6_usize,
            pieces in proptest::collection::vec(prop_oneof![Just(&[0_u8][..]), Just(&[0, 0, 3][..])], 0..6000),
        ) {
            let unit = [&[0x65, 0x88, 0x80, 3, 3, 7][..filled], &pieces.concat()].concat();
            prop_assert_eq!(end_of(&unit), without_padding(&unit).len());
        }
    }

    fn cleaned(sample: &[u8], coding: &Coding) -> Option<(Vec<u8>, Found)> {
        let mut found = Found::default();
        let mut source = sample;
        let size = sample.len() as u32;
        let large = Large::read(&mut source, 0, size, coding, &mut found).ok()?;
        let mut out = Vec::new();
        large.write(&mut source, &mut out).unwrap();
        assert_eq!(out.len(), large.size() as usize);
        Some((out, found))
    }

    fn held(sample: &[u8], coding: &Coding) -> Option<(Vec<u8>, Found)> {
        let (mut out, mut found) = (Vec::new(), Found::default());
        coding.clean_sample(sample, &mut out, &mut found).ok()?;
        Some((out, found))
    }

    #[test]
    fn a_sample_that_is_not_held_is_cleaned_like_one_that_is() {
        for (coding, mut sample) in crate::codec::tests::samples() {
            assert!(cleaned(&sample, &coding).is_some_and(|(out, _)| !out.is_empty()));
            for at in (0..sample.len()).step_by(13) {
                let cut = &sample[..at];
                assert_eq!(cleaned(cut, &coding), held(cut, &coding), "cut at {at}");
                sample[at] ^= 0x41;
                assert_eq!(cleaned(&sample, &coding), held(&sample, &coding), "changed at {at}");
                sample[at] ^= 0x41;
            }
        }
        let mut frame = [&500_u32.to_be_bytes()[..], b"icpf\0\x94\0\0fooo"].concat();
        frame.resize(520, 7);
        assert_eq!(cleaned(&frame, &Coding::ProRes), held(&frame, &Coding::ProRes));
        assert!(cleaned(&frame[..499], &Coding::ProRes).is_none());
        assert!(cleaned(&frame, &Coding::Jpeg).is_none());
    }
}
