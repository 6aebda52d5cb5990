//! PNG: what is planted is found, told and gone; what is shown stays.

use media::{Fate, FindingKind, Orientation};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib;

use crate::plant::{self, chunk, png, token};
use crate::{assert_no_token, assert_same_samples, clean, kinds, parse};

const SIGNATURE: usize = 8;
const HEADER_END: usize = SIGNATURE + 25;

/// Puts chunks between the header and the picture.
fn with_front(photo: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&photo[..HEADER_END], &chunks.concat(), &photo[HEADER_END..]].concat()
}

/// The compressed samples of a PNG.
fn samples(photo: &[u8]) -> Vec<u8> {
    let (mut at, mut out) = (SIGNATURE, Vec::new());
    while at < photo.len() {
        let size = u32::from_be_bytes(photo[at..at + 4].try_into().unwrap()) as usize;
        if &photo[at + 4..at + 8] == b"IDAT" {
            out.extend_from_slice(&photo[at + 8..at + 8 + size]);
        }
        at += 12 + size;
    }
    out
}

/// The same header around other compressed samples.
fn with_samples(photo: &[u8], samples: &[u8]) -> Vec<u8> {
    [&photo[..HEADER_END], &chunk(b"IDAT", samples), &chunk(b"IEND", b"")].concat()
}

pub(crate) fn planted() -> Vec<u8> {
    let pack = |data: &[u8]| compress_to_vec_zlib(data, 6);
    let keyed = |keyword: &[u8], place: &str| [keyword, &token(place)].concat();
    let photo = with_front(
        &png(),
        &[
            chunk(b"iCCP", &[&token("profile-name")[..], b"\0\0", &pack(&token("icc"))].concat()),
            chunk(b"tEXt", &keyed(b"Author\0", "author")),
            chunk(b"tEXt", &keyed(b"parameters\0", "prompt")),
            chunk(b"zTXt", &[&b"Comment\0\0"[..], &pack(&token("packed"))].concat()),
            chunk(b"iTXt", &keyed(b"Title\0\0\0en\0\0", "title")),
            chunk(b"iTXt", &[&b"XML:com.adobe.xmp\0\0\0\0\0"[..], &plant::xmp("xmp")].concat()),
            chunk(b"eXIf", &plant::exif(6, &token("thumbnail"))),
            chunk(b"tIME", b"\x07\xe7\x0b\x17\x13\x2b\x07"),
            chunk(b"sPLT", &keyed(b"", "splt")),
            chunk(b"caBX", &token("c2pa")),
            chunk(b"prVt", &token("private")),
            chunk(b"pHYs", b"\0\0\x0b\x13\0\0\x0b\x13\x01"),
        ],
    );
    let end = photo.len() - 12;
    [&photo[..end], &chunk(b"tEXt", &keyed(b"Late\0", "late")), &photo[end..], &token("trailer")]
        .concat()
}

#[test]
fn every_hiding_place_is_found_and_emptied() {
    let photo = planted();
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_same_samples(&photo, &copy);
    assert_eq!(parse(&copy).unwrap().orientation(), Orientation::TurnedRight);
    let told = kinds(&photo);
    for kind in [
        FindingKind::Place,
        FindingKind::Time,
        FindingKind::Person,
        FindingKind::Thumbnail,
        FindingKind::Comment,
        FindingKind::Description,
        FindingKind::Prompt,
        FindingKind::Provenance,
        FindingKind::Software,
        FindingKind::ColourProfile,
        FindingKind::UnknownData,
        FindingKind::TrailingData,
    ] {
        assert!(told.contains(&kind), "{kind:?} is not told");
    }
}

#[test]
fn bytes_behind_the_packed_samples_go() {
    let packed = [samples(&png()), token("behind")].concat();
    let photo = with_samples(&png(), &packed);
    assert_eq!(kinds(&photo), [FindingKind::LooseData]);
    assert_eq!(clean(&photo), clean(&png()));
}

