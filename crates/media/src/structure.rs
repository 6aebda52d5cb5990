//! Does a map that belongs to a photo (of brightness ratios, of distances) show more than the photo?
//!
//! A map has other grey levels than its photo, bright where that is dark, or flat where that is
//! lively. What they share is where edges are and how those lie. So edges are compared: first as
//! the two lie, then the whole photo with each part of the map that it could have been cut from.

use image::imageops::{self, FilterType};
use image::{GrayImage, ImageBuffer, Luma};

use crate::finding::Comparison;
use crate::thumbnail::SHAPE_DIFFERENCE_MAX;

type Levels = ImageBuffer<Luma<f32>, Vec<f32>>;

/// Side of the squares that photos are made to, in samples.
const SIDE: u32 = 32;
/// Edges next to the border are none: one sample is needed on each side, and one more is blurred.
const BORDER: u32 = 2;
/// Side of the whole map, when the part that is compared has [`SIDE`]: from cuts that leave nine
/// tenths of each side down to those that leave two fifths.
const MAP_SIDES: [u32; 9] = [36, 40, 44, 48, 54, 60, 68, 76, 84];
/// Likeness above which two show the same edges. The maps of cameras reach 0.37 to 0.98, unrelated
/// pictures at most 0.37 in the best of all places.
const SAME_MIN: f64 = 0.4;
/// How much better a part must fit than the whole, to be what was left by a cut. In photos that
/// were not cut no part fits better by anything.
const BETTER_BY_MIN: f64 = 0.2;
/// A photo made small, to be compared with maps.
#[derive(Clone)]
pub(crate) struct Outline {
    width_by_height: f64,
    edges: Edges,
}

impl Outline {
    pub(crate) fn of(photo: &GrayImage) -> Self {
        let (width, height) = photo.dimensions();
        let edges = Edges::of(&scaled(&levels(photo), SIDE));
        Self { width_by_height: shape(width, height), edges }
    }

    /// Whether a map shows the same as the photo, or more. `may_be_turned` says that the photo is
    /// shown turned by a quarter: then its map may lie as it is shown.
    pub(crate) fn compare(&self, map: &GrayImage, may_be_turned: bool) -> Comparison {
        let (width, height) = map.dimensions();
        let rounding = 1.0 / f64::from(width.min(height).max(1));
        let is_close = |shape: f64| {
            (self.width_by_height / shape).ln().abs() <= SHAPE_DIFFERENCE_MAX + rounding
        };
        let map_shape = shape(width, height);
        if !is_close(map_shape) {
            let is_turned = may_be_turned && is_close(1.0 / map_shape);
            return if is_turned { Comparison::Unknown } else { Comparison::Different };
        }
        // Once, so that each of the sizes below is made from few samples.
        let map = scaled(&levels(map), MAP_SIDES[MAP_SIDES.len() - 1] * 2);
        let whole = self.edges.likeness(&Edges::of(&scaled(&map, SIDE)), 0, 0);
        let part =
            MAP_SIDES.into_iter().map(|side| self.best_place(&Edges::of(&scaled(&map, side))));
        let part = part.fold(f64::NEG_INFINITY, f64::max);
        if part > SAME_MIN && part - whole > BETTER_BY_MIN {
            Comparison::Different
        } else if whole > SAME_MIN {
            Comparison::Same
        } else {
            Comparison::Unknown
        }
    }

    /// The likeness in that place of a larger map where it is largest: every third place is tried,
    /// then those around the best.
    fn best_place(&self, map: &Edges) -> f64 {
        let last = map.side - SIDE;
        let at = |(left, top): (u32, u32)| self.edges.likeness(map, left, top);
        let coarse = || (0..=last).step_by(3);
        let places = coarse().flat_map(|top| coarse().map(move |left| (left, top)));
        let best =
            places.map(|place| (at(place), place)).max_by(|one, two| one.0.total_cmp(&two.0));
        let (likeness, (left, top)) = best.unwrap_or_default();
        let near = |place: u32| place.saturating_sub(2)..=(place + 2).min(last);
        let places = near(top).flat_map(|top| near(left).map(move |left| (left, top)));
        places.map(at).fold(likeness, f64::max)
    }
}

fn shape(width: u32, height: u32) -> f64 {
    f64::from(width.max(1)) / f64::from(height.max(1))
}

/// From 0 to 1: beyond, resizing would cut levels off.
fn levels(picture: &GrayImage) -> Levels {
    let samples = picture.as_raw().iter().map(|level| f32::from(*level) / 255.0).collect();
    Levels::from_raw(picture.width(), picture.height(), samples).unwrap_or_default()
}

fn scaled(picture: &Levels, side: u32) -> Levels {
    imageops::resize(picture, side, side, FilterType::Triangle)
}

/// For each sample of a square how strong an edge is there, and how it lies: with twice its angle,
/// so that from dark to bright is the same as from bright to dark.
#[derive(Clone)]
struct Edges {
    side: u32,
    lying: Vec<[f32; 2]>,
}

impl Edges {
    fn of(square: &Levels) -> Self {
        let side = square.width();
        let level = |x: u32, y: u32| square.get_pixel(x, y).0[0];
        let edge = |place: u32| {
            let (x, y) = (place % side, place / side);
            if x == 0 || y == 0 || x == side - 1 || y == side - 1 {
                return [0.0; 2];
            }
            let across = level(x + 1, y) - level(x - 1, y);
            let down = level(x, y + 1) - level(x, y - 1);
            let strength = across.hypot(down);
            if strength < f32::EPSILON {
                return [0.0; 2];
            }
            // The root of the strength: strong edges count for more, but do not decide alone.
            let per = strength * strength.sqrt();
            [(across * across - down * down) / per, 2.0 * across * down / per]
        };
        Self { side, lying: (0..side * side).map(edge).collect() }
    }

