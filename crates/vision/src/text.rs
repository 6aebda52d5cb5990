//! Finds lines of text with PP-OCRv6 tiny (PaddlePaddle, 2026), and reads them.

mod blocks;
mod layers;
mod map;
pub(crate) mod reading;
mod rectangle;
mod sieve;
mod windows;

use pixels::{Outline, Picture, Point};
use rten::{RegisterOp, op_types};

use self::map::{Line, Map};
use self::reading::{Reader, Reading};
use self::windows::STEP;
use crate::error::Error;
use crate::network::{Network, Samples, Weights, samples};
use crate::says::Sensitive;
use crate::watch::Watch;

const WEIGHTS: Weights = Weights {
    file: "text-lines.onnx",
    digest: "f42c0fbd294d95eac1a550e131b277dac97462c8025fa4b6c3cec1b7894bd3d5",
};

const OPERATORS: [&dyn RegisterOp; 15] = [
    &op_types::Add,
    &op_types::Concat,
    &op_types::Conv,
    &op_types::ConvTranspose,
    &op_types::Div,
    &op_types::Erf,
    &op_types::GlobalAveragePool,
    &op_types::HardSigmoid,
    &op_types::Identity,
    &op_types::MaxPool,
    &op_types::Mul,
    &op_types::ReduceMean,
    &op_types::Relu,
    &op_types::Resize,
    &op_types::Sigmoid,
];

/// Means and deviations of the photos that the network was taught with, for blue, green and red.
const SAMPLES: Samples = Samples {
    scale: [1.0 / (255.0 * 0.229), 1.0 / (255.0 * 0.224), 1.0 / (255.0 * 0.225)],
    offset: [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
};

/// From this confidence on, no other way of reading is tried.
const READING_SURE: f32 = 0.9;

/// A line of text.
#[derive(Clone, PartialEq)]
pub(crate) struct TextLine {
    /// Its corners, the first where it begins, the second where its upper edge ends.
    pub(crate) outline: Outline,
    /// How likely it is text, 0 to 1.
    pub(crate) likelihood: f32,
    /// What it says, if that can be read.
    pub(crate) text: Option<String>,
    /// What that says about a person, given what stands around it.
    pub(crate) says: Vec<Sensitive>,
}

/// Finds and reads text.
pub(crate) struct TextFinder {
    lines: Network<1>,
    reader: Reader,
}

/// The network that finds lines, from the bytes of its file.
pub(crate) fn network(model: Vec<u8>) -> Result<Network<1>, Error> {
    Network::load(model, &WEIGHTS, &OPERATORS, &layers::LAYERS, ["fetch_name_0"])
}

impl TextFinder {
    /// From the bytes of `models/text-lines.onnx` and `models/text-reading.onnx`.
    pub(crate) fn load(lines: Vec<u8>, reading: Vec<u8>) -> Result<Self, Error> {
        Ok(Self { lines: network(lines)?, reader: Reader::load(reading)? })
    }

    /// The lines of an upright picture, from above to below.
    pub(crate) fn find(
        &self,
        picture: &Picture,
        watch: &mut Watch,
    ) -> Result<Vec<TextLine>, Error> {
        let found = self.look(picture, watch)?;
        let mut lines = Vec::new();
        watch.expect(found.len() as u32);
        for line in found {
            watch.step()?;
            lines.extend(self.read(picture, &line)?);
        }
        lines.sort_by(|one, other| top(one).total_cmp(&top(other)));
        blocks::judge(&mut lines);
        Ok(lines)
    }

    /// The lines of a picture, unread.
    fn look(&self, picture: &Picture, watch: &mut Watch) -> Result<Vec<Line>, Error> {
        let (size, looked_at) = (picture.size(), windows::looked_at(picture.size()));
        let mut lines = self.map(&picture.scaled(looked_at), watch)?.lines();
        let across = size.width as f32 / looked_at.width as f32;
        let down = size.height as f32 / looked_at.height as f32;
        for line in &mut lines {
            line.outline = line.outline.map(|Point { x, y }| Point { x: x * across, y: y * down });
        }
        Ok(lines)
    }

    /// How likely each pixel lies in a line. Where parts overlap, the likelier counts: near its
    /// edge each sees less.
    fn map(&self, picture: &Picture, watch: &mut Watch) -> Result<Map, Error> {
        let mut map = Map::empty(picture.size());
        let (starts, size) = windows::windows(picture.size());
        watch.expect(starts.len() as u32);
        for start in starts {
            watch.step()?;
            let is_wide = picture.size().width > size.width;
            let (left, top) = if is_wide { (start, 0) } else { (0, start) };
            let part = picture.part(left, top, size);
            let [values] = self.lines.run(samples(&part, &SAMPLES, STEP, STEP))?;
            map.add(&values, left as usize, top as usize, size.width as usize);
        }
        Ok(map)
    }

    /// Reads a line; `None` if it is an object rather than text.
    fn read(&self, picture: &Picture, line: &Line) -> Result<Option<TextLine>, Error> {
        let mut best: Option<(Outline, Reading)> = None;
        for outline in ways(&line.outline) {
            let reading = self.reader.read(picture, &outline)?;
            let confidence = reading.confidence;
            if best.as_ref().is_none_or(|(_, best)| confidence > best.confidence) {
                best = Some((outline, reading));
            }
            if confidence >= READING_SURE {
                break;
            }
        }
        let Some((outline, reading)) = best else { return Ok(None) };
        let kept = sieve::keep(&outline, line.likelihood, reading, picture.size());
        let line = |text| TextLine { outline, likelihood: line.likelihood, text, says: Vec::new() };
        Ok(kept.map(line))
    }
}

/// The ways in which a line may be read: as it lies, upside down, and, where it is about as high
/// as long, both ways across.
fn ways(outline: &Outline) -> Vec<Outline> {
    let [a, b, c, d] = *outline;
    let mut ways = vec![[a, b, c, d], [c, d, a, b]];
    let (length, height) = sides(outline);
    if length < 1.5 * height {
        ways.extend([[d, a, b, c], [b, c, d, a]]);
    }
    ways
}

fn top(line: &TextLine) -> f32 {
    line.outline.iter().map(|corner| corner.y).fold(f32::MAX, f32::min)
}

/// Length and height.
fn sides(outline: &Outline) -> (f32, f32) {
    let [start, end, _, below] = outline;
    ((end.x - start.x).hypot(end.y - start.y), (below.x - start.x).hypot(below.y - start.y))
}

#[cfg(test)]
mod tests;
