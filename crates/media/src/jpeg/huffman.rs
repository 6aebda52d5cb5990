//! Huffman tables and the bits of a JPEG scan, for walking over codes, not for decoding samples.

use std::sync::OnceLock;

use crate::error::{Error, Part};
use crate::jpeg::steps::{BLOCK_END, Step, Steps};

/// Codes of up to this many bits are found by one look-up.
const FAST_BITS: u32 = 10;

/// A Huffman table as the file defines it, and an index into it.
pub(crate) struct HuffmanTable {
    /// How many codes have each length from 1 to 16.
    pub(crate) counts: [u8; 16],
    /// The symbols in code order.
    pub(crate) symbols: Vec<u8>,
    /// For each run of `FAST_BITS` bits: code length in the high byte, symbol in the low one;
    /// zero where the code is longer or there is none.
    fast: Vec<u16>,
    /// First code of each length, and the index of its symbol.
    firsts: [(u32, u32); 16],
    /// For sequential scans: several codes at once. Made when first needed.
    steps: OnceLock<Steps>,
}

impl HuffmanTable {
    /// From a table definition; `None` if the codes do not fit.
    pub(crate) fn new(counts: [u8; 16], symbols: Vec<u8>) -> Option<Self> {
        let mut fast = vec![0; 1 << FAST_BITS];
        let mut firsts = [(0, 0); 16];
        let (mut code, mut index) = (0_u32, 0_u32);
        for (position, &count) in counts.iter().enumerate() {
            let length = position as u32 + 1;
            firsts[position] = (code, index);
            for _ in 0..count {
                if code >= 1 << length {
                    return None;
                }
                if length <= FAST_BITS {
                    let entry = (length as u16) << 8 | u16::from(*symbols.get(index as usize)?);
                    let start = (code << (FAST_BITS - length)) as usize;
                    fast[start..start + (1 << (FAST_BITS - length))].fill(entry);
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        let steps = OnceLock::new();
        (index as usize == symbols.len()).then_some(Self { counts, symbols, fast, firsts, steps })
    }

    pub(crate) fn same_codes(&self, other: &Self) -> bool {
        self.counts == other.counts && self.symbols == other.symbols
    }

    /// The table of steps for walking over the coefficients of sequential blocks.
    pub(crate) fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| Steps::of(self))
    }

    /// Code length and symbol of the code that `bits` begins with, highest bit first.
    #[inline]
    pub(crate) fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let entry = self.fast[(bits >> (32 - FAST_BITS)) as usize];
        if entry != 0 {
            return Some((u32::from(entry >> 8), entry as u8));
        }
        self.find_slowly(bits)
    }

    #[cold]
    fn find_slowly(&self, bits: u32) -> Option<(u32, u8)> {
        for length in 1..=16 {
            let position = length as usize - 1;
            let (first_code, first_index) = self.firsts[position];
            let offset = (bits >> (32 - length)).wrapping_sub(first_code);
            if offset < u32::from(self.counts[position]) {
                let symbol = *self.symbols.get((first_index + offset) as usize)?;
                return Some((length, symbol));
            }
        }
        None
    }
}

