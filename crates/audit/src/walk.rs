//! Stepping through bytes: each is taken once, in order, and nothing may be left.

use crate::residue::{Residue, What};

/// A place in some bytes, and where those bytes are in the file.
#[derive(Clone)]
pub(crate) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    base: u64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::behind(bytes, 0)
    }

    /// Bytes that begin at `base` in the file.
    pub(crate) fn behind(bytes: &'a [u8], base: u64) -> Self {
        Self { bytes, at: 0, base }
    }

    /// Where in the file.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn is_done(&self) -> bool {
        self.left() == 0
    }

    /// All bytes that are left, without taking them.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub(crate) fn residue(&self, what: What) -> Residue {
        Residue { offset: self.offset(), what }
    }

    pub(crate) fn refuse<T>(&self, what: What) -> Result<T, Residue> {
        Err(self.residue(what))
    }

    pub(crate) fn require(&self, is_so: bool, what: What) -> Result<(), Residue> {
        if is_so { Ok(()) } else { self.refuse(what) }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Residue> {
        let taken = self.rest().get(..count).ok_or(self.residue(What::CutShort))?;
        self.at += count;
        Ok(taken)
    }

    /// The next bytes, to be walked through on their own.
    pub(crate) fn part(&mut self, count: usize) -> Result<Walk<'a>, Residue> {
        let base = self.offset();
        Ok(Walk::behind(self.take(count)?, base))
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Residue> {
        let cut_short = self.residue(What::CutShort);
        self.take(N)?.try_into().map_err(|_| cut_short)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Residue> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Residue> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Residue> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u24_le(&mut self) -> Result<u32, Residue> {
        self.array().map(|[low, mid, high]| u32::from_le_bytes([low, mid, high, 0]))
    }

    pub(crate) fn u32_le(&mut self) -> Result<u32, Residue> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next bytes must be these.
    pub(crate) fn expect(&mut self, wanted: &[u8], what: What) -> Result<(), Residue> {
        let before = self.residue(what);
        if self.take(wanted.len())? == wanted { Ok(()) } else { Err(before) }
    }

    /// The next bytes must all be zero.
    pub(crate) fn zeros(&mut self, count: usize, what: What) -> Result<(), Residue> {
        let before = self.residue(what);
        let is_zero = self.take(count)?.iter().all(|byte| *byte == 0);
        if is_zero { Ok(()) } else { Err(before) }
    }

    /// Nothing may be left.
    pub(crate) fn end(&self, what: What) -> Result<(), Residue> {
        self.require(self.is_done(), what)
    }
}
