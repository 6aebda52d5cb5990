//! Hiding places in a clean JPEG that keeps its gain map.

use audit::What;

use super::{assert_refused, find, set, with};
use crate::jpeg_hdr::{kept_copies, second};
use crate::plant::{segment, token};

const NUMBERS: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";

/// The segment at a place with more at its end, and the index right again.
fn longer(copy: &[u8], segment_at: usize, piece: &[u8]) -> Vec<u8> {
    let size = usize::from(copy[segment_at + 2]) << 8 | usize::from(copy[segment_at + 3]);
    let grown = with(copy, segment_at + 2 + size, piece);
    let size = (size + piece.len()) as u16;
    mended(&set(&grown, segment_at + 2, &size.to_be_bytes()))
}

/// The copy with the places and sizes of its pictures in the index as they are.
fn mended(copy: &[u8]) -> Vec<u8> {
    mended_for(copy, second(copy))
}

/// The same, for a second picture that begins there.
fn mended_for(copy: &[u8], second: usize) -> Vec<u8> {
    let index = find(copy, b"MPF\0") + 4;
    let number = |number: usize| (number as u32).to_be_bytes();
    let listed = find(copy, b"Item:Length=\"") + 13;
    let mut out = set(copy, listed, (copy.len() - second).to_string().as_bytes());
    for (at, value) in [(54, second), (70, copy.len() - second), (74, second - index)] {
        out = set(&out, index + at, &number(value));
    }
    out
}

/// The last place of some bytes: that in the second picture.
fn find_last(copy: &[u8], wanted: &[u8]) -> usize {
    copy.windows(wanted.len()).rposition(|window| window == wanted).unwrap()
}

#[test]
fn nothing_can_be_hidden_in_the_index_of_two_pictures() {
    let [copy, _] = kept_copies();
    assert_eq!(mended(&copy), copy);
    let index = find(&copy, b"MPF\0") + 4;
    let (text, version) = (find(&copy, b"\xff\xe1\x02"), find(&copy, NUMBERS) - 4);
    let listed = find(&copy, b"Item:Length=\"") + 13;
    assert_refused(
        &copy,
        &[
            ("the order of bytes", set(&copy, index, b"II"), What::Field),
            ("the version", set(&copy, index + 18, b"TOKN"), What::Field),
            ("what the first is for", set(&copy, index + 50, b"TO"), What::Field),
            ("where the first begins", set(&copy, index + 58, b"TOKN"), What::Field),
            ("what hangs on the first", set(&copy, index + 62, b"TOKN"), What::Field),
            ("what the second is for", set(&copy, index + 66, b"TOKN"), What::Field),
            ("how long the first is", set(&copy, index + 54, b"TOKN"), What::Field),
            ("how long the second is", set(&copy, index + 70, b"TOKN"), What::Field),
            ("where the second begins", set(&copy, index + 74, b"TOKN"), What::Field),
            ("what hangs on the second", set(&copy, index + 78, b"TOKN"), What::Field),
            ("behind the entries", longer(&copy, index - 8, b"TOKEN"), What::Field),
            ("the length in the text", set(&copy, listed, b"9"), What::Field),
            ("behind the text", longer(&copy, text, b"TOKEN"), What::Text),
            ("a name in the text", set(&copy, find(&copy, b"Primary"), b"TOKEN--"), What::Text),
            ("the version of numbers", set(&copy, version + 32, b"TOKN"), What::Field),
            ("behind that version", longer(&copy, version, b"TOKEN"), What::Field),
        ],
    );
}

#[test]
fn nothing_can_be_hidden_around_a_gain_map() {
    let [copy, _] = kept_copies();
    let second = second(&copy);
    let comment = segment(0xfe, &token("c"));
    let in_front = |piece: &[u8]| mended(&with(&copy, second + 2, piece));
    let tables = find_last(&copy, b"\xff\xdb");
    let end = copy.len();
    assert_refused(
        &copy,
        &[
            (
                "between the pictures",
                mended_for(&with(&copy, second, b"TOKEN"), second + 5),
                What::Field,
            ),
            ("a tail", mended(&with(&copy, end, &token("t"))), What::AfterEnd),
            ("a comment in front", in_front(&comment), What::Unused),
            ("a turn of its own", in_front(&segment(0xe1, b"Exif\0\0TOKEN")), What::Unused),
            ("a comment in it", mended(&with(&copy, tables, &comment)), What::UnknownPart),
            (
                "a third picture",
                mended_for(&[&copy[..], &copy[second..]].concat(), second),
                What::AfterEnd,
            ),
            ("no second picture", copy[..second].to_vec(), What::Field),
        ],
    );
}

#[test]
fn nothing_can_be_hidden_in_the_numbers_of_a_gain_map() {
    let [copy, apple] = kept_copies();
    let numbers = find_last(&copy, NUMBERS) + NUMBERS.len();
    let (text, gamma) = (find_last(&copy, b"\xff\xe1"), find_last(&copy, b"hdrgm:Gamma=\""));
    assert_refused(
        &copy,
        &[
            ("the version", set(&copy, numbers, b"TOKN"), What::Field),
            ("flags that mean nothing", set(&copy, numbers + 4, b"\x41"), What::Field),
            ("a fraction of nothing", set(&copy, numbers + 9, &[0; 4]), What::Field),
            ("behind the fractions", longer(&copy, numbers - 32, b"TOKEN"), What::Field),
            ("the name of a number", set(&copy, gamma + 6, b"TOKEN"), What::Text),
            ("letters for a number", set(&copy, gamma + 13, b"T"), What::Text),
            ("behind the text", longer(&copy, text, b"TOKEN"), What::Text),
        ],
    );
    let (kind, version) = (find(&apple, b"aux:hdrgainmap"), find(&apple, b"MapVersion>") + 11);
    assert_refused(
        &apple,
        &[
            ("another kind of map", set(&apple, kind, b"TOKEN"), What::Text),
            ("letters for the version", set(&apple, version, b"TOKN"), What::Text),
        ],
    );
}
