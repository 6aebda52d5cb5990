//! What phones keep beside a picture is made from it, and would show what is covered: a thumbnail, a
//! preview, a gain map, a depth map, a short film.

use std::path::Path;
use std::process::Command;

use image::imageops::{FilterType, resize};
use image::{DynamicImage, RgbImage};

use super::{cover_both, holds};
use crate::exiftool::telling_tags;
use crate::plant::{self, Coding, jpeg_of, segment};
use crate::{mp4, parse};

const SIZE: (u32, u32) = (96, 64);
const PLACE: super::Place = [20, 10, 60, 40];

/// A scene of which something below the cover differs.
fn scene(seed: u32) -> RgbImage {
    let mut scene = plant::picture(SIZE.0, SIZE.1);
    for (x, y, pixel) in scene.enumerate_pixels_mut() {
        if holds(PLACE, x, y) && (x / 4 + y / 3) % (seed + 2) == 0 {
            pixel.0 = [250, 20, 10];
        }
    }
    scene
}

fn smaller(scene: &RgbImage, by: u32) -> RgbImage {
    resize(scene, SIZE.0 / by, SIZE.1 / by, FilterType::Triangle)
}

fn with_front(photo: &[u8], pieces: &[Vec<u8>]) -> Vec<u8> {
    [&photo[..2], &pieces.concat(), &photo[2..]].concat()
}

/// The index of pictures behind the first (CIPA DC-007): this one, and others that begin so far
/// behind the index.
fn index(first: usize, others: &[(usize, usize)]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: usize, value: &[u8]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &(count as u32).to_be_bytes(), value].concat()
    };
    let pictures = others.len() + 1;
    let number = |value: usize| (value as u32).to_be_bytes();
    let mut list = [number(0x2003_0000), number(first), [0; 4], [0; 4]].concat();
    for (at, length) in others {
        list.extend([number(0x0001_0001), number(*length), number(*at), [0; 4]].concat());
    }
    let entries = [
        entry(0xb000, 7, 4, b"0100"),
        entry(0xb001, 4, 1, &number(pictures)),
        entry(0xb002, 7, list.len(), &number(50)),
    ];
    let head = b"MPF\0MM\0\x2a\0\0\0\x08\0\x03";
    segment(0xe2, &[&head[..], &entries.concat(), &[0; 4], &list].concat())
}

/// A photo as phones store it.
fn phone(seed: u32) -> Vec<u8> {
    let scene = scene(seed);
    let thumbnail = jpeg_of(&smaller(&scene, 2), Coding::Baseline);
    let exif = [&b"Exif\0\0"[..], &plant::exif(1, &thumbnail)].concat();
    let gain =
        b"http://ns.adobe.com/xap/1.0/\0<d xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" \
        hdrgm:Version=\"1.0\" hdrgm:GainMapMax=\"3.5\" hdrgm:HDRCapacityMax=\"2\"/>";
    let gain = segment(0xe1, gain);
    let preview = jpeg_of(&scene, Coding::Progressive);
    let map = DynamicImage::ImageRgb8(smaller(&scene, 4)).to_luma8();
    let mut packed = Vec::new();
    map.write_to(&mut std::io::Cursor::new(&mut packed), image::ImageFormat::Jpeg).unwrap();
    let map = with_front(&packed, std::slice::from_ref(&gain));
    let mut front = vec![segment(0xe1, &exif), gain, index(0, &[(0, 0), (0, 0)])];
    let main = jpeg_of(&scene, Coding::Baseline);
    let first = with_front(&main, &front).len();
    // Places count from behind the segment's name.
    let from = 2 + front[0].len() + front[1].len() + 8;
    let others = [(first - from, preview.len()), (first + preview.len() - from, map.len())];
    front[2] = index(first, &others);
    let mut film = mp4::planted();
    film.extend(&thumbnail);
    [with_front(&main, &front), preview, map, film].concat()
}

/// What exiftool takes out of a photo under this name.
fn taken(path: &Path, tag: &str) -> Vec<u8> {
    let output = Command::new("exiftool").args(["-b", tag]).arg(path).output();
    output.expect("exiftool is needed for this test: `cargo xtask test` installs it").stdout
}

#[test]
fn no_thumbnail_preview_map_or_film_keeps_what_is_covered() {
    let [one, other] = [1, 2].map(phone);
    let covered = cover_both([&one, &other], PLACE).clean.into_bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    std::fs::write(&path, &one).unwrap();
    let scene = scene(1);
    let expected = [
        ("-ThumbnailImage", jpeg_of(&smaller(&scene, 2), Coding::Baseline)),
        ("-PreviewImage", jpeg_of(&scene, Coding::Progressive)),
    ];
    for (tag, expected) in &expected {
        assert!(taken(&path, tag) == *expected, "{tag} should be there to be taken out");
    }
    assert!(taken(&path, "-MPImage3").starts_with(b"\xff\xd8"));
    std::fs::write(&path, &covered).unwrap();
    assert_eq!(telling_tags(&path), Vec::<String>::new());
    for tag in ["-ThumbnailImage", "-PreviewImage", "-MPImage2", "-MPImage3", "-Trailer"] {
        assert!(taken(&path, tag).is_empty(), "{tag}");
    }
    let pictures = covered.windows(3).filter(|bytes| bytes == b"\xff\xd8\xff").count();
    assert_eq!((pictures, covered.ends_with(b"\xff\xd9")), (1, true));
    assert!(parse(&covered).unwrap().findings().is_empty());
}

#[test]
fn colours_below_transparent_pixels_are_covered_too() {
    // Both are the same to see: all is transparent. Below, one has something else.
    let photos = [1, 2].map(|seed| {
        let mut picture = DynamicImage::ImageRgb8(scene(seed)).to_rgba8();
        picture.pixels_mut().for_each(|pixel| pixel.0[3] = 0);
        let mut photo = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut photo, image::ImageFormat::Png).unwrap();
        photo.into_inner()
    });
    let covered = cover_both([&photos[0], &photos[1]], PLACE).clean;
    let after = image::load_from_memory(covered.bytes()).unwrap().to_rgba8();
    assert_eq!(after.get_pixel(PLACE[0], PLACE[1]).0, [200, 30, 60, 255]);
    assert_eq!(after.get_pixel(0, 0).0[3], 0);
}
