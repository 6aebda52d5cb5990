//! Boxes, in the plain form that clean copies have them: sizes of 32 bits, nothing to the end of
//! the file.

use crate::residue::{Residue, What};
use crate::walk::Walk;

/// The next box: its type and what is in it.
pub(crate) fn next<'a>(walk: &mut Walk<'a>) -> Result<([u8; 4], Walk<'a>), Residue> {
    let size = walk.u32()? as usize;
    walk.require(size >= 8, What::Field)?;
    let kind = walk.array()?;
    Ok((kind, walk.part(size.saturating_sub(8))?))
}

/// The next box, which must be of this type.
pub(crate) fn named<'a>(walk: &mut Walk<'a>, kind: &[u8; 4]) -> Result<Walk<'a>, Residue> {
    let before = walk.clone();
    let (found, inside) = next(walk)?;
    match &found == kind {
        true => Ok(inside),
        false => before.refuse(if is_known(&found) { What::Misplaced } else { What::UnknownPart }),
    }
}

/// The next box, which must be of this type, with this version and these flags.
pub(crate) fn full<'a>(
    walk: &mut Walk<'a>,
    kind: &[u8; 4],
    version: u8,
    flags: u32,
) -> Result<Walk<'a>, Residue> {
    let mut inside = named(walk, kind)?;
    inside.expect(&(u32::from(version) << 24 | flags).to_be_bytes(), What::Field)?;
    Ok(inside)
}

/// The type of the next box.
pub(crate) fn peek(walk: &Walk<'_>) -> Option<[u8; 4]> {
    walk.rest().get(4..8)?.try_into().ok()
}

/// Whether a box has a place in some clean copy.
fn is_known(kind: &[u8; 4]) -> bool {
    const KNOWN: &[&[u8; 4]] = &[
        b"ftyp", b"meta", b"hdlr", b"pitm", b"iloc", b"iinf", b"infe", b"iref", b"iprp", b"ipco",
        b"ipma", b"idat", b"grpl", b"altr", b"mdat", b"moov", b"mvhd", b"trak", b"tkhd", b"tref",
        b"edts", b"elst", b"mdia", b"mdhd", b"minf", b"vmhd", b"smhd", b"dinf", b"dref", b"stbl",
        b"stsd", b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64",
    ];
    KNOWN.contains(&kind)
}
