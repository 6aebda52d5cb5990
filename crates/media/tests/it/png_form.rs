//! PNG: one form for equal pictures, whichever program packed them; and turning without loss.

use image::DynamicImage;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use media::{CleanOptions, FindingKind, Orientation, Turn};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::plant::{self, chunk, png, token};
use crate::{assert_is_clean, assert_no_token, assert_same_samples, clean, kinds, parse};

/// A PNG of these unpacked rows.
pub(crate) fn of_rows(header: (u32, u32, u8, u8, u8), before: &[Vec<u8>], rows: &[u8]) -> Vec<u8> {
    let (width, height, depth, colour, interlace) = header;
    let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
    let head = [&width[..], &height, &[depth, colour, 0, 0, interlace]].concat();
    let data = chunk(b"IDAT", &compress_to_vec_zlib(rows, 4));
    let [head, end] = [chunk(b"IHDR", &head), chunk(b"IEND", b"")];
    [&b"\x89PNG\r\n\x1a\n"[..], &head, &before.concat(), &data, &end].concat()
}

/// Rows without filters. With several passes, each has its own rows.
pub(crate) fn rows(
    passes: &[(u32, u32, u32, u32)],
    size: (u32, u32),
    bits: u32,
    value: &dyn Fn(u32, u32) -> u32,
) -> Vec<u8> {
    let mut out = Vec::new();
    for (left, step_x, top, step_y) in passes {
        for y in (*top..size.1).step_by(*step_y as usize) {
            let mut row: Vec<u8> = vec![0];
            let mut used = 8;
            for x in (*left..size.0).step_by(*step_x as usize) {
                for bit in (0..bits).rev() {
                    if used == 8 {
                        row.push(0);
                        used = 0;
                    }
                    *row.last_mut().unwrap() |=
                        ((value(x, y) >> (bit % 24) & 1) as u8) << (7 - used);
                    used += 1;
                }
            }
            if row.len() > 1 {
                out.extend(row);
            }
        }
    }
    out
}

pub(crate) const PLAIN: [(u32, u32, u32, u32); 1] = [(0, 1, 0, 1)];
pub(crate) const SEVEN: [(u32, u32, u32, u32); 7] = [
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
];

#[test]
fn equal_pictures_give_equal_bytes_however_they_were_packed() {
    let picture = plant::picture(61, 43);
    let packed = |compression, filter| {
        let mut out = Vec::new();
        PngEncoder::new_with_quality(&mut out, compression, filter)
            .write_image(picture.as_raw(), 61, 43, ExtendedColorType::Rgb8)
            .unwrap();
        out
    };
    let one = clean(&packed(CompressionType::Fast, FilterType::Sub));
    for filter in [FilterType::NoFilter, FilterType::Up, FilterType::Avg, FilterType::Paeth] {
        let photo = packed(CompressionType::Best, filter);
        assert_same_samples(&photo, &one);
        assert!(clean(&photo) == one);
    }
}

#[test]
fn interlaced_pictures_are_put_in_order() {
    let value = |x: u32, y: u32| x.wrapping_mul(2_654_435_761).wrapping_add(y * 40_503) >> 7;
    for (bits, depth, colour) in [(1, 1, 0), (4, 4, 0), (8, 8, 0), (24, 8, 2), (64, 16, 6)] {
        for size in [(1, 1), (3, 2), (13, 9), (8, 8)] {
            let of = |passes, interlace| {
                let rows = rows(passes, size, bits, &value);
                of_rows((size.0, size.1, depth, colour, interlace), &[], &rows)
            };
            let (plain, interlaced) = (of(&PLAIN, 0), of(&SEVEN, 1));
            let copy = clean(&interlaced);
            assert_same_samples(&interlaced, &copy);
            assert!(copy == clean(&plain), "{bits} bits, {size:?}");
        }
    }
}

#[test]
fn colours_that_no_pixel_has_are_emptied() {
    let hidden = token("palette");
    let colours = [&[9, 8, 7][..], &hidden[..12], &[1, 2, 3], &hidden[..12]].concat();
    let before = [chunk(b"PLTE", &colours), chunk(b"tRNS", &[7, 1, 2, 3, 4, 255, 5])];
    let rows = rows(&PLAIN, (2, 2), 8, &|x, _| x * 5);
    let photo = of_rows((2, 2, 8, 3, 0), &before, &rows);
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_same_samples(&photo, &copy);
    assert_eq!(kinds(&photo), [FindingKind::UnusedTable]);
    let kept = chunk(b"PLTE", &[&[9, 8, 7][..], &[0; 12], &[1, 2, 3]].concat());
    assert!(copy.windows(kept.len()).any(|window| window == kept));
}

#[test]
fn a_row_with_an_unknown_filter_is_refused() {
    let photo = of_rows((2, 1, 8, 0, 0), &[], &[5, 1, 2]);
    assert!(parse(&photo).and_then(|original| original.clean()).is_err());
}

#[test]
fn a_turn_is_done_to_the_samples_where_asked() {
    let options = CleanOptions { turn: Turn::Upright, ..CleanOptions::default() };
    let photo = png();
    let picture = image::load_from_memory(&photo).unwrap();
    for value in 2..=8 {
        let exif = chunk(b"eXIf", &plant::exif(value, b""));
        let turned = [&photo[..33], &exif, &photo[33..]].concat();
        let copy = parse(&turned).unwrap().clean_with(&options).unwrap();
        assert_eq!(copy.orientation(), Orientation::Upright);
        assert_is_clean(copy.bytes());
        let mut shown: DynamicImage = picture.clone();
        shown.apply_orientation(image::metadata::Orientation::from_exif(value).unwrap());
        assert!(image::load_from_memory(copy.bytes()).unwrap() == shown, "turn {value}");
    }
}
