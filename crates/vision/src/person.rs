//! Tells which pixels belong to people, with MediaPipe's selfie segmentation (Google, 2021).
//!
//! The network was taught with one or two people near the camera and sees 256 by 256 squares of what it
//! gets. So it looks at the whole picture and, closer, around each face: the nearer look decides. Without
//! a face it takes whatever stands in front for a person: a cat, a house, a plate of coins.

mod map;

use core::ops::ControlFlow;

use pixels::{Mask, Picture, Region, Shape, Size};
use rten::{RegisterOp, op_types};
use rten_tensor::Tensor;

use self::map::{Map, SIDE, Which};
use crate::error::Error;
use crate::network::{Network, Weights};
use crate::skin::skin;
use crate::watch::{Steps, Watch};

const WEIGHTS: Weights = Weights {
    file: "selfie.onnx",
    digest: "984bd3b31ba60c31d67191a2640a0654e2a140001c08ef5874d7ab1da641094a",
};

const OPERATORS: [&dyn RegisterOp; 10] = [
    &op_types::Add,
    &op_types::Cast,
    &op_types::Conv,
    &op_types::ConvTranspose,
    &op_types::GlobalAveragePool,
    &op_types::HardSigmoid,
    &op_types::Mul,
    &op_types::Relu,
    &op_types::Resize,
    &op_types::Sigmoid,
];

/// What is looked at around a face, in widths of it: how wide, how high, and how far above its middle
/// that begins. First head and shoulders, then the whole of someone who stands.
const LOOKS: [(f32, f32, f32); 2] = [(3.5, 4.3, 1.63), (5.5, 9.7, 1.94)];

/// So many faces get closer looks, the largest first: each look takes about a hundredth of a second.
const FACES_MAX: usize = 32;

/// Nothing is seen in less, in pixels.
const LOOK_MIN: u32 = 8;

/// Without a face, what is smaller than this part of the picture is none: 1 in so many pixels.
const PART_MIN: u64 = 100;

/// Longer side at which skin is looked for, in pixels.
const SKIN_SIDE: u32 = 1280;

/// Tells which pixels belong to people.
pub struct PersonFinder {
    network: Network<1>,
}

/// The network, from the bytes of its file.
pub(crate) fn network(model: Vec<u8>) -> Result<Network<1>, Error> {
    Network::load(model, &WEIGHTS, &OPERATORS, &[], ["logistic_370"])
}

impl PersonFinder {
    /// From the bytes of `models/selfie.onnx`.
    pub fn load(model: Vec<u8>) -> Result<Self, Error> {
        Ok(Self { network: network(model)? })
    }

    /// The pixels of an upright picture that belong to people for sure. `None` if there are none, which
    /// does not mean that there is nobody.
    ///
    /// `faces` are the regions of faces in it, as [`FaceFinder`](crate::FaceFinder) finds them. Only
    /// people with one of these are meant, and of them only what hangs together with the face: who
    /// stands with their back to the camera counts as background. Where no face is given, everything
    /// large that stands in front is meant, person or not.
    ///
    /// The mask is on the safe side for covering what is around people: it rather takes something from
    /// their edges than add to them. Near a face that is about a seventieth of the face's width.
    ///
    /// `tell` hears of each step before it begins, and stops all by `Break`: then the answer is
    /// [`Error::Cancelled`]. This needs as much memory as the picture again,
    /// and at most a megabyte for each look.
    pub fn mask(
        &self,
        picture: &Picture,
        faces: &[Region],
        mut tell: impl FnMut(Steps) -> ControlFlow<()>,
    ) -> Result<Option<Mask>, Error> {
        let size = picture.size();
        let faces = largest(faces, size);
        let sure = self.people(picture, &faces, Which::Sure, &mut Watch::new(&mut tell))?;
        let mask = match faces.as_slice() {
            [] => {
                let pixels = u64::from(size.width) * u64::from(size.height);
                sure.parts_from(pixels / PART_MIN)
            }
            faces => sure.parts_touching(&middles(faces, size)),
        };
        Ok((mask.count() > 0).then_some(mask))
    }

