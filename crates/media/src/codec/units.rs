//! Parameter sets in a configuration: counted, each behind its length.

use crate::error::Error;

/// Appends a set behind a length of two bytes; says whether there is one.
pub(crate) fn write_set(set: Vec<u8>, out: &mut Vec<u8>) -> bool {
    let Ok(length) = u16::try_from(set.len()) else { return false };
    if length > 0 {
        out.extend(length.to_be_bytes());
        out.extend(set);
    }
    length > 0
}

pub(crate) fn too_short(body: &[u8]) -> Error {
    Error::cut_short(body.len())
}

/// Reads counted units.
pub(crate) struct Units<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Units<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let rest = self.body.get(self.at..).unwrap_or_default();
        let taken = rest.get(..count).ok_or_else(|| too_short(self.body))?;
        self.at += count;
        Ok(taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<usize, Error> {
        let two = self.take(2)?;
        Ok(usize::from(two[0]) << 8 | usize::from(two[1]))
    }

    pub(crate) fn units(&mut self, count: usize) -> Result<Vec<&'a [u8]>, Error> {
        let mut units = Vec::new();
        for _ in 0..count {
            let length = self.u16()?;
            units.push(self.take(length)?);
        }
        Ok(units)
    }
}
