//! PNG of every kind of samples: the place has the colour, every other pixel is as it was.

use super::{COLOUR, Place, cover, cover_both, ffmpeg, holds, mask, place_in};
use crate::plant::{self, chunk};
use crate::png_form::{PLAIN, SEVEN, of_rows, rows};

const SIZE: (u32, u32) = (13, 9);

/// What the colour is in grey.
const GREY: u8 = 84;

/// A kind of samples.
struct Kind {
    /// Bits of a pixel, bits of a sample, colour type.
    form: (u32, u8, u8),
    /// The samples that ffmpeg makes of a covered copy.
    samples: &'static str,
    /// What is said before the picture.
    before: Vec<Vec<u8>>,
}

fn kind(form: (u32, u8, u8), samples: &'static str) -> Kind {
    Kind { form, samples, before: Vec::new() }
}

/// Where the colours that are named transparent stand. The palette has other colours for each seed
/// where only covered pixels use them.
fn kinds(seed: u32) -> Vec<Kind> {
    let mut all = vec![
        kind((1, 1, 0), "gray"),
        kind((2, 2, 0), "gray"),
        kind((4, 4, 0), "gray"),
        kind((8, 8, 0), "gray"),
        kind((16, 16, 0), "gray16be"),
        kind((24, 8, 2), "rgb24"),
        kind((48, 16, 2), "rgb48be"),
        kind((16, 8, 4), "ya8"),
        kind((32, 16, 4), "ya16be"),
        kind((32, 8, 6), "rgba"),
        kind((64, 16, 6), "rgba64be"),
    ];
    let transparent = |data: &[u8]| chunk(b"tRNS", data);
    all.push(Kind { before: vec![transparent(&[0, 9])], ..kind((8, 8, 0), "ya8") });
    all.push(Kind { before: vec![transparent(&[0, 9, 0, 9, 0, 9])], ..kind((24, 8, 2), "rgba") });
    for depth in [1, 2, 4, 8] {
        let half = 1_u32 << (depth - 1);
        let colour = |at: u32| {
            let change = if at < half { 0 } else { seed * 31 };
            [at * 15, at * 7, at * 5 + change].map(|level| level as u8)
        };
        let palette = chunk(b"PLTE", &(0..half * 2).flat_map(colour).collect::<Vec<_>>());
        let opaque =
            Kind { before: vec![palette.clone()], ..kind((depth, depth as u8, 3), "rgb24") };
        let before = vec![palette, transparent(&[100])];
        all.extend([opaque, Kind { before, ..kind((depth, depth as u8, 3), "rgba") }]);
    }
    all
}

/// Two photos of a kind, and the first one interlaced.
fn photos(index: usize, size: (u32, u32), place: Place) -> [Vec<u8>; 3] {
    let photo = |seed: u32, passes: &[_], interlace: u8| {
        let Kind { form: (bits, depth, colour), before, .. } = kinds(seed).swap_remove(index);
        let levels = 1_u32 << bits.min(24);
        let value = |x: u32, y: u32| {
            let noise = (x * 31 + y * 17).wrapping_mul(2_654_435_761) >> 8;
            let half = levels.div_ceil(2);
            // Below the cover, levels of the upper half: colours of a palette that are used nowhere
            // else and differ, and of other kinds in one of the photos alone.
            match holds(place, x, y) && (colour == 3 || seed == 1) {
                true => levels - 1 - noise % half,
                false => noise % half,
            }
        };
        of_rows(
            (size.0, size.1, depth, colour, interlace),
            &before,
            &rows(passes, size, bits, &value),
        )
    };
    [photo(1, &PLAIN, 0), photo(2, &PLAIN, 0), photo(1, &SEVEN, 1)]
}

/// The colour in samples of this kind.
fn colour(samples: &str) -> Vec<u8> {
    let [red, green, blue] = COLOUR;
    let eight = match samples {
        "gray" | "gray16be" => vec![GREY],
        "ya8" | "ya16be" => vec![GREY, 255],
        "rgb24" | "rgb48be" => vec![red, green, blue],
        _ => vec![red, green, blue, 255],
    };
    match samples.contains("16be") || samples.contains("48be") || samples.contains("64be") {
        true => eight.into_iter().flat_map(|level| [level; 2]).collect(),
        false => eight,
    }
}

#[test]
fn of_every_kind_of_samples_nothing_below_the_cover_is_left_and_all_beside_it() {
    for (index, Kind { form, samples, .. }) in kinds(1).into_iter().enumerate() {
        for size in [(1, 1), SIZE] {
            let place = place_in(size);
            let [one, other, interlaced] = photos(index, size, place);
            let covered = cover_both([&one, &other], place);
            assert!(cover(&interlaced, place).clean.bytes() == covered.clean.bytes(), "{form:?}");
            assert_eq!(covered.mask, mask(covered.mask.size(), place));
            // One behind the other: starting ffmpeg takes longer than anything that it does here.
            let both = [&one, covered.clean.bytes()].concat();
            let mut before = ffmpeg(&both, "png_pipe", samples, size.0);
            let after = before.samples.split_off(before.samples.len() / 2);
            let after = super::Decoded { samples: after, ..before.clone() };
            after.judge(&before, &covered.mask, &colour(samples), 0);
        }
    }
}

#[test]
fn a_turned_picture_is_covered_where_people_see_the_place() {
    let (size, place) = ((23, 14), [3, 5, 9, 12]);
    let picture = plant::picture(size.0, size.1);
    let mut plain = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut plain, image::ImageFormat::Png).unwrap();
    let plain = plain.into_inner();
    for value in 1..=8 {
        let exif = chunk(b"eXIf", &plant::exif(value, b""));
        let photo = [&plain[..33], &exif, &plain[33..]].concat();
        let covered = cover(&photo, place);
        let shown = covered.clean.shown_size();
        // Where a pixel that people see is stored (TIFF 6, Orientation).
        let (right, bottom) = (size.0 - 1, size.1 - 1);
        let stored = |x: u32, y: u32| match value {
            1 => (x, y),
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (y, bottom - x),
            7 => (right - y, bottom - x),
            _ => (right - y, x),
        };
        let after = ffmpeg(covered.clean.bytes(), "png_pipe", "rgb24", shown.width);
        let (across, pixels) = (0..shown.width, 0..shown.height);
        let before = pixels.flat_map(|y| across.clone().map(move |x| stored(x, y)));
        let before = before.flat_map(|(x, y)| picture.get_pixel(x, y).0).collect();
        let before =
            super::Decoded { width: shown.width as usize, pixel_bytes: 3, samples: before };
        after.judge(&before, &mask(shown, place), &COLOUR, 0);
    }
}
