//! Hiding places in a clean PNG.

use audit::What;

use super::{assert_no_byte_can_be_added, assert_refused, assert_refused_deep, find, set, with};
use crate::plant::{self, chunk, token};

/// The start of a chunk of this name.
fn at(photo: &[u8], name: &[u8; 4]) -> usize {
    find(photo, name) - 4
}

/// The chunk of this name with other data, its checksum right.
fn instead(photo: &[u8], name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let start = at(photo, name);
    [&photo[..start], &chunk(name, data), &photo[end_of(photo, start)..]].concat()
}

fn end_of(photo: &[u8], start: usize) -> usize {
    let size: [u8; 4] = photo[start..start + 4].try_into().unwrap();
    start + 12 + u32::from_be_bytes(size) as usize
}

fn data<'a>(photo: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let start = at(photo, name);
    &photo[start + 8..end_of(photo, start) - 4]
}

/// A clean copy with a turn, a profile and a background.
fn clean() -> Vec<u8> {
    let photo = plant::png();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&super::wide_profile(), 6);
    let profile = chunk(b"iCCP", &[&b"name\0\0"[..], &packed].concat());
    let exif = chunk(b"eXIf", &plant::exif(6, b""));
    let background = chunk(b"bKGD", &[0, 9, 0, 9, 0, 9]);
    crate::clean(&with(&photo, 33, &[profile, exif, background].concat()))
}

/// A clean animation of two frames, the first of which is the picture itself.
fn clean_animation() -> Vec<u8> {
    let photo = plant::png();
    let control = |sequence: u32| {
        let numbers = [sequence, 40, 30, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&numbers[..], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let second = chunk(b"fdAT", &[&[0, 0, 0, 2][..], data(&photo, b"IDAT")].concat());
    let start = at(&photo, b"IDAT");
    let end = at(&photo, b"IEND");
    let head = [chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]), control(0)].concat();
    let tail = [control(1), second].concat();
    crate::clean(&[&photo[..start], &head, &photo[start..end], &tail, &photo[end..]].concat())
}

#[test]
fn nothing_can_be_hidden_among_the_chunks_of_a_png() {
    let clean = clean();
    let (samples, end) = (at(&clean, b"IDAT"), at(&clean, b"IEND"));
    let text = chunk(b"tEXt", &[b"Comment\0".to_vec(), token("t")].concat());
    let background = data(&clean, b"bKGD").to_vec();
    assert_refused(
        &clean,
        &[
            ("a text", with(&clean, 33, &text), What::UnknownPart),
            ("a text before the end", with(&clean, end, &text), What::UnknownPart),
            ("a time", with(&clean, samples, &chunk(b"tIME", &[0; 7])), What::UnknownPart),
            ("a print size", with(&clean, 33, &chunk(b"pHYs", &[0; 9])), What::UnknownPart),
            ("a private chunk", with(&clean, 33, &chunk(b"veLm", b"x")), What::UnknownPart),
            (
                "gamma beside a profile",
                with(&clean, at(&clean, b"eXIf"), &chunk(b"gAMA", b"TOKN")),
                What::Misplaced,
            ),
            (
                "a second background",
                with(&clean, samples, &chunk(b"bKGD", &background)),
                What::Misplaced,
            ),
            ("spare bits", instead(&clean, b"bKGD", b"T\x09\0\x09\0\x09"), What::Padding),
            (
                "a longer background",
                instead(&clean, b"bKGD", b"\0\x09\0\x09\0\x09T"),
                What::Padding,
            ),
            (
                "a profile's name",
                instead(&clean, b"iCCP", &[b"tok\0\0", &data(&clean, b"iCCP")[5..]].concat()),
                What::Text,
            ),
            (
                "behind a profile",
                instead(&clean, b"iCCP", &[data(&clean, b"iCCP"), b"T"].concat()),
                What::Profile,
            ),
            (
                "behind the turn",
                instead(&clean, b"eXIf", &[data(&clean, b"eXIf"), b"T"].concat()),
                What::Exif,
            ),
            ("in the end", instead(&clean, b"IEND", b"TOKEN"), What::AfterEnd),
            ("a tail", with(&clean, clean.len(), &token("t")), What::AfterEnd),
            ("a checksum", set(&clean, samples - 1, b"T"), What::Checksum),
            ("an empty chunk of samples", with(&clean, samples, &chunk(b"IDAT", b"")), What::Field),
            ("samples cut anew", with(&clean, samples, &chunk(b"IDAT", b"\x78\x01")), What::Field),
            (
                "samples of no frame",
                with(&clean, end, &chunk(b"fdAT", b"\0\0\0\0TOK")),
                What::Misplaced,
            ),
        ],
    );
}

#[test]
fn samples_of_a_png_end_with_the_last_row() {
    let clean = clean();
    let packed = data(&clean, b"IDAT");
    let rows = miniz_oxide::inflate::decompress_to_vec_zlib(packed).unwrap();
    let longer = [&rows[..], &token("rows")].concat();
    let longer = miniz_oxide::deflate::compress_to_vec_zlib(&longer, 6);
    let shorter = miniz_oxide::deflate::compress_to_vec_zlib(&rows[1..], 6);
    assert_refused_deep(
        &clean,
        &[
            (
                "bytes behind the stream",
                instead(&clean, b"IDAT", &[packed, b"TOKEN"].concat()),
                What::Codes,
            ),
            ("rows beyond the picture", instead(&clean, b"IDAT", &longer), What::Codes),
            ("too few rows", instead(&clean, b"IDAT", &shorter), What::Codes),
            (
                "another checksum",
                instead(&clean, b"IDAT", &[&packed[..packed.len() - 1], b"T"].concat()),
                What::Codes,
            ),
        ],
    );
}

#[test]
fn nothing_can_be_hidden_in_an_animated_png() {
    let clean = clean_animation();
    let (first, end) = (at(&clean, b"fcTL"), at(&clean, b"IEND"));
    let mut control = data(&clean, b"fcTL").to_vec();
    control[24] = 9;
    let frame_data = data(&clean, b"fdAT");
    assert_refused_deep(
        &clean,
        &[
            ("how to dispose", instead(&clean, b"fcTL", &control), What::Field),
            (
                "a frame too many",
                with(&clean, end, &clean[first..end_of(&clean, first)]),
                What::Misplaced,
            ),
            (
                "a number",
                instead(&clean, b"fdAT", &[b"TOKN", &frame_data[4..]].concat()),
                What::Field,
            ),
            (
                "behind a frame",
                instead(&clean, b"fdAT", &[frame_data, b"TOKEN"].concat()),
                What::Codes,
            ),
            (
                "a longer control",
                instead(&clean, b"acTL", &[data(&clean, b"acTL"), b"T"].concat()),
                What::Field,
            ),
        ],
    );
    assert_no_byte_can_be_added(&clean, clean.len());
}

#[test]
fn no_byte_can_be_added_to_a_png() {
    let clean = clean();
    assert_no_byte_can_be_added(&clean, clean.len());
}
