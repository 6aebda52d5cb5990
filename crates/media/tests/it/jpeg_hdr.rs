//! JPEG with a gain map: kept if asked for, without anything else of its own.

use image::{DynamicImage, GrayImage, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use media::{Clean, CleanOptions, Comparison, FindingKind, Hdr, Limits, Source, Turn, Value};

use crate::plant::{self, Coding, segment, token};
use crate::{assert_is_clean, assert_no_token, assert_same_samples, clean, hidden, kinds, parse};

const GAIN: &str = "xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" hdrgm:Version=\"1.0\"";

fn xmp(body: &str) -> Vec<u8> {
    segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", body.as_bytes()].concat())
}

fn iso(data: &[u8]) -> Vec<u8> {
    segment(0xe2, &[b"urn:iso:std:iso:ts:21496:-1\0", data].concat())
}

fn with_front(photo: &[u8], pieces: &[Vec<u8>]) -> Vec<u8> {
    [&photo[..2], &pieces.concat(), &photo[2..]].concat()
}

fn grey() -> Vec<u8> {
    let samples: Vec<u8> = (0..36 * 24).map(|i| (i * 5 % 256) as u8).collect();
    let mut out = Vec::new();
    Encoder::new(&mut out, 80).encode(&samples, 36, 24, ColorType::Luma).unwrap();
    out
}

fn planted(place: &str) -> String {
    String::from_utf8(token(place)).unwrap()
}

/// A photo with a gain map, and a token wherever one can hide.
fn photo(coding: Coding, map_front: &[Vec<u8>], end: &[u8]) -> Vec<u8> {
    let exif = [&b"Exif\0\0"[..], &plant::exif(6, b"")].concat();
    let first = xmp(&format!("<d {GAIN} xmp:CreatorTool=\"{}\"/>", planted("first-xmp")));
    let index = segment(0xe2, &[b"MPF\0", &token("mpf")[..]].concat());
    let mut front = map_front.to_vec();
    front.push(segment(0xfe, &token("map-comment")));
    let first = with_front(&plant::jpeg(coding), &[segment(0xe1, &exif), first, index]);
    [first, token("gap"), with_front(&grey(), &front), end.to_vec()].concat()
}

fn adobe() -> Vec<u8> {
    xmp(&format!(
        "<d {GAIN} hdrgm:GainMapMax=\"3.50\" hdrgm:HDRCapacityMax=\"2\" dc:creator=\"{}\"/>",
        planted("map-xmp")
    ))
}

fn fractions() -> Vec<u8> {
    let words = [0_u32, 1, 6, 2, 0, 1, 30, 10, 5, 5, 1, 64, 1, 64];
    let words = words.map(u32::to_be_bytes).concat();
    iso(&[&[0, 0, 0, 0, 0x40], &words[..], &token("map-iso")].concat())
}

fn apple() -> Vec<u8> {
    xmp("<d xmlns:HDRGainMap=\"http://ns.apple.com/HDRGainMap/1.0/\">\
         <apdi:AuxiliaryImageType>urn:com:apple:photo:2020:aux:hdrgainmap</apdi:AuxiliaryImageType>\
         <HDRGainMap:HDRGainMapVersion>131072</HDRGainMap:HDRGainMapVersion>\
         <HDRGainMap:HDRGainMapHeadroom>4.5</HDRGainMap:HDRGainMapHeadroom></d>")
}

fn keep(photo: &[u8]) -> Clean {
    let options = CleanOptions { hdr: Hdr::Keep, ..CleanOptions::default() };
    parse(photo).unwrap().clean_with(&options).unwrap()
}

/// A clean copy with a gain map whose numbers are said both ways, and one as Apple says them.
pub(crate) fn kept_copies() -> [Vec<u8>; 2] {
    let fronts = [vec![adobe(), fractions()], vec![apple()]];
    fronts.map(|front| keep(&photo(Coding::Baseline, &front, b"")).into_bytes())
}

/// Where the second picture begins.
pub(crate) fn second(copy: &[u8]) -> usize {
    copy.windows(4).rposition(|window| window == b"\xff\xd9\xff\xd8").unwrap() + 2
}

#[test]
fn a_gain_map_is_kept_with_its_numbers_and_nothing_else() {
    let fronts = [vec![adobe()], vec![fractions()], vec![adobe(), fractions()], vec![apple()]];
    for front in fronts {
        for coding in [Coding::Baseline, Coding::Progressive] {
            let photo = photo(coding, &front, &token("trailer"));
            let copy = keep(&photo);
            assert_no_token(copy.bytes());
            assert!(keep(copy.bytes()).bytes() == copy.bytes(), "cleaning it again changes it");
            Clean::verify(copy.bytes().to_vec(), &Limits::default()).unwrap();
            let map = &copy.bytes()[second(copy.bytes())..];
            assert_same_samples(&grey(), map);
            assert!(kinds(copy.bytes()).contains(&FindingKind::GainMap));
            let receipt = copy.receipt();
            assert_eq!(receipt.removed_bytes() + receipt.kept_bytes, photo.len() as u64);
        }
    }
}

#[test]
fn the_index_says_where_the_gain_map_is() {
    let copy = keep(&photo(Coding::Baseline, &[adobe(), fractions()], b"")).into_bytes();
    let second = second(&copy);
    let index = copy.windows(4).position(|window| window == b"MPF\0").unwrap() + 4;
    let number = |at: usize| u32::from_be_bytes(copy[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(number(index + 50 + 4), second);
    assert_eq!(number(index + 66 + 4), copy.len() - second);
    assert_eq!(number(index + 66 + 8), second - index);
    let listed = format!("Item:Length=\"{}\"", copy.len() - second).into_bytes();
    assert!(copy.windows(listed.len()).any(|window| window == listed));
}

#[test]
fn however_the_file_was_written_the_kept_copy_is_the_same() {
    let one = keep(&photo(Coding::Baseline, &[adobe()], b""));
    let two = keep(&photo(Coding::Restarts, &[adobe()], &token("trailer")));
    assert!(one.bytes() == two.bytes());
}

#[test]
fn by_default_the_gain_map_goes() {
    let copy = clean(&photo(Coding::Baseline, &[adobe()], b""));
    assert_no_token(&copy);
    assert!(!copy.windows(5).any(|window| window == b"hdrgm"));
}

#[test]
fn a_second_picture_that_says_no_numbers_is_not_kept() {
    let no_number = xmp(&format!("<d {GAIN} hdrgm:GainMapMax=\"{}\"/>", planted("max")));
    for front in [vec![], vec![no_number], vec![iso(b"short")]] {
        let photo = photo(Coding::Baseline, &front, b"");
        assert!(keep(&photo).bytes() == clean(&photo));
    }
}

#[test]
fn a_photo_with_a_kept_gain_map_keeps_its_turn() {
    let options = CleanOptions { hdr: Hdr::Keep, turn: Turn::Upright };
    let photo = photo(Coding::Baseline, &[adobe()], b"");
    let copy = parse(&photo).unwrap().clean_with(&options).unwrap();
    assert_eq!(copy.orientation() as u8, 6);
}

#[test]
fn broken_gain_maps_are_cleaned_or_refused() {
    let whole = photo(Coding::Baseline, &[adobe(), fractions()], b"");
    let options = CleanOptions { hdr: Hdr::Keep, ..CleanOptions::default() };
    let first = clean(&whole).len();
    let survive = |bytes: Vec<u8>| {
        let copy = parse(&bytes).and_then(|original| original.clean_with(&options));
        if let Ok(copy) = copy {
            assert_no_token(copy.bytes());
            Clean::verify(copy.into_bytes(), &Limits::default()).unwrap();
        }
    };
    for at in (first..whole.len()).step_by(37) {
        survive(whole[..at].to_vec());
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 7);
        survive(changed);
    }
    assert_is_clean(&clean(&whole));
}

/// A harbour at dusk: lamps of many sizes over a slanted quay.
fn scene() -> RgbImage {
    let lamps: Vec<[u32; 3]> =
        (1..16_u32).map(|k| [k * k * 37 % 320, k * 71 % 240, 6 + k * 13 % 24]).collect();
    RgbImage::from_fn(320, 240, |x, y| {
        let lit = lamps.iter().position(|lamp| {
            let (across, down) = (x.abs_diff(lamp[0]), y.abs_diff(lamp[1]));
            across * across + down * down < lamp[2] * lamp[2]
        });
        match lit {
            Some(lamp) => Rgb([(90 + lamp * 11) as u8, (80 + lamp * 10) as u8, 60]),
            None if y * 4 > 500 + x => Rgb([50, 48, 45]),
            None => Rgb([70, 80, (120 + y / 4) as u8]),
        }
    })
}

/// How much brighter than it looks each part is, at a quarter of the size.
fn map_of(scene: &RgbImage) -> GrayImage {
    let bright = DynamicImage::ImageRgb8(scene.clone()).into_luma8();
    let (width, height) = (scene.width() / 4, scene.height() / 4);
    let mut map = image::imageops::thumbnail(&bright, width, height);
    map.pixels_mut().for_each(|level| level.0[0] = level.0[0].saturating_sub(60).saturating_mul(2));
    map
}

fn with_map(shown: &RgbImage, map: &GrayImage, first: &str, front: &[Vec<u8>]) -> Vec<u8> {
    let mut second = Vec::new();
    let (width, height) = (map.width() as u16, map.height() as u16);
    Encoder::new(&mut second, 80).encode(map.as_raw(), width, height, ColorType::Luma).unwrap();
    let first = with_front(&plant::jpeg_of(shown, Coding::Baseline), &[xmp(first)]);
    [first, with_front(&second, front)].concat()
}

fn compared(photo: &[u8]) -> (FindingKind, Comparison, bool) {
    let original = parse(photo).unwrap();
    let found = original.findings();
    let mut pictures = found.iter().filter_map(|finding| match finding.value {
        Value::Picture { comparison, .. } => Some((finding, comparison)),
        _ => None,
    });
    let (finding, comparison) = pictures.next().unwrap();
    assert!(pictures.next().is_none());
    (finding.kind, comparison, original.side_by_side(finding).is_some())
}

#[test]
fn a_gain_map_or_depth_map_of_more_than_the_photo_is_told() {
    let (scene, gain) = (scene(), format!("<d {GAIN}/>"));
    let cut = image::imageops::crop_imm(&scene, 60, 90, 160, 120).to_image();
    let wide = image::imageops::crop_imm(&scene, 0, 20, 320, 180).to_image();
    let map = map_of(&scene);
    let depth = "<d Item:Semantic=\"Depth\"/>";
    let apple_depth = xmp("<d xmlns:depthData=\"http://ns.apple.com/depthData/1.0/\"/>");
    let kinds = [
        (gain.as_str(), vec![adobe()], FindingKind::GainMap),
        (depth, Vec::new(), FindingKind::DepthMap),
        ("<d/>", vec![apple_depth], FindingKind::DepthMap),
    ];
    for (first, front, kind) in kinds {
        let same = with_map(&scene, &map, first, &front);
        assert_eq!(compared(&same), (kind, Comparison::Same, true));
        for shown in [&cut, &wide] {
            let photo = with_map(shown, &map, first, &front);
            assert_eq!(compared(&photo), (kind, Comparison::Different, true));
        }
    }
}

#[test]
fn a_gain_map_of_more_than_the_photo_is_not_kept() {
    let (scene, gain) = (scene(), format!("<d {GAIN}/>"));
    let cut = image::imageops::crop_imm(&scene, 60, 90, 160, 120).to_image();
    let map = map_of(&scene);
    let photo = with_map(&cut, &map, &gain, &[adobe()]);
    assert!(keep(&photo).bytes() == clean(&photo));
    let photo = with_map(&scene, &map, &gain, &[adobe()]);
    assert!(keep(&photo).bytes().len() > clean(&photo).len());
}

#[test]
fn pictures_behind_a_photo_are_told_one_by_one() {
    let scene = scene();
    let gain = with_map(&scene, &map_of(&scene), &format!("<d {GAIN}/>"), &[adobe()]);
    let second = plant::jpeg_of(&scene, Coding::Progressive);
    let photo =
        [&gain, &[0; 40][..], &second, &token("between"), &second[..second.len() / 2]].concat();
    let told: Vec<_> =
        hidden(&photo).into_iter().filter(|it| it.source == Source::AfterEnd).collect();
    let kinds: Vec<_> = told.iter().map(|finding| finding.kind).collect();
    let (other, tail) = (FindingKind::OtherPicture, FindingKind::TrailingData);
    assert_eq!(kinds, [other, other, FindingKind::GainMap, tail]);
    let size = second.len() as u64;
    assert_eq!(told.iter().map(|it| it.bytes).skip(3).collect::<Vec<_>>(), [14]);
    assert_eq!((told[0].bytes, told[1].bytes), (size, size / 2));
}
