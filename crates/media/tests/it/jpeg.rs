//! JPEG: what is planted is found, told and gone; what is shown stays.

use jpeg_encoder::{ColorType, Encoder};
use media::{Comparison, FindingKind, Orientation, Value};

use crate::plant::{self, Coding, jpeg, jpeg_of, picture, segment, token};
use crate::{assert_is_clean, assert_no_token, assert_same_samples, clean, hidden, kinds, parse};

const ALL: [Coding; 3] = [Coding::Baseline, Coding::Restarts, Coding::Progressive];

/// Puts pieces right after the start marker.
fn with_front(photo: &[u8], pieces: &[Vec<u8>]) -> Vec<u8> {
    [&photo[..2], &pieces.concat(), &photo[2..]].concat()
}

/// Where each scan header begins.
fn scans(photo: &[u8]) -> Vec<usize> {
    let pairs = photo.windows(2).enumerate();
    pairs.filter(|(_, pair)| pair == b"\xff\xda").map(|(at, _)| at).collect()
}

fn planted(coding: Coding) -> Vec<u8> {
    let prefixed = |prefix: &[u8], place: &str| [prefix, &token(place)].concat();
    let exif = [&b"Exif\0\0"[..], &plant::exif(6, &token("thumbnail"))].concat();
    let xmp = [&b"http://ns.adobe.com/xap/1.0/\0"[..], &plant::xmp("xmp")].concat();
    let iptc = [&b"\x1c\x02\x50\0\x0b"[..], &token("iptc")].concat();
    let mut resource = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x10".to_vec();
    resource.extend(iptc);
    let mut unused_table = vec![3];
    unused_table.extend(token("table").into_iter().cycle().take(64));
    let mut pieces = vec![
        segment(0xe0, &[&b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x01"[..], &token("jfif")].concat()),
        segment(0xe0, &prefixed(b"JFXX\0\x13", "jfxx")),
        segment(0xe1, &exif),
        segment(0xe1, &xmp),
        segment(0xe1, &prefixed(b"http://ns.adobe.com/xmp/extension/\0", "extended")),
        segment(0xe2, &prefixed(b"MPF\0", "mpf")),
        segment(0xe2, &prefixed(b"ICC_PROFILE\0\x01\x01", "broken-icc")),
        segment(0xeb, &prefixed(b"JP\0\x01", "c2pa")),
        segment(0xed, &resource),
        segment(0xfe, &token("comment")),
        segment(0xdb, &unused_table),
        token("between"),
        vec![0xff, 0xff, 0xff],
    ];
    pieces.extend((0xe3..=0xef).map(|marker| segment(marker, &token("app"))));
    let mut photo = jpeg(coding);
    photo.truncate(photo.len() - 2);
    if let [_, .., last] = scans(&photo)[..] {
        photo.splice(last..last, segment(0xfe, &token("between-scans")));
    }
    photo.extend(token("after-last-unit"));
    photo.extend([0xff, 0xd9]);
    photo.extend(token("trailer"));
    with_front(&photo, &pieces)
}

/// For the tests that need one such photo.
pub(crate) fn planted_everywhere() -> Vec<u8> {
    planted(Coding::Progressive)
}

#[test]
fn every_hiding_place_is_found_and_emptied() {
    for coding in ALL {
        let photo = planted(coding);
        let copy = clean(&photo);
        assert_no_token(&copy);
        // The decoder of these tests refuses some of what was planted, so it gets the plain photo.
        assert_same_samples(&jpeg(coding), &copy);
        let told = kinds(&photo);
        for kind in [
            FindingKind::Place,
            FindingKind::Time,
            FindingKind::Person,
            FindingKind::Serial,
            FindingKind::Device,
            FindingKind::Thumbnail,
            FindingKind::Comment,
            FindingKind::Provenance,
            FindingKind::Software,
            FindingKind::MakerNotes,
            FindingKind::ColourProfile,
            FindingKind::UnknownData,
            FindingKind::TrailingData,
            FindingKind::LooseData,
            FindingKind::UnusedTable,
        ] {
            assert!(told.contains(&kind), "{kind:?} is not told");
        }
    }
}

#[test]
fn a_position_is_read_with_its_sign() {
    let exif = [&b"Exif\0\0"[..], &plant::exif(1, b"")].concat();
    let photo = with_front(&jpeg(Coding::Baseline), &[segment(0xe1, &exif)]);
    let place = hidden(&photo).into_iter().find_map(|finding| match finding.value {
        Value::Place(place) => Some(place),
        _ => None,
    });
    let place = place.unwrap();
    assert!((place.latitude_degrees + 33.5).abs() < 1e-9);
    assert!((place.longitude_degrees - 151.2).abs() < 1e-9);
}

#[test]
fn the_turn_is_kept_and_nothing_else_of_the_exif() {
    for value in 1..=8 {
        let exif = [&b"Exif\0\0"[..], &plant::exif(value, b"")].concat();
        let photo = with_front(&jpeg(Coding::Baseline), &[segment(0xe1, &exif)]);
        let copy = clean(&photo);
        let read = parse(&copy).unwrap();
        assert_eq!(read.orientation() as u8, value);
        let expected = if value == 1 { 0 } else { 36 };
        assert_eq!(copy.len(), clean(&jpeg(Coding::Baseline)).len() + expected);
    }
}

#[test]
fn the_shown_size_follows_the_turn() {
    let exif = [&b"Exif\0\0"[..], &plant::exif(8, b"")].concat();
    let photo = with_front(&jpeg(Coding::Baseline), &[segment(0xe1, &exif)]);
    let shown = parse(&photo).unwrap().clean().unwrap().shown_size();
    assert_eq!((shown.width, shown.height), (50, 75));
}

#[test]
fn only_xmp_naming_a_turn_is_enough() {
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<a tiff:Orientation=\"3\"/>";
    let photo = with_front(&jpeg(Coding::Baseline), &[segment(0xe1, xmp)]);
    assert_eq!(parse(&clean(&photo)).unwrap().orientation(), Orientation::UpsideDown);
}

#[test]
fn colours_of_cmyk_and_rgb_photos_stay() {
    let colours = [(ColorType::Cmyk, 4), (ColorType::CmykAsYcck, 4), (ColorType::Luma, 1)];
    for (colour, channels) in colours {
        let samples: Vec<u8> = (0..32 * 24 * channels).map(|i| (i * 7 % 251) as u8).collect();
        let mut photo = Vec::new();
        Encoder::new(&mut photo, 90).encode(&samples, 32, 24, colour).unwrap();
        assert_same_samples(&photo, &clean(&photo));
    }
    // Red, green and blue by name alone, as some editors write them.
    let mut photo = jpeg(Coding::Baseline);
    rename_components(&mut photo, b"RGB");
    let app0 = 4 + usize::from(u16::from_be_bytes([photo[4], photo[5]]));
    photo.drain(2..app0);
    let copy = clean(&photo);
    assert!(copy.windows(5).any(|window| window == b"Adobe"));
    assert_same_samples(&photo, &copy);
}

fn rename_components(photo: &mut [u8], names: &[u8; 3]) {
    let at = |photo: &[u8], marker: u8| {
        photo.windows(2).position(|pair| pair == [0xff, marker]).unwrap()
    };
    let (frame, scan) = (at(photo, 0xc0), at(photo, 0xda));
    for (index, name) in names.iter().enumerate() {
        photo[frame + 10 + index * 3] = *name;
        photo[scan + 5 + index * 2] = *name;
    }
}

#[test]
fn a_thumbnail_of_more_than_the_photo_is_told() {
    let scene = picture(320, 240);
    let crop = image::imageops::crop_imm(&scene, 120, 60, 160, 120).to_image();
    let small = |source: &image::RgbImage| {
        let filter = image::imageops::FilterType::Triangle;
        jpeg_of(&image::imageops::resize(source, 80, 60, filter), Coding::Baseline)
    };
    for (thumbnail, expected) in
        [(small(&scene), Comparison::Different), (small(&crop), Comparison::Same)]
    {
        let exif = [&b"Exif\0\0"[..], &plant::exif(1, &thumbnail)].concat();
        let photo = with_front(&jpeg_of(&crop, Coding::Baseline), &[segment(0xe1, &exif)]);
        let told = hidden(&photo).into_iter().find_map(|finding| match finding.value {
            Value::Picture { comparison, .. } => Some(comparison),
            _ => None,
        });
        assert_eq!(told, Some(expected));
    }
}

#[test]
fn pictures_and_clips_behind_the_end_are_told_apart() {
    let mut photo = jpeg(Coding::Baseline);
    photo.extend(jpeg_of(&picture(30, 20), Coding::Baseline));
    photo.extend(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom");
    photo.extend(token("clip"));
    assert_eq!(kinds(&photo), [FindingKind::OtherPicture, FindingKind::Clip]);
    assert_eq!(clean(&photo), clean(&jpeg(Coding::Baseline)));
}

#[test]
fn a_missing_end_marker_is_forgiven_when_the_picture_is_whole() {
    for coding in ALL {
        let photo = jpeg(coding);
        assert_eq!(clean(&photo[..photo.len() - 2]), clean(&photo));
    }
}

#[test]
fn equal_pictures_give_equal_copies() {
    let plain = clean(&jpeg(Coding::Baseline));
    let mut other = jpeg(Coding::Baseline);
    other.splice(2..2, segment(0xfe, b"a comment"));
    assert_eq!(clean(&other), plain);
    assert_is_clean(&plain);
}

#[test]
fn arithmetic_codes_are_followed_to_their_end() {
    for photo in plant::arithmetic_jpegs() {
        let copy = clean(&photo);
        assert!(hidden(&photo).is_empty());
        let end = photo.len() - 2;
        let stuffed = [&photo[..end], &token("after-last-unit"), &photo[end..]].concat();
        assert_eq!(kinds(&stuffed), [FindingKind::LooseData]);
        let emptied = clean(&stuffed);
        // The walk reads ahead, as every decoder does, so that one or two bytes may stay.
        assert!(emptied.len() <= copy.len() + 2);
        assert_no_token(&emptied);
    }
}
