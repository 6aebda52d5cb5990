//! Several Huffman codes in one look-up.
//!
//! Following a sequential block needs no values, only how many bits and how many coefficients each
//! code takes. So the codes that fit into a few bits together become one step: to count them, or
//! to write them again with other codes.

use crate::jpeg::bits::BitReader;
use crate::jpeg::codes::Codes;
use crate::jpeg::huffman::HuffmanTable;

/// Bits that are looked at in one go.
pub(crate) const WINDOW_BITS: u32 = 11;

/// One past the last coefficient of a block.
pub(crate) const BLOCK_END: u32 = 64;

/// No coefficients to the end of the block.
pub(crate) const END_OF_BLOCK: u8 = 0x00;

/// Sixteen coefficients of zero.
pub(crate) const ZERO_RUN: u8 = 0xf0;

/// Most bits that one step may write, value bits behind the window not counted.
const WRITTEN_BITS_MAX: u32 = 32;

/// How far one look-up leads, and what to write for it. Zero where no step can be made.
///
/// From the lowest bit: 6 for the bits to read, 4 for those of them that are copied from behind
/// the window, 7 for how far it leads, 7 for the last place from which it may be made, 6 for how
/// many bits are written, and 32 of those.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Step(u64);

impl Step {
    fn new(parts: &Parts) -> Self {
        if parts.read_bits == 0 {
            return Self(0);
        }
        // The end of a block leads out of it from any place, if there is one coefficient left.
        let advance = if parts.ends_block { BLOCK_END } else { parts.coefficients };
        let room = BLOCK_END - u32::from(parts.ends_block);
        let latest = room.saturating_sub(parts.coefficients);
        let places = u64::from(advance) << 10 | u64::from(latest) << 17;
        let read = (parts.read_bits + parts.value_bits) | parts.value_bits << 6;
        Self(read | places | parts.written_bits << 24 | parts.written << 30)
    }

    /// Bits that it reads.
    #[inline]
    pub(crate) fn read_bits(self) -> u32 {
        self.0 as u32 & 63
    }

    /// How many of those are the last code's value behind the window.
    #[inline]
    pub(crate) fn value_bits(self) -> u32 {
        (self.0 >> 6) as u32 & 15
    }

    /// What to write, without those.
    #[inline]
    pub(crate) fn written(self) -> u64 {
        self.0 >> 30
    }

    #[inline]
    pub(crate) fn written_bits(self) -> u32 {
        (self.0 >> 24) as u32 & 63
    }

    /// Whether it can be made from this position, which is not 0.
    #[inline]
    pub(crate) fn fits(self, position: u32) -> bool {
        position <= (self.0 >> 17) as u32 & 127
    }

    /// Where it leads; the end of the block or more once that is reached.
    #[inline]
    pub(crate) fn after(self, position: u32) -> u32 {
        position + ((self.0 >> 10) as u32 & 127)
    }
}

/// A step while it is put together.
#[derive(Clone, Copy, Default)]
struct Parts {
    written: u64,
    written_bits: u64,
    read_bits: u64,
    value_bits: u64,
    coefficients: u32,
    ends_block: bool,
}

impl Parts {
    /// Whether nothing can follow.
    fn is_full(&self) -> bool {
        self.ends_block || self.value_bits > 0 || self.read_bits >= u64::from(WINDOW_BITS)
    }
}

/// The steps for every window of bits.
pub(crate) struct Steps(Box<[Step; 1 << WINDOW_BITS]>);

impl Steps {
    /// Steps that write each symbol with these codes; for counting, none are needed.
    pub(crate) fn of(table: &HuffmanTable, codes: Option<&Codes>) -> Self {
        let mut steps = Box::new([Step::default(); 1 << WINDOW_BITS]);
        for (window, step) in steps.iter_mut().enumerate() {
            let mut parts = Parts::default();
            follow(table, window as u32, |symbol, length, value| {
                add(&mut parts, symbol, length, value, codes)
            });
            *step = Step::new(&parts);
        }
        Self(steps)
    }

    /// The step that these bits begin with, highest bit first.
    #[inline]
    pub(crate) fn at(&self, window: usize) -> Step {
        self.0[window & ((1 << WINDOW_BITS) - 1)]
    }
}

/// The window that the next bits make.
#[inline]
pub(crate) fn window(bits: &BitReader<'_>) -> usize {
    (bits.peek() >> (64 - WINDOW_BITS)) as usize
}

/// Adds the symbols of a window that was seen `count` times.
pub(crate) fn count(table: &HuffmanTable, window: usize, count: u64, tally: &mut [u64; 256]) {
    let mut parts = Parts::default();
    follow(table, window as u32, |symbol, length, value| {
        let fits = add(&mut parts, symbol, length, value, None);
        if fits {
            tally[usize::from(symbol)] += count;
        }
        fits
    });
}

/// Calls `each` with symbol, length of the code and its value, as far as bits of the window are
/// known, while it says that the code belongs to the step.
fn follow(table: &HuffmanTable, window: u32, mut each: impl FnMut(u8, u32, u32) -> bool) {
    let mut used = 0;
    while used < WINDOW_BITS {
        let bits = (window << (32 - WINDOW_BITS)) << used;
        let Some((length, symbol)) = table.find(bits) else { return };
        let value = (bits << length) >> 1 >> (31 - u32::from(symbol & 15));
        if used + length > WINDOW_BITS || !each(symbol, length, value) {
            return;
        }
        used += length + u32::from(symbol & 15);
    }
}

/// Adds one code to a step; says whether it has done so.
fn add(parts: &mut Parts, symbol: u8, length: u32, value: u32, codes: Option<&Codes>) -> bool {
    // Runs of zeros may lead to nothing, and then they are not written.
    let is_odd = symbol & 15 == 0 && symbol != END_OF_BLOCK;
    let room = WINDOW_BITS - parts.read_bits as u32 - length;
    let size = u32::from(symbol & 15);
    let (inside, behind) = (size.min(room), size.saturating_sub(room));
    let (code, code_bits) = codes.map_or((0, 0), |codes| codes.of[usize::from(symbol)]);
    let written_bits = parts.written_bits as u32 + u32::from(code_bits) + inside;
    let coefficients = u32::from(symbol >> 4) + u32::from(size > 0);
    let has_no_code = codes.is_some() && code_bits == 0;
    if is_odd
        || has_no_code
        || written_bits > WRITTEN_BITS_MAX
        || parts.is_full()
        || parts.coefficients + coefficients > BLOCK_END
    {
        return false;
    }
    parts.written =
        (parts.written << code_bits | u64::from(code)) << inside | u64::from(value >> behind);
    parts.written_bits = u64::from(written_bits);
    parts.read_bits += u64::from(length + inside);
    parts.value_bits = u64::from(behind);
    parts.coefficients += coefficients;
    parts.ends_block = symbol == END_OF_BLOCK;
    true
}
