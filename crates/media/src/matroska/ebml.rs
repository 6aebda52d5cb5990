//! EBML, which Matroska is made of: elements with a number, a size and a content.

use core::ops::Range;

use crate::clip::ByteSource;
use crate::error::{Error, Part};

/// The head of an element, and where its content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: u32,
    /// Where the element begins.
    pub(crate) at: u64,
    /// Where its content begins.
    pub(crate) inside: u64,
    /// Where it ends; absent where the writer did not know.
    pub(crate) end: Option<u64>,
}

impl Head {
    /// The whole element, for one whose size is known.
    pub(crate) fn whole(&self) -> Range<u64> {
        self.at..self.end.unwrap_or(self.inside)
    }
}

/// Reads a source through a window, so that small elements do not cost a call each.
pub(crate) struct Reader<'a> {
    source: &'a mut dyn ByteSource,
    size_bytes: u64,
    window_at: u64,
    window: Vec<u8>,
}

const WINDOW_BYTES: u64 = 64 << 10;
/// Longest number and size together.
const HEAD_BYTES_MAX: u64 = 12;

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a mut dyn ByteSource) -> Self {
        let size_bytes = source.size_bytes();
        Self { source, size_bytes, window_at: 0, window: Vec::new() }
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The head of the element at a place inside its parent, which ends at `limit`.
    pub(crate) fn head(&mut self, at: u64, limit: u64) -> Result<Head, Error> {
        let limit = limit.min(self.size_bytes);
        let bytes = limit.saturating_sub(at).min(HEAD_BYTES_MAX);
        let bytes = self.small(at..at + bytes)?;
        let cut_short = Error::CutShort { offset: at };
        let first = *bytes.first().ok_or(cut_short)?;
        let id_bytes = first.leading_zeros() as usize + 1;
        if id_bytes > 4 {
            return Err(damaged(at));
        }
        let id = bytes.get(..id_bytes).ok_or(cut_short)?;
        let id = id.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        let (size, size_bytes) = number(&bytes[id_bytes..]).ok_or(cut_short)?;
        let inside = at + (id_bytes + size_bytes) as u64;
        let end = match size {
            None => None,
            Some(size) => {
                let end = inside.checked_add(size).ok_or(damaged(at))?;
                if end > limit {
                    return Err(Error::CutShort { offset: limit });
                }
                Some(end)
            }
        };
        Ok(Head { id, at, inside, end })
    }

    /// The elements that fill a range exactly; all of them must know their size.
    pub(crate) fn heads(&mut self, within: Range<u64>, max: usize) -> Result<Vec<Head>, Error> {
        let mut heads = Vec::new();
        let mut at = within.start;
        while at < within.end {
            let head = self.head(at, within.end)?;
            at = head.end.ok_or(damaged(at))?;
            heads.push(head);
            if heads.len() > max {
                return Err(Error::TooManyParts { parts_max: max });
            }
        }
        Ok(heads)
    }

    /// A few bytes, out of the window.
    fn small(&mut self, range: Range<u64>) -> Result<&[u8], Error> {
        let window_end = self.window_at + self.window.len() as u64;
        if range.start < self.window_at || range.end > window_end {
            let end = (range.start + WINDOW_BYTES).min(self.size_bytes).max(range.end);
            self.window.clear();
            self.window.resize((end - range.start) as usize, 0);
            self.window_at = range.start;
            if let Err(error) = self.source.read_at(range.start, &mut self.window) {
                self.window.clear();
                return Err(error);
            }
        }
        let start = (range.start - self.window_at) as usize;
        let end = (range.end - self.window_at) as usize;
        Ok(&self.window[start..end])
    }

    /// Puts a range into `into`, which is emptied before.
    pub(crate) fn read(&mut self, range: Range<u64>, into: &mut Vec<u8>) -> Result<(), Error> {
        into.clear();
        if range.end - range.start <= WINDOW_BYTES / 4 {
            into.extend_from_slice(self.small(range)?);
            return Ok(());
        }
        into.resize((range.end - range.start) as usize, 0);
        self.source.read_at(range.start, into)
    }

    /// The content of an element that must not be larger than `max`.
    pub(crate) fn content(&mut self, head: &Head, max: usize) -> Result<Vec<u8>, Error> {
        let end = head.end.ok_or(damaged(head.at))?;
        if end - head.inside > max as u64 {
            return Err(damaged(head.at));
        }
        let mut content = Vec::new();
        self.read(head.inside..end, &mut content)?;
        Ok(content)
    }
}

pub(crate) fn damaged(offset: u64) -> Error {
    Error::Damaged { part: Part::Container, offset }
}

