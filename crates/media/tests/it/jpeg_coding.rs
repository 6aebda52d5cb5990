//! JPEG: the same coefficients give the same bytes, however they were coded.

use std::io::Write;
use std::process::{Command, Stdio};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use media::{CleanOptions, Orientation, Source, Turn};
use proptest::prelude::*;

use crate::plant::{self, Coding, picture, token};
use crate::{assert_no_token, clean, kinds, parse};

/// Every sampling that the encoder knows.
pub(crate) const SAMPLINGS: [SamplingFactor; 8] = [
    SamplingFactor::F_1_1,
    SamplingFactor::F_2_1,
    SamplingFactor::F_1_2,
    SamplingFactor::F_2_2,
    SamplingFactor::F_4_1,
    SamplingFactor::F_4_2,
    SamplingFactor::F_1_4,
    SamplingFactor::F_2_4,
];

/// One picture, coded in the ways that programs use.
pub(crate) fn codings(
    samples: &[u8],
    (width, height): (u16, u16),
    colour: ColorType,
    sampling: SamplingFactor,
    restart_interval: u16,
) -> Vec<Vec<u8>> {
    let code = |with: &dyn Fn(&mut Encoder<&mut Vec<u8>>)| {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, 85);
        encoder.set_sampling_factor(sampling);
        with(&mut encoder);
        encoder.encode(samples, width, height, colour).unwrap();
        out
    };
    vec![
        code(&|_| {}),
        code(&|encoder| encoder.set_optimized_huffman_tables(true)),
        code(&|encoder| encoder.set_restart_interval(restart_interval)),
        code(&|encoder| encoder.set_progressive(true)),
        code(&|encoder| {
            encoder.set_progressive_scans(7);
            encoder.set_restart_interval(restart_interval);
        }),
    ]
}

/// Runs one of libjpeg-turbo's programs.
fn libjpeg(program: &str, photo: &[u8], arguments: &[&str]) -> Vec<u8> {
    let mut program = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("libjpeg-turbo is needed for this test: `cargo xtask test` installs it");
    program.stdin.take().unwrap().write_all(photo).unwrap();
    let output = program.wait_with_output().unwrap();
    assert!(!output.stdout.is_empty());
    output.stdout
}

/// The samples as viewers show them: most use libjpeg-turbo.
fn decoded(photo: &[u8]) -> Vec<u8> {
    libjpeg("djpeg", photo, &[])
}

fn assert_one_coding(photos: &[Vec<u8>]) -> Vec<u8> {
    let copy = clean(&photos[0]);
    let shown = decoded(&copy);
    for (index, photo) in photos.iter().enumerate() {
        assert!(clean(photo) == copy, "coding {index} gives another copy");
        assert!(decoded(photo) == shown, "coding {index} shows something else");
    }
    copy
}

#[test]
fn however_it_is_coded_a_picture_has_one_clean_copy() {
    for sampling in SAMPLINGS {
        for size in [(75, 50), (64, 64), (1, 1), (17, 3), (3, 130)] {
            let scene = picture(size.0.into(), size.1.into());
            assert_one_coding(&codings(scene.as_raw(), size, ColorType::Rgb, sampling, 3));
        }
    }
}

