//! The same photos in Chromium: how much slower is WebAssembly?

use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Format, Photo, ROUNDS};
use crate::browser;

/// One photo of each format, the largest, and the drawn ones beside it.
pub(super) fn run(photos: &[Photo], drawn: Vec<Vec<u8>>) -> Result<()> {
    let mut all: Vec<(String, Vec<u8>)> = largest_of_each(photos);
    all.extend(drawn.into_iter().map(|bytes| ("12 megapixels".to_owned(), bytes)));
    let files: Vec<&[u8]> = all.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let web = browser::run("clean", &files)?;
    ensure!(web.len() == all.len(), "the page did not report a time for each photo");
    println!("{:<14} {:>8} {:>11} {:>12} {:>6}", "", "kB", "native ms", "Chromium ms", "ratio");
    for ((name, bytes), web_ms) in all.iter().zip(web) {
        let native_ms = native_ms(bytes);
        let size = bytes.len() / 1000;
        let ratio = web_ms / native_ms;
        println!("{name:<14} {size:>8} {native_ms:>11.2} {web_ms:>12.2} {ratio:>6.1}");
    }
    Ok(())
}

fn largest_of_each(photos: &[Photo]) -> Vec<(String, Vec<u8>)> {
    let mut largest: Vec<(String, Vec<u8>)> = Vec::new();
    for photo in photos {
        let Ok(format) = Format::recognise(&photo.bytes) else { continue };
        match largest.iter_mut().find(|(name, _)| name == format.extension()) {
            Some((_, known)) if known.len() >= photo.bytes.len() => {}
            Some((_, known)) => known.clone_from(&photo.bytes),
            None => largest.push((format.extension().to_owned(), photo.bytes.clone())),
        }
    }
    largest
}

/// The median, as the page takes it.
fn native_ms(bytes: &[u8]) -> f64 {
    let mut times: Vec<f64> = (0..2 * ROUNDS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(bench_web::clean(bytes.to_vec()));
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
