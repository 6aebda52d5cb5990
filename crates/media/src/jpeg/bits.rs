//! The bits of a JPEG scan: a reader that steps over stuffed zero bytes, and a writer that puts
//! them in.
//!
//! Past the end of the data the reader gives zeros, as libjpeg does, and remembers that it was
//! overdrawn. So the inner loops need no checks; whoever calls them looks once a unit.

use crate::error::{Error, Part};
use crate::jpeg::huffman::HuffmanTable;

/// Reads the bits of one restart interval.
///
/// Loops that must be fast keep a copy of their own, so that it stays in registers.
#[derive(Clone, Copy)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Next byte to load.
    at: usize,
    /// Loaded bits, the next one highest. Below them may stand the first bits of the next byte.
    bits: u64,
    /// How many of them are loaded; below zero when more were read than there are.
    loaded: i32,
}

/// Where an interval's bits end.
pub(crate) struct IntervalEnd {
    /// One past the last byte that holds bits (its stuffed zero excluded).
    pub(crate) end: usize,
    /// Bits of that last byte that belong to the interval: 1 to 8, or 0 for an empty interval.
    pub(crate) tail_bits: u32,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, bits: 0, loaded: 0 }
    }

    /// Loads until at least 32 bits are there, or a marker or the end comes.
    #[inline]
    pub(crate) fn fill(&mut self) {
        if self.loaded >= 32 {
            return;
        }
        let next = self.bytes.get(self.at..).and_then(|tail| tail.first_chunk::<8>());
        if let Some(next) = next {
            let word = u64::from_be_bytes(*next);
            if !has_ff(word) && self.loaded >= 0 {
                self.bits |= word >> self.loaded;
                let count = (63 - self.loaded) >> 3;
                self.at += count as usize;
                self.loaded += count * 8;
                return;
            }
        }
        *self = self.filled_bytewise();
    }

    #[inline(never)]
    fn filled_bytewise(mut self) -> Self {
        while self.loaded <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else { return self };
            let mut step = 1;
            if byte == 0xff {
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return self;
                }
                step = 2;
            }
            self.bits |= u64::from(byte) << (56 - self.loaded).clamp(0, 63);
            self.loaded += 8;
            self.at += step;
        }
        self
    }

    /// The next bits, highest first. At least 32 of them are right after [`Self::fill`].
    #[inline]
    pub(crate) fn peek(&self) -> u64 {
        self.bits
    }

    /// Steps over bits that [`Self::peek`] showed; at most 63.
    #[inline]
    pub(crate) fn consume(&mut self, count: u32) {
        self.bits <<= count;
        self.loaded -= count as i32;
    }

    /// Reads `count` bits, at most 16.
    #[inline]
    pub(crate) fn read(&mut self, count: u32) -> u32 {
        self.fill();
        let value = (self.bits >> 1) >> (63 - count);
        self.consume(count);
        value as u32
    }

    /// Steps over any number of bits.
    pub(crate) fn skip(&mut self, mut count: u32) {
        while count > 16 {
            self.read(16);
            count -= 16;
        }
        self.read(count);
    }

    /// Reads one code.
    #[inline]
    pub(crate) fn symbol(&mut self, table: &HuffmanTable) -> Result<u8, Error> {
        self.fill();
        let (length, symbol) = table
            .find((self.bits >> 32) as u32)
            .ok_or_else(|| Error::damaged(Part::PictureData, self.at))?;
        self.consume(length);
        Ok(symbol)
    }

    /// Reads a code, and the number behind it, which has as many bits as the low half of its symbol
    /// says.
    #[inline(always)]
    pub(crate) fn symbol_and_value(&mut self, table: &HuffmanTable) -> Result<(u8, i32), Error> {
        self.fill();
        let (length, symbol) = table
            .find((self.bits >> 32) as u32)
            .ok_or_else(|| Error::damaged(Part::PictureData, self.at))?;
        let size = u32::from(symbol & 15);
        // Both together are at most 31 bits, which are there.
        let raw = ((self.bits << length) >> 1 >> (63 - size)) as i32;
        self.consume(length + size);
        Ok((symbol, number(raw, size)))
    }

    /// Whether more bits were read than there are.
    #[inline]
    pub(crate) fn is_overdrawn(&self) -> bool {
        self.loaded < 0
    }

    /// Some writers drop the last bits of the last unit. Every viewer forgives that, and nothing
    /// can hide behind data that are missing. Says whether this may be such a case.
    pub(crate) fn forgive(&mut self) -> Result<(), Error> {
        let next = self.bytes.get(self.at..).unwrap_or_default();
        if !matches!(next, [0xff, marker, ..] if !(0xd0..=0xd7).contains(marker)) {
            return Err(Error::cut_short(self.at));
        }
        self.loaded = 0;
        Ok(())
    }

    pub(crate) fn cut_short(&self) -> Error {
        Error::cut_short(self.at)
    }

    /// One past the last byte that was read, with its stuffed zero. `start` is where the interval
    /// began.
    pub(crate) fn end_of_data(&self, start: usize) -> usize {
        let end = self.end(start).end;
        let is_stuffed = end > start && self.bytes[end - 1] == 0xff;
        (end + usize::from(is_stuffed)).min(self.bytes.len())
    }

    /// Where the bits read so far end. `start` is where the interval began.
    pub(crate) fn end(&self, start: usize) -> IntervalEnd {
        let (mut at, mut loaded) = (self.at, self.loaded);
        // Give back whole bytes that were loaded but not read. A zero after FF is a stuffed one.
        while loaded >= 8 {
            loaded -= 8;
            at -= if at >= 2 && self.bytes[at - 2..at] == [0xff, 0] { 2 } else { 1 };
        }
        if at <= start {
            return IntervalEnd { end: start, tail_bits: 0 };
        }
        let stuffed = at >= start + 2 && self.bytes[at - 2..at] == [0xff, 0];
        IntervalEnd { end: at - usize::from(stuffed), tail_bits: 8 - loaded.max(0) as u32 }
    }
}