#[test]
fn rows_beyond_the_picture_go() {
    let mut rows = decompress_to_vec_zlib(&samples(&png())).unwrap();
    rows.extend(token("rows").repeat(40));
    let photo = with_samples(&png(), &compress_to_vec_zlib(&rows, 9));
    assert_eq!(kinds(&photo), [FindingKind::LooseData]);
    let copy = clean(&photo);
    let rows = decompress_to_vec_zlib(&samples(&copy)).unwrap();
    assert_no_token(&rows);
    assert_same_samples(&png(), &copy);
}

#[test]
fn how_the_samples_were_cut_into_chunks_does_not_matter() {
    let packed = samples(&png());
    let pieces: Vec<Vec<u8>> = packed.chunks(7).map(|piece| chunk(b"IDAT", piece)).collect();
    let photo = [&png()[..HEADER_END], &pieces.concat(), &chunk(b"IEND", b"")].concat();
    assert_eq!(clean(&photo), clean(&png()));
}

#[test]
fn a_missing_checksum_of_whole_samples_is_mended() {
    let packed = samples(&png());
    let photo = with_samples(&png(), &packed[..packed.len() - 4]);
    assert_same_samples(&png(), &clean(&photo));
}

#[test]
fn a_turn_spelt_out_in_a_text_is_kept() {
    let digits: String = plant::exif(3, b"").iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("Raw profile type exif\0\nexif\n     100\n{digits}\n");
    let photo = with_front(&png(), &[chunk(b"tEXt", text.as_bytes())]);
    let copy = clean(&photo);
    assert_eq!(parse(&copy).unwrap().orientation(), Orientation::UpsideDown);
    assert!(kinds(&photo).contains(&FindingKind::Place));
    assert_no_token(&copy);
}

/// Three frames; the first is the default image if `default_is_first`.
pub(crate) fn animation(first_frame: FirstFrame) -> Vec<u8> {
    let packed = samples(&png());
    let control = |sequence: u32| {
        let numbers = [sequence, 40, 30, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&numbers[..], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let data = |sequence: u32| chunk(b"fdAT", &[&sequence.to_be_bytes()[..], &packed].concat());
    let count = [0, 0, 0, 2, 0, 0, 0, 0];
    let mut pieces = vec![png()[..HEADER_END].to_vec(), chunk(b"acTL", &count)];
    match first_frame {
        FirstFrame::IsTheDefaultImage => {
            pieces.extend([control(0), chunk(b"IDAT", &packed), chunk(b"tEXt", &token("inside"))]);
            pieces.extend([control(1), data(2)]);
        }
        FirstFrame::HidesTheDefaultImage => {
            pieces.extend([chunk(b"IDAT", &packed), control(0), data(1), control(2), data(3)]);
        }
    }
    pieces.push(chunk(b"IEND", b""));
    pieces.concat()
}

pub(crate) enum FirstFrame {
    IsTheDefaultImage,
    HidesTheDefaultImage,
}

#[test]
fn an_animation_stays_one() {
    let photo = animation(FirstFrame::IsTheDefaultImage);
    let copy = clean(&photo);
    assert_no_token(&copy);
    let frames = copy.windows(4).filter(|window| window == b"fcTL").count();
    assert_eq!(frames, 2);
    assert_same_samples(&photo, &copy);
}

#[test]
fn a_default_image_outside_the_animation_is_told_and_stays() {
    let photo = animation(FirstFrame::HidesTheDefaultImage);
    let told = parse(&clean(&photo)).unwrap().findings();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].kind, told[0].fate), (FindingKind::HiddenFrame, Fate::Kept));
}

#[test]
fn colours_under_transparent_pixels_are_told_and_stay() {
    let pixels: Vec<u8> = (0..64_u8).flat_map(|value| [value, 9, 9, 0]).collect();
    let picture = image::RgbaImage::from_raw(8, 8, pixels).unwrap();
    let mut photo = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut photo, image::ImageFormat::Png).unwrap();
    let photo = photo.into_inner();
    let told = parse(&photo).unwrap().findings();
    assert_eq!((told[0].kind, told[0].fate), (FindingKind::HiddenColours, Fate::Kept));
    assert_same_samples(&photo, &clean(&photo));
}
