//! What holds a JPEG together and says nothing about its picture: fill bytes, restarts, the JFIF
//! header. Nobody need be told of it, but a clean copy does not have it, so the receipt counts it.

use core::ops::Range;

use crate::finding::Source;
use crate::jpeg::reader::{Extra, ExtraKind};
use crate::jpeg::scan::{data_bound, next_marker};
use crate::receipt::Piece;

const RESTARTS: core::ops::RangeInclusive<u8> = 0xd0..=0xd7;

/// What of it is in the bytes of one picture. A scan that keeps its coding keeps its restarts.
pub(crate) fn pieces(bytes: &[u8], extras: &[Extra], is_coded_anew: bool) -> Vec<Piece> {
    let mut found = Vec::new();
    let is_extra = |at: &Range<usize>| {
        extras.iter().any(|extra| extra.at.start < at.end && at.start < extra.at.end)
    };
    let tail = extras.iter().find(|extra| extra.kind == ExtraKind::AfterEnd);
    let end = tail.map_or(bytes.len(), |extra| extra.at.start);
    let mut at = 2;
    while let Some((marker_at, marker)) = next_marker(bytes, at).filter(|next| next.0 < end) {
        let fill = at..marker_at;
        if bytes[fill.clone()].iter().all(|byte| *byte == 0xff) {
            found.push(Piece::new(Source::Between, fill));
        }
        at = marker_at + 2;
        if RESTARTS.contains(&marker) || matches!(marker, 0x01 | 0xd8 | 0xd9) {
            continue;
        }
        let Some(length) = bytes.get(at..at + 2) else { break };
        let segment = marker_at..at + usize::from(u16::from_be_bytes([length[0], length[1]]));
        at = segment.end.max(at);
        match marker {
            0xdd if is_coded_anew => found.push(Piece::new(Source::Segment(0xdd), segment)),
            0xe0 if bytes[marker_at + 4..].starts_with(b"JFIF\0") => {
                found.push(Piece::new(Source::Jfif, segment));
            }
            0xda => {
                let data = at..data_bound(bytes, at);
                at = data.end;
                let has_extras = is_extra(&data);
                let restarts = is_coded_anew && !is_extra(&segment);
                found.extend(inside(bytes, data, restarts, !has_extras));
            }
            _ => {}
        }
    }
    found
}

/// The restarts of a scan and what fills up before them and at its end, as one piece: they can be
/// nearly as many as there are bytes.
fn inside(bytes: &[u8], data: Range<usize>, restarts: bool, fill: bool) -> Option<Piece> {
    let (mut pieces, mut sum) = (0_u32, 0_u64);
    let mut at = data.start;
    while at <= data.end {
        let next = next_marker(bytes, at).filter(|next| next.0 <= data.end);
        let marker_at = next.map_or(data.end, |next| next.0);
        let before = bytes[at..marker_at].iter().rev();
        let filled = before.take_while(|byte| **byte == 0xff).count() as u64;
        let is_restart = next.is_some_and(|next| RESTARTS.contains(&next.1));
        let gone = if fill { filled } else { 0 } + if restarts && is_restart { 2 } else { 0 };
        pieces = pieces.saturating_add(u32::from(gone > 0));
        sum += gone;
        if !is_restart {
            break;
        }
        at = marker_at + 2;
    }
    (sum > 0).then(|| Piece::among(Source::Between, data.start, pieces, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_restarts_and_their_interval_are_counted_once() {
        let jfif = b"\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
        let scan = b"\xff\xda\0\x04ab\x12\xff\0\xff\xd0\x34\xff\xff\xff\xd1\x56\xff\xff\xd9";
        let interval = b"\xff\xff\xff\xdd\0\x04\0\x01";
        let picture = [b"\xff\xd8", &jfif[..], interval, scan].concat();
        let counted = |anew: bool| {
            let pieces = pieces(&picture, &[], anew);
            crate::receipt::Receipt::new(pieces, picture.len() as u64, 0).removed_bytes()
        };
        // Of the interval two fill bytes; of the scan two restarts, and two and one fill bytes.
        assert_eq!(counted(true), 18 + 8 + 4 + 3);
        assert_eq!(counted(false), 18 + 2 + 3);
    }
}
