//! Hiding places in a clean JPEG.

use audit::What;

use super::{assert_no_byte_can_be_added, assert_refused, assert_refused_deep, find, set, with};
use crate::plant::{self, Coding, segment, token};

/// A clean copy with everything one may have: turn, profile, tables, data.
fn clean(coding: Coding) -> Vec<u8> {
    let photo = plant::jpeg(coding);
    let exif = segment(0xe1, &[b"Exif\0\0".to_vec(), plant::exif(6, b"")].concat());
    let profile =
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01".to_vec(), super::wide_profile()].concat());
    crate::clean(&[&photo[..2], &exif, &profile, &photo[2..]].concat())
}

#[test]
fn nothing_can_be_hidden_among_the_segments_of_a_jpeg() {
    let clean = clean(Coding::Baseline);
    let (exif, tables) = (2, find(&clean, b"\xff\xdb"));
    let (profile, frame) = (find(&clean, b"\xff\xe2"), find(&clean, b"\xff\xc0"));
    let (codes, scan) = (find(&clean, b"\xff\xc4"), find(&clean, b"\xff\xda"));
    let end = clean.len();
    let unused_codes = segment(0xc4, &[&[3_u8, 1][..], &[0; 15], b"x"].concat());
    assert_refused(
        &clean,
        &[
            ("a comment first", with(&clean, exif, &segment(0xfe, &token("c"))), What::UnknownPart),
            ("a comment", with(&clean, tables, &segment(0xfe, &token("c"))), What::UnknownPart),
            ("a second turn", with(&clean, profile, &clean[2..profile]), What::UnknownPart),
            ("XMP", with(&clean, exif, &segment(0xe1, &plant::xmp("c"))), What::UnknownPart),
            ("JFIF", with(&clean, exif, &segment(0xe0, &token("c"))), What::UnknownPart),
            (
                "an index",
                with(&clean, tables, &segment(0xe2, b"MPF\0MM\0*\0\0\0\x08")),
                What::UnknownPart,
            ),
            ("between", with(&clean, frame, b"x"), What::Gap),
            ("fill bytes", with(&clean, frame, b"\xff"), What::Gap),
            ("an unused quant table", with(&clean, frame, &quant(2)), What::Unused),
            ("an unused code table", with(&clean, scan, &unused_codes), What::Unused),
            ("codes said twice", with(&clean, codes, &clean[codes..scan]), What::Unused),
            (
                "restarts that never come",
                with(&clean, scan, &[0xff, 0xdd, 0, 4, 1, 0]),
                What::Unused,
            ),
            (
                "a comment before the scan",
                with(&clean, scan, &segment(0xfe, b"x")),
                What::UnknownPart,
            ),
            ("a component's name", set(&clean, frame + 10, b"T"), What::Field),
            ("a tail", with(&clean, end, &token("t")), What::AfterEnd),
            ("a second picture", [&clean[..], &clean].concat(), What::AfterEnd),
            ("no end", clean[..end - 2].to_vec(), What::CutShort),
            (
                "a segment before the end",
                with(&clean, end - 2, &segment(0xe5, b"x")),
                What::UnknownPart,
            ),
            ("a restart in the data", with(&clean, end - 2, &[0xff, 0xd0]), What::Misplaced),
            ("the scan said twice", with(&clean, end - 2, &clean[scan..end - 2]), What::Misplaced),
        ],
    );
}

fn quant(slot: u8) -> Vec<u8> {
    segment(0xdb, &[&[slot][..], &[7; 64]].concat())
}