/// What bits of a number mean: a leading zero makes it negative.
#[inline]
fn number(raw: i32, size: u32) -> i32 {
    let half = (1 << size) >> 1;
    if raw < half { raw - (1 << size) + 1 } else { raw }
}

/// Whether one of eight bytes is FF: whether one of the complement's bytes is zero.
#[inline]
pub(crate) fn has_ff(word: u64) -> bool {
    let inverse = !word;
    inverse.wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 != 0
}

/// How many bits JPEG needs for a number.
#[inline]
pub(crate) fn size_of(value: i32) -> u32 {
    32 - value.unsigned_abs().leading_zeros()
}

/// The bits that [`BitReader::symbol_and_value`] reads back as this number.
#[inline]
pub(crate) fn bits_of(value: i32, size: u32) -> u32 {
    let raw = if value < 0 { value - 1 } else { value };
    raw as u32 & ((1 << size) - 1)
}

/// Bytes that are collected before zeros are stuffed into them.
const PENDING_BYTES: usize = 4096;

/// More than the codes of one block take.
const BLOCK_BYTES_MAX: usize = 512;

/// Writes the bits of a scan.
///
/// First without stuffed zeros into a small buffer: so no bit needs a decision.
pub(crate) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    pending: Box<[u8; PENDING_BYTES]>,
    pen: Pen,
}

/// Where a writer is in its pending bytes. Loops that must be fast keep a copy of their own, so
/// that it stays in registers.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pen {
    /// Whole bytes that are pending.
    at: usize,
    /// Bits behind those, the first one highest.
    bits: u64,
    /// How many; less than 8.
    used: u32,
}

