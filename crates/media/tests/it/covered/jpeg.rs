//! JPEG: units that the cover touches have its colour, all others their coefficients.

use image::RgbImage;
use jpeg_encoder::ColorType;

use super::{COLOUR, Place, cover, cover_both, djpeg, holds, made, place_in};
use crate::jpeg_coding::{SAMPLINGS, TURNS, codings, with_turn};
use crate::plant::{self, Coding, jpeg_of};
use crate::{clean, parse};

/// Pixels across and down of a unit, for each sampling.
const UNITS: [(u32, u32); 8] =
    [(8, 8), (16, 8), (8, 16), (16, 16), (32, 8), (32, 16), (8, 32), (16, 32)];

/// How far off a colour may be: half a step of the tables of quality 85 in each component.
const TOLERANCE: u8 = 3;

/// The picture, and one that differs from it in every pixel of a place.
fn scenes(size: (u32, u32), place: Place) -> [RgbImage; 2] {
    let one = plant::picture(size.0, size.1);
    let mut other = one.clone();
    for (x, y, pixel) in other.enumerate_pixels_mut().filter(|(x, y, _)| holds(place, *x, *y)) {
        let noise = (x * 97 + y * 57 + 1).wrapping_mul(2_654_435_761).to_be_bytes();
        pixel.0 = [pixel.0[0] ^ 128 ^ (noise[0] >> 1), noise[1], noise[2]];
    }
    [one, other]
}

/// A place, made larger until it ends with units or with the picture.
fn in_units([left, top, right, bottom]: Place, unit: (u32, u32), size: (u32, u32)) -> Place {
    let end = |at: u32, unit: u32, most: u32| at.next_multiple_of(unit).min(most);
    [
        left / unit.0 * unit.0,
        top / unit.1 * unit.1,
        end(right, unit.0, size.0),
        end(bottom, unit.1, size.1),
    ]
}

/// What libjpeg-turbo finds in the coefficients above a covered place, and left of it.
fn beside(photo: &[u8], [left, top, ..]: Place, size: (u32, u32)) -> Vec<Vec<u8>> {
    let parts = [(left, size.1), (size.0, top)].into_iter().filter(|(w, h)| w * h > 0);
    let crop = |(width, height)| format!("{width}x{height}+0+0");
    parts
        .map(|part| made("jpegtran", photo, &["-copy", "none", "-optimize", "-crop", &crop(part)]))
        .collect()
}

#[test]
fn of_any_sampling_and_coding_nothing_below_the_cover_is_left_and_all_beside_it() {
    for (sampling, unit) in SAMPLINGS.into_iter().zip(UNITS) {
        for size in [(75, 50), (64, 64), (17, 3), (1, 1)] {
            let shown = (u32::from(size.0), u32::from(size.1));
            let place = place_in(shown);
            let [ones, others] = scenes(shown, place)
                .map(|scene| codings(scene.as_raw(), size, ColorType::Rgb, sampling, 3));
            let covered = cover_both([&ones[0], &others[0]], place);
            for photo in ones.iter().zip(&others).flat_map(|(one, other)| [one, other]) {
                assert!(cover(photo, place).clean.bytes() == covered.clean.bytes());
            }
            // Exactly the units that the place touches.
            let whole = in_units(place, unit, shown);
            assert_eq!(covered.mask, super::mask(covered.mask.size(), whole));
            let (before, after) = (clean(&ones[0]), covered.clean.bytes());
            djpeg(after).judge(&djpeg(&before), &covered.mask, &COLOUR, TOLERANCE);
            assert!(beside(after, whole, shown) == beside(&before, whole, shown), "{unit:?}");
        }
    }
}

#[test]
fn grey_and_four_inks_are_covered_as_libjpeg_shows_them() {
    for (colour, channels, shown) in [
        (ColorType::Luma, 1, &[84][..]),
        (ColorType::Cmyk, 4, &COLOUR),
        (ColorType::CmykAsYcck, 4, &COLOUR),
    ] {
        let place = place_in((75, 50));
        let [ones, others] = [1_u32, 5].map(|seed| {
            let level = |at: u32| {
                let (x, y) = (at / channels % 75, at / channels / 75);
                let change = if holds(place, x, y) { seed * 37 } else { 1 };
                ((x + y * 2 + at % channels * 60) * change % 240) as u8
            };
            let samples: Vec<u8> = (0..75 * 50 * channels).map(level).collect();
            codings(&samples, (75, 50), colour, SAMPLINGS[3], 2)
        });
        for (one, other) in ones.iter().zip(&others) {
            let covered = cover_both([one, other], place);
            let (before, after) = (clean(one), covered.clean.bytes());
            djpeg(after).judge(&djpeg(&before), &covered.mask, shown, TOLERANCE);
        }
    }
}

#[test]
fn a_turned_photo_is_covered_where_jpegtran_shows_the_place() {
    let place = [21, 35, 40, 50];
    // Upright first: it needs no turning.
    for (value, arguments) in [(1, &["-flip", "horizontal"][..])].into_iter().chain(TURNS) {
        let shown = if value < 5 { (96, 64) } else { (64, 96) };
        // Drawn as shown, then stored the other way round.
        let stored = scenes(shown, place).map(|scene| {
            let mut picture = image::DynamicImage::ImageRgb8(scene);
            let turn = image::metadata::Orientation::from_exif(match value {
                6 => 8,
                8 => 6,
                other => other,
            });
            picture.apply_orientation(turn.unwrap());
            with_turn(&jpeg_of(&picture.into_rgb8(), Coding::Baseline), value)
        });
        let covered = cover_both([&stored[0], &stored[1]], place);
        assert_eq!(parse(covered.clean.bytes()).unwrap().orientation() as u8, value);
        let upright = |photo: &[u8]| match value {
            1 => djpeg(photo),
            _ => djpeg(&made("jpegtran", photo, &[&["-perfect"], arguments].concat())),
        };
        let (before, after) = (upright(&clean(&stored[0])), upright(covered.clean.bytes()));
        after.judge(&before, &covered.mask, &COLOUR, 4);
        assert_eq!(covered.mask, super::mask(covered.mask.size(), [16, 32, 48, 64]), "{value}");
    }
}
