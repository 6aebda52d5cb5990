//! GIF: known blocks in their one order, colours to the size they say, pixels to the last one.

mod lzw;

use crate::Depth;
use crate::residue::{Residue, What};
use crate::walk::Walk;

pub(crate) fn audit(bytes: &[u8], depth: Depth) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    file.expect(b"GIF89a", What::Field)?;
    let _screen = (side(&mut file)?, side(&mut file)?);
    let flags = file.u8()?;
    // Eight bits a channel, not sorted.
    file.require(flags & 0x78 == 0x70, What::Field)?;
    let background = file.u8()?;
    file.zeros(1, What::Field)?;
    let global = palette(&mut file, flags)?;
    file.require(background == 0 || u32::from(background) < global, What::Field)?;
    if file.rest().starts_with(b"\x21\xff") {
        file.expect(b"\x21\xff\x0bNETSCAPE2.0\x03\x01", What::UnknownPart)?;
        let _plays = file.take(2)?;
        file.zeros(1, What::Gap)?;
    }
    frame(&mut file, depth)?;
    while !file.rest().starts_with(b"\x3b") {
        frame(&mut file, depth)?;
    }
    file.take(1)?;
    file.end(What::AfterEnd)
}

fn side(file: &mut Walk<'_>) -> Result<u32, Residue> {
    file.array().map(|raw| u32::from(u16::from_le_bytes(raw)))
}

/// Takes the colours that the flags announce; says how many.
fn palette(file: &mut Walk<'_>, flags: u8) -> Result<u32, Residue> {
    if flags & 0x80 == 0 {
        file.require(flags & 7 == 0, What::Field)?;
        return Ok(0);
    }
    let colours = 2 << (flags & 7);
    file.take(colours * 3)?;
    Ok(colours as u32)
}

fn frame(file: &mut Walk<'_>, depth: Depth) -> Result<(), Residue> {
    if file.rest().starts_with(b"\x21") {
        file.expect(b"\x21\xf9\x04", What::UnknownPart)?;
        let flags = file.u8()?;
        file.require(flags & 0xe0 == 0 && flags & 2 == 0, What::Field)?;
        let _delay = file.take(2)?;
        let transparent = file.u8()?;
        file.require(flags & 1 == 1 || transparent == 0, What::Field)?;
        file.zeros(1, What::Gap)?;
    }
    file.expect(b"\x2c", What::UnknownPart)?;
    let _place = (side(file)?, side(file)?);
    let (width, height) = (side(file)?, side(file)?);
    file.require(width > 0 && height > 0, What::Field)?;
    let flags = file.u8()?;
    file.require(flags & 0x38 == 0, What::Field)?;
    palette(file, flags)?;
    pixels(file, width * height, depth)
}

/// The packed colour numbers: blocks of 255 bytes, of which only the last may be shorter.
fn pixels(file: &mut Walk<'_>, count: u32, depth: Depth) -> Result<(), Residue> {
    let bits = file.u8()?;
    file.require((2..=8).contains(&bits), What::Field)?;
    let offset = file.offset();
    let mut packed = Vec::new();
    let mut is_last = false;
    loop {
        let size = usize::from(file.u8()?);
        if size == 0 {
            break;
        }
        file.require(!is_last, What::Field)?;
        is_last = size < 255;
        let block = file.take(size)?;
        if depth == Depth::Codes {
            packed.extend_from_slice(block);
        }
    }
    let is_exact = depth == Depth::Structure || lzw::ends_exactly(&packed, u32::from(bits), count);
    if is_exact { Ok(()) } else { Err(Residue { offset, what: What::Codes }) }
}