impl Pen {
    /// Appends the lowest `count` bits of `value`, which has no others; at most 56.
    #[inline(always)]
    pub(crate) fn put(&mut self, pending: &mut [u8; PENDING_BYTES], value: u64, count: u32) {
        let used = self.used + count;
        let word = self.bits | value << 1 << (63 - used);
        if let Some(next) = pending[self.at & (PENDING_BYTES - 1)..].first_chunk_mut::<8>() {
            *next = word.to_be_bytes();
        }
        self.at += (used >> 3) as usize;
        self.bits = word << (used & 56);
        self.used = used & 7;
    }
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, pending: Box::new([0; PENDING_BYTES]), pen: Pen::default() }
    }

    /// Makes room for one block. To be called before each.
    #[inline]
    pub(crate) fn begin_block(&mut self) {
        if self.pen.at > PENDING_BYTES - BLOCK_BYTES_MAX {
            self.flush();
        }
    }

    /// Appends the lowest `count` bits of `value`, which has no others; at most 56.
    #[inline]
    pub(crate) fn put(&mut self, value: u64, count: u32) {
        self.pen.put(&mut self.pending, value, count);
    }

    /// Lends out the pen for one block; [`Self::put_back`] must follow.
    #[inline]
    pub(crate) fn take(&mut self) -> (Pen, &mut [u8; PENDING_BYTES]) {
        (self.pen, &mut self.pending)
    }

    #[inline]
    pub(crate) fn put_back(&mut self, pen: Pen) {
        self.pen = pen;
    }

    /// Hands over the whole bytes, with their stuffed zeros.
    #[inline(never)]
    fn flush(&mut self) {
        let mut rest = &self.pending[..self.pen.at];
        while !rest.is_empty() {
            let words = rest.chunks_exact(8).map(|bytes| bytes.try_into().map(u64::from_be_bytes));
            let quiet = words.take_while(|word| word.is_ok_and(|word| !has_ff(word))).count() * 8;
            let found = rest[quiet..].iter().position(|byte| *byte == 0xff);
            let (run, behind) = rest.split_at(found.map_or(rest.len(), |found| quiet + found + 1));
            self.out.extend_from_slice(run);
            if found.is_some() {
                self.out.push(0);
            }
            rest = behind;
        }
        self.pen.at = 0;
    }

    /// Fills up the last byte with ones, as the standard asks.
    pub(crate) fn finish(mut self) {
        let padding = self.pen.used.wrapping_neg() & 7;
        self.put((1 << padding) - 1, padding);
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(pieces in prop::collection::vec((any::<u16>(), 0_u32..=16), 0..200)) {
            let mut out = Vec::new();
            let mut writer = BitWriter::new(&mut out);
            for (value, count) in &pieces {
                writer.begin_block();
                writer.put(u64::from(*value) & ((1 << count) - 1), *count);
            }
            writer.finish();
            let mut reader = BitReader::new(&out, 0);
            for (value, count) in pieces {
                prop_assert_eq!(u64::from(reader.read(count)), u64::from(value) & ((1 << count) - 1));
            }
            prop_assert!(!reader.is_overdrawn());
            let end = reader.end(0).end;
            prop_assert!(out.len() - end <= 1);
        }

        #[test]
        fn numbers_read_back(value in -32_767_i32..=32_767) {
            let size = size_of(value);
            let mut out = Vec::new();
            let mut writer = BitWriter::new(&mut out);
            writer.put(u64::from(bits_of(value, size)), size);
            writer.finish();
            prop_assert_eq!(number(BitReader::new(&out, 0).read(size) as i32, size), value);
        }
    }

    #[test]
    fn reading_past_a_marker_gives_zeros_and_is_noticed() {
        let bytes = [0xa5, 0xff, 0, 0xff, 0xd9];
        let mut reader = BitReader::new(&bytes, 0);
        assert_eq!(reader.read(16), 0xa5ff);
        assert!(!reader.is_overdrawn());
        assert_eq!(reader.read(5), 0);
        assert!(reader.is_overdrawn());
        assert!(reader.forgive().is_ok());
        assert_eq!(reader.end(0).end, 2);
    }
}
