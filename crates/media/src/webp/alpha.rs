//! Alpha that is apart from a lossy picture (ALPH): plain bytes, or coded like a lossless picture.

use core::ops::Range;

use crate::error::{Error, Part};
use crate::limits::Size;
use crate::webp::lossless::Lossless;

/// The alpha of a picture and where it ends.
#[derive(Clone)]
pub(crate) struct Alpha {
    /// How it is coded, filtered and prepared.
    head: u8,
    data: Data,
}

#[derive(Clone)]
enum Data {
    Plain(Range<usize>),
    Coded(Lossless),
}

impl Alpha {
    pub(crate) fn read(bytes: &[u8], at: Range<usize>, size: Size) -> Result<Self, Error> {
        let damaged = Error::damaged(Part::PictureData, at.start);
        // The two highest bits are reserved.
        let head = *bytes.get(at.start).ok_or(damaged)? & 0x3f;
        let is_prepared_oddly = head >> 4 > 1;
        let start = at.start + 1;
        let data = match head & 3 {
            _ if is_prepared_oddly => return Err(damaged),
            0 => {
                let count = u64::from(size.width) * u64::from(size.height);
                if count > (at.end - start) as u64 {
                    return Err(Error::cut_short(at.end));
                }
                Data::Plain(start..start + count as usize)
            }
            1 => Data::Coded(Lossless::read_alpha(bytes, start..at.end, size)?),
            _ => return Err(damaged),
        };
        Ok(Self { head, data })
    }

    /// Where what nobody reads begins.
    pub(crate) fn end(&self) -> usize {
        match &self.data {
            Data::Plain(at) => at.end,
            Data::Coded(lossless) => lossless.end(),
        }
    }

    pub(crate) fn clean(&self, out: &mut Vec<u8>, original: &[u8]) {
        out.push(self.head);
        match &self.data {
            Data::Plain(at) => out.extend_from_slice(&original[at.clone()]),
            Data::Coded(lossless) => lossless.clean(out, original),
        }
    }
}
