//! MP4 and QuickTime: brands, a movie without times and names, then its samples with no gap.

mod entry;
mod samples;
mod track;

use core::ops::Range;

use crate::clip::{ReadAt, part};
use crate::residue::{Residue, What};
use crate::walk::Walk;
use crate::{bmff, cover};
use track::Track;

/// Names of things that players need to know; the first is the family's.
const BRANDS: &[&[u8; 4]] = &[
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"hvc1", b"av01",
    b"qt  ", b"M4A ", b"M4V ", b"3gp4", b"3gp5", b"3gp6", b"3g2a",
];

/// How the two families write the same things.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Iso,
    QuickTime,
}

pub(crate) fn audit(source: &mut dyn ReadAt) -> Result<(), Residue> {
    let (kind, head) = head_at(source, 0)?;
    let family = brands(&part(source, 0, head.end)?)?;
    require(&kind == b"ftyp", 0, What::Misplaced)?;
    let (kind, movie) = head_at(source, head.end)?;
    require(&kind == b"moov", head.end, What::Misplaced)?;
    let bytes = part(source, movie.start, movie.end - movie.start)?;
    let mut tracks = tracks(Walk::behind(&bytes, movie.start), family)?;
    let (kind, media) = head_at(source, movie.end)?;
    require(&kind == b"mdat", movie.end, What::Misplaced)?;
    require(media.end == source.size_bytes(), media.end, What::AfterEnd)?;
    let chunks = tracks.iter().flat_map(|track| track.samples.chunks());
    // Samples may be empty, and so may whole chunks of them.
    let mut chunks: Vec<Range<u64>> = chunks.filter(|chunk| !chunk.is_empty()).collect();
    let places = chunks.len();
    cover::exactly(&mut chunks, media.clone())?;
    require(chunks.len() == places, media.start, What::Overlap)?;
    for track in &mut tracks {
        track.audit_samples(source)?;
    }
    Ok(())
}

/// Looks at the movie of a sequence of pictures in `bytes`; says where its frames are.
pub(crate) fn sequence(movie: Walk<'_>, mut bytes: &[u8]) -> Result<Vec<Range<u64>>, Residue> {
    let mut tracks = tracks(movie, Family::Iso)?;
    for track in &mut tracks {
        track.audit_samples(&mut bytes)?;
    }
    Ok(tracks.iter().flat_map(|track| track.samples.chunks()).collect())
}

fn require(is_so: bool, offset: u64, what: What) -> Result<(), Residue> {
    if is_so { Ok(()) } else { Err(Residue { offset, what }) }
}

/// The type of the box at a place, and where its content is.
fn head_at(source: &mut dyn ReadAt, at: u64) -> Result<([u8; 4], Range<u64>), Residue> {
    let head = part(source, at, 8)?;
    let mut walk = Walk::behind(&head, at);
    let (short, kind) = (u64::from(walk.u32()?), walk.array()?);
    let (head_bytes, size) = match short {
        1 => {
            let long = part(source, at + 8, 8)?;
            let size = Walk::behind(&long, at + 8).array().map(u64::from_be_bytes)?;
            // The long form is only for what does not fit the short one.
            require(size > u64::from(u32::MAX), at, What::Field)?;
            (16, size)
        }
        _ => (8, short),
    };
    require(size >= head_bytes, at, What::Field)?;
    let end = at.checked_add(size).filter(|end| *end <= source.size_bytes());
    let end = end.ok_or(Residue { offset: at, what: What::CutShort })?;
    Ok((kind, at + head_bytes..end))
}

fn brands(bytes: &[u8]) -> Result<Family, Residue> {
    let mut file = Walk::new(bytes);
    let mut box_ = bmff::named(&mut file, b"ftyp")?;
    let major: [u8; 4] = box_.array()?;
    box_.zeros(4, What::Field)?;
    while !box_.is_done() {
        let brand: [u8; 4] = box_.array()?;
        box_.require(BRANDS.contains(&&brand), What::Text)?;
    }
    box_.require(BRANDS.contains(&&major), What::Text)?;
    Ok(if &major == b"qt  " { Family::QuickTime } else { Family::Iso })
}

fn tracks(mut movie: Walk<'_>, family: Family) -> Result<Vec<Track>, Residue> {
    let mut header = bmff::named(&mut movie, b"mvhd")?;
    let long = version(&mut header, 0)?;
    header.zeros(if long { 16 } else { 8 }, What::Time)?;
    let _timescale_and_duration = header.take(if long { 12 } else { 8 })?;
    header.expect(&[0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], What::Field)?;
    header.expect(&PLAIN_MATRIX, What::Field)?;
    header.zeros(24, What::Time)?;
    let next_id = header.u32()?;
    header.end(What::UnknownPart)?;
    let mut tracks: Vec<Track> = Vec::new();
    while !movie.is_done() {
        let number = tracks.len() as u32 + 1;
        let box_ = bmff::named(&mut movie, b"trak")?;
        tracks.push(Track::read(box_, number, next_id, family)?);
    }
    movie.require(next_id == tracks.len() as u32 + 1, What::Field)?;
    Ok(tracks)
}

/// Pictures as they are.
const PLAIN_MATRIX: [u8; 36] = [
    0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x40, 0, 0, 0,
];

/// Takes version and flags; says whether times have 64 bits.
fn version(box_: &mut Walk<'_>, flags: u32) -> Result<bool, Residue> {
    let both = box_.u32()?;
    box_.require(both & 0x00ff_ffff == flags && both >> 24 < 2, What::Field)?;
    Ok(both >> 24 == 1)
}
