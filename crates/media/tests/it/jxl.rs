//! JPEG XL: the codestream stays as it is, and nothing else.

use media::{Error, FindingKind, OtherFormat, Size};

use crate::plant::{exif, token, xmp};
use crate::{assert_no_token, clean, kinds, parse};

pub(crate) const BARE: &[u8] = include_bytes!("../data/small.jxl");

fn boxed(parts: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ".to_vec();
    for (kind, inside) in parts {
        out.extend((inside.len() as u32 + 8).to_be_bytes());
        out.extend_from_slice(*kind);
        out.extend(inside);
    }
    out
}

fn planted() -> Vec<u8> {
    let (first, second) = BARE.split_at(BARE.len() / 2);
    boxed(&[
        (b"Exif", [&[0; 4][..], &exif(6, &token("thumbnail"))].concat()),
        (b"jxlp", [&[0, 0, 0, 0], first].concat()),
        (b"xml ", xmp("xmp")),
        (b"brob", token("packed")),
        (b"jbrd", token("jpeg")),
        (b"jxlp", [&[0x80, 0, 0, 1], second].concat()),
        (b"ACME", token("unknown")),
    ])
}

#[test]
fn the_boxes_around_a_codestream_go() {
    let photo = planted();
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_eq!(copy, BARE);
    let told = kinds(&photo);
    for kind in [FindingKind::Place, FindingKind::OtherMetadata, FindingKind::UnknownData] {
        assert!(told.contains(&kind), "{kind:?} is not told");
    }
    // A codestream has its own turn; that of the metadata does not count.
    assert_eq!(parse(&photo).unwrap().shown_size(), Size { width: 96, height: 64 });
}

#[test]
fn bytes_behind_the_last_frame_go() {
    let photo = [BARE, &token("trailer")].concat();
    assert_eq!(clean(&photo), BARE);
    assert_eq!(kinds(&photo), [FindingKind::TrailingData]);
    let photo = boxed(&[(b"jxlc", [BARE, &token("trailer")].concat())]);
    assert_eq!(clean(&photo), BARE);
}

#[test]
fn a_higher_level_is_still_announced() {
    let photo = boxed(&[(b"jxll", vec![10]), (b"jxlc", BARE.to_vec())]);
    assert_eq!(clean(&photo), photo);
}

#[test]
fn parts_out_of_order_are_refused() {
    let part = |number: u32| (b"jxlp", [&number.to_be_bytes()[..], BARE].concat());
    assert!(matches!(parse(&boxed(&[part(1)])), Err(Error::Damaged { .. })));
    assert!(matches!(parse(&boxed(&[part(0)])), Err(Error::CutShort { .. })));
}

#[test]
fn a_profile_inside_the_codestream_is_not_supported_yet() {
    // Small, 8 × 8; metadata; nothing more; 8 bits; no extra channels; not XYB; a profile.
    let bits = "1 00000 100 0 0 0 00 1 00 0 0 1 00";
    let mut photo = b"\xff\x0a".to_vec();
    let bits: Vec<u8> = bits.bytes().filter(|bit| *bit != b' ').map(|bit| bit - b'0').collect();
    for eight in bits.chunks(8) {
        photo.push(eight.iter().enumerate().map(|(place, bit)| bit << place).sum());
    }
    photo.extend([0; 40]);
    assert!(matches!(
        parse(&photo),
        Err(Error::NotSupported(OtherFormat::JpegXl) | Error::Damaged { .. })
    ));
}

#[test]
fn jpeg_xl_cut_or_changed_anywhere_is_cleaned_or_refused() {
    for photo in [BARE.to_vec(), planted()] {
        for at in 0..photo.len() {
            crate::hostile::survive(&photo[..at]);
            for change in [0x01, 0x80, 0xff] {
                let mut photo = photo.clone();
                photo[at] ^= change;
                crate::hostile::survive(&photo);
            }
        }
    }
    assert!(matches!(parse(&BARE[..BARE.len() - 1]), Err(Error::CutShort { .. })));
}
