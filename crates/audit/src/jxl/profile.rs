//! A colour profile in a codestream: stored in one plain way, and neutral.

use super::bits::Bits;
use crate::icc;
use crate::residue::{Residue, What};

const BYTES_MAX: u64 = 4 << 20;
/// What is stored beside the profile: two sizes and a command with a third.
const MORE_BYTES_MAX: u64 = 16;

/// What every coding begins with: one table for all, by which each byte takes eight bits. Each
/// number, and in how many bits.
const TABLES: [(u32, u32); 14] = [
    // No repetitions; all kinds of bytes in one table; a prefix code.
    (0, 1),
    (1, 1),
    (0, 2),
    (1, 1),
    // Numbers below 256 stand for themselves.
    (8, 4),
    (0, 4),
    (0, 4),
    // There are 256 of them.
    (1, 1),
    (7, 4),
    (127, 7),
    // Lengths of lengths: none but that of 8.
    (3, 2),
    (0, 14),
    (1, 2),
    (0, 14),
];

pub(crate) fn audit(bits: &mut Bits<'_>) -> Result<(), Residue> {
    let offset = bits.offset();
    let size = size(bits)?;
    bits.require(size <= BYTES_MAX + MORE_BYTES_MAX, What::Profile)?;
    for (number, count) in TABLES {
        let is_so = bits.take(count)? == number;
        bits.require(is_so, What::Codes)?;
    }
    let mut stored = Vec::new();
    for _ in 0..size {
        stored.push((bits.take(8)? as u8).reverse_bits());
    }
    let profile = restored(&stored).ok_or(Residue { offset, what: What::Profile })?;
    icc::audit(&profile, offset)
}

/// A number of up to 36 bits in the one form that it may have.
fn size(bits: &mut Bits<'_>) -> Result<u64, Residue> {
    let too_large = bits.residue(What::Profile);
    let (chosen, first) = bits.choice([0, 4, 8, 12])?;
    let mut size = match chosen {
        0 => 0,
        1 => 1 + u64::from(first),
        2 => 17 + u64::from(first),
        _ => u64::from(first),
    };
    if chosen < 3 {
        return Ok(size);
    }
    let mut shift = 12;
    while bits.is_set()? {
        let more = bits.take(8)?;
        if shift > 28 {
            return Err(too_large);
        }
        size |= u64::from(more) << shift;
        shift += 8;
    }
    // A smaller one has a shorter form, and so has one with zeros in front.
    let is_shortest = size > 272 && (shift == 12 || size >> (shift - 8) > 0);
    if is_shortest { Ok(size) } else { Err(too_large) }
}

/// The profile: its header less what most have there, and the rest as it is.
fn restored(stored: &[u8]) -> Option<Vec<u8>> {
    let (size, rest) = number(stored)?;
    let (commands, rest) = number(rest)?;
    let (commands, data) = rest.split_at_checked(commands)?;
    // No table of tags; take over so many bytes.
    let (count, more) = number(commands.strip_prefix(&[0, 1])?)?;
    if !more.is_empty() || data.len() != size || count.checked_add(128)? != size {
        return None;
    }
    let mut profile = data.to_vec();
    let add = |profile: &mut [u8], at: usize, usual: &[u8]| {
        for (byte, usual) in profile[at..].iter_mut().zip(usual) {
            *byte = byte.wrapping_add(*usual);
        }
    };
    add(&mut profile, 0, &u32::try_from(size).ok()?.to_be_bytes());
    add(&mut profile, 8, &[4]);
    add(&mut profile, 12, b"mntrRGB XYZ ");
    add(&mut profile, 36, b"acsp");
    add(&mut profile, 68, b"\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d");
    // What follows from the platform and the program: a neutral profile names neither.
    let names_none = profile[4..8] == [0; 4] && profile[40..44] == [0; 4];
    names_none.then_some(profile)
}

/// Seven bits in each byte, the lowest first; in the shortest form.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(4) {
        number |= usize::from(byte & 127) << (7 * place);
        if *byte < 128 {
            let is_shortest = place == 0 || *byte > 0;
            return is_shortest.then_some((number, &bytes[place + 1..]));
        }
    }
    None
}
