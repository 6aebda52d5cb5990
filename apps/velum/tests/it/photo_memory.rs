//! How much memory cleaning a photo takes at most: twice the file and a little more.

use std::path::Path;
use std::process::Command;

use image::RgbImage;

use crate::memory::{MIB, peak};

/// Beside twice the file: the program itself, and room to work.
const MORE_MAX: u64 = 16 * MIB;

/// So many pixels that holding them, or all coefficients, would be seen.
const SIDES: (u32, u32) = (2_048, 1_536);

/// A picture that does not pack well, so that the file is large too.
fn noise() -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(SIDES.0, SIDES.1, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = state.to_le_bytes();
        image::Rgb([red, green, blue])
    })
}

/// Cleans a photo that was written into a folder.
fn assert_bounded(name: &str, write: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    write(&path);
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert!(bytes > 2 * MIB, "{name} is small: {bytes} bytes");
    let peak = peak(folder.path(), &["clean", name, "--to", "out"]);
    assert!(peak > bytes, "{name} was not seen at its height: {peak} bytes");
    assert!(peak <= 2 * bytes + MORE_MAX, "{name}: {peak} bytes for a file of {bytes}");
}

fn jpeg(path: &Path) {
    let file = std::fs::File::create(path).unwrap();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(file, 90);
    noise().write_with_encoder(encoder).unwrap();
}

#[test]
fn a_jpeg_takes_memory_for_twice_its_file() {
    assert_bounded("in.jpg", jpeg);
}

#[test]
fn a_progressive_jpeg_takes_memory_for_twice_its_file() {
    assert_bounded("in.jpg", |path| {
        let plain = path.with_extension("plain");
        jpeg(&plain);
        let mut jpegtran = Command::new("jpegtran");
        jpegtran.arg("-progressive").arg("-outfile").arg(path).arg(&plain);
        assert!(jpegtran.status().expect("jpegtran is not installed").success());
    });
}

#[test]
fn a_png_takes_memory_for_twice_its_file() {
    assert_bounded("in.png", |path| noise().save(path).unwrap());
}

#[test]
fn a_webp_takes_memory_for_twice_its_file() {
    assert_bounded("in.webp", |path| {
        let file = std::fs::File::create(path).unwrap();
        let encoder = image::codecs::webp::WebPEncoder::new_lossless(file);
        noise().write_with_encoder(encoder).unwrap();
    });
}

#[test]
fn a_gif_takes_memory_for_twice_its_file() {
    assert_bounded("in.gif", |path| std::fs::write(path, gif()).unwrap());
}

#[test]
fn a_tiff_takes_memory_for_twice_its_file() {
    assert_bounded("in.tif", |path| std::fs::write(path, tiff()).unwrap());
}

/// Numbers of colours in nine bits each, and the code that forgets what was seen so often that they
/// never need ten.
fn gif() -> Vec<u8> {
    const CLEAR: u32 = 256;
    const END: u32 = 257;
    const TOGETHER: usize = 250;
    let (mut bits, mut held, mut packed) = (0_u32, 0, Vec::new());
    let mut put = |code: u32| {
        bits |= code << held;
        held += 9;
        while held >= 8 {
            packed.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    };
    for (number, pixel) in noise().pixels().enumerate() {
        if number % TOGETHER == 0 {
            put(CLEAR);
        }
        put(u32::from(pixel.0[0]));
    }
    put(END);
    // What is left in the last byte.
    put(0);
    let mut file = b"GIF89a".to_vec();
    let sides = [SIDES.0 as u16, SIDES.1 as u16].map(u16::to_le_bytes).concat();
    file.extend(&sides);
    file.extend([0xf7, 0, 0]);
    file.extend((0..=255_u8).flat_map(|grey| [grey; 3]));
    file.extend([0x2c, 0, 0, 0, 0]);
    file.extend(&sides);
    file.extend([0, 8]);
    for block in packed.chunks(255) {
        file.push(block.len() as u8);
        file.extend(block);
    }
    file.extend([0, 0x3b]);
    file
}

/// One strip as it is.
fn tiff() -> Vec<u8> {
    let samples = noise().into_raw();
    let tags: [(u16, u32); 9] = [
        (256, SIDES.0),
        (257, SIDES.1),
        (258, 8),
        (259, 1),
        (262, 2),
        (273, 8),
        (277, 3),
        (278, SIDES.1),
        (279, samples.len() as u32),
    ];
    let mut file = b"II*\0".to_vec();
    file.extend((8 + samples.len() as u32).to_le_bytes());
    file.extend(samples);
    file.extend((tags.len() as u16).to_le_bytes());
    for (tag, value) in tags {
        file.extend(tag.to_le_bytes());
        file.extend([4, 0, 1, 0, 0, 0]);
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file
}
