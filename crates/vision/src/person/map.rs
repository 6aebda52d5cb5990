//! What one look says of the pixels of its part of the picture.

use core::ops::Range;

use pixels::{Mask, Size};

/// Squares along each side of a look.
pub(super) const SIDE: usize = 256;

/// From this likelihood on, a pixel belongs to a person for sure. Measured with people cut out and put
/// in front of other pictures: at 0.5, twice as much of what is around them stays.
const SURE: f32 = 0.9;

/// From this one on, it is as likely as not.
const LIKELY: f32 = 0.5;

/// Which pixels are told as a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that are one's for sure: likely, and not at the edge of what is.
    Sure,
    /// All that likely are.
    Likely,
}

/// How likely what is where in a part of the picture belongs to a person.
pub(super) struct Map {
    left: u32,
    top: u32,
    height: u32,
    likelihood_min: f32,
    /// Line by line, of squares that are as large as the part says.
    values: Vec<f32>,
    /// For each column of the part, the first of the two columns of squares that it lies between,
    /// and how far it is towards the second.
    columns: Vec<(u8, f32)>,
}

impl Map {
    /// From what a look said of a part of the picture of this size that begins at this column and
    /// line. `None` if it did not say something of each square.
    pub(super) fn new(
        (left, top): (u32, u32),
        size: Size,
        values: Vec<f32>,
        which: Which,
    ) -> Option<Self> {
        let columns = (0..size.width).map(|x| between(x, size.width)).collect();
        if values.len() != SIDE * SIDE {
            return None;
        }
        let (values, likelihood_min) = match which {
            Which::Sure => (shrunk(&values), SURE),
            Which::Likely => (values, LIKELY),
        };
        Some(Self { left, top, height: size.height, likelihood_min, values, columns })
    }

    /// The columns of the picture that it tells of in this line; empty if it does not.
    fn columns(&self, y: u32) -> Range<usize> {
        let is_known = (self.top..self.top + self.height).contains(&y);
        let left = self.left as usize;
        left..left + if is_known { self.columns.len() } else { 0 }
    }

    /// Whether each pixel of these columns belongs to a person.
    fn line(&self, y: u32) -> impl Iterator<Item = bool> {
        let (row, down) = between(y.saturating_sub(self.top), self.height);
        let row = usize::from(row);
        let (upper, lower) = self.values[row * SIDE..(row + 2) * SIDE].split_at(SIDE);
        let mut line = [0.0; SIDE];
        for (value, (upper, lower)) in line.iter_mut().zip(upper.iter().zip(lower)) {
            *value = upper + (lower - upper) * down;
        }
        let likelihood_min = self.likelihood_min;
        let is_one = move |(first, across): &(u8, f32)| {
            let first = usize::from(*first);
            let (one, other) = (line[first], line[first + 1]);
            one + (other - one) * across >= likelihood_min
        };
        self.columns.iter().map(is_one)
    }
}

/// The pixels that belong to people: as the closer looks say, any of them, and elsewhere as
/// the look at the whole picture says.
pub(super) fn mask(size: Size, whole: &Map, near: &[Map]) -> Mask {
    Mask::by_lines(size, |y, line| {
        line.iter_mut().zip(whole.line(y)).for_each(|(pixel, is_one)| *pixel = is_one);
        let near = || near.iter().filter(|map| !map.columns(y).is_empty());
        // What that said where there are closer looks is forgotten before any of them is asked.
        for map in near() {
            line[map.columns(y)].fill(false);
        }
        for map in near() {
            let pixels = line[map.columns(y)].iter_mut();
            pixels.zip(map.line(y)).for_each(|(pixel, is_one)| *pixel |= is_one);
        }
    })
}

/// Where a pixel lies between the middles of squares, given how many pixels all of them stand for:
/// the first square, and how far it is towards the next.
fn between(at: u32, length: u32) -> (u8, f32) {
    let at = (at as f32 + 0.5) * SIDE as f32 / length as f32 - 0.5;
    let at = at.clamp(0.0, (SIDE - 1) as f32);
    let first = (at as u8).min((SIDE - 2) as u8);
    (first, at - f32::from(first))
}