#[test]
fn grey_and_four_colours_too() {
    for (colour, channels) in
        [(ColorType::Luma, 1), (ColorType::Cmyk, 4), (ColorType::CmykAsYcck, 4)]
    {
        let samples: Vec<u8> = (0..45 * 29 * channels).map(|i| (i * 7 % 251) as u8).collect();
        let photos = codings(&samples, (45, 29), colour, SamplingFactor::F_2_2, 2);
        assert_one_coding(&photos);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_picture_has_one_clean_copy_with_its_samples(
        width in 1_u16..70,
        height in 1_u16..70,
        seed in any::<u32>(),
        sampling in 0..SAMPLINGS.len(),
        restart_interval in 1_u16..9,
    ) {
        let noise = |i: u32| (i.wrapping_mul(seed | 1).wrapping_mul(2_654_435_761) >> 24) as u8;
        let samples: Vec<u8> = (0..u32::from(width) * u32::from(height) * 3).map(noise).collect();
        let sampling = SAMPLINGS[sampling];
        let photos = codings(&samples, (width, height), ColorType::Rgb, sampling, restart_interval);
        assert_one_coding(&photos);
    }
}

/// What follows the headers of a photo with one scan of three components.
fn scan_data(photo: &[u8]) -> &[u8] {
    let scan = photo.windows(2).position(|pair| pair == b"\xff\xda").unwrap();
    &photo[scan + 14..]
}

#[test]
fn jpegtran_finds_the_same_coefficients() {
    let scene = picture(75, 50);
    for sampling in SAMPLINGS {
        let photos = codings(scene.as_raw(), (75, 50), ColorType::Rgb, sampling, 2);
        let expected = libjpeg("jpegtran", &photos[0], &["-copy", "none", "-optimize"]);
        let copy = clean(&photos[0]);
        // Both code all coefficients as short as possible: only the wrapping differs.
        let again = libjpeg("jpegtran", &copy, &["-copy", "none", "-optimize"]);
        assert!(scan_data(&again) == scan_data(&expected));
        // Stuffed zeros after FF make the difference, either way.
        assert!(scan_data(&copy).len() <= scan_data(&expected).len() + 9);
        for arguments in [&["-progressive"][..], &["-restart", "1"], &["-restart", "2B"]] {
            assert!(clean(&libjpeg("jpegtran", &photos[0], arguments)) == copy);
        }
    }
}

#[test]
fn what_hides_beyond_the_edge_of_the_picture_is_gone() {
    // Two photos that differ only in the blocks that fill up the last units.
    let scene = picture(72, 40);
    let mut wide = picture(80, 48);
    for (x, y, pixel) in scene.enumerate_pixels() {
        wide.put_pixel(x, y, *pixel);
    }
    for (x, y, pixel) in wide.enumerate_pixels_mut() {
        if x >= 72 || y >= 40 {
            pixel.0 = [(x * 37 + y * 91) as u8; 3];
        }
    }
    let photo = |picture: &image::RgbImage| plant::jpeg_of(picture, plant::Coding::Baseline);
    let (plain, mut stuffed) = (photo(&scene), photo(&wide));
    // 4:2:0 codes units of 16 × 16 samples: both have as many, one just says that it is smaller.
    let frame = stuffed.windows(2).position(|pair| pair == b"\xff\xc0").unwrap();
    stuffed[frame + 5..frame + 9].copy_from_slice(&[0, 40, 0, 72]);
    let (one, two) = (clean(&plain), clean(&stuffed));
    assert!(two.len() < stuffed.len() && two.len() <= one.len() + one.len() / 4);
    assert!(decoded(&stuffed) == decoded(&two));
}

#[test]
fn an_incomplete_progressive_photo_keeps_its_coding() {
    let photo = plant::jpeg(plant::Coding::Progressive);
    let scans: Vec<usize> =
        (0..photo.len() - 1).filter(|&at| photo[at..at + 2] == [0xff, 0xda]).collect();
    let cut = [&photo[..scans[scans.len() - 1]], b"\xff\xd9"].concat();
    let copy = clean(&cut);
    assert!(copy.windows(2).any(|pair| pair == b"\xff\xc2"));
    assert!(decoded(&cut) == decoded(&copy));
    let stuffed = [&cut[..cut.len() - 2], &token("after-last-unit"), b"\xff\xd9"].concat();
    assert_no_token(&clean(&stuffed));
    assert_eq!(kinds(&stuffed), [media::FindingKind::LooseData]);
}

#[test]
fn units_of_more_blocks_than_decoders_take_are_refused() {
    let mut photo = plant::jpeg(plant::Coding::Baseline);
    let frame = photo.windows(2).position(|pair| pair == b"\xff\xc0").unwrap();
    photo[frame + 11] = 0x44;
    assert!(parse(&photo).is_err());
}

/// A photo that asks for a turn.
pub(crate) fn with_turn(photo: &[u8], value: u8) -> Vec<u8> {
    let exif = [&b"Exif\0\0"[..], &plant::exif(value, b"")].concat();
    [&photo[..2], &plant::segment(0xe1, &exif), &photo[2..]].concat()
}

fn upright(photo: &[u8]) -> media::Clean {
    let options = CleanOptions { turn: Turn::Upright, ..CleanOptions::default() };
    let copy = parse(photo).unwrap().clean_with(&options).unwrap();
    crate::assert_is_clean(copy.bytes());
    copy
}

/// How `jpegtran` turns what asks for a turn.
pub(crate) const TURNS: [(u8, &[&str]); 7] = [
    (2, &["-flip", "horizontal"]),
    (3, &["-rotate", "180"]),
    (4, &["-flip", "vertical"]),
    (5, &["-transpose"]),
    (6, &["-rotate", "90"]),
    (7, &["-transverse"]),
    (8, &["-rotate", "270"]),
];

#[test]
fn whole_units_are_turned_without_loss_as_jpegtran_does() {
    let scene = picture(96, 64);
    for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_2_2] {
        for photo in codings(scene.as_raw(), (96, 64), ColorType::Rgb, sampling, 2) {
            for (value, arguments) in TURNS {
                let copy = upright(&with_turn(&photo, value));
                assert_eq!(copy.orientation(), Orientation::Upright);
                let shown = if value < 5 { (96, 64) } else { (64, 96) };
                assert_eq!((copy.shown_size().width, copy.shown_size().height), shown);
                let expected = libjpeg("jpegtran", &photo, &[&["-perfect"], arguments].concat());
                assert!(decoded(copy.bytes()) == decoded(&expected), "turn {value}");
            }
        }
    }
}

