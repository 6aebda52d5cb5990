//! Finds faces with YuNet (Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", 2023).
//!
//! One look finds faces of one range of sizes. So a picture is looked at in several sizes, and turned
//! by a quarter both ways, for people who lie down and photos that were saved lying.

use pixels::{Picture, Region, Size};
use rten::{RegisterOp, op_types};

use crate::error::Error;
use crate::network::{Network, PLAIN, Weights, samples};
use crate::tiles::{Tile, tiles};
use crate::watch::Watch;

mod closer;
mod layers;

const WEIGHTS: Weights = Weights {
    file: "faces.onnx",
    digest: "16e0c0f15537773a5934a88f1a62a0305bf28bd5dc7c5dc3f7453f93b22aa2a6",
};

/// The network looks at squares of these many pixels, and at nothing finer than the first.
const STRIDES: [u32; 3] = [8, 16, 32];

/// For each stride: is it a face, is it anything, and where does it begin and end?
const OUTPUTS: [&str; 9] =
    ["cls_8", "obj_8", "bbox_8", "cls_16", "obj_16", "bbox_16", "cls_32", "obj_32", "bbox_32"];

/// Longer sides at which a picture is looked at, in pixels, and the quarters to the right by which it
/// is turned for that: large faces are found at the first, those of 12 pixels at the last. Upside
/// down, the network knows faces without being helped. Small pictures are also looked at twice as
/// large as they are.
const LOOKS: [(u32, &[u8]); 4] = [(320, ALL_TURNS), (640, &[0]), (960, &[1, 3]), (1280, &[0])];

const ALL_TURNS: &[u8] = &[0, 1, 3];

/// Up to this longer side, a picture that was enlarged is looked at in all turns.
const SIDE_TURNED_MAX: u32 = 960;

/// Pictures are enlarged to at most this longer side, in pixels.
const SIDE_ENLARGED_MAX: u32 = 2048;

/// Small pictures are enlarged up to this many times; more would only show their blocks.
const ENLARGED_MAX: u32 = 2;

/// How sure the network must be, 0 to 1: the measured trade between missed and false faces.
const CONFIDENCE_MIN: f32 = 0.75;

/// Turned by a quarter, leaves and letters look like faces more often.
const CONFIDENCE_TURNED_MIN: f32 = 0.8;

/// What is less sure than it must be by no more than this gets a closer look.
const CLOSER_FROM: f32 = 0.35;

/// So many get one, the surest first.
const CLOSER_LOOKS_MAX: usize = 12;

/// Boxes that share more than this are the same face.
const OVERLAP_MAX: f32 = 0.3;

/// Faces below this many pixels, in the picture as it is, are not told: nobody is known by them.
const SIDE_MIN: f32 = 5.0;

/// A face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// Where it is, from chin to forehead, in pixels of the picture.
    pub region: Region,
    /// How sure the detector is, from 0.75 to 1.
    pub confidence: f32,
}

/// What the network is made of. The others are left out of the program.
const OPERATORS: [&dyn RegisterOp; 8] = [
    &op_types::Add,
    &op_types::Conv,
    &op_types::MaxPool,
    &op_types::Relu,
    &op_types::Reshape,
    &op_types::Resize,
    &op_types::Sigmoid,
    &op_types::Transpose,
];

/// Finds faces.
pub struct FaceFinder {
    network: Network<9>,
}

/// The network, from the bytes of its file.
pub(crate) fn network(model: Vec<u8>) -> Result<Network<9>, Error> {
    Network::load(model, &WEIGHTS, &OPERATORS, &layers::LAYERS, OUTPUTS)
}

impl FaceFinder {
    /// From the bytes of `models/faces.onnx`.
    pub fn load(model: Vec<u8>) -> Result<Self, Error> {
        Ok(Self { network: network(model)? })
    }

    /// The faces of an upright picture, the surest first. That none is found does not mean that
    /// there is none.
    pub fn find(&self, picture: &Picture) -> Result<Vec<Face>, Error> {
        self.find_watched(picture, &mut Watch::nobody())
    }

