//! What coded pictures are made of: units of H.264, HEVC and AV1. No unit may be there that no
//! decoder needs, and no message but the few that change what is shown.

use crate::residue::{Residue, What};
use crate::walk::Walk;

/// Which codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Avc,
    Hevc,
    Av1,
}

/// Messages that may stay: picture timing, registered (HDR10+ only), recovery point, film grain,
/// 3D packing, turn, mastering display, content light, transfer, ambient light, alpha.
const MESSAGES: &[usize] = &[1, 4, 6, 19, 45, 47, 137, 144, 147, 148, 165];
const REGISTERED: usize = 4;
const HDR10_PLUS: &[u8] = b"\xb5\0\x3c\0\x01\x04";

/// A sample: units that fill it exactly, each behind a length of four bytes (AV1: its own size).
pub(crate) fn audit_sample(codec: Codec, mut sample: Walk<'_>) -> Result<(), Residue> {
    if codec == Codec::Av1 {
        return obus(sample, |kind| matches!(kind, 1 | 3..=7));
    }
    while !sample.is_done() {
        let size = sample.u32()? as usize;
        audit_unit(codec, sample.part(size)?)?;
    }
    Ok(())
}

/// A part of a picture, by its first bytes and its last one.
pub(crate) fn audit_slice(codec: Codec, ends: Walk<'_>) -> Result<(), Residue> {
    let first = ends.rest().first().copied().unwrap_or(0);
    let is_slice = match codec {
        Codec::Avc => matches!(first & 31, 1..=5),
        _ => matches!(first >> 1, 0..=9 | 16..=21),
    };
    ends.require(is_slice, What::UnknownPart)?;
    audit_unit(codec, ends)
}

/// One unit of H.264 or HEVC.
pub(crate) fn audit_unit(codec: Codec, unit: Walk<'_>) -> Result<(), Residue> {
    let bytes = unit.rest();
    let (head_bytes, kind) = match (codec, bytes) {
        (Codec::Avc, [head, _, ..]) if head & 0x80 == 0 => (1, head & 31),
        // The end of a sequence is its header and nothing else; any other unit has more.
        (Codec::Hevc, [72 | 73, second]) if *second > 0 => return Ok(()),
        (Codec::Hevc, [head, _, _, ..]) if head & 0x80 == 0 => (2, head >> 1),
        _ => return unit.refuse(What::Field),
    };
    // Zeros behind the end say nothing.
    unit.require(bytes.last() != Some(&0), What::Padding)?;
    match (codec, kind) {
        (Codec::Avc, 1..=5 | 7 | 8) => Ok(()),
        (Codec::Hevc, 0..=9 | 16..=21 | 32..=34) => Ok(()),
        (Codec::Avc, 6) | (Codec::Hevc, 39 | 40) => {
            let known = messages(&without_escapes(&bytes[head_bytes..]));
            known.ok_or(unit.residue(What::Message))
        }
        _ => unit.refuse(What::UnknownPart),
    }
}

/// Messages up to the stop bit; `None` if there is one that may not be.
fn messages(mut bytes: &[u8]) -> Option<()> {
    while bytes != [0x80] {
        let kind = long_number(&mut bytes)?;
        let size = long_number(&mut bytes)?;
        let (payload, rest) = bytes.split_at_checked(size)?;
        let may_stay =
            MESSAGES.contains(&kind) && (kind != REGISTERED || payload.starts_with(HDR10_PLUS));
        may_stay.then_some(())?;
        bytes = rest;
    }
    Some(())
}

/// A number that goes on as long as its bytes are FF.
fn long_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    loop {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number += usize::from(*first);
        if *first != 0xff {
            return Some(number);
        }
    }
}

/// Without the bytes that keep start codes out.
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for byte in bytes {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

/// Units of AV1, each with its size.
fn obus(mut bytes: Walk<'_>, may_stay: impl Fn(u8) -> bool) -> Result<(), Residue> {
    while !bytes.is_done() {
        let head = bytes.u8()?;
        bytes.require(head & 0x83 == 2, What::Field)?;
        if head & 4 != 0 {
            let layer = bytes.u8()?;
            bytes.require(layer & 7 == 0, What::Padding)?;
        }
        let size = leb128(&mut bytes)?;
        let content = bytes.part(size)?;
        let kind = head >> 3 & 15;
        content.require(may_stay(kind), What::UnknownPart)?;
        let is_known_message = match content.rest() {
            [1, rest @ ..] => rest.len() == 5,
            [2, rest @ ..] => rest.len() == 25,
            [4, rest @ ..] => rest.starts_with(HDR10_PLUS),
            _ => false,
        };
        content.require(kind != 5 || is_known_message, What::Message)?;
    }
    Ok(())
}

fn leb128(bytes: &mut Walk<'_>) -> Result<usize, Residue> {
    let mut value = 0;
    for shift in (0..28).step_by(7) {
        let byte = bytes.u8()?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            // Longer forms of the same number are not written.
            bytes.require(shift == 0 || byte > 0, What::Field)?;
            return Ok(value);
        }
    }
    bytes.refuse(What::Field)
}

