//! Stores a profile in a codestream: as it is, each byte in eight bits. One form for everyone, and
//! small enough, since canonical profiles are.

use super::{HEADER_BYTES, usual_header_byte};
use crate::jxl::edit::Put;

/// The command that takes bytes over as they are.
const TAKE_OVER: u8 = 1;

/// The bits that stand for a profile of more than a header.
pub(crate) fn write(profile: &[u8]) -> Put {
    let packed = pack(profile);
    let mut put = Put::default();
    put.long(packed.len() as u64);
    put_tables(&mut put);
    for byte in packed {
        put.bits(u32::from(byte.reverse_bits()), 8);
    }
    put
}

/// Tables by which all bytes are coded alike, in eight bits each.
fn put_tables(put: &mut Put) {
    // No repetitions; the contexts have numbers of no bits, so all share one table; a prefix code.
    put.bits(0, 1).bits(1, 1).bits(0, 2).bits(1, 1);
    // Numbers up to 2 to the power of 8 stand for themselves.
    put.bits(8, 4).bits(0, 4).bits(0, 4);
    // 256 of them: 1, and 2 to the power of 7, and 127.
    put.bits(1, 1).bits(7, 4).bits(127, 7);
    // Among the lengths of codes, after the first three, only that of 8 bits occurs, which makes it
    // need no bits itself.
    put.bits(3, 2).bits(0, 7 * 2).bits(1, 2).bits(0, 7 * 2);
}

/// The commands and data that give a profile.
fn pack(profile: &[u8]) -> Vec<u8> {
    let (header, rest) = profile.split_at(profile.len().min(HEADER_BYTES));
    let mut commands = vec![0, TAKE_OVER];
    put_number(&mut commands, rest.len());
    let mut packed = Vec::with_capacity(profile.len() + 16);
    put_number(&mut packed, profile.len());
    put_number(&mut packed, commands.len());
    packed.extend(commands);
    let more = |place: usize| {
        header[place].wrapping_sub(usual_header_byte(&header[..place], profile.len()))
    };
    packed.extend((0..header.len()).map(more));
    packed.extend_from_slice(rest);
    packed
}

/// Seven bits in each byte, the lowest first.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 128 {
        out.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jxl::bits::Bits;
    use crate::jxl::edit::{Edit, Stretch};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_profile_is_read_as_it_was_stored(
            profile in proptest::collection::vec(any::<u8>(), HEADER_BYTES + 1..20_000),
            skipped in 0..8_usize,
        ) {
            let edits = vec![Edit { at: skipped..skipped, put: write(&profile) }];
            let mut code = Vec::new();
            Stretch { at: 0..skipped, edits }.write(&[0], &mut code);
            // A frame follows, always.
            code.extend([0; 8]);
            let mut bits = Bits::new(&code, 0);
            bits.take(skipped as u32).unwrap();
            prop_assert_eq!(super::super::read(&mut bits).unwrap(), profile);
            prop_assert_eq!(bits.position().div_ceil(8), code.len() - 8);
        }
    }
}