/// Reads the bits of one restart interval, stepping over stuffed zero bytes.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Next byte to load.
    at: usize,
    /// Loaded bits, the next one highest.
    bits: u64,
    /// How many of them are loaded.
    loaded: u32,
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
    fn fill(&mut self) {
        if self.loaded >= 32 {
            return;
        }
        if let Some(next) = self.bytes.get(self.at..self.at + 4) {
            let word = u32::from_be_bytes([next[0], next[1], next[2], next[3]]);
            // No byte is FF: none of the complement's bytes is zero.
            let inverse = !word;
            if inverse.wrapping_sub(0x0101_0101) & !inverse & 0x8080_8080 == 0 {
                self.bits |= u64::from(word) << (32 - self.loaded);
                self.loaded += 32;
                self.at += 4;
                return;
            }
        }
        self.fill_bytewise();
    }

    fn fill_bytewise(&mut self) {
        while self.loaded <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            let mut step = 1;
            if byte == 0xff {
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return;
                }
                step = 2;
            }
            self.bits |= u64::from(byte) << (56 - self.loaded);
            self.loaded += 8;
            self.at += step;
        }
    }

    #[inline]
    fn take(&mut self, count: u32) -> Result<u32, Error> {
        if count == 0 {
            return Ok(0);
        }
        self.fill();
        if count > self.loaded {
            return Err(Error::cut_short(self.at));
        }
        let value = (self.bits >> (64 - count)) as u32;
        self.bits <<= count;
        self.loaded -= count;
        Ok(value)
    }

    /// Reads `count` bits, at most 16.
    #[inline]
    pub(crate) fn read(&mut self, count: u32) -> Result<u32, Error> {
        self.take(count)
    }

    /// Steps over any number of bits.
    pub(crate) fn skip(&mut self, mut count: u32) -> Result<(), Error> {
        while count > 16 {
            self.take(16)?;
            count -= 16;
        }
        self.take(count).map(|_| ())
    }

    /// Reads one code.
    #[inline]
    pub(crate) fn symbol(&mut self, table: &HuffmanTable) -> Result<u8, Error> {
        self.code(table, 0)
    }

    /// Reads one code and steps over the value bits it announces in its low half.
    #[inline]
    pub(crate) fn symbol_and_value(&mut self, table: &HuffmanTable) -> Result<u8, Error> {
        self.code(table, 15)
    }

    /// Reads a code and steps over as many bits as its symbol says under `value_mask`. One fill is
    /// enough: at most 16 bits of code and 15 of value.
    #[inline]
    fn code(&mut self, table: &HuffmanTable, value_mask: u8) -> Result<u8, Error> {
        self.fill();
        let (length, symbol) = table
            .find((self.bits >> 32) as u32)
            .ok_or_else(|| Error::damaged(Part::PictureData, self.at))?;
        let total = length + u32::from(symbol & value_mask);
        if total > self.loaded {
            return Err(Error::cut_short(self.at));
        }
        self.bits <<= total;
        self.loaded -= total;
        Ok(symbol)
    }

    /// Walks over the coefficients of one sequential block behind its first.
    #[inline]
    pub(crate) fn skip_coefficients(&mut self, table: &HuffmanTable) -> Result<(), Error> {
        let steps = table.steps();
        let mut position = 1;
        while position < BLOCK_END {
            self.fill();
            let step = steps.at(self.bits);
            if step.fits(position) && step.bits() <= self.loaded {
                self.bits <<= step.bits();
                self.loaded -= step.bits();
                position = step.after(position);
            } else {
                let symbol = self.symbol_and_value(table)?;
                position = Step::of(symbol).after(position);
            }
        }
        Ok(())
    }

    /// Whether what comes next in the file is a marker, other than a restart.
    pub(crate) fn is_before_marker(&self) -> bool {
        let next = self.bytes.get(self.at..).unwrap_or_default();
        matches!(next, [0xff, marker, ..] if !(0xd0..=0xd7).contains(marker))
    }

    /// Counts everything that has been loaded as read.
    pub(crate) fn take_all(&mut self) {
        self.loaded = 0;
    }

    /// Where the bits read so far end. `start` is where the interval began.
    pub(crate) fn end(mut self, start: usize) -> IntervalEnd {
        // Give back whole bytes that were loaded but not read. A zero after FF is a stuffed one.
        while self.loaded >= 8 {
            self.loaded -= 8;
            self.at -=
                if self.at >= 2 && self.bytes[self.at - 2..self.at] == [0xff, 0] { 2 } else { 1 };
        }
        if self.at <= start {
            return IntervalEnd { end: start, tail_bits: 0 };
        }
        let stuffed = self.at >= start + 2 && self.bytes[self.at - 2..self.at] == [0xff, 0];
        IntervalEnd { end: self.at - usize::from(stuffed), tail_bits: 8 - self.loaded }
    }
}
