//! Copying syntax field by field: what is not a field of the standard does not come along.

use crate::codec::bits::{BitReader, BitWriter};

/// Reads fields and writes them again. `None` everywhere means that the bits ended too early.
pub(crate) struct Fields<'a> {
    pub(crate) from: BitReader<'a>,
    pub(crate) to: BitWriter,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { from: BitReader::new(bytes), to: BitWriter::default() }
    }

    /// A field of so many bits, copied.
    pub(crate) fn bits(&mut self, count: u32) -> Option<u32> {
        let value = self.from.bits(count)?;
        self.to.bits(count, value);
        Some(value)
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        Some(self.bits(1)? == 1)
    }

    /// An Exp-Golomb number, copied; signed ones look the same.
    pub(crate) fn golomb(&mut self) -> Option<u32> {
        let value = self.from.golomb()?;
        self.to.golomb(value);
        Some(value)
    }

    /// A signed Exp-Golomb number, copied.
    pub(crate) fn signed(&mut self) -> Option<i64> {
        let value = i64::from(self.golomb()?);
        Some(if value % 2 == 1 { (value + 1) / 2 } else { -(value / 2) })
    }

    /// So many fields of the same size.
    pub(crate) fn repeat(&mut self, times: u32, count: u32) -> Option<()> {
        (0..times).try_for_each(|_| self.bits(count).map(drop))
    }

    /// So many Exp-Golomb numbers.
    pub(crate) fn golombs(&mut self, times: u32) -> Option<()> {
        (0..times).try_for_each(|_| self.golomb().map(drop))
    }

    /// A field that is read and becomes this instead.
    pub(crate) fn instead(&mut self, count: u32, value: u32) -> Option<()> {
        self.from.bits(count)?;
        self.to.bits(count, value);
        Some(())
    }

    /// An Exp-Golomb number that is read and becomes this instead.
    pub(crate) fn golomb_instead(&mut self, value: u32) -> Option<()> {
        self.from.golomb()?;
        self.to.golomb(value);
        Some(())
    }
}
