//! Pictures from files, and how long looking at one of 12 megapixels takes.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context as _, Result};
use media::{Limits, Original};
use pixels::{Picture, Region, Size};
use vision::{Finder, Kind, PersonFinder};

use super::drawn;

const ROUNDS: usize = 3;

/// Pictures are looked at with a longer side of at most this, as texts are drawn on them.
const SIDE: u32 = 1600;

/// All pictures of a folder that can be drawn.
pub(super) fn in_folder(folder: &Path) -> Result<Vec<Picture>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let pictures = paths.iter().filter_map(|path| {
        let original = Original::parse(std::fs::read(path).ok()?, &Limits::default()).ok()?;
        let picture = original.picture().ok()?;
        let Size { width, height } = picture.size();
        let scale = (SIDE as f32 / width.max(height) as f32).max(800.0 / width.min(height) as f32);
        let scaled = |side: u32| (side as f32 * scale.min(4.0)) as u32;
        Some(picture.scaled(Size { width: scaled(width), height: scaled(height) }))
    });
    Ok(pictures.collect())
}

/// Processor time for each kind, in a drawn picture of 12 megapixels without texts.
pub(super) fn time(finder: &Finder) -> Result<()> {
    let picture = drawn::landscape(Size { width: 4000, height: 3000 }, 1);
    for (kind, name) in [(Kind::Face, "faces"), (Kind::Text, "texts"), (Kind::Code, "codes")] {
        let best = processor_ms(|| {
            finder.find(&picture, &[kind], |_| ControlFlow::Continue(())).map(drop)
        })?;
        println!("{name} in 12 megapixels: {best:.0} ms of processor time");
    }
    Ok(())
}

/// Processor time for telling people from what is around them, in the same picture, with places given
/// for so many faces.
pub(super) fn time_people(people: &PersonFinder) -> Result<()> {
    let picture = drawn::landscape(Size { width: 4000, height: 3000 }, 1);
    let face = |index: u32| {
        let left = 300.0 + 700.0 * index as f32;
        Region { left, top: 900.0, right: left + 400.0, bottom: 1400.0 }
    };
    for count in [0, 1, 5] {
        let faces: Vec<_> = (0..count).map(face).collect();
        let mask = processor_ms(|| {
            people.mask(&picture, &faces, |_| ControlFlow::Continue(())).map(drop)
        })?;
        let skin = processor_ms(|| {
            people.skin(&picture, &faces, |_| ControlFlow::Continue(())).map(drop)
        })?;
        println!(
            "people with {count} faces in 12 megapixels: {mask:.0} ms of processor time, skin: {skin:.0} ms"
        );
    }
    Ok(())
}

/// The least processor time of some rounds.
fn processor_ms(work: impl Fn() -> Result<(), vision::Error>) -> Result<f64> {
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let before = processor_seconds()?;
        work()?;
        best = best.min(processor_seconds()? - before);
    }
    Ok(best * 1e3)
}

/// Processor time that this program has used, over all its threads.
pub(super) fn processor_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().context("no fields")?.split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
}
