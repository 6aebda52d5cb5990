//! Sample entries of sound.

use super::Coding;
use crate::bmff;
use crate::mp4::Family;
use crate::residue::{Residue, What};
use crate::walk::Walk;

const KINDS: &[&[u8; 4]] = &[
    b"mp4a", b".mp3", b"Opus", b"fLaC", b"alac", b"ac-3", b"ec-3", b"samr", b"sawb", b"raw ",
    b"twos", b"sowt", b"NONE", b"ulaw", b"alaw", b"in24", b"in32", b"fl32", b"fl64", b"ipcm",
    b"fpcm", b"lpcm",
];

pub(super) fn audit(
    kind: &[u8; 4],
    mut entry: Walk<'_>,
    family: Family,
) -> Result<Coding, Residue> {
    entry.require(KINDS.contains(&kind), What::UnknownPart)?;
    let version = entry.u16()?;
    // Revision and maker.
    entry.zeros(6, What::Field)?;
    if version == 2 {
        entry.expect(&[0, 3, 0, 16, 0xff, 0xfe, 0, 0, 0, 1, 0, 0, 0, 0, 0, 72], What::Field)?;
        let _rate_and_channels = entry.take(12)?;
        entry.expect(&[0x7f, 0, 0, 0], What::Field)?;
        let _numbers = entry.take(16)?;
    } else {
        let _channels_and_bits = entry.take(4)?;
        let packets = entry.u16()?;
        let fits = packets == 0 || (packets == 0xfffe && version == 1);
        entry.require(fits && version < 2, What::Field)?;
        entry.zeros(2, What::Field)?;
        let _rate = entry.take(4)?;
        let _numbers = entry.take(if version == 1 { 16 } else { 0 })?;
    }
    let is_iso = family == Family::Iso;
    while !entry.is_done() {
        let (inner, inside) = bmff::next(&mut entry)?;
        match &inner {
            b"wave" if !is_iso || version > 0 => wave(kind, inside)?,
            _ => configuration(&inner, inside)?,
        }
    }
    Ok(Coding::Other)
}

/// QuickTime's wrapping of a configuration.
fn wave(kind: &[u8; 4], mut box_: Walk<'_>) -> Result<(), Residue> {
    let mut format = bmff::named(&mut box_, b"frma")?;
    format.expect(kind, What::Field)?;
    format.end(What::UnknownPart)?;
    if kind == b"mp4a" {
        box_.expect(b"\0\0\0\x0cmp4a\0\0\0\0", What::Field)?;
    }
    while box_.left() > 8 {
        let (inner, inside) = bmff::next(&mut box_)?;
        configuration(&inner, inside)?;
    }
    box_.expect(&[0, 0, 0, 8, 0, 0, 0, 0], What::Field)?;
    box_.end(What::UnknownPart)
}

fn configuration(kind: &[u8; 4], mut inside: Walk<'_>) -> Result<(), Residue> {
    let content = inside.rest();
    let is_plain = content.starts_with(&[0; 4]);
    let fits = match kind {
        b"esds" => return descriptor(inside, 5).map(|_| ()),
        b"dOps" => {
            let mapped = match content {
                [0, _, _, _, _, _, _, _, _, _, 0, ..] => 0,
                [0, channels, ..] => 2 + usize::from(*channels),
                _ => return inside.refuse(What::Field),
            };
            content.len() == 11 + mapped
        }
        b"dfLa" => is_plain && content.len() == 42 && content[4..8] == [0x80, 0, 0, 34],
        b"alac" => is_plain && content.len() == 28,
        b"dac3" => content.len() == 3,
        b"dec3" => (3..=64).contains(&content.len()),
        b"damr" => content.len() == 9 && content[..5] == [0; 5],
        b"pcmC" => is_plain && content.len() == 6 && content[4] < 2,
        b"enda" => content == [0, 1],
        b"chan" => return layout(inside),
        _ => return inside.refuse(What::UnknownPart),
    };
    inside.require(fits, What::Field)?;
    inside.take(content.len()).map(|_| ())
}

/// Which channel is which: a number, or a label for each channel and nothing beside it.
fn layout(mut box_: Walk<'_>) -> Result<(), Residue> {
    box_.zeros(4, What::Field)?;
    let _tag_and_bits = box_.take(8)?;
    for _ in 0..box_.u32()? {
        let _label = box_.take(4)?;
        box_.zeros(16, What::Padding)?;
    }
    box_.end(What::UnknownPart)
}

/// The descriptor of an MPEG stream: no rates, no sizes, no number; the codec, and what its
/// decoder needs. `stream` is 4 for pictures, 5 for sound.
pub(super) fn descriptor(mut box_: Walk<'_>, stream: u8) -> Result<u8, Residue> {
    box_.zeros(4, What::Field)?;
    let mut whole = tagged(&mut box_, 3)?;
    box_.end(What::UnknownPart)?;
    whole.zeros(3, What::Field)?;
    let mut decoder = tagged(&mut whole, 4)?;
    let codec = decoder.u8()?;
    decoder.expect(&[stream << 2 | 1], What::Field)?;
    decoder.zeros(11, What::Field)?;
    if !decoder.is_done() {
        let specific = tagged(&mut decoder, 5)?;
        decoder.require(!specific.is_done(), What::Field)?;
        decoder.end(What::UnknownPart)?;
    }
    let mut packets = tagged(&mut whole, 6)?;
    packets.expect(&[2], What::Field)?;
    packets.end(What::UnknownPart)?;
    whole.end(What::UnknownPart)?;
    Ok(codec)
}

/// The content of the next descriptor, which must have this tag and its size in the shortest form.
fn tagged<'a>(walk: &mut Walk<'a>, tag: u8) -> Result<Walk<'a>, Residue> {
    walk.expect(&[tag], What::UnknownPart)?;
    let mut size = 0_usize;
    for index in 0..4 {
        let byte = walk.u8()?;
        walk.require(index > 0 || byte != 0x80, What::Field)?;
        size = size << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return walk.part(size);
        }
    }
    walk.refuse(What::Field)
}
