//! WebM and Matroska: header, what is said about the whole and the tracks, table of times,
//! clusters; no element without a use, no name, no date.

mod block;
mod element;
mod track;

use core::ops::Range;

use crate::clip::{ReadAt, part};
use crate::residue::{Residue, What};
use crate::walk::Walk;
use element::{Kind, Schema};
use track::Track;

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TRACKS: u32 = 0x1654_ae6b;
const CUES: u32 = 0x1c53_bb6b;
const CLUSTER: u32 = 0x1f43_b675;
/// Bytes of a head: a number of four bytes and a size of eight.
const HEAD_BYTES_MAX: u64 = 12;

/// What may be said about the whole; names of programs are a dash.
const OF_WHOLE: Schema = &[
    (0x2a_d7b1, Kind::Number),
    (0x4489, Kind::Float),
    (0x4d80, Kind::Constant(b"-")),
    (0x5741, Kind::Constant(b"-")),
];

const OF_CUES: Schema = &[(0xbb, Kind::Master(OF_POINT))];
const OF_POINT: Schema = &[(0xb3, Kind::Number), (0xb7, Kind::Master(OF_PLACE))];
const OF_PLACE: Schema = &[(0xf7, Kind::Number), (0xf1, Kind::Place)];

pub(crate) fn audit(source: &mut dyn ReadAt) -> Result<(), Residue> {
    let size = source.size_bytes();
    let start = part(source, 0, size.min(64))?;
    let mut head = Walk::new(&start);
    header(&mut head)?;
    let (id, segment) = head_at(source, head.offset())?;
    require(id == SEGMENT, head.offset(), What::Misplaced)?;
    require(segment.end == size, segment.end, What::AfterEnd)?;
    let (about, place) = content(source, segment.start, INFO)?;
    let seen = element::audit(Walk::behind(&about, segment.start), OF_WHOLE)?;
    let has_names = seen.contains(&0x4d80) && seen.contains(&0x5741);
    require(has_names, segment.start, What::CutShort)?;
    let (list, tracks_end) = content(source, place, TRACKS)?;
    let tracks = track::list(Walk::behind(&list, place))?;
    let mut place = tracks_end;
    let mut cued = Vec::new();
    if head_at(source, place).is_ok_and(|(id, _)| id == CUES) {
        let (cues, end) = content(source, place, CUES)?;
        let walk = Walk::behind(&cues, place);
        element::audit_many(walk.clone(), OF_CUES)?;
        cued = places(walk)?;
        place = end;
    }
    clusters(source, place..size, &tracks, segment.start, &cued)
}

fn require(is_so: bool, offset: u64, what: What) -> Result<(), Residue> {
    if is_so { Ok(()) } else { Err(Residue { offset, what }) }
}

fn header(file: &mut Walk<'_>) -> Result<(), Residue> {
    const VERSIONS: &[u8] =
        b"\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82";
    file.expect(b"\x1a\x45\xdf\xa3", What::Field)?;
    let mut header = element::sized(file)?;
    header.expect(VERSIONS, What::Field)?;
    let kind = element::sized(&mut header)?;
    kind.require(matches!(kind.rest(), b"webm" | b"matroska"), What::Text)?;
    header.expect(b"\x42\x87\x81\x04\x42\x85\x81\x02", What::Field)?;
    header.end(What::UnknownPart)
}

/// The number of the element at a place, and where its content is.
fn head_at(source: &mut dyn ReadAt, at: u64) -> Result<(u32, Range<u64>), Residue> {
    let left = source.size_bytes().saturating_sub(at);
    let bytes = part(source, at, left.min(HEAD_BYTES_MAX))?;
    let mut walk = Walk::behind(&bytes, at);
    let id = element::id(&mut walk)?;
    let size = element::size(&mut walk)?;
    let start = walk.offset();
    let end = start.checked_add(size).filter(|end| *end <= source.size_bytes());
    Ok((id, start..end.ok_or(Residue { offset: at, what: What::CutShort })?))
}

/// The content of the element at a place, which must have this number, and where it ends.
fn content(source: &mut dyn ReadAt, at: u64, wanted: u32) -> Result<(Vec<u8>, u64), Residue> {
    let (id, range) = head_at(source, at)?;
    require(id == wanted, at, What::Misplaced)?;
    Ok((part(source, range.start, range.end - range.start)?, range.end))
}

/// Where clusters are, as the table of times says.
fn places(mut cues: Walk<'_>) -> Result<Vec<u64>, Residue> {
    let mut found = Vec::new();
    while !cues.is_done() {
        let (_, mut point) = element::next(&mut cues)?;
        let (_, _time) = element::next(&mut point)?;
        let (_, mut position) = element::next(&mut point)?;
        let (_, _track) = element::next(&mut position)?;
        let (_, mut place) = element::next(&mut position)?;
        found.push(place.array().map(u64::from_be_bytes)?);
    }
    Ok(found)
}

/// All clusters to the end of the file. Those that the table names must be where it says.
fn clusters(
    source: &mut dyn ReadAt,
    within: Range<u64>,
    tracks: &[Track],
    base: u64,
    cued: &[u64],
) -> Result<(), Residue> {
    let mut cued = cued.iter().peekable();
    let mut at = within.start;
    while at < within.end {
        cued.next_if(|place| base.checked_add(**place) == Some(at));
        let (bytes, end) = content(source, at, CLUSTER)?;
        block::audit(Walk::behind(&bytes, end - bytes.len() as u64), tracks)?;
        at = end;
    }
    require(cued.next().is_none(), within.start, What::Field)
}
