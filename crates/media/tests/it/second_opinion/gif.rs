//! Hiding places in a clean GIF, and behind a clean JPEG XL.

use audit::What;

use super::{assert_no_byte_can_be_added, assert_refused, assert_refused_deep, set, with};

/// Four pixels in two colours.
fn clean() -> Vec<u8> {
    let head = b"GIF89a\x02\0\x02\0\xf0\0\0\x10\x20\x30\x90\xa0\xb0";
    let frame = b"\x2c\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x02\x05\0\x3b";
    crate::clean(&[&head[..], frame].concat())
}

#[test]
fn nothing_can_be_hidden_among_the_blocks_of_a_gif() {
    let clean = clean();
    let (frame, end) = (19, clean.len());
    assert_eq!(clean[frame], 0x2c);
    assert_refused(
        &clean,
        &[
            ("a comment", with(&clean, frame, b"\x21\xfe\x05TOKEN\0"), What::UnknownPart),
            (
                "a comment at the end",
                with(&clean, end - 1, b"\x21\xfe\x05TOKEN\0"),
                What::UnknownPart,
            ),
            ("XMP", with(&clean, frame, b"\x21\xff\x0bXMP DataXMPTOKEN"), What::UnknownPart),
            ("a tail", with(&clean, end, b"TOKEN"), What::AfterEnd),
            ("a shape of pixels", set(&clean, 12, b"T"), What::Field),
            ("a background for nothing", set(&clean, 11, b"T"), What::Field),
            ("reserved bits", set(&clean, frame + 9, b"\x18"), What::Field),
            ("another block", with(&clean, end - 2, b"\x05TOKEN"), What::Field),
        ],
    );
    let last = end - 3;
    assert_refused_deep(
        &clean,
        &[("bits behind the end", set(&clean, last, &[clean[last] | 0x80]), What::Codes)],
    );
}

#[test]
fn no_byte_can_be_added_to_a_gif() {
    let clean = clean();
    assert_no_byte_can_be_added(&clean, 10);
}
