//! Numbers that are coded like the picture itself, by how likely they are: those of the colour
//! profile, and of the order in which a frame's sections are stored.

use jxl_bitstream::Bitstream;
use jxl_coding::Decoder;

use crate::error::{Error, Part};
use crate::jxl::bits::Bits;

/// A run of coded numbers, with the tables that it begins with.
pub(crate) struct Coded<'a> {
    bits: Bitstream<'a>,
    tables: Decoder,
    /// The bit that `bits` begins with, and the place where there are no more.
    start: usize,
    end: usize,
}

/// The decoder reads numbers of up to so many bytes as if zeros followed the last one. A frame with
/// a picture in it is larger, and one always follows.
pub(crate) const UNSURE_BYTES: usize = 4;
const UNSURE_BITS: usize = UNSURE_BYTES * 8;

impl<'a> Coded<'a> {
    /// Reads the tables. `contexts` says how many kinds of numbers there may be.
    pub(crate) fn begin(bits: &Bits<'a>, contexts: u32) -> Result<Self, Error> {
        let (bytes, at) = (bits.bytes(), bits.position());
        let start = at / 8 * 8;
        let damaged = |_| Error::damaged(Part::Table, at / 8);
        let rest = bytes.get(at / 8..).ok_or(Error::cut_short(bytes.len()))?;
        let mut bits = Bitstream::new(rest);
        bits.skip_bits(at % 8).map_err(|_| Error::cut_short(bytes.len()))?;
        let mut tables = Decoder::parse(&mut bits, contexts).map_err(damaged)?;
        tables.begin(&mut bits).map_err(|_| Error::cut_short(bytes.len()))?;
        Ok(Self { bits, tables, start, end: bytes.len() * 8 })
    }

    /// The next number; `context` is less than was said in the beginning.
    pub(crate) fn number(&mut self, context: u32) -> Result<u32, Error> {
        self.tables.read_varint(&mut self.bits, context).map_err(|_| self.damaged())
    }

    /// Checks that the run ends as it must; says after which bit.
    pub(crate) fn end(self) -> Result<usize, Error> {
        let at = self.position();
        if at + UNSURE_BITS > self.end {
            return Err(Error::cut_short(self.end / 8));
        }
        self.tables.finalize().map_err(|_| self.damaged())?;
        Ok(at)
    }

    pub(crate) fn damaged(&self) -> Error {
        match self.position() + UNSURE_BITS > self.end {
            true => Error::cut_short(self.end / 8),
            false => Error::damaged(Part::Table, self.position() / 8),
        }
    }

    fn position(&self) -> usize {
        self.start + self.bits.num_read_bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_tables_are_read_or_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            skipped in 0..8_u32,
            contexts in prop_oneof![Just(1), 1..42_u32],
        ) {
            let mut bits = Bits::new(&bytes, 0);
            if bits.take(skipped).is_err() {
                return Ok(());
            }
            if let Ok(mut coded) = Coded::begin(&bits, contexts) {
                for context in (0..contexts).cycle().take(1000) {
                    if coded.number(context).is_err() {
                        break;
                    }
                }
                if let Ok(end) = coded.end() {
                    prop_assert!(bits.position() <= end && end <= bytes.len() * 8);
                }
            }
        }
    }
}