/// A decoder's configuration: nothing in it but parameter sets and the few messages.
pub(crate) fn audit_configuration(codec: Codec, mut box_: Walk<'_>) -> Result<(), Residue> {
    match codec {
        Codec::Av1 => {
            box_.expect(b"\x81", What::Field)?;
            let _ = box_.take(2)?;
            box_.zeros(1, What::Field)?;
            obus(box_, |kind| matches!(kind, 1 | 5))
        }
        Codec::Avc => {
            box_.expect(b"\x01", What::Field)?;
            let profile = box_.u8()?;
            let _ = box_.take(2)?;
            box_.expect(b"\xff", What::Field)?;
            for mask in [0xe0, 0] {
                let count = box_.u8()?;
                box_.require(count & mask == mask, What::Padding)?;
                sets(&mut box_, codec, usize::from(count & !mask))?;
            }
            if !matches!(profile, 66 | 77 | 88) && !box_.is_done() {
                let [chroma, luma, colour] = box_.array()?;
                let fits = chroma & 0xfc == 0xfc && luma & 0xf8 == 0xf8 && colour & 0xf8 == 0xf8;
                box_.require(fits, What::Padding)?;
                box_.zeros(1, What::UnknownPart)?;
            }
            box_.end(What::UnknownPart)
        }
        Codec::Hevc => {
            box_.expect(b"\x01", What::Field)?;
            let _ = box_.take(12)?;
            box_.expect(b"\xf0\0\xfc", What::Field)?;
            let [chroma, luma, colour] = box_.array()?;
            let fits = chroma & 0xfc == 0xfc && luma & 0xf8 == 0xf8 && colour & 0xf8 == 0xf8;
            box_.require(fits, What::Padding)?;
            box_.zeros(2, What::Field)?;
            let lengths = box_.u8()?;
            box_.require(lengths & 0xc3 == 3, What::Field)?;
            arrays(box_)
        }
    }
}

/// HEVC's parameter sets, by type.
pub(crate) fn arrays(mut box_: Walk<'_>) -> Result<(), Residue> {
    for _ in 0..box_.u8()? {
        let head = box_.u8()?;
        box_.require(head & 0x40 == 0 && matches!(head & 63, 32..=34 | 39 | 40), What::Field)?;
        let count = usize::from(box_.u16()?);
        sets(&mut box_, Codec::Hevc, count)?;
    }
    box_.end(What::UnknownPart)
}

fn sets(box_: &mut Walk<'_>, codec: Codec, count: usize) -> Result<(), Residue> {
    for _ in 0..count {
        let size = usize::from(box_.u16()?);
        audit_unit(codec, box_.part(size)?)?;
    }
    Ok(())
}

/// MPEG-4 part 2: user data may only be an encoder's kind and build, as far as decoders act on it.
pub(crate) fn audit_mpeg4(sample: Walk<'_>) -> Result<(), Residue> {
    const USER_DATA: &[u8] = &[0, 0, 1, 0xb2];
    let bytes = sample.rest();
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|window| window == USER_DATA) {
        rest = &rest[at + 4..];
        let end = rest.windows(3).position(|window| window == [0, 0, 1]).unwrap_or(rest.len());
        let words = &rest[..end];
        let is_digits = |words: &[u8]| words.iter().all(u8::is_ascii_digit);
        let is_known = match words {
            [b'X', b'v', b'i', b'D', build @ ..] => is_digits(build) && build.len() == 4,
            [b'F', b'F', b'm', b'p', b'e', b'g', b'b', build @ ..] => is_digits(build),
            [b'D', b'i', b'v', b'X', rest @ ..] => {
                rest.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'b' | b'p'))
            }
            _ => false,
        };
        sample.require(is_known && words.len() < 24, What::Message)?;
    }
    Ok(())
}
