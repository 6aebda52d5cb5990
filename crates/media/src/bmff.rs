//! ISO base media boxes, as HEIC, AVIF, JPEG XL, MP4 and QuickTime are made of: reading them out of
//! bytes in memory, and writing them.
//!
//! What the boxes mean is said in the formats' own modules.

use core::ops::Range;

use crate::error::{Error, Part};

/// A box: its type and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BoxAt {
    pub(crate) kind: [u8; 4],
    /// With its header.
    pub(crate) whole: Range<usize>,
    /// What is in it.
    pub(crate) inside: Range<usize>,
}

/// The header of a box: its type, its own size, and the size it claims for the whole box; `None`
/// for a box that reaches to the end of the file.
pub(crate) struct BoxHead {
    pub(crate) kind: [u8; 4],
    pub(crate) head_bytes: u64,
    pub(crate) whole_bytes: Option<u64>,
}

impl BoxHead {
    /// Longest header: a size of 32 bits, a type, and a size of 64 bits.
    pub(crate) const BYTES_MAX: usize = 16;

    /// From the first bytes of a box; `None` if there are too few, or the size is less than the
    /// header's own.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let short = u32_at(bytes, 0)?;
        let kind = bytes.get(4..8)?.try_into().ok()?;
        let (head_bytes, whole_bytes) = match short {
            0 => (8, None),
            1 => (16, Some(u64_at(bytes, 8)?)),
            size => (8, Some(u64::from(size))),
        };
        let fits = whole_bytes.is_none_or(|whole| whole >= head_bytes);
        fits.then_some(Self { kind, head_bytes, whole_bytes })
    }
}

/// Empty boxes are smaller in the file than in the list of them.
pub(crate) const BOXES_MAX: usize = 1 << 16;

/// The boxes that fill a range exactly. At the level of the file a last box may say that it reaches
/// to the end; anything else that does not fit is an error.
pub(crate) fn boxes(bytes: &[u8], within: Range<usize>) -> Result<Vec<BoxAt>, Error> {
    let mut found = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let damaged = Error::damaged(Part::Container, at);
        let rest = bytes.get(at..within.end).ok_or(damaged)?;
        let head = BoxHead::parse(rest).ok_or(damaged)?;
        let whole_bytes = head.whole_bytes.unwrap_or(rest.len() as u64);
        if whole_bytes > rest.len() as u64 {
            return Err(damaged);
        }
        let end = at + whole_bytes as usize;
        let inside = at + head.head_bytes as usize..end;
        if found.len() == BOXES_MAX {
            return Err(Error::TooManyParts { parts_max: BOXES_MAX });
        }
        found.push(BoxAt { kind: head.kind, whole: at..end, inside });
        at = end;
    }
    Ok(found)
}

/// Appends a box whose content `fill` writes.
pub(crate) fn write_box(out: &mut Vec<u8>, kind: &[u8; 4], fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    out.extend_from_slice(kind);
    fill(out);
    let size = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

/// Appends a box that begins with a version and flags.
pub(crate) fn write_full_box(
    out: &mut Vec<u8>,
    kind: &[u8; 4],
    version: u8,
    flags: u32,
    fill: impl FnOnce(&mut Vec<u8>),
) {
    write_box(out, kind, |out| {
        out.extend((u32::from(version) << 24 | flags & 0x00ff_ffff).to_be_bytes());
        fill(out);
    });
}

/// A big-endian number of 16 bits.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// A big-endian number of 32 bits.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A big-endian number of 64 bits.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_boxes_read_back() {
        let mut file = Vec::new();
        write_box(&mut file, b"ftyp", |out| out.extend(b"abcd"));
        write_full_box(&mut file, b"meta", 1, 2, |out| out.extend(b"xy"));
        let found = boxes(&file, 0..file.len()).unwrap();
        let kinds: Vec<_> = found.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [*b"ftyp", *b"meta"]);
        assert_eq!(&file[found[1].inside.clone()], b"\x01\0\0\x02xy");
    }

    #[test]
    fn a_box_that_reaches_further_than_its_range_is_refused() {
        let file = b"\0\0\0\x09free\0\0\0\0\x09skip";
        assert!(boxes(file, 0..file.len()).is_err());
        assert!(boxes(b"\0\0\0\x07free", 0..8).is_err());
        assert!(boxes(b"\0\0\0\x01free\0\0\0\0\0\0\0\x04", 0..16).is_err());
    }
}
