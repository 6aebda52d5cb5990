//! Finds faces with YuNet (Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", 2023).
//!
//! One look finds faces of one range of sizes. So a picture is looked at in several sizes, and turned
//! by a quarter both ways, for people who lie down and photos that were saved lying.

use pixels::{Picture, Region, Size};
use rten::{RegisterOp, op_types};

use crate::error::Error;
use crate::model::{Network, PLAIN, Weights, samples};
use crate::tiles::tiles;
use crate::watch::Watch;

const WEIGHTS: Weights = Weights {
    file: "faces.onnx",
    digest: "16e0c0f15537773a5934a88f1a62a0305bf28bd5dc7c5dc3f7453f93b22aa2a6",
};

/// The network looks at squares of these many pixels, and at nothing finer than the first.
const STRIDES: [u32; 3] = [8, 16, 32];

/// For each stride: is it a face, is it anything, and where does it begin and end?
const OUTPUTS: [&str; 9] =
    ["cls_8", "obj_8", "bbox_8", "cls_16", "obj_16", "bbox_16", "cls_32", "obj_32", "bbox_32"];

/// Longer sides at which a picture is looked at, in pixels: large faces are found at the first,
/// those of 12 pixels at the last. Small pictures are also looked at twice as large as they are.
const SIDES: [u32; 3] = [320, 640, 1280];

/// Each size is looked at upright and turned both ways.
const LOOKS: u32 = 3;

/// Pictures are enlarged to at most this longer side, in pixels.
const SIDE_ENLARGED_MAX: u32 = 2048;

/// Small pictures are enlarged up to this many times; more would only show their blocks.
const ENLARGED_MAX: u32 = 2;

/// How sure the network must be, 0 to 1: the measured trade between missed and false faces.
const CONFIDENCE_MIN: f32 = 0.75;

/// Turned by a quarter, leaves and letters look like faces more often.
const CONFIDENCE_TURNED_MIN: f32 = 0.8;

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

impl FaceFinder {
    /// From the bytes of `models/faces.onnx`.
    pub fn load(model: Vec<u8>) -> Result<Self, Error> {
        Ok(Self { network: Network::load(model, &WEIGHTS, &OPERATORS, OUTPUTS)? })
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
        watch.expect(tiles.iter().map(|tile| LOOKS * sizes(tile.size).len() as u32).sum());
        let mut faces = Vec::new();
        for tile in tiles {
            let part = picture.part(tile.left, tile.top, tile.size);
            for face in self.find_in(&part, watch)? {
                let region = face.region.moved(tile.left as f32, tile.top as f32);
                faces.push(Face { region, ..face });
            }
        }
        Ok(distinct(faces))
    }

    fn find_in(&self, picture: &Picture, watch: &mut Watch) -> Result<Vec<Face>, Error> {
        let size = picture.size();
        let mut faces = Vec::new();
        for looked_at in sizes(size) {
            let scaled = picture.scaled(looked_at);
            let across = size.width as f32 / looked_at.width as f32;
            let down = size.height as f32 / looked_at.height as f32;
            let seen = self.look_all_ways(&scaled, watch)?.into_iter().filter_map(|face| {
                let region = face.region.scaled(across, down).within(size.width, size.height)?;
                let side = (region.right - region.left).min(region.bottom - region.top);
                (side >= SIDE_MIN).then_some(Face { region, ..face })
            });
            faces.extend(seen);
        }
        Ok(faces)
    }

    /// Looks at the picture as it is, and turned to the right and to the left. Upside down, the
    /// network knows faces without being helped.
    fn look_all_ways(&self, picture: &Picture, watch: &mut Watch) -> Result<Vec<Face>, Error> {
        let Size { width, height } = picture.size();
        let right = picture.turned_right();
        let left = right.turned_right().turned_right();
        watch.step()?;
        let mut faces = self.look(picture, CONFIDENCE_MIN)?;
        watch.step()?;
        for mut face in self.look(&right, CONFIDENCE_TURNED_MIN)? {
            face.region = face.region.turned_back(height);
            faces.push(face);
        }
        watch.step()?;
        for mut face in self.look(&left, CONFIDENCE_TURNED_MIN)? {
            let region = face.region.turned_back(height);
            face.region = region.turned_back(width).turned_back(height);
            faces.push(face);
        }
        Ok(faces)
    }

    /// One look, at this size.
    fn look(&self, picture: &Picture, confidence_min: f32) -> Result<Vec<Face>, Error> {
        let Size { width, .. } = picture.size();
        let last = STRIDES[STRIDES.len() - 1];
        let tensor = samples(picture, &PLAIN, last, last);
        let across = width.next_multiple_of(last);
        let lists = self.network.run(&tensor)?;
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

/// The sizes at which a picture of this size is looked at.
fn sizes(size: Size) -> Vec<Size> {
    let longer = size.width.max(size.height);
    let enlarged = longer.saturating_mul(ENLARGED_MAX);
    let sides = SIDES.into_iter().filter(|side| *side < enlarged);
    let last = (enlarged <= SIDE_ENLARGED_MAX).then_some(enlarged);
    sides.chain(last).map(|side| scaled_to(size, side)).collect()
}

/// The size with this longer side.
fn scaled_to(size: Size, side: u32) -> Size {
    let factor = f64::from(side) / f64::from(size.width.max(size.height).max(1));
    let scaled = |side: u32| ((f64::from(side) * factor).round() as u32).max(1);
    Size { width: scaled(size.width), height: scaled(size.height) }
}

/// Each face once, the surest box of each.
fn distinct(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.iter().all(|known| known.region.overlap(&face.region) <= OVERLAP_MAX) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