    /// The same, told to someone who may stop it.
    pub(crate) fn find_watched(
        &self,
        picture: &Picture,
        watch: &mut Watch,
    ) -> Result<Vec<Face>, Error> {
        let tiles = tiles(picture.size());
        let looks = |tile: &Tile| looks(tile.size).into_iter();
        watch.expect(tiles.iter().flat_map(looks).map(|(_, turns)| turns.len() as u32).sum());
        let mut candidates = Vec::new();
        for tile in &tiles {
            let part =
                (tile.size != picture.size()).then(|| picture.part(tile.left, tile.top, tile.size));
            for mut candidate in self.candidates(part.as_ref().unwrap_or(picture), watch)? {
                let region = candidate.face.region;
                candidate.face.region = region.moved(tile.left as f32, tile.top as f32);
                candidates.push(candidate);
            }
        }
        let mut faces = self.sure(picture, distinct(candidates), watch)?;
        faces.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        Ok(faces)
    }

    /// What may be a face, at every size and in every turn.
    fn candidates(&self, picture: &Picture, watch: &mut Watch) -> Result<Vec<Candidate>, Error> {
        let mut candidates = Vec::new();
        let looks = looks(picture.size());
        // Made small once, large pictures need not be read for every look.
        let largest = looks.iter().map(|(size, _)| *size).max_by_key(|size| size.width);
        let smaller = largest.filter(|size| size.width < picture.size().width);
        let smaller = smaller.map(|size| picture.scaled(size));
        for (size, turns) in looks {
            let mut turned = smaller.as_ref().unwrap_or(picture).scaled(size);
            let mut quarters = 0;
            for &turn in turns {
                while quarters < turn {
                    turned = turned.turned_right();
                    quarters += 1;
                }
                watch.step()?;
                let seen = self.look(&turned, confidence_min(turn) - CLOSER_FROM)?;
                candidates.extend(seen.into_iter().filter_map(|face| {
                    let region = upright(&face.region, turned.size(), quarters, picture.size())?;
                    Some(Candidate { face: Face { region, ..face }, quarters })
                }));
            }
        }
        Ok(candidates)
    }

    /// Those that are faces for sure, at once or at a closer look.
    fn sure(
        &self,
        picture: &Picture,
        candidates: Vec<Candidate>,
        watch: &mut Watch,
    ) -> Result<Vec<Face>, Error> {
        let (mut faces, unsure): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|candidate| candidate.margin() >= 0.0);
        for mut candidate in unsure.into_iter().take(CLOSER_LOOKS_MAX) {
            watch.expect(1);
            watch.step()?;
            candidate.face.confidence = self.look_closer(picture, &candidate)?;
            faces.extend((candidate.margin() >= 0.0).then_some(candidate));
        }
        Ok(faces.into_iter().map(|candidate| candidate.face).collect())
    }

    /// How sure the network is when it sees a candidate large and alone: the mean of what it says
    /// of it and of its mirror image. Stars and circuits fall, faces rise. What the mirror image
    /// cannot raise enough any more is not mirrored.
    fn look_closer(&self, picture: &Picture, candidate: &Candidate) -> Result<f32, Error> {
        let least = 2.0 * confidence_min(candidate.quarters);
        let mut sum = 0.0;
        for (part, rest) in
            closer::looks(picture, &candidate.face.region, candidate.quarters).zip([1.0, 0.0])
        {
            let seen = self.look(&part, 0.0)?;
            let there = seen.iter().filter(|face| closer::is_meant(&face.region));
            sum += there.map(|face| face.confidence).fold(0.0, f32::max);
            if sum + rest < least {
                break;
            }
        }
        Ok(sum / 2.0)
    }

    /// One look, at this size.
    fn look(&self, picture: &Picture, confidence_min: f32) -> Result<Vec<Face>, Error> {
        let Size { width, .. } = picture.size();
        let last = STRIDES[STRIDES.len() - 1];
        let tensor = samples(picture, &PLAIN, last, last);
        let across = width.next_multiple_of(last);
        let lists = self.network.run(tensor)?;
        let mut faces = Vec::new();
        for (stride, lists) in STRIDES.into_iter().zip(lists.chunks_exact(3)) {
            let [is_face, is_thing, places] = lists else { return Err(Error::Stopped) };
            let squares = is_face.iter().zip(is_thing).zip(places.chunks_exact(4));
            for (index, ((face, thing), place)) in squares.enumerate() {
                let confidence = (face.clamp(0.0, 1.0) * thing.clamp(0.0, 1.0)).sqrt();
                if confidence >= confidence_min {
                    let region = region(index as u32, across / stride, stride, place);
                    faces.push(Face { region, confidence });
                }
            }
        }
        Ok(faces)
    }
}