    /// Places of an upright picture that may be bare skin, the largest first: the rectangles around
    /// them, in its pixels. Each is on someone, has the colours of one of these faces, and lies beside
    /// all of them. Without faces, there is none.
    ///
    /// This is a suggestion where a person may look for tattoos, scars, marks and jewellery, and no
    /// more. Where none is told, there may be skin, and marks on it; see [`skin`](crate::skin).
    pub fn skin(
        &self,
        picture: &Picture,
        faces: &[Region],
        mut tell: impl FnMut(Steps) -> ControlFlow<()>,
    ) -> Result<Vec<Region>, Error> {
        let Size { width, height } = picture.size();
        let faces = largest(faces, picture.size());
        if faces.is_empty() {
            return Ok(Vec::new());
        }
        let scale = (SKIN_SIDE as f32 / width.max(height) as f32).min(1.0);
        let scaled = |side: u32| ((side as f32 * scale) as u32).max(1);
        let small = picture.scaled(Size { width: scaled(width), height: scaled(height) });
        let (across, down) =
            (small.size().width as f32 / width as f32, small.size().height as f32 / height as f32);
        let faces: Vec<_> = faces.iter().map(|face| face.scaled(across, down)).collect();
        let people = self.people(&small, &faces, Which::Likely, &mut Watch::new(&mut tell))?;
        let places = skin(&small, &faces, Some(&people));
        Ok(places.iter().map(|place| place.scaled(1.0 / across, 1.0 / down)).collect())
    }

    /// All pixels that are told as people's by the look at the whole picture, and the closer ones.
    fn people(
        &self,
        picture: &Picture,
        faces: &[Region],
        which: Which,
        watch: &mut Watch,
    ) -> Result<Mask, Error> {
        let size = picture.size();
        let looks: Vec<_> = faces.iter().flat_map(|face| looks(face, size)).collect();
        watch.expect(1 + looks.len() as u32);
        watch.step()?;
        let whole = self.look(picture, (0, 0), which)?;
        let mut near = Vec::with_capacity(looks.len());
        for (left, top, size) in looks {
            watch.step()?;
            near.push(self.look(&picture.part(left, top, size), (left, top), which)?);
        }
        Ok(map::mask(size, &whole, &near))
    }

    /// One look, at a part of the picture that begins there.
    fn look(&self, part: &Picture, start: (u32, u32), which: Which) -> Result<Map, Error> {
        let side = SIDE as u32;
        let [values] =
            self.network.run(samples(&part.scaled(Size { width: side, height: side })))?;
        Map::new(start, part.size(), values, which).ok_or(Error::Stopped)
    }
}

/// Red, green and blue apart, from 0 to 1.
fn samples(picture: &Picture) -> Tensor<f32> {
    let channel = |at: usize| picture.samples().iter().skip(at).step_by(3);
    let samples = (0..3).flat_map(channel).map(|sample| f32::from(*sample) / 255.0);
    Tensor::from_data(&[1, 3, SIDE, SIDE], samples.collect::<Vec<_>>())
}

/// What lies on the picture, the largest first.
fn largest(faces: &[Region], size: Size) -> Vec<Region> {
    let on_it = faces.iter().filter_map(|face| face.within(size.width, size.height));
    let mut faces: Vec<_> = on_it.collect();
    faces.sort_by(|one, other| other.area().total_cmp(&one.area()));
    faces.truncate(FACES_MAX);
    faces
}

/// The parts of the picture that are looked at for a face: left, top and size.
fn looks(face: &Region, size: Size) -> impl Iterator<Item = (u32, u32, Size)> {
    let width = face.right - face.left;
    let (x, y) = ((face.left + face.right) / 2.0, (face.top + face.bottom) / 2.0);
    LOOKS.into_iter().filter_map(move |(wide, high, above)| {
        let (left, top) = (x - wide * width / 2.0, y - above * width);
        let around = Region { left, top, right: left + wide * width, bottom: top + high * width };
        let around = around.within(size.width, size.height)?;
        let (left, top) = (around.left.floor() as u32, around.top.floor() as u32);
        let width = (around.right.ceil() as u32).saturating_sub(left);
        let height = (around.bottom.ceil() as u32).saturating_sub(top);
        let is_seen = width >= LOOK_MIN && height >= LOOK_MIN;
        is_seen.then_some((left, top, Size { width, height }))
    })
}

/// The inner half of each face.
fn middles(faces: &[Region], size: Size) -> Mask {
    let mut mask = Mask::none(size);
    for face in faces {
        let (across, down) = ((face.right - face.left) / 4.0, (face.bottom - face.top) / 4.0);
        mask.add(&Shape::Box(Region {
            left: face.left + across,
            top: face.top + down,
            right: face.right - across,
            bottom: face.bottom - down,
        }));
    }
    mask
}

#[cfg(test)]
mod tests;
