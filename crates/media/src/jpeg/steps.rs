//! Several Huffman codes in one look-up.
//!
//! Walking over a sequential block needs no values, only how many bits and how many coefficients
//! each code takes. So the codes that fit into a few bits together become one step. This makes
//! the walk about twice as fast.

use crate::jpeg::huffman::HuffmanTable;

/// Bits that are looked at in one go.
const WINDOW_BITS: u32 = 12;

/// One past the last coefficient of a block.
pub(crate) const BLOCK_END: u32 = 64;

/// How far one look-up leads: bits in the low five bits, coefficients in the next seven, and
/// whether the block ends there. Zero where there is no code.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Step(u16);

impl Step {
    const ENDS_BLOCK: u16 = 1 << 12;

    /// The step of one symbol, without its bits.
    pub(crate) fn of(symbol: u8) -> Self {
        match symbol {
            0xf0 => Self(16 << 5),
            // End of block; also for run lengths that mean nothing in sequential scans.
            _ if symbol & 15 == 0 => Self(Self::ENDS_BLOCK),
            _ => Self((u16::from(symbol >> 4) + 1) << 5),
        }
    }

    pub(crate) fn bits(self) -> u32 {
        u32::from(self.0 & 31)
    }

    fn coefficients(self) -> u32 {
        u32::from(self.0 >> 5 & 127)
    }

    fn ends_block(self) -> bool {
        self.0 & Self::ENDS_BLOCK != 0
    }

    /// Whether all codes of this step belong to a block that has come to `position`.
    pub(crate) fn fits(self, position: u32) -> bool {
        self.0 != 0 && position + self.coefficients() + u32::from(self.ends_block()) <= BLOCK_END
    }

    /// Where it leads.
    pub(crate) fn after(self, position: u32) -> u32 {
        if self.ends_block() { BLOCK_END } else { position + self.coefficients() }
    }

    /// This step and one more code, if both fit into the window.
    fn then(self, symbol: u8, length: u32) -> Option<Self> {
        let bits = self.bits() + length + u32::from(symbol & 15);
        let is_first = self.0 == 0;
        let next = Self::of(symbol);
        let coefficients = self.coefficients() + next.coefficients();
        if (bits > WINDOW_BITS && !is_first) || coefficients > BLOCK_END {
            return None;
        }
        let ends_block = next.0 & Self::ENDS_BLOCK;
        Some(Self(ends_block | (coefficients as u16) << 5 | bits as u16))
    }
}

/// The steps for every window of bits.
pub(crate) struct Steps(Box<[Step; 1 << WINDOW_BITS]>);

impl Steps {
    pub(crate) fn of(table: &HuffmanTable) -> Self {
        let mut steps = Box::new([Step::default(); 1 << WINDOW_BITS]);
        for (window, step) in steps.iter_mut().enumerate() {
            *step = walk(table, (window as u32) << (32 - WINDOW_BITS));
        }
        Self(steps)
    }

    /// The step that these bits begin with, highest bit first.
    #[inline]
    pub(crate) fn at(&self, bits: u64) -> Step {
        self.0[(bits >> (64 - WINDOW_BITS)) as usize]
    }
}

/// Follows codes as long as they lie inside the window, of which only the first bits are known.
fn walk(table: &HuffmanTable, window: u32) -> Step {
    let mut step = Step::default();
    while !step.ends_block() && step.bits() < WINDOW_BITS {
        let known = WINDOW_BITS - step.bits();
        let Some((length, symbol)) = table.find(window << step.bits()) else { break };
        let next = if length <= known { step.then(symbol, length) } else { None };
        let Some(next) = next else { break };
        step = next;
    }
    step
}
