//! A colour space of curves and a matrix, or of one grey curve, evaluated: which colour do these
//! samples stand for? And do two spaces mean the same by all their samples?

use super::curves::Curve;

/// Three curves and the colours of pure red, green and blue; for grey, one curve three times.
pub(super) struct Space {
    pub(super) colourants: [[f64; 3]; 3],
    pub(super) curves: [Curve; 3],
    /// Whether only equal samples occur.
    pub(super) is_grey: bool,
}

/// The white of the connection space.
const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];

/// Steps of a ramp from black to a full colour.
const RAMP: usize = 51;
/// Steps along each side of the cube of colours.
const CUBE: usize = 7;

/// A colour by lightness, red-green and yellow-blue.
pub(super) type Lab = [f64; 3];

impl Space {
    /// The largest difference that is seen between the two, over ramps of all full colours and a
    /// grid of all mixed ones. Stops at the first one above `enough`, and gives that.
    pub(super) fn difference(
        &self,
        other: &Self,
        bound: impl Fn(Lab, Lab) -> f64,
        enough: f64,
    ) -> f64 {
        let (mut mine, mut others) = (Swatches::of(self), Swatches::of(other));
        let mut largest: f64 = 0.0;
        for levels in levels(self.is_grey) {
            let here = bound(mine.colour(levels), others.colour(levels));
            // What is no number is no colour.
            largest = if here.is_finite() { largest.max(here) } else { f64::INFINITY };
            if largest > enough {
                break;
            }
        }
        largest
    }
}

/// Steps of the ramps, then those of the cube: few samples occur, so each curve is asked once for
/// each.
const LEVELS: usize = RAMP + 1 + CUBE + 1;

/// A space, and what its curves have said so far.
struct Swatches<'a> {
    space: &'a Space,
    strengths: [[Option<f64>; LEVELS]; 3],
}

impl<'a> Swatches<'a> {
    fn of(space: &'a Space) -> Self {
        Self { space, strengths: [[None; LEVELS]; 3] }
    }

    /// The colour of three samples, each given by its level.
    fn colour(&mut self, levels: [usize; 3]) -> Lab {
        let mut light = [0.0; 3];
        let channels = self.space.curves.iter().zip(&self.space.colourants);
        for (((curve, colourant), known), level) in channels.zip(&mut self.strengths).zip(levels) {
            let strength = *known[level].get_or_insert_with(|| curve.at(sample(level)));
            for (sum, part) in light.iter_mut().zip(colourant) {
                *sum += strength * part;
            }
        }
        lab(light)
    }
}

/// The sample from 0 to 1 that a level stands for.
fn sample(level: usize) -> f64 {
    match level.checked_sub(RAMP + 1) {
        None => level as f64 / RAMP as f64,
        Some(step) => step as f64 / CUBE as f64,
    }
}

/// The samples that are looked at. Full colours come first, since they tell most spaces apart.
fn levels(is_grey: bool) -> impl Iterator<Item = [usize; 3]> {
    let ramps = (0..=RAMP).rev().flat_map(move |step| {
        let full = if is_grey { 7 } else { 1 }..=7;
        full.map(move |full| [1, 2, 4].map(|bit| if full & bit != 0 { step } else { 0 }))
    });
    let side = if is_grey { 0 } else { CUBE + 1 };
    let cube = (0..side * side * side).map(move |index| {
        [index % side, index / side % side, index / side / side].map(|step| RAMP + 1 + step)
    });
    ramps.chain(cube)
}

fn lab(light: [f64; 3]) -> Lab {
    let root = |index: usize| {
        let part = light[index] / WHITE[index];
        if part > 216.0 / 24389.0 { part.cbrt() } else { (part * 24389.0 / 27.0 + 16.0) / 116.0 }
    };
    let [x, y, z] = [root(0), root(1), root(2)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// No less than the difference that CIEDE2000 gives for two near colours, and quicker. That formula
/// widens the differences of greyish colours along red and green by half; those of strong colours
/// it narrows more than is done here.
pub(super) fn seen_at_most(one: Lab, other: Lab) -> f64 {
    let [lightness, green, yellow] = [0, 1, 2].map(|index| one[index] - other[index]);
    let strength = one[1].hypot(one[2]).min(other[1].hypot(other[2]));
    let colour = 1.5 * green.hypot(yellow) / (1.0 + 0.006 * strength);
    lightness.hypot(colour)
}