#[test]
fn what_cannot_be_turned_without_loss_keeps_its_turn() {
    for (value, _) in TURNS.into_iter().filter(|(value, _)| *value != 5) {
        let photo = with_turn(&plant::jpeg(plant::Coding::Baseline), value);
        let copy = upright(&photo);
        assert_eq!(copy.orientation() as u8, value);
        assert!(copy.bytes() == clean(&photo));
    }
}

#[test]
fn the_receipt_counts_restarts_fill_bytes_and_the_old_header() {
    let plain = plant::jpeg(Coding::Baseline);
    let with_restarts = plant::jpeg(Coding::Restarts);
    let is_restart = |pair: &&[u8]| pair[0] == 0xff && (0xd0..=0xd7).contains(&pair[1]);
    let restarts = with_restarts.windows(2).filter(is_restart).count();
    assert!(restarts > 3);
    let removed = |photo: &[u8]| {
        let receipt = parse(photo).unwrap().clean().unwrap().receipt().clone();
        assert_eq!(receipt.removed_bytes() + receipt.kept_bytes, photo.len() as u64);
        let of = |source| receipt.removed.iter().find(|line| line.source == source).copied();
        let line = |source| of(source).map_or((0, 0), |line| (line.pieces, line.bytes));
        [Source::Jfif, Source::Segment(0xdd), Source::Between].map(line)
    };
    let [jfif, interval, between] = removed(&plain);
    assert_eq!((jfif, interval, between), ((1, 18), (0, 0), (0, 0)));
    let [jfif, interval, between] = removed(&with_restarts);
    assert_eq!((jfif, interval), ((1, 18), (1, 6)));
    assert_eq!(between, (restarts as u32, 2 * restarts as u64));
    // Three fill bytes before the first segment, and two before the end.
    let (start, end) = (&plain[2..plain.len() - 2], &plain[plain.len() - 2..]);
    let filled = [&plain[..2], &[0xff; 3], start, &[0xff; 2], end].concat();
    assert_eq!(removed(&filled)[2], (2, 5));
}
