//! How many drawn texts are found and read, how long looking takes, and what onnxruntime makes of
//! the same networks and inputs.
//!
//! Texts are drawn with fonts of this machine on screens and on pictures: those of a folder if one
//! is named, else drawn ones. Pictures are made anew in each run, always the same ones.

mod drawn;
mod peers;
mod photo;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use pixels::{Outline, Picture, Point, Region, Size};
use vision::{Finder, Finding, Kind, Models, PersonFinder};

use self::drawn::{Drawing, Font, Text};

pub(crate) use self::drawn::landscape;

/// A text counts as found if so much of its area is covered by lines that were found.
const COVERED_MIN: f32 = 0.8;

/// How many texts of a set were found, read, and understood.
#[derive(Default)]
struct Score {
    texts: usize,
    found: usize,
    read: usize,
    understood: usize,
}

/// Measures everything and prints it.
pub(crate) fn run(folder: Option<&str>) -> Result<()> {
    let finder = finder()?;
    let fonts = fonts()?;
    let photos = folder.map(|folder| photo::in_folder(Path::new(folder))).transpose()?;
    let photos = photos.unwrap_or_default();
    println!("set                       texts  found   read  kind told");
    let screen = |seed| drawn::screen(Size { width: 1280, height: 960 }, seed);
    for height in [8.0, 12.0, 16.0, 20.0, 28.0, 40.0] {
        let name = format!("screen, {height} px");
        print(&name, &score(&finder, &fonts, &screen, height, 0.0, (3, 10))?);
    }
    let photo = |seed: u32| match photos.len() {
        0 => drawn::landscape(Size { width: 1280, height: 960 }, seed),
        count => photos[seed as usize % count].clone(),
    };
    for height in [12.0, 20.0, 32.0, 64.0] {
        let name = format!("on a photo, {height} px");
        print(&name, &score(&finder, &fonts, &photo, height, 0.0, (20, 2))?);
    }
    for degrees in [20.0, 45.0, 90.0, 135.0, 180.0, 270.0] {
        let name = format!("24 px, turned by {degrees}");
        print(&name, &score(&finder, &fonts, &photo, 24.0, degrees, (18, 1))?);
    }
    if !photos.is_empty() {
        let lines = photos.iter().map(|photo| found(&finder, photo).map(|lines| lines.len()));
        let lines: usize = lines.sum::<Result<usize>>()?;
        println!("{lines} lines found in the {} pictures without drawn text", photos.len());
    }
    photo::time(&finder)?;
    photo::time_people(&PersonFinder::load(weights("selfie.onnx")?)?)?;
    peers::run()
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

fn finder() -> Result<Finder> {
    let text = Some((weights("text-lines.onnx")?, weights("text-reading.onnx")?));
    Ok(Finder::load(Models { faces: Some(weights("faces.onnx")?), text })?)
}

fn weights(name: &str) -> Result<Vec<u8>> {
    std::fs::read(models().join(name)).with_context(|| name.to_owned())
}

/// The fonts of Debian's package fonts-dejavu.
fn fonts() -> Result<Vec<Font>> {
    let folder = Path::new("/usr/share/fonts/truetype/dejavu");
    let names = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansMono"];
    let read = |name: &&str| std::fs::read(folder.join(format!("{name}.ttf"))).ok();
    let fonts: Vec<_> = names.iter().filter_map(read).filter_map(Font::new).collect();
    ensure!(!fonts.is_empty(), "there are no fonts; install fonts-dejavu-core");
    Ok(fonts)
}

fn found(finder: &Finder, picture: &Picture) -> Result<Vec<Finding>> {
    Ok(finder.find(picture, &[Kind::Text], |_| ControlFlow::Continue(()))?)
}

/// Draws so many pictures with so many texts each, of this height and turned by so much.
fn score(
    finder: &Finder,
    fonts: &[Font],
    ground: &dyn Fn(u32) -> Picture,
    height: f32,
    degrees: f32,
    (pictures, texts): (u32, u32),
) -> Result<Score> {
    let mut score = Score::default();
    for seed in 0..pictures {
        let mut drawing = Drawing::new(ground(seed), seed);
        for index in 0..texts {
            let font = &fonts[(seed + index) as usize % fonts.len()];
            drawing.write(font, Text::number(seed * texts + index), height, degrees, texts, index);
        }
        let lines = found(finder, &drawing.picture)?;
        for (text, outline) in &drawing.texts {
            score.texts += 1;
            score.found += usize::from(covered(outline, &lines) >= COVERED_MIN);
            let at = lines.iter().filter(|line| overlaps(outline, line));
            let (mut read, mut says) = (String::new(), Vec::new());
            for line in at {
                read.push_str(line.text.as_deref().unwrap_or_default());
                says.extend(&line.says);
            }
            score.read += usize::from(letters(&read) == letters(text.written));
            score.understood += usize::from(says.contains(&text.kind));
        }
    }
    Ok(score)
}

fn print(name: &str, score: &Score) {
    let Score { texts, found, read, understood } = score;
    println!("{name:<25} {texts:>5} {found:>6} {read:>6} {understood:>10}");
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}

fn overlaps(outline: &Outline, line: &Finding) -> bool {
    let middle = Point {
        x: (line.outline[0].x + line.outline[2].x) / 2.0,
        y: (line.outline[0].y + line.outline[2].y) / 2.0,
    };
    holds(outline, middle) || Region::around(outline).overlap(&line.region) > 0.3
}

/// How much of an outline lies in lines that were found, by points in a grid.
fn covered(outline: &Outline, lines: &[Finding]) -> f32 {
    let [start, end, _, below] = *outline;
    let steps = |count: u32| (0..count).map(move |step| (step as f32 + 0.5) / count as f32);
    let points = steps(60).flat_map(|u| steps(12).map(move |v| (u, v)));
    let inside = points.filter(|(u, v)| {
        let x = start.x + (end.x - start.x) * u + (below.x - start.x) * v;
        let y = start.y + (end.y - start.y) * u + (below.y - start.y) * v;
        lines.iter().any(|line| holds(&line.outline, Point { x, y }))
    });
    inside.count() as f32 / 720.0
}

fn holds(outline: &Outline, point: Point) -> bool {
    let ends = [1, 2, 3, 0].map(|index: usize| outline[index]);
    outline.iter().zip(ends).all(|(from, to)| {
        (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x) >= 0.0
    })
}
