//! Where bare skin may be: places to look at for tattoos, scars, marks and jewellery, which no
//! detector here finds.
//!
//! Rules that name the colours of skin once for all (such as Chai and Ngan, "Face segmentation using
//! skin-color map in videophone applications", 1999) see dark skin and dark photos worse than others.
//! So nothing is named: what is looked for has the colours of the cheeks, nose and forehead of the
//! faces in the same picture, in the same light.

use pixels::{Mask, Picture, Region, Size};

/// What is looked at of a face, from its corner in widths and heights of it: middle and half size. The
/// cheeks, the nose, the forehead.
const PLACES: [([f32; 2], [f32; 2]); 4] = [
    ([0.28, 0.58], [0.13, 0.12]),
    ([0.72, 0.58], [0.13, 0.12]),
    ([0.5, 0.48], [0.1, 0.14]),
    ([0.5, 0.14], [0.22, 0.06]),
];

/// Each face is asked at so many places across and down.
const GRID: u32 = 64;

/// A face whose places are mostly hidden tells nothing.
const SAMPLES_MIN: usize = 128;

/// The part of them that is kept at each step: hair, glasses and light are among them.
const KEPT: f32 = 0.8;
const STEPS: usize = 3;

/// What that takes from the spread of all of them.
const SPREAD: f32 = 1.6;

/// Skin elsewhere on a body differs by this much more, in levels of colour, in a picture of middle
/// brightness; less in a dark one, where all colours are near each other.
const DIFFERENCE: f32 = 8.0;
const DIFFERENCE_MIN: f32 = 3.5;
const BRIGHT: f32 = 130.0;

/// How far from the middle of a face's colours, squared, in its own spread.
const DISTANCE_MAX: f32 = 6.0;

/// How much darker and lighter than the face, in shade and in light.
const DARKER: f32 = 0.3;
const LIGHTER: f32 = 2.5;

/// A picture of which not one in a hundred places differs from grey by this much has no colours to go
/// by: an old photo, or one made grey.
const COLOURFUL: f32 = 3.0;

/// Places of less than this part of the picture are not told: 1 in so many pixels.
const PART_MIN: u64 = 400;

/// So many are told at most.
const PLACES_MAX: usize = 12;

/// Places that may be bare skin, the largest first: the rectangles around them, in pixels of an
/// upright picture. `faces` are the regions of faces in it, and where they are is not told again.
/// Places lie on `people` only, if that is given and of the picture's size.
///
/// Grey pictures have nothing to go by, so nothing is told of them.
///
/// This is a suggestion where to look, and no more: clothes, hair and walls can have the same colours,
/// and skin in other light has others. Where none is told, there may be skin, and marks on it.
pub fn skin(picture: &Picture, faces: &[Region], people: Option<&Mask>) -> Vec<Region> {
    let size = picture.size();
    let people = people.filter(|people| people.size() == size);
    let faces: Vec<_> =
        faces.iter().filter_map(|face| face.within(size.width, size.height)).collect();
    if is_grey(picture) {
        return Vec::new();
    }
    let tones: Vec<_> = faces.iter().filter_map(|face| Tone::of(picture, face, people)).collect();
    let alike = alike(picture, &tones, |x, y| {
        let is_face = |face: &Region| {
            let [x, y] = [x, y].map(|at| at as f32 + 0.5);
            (face.left..face.right).contains(&x) && (face.top..face.bottom).contains(&y)
        };
        people.is_none_or(|people| people.has(x, y)) && !faces.iter().any(is_face)
    });
    places(&alike)
}

/// The colours of one face, in its light.
#[derive(Debug)]
struct Tone {
    /// Where they lie, blue and red against brightness.
    middle: [f32; 2],
    /// The inverse of their spread: across, both, down.
    inverse: [f32; 3],
    brightness: f32,
}

