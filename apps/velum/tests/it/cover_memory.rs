//! How much memory covering takes at most, also of panoramas: docs/cli.md says so.

use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::memory::{MIB, peak};

/// Beside twice the file: the program itself, and room to work.
const MORE_MAX: u64 = 16 * MIB;

/// For each pixel of a JPEG of which marked places are covered in one colour.
const JPEG_PIXEL_BYTES: u64 = 3;

/// For each pixel of a PNG or WebP with 8 bits a channel, and of what is drawn for soft colours.
const PIXEL_BYTES: u64 = 12;

/// Hills from one end to the other, with a little grain.
fn panorama(width: u32, height: u32) -> Vec<u8> {
    let mut samples = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 29;
            let hill = (x / 40) % 120 + y % 60 + grain;
            samples.extend([hill as u8, (hill / 2 + 90) as u8, (230 - hill / 2) as u8]);
        }
    }
    samples
}

/// Covers a place in a panorama of 20,000 pixels, and looks at the copy's size.
fn assert_bounded(
    name: &str,
    (width, height): (u32, u32),
    pixel_bytes: u64,
    more: &[&str],
    encode: impl Fn(&Path, &[u8]),
) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    encode(&path, &panorama(width, height));
    let bytes = std::fs::metadata(&path).unwrap().len();
    let place = format!("--box={},{},300,40", width / 2 + 3, height / 3 + 1);
    let args = [&["cover", name, place.as_str(), "--to", "out"], more].concat();
    let peak = peak(folder.path(), &args);
    let most = 2 * bytes + MORE_MAX + u64::from(width) * u64::from(height) * pixel_bytes;
    assert!(peak > bytes, "{name} was not seen at its height: {peak} bytes");
    assert!(peak <= most, "{name}: {peak} bytes, at most {most}");
    assert!(std::fs::metadata(folder.path().join("out")).unwrap().len() > 0);
}

fn jpeg(size: (u32, u32)) -> impl Fn(&Path, &[u8]) {
    move |path, samples| {
        let encoder = JpegEncoder::new_with_quality(std::fs::File::create(path).unwrap(), 85);
        encoder.write_image(samples, size.0, size.1, ExtendedColorType::Rgb8).unwrap();
    }
}

#[test]
fn a_place_in_a_jpeg_panorama_of_twenty_megapixels_takes_three_bytes_a_pixel() {
    let size = (20_000, 1_000);
    assert_bounded("in.jpg", size, JPEG_PIXEL_BYTES, &[], jpeg(size));
}

#[test]
fn soft_colours_in_a_jpeg_panorama_take_twelve() {
    let size = (20_000, 200);
    assert_bounded("in.jpg", size, PIXEL_BYTES, &["--soft"], jpeg(size));
}

#[test]
fn a_place_in_a_png_panorama_takes_twelve_bytes_a_pixel() {
    let size = (20_000, 120);
    assert_bounded("in.png", size, PIXEL_BYTES, &[], |path, samples| {
        let encoder = PngEncoder::new(std::fs::File::create(path).unwrap());
        encoder.write_image(samples, size.0, size.1, ExtendedColorType::Rgb8).unwrap();
    });
}

#[test]
fn a_place_in_a_webp_panorama_takes_twelve_bytes_a_pixel() {
    // A WebP is at most 16,383 pixels wide.
    let size = (16_383, 200);
    assert_bounded("in.webp", size, PIXEL_BYTES, &[], |path, samples| {
        let encoder = WebPEncoder::new_lossless(std::fs::File::create(path).unwrap());
        encoder.write_image(samples, size.0, size.1, ExtendedColorType::Rgb8).unwrap();
    });
}
