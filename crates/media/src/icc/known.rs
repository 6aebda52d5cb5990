//! The colour spaces that cameras and programs really use, each with one profile that is made here.
//!
//! Their profiles differ from maker to maker by roundings no one can see, and so tell who made the
//! file. Whatever is as good as one of these spaces becomes that one.

use super::curves::Curve;
use super::space::{Space, seen_at_most};
use super::{COLOURANTS, Colour, D50, RGB_CURVES, Tag, fixed, write};

/// Differences up to this cannot be seen: half of what a trained eye tells apart side by side.
const DIFFERENCE_MAX: f64 = 0.5;

/// How samples become light.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Tone {
    Linear,
    /// A power; the number is written in 256ths, as older profiles do.
    Power(u16),
    /// A power with a straight line near black.
    Formula([f64; 5]),
}

pub(super) const SRGB_TONE: Tone =
    Tone::Formula([2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45]);
/// The curve of video cameras.
pub(super) const VIDEO_TONE: Tone =
    Tone::Formula([1.0 / 0.45, 1.0 / 1.099_3, 0.099_3 / 1.099_3, 1.0 / 4.5, 0.081_2]);
pub(super) const POWER_1_8: Tone = Tone::Power(461);
pub(super) const POWER_2_2: Tone = Tone::Power(563);
const POWER_2_6: Tone = Tone::Power(666);

/// The light of pure red, green and blue, seen under the connection space's white.
pub(super) type Primaries = [[f64; 3]; 3];

pub(super) const SRGB: Primaries =
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]];
pub(super) const P3: Primaries =
    [[0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407]];
const ADOBE_RGB: Primaries =
    [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]];
const PROPHOTO: Primaries =
    [[0.79767, 0.28804, 0.0], [0.13519, 0.71188, 0.0], [0.03134, 0.00009, 0.82491]];
pub(super) const REC_2020: Primaries =
    [[0.67348, 0.27904, -0.00193], [0.16567, 0.67534, 0.02998], [0.12505, 0.04561, 0.79686]];
const APPLE_RGB: Primaries =
    [[0.47554, 0.25516, 0.01845], [0.33971, 0.67259, 0.11333], [0.14895, 0.07225, 0.69312]];
/// What Apple's programs called "Generic RGB".
const GENERIC_RGB: Primaries =
    [[0.45430, 0.24191, 0.01489], [0.35335, 0.67363, 0.09064], [0.15665, 0.08446, 0.71957]];
/// The projectors' white is greener than daylight.
const CINEMA_P3: Primaries =
    [[0.48616, 0.22668, -0.00080], [0.32385, 0.71033, 0.04324], [0.15419, 0.06298, 0.78247]];

/// The first is what viewers take a picture for that says nothing.
const SPACES: [(Primaries, Tone); 13] = [
    (SRGB, SRGB_TONE),
    (P3, SRGB_TONE),
    (ADOBE_RGB, POWER_2_2),
    (PROPHOTO, POWER_1_8),
    (REC_2020, VIDEO_TONE),
    (SRGB, VIDEO_TONE),
    (SRGB, POWER_2_2),
    (SRGB, Tone::Linear),
    (P3, POWER_2_2),
    (REC_2020, SRGB_TONE),
    (APPLE_RGB, POWER_1_8),
    (GENERIC_RGB, POWER_1_8),
    (CINEMA_P3, POWER_2_6),
];
const GREYS: [Tone; 4] = [SRGB_TONE, POWER_2_2, POWER_1_8, Tone::Linear];

impl Tone {
    fn curve(self) -> Curve {
        match self {
            Self::Linear => Curve::Points(Vec::new()),
            Self::Power(power) => Curve::Points(vec![power]),
            Self::Formula(numbers) => {
                Curve::Formula { function: 3, numbers: numbers.map(fixed).concat() }
            }
        }
    }

    /// Formulas came with the fourth version of profiles.
    fn version(self) -> u8 {
        if matches!(self, Self::Formula(_)) { 4 } else { 2 }
    }
}

fn space(primaries: Primaries, tone: Tone) -> Space {
    Space { colourants: primaries, curves: [(); 3].map(|()| tone.curve()), is_grey: false }
}

/// A grey curve as a space in which all three samples are equal.
pub(super) fn grey_space(curve: [Curve; 3]) -> Space {
    let [x, y, z] = [0, 4, 8].map(|at| super::fixed_at(&D50, at).unwrap_or(1.0) / 3.0);
    Space { colourants: [[x, y, z]; 3], curves: curve, is_grey: true }
}

/// The one of these spaces that cannot be told from this one; the nearest, if there are several.
pub(super) fn recognise(given: &Space) -> Option<Colour> {
    let known: Vec<Space> = match given.is_grey {
        true => GREYS.map(|tone| grey_space([(); 3].map(|()| tone.curve()))).into(),
        false => SPACES.map(|(primaries, tone)| space(primaries, tone)).into(),
    };
    let differences =
        known.iter().map(|known| given.difference(known, seen_at_most, DIFFERENCE_MAX));
    let near = differences.enumerate().filter(|(_, difference)| *difference <= DIFFERENCE_MAX);
    let (index, _) = near.min_by(|one, other| one.1.total_cmp(&other.1))?;
    Some(match (index, given.is_grey) {
        (0, _) => Colour::Standard,
        (_, true) => Colour::Profile(grey_profile(GREYS[index])),
        (_, false) => Colour::Profile(rgb_profile(SPACES[index])),
    })
}

/// The profile of sRGB.
pub(super) fn standard() -> Vec<u8> {
    rgb_profile(SPACES[0])
}

pub(super) fn rgb_profile((primaries, tone): (Primaries, Tone)) -> Vec<u8> {
    let colourants = COLOURANTS.iter().zip(primaries).map(|(signature, values)| {
        (**signature, [b"XYZ \0\0\0\0".as_slice(), &values.map(fixed).concat()].concat())
    });
    let curve = tone.curve().to_bytes();
    let curves = RGB_CURVES.iter().map(|signature| (**signature, curve.clone()));
    display_profile(*b"RGB ", tone, colourants.chain(curves).collect())
}

pub(super) fn grey_profile(tone: Tone) -> Vec<u8> {
    display_profile(*b"GRAY", tone, vec![(*b"kTRC", tone.curve().to_bytes())])
}

fn display_profile(colours: [u8; 4], tone: Tone, tags: Vec<Tag>) -> Vec<u8> {
    let header = super::Header {
        major: tone.version(),
        class: *b"mntr",
        colours,
        connection: *b"XYZ ",
        intent: 0,
    };
    write(&header, tags)
}

/// All profiles that are made here, for the tests.
#[cfg(test)]
pub(super) fn all() -> Vec<Vec<u8>> {
    let rgb = SPACES.into_iter().map(rgb_profile);
    rgb.chain(GREYS.into_iter().map(grey_profile)).collect()
}