impl Tone {
    /// `None` if too little of the face is seen.
    fn of(picture: &Picture, face: &Region, people: Option<&Mask>) -> Option<Self> {
        let mut colours = Vec::new();
        for (u, v) in (0..GRID).flat_map(|v| (0..GRID).map(move |u| (u, v))) {
            let [u, v] = [u, v].map(|at| (at as f32 + 0.5) / GRID as f32);
            let is_in = |([x, y], [across, down]): &([f32; 2], [f32; 2])| {
                (u - x).abs() < *across && (v - y).abs() < *down
            };
            let x = (face.left + (face.right - face.left) * u) as u32;
            let y = (face.top + (face.bottom - face.top) * v) as u32;
            if PLACES.iter().any(is_in) && people.is_none_or(|people| people.has(x, y)) {
                colours.extend(colour(picture, x, y));
            }
        }
        if colours.len() < SAMPLES_MIN {
            return None;
        }
        let brightness = median(colours.iter().map(|colour| colour[2]).collect());
        let more = (DIFFERENCE * brightness / BRIGHT).clamp(DIFFERENCE_MIN, DIFFERENCE);
        let middle = [0, 1].map(|at| median(colours.iter().map(|colour| colour[at]).collect()));
        let mut tone = Self { middle, inverse: [1.0, 0.0, 1.0], brightness };
        tone.inverse = inverse(&colours, &tone.middle, 1.0, more);
        for _ in 0..STEPS {
            colours.sort_by(|one, other| tone.distance(one).total_cmp(&tone.distance(other)));
            let kept = &colours[..(colours.len() as f32 * KEPT) as usize];
            tone.middle = mean(kept);
            tone.inverse = inverse(kept, &tone.middle, SPREAD, more);
        }
        Some(tone)
    }

    /// How far a colour is from the middle, squared, in the spread of all.
    fn distance(&self, colour: &[f32; 3]) -> f32 {
        let (x, y) = (colour[0] - self.middle[0], colour[1] - self.middle[1]);
        let [across, both, down] = self.inverse;
        x * x * across + 2.0 * x * y * both + y * y * down
    }

    fn holds(&self, colour: &[f32; 3]) -> bool {
        let brightness = colour[2] / self.brightness.max(1.0);
        (DARKER..LIGHTER).contains(&brightness) && self.distance(colour) < DISTANCE_MAX
    }
}

/// Pixels of one of these tones where it is asked for.
fn alike(picture: &Picture, tones: &[Tone], is_asked: impl Fn(u32, u32) -> bool) -> Mask {
    Mask::from_fn(picture.size(), |x, y| {
        let colour = || colour(picture, x, y);
        is_asked(x, y)
            && colour().is_some_and(|colour| tones.iter().any(|tone| tone.holds(&colour)))
    })
}

/// The rectangles around the parts of a mask that are large enough, the largest part first.
fn places(mask: &Mask) -> Vec<Region> {
    let Size { width, height } = mask.size();
    let pixels_min = (u64::from(width) * u64::from(height) / PART_MIN).max(16);
    let mut places: Vec<_> =
        mask.parts(pixels_min).into_iter().map(|part| (part.pixels, part.region)).collect();
    places.sort_by_key(|(pixels, _)| core::cmp::Reverse(*pixels));
    places.truncate(PLACES_MAX);
    places.into_iter().map(|(_, region)| region).collect()
}

fn is_grey(picture: &Picture) -> bool {
    let Size { width, height } = picture.size();
    let at =
        |step: u32, length: u32| (u64::from(length) * u64::from(step) / u64::from(GRID)) as u32;
    let steps = (0..GRID).flat_map(|v| (0..GRID).map(move |u| (u, v)));
    let colours = steps.filter_map(|(u, v)| colour(picture, at(u, width), at(v, height)));
    let is_colourful = |colour: &[f32; 3]| colour[0].hypot(colour[1]) > COLOURFUL;
    colours.filter(is_colourful).count() < (GRID * GRID / 100) as usize
}

