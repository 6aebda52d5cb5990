//! Numbers one after the other, as the boxes of a picture's tables hold them.

use core::ops::Range;

use crate::error::{Error, Part};

/// A place in the file from which numbers are read, up to an end.
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8], within: Range<usize>) -> Self {
        let end = within.end.min(bytes.len());
        Self { bytes, at: within.start.min(end), end }
    }

    /// What comes next, without taking it.
    pub(crate) fn rest(&self) -> Range<usize> {
        self.at..self.end
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    pub(crate) fn damaged(&self) -> Error {
        Error::damaged(Part::Container, self.at)
    }

    /// Bytes from here on.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.end);
        let taken = &self.bytes[self.at..end.ok_or(self.damaged())?];
        self.at += count;
        Ok(taken)
    }

    /// A big-endian number of 0 to 8 bytes; no bytes are 0.
    pub(crate) fn number(&mut self, width: usize) -> Result<u64, Error> {
        let raw = self.take(width)?;
        Ok(raw.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        Ok(self.number(2)? as u16)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        Ok(self.number(4)? as u32)
    }

    /// The version and the flags that a full box begins with.
    pub(crate) fn version_and_flags(&mut self) -> Result<(u8, u32), Error> {
        let both = self.u32()?;
        Ok(((both >> 24) as u8, both & 0x00ff_ffff))
    }

    /// A four-letter name.
    pub(crate) fn name(&mut self) -> Result<[u8; 4], Error> {
        let raw = self.take(4)?;
        Ok([raw[0], raw[1], raw[2], raw[3]])
    }

    /// A text up to its zero byte or the end; its place without the zero.
    pub(crate) fn text(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = &self.bytes[start..self.end];
        let size = rest.iter().position(|byte| *byte == 0);
        self.at = size.map_or(self.end, |size| start + size + 1);
        start..size.map_or(self.end, |size| start + size)
    }
}
