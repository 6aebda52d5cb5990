//! How long a person waits for keys: a 12-megapixel photo sealed and opened, here and in Chromium.

use crate::browser;
use anyhow::{Result, bail};
use bench_web::{PHOTO_BYTES, Work};
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;

/// Measures natively, then in a browser, and prints both.
pub(crate) fn run() -> Result<()> {
    let (seal, open) = native();
    println!("a photo of {:.1} MB (as of 12 megapixels), median", PHOTO_BYTES as f64 / 1e6);
    println!("            seal        open");
    println!("native    {seal:7.1} ms  {open:7.1} ms");
    let [web_seal, web_open] = browser::run("seal", &[])?[..] else {
        bail!("the page did not report two numbers")
    };
    println!("Chromium  {web_seal:7.1} ms  {web_open:7.1} ms");
    println!("ratio     {:7.1}     {:7.1}", web_seal / seal, web_open / open);
    Ok(())
}

fn native() -> (f64, f64) {
    let mut work = Work::new();
    let (mut seals, mut opens) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work.seal();
        seals.push(start.elapsed());
        work.release();
        let start = Instant::now();
        work.open();
        opens.push(start.elapsed());
    }
    (median_ms(seals), median_ms(opens))
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
