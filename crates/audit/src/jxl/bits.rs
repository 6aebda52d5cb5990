//! Bits of a codestream, the lowest of each byte first.

use crate::residue::{Residue, What};
use crate::walk::Walk;

pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    base: u64,
    /// How many are taken.
    taken: usize,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(code: Walk<'a>) -> Self {
        Self { bytes: code.rest(), base: code.offset(), taken: 0 }
    }

    pub(crate) fn offset(&self) -> u64 {
        self.base + self.taken as u64 / 8
    }

    pub(crate) fn residue(&self, what: What) -> Residue {
        Residue { offset: self.offset(), what }
    }

    pub(crate) fn require(&self, is_so: bool, what: What) -> Result<(), Residue> {
        if is_so { Ok(()) } else { Err(self.residue(what)) }
    }

    /// Up to 32 bits.
    pub(crate) fn take(&mut self, count: u32) -> Result<u32, Residue> {
        let mut number = 0;
        for place in 0..count {
            let byte = self.bytes.get(self.taken / 8).ok_or(self.residue(What::CutShort))?;
            number |= u32::from(byte >> (self.taken % 8) & 1) << place;
            self.taken += 1;
        }
        Ok(number)
    }

    pub(crate) fn skip(&mut self, count: u32) -> Result<(), Residue> {
        for _ in 0..count {
            self.take(1)?;
        }
        Ok(())
    }

    pub(crate) fn is_set(&mut self) -> Result<bool, Residue> {
        self.take(1).map(|bit| bit == 1)
    }

    /// A choice of four, each followed by so many bits; says which it was, and the bits.
    pub(crate) fn choice(&mut self, bits: [u32; 4]) -> Result<(u32, u32), Residue> {
        let chosen = self.take(2)?;
        Ok((chosen, self.take(bits[chosen as usize])?))
    }

    /// One of the values that have numbers.
    pub(crate) fn value(&mut self) -> Result<u32, Residue> {
        Ok(match self.choice([0, 0, 4, 6])? {
            (2, bits) => 2 + bits,
            (3, bits) => 18 + bits,
            (chosen, _) => chosen,
        })
    }

    /// The rest of the byte must be zero, and something must follow.
    pub(crate) fn pad(&mut self) -> Result<(), Residue> {
        let left = (8 - self.taken % 8) % 8;
        let padding = self.take(left as u32)?;
        self.require(padding == 0, What::Padding)?;
        self.require(self.taken / 8 < self.bytes.len(), What::CutShort)
    }
}
