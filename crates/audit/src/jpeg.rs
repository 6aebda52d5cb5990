//! JPEG: known segments in their one order, tables that are all used, data with correct stuffing,
//! nothing between or behind.

mod codes;
mod frame;
mod gain;
mod scan;

use crate::Depth;
use crate::residue::{Residue, What};
use crate::walk::Walk;
use crate::{exif, icc};
use codes::Follower;
use frame::Frame;
use scan::{Scan, Tables};

const ADOBE: &[u8] = b"Adobe\0\x64\0\0\0\0";
/// Bytes of a profile that fit into one segment.
const PROFILE_PIECE_BYTES: usize = 65_533 - 14;

pub(crate) fn audit(bytes: &[u8], depth: Depth) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    file.expect(b"\xff\xd8", What::Field)?;
    if peek(&file) == Some(0xe1) && file.rest().get(4..10) == Some(b"Exif\0\0") {
        let mut block = segment(&mut file)?.1;
        block.expect(b"Exif\0\0", What::UnknownPart)?;
        exif::audit(block)?;
    }
    let index = gain::first(&mut file)?;
    picture(&mut file, depth)?;
    if let Some(index) = index {
        index.check(&file)?;
        file.expect(b"\xff\xd8", What::Field)?;
        gain::second(&mut file)?;
        picture(&mut file, depth)?;
    }
    file.end(What::AfterEnd)
}

/// A picture from its colour profile to its end marker.
fn picture(file: &mut Walk<'_>, depth: Depth) -> Result<(), Residue> {
    profile(file)?;
    let mut adobe = None;
    if peek(file) == Some(0xee) {
        let mut mark = segment(file)?.1;
        mark.expect(ADOBE, What::UnknownPart)?;
        adobe = Some(mark.u8()?);
        mark.end(What::UnknownPart)?;
    }
    let quants = quant_tables(file)?;
    let (marker, header) = segment(file)?;
    let frame = Frame::read(marker, header, quants, adobe)?;
    scans(file, &frame, depth)?;
    file.expect(b"\xff\xd9", What::UnknownPart)
}

/// The marker that comes next.
fn peek(file: &Walk<'_>) -> Option<u8> {
    match file.rest() {
        [0xff, marker, ..] => Some(*marker),
        _ => None,
    }
}

/// The next segment: its marker, and what is in it.
fn segment<'a>(file: &mut Walk<'a>) -> Result<(u8, Walk<'a>), Residue> {
    file.expect(b"\xff", What::Gap)?;
    let marker = file.u8()?;
    file.require(marker != 0xff, What::Gap)?;
    file.require(!(0xd0..=0xd9).contains(&marker), What::Misplaced)?;
    let size = usize::from(file.u16()?);
    file.require(size >= 2, What::Field)?;
    Ok((marker, file.part(size.saturating_sub(2))?))
}

fn profile(file: &mut Walk<'_>) -> Result<(), Residue> {
    let offset = file.offset();
    let (mut whole, mut index, mut of) = (Vec::new(), 0, 0);
    while peek(file) == Some(0xe2) {
        let mut piece = segment(file)?.1;
        piece.expect(b"ICC_PROFILE\0", What::UnknownPart)?;
        let [number, count] = piece.array()?;
        let follows = index == 0 || (of == count && whole.len() % PROFILE_PIECE_BYTES == 0);
        piece.require(follows && number == index + 1 && number <= count, What::Field)?;
        (index, of) = (number, count);
        whole.extend_from_slice(piece.rest());
    }
    file.require(index == of, What::CutShort)?;
    if index > 0 { icc::audit(&whole, offset) } else { Ok(()) }
}

/// Reads one table a segment, in the order of their numbers; says how many.
fn quant_tables(file: &mut Walk<'_>) -> Result<u8, Residue> {
    let mut count = 0;
    while peek(file) == Some(0xdb) {
        let mut table = segment(file)?.1;
        let head = table.u8()?;
        table.require(head & 15 == count && count < 4, What::Field)?;
        let values = table.take(if head >> 4 == 0 { 64 } else { 128 })?;
        let is_wide = values.chunks_exact(2).any(|value| value[0] > 0);
        table.require(head >> 4 == 0 || (head >> 4 == 1 && is_wide), What::Field)?;
        table.end(What::UnknownPart)?;
        count += 1;
    }
    Ok(count)
}

fn scans(file: &mut Walk<'_>, frame: &Frame, depth: Depth) -> Result<(), Residue> {
    let mut tables = Tables::new();
    let mut progress = scan::Progress::new(frame);
    let mut follower = (depth == Depth::Codes).then(|| Follower::new(frame));
    while peek(file) != Some(0xd9) {
        let (marker, mut data) = segment(file)?;
        match marker {
            0xc4 => tables.huffman(data)?,
            0xcc => tables.conditioning(data)?,
            0xdd => tables.restarts(data)?,
            0xda => {
                let scan = Scan::read(&mut data, frame, &mut tables, &mut progress)?;
                let offset = file.offset();
                let intervals = scan.intervals(file, frame)?;
                if let Some(follower) = follower.as_mut().filter(|_| !frame.is_arithmetic()) {
                    let codes = Residue { offset, what: What::Codes };
                    follower.follow(&scan, &tables, &intervals).ok_or(codes)?;
                }
            }
            _ => return file.refuse(What::UnknownPart),
        }
    }
    file.require(progress.is_whole() && tables.are_all_used(), What::Unused)
}

/// A JPEG as strips of TIFFs have it: no segment but tables, headers and data. It may lack tables
/// that another has, or hold nothing but tables.
pub(crate) fn audit_strip(bytes: &[u8], offset: u64) -> Result<(), Residue> {
    let mut strip = Walk::behind(bytes, offset);
    strip.expect(b"\xff\xd8", What::Field)?;
    while peek(&strip) != Some(0xd9) {
        match segment(&mut strip)?.0 {
            0xc0..=0xc2 | 0xc4 | 0xc9 | 0xca | 0xcc | 0xdb | 0xdd => {}
            0xda => scan::skip_data(&mut strip)?,
            _ => return strip.refuse(What::UnknownPart),
        }
    }
    strip.take(2)?;
    strip.end(What::AfterEnd)
}
