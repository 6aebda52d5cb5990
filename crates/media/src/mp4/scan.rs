//! Boxes read out of a source that is too large to hold.

use core::ops::Range;

use crate::bmff::BoxHead;
use crate::clip::ByteSource;
use crate::error::{Error, Part};

/// Boxes that one box of a movie's description may hold.
const CHILDREN_MAX: usize = 4096;

/// A box: its type and where it is in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BoxSpan {
    pub(crate) kind: [u8; 4],
    /// With its header.
    pub(crate) whole: Range<u64>,
    /// What is in it.
    pub(crate) inside: Range<u64>,
}

pub(crate) fn damaged(at: u64) -> Error {
    Error::Damaged { part: Part::Container, offset: at }
}

/// The box that begins a range; `None` if no box can begin like that or it does not fit. Its end
/// may be left open only where the range reaches to the end of the file.
pub(crate) fn first_box(
    source: &mut dyn ByteSource,
    within: Range<u64>,
) -> Result<Option<BoxSpan>, Error> {
    let room = within.end.saturating_sub(within.start);
    let mut head = [0; BoxHead::BYTES_MAX];
    let head = &mut head[..room.min(BoxHead::BYTES_MAX as u64) as usize];
    source.read_at(within.start, head)?;
    let Some(head) = BoxHead::parse(head) else { return Ok(None) };
    let whole_bytes = match head.whole_bytes {
        None if within.end == source.size_bytes() => room,
        None => return Ok(None),
        Some(bytes) => bytes,
    };
    if whole_bytes > room || head.head_bytes > whole_bytes {
        return Ok(None);
    }
    let end = within.start + whole_bytes;
    let inside = within.start + head.head_bytes..end;
    Ok(Some(BoxSpan { kind: head.kind, whole: within.start..end, inside }))
}

/// The boxes inside a box, and where the bytes begin that are none. QuickTime ends some lists of
/// boxes with a zero.
pub(crate) fn children(
    source: &mut dyn ByteSource,
    within: Range<u64>,
) -> Result<(Vec<BoxSpan>, Range<u64>), Error> {
    let mut found = Vec::new();
    let mut at = within.start;
    while within.end - at >= 8 {
        let Some(next) = first_box(source, at..within.end)? else { break };
        at = next.whole.end;
        found.push(next);
        if found.len() > CHILDREN_MAX {
            return Err(Error::TooManyParts { parts_max: CHILDREN_MAX });
        }
    }
    let loose = at..within.end;
    if loose.end - loose.start > 8 {
        return Err(damaged(loose.start));
    }
    Ok((found, loose))
}

/// The only box of this type; two of them would contradict each other.
pub(crate) fn only<'a>(boxes: &'a [BoxSpan], kind: &[u8; 4]) -> Result<Option<&'a BoxSpan>, Error> {
    let mut of_kind = boxes.iter().filter(|found| found.kind == *kind);
    let first = of_kind.next();
    match of_kind.next() {
        Some(second) => Err(damaged(second.whole.start)),
        None => Ok(first),
    }
}

/// The only box of this type, which must be there.
pub(crate) fn needed<'a>(
    boxes: &'a [BoxSpan],
    kind: &[u8; 4],
    parent: &BoxSpan,
) -> Result<&'a BoxSpan, Error> {
    only(boxes, kind)?.ok_or(damaged(parent.whole.start))
}

/// The bytes of a range that is small enough.
pub(crate) fn read(
    source: &mut dyn ByteSource,
    at: Range<u64>,
    bytes_max: u64,
) -> Result<Vec<u8>, Error> {
    let bytes = at.end.saturating_sub(at.start);
    if bytes > bytes_max || at.end > source.size_bytes() {
        return Err(damaged(at.start));
    }
    let mut into = vec![0; bytes as usize];
    source.read_at(at.start, &mut into)?;
    Ok(into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_ends_a_list_of_boxes_and_more_than_that_is_damage() {
        let mut list: &[u8] = b"\0\0\0\x08free\0\0\0\x09skipx\0\0\0\0";
        let (found, loose) = children(&mut list, 0..21).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(loose, 17..21);
        let mut list: &[u8] = b"\0\0\0\x08free\0\0\0\x04skipxxxx";
        assert!(children(&mut list, 0..20).is_err());
    }
}