    fn row(&self, left: u32, y: u32) -> &[[f32; 2]] {
        let start = (y * self.side + left + BORDER) as usize;
        &self.lying[start..start + (SIDE - 2 * BORDER) as usize]
    }

    /// How alike these edges and those of a part of another picture are: 1 if they are the same, 0
    /// if they have nothing to do with each other.
    fn likeness(&self, other: &Self, left: u32, top: u32) -> f64 {
        let (mut shared, mut own, mut others) = (0.0_f32, 0.0_f32, 0.0_f32);
        for y in BORDER..SIDE - BORDER {
            for (one, two) in self.row(0, y).iter().zip(other.row(left, top + y)) {
                shared += one[0] * two[0] + one[1] * two[1];
                own += one[0] * one[0] + one[1] * one[1];
                others += two[0] * two[0] + two[1] * two[1];
            }
        }
        let strength = (own * others).sqrt();
        if strength > f32::EPSILON { f64::from(shared / strength) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDTH: u32 = 240;
    const HEIGHT: u32 = 180;

    /// A scene of bright and dark discs and a slanted horizon, by a seed.
    fn scene(seed: u32) -> GrayImage {
        let discs: Vec<[f32; 4]> = (0..14)
            .map(|index| {
                let of = |salt: u32| {
                    let number = ((seed * 14 + index) * 4 + salt).wrapping_mul(2_654_435_761);
                    let mixed = (number ^ number >> 15).wrapping_mul(2_246_822_519);
                    (mixed >> 8) as f32 / (1 << 24) as f32
                };
                [of(1) * WIDTH as f32, of(2) * HEIGHT as f32, 8.0 + of(3) * 30.0, of(4) * 255.0]
            })
            .collect();
        GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
            let (x, y) = (x as f32, y as f32);
            let ground = if y > 100.0 + x * 0.2 { 70.0 } else { 150.0 };
            let on = |disc: &&[f32; 4]| (x - disc[0]).hypot(y - disc[1]) < disc[2];
            Luma([discs.iter().find(on).map_or(ground, |disc| disc[3]) as u8])
        })
    }

    /// What a camera makes of it: only what is bright, upside down if asked for, a quarter as large.
    fn gain_map(scene: &GrayImage, is_inverted: bool) -> GrayImage {
        let level = |level: u8| {
            let gain = level.saturating_sub(60) / 2;
            if is_inverted { 255 - gain } else { gain }
        };
        let bright =
            GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([level(scene.get_pixel(x, y).0[0])]));
        imageops::resize(&bright, WIDTH / 4, HEIGHT / 4, FilterType::Triangle)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_map_of_the_same_cut_is_no_alarm(seed in 0..10_000_u32, is_inverted: bool) {
            let scene = scene(seed);
            let compared = Outline::of(&scene).compare(&gain_map(&scene, is_inverted), false);
            prop_assert_ne!(compared, Comparison::Different);
        }
    }

    #[test]
    fn most_cuts_are_seen() {
        let (mut seen, mut missed) = (0, 0);
        for seed in 0..20 {
            let scene = scene(seed);
            let map = gain_map(&scene, seed % 2 == 0);
            let (width, height) = (WIDTH * (45 + seed * 2) / 100, HEIGHT * (45 + seed * 2) / 100);
            let (left, top) =
                ((WIDTH - width) * (seed % 5) / 4, (HEIGHT - height) * (seed % 3) / 2);
            let cut = imageops::crop_imm(&scene, left, top, width, height).to_image();
            match Outline::of(&cut).compare(&map, false) {
                Comparison::Different => seen += 1,
                Comparison::Same => missed += 1,
                Comparison::Unknown => {}
            }
        }
        assert!(seen >= 16 && missed == 0, "{seen} of 20 seen, {missed} taken for the same");
    }

    #[test]
    fn maps_that_say_nothing_or_have_another_shape() {
        let outline = Outline::of(&scene(1));
        let flat = GrayImage::from_pixel(60, 45, Luma([0]));
        assert_eq!(outline.compare(&flat, false), Comparison::Unknown);
        let slope = GrayImage::from_fn(60, 45, |x, y| Luma([(x + 3 * y) as u8]));
        assert_eq!(outline.compare(&slope, false), Comparison::Unknown);
        let wide = GrayImage::from_pixel(80, 45, Luma([0]));
        assert_eq!(outline.compare(&wide, false), Comparison::Different);
        let turned = GrayImage::from_pixel(45, 60, Luma([0]));
        assert_eq!(outline.compare(&turned, false), Comparison::Different);
        assert_eq!(outline.compare(&turned, true), Comparison::Unknown);
        assert_eq!(
            outline.compare(&GrayImage::from_pixel(1, 1, Luma([9])), false),
            Comparison::Unknown
        );
    }

    #[test]
    fn another_scene_is_not_taken_for_a_cut() {
        for seed in 0..8 {
            let map = gain_map(&scene(seed + 100), false);
            assert_ne!(Outline::of(&scene(seed)).compare(&map, false), Comparison::Same);
        }
    }
}