/// A square less all around: each becomes the least of itself and its eight neighbours.
fn shrunk(values: &[f32]) -> Vec<f32> {
    let least = |values: &[f32], step: usize, place: fn(usize) -> usize| -> Vec<f32> {
        let of_three = |(at, value): (usize, &f32)| {
            let before = if place(at) > 0 { values[at - step] } else { *value };
            let after = if place(at) < SIDE - 1 { values[at + step] } else { *value };
            value.min(before).min(after)
        };
        values.iter().enumerate().map(of_three).collect()
    };
    let across = least(values, 1, |at| at % SIDE);
    least(&across, SIDE, |at| at / SIDE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(start: (u32, u32), size: Size, likely: f32) -> Map {
        Map::new(start, size, vec![likely; SIDE * SIDE], Which::Sure).unwrap()
    }

    #[test]
    fn closer_looks_decide_where_there_are_any() {
        let size = Size { width: 90, height: 70 };
        let part = Size { width: 20, height: 30 };
        let near =
            [flat((10, 5), part, 0.3), flat((20, 15), part, 0.95), flat((70, 40), part, 0.0)];
        let inside = |x: u32, y: u32, (left, top): (u32, u32)| {
            (left..left + 20).contains(&x) && (top..top + 30).contains(&y)
        };
        let (first, second, third) = ((10, 5), (20, 15), (70, 40));
        let mask = super::mask(size, &flat((0, 0), size, 1.0), &near);
        let is_kept = |x, y| inside(x, y, second) || !(inside(x, y, first) || inside(x, y, third));
        assert_eq!(mask, Mask::from_fn(size, is_kept));
        let mask = super::mask(size, &flat((0, 0), size, 0.0), &near);
        assert_eq!(mask, Mask::from_fn(size, |x, y| inside(x, y, second)));
    }

    #[test]
    fn a_look_that_did_not_say_everything_is_none() {
        let size = Size { width: 9, height: 9 };
        assert!(Map::new((0, 0), size, vec![1.0; SIDE * SIDE - 1], Which::Sure).is_none());
    }

    #[test]
    fn an_edge_moves_inwards_by_one_square_and_no_more() {
        // Twice as many pixels as squares; a person from square 100 on.
        let size = Size { width: 512, height: 300 };
        let values = (0..SIDE * SIDE).map(|at| if at % SIDE < 100 { 0.0 } else { 1.0 }).collect();
        let mask = super::mask(size, &Map::new((0, 0), size, values, Which::Sure).unwrap(), &[]);
        let first = mask.line(150).iter().position(|pixel| *pixel != 0).unwrap();
        assert!((202..=204).contains(&first), "{first}");
        assert_eq!(mask.count(), (512 - first as u64) * 300);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        /// Whatever a look says and however large its part is: no pixel belongs to a person whose own
        /// square is not sure to.
        #[test]
        fn no_pixel_is_a_persons_unless_its_own_square_is(
            seeds in prop::collection::vec((0_usize..SIDE, 0_usize..SIDE, 1_usize..90, 0.85_f32..1.0), 1..6),
            width in 1_u32..700, height in 1_u32..700
        ) {
            let size = Size { width, height };
            let mut values = vec![0.88; SIDE * SIDE];
            for (x, y, side, likely) in seeds {
                for line in values.chunks_exact_mut(SIDE).skip(y).take(side) {
                    line.iter_mut().skip(x).take(side).for_each(|value| *value = likely);
                }
            }
            let mask = super::mask(size, &Map::new((0, 0), size, values.clone(), Which::Sure).unwrap(), &[]);
            let square = |at: u32, length: u32| {
                ((at as f32 + 0.5) * SIDE as f32 / length as f32) as usize
            };
            for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
                let own = values[square(y, height) * SIDE + square(x, width)];
                prop_assert!(own >= SURE || !mask.has(x, y), "{x} {y}: {own}");
            }
        }
    }
}
