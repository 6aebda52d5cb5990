//! Masks: whatever a shape touches is meant, and nothing far from it.

use proptest::prelude::*;

use super::*;
use crate::{Outline, Point};

const SIZE: Size = Size { width: 24, height: 18 };

fn mask(shape: &Shape) -> Mask {
    let mut mask = Mask::none(SIZE);
    mask.add(shape);
    mask
}

fn region(left: f32, top: f32, right: f32, bottom: f32) -> Region {
    Region { left, top, right, bottom }
}

#[test]
fn a_box_is_what_it_touches() {
    let mask = mask(&Shape::Box(region(1.5, 2.0, 4.0, 3.1)));
    let meant = |x: u32, y: u32| (1..4).contains(&x) && (2..4).contains(&y);
    assert_eq!(mask, Mask::from_fn(SIZE, meant));
    assert_eq!((mask.count(), mask.inverted().count()), (6, 24 * 18 - 6));
}

#[test]
fn masks_are_joined_and_made_line_by_line() {
    let left = Mask::from_fn(SIZE, |x, _| x < 3);
    let upper = Mask::by_lines(SIZE, |y, line| line.fill(y < 2));
    assert_eq!(upper, Mask::from_fn(SIZE, |_, y| y < 2));
    let mut both = left.clone();
    both.join(&upper);
    assert_eq!(both, Mask::from_fn(SIZE, |x, y| x < 3 || y < 2));
    both.join(&Mask::from_fn(Size { width: 18, height: 24 }, |_, _| true));
    assert_eq!(both.count(), 24 * 2 + 3 * 16);
}

#[test]
fn shapes_beside_the_picture_are_cut_off_or_gone() {
    assert_eq!(mask(&Shape::Box(region(-9.0, -9.0, 1.0, 1.0))).count(), 1);
    assert_eq!(mask(&Shape::Box(region(24.0, 0.0, 99.0, 99.0))).count(), 0);
    let far = Shape::Stroke { points: vec![Point { x: 1e30, y: -1e30 }], width: 4.0 };
    assert_eq!(mask(&far).count(), 0);
    let huge = Shape::Ellipse(region(-1e9, -1e9, 1e9, 1e9));
    assert_eq!(mask(&huge).count(), 24 * 18);
}

#[test]
fn what_is_no_shape_is_refused() {
    let point = |x: f32, y: f32| Point { x, y };
    let wrong = [
        Shape::Box(region(1.0, 1.0, 1.0, 5.0)),
        Shape::Ellipse(region(f32::NAN, 1.0, 3.0, 5.0)),
        Shape::Polygon(vec![point(0.0, 0.0), point(1.0, 1.0)]),
        Shape::Polygon(vec![point(0.0, 0.0); crate::POINTS_MAX + 1]),
        Shape::Stroke { points: vec![], width: 3.0 },
        Shape::Stroke { points: vec![point(0.0, f32::INFINITY)], width: 3.0 },
        Shape::Stroke { points: vec![point(0.0, 0.0)], width: 0.0 },
    ];
    assert!(wrong.iter().all(|shape| shape.check().is_err()));
    assert!(Shape::Stroke { points: vec![point(0.0, 0.0)], width: 1.0 }.check().is_ok());
}

fn points() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec((-5.0_f32..30.0, -5.0_f32..25.0), 3..7)
        .prop_map(|points| points.into_iter().map(|(x, y)| Point { x, y }).collect())
}

/// How far a place is from a line.
fn distance(at: Point, a: Point, b: Point) -> f32 {
    let (x, y) = (b.x - a.x, b.y - a.y);
    let length = x * x + y * y;
    let part = if length > 0.0 { ((at.x - a.x) * x + (at.y - a.y) * y) / length } else { 0.0 };
    let part = part.clamp(0.0, 1.0);
    (at.x - a.x - part * x).hypot(at.y - a.y - part * y)
}

