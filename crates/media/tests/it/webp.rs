//! WebP: what is planted is found, told and gone; what is shown stays.

use media::{FindingKind, Orientation};

use crate::plant::{self, riff, riff_chunk, token, webp};
use crate::{assert_no_token, assert_same_samples, clean, kinds, parse};

const ANIMATION: u8 = 0x02;
const XMP: u8 = 0x04;
const EXIF: u8 = 0x08;
const ALPHA: u8 = 0x10;
const PROFILE: u8 = 0x20;

/// The picture's own chunk of the plain sample.
fn picture() -> Vec<u8> {
    webp()[12..].to_vec()
}

/// The header of an extended file of 40 × 30 pixels.
fn extended(flags: u8) -> Vec<u8> {
    riff_chunk(b"VP8X", &[flags, 0, 0, 0, 39, 0, 0, 29, 0, 0])
}

pub(crate) fn planted() -> Vec<u8> {
    let mut photo = riff(&[
        extended(PROFILE | EXIF | XMP),
        riff_chunk(b"ICCP", &token("icc")),
        picture(),
        riff_chunk(b"EXIF", &[&b"Exif\0\0"[..], &plant::exif(8, &token("thumbnail"))].concat()),
        riff_chunk(b"XMP ", &plant::xmp("xmp")),
        riff_chunk(b"ACME", &token("unknown")),
        riff_chunk(b"VP8L", &picture()[8..]),
    ]);
    photo.extend(token("trailer"));
    photo
}

#[test]
fn every_hiding_place_is_found_and_emptied() {
    let photo = planted();
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_same_samples(&photo, &copy);
    assert_eq!(parse(&copy).unwrap().orientation(), Orientation::TurnedLeft);
    let told = kinds(&photo);
    for kind in [
        FindingKind::Place,
        FindingKind::Thumbnail,
        FindingKind::OtherPicture,
        FindingKind::Software,
        FindingKind::ColourProfile,
        FindingKind::UnknownData,
        FindingKind::TrailingData,
    ] {
        assert!(told.contains(&kind), "{kind:?} is not told");
    }
}

#[test]
fn the_plain_form_is_written_where_it_says_enough() {
    let photo = riff(&[extended(XMP), picture(), riff_chunk(b"XMP ", &plant::xmp("xmp"))]);
    assert_eq!(clean(&photo), clean(&webp()));
    assert!(!clean(&photo).windows(4).any(|window| window == b"VP8X"));
}

#[test]
fn metadata_that_the_flags_do_not_announce_turn_nothing() {
    let photo = riff(&[extended(0), picture(), riff_chunk(b"EXIF", &plant::exif(3, b""))]);
    let copy = clean(&photo);
    assert_eq!(parse(&copy).unwrap().orientation(), Orientation::Upright);
    assert_no_token(&copy);
}

/// Two frames, with a token in the first.
pub(crate) fn animation() -> Vec<u8> {
    let frame = |hidden: &[u8]| {
        let control = [0, 0, 0, 0, 0, 0, 39, 0, 0, 29, 0, 0, 80, 0, 0, 0xfc];
        riff_chunk(b"ANMF", &[&control[..], &picture(), hidden].concat())
    };
    let control = riff_chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]);
    let hidden = riff_chunk(b"ACMF", &token("inside"));
    riff(&[extended(ANIMATION), control, frame(&hidden), frame(b"")])
}

#[test]
fn an_animation_loses_what_hides_in_its_frames() {
    let photo = animation();
    assert_eq!(kinds(&photo), [FindingKind::UnknownData]);
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_same_samples(&photo, &copy);
    assert_eq!(copy.windows(4).filter(|window| window == b"ANMF").count(), 2);
}

#[test]
fn an_alpha_flag_that_viewers_believe_stays() {
    let photo = riff(&[extended(ALPHA), picture()]);
    let copy = clean(&photo);
    assert!(copy.windows(4).any(|window| window == b"VP8X"));
}
