//! Single large photos, and a thousand small ones: what a person waits for.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use media::{Limits, Original};

use super::{ROUNDS, finish, megabytes, velum_program};

/// How many photos a full phone holds, as people clean them at once.
const MANY: usize = 1_000;

/// A drawn photo of 12 megapixels, as one scan and, where `jpegtran` is installed, as many. Gives
/// their bytes.
pub(super) fn single(work: &Path) -> Result<Vec<Vec<u8>>> {
    let baseline = work.join("large.jpg");
    let one_scan = drawn(4000, 3000)?;
    std::fs::write(&baseline, &one_scan)?;
    report("12 megapixels, one scan", &one_scan)?;
    let progressive = Command::new("jpegtran").arg("-progressive").arg(&baseline).output();
    match progressive {
        Ok(done) if done.status.success() => {
            report("12 megapixels, progressive", &done.stdout)?;
            Ok(vec![one_scan, done.stdout])
        }
        _ => {
            println!("jpegtran is not installed: apt-get install libjpeg-turbo-progs");
            Ok(vec![one_scan])
        }
    }
}

/// Parse, clean and second opinion on one thread.
fn report(name: &str, bytes: &[u8]) -> Result<()> {
    let mut fastest_ms = f64::MAX;
    for _ in 0..ROUNDS {
        let copy = bytes.to_vec();
        let start = Instant::now();
        std::hint::black_box(Original::parse(copy, &Limits::default())?.clean()?);
        fastest_ms = fastest_ms.min(start.elapsed().as_secs_f64() * 1e3);
    }
    let speed = megabytes(bytes.len()) / fastest_ms * 1e3;
    println!(
        "{name:<34} {:>6.1} MB {fastest_ms:>8.1} ms {speed:>8.1} MB/s",
        megabytes(bytes.len())
    );
    Ok(())
}

/// One run of the command line over a folder.
pub(super) fn many(work: &Path, sample: &[u8]) -> Result<()> {
    let (from, to) = (work.join("many"), work.join("many-clean"));
    std::fs::create_dir_all(&from)?;
    for index in 0..MANY {
        std::fs::write(from.join(format!("{index}.jpg")), sample)?;
    }
    let velum = velum_program()?;
    let start = Instant::now();
    let mut command = Command::new(velum);
    command.arg("clean").arg(&from).arg("-o").arg(&to).stderr(Stdio::null());
    finish(command)?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(std::fs::read_dir(&to)?.count() == MANY, "not every photo was cleaned");
    let bytes = megabytes(sample.len() * MANY);
    println!(
        "{MANY} photos ({bytes:.0} MB), velum clean DIR -o DIR, every copy flushed: {seconds:.2} s"
    );
    Ok(())
}

/// Hills, sky and grain, so that it packs about as well as a real photo.
fn drawn(width: u32, height: u32) -> Result<Vec<u8>> {
    let mut grain = 1_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        grain ^= grain << 13;
        grain ^= grain >> 17;
        grain ^= grain << 5;
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let hill = v > 0.55 + 0.1 * (u * 9.0).sin() + 0.02 * (u * 70.0).sin();
        let base =
            if hill { [90.0, 60.0 + 90.0 * v, 60.0] } else { [110.0, 140.0, 230.0 - 60.0 * v] };
        let noise = (grain % 13) as f32 - 6.0;
        Rgb(base.map(|channel| (channel + noise) as u8))
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88).encode_image(&picture)?;
    Ok(bytes)
}
