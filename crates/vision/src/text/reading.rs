//! Reads lines with PP-OCRv6 tiny recognition (PaddlePaddle, 2026): a line 48 pixels high goes in,
//! and for every eight pixels of its length the network says which character is there, or none.

use pixels::{Outline, Picture, Point, Region, Size};
use rten::{RegisterOp, op_types};

use crate::error::Error;
use crate::network::{Network, Samples, Weights, samples};

const WEIGHTS: Weights = Weights {
    file: "text-reading.onnx",
    digest: "38cd559cb4b24c5056592d981b13e086f9472db9b3c8968296f0d0c2b4a65531",
};

const OPERATORS: [&dyn RegisterOp; 17] = [
    &op_types::Add,
    &op_types::AveragePool,
    &op_types::BatchNormalization,
    &op_types::Cast,
    &op_types::Conv,
    &op_types::Div,
    &op_types::Erf,
    &op_types::HardSigmoid,
    &op_types::Identity,
    &op_types::MatMul,
    &op_types::Mul,
    &op_types::ReduceMean,
    &op_types::Relu,
    &op_types::Softmax,
    &op_types::Squeeze,
    &op_types::Transpose,
    &op_types::Unsqueeze,
];

/// Height of a line as the network reads it, in pixels.
const HEIGHT: u32 = 48;

/// Lengths as the network takes them are multiples of this.
const STEP: u32 = 32;

/// Longest line that is read as a whole, in pixels 48 high; longer ones are pressed together.
const LENGTH_MAX: f32 = 3200.0;

/// Where its characters stand in the file.
const CHARACTERS: &str = "character";

/// What the network was taught with: minus one to one.
const SAMPLES: Samples = Samples { scale: [1.0 / 127.5; 3], offset: [-1.0; 3] };

/// What a line says.
#[derive(Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) text: String,
    /// How sure the network is, 0 to 1, over all characters.
    pub(super) confidence: f32,
}

/// Reads lines.
pub(super) struct Reader {
    network: Network<1>,
    /// The first is "no character".
    characters: Vec<String>,
}

/// The network that reads, from the bytes of its file.
pub(crate) fn network(model: Vec<u8>) -> Result<Network<1>, Error> {
    Network::load(model, &WEIGHTS, &OPERATORS, &[], ["fetch_name_0"])
}

impl Reader {
    pub(super) fn load(model: Vec<u8>) -> Result<Self, Error> {
        let network = network(model)?;
        let list = network.note(CHARACTERS).ok_or(Error::WrongModel { file: WEIGHTS.file })?;
        let known = list.lines().map(str::to_owned);
        let characters = [String::new()].into_iter().chain(known).chain([" ".to_owned()]);
        let characters = characters.collect();
        Ok(Self { network, characters })
    }

    /// Reads what lies within these corners, from the first to the second.
    pub(super) fn read(&self, picture: &Picture, outline: &Outline) -> Result<Reading, Error> {
        let line = straightened(picture, outline);
        let tensor = samples(&line, &SAMPLES, STEP, HEIGHT);
        let [likelihoods] = self.network.run(tensor)?;
        if likelihoods.len() % self.characters.len() != 0 {
            return Err(Error::WrongModel { file: WEIGHTS.file });
        }
        Ok(self.decoded(&likelihoods))
    }

    /// The likeliest character at each place; one that stays is one character.
    fn decoded(&self, likelihoods: &[f32]) -> Reading {
        let mut text = String::new();
        let (mut sum, mut count, mut before) = (0.0, 0, 0);
        for place in likelihoods.chunks_exact(self.characters.len()) {
            let all = place.iter().enumerate();
            let best = all.max_by(|(_, one), (_, other)| one.total_cmp(other));
            let Some((index, likelihood)) = best else { continue };
            if index != 0 && index != before {
                text.push_str(&self.characters[index]);
                sum += likelihood;
                count += 1;
            }
            before = index;
        }
        let confidence = if count == 0 { 0.0 } else { sum / count as f32 };
        Reading { text: text.trim().to_owned(), confidence }
    }
}

/// What lies within the corners, laid straight and brought to the height that is read.
fn straightened(picture: &Picture, outline: &Outline) -> Picture {
    let [start, end, _, below] = *outline;
    let length = (end.x - start.x).hypot(end.y - start.y).max(1.0);
    let height = (below.x - start.x).hypot(below.y - start.y).max(1.0);
    let width = (length * HEIGHT as f32 / height).clamp(HEIGHT as f32 / 2.0, LENGTH_MAX);
    let size = Size { width: width.round() as u32, height: HEIGHT };
    let around = Region::around(outline);
    let (left, top) = (around.left.max(0.0).floor(), around.top.max(0.0).floor());
    let part = Size {
        width: (around.right.ceil() - left).max(1.0) as u32,
        height: (around.bottom.ceil() - top).max(1.0) as u32,
    };
    let part = picture.part(left as u32, top as u32, part);
    // Large letters are made small first, so that each sample is a mean of what it stands for.
    let smaller = (HEIGHT as f32 / height).min(1.0);
    let scaled = |side: u32| (side as f32 * smaller).ceil().max(1.0) as u32;
    let scaled = Size { width: scaled(part.size().width), height: scaled(part.size().height) };
    let across = scaled.width as f32 / part.size().width as f32;
    let down = scaled.height as f32 / part.size().height as f32;
    let corner = |at: Point| Point { x: (at.x - left) * across, y: (at.y - top) * down };
    part.scaled(scaled).straightened(outline.map(corner), size)
}
