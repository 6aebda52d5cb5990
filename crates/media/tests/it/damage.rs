//! Photos and clips of every format, damaged at random, and what fuzzing has found: always a clean
//! copy or none. The judge is the one that the fuzz targets ask.

#[path = "../../../../fuzz/fuzz_targets/oracle.rs"]
mod oracle;

use std::fs;
use std::path::Path;

use crate::plant::{self, Coding, chunk, riff, riff_chunk};

/// Damaged copies of each file in one run, times `VELUM_TEST_SCALE`.
const COPIES: u64 = 24;
/// Larger files are damaged less often: each copy takes longer.
const SMALL_BYTES: usize = 8 << 10;

fn scale() -> u64 {
    let scale = std::env::var("VELUM_TEST_SCALE").ok().and_then(|scale| scale.parse().ok());
    scale.unwrap_or(1).max(1)
}

/// A file of each kind, with its fuzz target.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = made_here();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let target = match path.extension().and_then(|ending| ending.to_str()) {
            Some("jpg") => "jpeg",
            Some("png") => "png",
            Some("webp") => "webp",
            Some("gif") => "gif",
            Some("tif" | "tiff") => "tiff",
            Some("heic" | "heif") => "heif",
            Some("avif") => "avif",
            Some("jxl") => "jxl",
            Some("mp4" | "3gp") => "mp4",
            Some("mov") => "mov",
            Some("webm" | "mkv") => "webm",
            _ => continue,
        };
        files.push((target, fs::read(path).unwrap()));
    }
    files
}

fn made_here() -> Vec<(&'static str, Vec<u8>)> {
    let exif = plant::exif(6, &plant::jpeg(Coding::Baseline));
    let mut files = Vec::new();
    for coding in [Coding::Baseline, Coding::Restarts, Coding::Progressive] {
        let photo = plant::jpeg(coding);
        let turn = plant::segment(0xe1, &[&b"Exif\0\0"[..], &exif].concat());
        files.push(("jpeg", [&photo[..2], &turn, &photo[2..], b"tail"].concat()));
    }
    let photo = plant::png();
    files.push(("png", [&photo[..33], &chunk(b"eXIf", &exif), &photo[33..]].concat()));
    let extended = riff_chunk(b"VP8X", &[0x08, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
    let chunks = [extended, plant::webp()[12..].to_vec(), riff_chunk(b"EXIF", &exif)];
    files.push(("webp", riff(&chunks)));
    files.push(("exif", oracle::jpeg_with(0xe1, b"Exif\0\0", &exif)));
    let packet = plant::xmp("seed");
    files.push(("xmp", oracle::jpeg_with(0xe1, b"http://ns.adobe.com/xap/1.0/\0", &packet)));
    let profile = crate::second_opinion::wide_profile();
    files.push(("icc", oracle::jpeg_with(0xe2, b"ICC_PROFILE\0\x01\x01", &profile)));
    files
}

/// A small generator of numbers that look random: the same seed gives the same damage.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below this one.
    fn below(&mut self, end: usize) -> usize {
        (self.roll() >> 16) as usize % end.max(1)
    }
}

/// One change of a file; `others` give bytes that mean something elsewhere.
fn damage(file: &mut Vec<u8>, dice: &mut Dice, others: &[u8]) {
    const NUMBERS: [u32; 6] = [0, 1, 0x7f, 0xff, 0x7fff_ffff, u32::MAX];
    // Structure is mostly in front.
    let reach = if dice.below(2) == 0 { file.len().min(1024) } else { file.len() };
    let at = dice.below(reach);
    let end = (at + 1 + dice.below(64)).min(file.len());
    if at >= end {
        return;
    }
    match dice.below(9) {
        0 => file[at] = dice.roll() as u8,
        1 => file[at] ^= 1 << dice.below(8),
        2 => file[at] = file[at].wrapping_add(if dice.below(2) == 0 { 1 } else { 255 }),
        3 => file.truncate(at),
        4 => drop(file.drain(at..end)),
        5 => {
            let piece = file[at..end].to_vec();
            file.splice(at..at, piece);
        }
        6 => {
            let number = NUMBERS[dice.below(NUMBERS.len())].to_be_bytes();
            let count = (end - at).min(1 + dice.below(4));
            file[at..at + count].copy_from_slice(&number[4 - count..]);
        }
        7 => {
            let from = dice.below(others.len());
            let piece = &others[from..(from + end - at).min(others.len())];
            file.splice(at..at, piece.iter().copied());
        }
        _ => file[at..end].fill(0),
    }
}

#[test]
fn damaged_photos_and_clips_are_cleaned_or_refused() {
    let files = files();
    let others: Vec<u8> = files.iter().flat_map(|file| file.1.iter().take(2048)).copied().collect();
    let mut failed = Vec::new();
    for (number, (target, file)) in files.iter().enumerate() {
        let copies = if file.len() > SMALL_BYTES { COPIES / 3 } else { COPIES };
        for copy in 0..copies * scale() {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (number as u64) << 32 ^ (copy + 1));
            let mut damaged = file.clone();
            for _ in 0..=dice.below(4) {
                damage(&mut damaged, &mut dice, &others);
            }
            if *target == "png" {
                crate::hostile::mend_checksums(&mut damaged);
            }
            let judged = std::panic::catch_unwind(|| oracle::check(damaged.clone()));
            if judged.is_err() {
                failed.push(format!("{target} {number}, copy {copy}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn every_file_that_fuzzing_found_is_cleaned_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let Ok(targets) = fs::read_dir(corpus) else { return };
    for target in targets {
        let Ok(found) = fs::read_dir(target.unwrap().path().join("regressions")) else { continue };
        for file in found {
            oracle::check(fs::read(file.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn every_file_is_cleaned_or_refused_and_its_clean_copy_is_clean() {
    for (_, file) in files() {
        oracle::check(file);
    }
}

/// With `VELUM_SEEDS` naming a folder, files are written there for the fuzz targets to begin with.
#[test]
fn files_become_seeds_where_that_is_asked_for() {
    let Some(folder) = std::env::var_os("VELUM_SEEDS") else { return };
    for (number, (target, file)) in files().into_iter().enumerate() {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        let seed = match target {
            "exif" => plant::exif(6, b""),
            "xmp" => plant::xmp("seed"),
            "icc" => crate::second_opinion::wide_profile(),
            _ => file,
        };
        fs::write(folder.join(format!("seed-{number}")), seed).unwrap();
    }
}
