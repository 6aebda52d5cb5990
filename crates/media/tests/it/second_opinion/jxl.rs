//! Hiding places in a clean JPEG XL.

use audit::What;

use super::{Planted, assert_refused, find, set, with};
use crate::jxl::{BARE, PROFILE, boxed, name, named, with_preview};
use crate::plant::token;

#[test]
fn nothing_can_be_hidden_around_a_codestream() {
    let clean = crate::clean(&boxed(&[(b"jxll", vec![10]), (b"jxlc", BARE.to_vec())]));
    let code = find(&clean, b"jxlc") - 4;
    let free = b"\0\0\0\x0dfreeTOKEN";
    assert_refused(
        &clean,
        &[
            ("a tail", with(&clean, clean.len(), &token("t")), What::AfterEnd),
            ("a box behind", with(&clean, clean.len(), free), What::AfterEnd),
            ("a box in front", with(&clean, code, free), What::UnknownPart),
            ("a brand", set(&clean, 20, b"TOKN"), What::Field),
            ("a level", set(&clean, code - 1, b"T"), What::Field),
        ],
    );
}

#[test]
fn nothing_can_be_hidden_in_the_header_of_a_codestream() {
    let clean = crate::clean(&named("00", None, ["00", "00"]));
    let planted: [Planted; 4] = [
        ("a smaller copy", with_preview(&[7; 50]), What::UnknownPart),
        ("a name", named(&name("TOKEN"), None, ["00", "00"]), What::Text),
        ("a clock", named("00", Some(&"10".repeat(16)), ["00", "00"]), What::Time),
        ("a profile as it came", PROFILE.to_vec(), What::Codes),
    ];
    assert_refused(&clean, &planted);
}

#[test]
fn nothing_can_be_hidden_in_the_profile_of_a_codestream() {
    let clean = crate::clean(PROFILE);
    let at = |text: &[u8]| find_bits(&clean, text);
    // The table of tags begins behind the header of 128 bytes and a number.
    let in_header = |place: usize| at(b"desc") - (132 - place) * 8;
    let flip = |bit: usize| {
        let mut changed = clean.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    };
    assert_refused(
        &clean,
        &[
            ("a program", flip(in_header(4)), What::Profile),
            ("a year", flip(in_header(25)), What::Profile),
            ("a maker", flip(in_header(80)), What::Profile),
            ("a description", flip(at(b"colour")), What::Profile),
            ("a copyright", flip(at(b"none")), What::Profile),
            ("an unknown tag", flip(at(b"cprt")), What::Profile),
        ],
    );
}

/// Where bytes are, each stored with its highest bit first, at any bit.
fn find_bits(bytes: &[u8], text: &[u8]) -> usize {
    let bit = |place: usize| bytes[place / 8] >> (place % 8) & 1;
    let is_at = |start: usize| {
        let mut bits = (0..text.len() * 8).map(|place| text[place / 8] >> (7 - place % 8) & 1);
        bits.by_ref().enumerate().all(|(place, wanted)| bit(start + place) == wanted)
    };
    (0..(bytes.len() - text.len()) * 8).find(|start| is_at(*start)).unwrap()
}
