//! The symbols of a scan that is to be written, kept from when they were counted: a picture that is
//! told in many scans need not be put together twice.
//!
//! One byte for each symbol, then the bits of its value in one byte or two. In front of each block
//! stands which component it belongs to.

use crate::jpeg::bits::{bits_of, size_of};
use crate::jpeg::recode::{Coder, Tally, Trouble};
use crate::jpeg::sheet::Sink;
use crate::jpeg::steps::{BLOCK_END, END_OF_BLOCK};

/// Most memory that symbols may take. Photos that need more are put together a second time.
const SYMBOLS_BYTES_MAX: usize = 6 << 20;

/// Counts symbols, and keeps them while there is room.
pub(crate) struct Recorder<'t> {
    tally: &'t mut Tally,
    kept: Vec<u8>,
    room: usize,
}

impl<'t> Recorder<'t> {
    /// `before` bytes of the room are taken already.
    pub(crate) fn new(tally: &'t mut Tally, before: usize) -> Self {
        Self { tally, kept: Vec::new(), room: SYMBOLS_BYTES_MAX.saturating_sub(before) }
    }

    /// What was kept, if it is all.
    pub(crate) fn finish(self) -> Option<Symbols> {
        (self.room > 0).then_some(Symbols(self.kept))
    }

    #[inline]
    fn keep(&mut self, symbol: u8, value: i32) {
        let size = u32::from(symbol & 15);
        let raw = bits_of(value, size);
        if self.kept.len() + 4 > self.room {
            (self.kept, self.room) = (Vec::new(), 0);
            return;
        }
        match size {
            0 => self.kept.push(symbol),
            1..=8 => self.kept.extend_from_slice(&[symbol, raw as u8]),
            _ => self.kept.extend_from_slice(&[symbol, (raw >> 8) as u8, raw as u8]),
        }
    }
}

impl Sink for Recorder<'_> {
    #[inline]
    fn first(&mut self, component: usize, difference: i32) -> Result<(), Trouble> {
        self.tally.first(component, difference)?;
        self.keep((component as u8 & 3) << 4 | size_of(difference) as u8, difference);
        Ok(())
    }

    #[inline]
    fn other(&mut self, component: usize, zeros: u8, coefficient: i32) -> Result<(), Trouble> {
        self.tally.other(component, zeros, coefficient)?;
        self.keep(zeros << 4 | size_of(coefficient) as u8, coefficient);
        Ok(())
    }
}

/// What a [`Recorder`] kept.
pub(crate) struct Symbols(Vec<u8>);

impl Symbols {
    pub(crate) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// Writes them all.
    pub(crate) fn write(&self, coder: &mut Coder<'_>) {
        let mut rest = self.0.as_slice();
        while let Some((head, value)) = next(&mut rest) {
            let component = usize::from(head >> 4);
            coder.first_symbol(component, head & 15, value);
            let mut position = 1;
            while position < BLOCK_END {
                let Some((symbol, value)) = next(&mut rest) else { return };
                coder.other_symbol(component, symbol, value);
                position = match symbol {
                    END_OF_BLOCK => BLOCK_END,
                    _ => position + u32::from(symbol >> 4) + 1,
                };
            }
        }
    }
}

/// The next symbol and the bits of its value.
#[inline]
fn next(rest: &mut &[u8]) -> Option<(u8, u32)> {
    let (symbol, value, behind) = match **rest {
        [symbol, ref behind @ ..] if symbol & 15 == 0 => (symbol, 0, behind),
        [symbol, value, ref behind @ ..] if symbol & 15 <= 8 => (symbol, u32::from(value), behind),
        [symbol, high, low, ref behind @ ..] => {
            (symbol, u32::from(high) << 8 | u32::from(low), behind)
        }
        _ => return None,
    };
    *rest = behind;
    Some((symbol, value))
}