#[test]
fn nothing_can_be_hidden_in_the_turn_or_the_profile_of_a_jpeg() {
    let clean = clean(Coding::Baseline);
    let exif = find(&clean, b"MM\0");
    let icc = find(&clean, b"ICC_PROFILE\0") + 14;
    assert_refused(
        &clean,
        &[
            ("no turn", set(&clean, exif + 19, b"\x01"), What::Exif),
            ("beside the turn", set(&clean, exif + 20, b"T"), What::Exif),
            ("a next directory", set(&clean, exif + 25, b"\x08"), What::Exif),
            ("a longer Exif", with(&set(&clean, 5, b"\x24"), exif + 26, b"TK"), What::Exif),
            ("the profile's size", set(&clean, icc + 3, b"T"), What::Profile),
            ("its program", set(&clean, icc + 4, b"TOKN"), What::Profile),
            ("its date", set(&clean, icc + 25, b"\x07"), What::Profile),
            ("its platform", set(&clean, icc + 40, b"APPL"), What::Profile),
            ("its maker", set(&clean, icc + 48, b"TOKN"), What::Profile),
            ("its creator", set(&clean, icc + 80, b"TOKN"), What::Profile),
            ("its number", set(&clean, icc + 84, b"TOKN"), What::Profile),
            ("its reserved bytes", set(&clean, icc + 127, b"T"), What::Profile),
            ("its name", set(&clean, find(&clean, b"colour"), b"TOKEN-"), What::Profile),
            ("its second name", set(&clean, find(&clean, b"colour") + 30, b"T"), What::Profile),
            ("its owner", set(&clean, find(&clean, b"none\0"), b"TOKE"), What::Profile),
            ("a tag's name", set(&clean, find(&clean, b"cprt"), b"TOKN"), What::Profile),
            ("a curve's padding", set(&clean, find(&clean, b"curv") + 14, b"T"), What::Profile),
            ("a profile's number", set(&clean, icc - 2, b"\x02"), What::Field),
        ],
    );
}

#[test]
fn data_of_a_jpeg_end_with_the_last_unit() {
    for coding in [Coding::Baseline, Coding::Progressive, Coding::Restarts] {
        let clean = clean(coding);
        let end = clean.len() - 2;
        assert_refused_deep(
            &clean,
            &[
                ("bytes behind the codes", with(&clean, end, b"TOKEN"), What::Codes),
                ("one byte behind the codes", with(&clean, end, b"\x55"), What::Codes),
                ("a stuffed byte", with(&clean, end, b"\xff\0"), What::Codes),
            ],
        );
    }
}

#[test]
fn bits_that_fill_up_a_jpeg_are_ones() {
    let clean = crate::clean(&plant::jpeg(Coding::Baseline));
    let end = clean.len() - 2;
    let refused = (0..8).filter(|bit| {
        let changed = set(&clean, end - 1, &[clean[end - 1] & !(1 << bit)]);
        changed != clean && audit::photo_deep(&changed).is_err()
    });
    assert!(refused.count() > 0);
}

#[test]
fn no_byte_can_be_added_to_a_jpeg() {
    for coding in [Coding::Baseline, Coding::Progressive, Coding::Restarts] {
        let clean = clean(coding);
        // Among the codes, another byte can make another picture.
        let codes = find(&clean, b"\xff\xda");
        assert_no_byte_can_be_added(&clean, codes);
    }
}

#[test]
fn a_jpeg_with_arithmetic_codes_has_no_room_between_its_segments() {
    for photo in plant::arithmetic_jpegs() {
        let clean = crate::clean(&photo);
        let scan = find(&clean, b"\xff\xda");
        let conditioning = segment(0xcc, &[3, 0x10]);
        assert_refused(
            &clean,
            &[
                ("a comment", with(&clean, scan, &segment(0xfe, b"x")), What::UnknownPart),
                ("codes", with(&clean, scan, &segment(0xc4, &[0; 17])), What::Unused),
                ("said in vain", with(&clean, scan, &conditioning), What::Unused),
                ("not used", with(&clean, scan, &segment(0xcc, &[3, 0x20])), What::Unused),
                ("a tail", with(&clean, clean.len(), b"x"), What::AfterEnd),
            ],
        );
    }
}
