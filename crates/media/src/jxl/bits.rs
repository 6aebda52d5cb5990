//! Bits and numbers as a JPEG XL codestream writes them: the lowest bit of each byte first.

use core::ops::Range;

use crate::error::{Error, Part};

pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    /// Counted in bits.
    at: usize,
}

/// One of the four forms a number may have: a value that always is the same, or bits and what is
/// added to them.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Value(u32),
    Bits(u32, u32),
}

pub(crate) use Form::{Bits as Raw, Value};

impl<'a> Bits<'a> {
    /// Begins at a byte.
    pub(crate) fn new(bytes: &'a [u8], start: usize) -> Self {
        Self { bytes, at: start.saturating_mul(8) }
    }

    /// All the bytes, also those that are read already.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How many bits lie before the next one.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Goes on elsewhere.
    pub(crate) fn go_to(&mut self, position: usize) {
        self.at = position;
    }

    pub(crate) fn damaged(&self) -> Error {
        Error::damaged(Part::Header, self.at / 8)
    }

    /// Up to 32 bits.
    pub(crate) fn take(&mut self, count: u32) -> Result<u32, Error> {
        let mut value = 0_u64;
        for bit in 0..count {
            let byte = self.bytes.get(self.at / 8).ok_or(Error::cut_short(self.bytes.len()))?;
            value |= u64::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Ok(value as u32)
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.take(1)? == 1)
    }

    /// A number in one of four forms.
    pub(crate) fn number(&mut self, forms: [Form; 4]) -> Result<u32, Error> {
        match forms[self.take(2)? as usize] {
            Form::Value(value) => Ok(value),
            Form::Bits(count, added) => self.take(count)?.checked_add(added).ok_or(self.damaged()),
        }
    }

    /// The number of an enumerated value.
    pub(crate) fn name_number(&mut self) -> Result<u32, Error> {
        self.number([Value(0), Value(1), Raw(4, 2), Raw(6, 18)])
    }

    /// A number of up to 64 bits.
    pub(crate) fn long(&mut self) -> Result<u64, Error> {
        Ok(match self.take(2)? {
            0 => 0,
            1 => 1 + u64::from(self.take(4)?),
            2 => 17 + u64::from(self.take(8)?),
            _ => {
                let mut value = u64::from(self.take(12)?);
                let mut shift = 12;
                while self.flag()? {
                    if shift == 60 {
                        value |= u64::from(self.take(4)?) << 60;
                        break;
                    }
                    value |= u64::from(self.take(8)?) << shift;
                    shift += 8;
                }
                value
            }
        })
    }

    /// Numbers of 16 bits that are passed over.
    pub(crate) fn skip_halves(&mut self, count: u32) -> Result<(), Error> {
        for _ in 0..count {
            self.take(16)?;
        }
        Ok(())
    }

    /// Extensions are for what is not yet known, so nobody can say what is in them. That there are
    /// none is said in the shortest way; no encoder is known that takes a longer one.
    pub(crate) fn no_extensions(&mut self) -> Result<(), Error> {
        if self.take(2)? == 0 { Ok(()) } else { Err(super::not_supported()) }
    }

    /// Goes on to the next whole byte, over bits that must be zero; says where that is.
    pub(crate) fn align(&mut self) -> Result<usize, Error> {
        let rest = (8 - self.at % 8) % 8;
        if self.take(rest as u32)? != 0 {
            return Err(self.damaged());
        }
        Ok(self.at / 8)
    }
}

/// A name that a person gave.
pub(crate) struct Name {
    pub(crate) text: Vec<u8>,
    /// Where it is, with its size; counted in bits.
    pub(crate) at: Range<usize>,
}

impl Name {
    pub(crate) fn read(bits: &mut Bits<'_>) -> Result<Self, Error> {
        let start = bits.at;
        let size = bits.number([Value(0), Raw(4, 0), Raw(5, 16), Raw(10, 48)])?;
        let text = (0..size).map(|_| Ok(bits.take(8)? as u8)).collect::<Result<_, Error>>()?;
        Ok(Self { text, at: start..bits.at })
    }
}
