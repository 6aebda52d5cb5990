//! Covering a box in photos: processor time of Velum and of programs that people use for it, what
//! each changes beside the box, and what hidden data its copy still has.
//!
//! Photos of a folder if one is named, else drawn ones. Those that ask for a turn are left out,
//! since not all of these programs know turns.

mod photos;
mod programs;

use std::path::Path;

use anyhow::{Context as _, Result};
use media::{Fate, Format, Limits, Original};
use pixels::{Look, Mask, Picture, Region, Shape, Size};

use self::photos::{Photo, Place};
use self::programs::Program;

/// Each photo is covered this often; the least time counts, since others only add to it.
const ROUNDS: usize = 3;

/// Pixels beyond the box that count as covered with it: the largest unit of a JPEG.
const UNIT: u32 = 32;

/// What came of all photos of a format.
#[derive(Default)]
struct Sum {
    photos: usize,
    seconds: f64,
    pixels: u64,
    changed: u64,
    most: u8,
    hidden: usize,
    bytes: usize,
}

/// Measures everything and prints it.
pub(crate) fn run(folder: Option<&str>) -> Result<()> {
    let work = tempfile::tempdir()?;
    let photos = match folder {
        Some(folder) => photos::in_folder(Path::new(folder))?,
        None => photos::drawn(work.path())?,
    };
    let programs = programs::all()?;
    for format in [Format::Jpeg, Format::Png, Format::WebP] {
        let few: Vec<&Photo> = photos.iter().filter(|photo| photo.format == format).collect();
        if !few.is_empty() {
            of_format(format, &few, &programs, work.path())?;
        }
    }
    Ok(())
}

fn of_format(format: Format, photos: &[&Photo], programs: &[Program], work: &Path) -> Result<()> {
    let bytes: usize = photos.iter().map(|photo| photo.bytes.len()).sum();
    let pixels: u64 = photos.iter().map(|photo| photo.pixels()).sum();
    println!(
        "{}: {} photos, {:.1} megapixels, {:.1} MB",
        format.extension(),
        photos.len(),
        pixels as f64 / 1e6,
        bytes as f64 / 1e6
    );
    println!(
        "{:<30} {:>9} {:>8} {:>13} {:>8} {:>8} {:>8}",
        "", "ms/photo", "velum=1", "changed aside", "at most", "hidden", "MB"
    );
    let inside = in_process(photos)?;
    let mut first = None;
    for program in programs.iter().filter(|program| program.knows(format)) {
        let sum = by_program(program, photos, work)?;
        let ratio = sum.seconds / *first.get_or_insert(sum.seconds);
        print(&program.name, &sum, ratio);
    }
    print("velum, in one process", &inside, inside.seconds / first.unwrap_or(inside.seconds));
    Ok(())
}

fn print(name: &str, sum: &Sum, ratio: f64) {
    let each = sum.seconds * 1e3 / sum.photos.max(1) as f64;
    let changed = sum.changed as f64 * 100.0 / sum.pixels.max(1) as f64;
    println!(
        "{name:<30} {each:>9.1} {ratio:>8.2} {changed:>11.3} % {:>8} {:>8} {:>8.1}",
        sum.most,
        sum.hidden,
        sum.bytes as f64 / 1e6
    );
}

fn by_program(program: &Program, photos: &[&Photo], work: &Path) -> Result<Sum> {
    let mut sum = Sum::default();
    for photo in photos {
        let out = work.join("out").with_extension(photo.format.extension());
        let mut best = f64::MAX;
        for _ in 0..ROUNDS {
            let _ = std::fs::remove_file(&out);
            best = best.min(program.seconds(photo, &out)?);
        }
        let copy = std::fs::read(&out).with_context(|| program.name.clone())?;
        sum.add(photo, copy, best)?;
    }
    Ok(sum)
}

fn in_process(photos: &[&Photo]) -> Result<Sum> {
    let mut sum = Sum::default();
    let limits = Limits::default();
    for photo in photos {
        let Place { left, top, width, height } = photo.place;
        let [left, top, right, bottom] =
            [left, top, left + width, top + height].map(|at| at as f32);
        let mut mask = Mask::none(photo.size);
        mask.add(&Shape::Box(Region { left, top, right, bottom }));
        let (mut best, mut copy) = (f64::MAX, Vec::new());
        for _ in 0..ROUNDS {
            let before = programs::processor_seconds()?;
            let clean = Original::parse(photo.bytes.clone(), &limits)?.clean()?;
            let covered = clean.cover(&mask, &Look::Solid([0; 3]), &limits)?;
            best = best.min(programs::processor_seconds()? - before);
            copy = covered.clean.into_bytes();
        }
        sum.add(photo, copy, best)?;
    }
    Ok(sum)
}

impl Sum {
    fn add(&mut self, photo: &Photo, copy: Vec<u8>, seconds: f64) -> Result<()> {
        let copy = Original::parse(copy, &Limits::default())?;
        let findings = copy.findings();
        self.hidden += findings.iter().filter(|it| it.fate == Fate::Removed).count();
        let before = Original::parse(photo.bytes.clone(), &Limits::default())?.picture()?;
        let (changed, most, beside) = apart(&before, &copy.picture()?, photo.place);
        self.photos += 1;
        self.seconds += seconds;
        self.pixels += beside;
        self.changed += changed;
        self.most = self.most.max(most);
        self.bytes += copy.bytes().len();
        Ok(())
    }
}

/// How many pixels beside the box and its units differ, by how many levels at most, and how many
/// there are.
fn apart(before: &Picture, after: &Picture, place: Place) -> (u64, u8, u64) {
    let Size { width, .. } = before.size();
    let Place { left, top, width: wide, height: high } = place;
    let across = left.saturating_sub(UNIT)..left + wide + UNIT;
    let down = top.saturating_sub(UNIT)..top + high + UNIT;
    let (mut changed, mut most, mut beside) = (0, 0, 0);
    let pixels = before.samples().chunks_exact(3).zip(after.samples().chunks_exact(3));
    for (index, (before, after)) in (0_u32..).zip(pixels) {
        if across.contains(&(index % width)) && down.contains(&(index / width)) {
            continue;
        }
        let off = before.iter().zip(after).map(|(one, other)| one.abs_diff(*other)).max();
        let off = off.unwrap_or_default();
        (changed, most, beside) = (changed + u64::from(off > 0), most.max(off), beside + 1);
    }
    (changed, most, beside)
}
