//! WebP: without loss to the pixel; with loss, all that was made from what is covered.

use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, Rgba, RgbaImage};

use super::{COLOUR, Decoded, Place, cover, cover_both, ffmpeg, holds, mask, place_in};
use crate::{clean, parse};

/// Two photos without loss.
fn lossless(size: (u32, u32), place: Place, colour: ExtendedColorType) -> [Vec<u8>; 2] {
    [1_u32, 8].map(|seed| {
        let picture = DynamicImage::from(RgbaImage::from_fn(size.0, size.1, |x, y| {
            let change = if holds(place, x, y) { seed * 41 } else { 0 };
            Rgba(
                [x * 5 + change, (y * 7) ^ change, x * y + change, 255 - x - change / 2]
                    .map(|level| level as u8),
            )
        }));
        let samples = match colour {
            ExtendedColorType::Rgb8 => picture.to_rgb8().into_raw(),
            _ => picture.to_rgba8().into_raw(),
        };
        let mut photo = Vec::new();
        let encoder = WebPEncoder::new_lossless(&mut photo);
        encoder.write_image(&samples, size.0, size.1, colour).unwrap();
        photo
    })
}

#[test]
fn of_a_picture_without_loss_nothing_below_the_cover_is_left_and_all_beside_it() {
    for (colour, samples, shown) in [
        (ExtendedColorType::Rgb8, "rgb24", &COLOUR[..]),
        (ExtendedColorType::Rgba8, "rgba", &[COLOUR[0], COLOUR[1], COLOUR[2], 255]),
    ] {
        for size in [(1, 1), (45, 31)] {
            let place = place_in(size);
            let photos = lossless(size, place, colour);
            let covered = cover_both([&photos[0], &photos[1]], place);
            assert_eq!(covered.mask, mask(covered.mask.size(), place));
            let decoded = |photo: &[u8]| ffmpeg(photo, "webp_pipe", samples, size.0);
            let (before, after) = (decoded(&photos[0]), decoded(covered.clean.bytes()));
            after.judge(&before, &covered.mask, shown, 0);
        }
    }
}

/// With loss: two photos that differ only in a box of their last block of coding.
fn lossy() -> [&'static [u8]; 2] {
    [
        include_bytes!("../../data/lossy-corner-1.webp"),
        include_bytes!("../../data/lossy-corner-2.webp"),
    ]
}

const BOX: Place = [52, 52, 61, 61];

/// Where two pictures differ.
fn apart(one: &Decoded, other: &Decoded) -> Vec<(u32, u32)> {
    let bytes = one.pixel_bytes;
    let pixels = one.samples.chunks_exact(bytes).zip(other.samples.chunks_exact(bytes));
    let differ = pixels.enumerate().filter(|(_, (one, other))| one != other);
    differ.map(|(index, _)| ((index % one.width) as u32, (index / one.width) as u32)).collect()
}

/// Not through ffmpeg, which does not smooth colours as libwebp and browsers do.
fn shown(photo: &[u8]) -> Decoded {
    let picture = parse(photo).unwrap().picture().unwrap();
    let width = picture.size().width as usize;
    Decoded { width, pixel_bytes: 3, samples: picture.samples().to_vec() }
}

#[test]
fn of_a_picture_with_loss_what_is_mixed_into_its_neighbours_goes_too() {
    let photos = lossy();
    // What is below the box shows around it, and around its block.
    let apart = apart(&shown(photos[0]), &shown(photos[1]));
    assert!(apart.iter().filter(|(x, y)| !holds(BOX, *x, *y)).count() > 200);
    assert!(apart.iter().filter(|(x, y)| !holds([48, 48, 64, 64], *x, *y)).count() > 50);
    let covered = cover_both(photos, BOX);
    assert_eq!(covered.mask, mask(covered.mask.size(), [40, 40, 64, 64]));
    let (before, after) = (shown(photos[0]), shown(covered.clean.bytes()));
    after.judge(&before, &covered.mask, &COLOUR, 0);
    // By ffmpeg the copy is the same, being without loss.
    assert!(ffmpeg(covered.clean.bytes(), "webp_pipe", "rgb24", 64) == after);
}

#[test]
fn of_a_turned_picture_with_loss_the_same_blocks_go() {
    let photo = include_bytes!("../../data/lossy-alpha.webp");
    let chunk = |name, data: &[u8]| crate::plant::riff_chunk(name, data);
    let head = chunk(b"VP8X", &[0x18, 0, 0, 0, 63, 0, 0, 47, 0, 0]);
    // 64 by 48 pixels, stored; shown a quarter to the right.
    let exif = chunk(b"EXIF", &crate::plant::exif(6, b""));
    let rest = photo[12 + head.len()..].to_vec();
    assert_eq!(&photo[12..16], b"VP8X");
    let covered = cover(&crate::plant::riff(&[head, rest, exif]), [3, 17, 4, 18]);
    let size = covered.clean.shown_size();
    assert_eq!((size.width, size.height), (48, 64));
    // Shown columns 0 to 15 are the lowest stored lines, a whole block of them.
    assert_eq!(covered.mask, mask(size, [0, 8, 24, 40]));
    let after = ffmpeg(covered.clean.bytes(), "webp_pipe", "rgba", 48);
    for y in 8..40 {
        let line = &after.samples[(y * 48) * 4..][..24 * 4];
        assert!(line.chunks_exact(4).all(|pixel| pixel == [200, 30, 60, 255]));
    }
    assert!(clean(covered.clean.bytes()) == covered.clean.bytes());
}
