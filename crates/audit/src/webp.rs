//! WebP: the plain form, or the extended one with exactly the flags that are true.
//!
//! Where the codes of a picture end inside its chunk is not looked at.

use crate::residue::{Residue, What};
use crate::walk::Walk;
use crate::{exif, icc};

const ANIMATION: u8 = 0x02;
const EXIF: u8 = 0x08;
const ALPHA: u8 = 0x10;
const PROFILE: u8 = 0x20;

pub(crate) fn audit(bytes: &[u8]) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    file.expect(b"RIFF", What::Field)?;
    let size = file.u32_le()? as usize;
    file.require(size == file.left(), What::AfterEnd)?;
    file.expect(b"WEBP", What::Field)?;
    if file.rest().starts_with(b"VP8X") {
        return extended(file);
    }
    let picture = picture(&mut file)?;
    file.require(!picture.alpha_apart, What::Misplaced)?;
    file.end(What::AfterEnd)
}

fn chunk<'a>(file: &mut Walk<'a>) -> Result<([u8; 4], Walk<'a>), Residue> {
    let name = file.array()?;
    let size = file.u32_le()? as usize;
    let data = file.part(size)?;
    file.zeros(size % 2, What::Padding)?;
    Ok((name, data))
}

/// The next chunk, which must have this name.
fn named<'a>(file: &mut Walk<'a>, name: &[u8; 4]) -> Result<Walk<'a>, Residue> {
    let misplaced = file.residue(What::Misplaced);
    let (found, data) = chunk(file)?;
    if &found == name { Ok(data) } else { Err(misplaced) }
}

fn extended(mut file: Walk<'_>) -> Result<(), Residue> {
    let mut head = named(&mut file, b"VP8X")?;
    let flags = head.u8()?;
    head.require(flags & !(ANIMATION | EXIF | ALPHA | PROFILE) == 0, What::Field)?;
    head.zeros(3, What::Padding)?;
    let canvas = (head.u24_le()? + 1, head.u24_le()? + 1);
    head.end(What::UnknownPart)?;
    if flags & PROFILE != 0 {
        let profile = named(&mut file, b"ICCP")?;
        icc::audit(profile.rest(), profile.offset())?;
    }
    let is_needed = if flags & ANIMATION != 0 {
        animation(&mut file, canvas)?;
        true
    } else {
        let picture = picture(&mut file)?;
        file.require(picture.size == canvas, What::Field)?;
        flags & !ALPHA != 0 || picture.alpha_apart || picture.has_alpha != (flags & ALPHA != 0)
    };
    file.require(is_needed, What::Unused)?;
    if flags & EXIF != 0 {
        exif::audit(named(&mut file, b"EXIF")?)?;
    }
    file.end(What::AfterEnd)
}

fn animation(file: &mut Walk<'_>, canvas: (u32, u32)) -> Result<(), Residue> {
    let control = named(file, b"ANIM")?;
    control.require(control.left() == 6, What::Field)?;
    frame(file, canvas)?;
    while file.rest().starts_with(b"ANMF") {
        frame(file, canvas)?;
    }
    Ok(())
}

fn frame(file: &mut Walk<'_>, canvas: (u32, u32)) -> Result<(), Residue> {
    let mut data = named(file, b"ANMF")?;
    // Places are stored halved, sizes less one.
    let (left, top) = (data.u24_le()? * 2, data.u24_le()? * 2);
    let size = (data.u24_le()? + 1, data.u24_le()? + 1);
    let _duration = data.u24_le()?;
    let how = data.u8()?;
    data.require(how < 4, What::Padding)?;
    data.require(left + size.0 <= canvas.0 && top + size.1 <= canvas.1, What::Field)?;
    let picture = picture(&mut data)?;
    data.require(picture.size == size, What::Field)?;
    data.end(What::UnknownPart)
}

struct Picture {
    size: (u32, u32),
    has_alpha: bool,
    alpha_apart: bool,
}

/// A picture, and before it its alpha if that is apart.
fn picture(file: &mut Walk<'_>) -> Result<Picture, Residue> {
    let (name, mut data) = chunk(file)?;
    match &name {
        b"ALPH" => {
            let head = data.u8()?;
            data.require(head & 0xc0 == 0, What::Padding)?;
            let mut coded = named(file, b"VP8 ")?;
            Ok(Picture { alpha_apart: true, has_alpha: true, size: lossy(&mut coded)? })
        }
        b"VP8 " => Ok(Picture { alpha_apart: false, has_alpha: false, size: lossy(&mut data)? }),
        b"VP8L" => lossless(&mut data),
        _ => data.refuse(What::UnknownPart),
    }
}

fn lossy(data: &mut Walk<'_>) -> Result<(u32, u32), Residue> {
    let tag = data.u24_le()?;
    data.expect(b"\x9d\x01\x2a", What::Field)?;
    let [width_low, width_high, height_low, height_high] = data.array()?;
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    let size = (side(width_low, width_high), side(height_low, height_high));
    let is_whole = (tag >> 5) as usize <= data.left();
    data.require(tag & 1 == 0 && size.0 > 0 && size.1 > 0 && is_whole, What::Field)?;
    Ok(size)
}

fn lossless(data: &mut Walk<'_>) -> Result<Picture, Residue> {
    data.expect(b"\x2f", What::Field)?;
    let bits = data.u32_le()?;
    data.require(bits >> 29 == 0 && !data.is_done(), What::Field)?;
    let size = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    Ok(Picture { size, has_alpha: bits >> 28 & 1 == 1, alpha_apart: false })
}
