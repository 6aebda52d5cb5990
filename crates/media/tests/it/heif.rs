//! HEIC and AVIF: what is planted is found, told and gone; what is shown stays.

use media::{
    CleanOptions, Comparison, Error, FindingKind, Format, Hdr, Orientation, OtherFormat, Size,
    Value,
};

use crate::{assert_no_token, clean, hidden, kinds, parse};

pub(crate) const HEIC: &[u8] = include_bytes!("../data/heif-planted.heic");
pub(crate) const AVIF: &[u8] = include_bytes!("../data/heif-planted-grid.avif");
const SEQUENCE: &[u8] = include_bytes!("../data/heif-sequence.avif");
const THUMBNAIL: &[u8] = include_bytes!("../data/heif-thumbnail.heic");

fn box_of(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
    [&(inside.len() as u32 + 8).to_be_bytes(), &kind[..], inside].concat()
}

fn position(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|window| window == needle).unwrap()
}

#[test]
fn metadata_items_go_with_their_bytes() {
    for photo in [HEIC, AVIF] {
        let copy = clean(photo);
        assert_no_token(&copy);
        let told = kinds(photo);
        assert!(told.contains(&FindingKind::Device) && told.contains(&FindingKind::Person));
        for part in [&b"Exif"[..], b"mime", b"libavif", b"Color"] {
            assert!(!copy.windows(part.len()).any(|window| window == part));
        }
    }
    assert_eq!(parse(HEIC).unwrap().format(), Format::Heic);
    assert_eq!(parse(AVIF).unwrap().format(), Format::Avif);
}

#[test]
fn a_grid_with_transparency_keeps_its_tiles_and_its_turn() {
    let copy = clean(AVIF);
    let count = |kind: &[u8]| copy.windows(4).filter(|window| *window == kind).count();
    // Two grids of four tiles, each with its line in the table of items.
    assert_eq!((count(b"grid"), count(b"av01"), count(b"auxl")), (2, 8, 1));
    let read = parse(&copy).unwrap();
    assert_eq!(read.orientation(), Orientation::TurnedLeft);
    assert_eq!(read.shown_size(), Size { width: 128, height: 128 });
}

#[test]
fn a_thumbnail_is_told_and_goes() {
    let found = hidden(THUMBNAIL);
    let thumbnail = found.iter().find(|found| found.kind == FindingKind::Thumbnail).unwrap();
    let value = Value::Picture {
        size: Some(Size { width: 32, height: 20 }),
        comparison: Comparison::Unknown,
    };
    assert!(thumbnail.value == value);
    let copy = clean(THUMBNAIL);
    assert!(!copy.windows(4).any(|window| window == b"thmb"));
    assert!(copy.len() < THUMBNAIL.len());
}

#[test]
fn a_thumbnail_of_another_shape_shows_something_else() {
    let mut photo = THUMBNAIL.to_vec();
    // The size property of the thumbnail, and the numbers of which it is made.
    let (numbers, size) = ([0, 32, 0, 20], [0, 0, 0, 32, 0, 0, 0, 20]);
    for (before, last) in [(&numbers[..], 3), (&size, 7)] {
        let at = position(&photo, before);
        photo[at + last] = 32;
    }
    let found = hidden(&photo);
    let thumbnail = found.iter().find(|found| found.kind == FindingKind::Thumbnail).unwrap();
    let is_different =
        matches!(thumbnail.value, Value::Picture { comparison: Comparison::Different, .. });
    assert!(is_different);
}

#[test]
fn boxes_and_bytes_around_the_picture_are_told_and_go() {
    for photo in [HEIC, AVIF] {
        let dressed = [
            photo,
            &box_of(b"mpvd", b"TOKEN-clip-"),
            &box_of(b"free", b"TOKEN-free-"),
            &box_of(b"uuid", b"0123456789abcdefTOKEN-uuid-"),
            b"TOKEN-tail-",
        ];
        let dressed = dressed.concat();
        let copy = clean(&dressed);
        assert_no_token(&copy);
        assert_eq!(copy, clean(photo));
        let told = kinds(&dressed);
        for kind in [
            FindingKind::Clip,
            FindingKind::LooseData,
            FindingKind::UnknownData,
            FindingKind::TrailingData,
        ] {
            assert!(told.contains(&kind), "{kind:?} is not told");
        }
        let receipt = parse(&dressed).unwrap().clean().unwrap().receipt().clone();
        assert_eq!(receipt.kept_bytes + receipt.removed_bytes(), dressed.len() as u64);
    }
}

#[test]
fn a_sequence_keeps_its_frames_and_loses_its_times() {
    let copy = clean(SEQUENCE);
    assert_no_token(&copy);
    assert_eq!(&copy[8..12], b"avis");
    let count = |kind: &[u8]| copy.windows(4).filter(|window| *window == kind).count();
    // One track of colours and one of transparency.
    assert_eq!((count(b"trak"), count(b"auxv"), count(b"mdat")), (2, 1, 1));
    let told = kinds(SEQUENCE);
    assert!(told.contains(&FindingKind::Time) && told.contains(&FindingKind::Device));
    assert_eq!(parse(&copy).unwrap().shown_size(), Size { width: 48, height: 32 });
}

#[test]
fn a_sequence_need_not_say_which_picture_stands_for_it_if_there_is_one() {
    let mut photo = SEQUENCE.to_vec();
    let at = position(&photo, b"pitm");
    photo[at..at + 4].copy_from_slice(b"free");
    assert_eq!(clean(&photo), clean(SEQUENCE));
    // A still picture must say.
    photo[8..12].copy_from_slice(b"avif");
    assert!(parse(&photo).is_err());
}

#[test]
fn frames_that_viewers_of_stills_do_not_show_go() {
    let mut photo = SEQUENCE.to_vec();
    photo[8..12].copy_from_slice(b"avif");
    assert!(kinds(&photo).contains(&FindingKind::Clip));
    let copy = clean(&photo);
    assert!(!copy.windows(4).any(|window| window == b"moov"));
}

#[test]
fn without_a_gain_map_keeping_one_changes_nothing() {
    let options = CleanOptions { hdr: Hdr::Keep, ..Default::default() };
    let kept = parse(HEIC).unwrap().clean_with(&options).unwrap();
    assert_eq!(kept.bytes(), clean(HEIC));
}

#[test]
fn items_that_cannot_be_understood_are_refused() {
    let mut photo = HEIC.to_vec();
    let at = position(&photo, b"hvc1");
    photo[at..at + 4].copy_from_slice(b"vvc1");
    assert_eq!(parse(&photo).unwrap_err(), Error::NotSupported(OtherFormat::Heif));
}

#[test]
fn a_picture_that_needs_itself_is_refused() {
    let mut photo = AVIF.to_vec();
    let at = position(&photo, b"dimg") + 8;
    photo[at..at + 2].copy_from_slice(&1_u16.to_be_bytes());
    assert!(matches!(parse(&photo), Err(Error::Damaged { .. })));
}

#[test]
fn heif_cut_or_changed_anywhere_is_cleaned_or_refused() {
    for photo in [HEIC, AVIF, THUMBNAIL, SEQUENCE] {
        for end in 0..photo.len() {
            crate::hostile::survive(&photo[..end]);
        }
        for at in 0..photo.len() {
            let mut photo = photo.to_vec();
            photo[at] ^= [0x01, 0x80, 0xff][at % 3];
            crate::hostile::survive(&photo);
        }
    }
}
