//! Runs the real program on real files: what it prints, what it writes, how it ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod agreement;
mod annotated;
mod browser;
#[cfg(target_os = "linux")]
mod canary;
mod check;
mod clean;
mod clips;
mod cover;
#[cfg(target_os = "linux")]
mod cover_memory;
mod cover_refused;
#[cfg(target_os = "linux")]
mod damaged;
mod folders;
#[cfg(target_os = "linux")]
mod haystack;
mod in_memory;
mod in_place;
mod kept;
#[cfg(target_os = "linux")]
mod killed;
mod line;
mod manual;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod movie;
mod paper;
mod person;
#[cfg(target_os = "linux")]
mod photo_memory;
mod quiet;
mod relay;
mod sharing;
mod trouble;
mod unreliable;
mod vault;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The sample photo, full of hidden data.
fn harbour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/harbour.jpg")
}

/// A photo or clip that `media` is tested with.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/media/tests/data").join(name)
}

/// How often slow tests repeat.
fn scale() -> u32 {
    std::env::var("VELUM_TEST_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// A folder of its own for one test, with the sample photo in it as `in.jpg`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(harbour(), folder.path().join("in.jpg")).unwrap();
    folder
}

/// A small photo, for tests that need many.
fn small_photo() -> Vec<u8> {
    let colour = |x, y| image::Rgb([((x * 5) ^ (y * 3)) as u8, (x * y) as u8, (y * 7) as u8]);
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
    image::RgbImage::from_fn(96, 64, colour).write_with_encoder(encoder).unwrap();
    bytes
}

/// Runs `velum` in a folder.
fn velum(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_velum")).args(arguments).current_dir(folder).output().unwrap()
}

/// Runs a line of shell in a folder; `$VELUM` is the program.
fn shell(folder: &Path, line: &str) -> Output {
    Command::new("bash")
        .args(["-c", line])
        .env("VELUM", env!("CARGO_BIN_EXE_velum"))
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The names in a folder, hidden ones too, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().into_string().unwrap()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// Compares with a kept text; `UPDATE_EXPECT=1` writes it anew.
fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(actual, expected, "{name}; UPDATE_EXPECT=1 keeps the new text");
}
