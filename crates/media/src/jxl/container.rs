//! The boxes around a JPEG XL codestream: which hold it, and which hold something else.

use core::ops::Range;

use crate::bmff::{BoxAt, BoxHead, u32_at};
use crate::error::{Error, Part};
use crate::jxl::SIGNATURE;
use crate::limits::Limits;

/// What the boxes of a file are.
#[derive(Default)]
pub(crate) struct Parts {
    /// The codestream's pieces in their order.
    pub(crate) code: Vec<Range<usize>>,
    pub(crate) others: Vec<BoxAt>,
    /// What follows the last box.
    pub(crate) tail: Option<Range<usize>>,
    pub(crate) needs_level_10: bool,
    is_finished: bool,
    /// The number of the next piece.
    next: u32,
}

impl Parts {
    /// A codestream without boxes.
    pub(crate) fn bare(bytes: &[u8]) -> Self {
        let whole = core::iter::once(0..bytes.len());
        Self { code: whole.collect(), is_finished: true, ..Self::default() }
    }

    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        if !bytes.starts_with(SIGNATURE) {
            return Err(Error::damaged(Part::Container, 0));
        }
        let mut parts = Self::default();
        let mut at = SIGNATURE.len();
        for count in 1.. {
            limits.check_parts(count)?;
            if at == bytes.len() {
                break;
            }
            let Some(found) = box_at(bytes, at).filter(|found| !parts.is_over(found)) else {
                // Once the codestream is whole, viewers do not look further.
                parts.tail = Some(at..bytes.len());
                break;
            };
            at = found.whole.end;
            parts.sort(bytes, found)?;
        }
        match parts {
            Self { is_finished: true, .. } => Ok(parts),
            Self { tail: Some(tail), .. } if BoxHead::parse(&bytes[tail.clone()]).is_none() => {
                Err(Error::damaged(Part::Container, tail.start))
            }
            _ => Err(Error::cut_short(bytes.len())),
        }
    }

    /// Whether a box that fits is none of this file: another file follows, or bytes that only look
    /// like a box.
    fn is_over(&self, found: &BoxAt) -> bool {
        let is_name = found.kind.iter().all(|byte| (0x20..0x7f).contains(byte));
        self.is_finished && (!is_name || matches!(&found.kind, b"JXL " | b"ftyp"))
    }

    fn sort(&mut self, bytes: &[u8], found: BoxAt) -> Result<(), Error> {
        const FORMAT: &[u8] = b"jxl \0\0\0\0jxl ";
        let damaged = Error::damaged(Part::Container, found.whole.start);
        let inside = found.inside.clone();
        let data = &bytes[inside.clone()];
        match &found.kind {
            b"ftyp" if data == FORMAT => {}
            b"jxll" if data.len() == 1 => self.needs_level_10 |= data == [10],
            b"jxlc" if self.code.is_empty() && !self.is_finished => {
                self.code.push(inside);
                self.is_finished = true;
            }
            b"jxlp" if !self.is_finished => {
                let number = u32_at(data, 0).ok_or(damaged)?;
                if number & 0x7fff_ffff != self.next {
                    return Err(damaged);
                }
                self.next += 1;
                self.is_finished = number >> 31 == 1;
                self.code.push(inside.start + 4..inside.end);
            }
            b"jxlc" | b"jxlp" | b"jxll" => return Err(damaged),
            _ => self.others.push(found),
        }
        Ok(())
    }
}

/// The box that begins here, if it is whole.
fn box_at(bytes: &[u8], at: usize) -> Option<BoxAt> {
    let head = BoxHead::parse(&bytes[at..])?;
    let left = (bytes.len() - at) as u64;
    let whole_bytes = head.whole_bytes.unwrap_or(left);
    let inside = at + head.head_bytes as usize;
    let end = at + usize::try_from(whole_bytes).ok().filter(|_| whole_bytes <= left)?;
    Some(BoxAt { kind: head.kind, whole: at..end, inside: inside..end })
}
