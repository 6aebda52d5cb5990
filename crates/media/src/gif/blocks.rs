//! Data of a GIF: short blocks, each with its size in front, up to one of size zero.

use core::ops::Range;

use crate::error::Error;

/// The bytes in the blocks, one after the other.
#[derive(Clone)]
pub(super) struct Blocks<'a> {
    bytes: &'a [u8],
    /// The next byte of the file.
    at: usize,
    /// What is left of this block.
    left: usize,
    is_over: bool,
}

impl<'a> Blocks<'a> {
    /// Begins at a block's size.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, left: 0, is_over: false }
    }

    /// The next byte; none at the end of the blocks or of the file.
    pub(super) fn next(&mut self) -> Option<u8> {
        if self.left == 0 {
            if self.is_over {
                return None;
            }
            self.left = usize::from(*self.bytes.get(self.at)?);
            self.at += 1;
            if self.left == 0 {
                self.is_over = true;
                return None;
            }
        }
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        self.left -= 1;
        Some(byte)
    }

    /// Where the next byte of the file would be read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Whether the closing block was seen.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What stands between here and the closing block, and where the file goes on behind it. A
    /// file may end before its closing block.
    pub(super) fn rest(&self) -> (Range<usize>, usize) {
        if self.is_over {
            return (self.at - 1..self.at - 1, self.at);
        }
        let start = self.at;
        let mut at = self.at.saturating_add(self.left);
        while let Some(size) = self.bytes.get(at) {
            if *size == 0 {
                return (start..at, at + 1);
            }
            at += 1 + usize::from(*size);
        }
        (start..self.bytes.len(), self.bytes.len())
    }
}

/// Where the file goes on behind the blocks that begin here.
pub(super) fn end_of(bytes: &[u8], mut at: usize) -> Result<usize, Error> {
    loop {
        match bytes.get(at) {
            Some(0) => return Ok(at + 1),
            Some(size) => at += 1 + usize::from(*size),
            None => return Err(Error::cut_short(bytes.len())),
        }
    }
}

/// All that is in the blocks that begin here.
pub(super) fn joined(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut blocks = Blocks::new(bytes, at);
    core::iter::from_fn(|| blocks.next()).collect()
}
