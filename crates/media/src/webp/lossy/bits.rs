//! Bits coded by how likely they are (the boolean decoder of VP8), and how many bytes they take.

use core::ops::Range;

pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: Range<usize>,
    next: usize,
    /// The bytes taken so far, less what has been decided.
    value: u32,
    /// Bits of the value beyond the eight that the next decision needs; below zero, a byte is due.
    spare: i32,
    /// One less than the width of the interval.
    range: u32,
    /// Whether a byte was due behind the end.
    is_over: bool,
    /// Whether anything was decided.
    is_used: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], at: Range<usize>) -> Self {
        let next = at.start;
        Self { bytes, at, next, value: 0, spare: -8, range: 254, is_over: false, is_used: false }
    }

    pub(super) fn start(&self) -> usize {
        self.at.start
    }

    /// Takes the first byte, which decoders do even if they decide nothing.
    pub(super) fn begin(&mut self) {
        if self.next == self.at.start && !self.is_over {
            self.load();
        }
    }

    fn load(&mut self) {
        let byte = match self.bytes[..self.at.end].get(self.next) {
            Some(byte) => {
                self.next += 1;
                u32::from(*byte)
            }
            None => {
                self.is_over = true;
                0
            }
        };
        self.value = self.value << 8 | byte;
        self.spare += 8;
    }

    /// Whether more was asked for than there is.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The bytes that said something.
    pub(super) fn taken(&self) -> Range<usize> {
        self.at.start..if self.is_used { self.next } else { self.at.start }
    }

    /// One bit; `likely` of 256 parts are zero.
    pub(super) fn bit(&mut self, likely: u8) -> bool {
        if self.spare < 0 {
            self.load();
        }
        self.is_used = true;
        let split = (self.range * u32::from(likely)) >> 8;
        let is_one = self.value >> self.spare > split;
        if is_one {
            self.range -= split + 1;
            self.value -= (split + 1) << self.spare;
        } else {
            self.range = split;
        }
        // The interval is widened until it has eight bits again.
        let shift = (self.range + 1).leading_zeros() as i32 - 24;
        self.range = ((self.range + 1) << shift) - 1;
        self.spare -= shift;
        is_one
    }

    pub(super) fn flag(&mut self) -> bool {
        self.bit(128)
    }

    pub(super) fn number(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |number, _| number << 1 | u32::from(self.flag()))
    }

    /// A flag, and a number if it is set.
    pub(super) fn optional(&mut self, bits: u32) {
        if self.flag() {
            self.number(bits);
        }
    }
}