proptest! {
    /// Many places of each pixel are asked: one that is near the stroke means the pixel.
    #[test]
    fn a_stroke_is_all_pixels_that_it_touches(points in points(), width in 0.3_f32..9.0) {
        let mask = mask(&Shape::Stroke { points: points.clone(), width });
        for (x, y) in (0..SIZE.width).flat_map(|x| (0..SIZE.height).map(move |y| (x, y))) {
            let nearest = (0..=8).flat_map(|u| (0..=8).map(move |v| (u, v))).map(|(u, v)| {
                let at = Point { x: x as f32 + u as f32 / 8.0, y: y as f32 + v as f32 / 8.0 };
                points.windows(2).map(|ends| distance(at, ends[0], ends[1])).fold(f32::MAX, f32::min)
            });
            let nearest = nearest.fold(f32::MAX, f32::min);
            if nearest < width / 2.0 - 0.01 {
                prop_assert!(mask.has(x, y), "{x} {y}");
            } else if nearest > width / 2.0 + 1.0 {
                // Lines that are nearly level reach a little further.
                prop_assert!(!mask.has(x, y) || nearest < width / 2.0 + 2.0 , "{x} {y}");
            }
        }
    }

    /// The middle of a pixel lies within a polygon by the number of times around.
    #[test]
    fn a_polygon_is_all_that_lies_within(points in points()) {
        let mask = mask(&Shape::Polygon(points.clone()));
        for (x, y) in (0..SIZE.width).flat_map(|x| (0..SIZE.height).map(move |y| (x, y))) {
            let at = Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
            let ends = points.iter().zip(points.iter().skip(1).chain(points.first()));
            let mut around = 0.0;
            let mut nearest = f32::MAX;
            for (a, b) in ends {
                nearest = nearest.min(distance(at, *a, *b));
                let angle = (b.y - at.y).atan2(b.x - at.x) - (a.y - at.y).atan2(a.x - at.x);
                around += angle.sin().atan2(angle.cos());
            }
            let is_inside = around.abs() > core::f32::consts::PI;
            if nearest > 0.01 && is_inside {
                prop_assert!(mask.has(x, y), "{x} {y}");
            } else if nearest > 1.5 && !is_inside {
                prop_assert!(!mask.has(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn an_outline_of_a_box_means_the_same_as_the_box(left in 0_u8..20, top in 0_u8..15, width in 1_u8..9, height in 1_u8..9) {
        let [left, top, width, height] = [left, top, width, height].map(f32::from);
        let region = region(left, top, left + width, top + height);
        let outline: Outline = region.outline();
        prop_assert_eq!(mask(&outline.into()), mask(&Shape::Box(region)));
    }

    #[test]
    fn growing_reaches_just_as_far_as_it_says(x in 0_u32..24, y in 0_u32..18, by in 0_u32..30) {
        let one = Mask::from_fn(SIZE, |at_x, at_y| (at_x, at_y) == (x, y));
        let meant = |at_x: u32, at_y: u32| at_x.abs_diff(x) <= by && at_y.abs_diff(y) <= by;
        prop_assert_eq!(one.grown(by), Mask::from_fn(SIZE, meant));
    }
}

proptest! {
    #[test]
    fn a_shape_holds_a_point_where_its_mask_has_the_pixel(
        corners in proptest::collection::vec((0.0_f32..24.0, 0.0_f32..18.0), 1..6), width in 0.5_f32..6.0
    ) {
        let points: Vec<_> = corners.into_iter().map(|(x, y)| Point { x, y }).collect();
        let around = Region::around(&points);
        let shapes = [
            Shape::Box(around), Shape::Ellipse(around), Shape::Polygon(points.clone()),
            Shape::Stroke { points, width },
        ];
        for shape in shapes.iter().filter(|shape| shape.check().is_ok()) {
            let mask = mask(shape);
            for (x, y) in (0..SIZE.width).flat_map(|x| (0..SIZE.height).map(move |y| (x, y))) {
                let at = Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
                // Where the outline ends just at a pixel, either answer is right.
                let is_edge = !mask.grown(1).has(x, y) || !mask.inverted().grown(1).has(x, y);
                prop_assert!(!is_edge || shape.holds(at) == mask.has(x, y), "{shape:?} {at:?}");
                prop_assert!(!shape.holds(at) || mask.has(x, y), "{shape:?} {at:?}");
            }
        }
    }

    #[test]
    fn a_moved_shape_has_a_moved_mask(x in 0_u8..6, y in 0_u8..6, right in 0_u8..6, down in 0_u8..6) {
        let from = region(x.into(), y.into(), f32::from(x) + 5.0, f32::from(y) + 4.0);
        let shape = Shape::Ellipse(from);
        let (moved, was) = (mask(&shape.moved(right.into(), down.into())), mask(&shape));
        let meant = |x: u32, y: u32| {
            x >= right.into() && y >= down.into() && was.has(x - u32::from(right), y - u32::from(down))
        };
        prop_assert_eq!(moved, Mask::from_fn(SIZE, meant));
    }
}