/// Blue and red against brightness, and brightness itself (ITU-R BT.601), from 0 to 255.
fn colour(picture: &Picture, x: u32, y: u32) -> Option<[f32; 3]> {
    let at = (y as usize * picture.size().width as usize + x as usize) * 3;
    let [red, green, blue] = *picture.samples().get(at..)?.first_chunk::<3>()?;
    let [red, green, blue] = [red, green, blue].map(f32::from);
    let brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some([(blue - brightness) * 0.564, (red - brightness) * 0.713, brightness])
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn mean(colours: &[[f32; 3]]) -> [f32; 2] {
    [0, 1].map(|at| {
        colours.iter().map(|colour| colour[at]).sum::<f32>() / colours.len().max(1) as f32
    })
}

/// The inverse of how colours are spread around their middle, made wider.
fn inverse(colours: &[[f32; 3]], middle: &[f32; 2], times: f32, more: f32) -> [f32; 3] {
    let spread = |one: usize, other: usize| {
        let each =
            |colour: &[f32; 3]| (colour[one] - middle[one]) * (colour[other] - middle[other]);
        colours.iter().map(each).sum::<f32>() / colours.len().max(1) as f32 * times
    };
    let (across, both, down) =
        (spread(0, 0) + more * more, spread(0, 1), spread(1, 1) + more * more);
    let all = across * down - both * both;
    [down / all, -both / all, across / all]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::people::{self, Colour, Face};
    use pixels::Shape;

    const SIZE: Size = Size { width: 400, height: 300 };
    const FACE: Face = Face { x: 120.0, y: 90.0, width: 80.0 };
    const ARM: Region = Region { left: 260.0, top: 120.0, right: 300.0, bottom: 220.0 };

    /// A face and an arm, in front of a wall with a jacket.
    fn drawn() -> Picture {
        people::in_front(SIZE, &[FACE], |x, y| match (x as u32, y as u32) {
            (260..300, 120..220) => people::SKIN,
            (320..380, 40..200) => [60.0, 75.0, 110.0],
            _ => [70.0, 110.0, 150.0],
        })
    }

    /// The same with skin of this colour, in bright or dim light.
    fn toned(drawn: &Picture, tone: Colour, light: f32) -> Picture {
        let samples = drawn.samples().chunks_exact(3).flat_map(|pixel| {
            let colour = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            let is_skin =
                colour.iter().zip(people::SKIN).all(|(one, other)| (one - other).abs() < 3.0);
            (if is_skin { tone } else { colour }).map(|sample| (sample * light) as u8)
        });
        Picture::new(SIZE, samples.collect()).unwrap()
    }

    /// Skin from very light to very dark: the Monk Skin Tone scale (Monk, 2019).
    const TONES: [Colour; 10] = [
        [246.0, 237.0, 228.0],
        [243.0, 231.0, 219.0],
        [247.0, 234.0, 208.0],
        [234.0, 218.0, 186.0],
        [215.0, 189.0, 150.0],
        [160.0, 126.0, 86.0],
        [130.0, 92.0, 67.0],
        [96.0, 65.0, 52.0],
        [58.0, 49.0, 42.0],
        [41.0, 36.0, 32.0],
    ];

    #[test]
    fn skin_of_every_tone_is_told_in_every_light() {
        let drawn = drawn();
        for (index, tone) in TONES.into_iter().enumerate() {
            for light in [1.0, 0.6, 0.35] {
                let found = skin(&toned(&drawn, tone, light), &[FACE.region()], None);
                let best = found.iter().map(|place| place.overlap(&ARM)).fold(0.0, f32::max);
                assert!(best > 0.9, "{index} {light}: {found:?}");
            }
        }
    }

    #[test]
    fn what_lies_beside_people_is_not_told_nor_what_has_no_face() {
        let picture = toned(&drawn(), TONES[5], 1.0);
        let mut people = Mask::none(SIZE);
        people.add(&Shape::Box(Region { left: 0.0, top: 0.0, right: 250.0, bottom: 300.0 }));
        let is_arm = |place: &Region| place.overlap(&ARM) > 0.1;
        assert!(!skin(&picture, &[FACE.region()], Some(&people)).iter().any(is_arm));
        assert!(skin(&picture, &[FACE.region()], Some(&people.inverted())).is_empty());
        assert!(skin(&picture, &[], None).is_empty());
    }

    #[test]
    fn nothing_is_told_of_a_picture_without_colours() {
        let picture = toned(&drawn(), TONES[4], 1.0);
        let grey = picture.samples().chunks_exact(3).flat_map(|pixel| [pixel[1]; 3]).collect();
        let grey = Picture::new(SIZE, grey).unwrap();
        assert!(!skin(&picture, &[FACE.region()], None).is_empty());
        assert!(skin(&grey, &[FACE.region()], None).is_empty());
    }

    #[test]
    fn faces_that_are_none_tell_nothing() {
        let region =
            |left: f32, top: f32, right: f32, bottom: f32| Region { left, top, right, bottom };
        let picture = Picture::new(Size { width: 1, height: 1 }, vec![7; 3]).unwrap();
        for face in [
            region(f32::NAN, 0.0, 9.0, 9.0),
            region(-9.0, -9.0, -1.0, -1.0),
            region(0.0, 0.0, f32::INFINITY, f32::INFINITY),
        ] {
            assert!(skin(&picture, &[face], None).is_empty());
        }
    }
}