/// A number with its own length in its first byte, and how many bytes it takes. The outer `None`
/// means too few bytes; the inner one that all bits are set, which means unknown.
pub(crate) fn number(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let first = *bytes.first()?;
    let count = first.leading_zeros() as usize + 1;
    let all = bytes.get(..count)?;
    if count > 8 {
        return None;
    }
    let mask = (1_u64 << (7 * count)) - 1;
    let value = all.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) & mask;
    Some(((value != mask).then_some(value), count))
}

/// A plain number of up to eight bytes.
pub(crate) fn unsigned(content: &[u8]) -> Option<u64> {
    let fits = content.len() <= 8;
    fits.then(|| content.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// A number that may be less than zero.
pub(crate) fn signed(content: &[u8]) -> Option<i64> {
    let value = unsigned(content)?;
    let unused = 64 - 8 * content.len() as u32;
    Some(if unused == 64 { 0 } else { ((value << unused) as i64) >> unused })
}

/// A number with a fraction. Only finite ones.
pub(crate) fn float(content: &[u8]) -> Option<f64> {
    let value = match content.len() {
        0 => 0.0,
        4 => f64::from(f32::from_be_bytes(content.try_into().ok()?)),
        8 => f64::from_be_bytes(content.try_into().ok()?),
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// Appends the number of an element.
pub(crate) fn write_id(id: u32, out: &mut Vec<u8>) {
    let unused = id.leading_zeros() as usize / 8;
    out.extend_from_slice(&id.to_be_bytes()[unused.min(3)..]);
}

/// Appends a size in as few bytes as it needs.
pub(crate) fn write_size(size: u64, out: &mut Vec<u8>) {
    let mut count = 1;
    // The size with all bits set means unknown.
    while count < 8 && size >= (1 << (7 * count)) - 1 {
        count += 1;
    }
    let marked = size | 1 << (7 * count);
    out.extend_from_slice(&marked.to_be_bytes()[8 - count..]);
}

/// Appends an element.
pub(crate) fn write(id: u32, content: &[u8], out: &mut Vec<u8>) {
    write_id(id, out);
    write_size(content.len() as u64, out);
    out.extend_from_slice(content);
}

/// Appends an element that is a plain number.
pub(crate) fn write_unsigned(id: u32, value: u64, out: &mut Vec<u8>) {
    let unused = (value.leading_zeros() as usize / 8).min(7);
    write(id, &value.to_be_bytes()[unused..], out);
}

/// Appends an element that is a number which may be less than zero.
pub(crate) fn write_signed(id: u32, value: i64, out: &mut Vec<u8>) {
    let fits = |count: &usize| value == value << (64 - 8 * count) >> (64 - 8 * count);
    let count = (1..8).find(fits).unwrap_or(8);
    write(id, &value.to_be_bytes()[8 - count..], out);
}

/// Appends an element that is a number with a fraction.
pub(crate) fn write_float(id: u32, value: f64, out: &mut Vec<u8>) {
    let short = value as f32;
    match f64::from(short) == value {
        true => write(id, &short.to_be_bytes(), out),
        false => write(id, &value.to_be_bytes(), out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_read_back(value: u64, other: i64, size in 0_u64..(1 << 56) - 1, shift in 0..56) {
            let size = size >> shift;
            let mut out = Vec::new();
            write_size(size, &mut out);
            prop_assert_eq!(number(&out), Some((Some(size), out.len())));
            out.clear();
            write_unsigned(0x9b, value >> shift, &mut out);
            prop_assert_eq!(unsigned(&out[2..]), Some(value >> shift));
            out.clear();
            write_signed(0x9b, other >> shift, &mut out);
            prop_assert_eq!(signed(&out[2..]), Some(other >> shift));
        }
    }

    #[test]
    fn a_size_with_all_bits_set_is_unknown() {
        assert_eq!(number(&[0xff]), Some((None, 1)));
        assert_eq!(number(&[0x40, 0x7f]), Some((Some(127), 2)));
        let mut out = Vec::new();
        write_size(127, &mut out);
        assert_eq!(out, [0x40, 0x7f]);
    }

    #[test]
    fn an_element_that_passes_the_end_of_its_parent_is_refused() {
        let mut bytes: &[u8] = b"\xec\x83abc\xec\x84abc";
        let mut reader = Reader::new(&mut bytes);
        let head = reader.head(0, 10).unwrap();
        assert_eq!((head.id, head.whole()), (0xec, 0..5));
        assert!(reader.head(0, 4).is_err());
        assert_eq!(reader.heads(0..10, 9), Err(Error::CutShort { offset: 10 }));
    }
}
