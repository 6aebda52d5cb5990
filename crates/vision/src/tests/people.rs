//! A face drawn from ellipses: enough for the detector, and nobody's.

use pixels::{Picture, Region, Size};

/// A face: its middle between the eyes and how wide it is, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
}

/// Red, green and blue, from 0 to 255.
pub(crate) type Colour = [f32; 3];

const WALL: Colour = [120.0, 140.0, 160.0];
pub(crate) const SKIN: Colour = [224.0, 172.0, 140.0];
const SHADE: Colour = [194.0, 150.0, 122.0];
const HAIR: Colour = [60.0, 40.0, 30.0];
const COAT: Colour = [60.0, 70.0, 110.0];
const WHITE: Colour = [245.0, 245.0, 245.0];
const LIPS: Colour = [170.0, 80.0, 80.0];

/// What lies where, in widths of the face, from the back to the front: middle, half size, colour.
const PARTS: [([f32; 2], [f32; 2], Colour); 13] = [
    ([0.0, 1.64], [1.0, 0.69], COAT),
    ([0.0, 0.75], [0.26, 0.5], SHADE),
    ([0.0, -0.15], [0.575, 0.6], HAIR),
    ([0.0, 0.05], [0.5, 0.66], SKIN),
    ([-0.2, -0.16], [0.13, 0.02], HAIR),
    ([0.2, -0.16], [0.13, 0.02], HAIR),
    ([-0.2, -0.06], [0.106, 0.053], WHITE),
    ([0.2, -0.06], [0.106, 0.053], WHITE),
    ([-0.2, -0.06], [0.05, 0.05], HAIR),
    ([0.2, -0.06], [0.05, 0.05], HAIR),
    ([0.0, 0.14], [0.075, 0.09], SHADE),
    ([0.0, 0.37], [0.175, 0.056], LIPS),
    ([0.0, 0.37], [0.16, 0.01], HAIR),
];

impl Face {
    /// From the hair to the chin.
    pub(crate) fn region(self) -> Region {
        let half = self.width / 2.0;
        Region {
            left: self.x - half,
            top: self.y - 0.5 * self.width,
            right: self.x + half,
            bottom: self.y + 0.72 * self.width,
        }
    }

    /// Whether this place lies on the one whose face it is.
    pub(crate) fn holds(self, x: f32, y: f32) -> bool {
        self.colour(x, y).is_some()
    }

    fn colour(self, x: f32, y: f32) -> Option<Colour> {
        let (x, y) = ((x - self.x) / self.width, (y - self.y) / self.width);
        let holds = |middle: [f32; 2], half: [f32; 2]| {
            ((x - middle[0]) / half[0]).powi(2) + ((y - middle[1]) / half[1]).powi(2) <= 1.0
        };
        PARTS.iter().rev().find(|part| holds(part.0, part.1)).map(|part| part.2)
    }
}

/// Samples along each side of a pixel, so that edges are soft.
const FINE: u32 = 3;

/// Faces in front of a wall.
pub(crate) fn picture(size: Size, faces: &[Face]) -> Picture {
    in_front(size, faces, |_, _| WALL)
}

/// Faces in front of anything.
pub(crate) fn in_front(size: Size, faces: &[Face], behind: impl Fn(f32, f32) -> Colour) -> Picture {
    let mut samples = Vec::with_capacity((size.width * size.height * 3) as usize);
    for (y, x) in (0..size.height).flat_map(|y| (0..size.width).map(move |x| (y, x))) {
        let mut sum = [0.0; 3];
        for fine in 0..FINE * FINE {
            let at = |pixel: u32, part: u32| pixel as f32 + (part as f32 + 0.5) / FINE as f32;
            let (x, y) = (at(x, fine % FINE), at(y, fine / FINE));
            let colour =
                faces.iter().find_map(|face| face.colour(x, y)).unwrap_or_else(|| behind(x, y));
            sum.iter_mut().zip(colour).for_each(|(sum, part)| *sum += part);
        }
        samples.extend(sum.map(|sum| (sum / (FINE * FINE) as f32) as u8));
    }
    Picture::new(size, samples).unwrap()
}