/// Where a face is that the network saw in one of its squares: the middle in squares from there,
/// and the logarithm of the size in squares.
fn region(index: u32, per_line: u32, stride: u32, place: &[f32]) -> Region {
    let stride = stride as f32;
    let [x, y] = [index % per_line, index / per_line].map(|at| at as f32);
    let (middle_x, middle_y) = ((x + place[0]) * stride, (y + place[1]) * stride);
    let (width, height) = (place[2].exp() * stride, place[3].exp() * stride);
    Region {
        left: middle_x - width / 2.0,
        top: middle_y - height / 2.0,
        right: middle_x + width / 2.0,
        bottom: middle_y + height / 2.0,
    }
}

/// The sizes at which a picture of this size is looked at, and the turns.
fn looks(size: Size) -> Vec<(Size, &'static [u8])> {
    let longer = size.width.max(size.height);
    let enlarged = longer.saturating_mul(ENLARGED_MAX);
    let looks = LOOKS.into_iter().filter(|(side, _)| *side < enlarged);
    let turns = if enlarged <= SIDE_TURNED_MAX { ALL_TURNS } else { &[0] };
    let last = (enlarged <= SIDE_ENLARGED_MAX).then_some((enlarged, turns));
    looks.chain(last).map(|(side, turns)| (scaled_to(size, side), turns)).collect()
}

/// The size with this longer side.
fn scaled_to(size: Size, side: u32) -> Size {
    let factor = f64::from(side) / f64::from(size.width.max(size.height).max(1));
    let scaled = |side: u32| ((f64::from(side) * factor).round() as u32).max(1);
    Size { width: scaled(size.width), height: scaled(size.height) }
}

/// The confidence from which something is a face, seen in this turn.
fn confidence_min(quarters: u8) -> f32 {
    if quarters == 0 { CONFIDENCE_MIN } else { CONFIDENCE_TURNED_MIN }
}

/// The place on an upright picture of this size that is seen at `region` after it was scaled and
/// turned, which made it `turned` large. `None` where it is too small to be told.
fn upright(region: &Region, turned: Size, quarters: u8, size: Size) -> Option<Region> {
    let mut region = *region;
    let Size { mut width, mut height } = turned;
    for _ in 0..quarters {
        region = region.turned_back(width);
        (width, height) = (height, width);
    }
    let (across, down) = (size.width as f32 / width as f32, size.height as f32 / height as f32);
    let region = region.scaled(across, down).within(size.width, size.height)?;
    let side = (region.right - region.left).min(region.bottom - region.top);
    (side >= SIDE_MIN).then_some(region)
}

/// What may be a face.
struct Candidate {
    face: Face,
    /// How the picture was turned when it was seen.
    quarters: u8,
}

impl Candidate {
    /// How much surer the network is than it must be; below 0 if less.
    fn margin(&self) -> f32 {
        self.face.confidence - confidence_min(self.quarters)
    }
}

/// Each candidate once, the surest box of each.
fn distinct(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|one, other| other.margin().total_cmp(&one.margin()));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let region = &candidate.face.region;
        if kept.iter().all(|known| known.face.region.overlap(region) <= OVERLAP_MAX) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
