//! The smallest rectangle around some points, askew if need be.

use pixels::{Outline, Point};

/// A rectangle that may stand askew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    pub(super) middle: Point,
    /// Where its longer sides point: a vector of length 1.
    pub(super) along: Point,
    /// Half the length of its longer sides.
    pub(super) half_length: f32,
    /// Half the length of its shorter sides.
    pub(super) half_height: f32,
}

impl Rectangle {
    /// The rectangle of least area around points; `None` if there are none.
    ///
    /// One of its sides lies along one of the outermost lines between the points.
    pub(super) fn around(points: Vec<Point>) -> Option<Self> {
        let hull = hull(points);
        let first = *hull.first()?;
        let ends = hull.iter().skip(1).chain([&first]);
        let sides = hull.iter().zip(ends).filter_map(|(from, to)| direction(*from, *to));
        // A single point has no sides.
        let ways = sides.chain([Point { x: 1.0, y: 0.0 }]);
        let all = ways.map(|along| Self::along(&hull, along));
        all.min_by(|one, other| one.area().total_cmp(&other.area()))
    }

    /// The rectangle around points one side of which points there.
    fn along(points: &[Point], along: Point) -> Self {
        let across = Point { x: -along.y, y: along.x };
        let (left, right) = extent(points, along);
        let (top, bottom) = extent(points, across);
        let (u, v) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let middle = Point { x: along.x * u + across.x * v, y: along.y * u + across.y * v };
        let (length, height) = ((right - left) / 2.0, (bottom - top) / 2.0);
        if length >= height {
            Self { middle, along, half_length: length, half_height: height }
        } else {
            Self { middle, along: across, half_length: height, half_height: length }
        }
    }

    pub(super) fn area(&self) -> f32 {
        4.0 * self.half_length * self.half_height
    }

    /// The same with its sides this much further out.
    pub(super) fn grown(self, by: f32) -> Self {
        Self { half_length: self.half_length + by, half_height: self.half_height + by, ..self }
    }

    /// Its corners, clockwise, the first at the upper end of its left side, where it lies across;
    /// where it stands, at the right end of its upper side, as for a line that is read downwards.
    pub(super) fn outline(&self) -> Outline {
        let Point { x, y } = self.along;
        let is_lying = x.abs() >= y.abs();
        let backwards = if is_lying { x < 0.0 } else { y < 0.0 };
        let (x, y) = if backwards { (-x, -y) } else { (x, y) };
        let (length, height) = (self.half_length, self.half_height);
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(u, v)| Point {
            x: self.middle.x + u * length * x - v * height * y,
            y: self.middle.y + u * length * y + v * height * x,
        })
    }
}

/// Least and greatest distance of points in this direction.
fn extent(points: &[Point], way: Point) -> (f32, f32) {
    let along = points.iter().map(|point| point.x * way.x + point.y * way.y);
    along.fold((f32::MAX, f32::MIN), |(least, most), at| (least.min(at), most.max(at)))
}

/// From one point to another, as a vector of length 1; `None` if they are the same.
fn direction(from: Point, to: Point) -> Option<Point> {
    let (x, y) = (to.x - from.x, to.y - from.y);
    let length = x.hypot(y);
    (length > 0.0).then(|| Point { x: x / length, y: y / length })
}

/// The outermost of the points, one after the other around all of them (Andrew's monotone chain).
fn hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|one, other| one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut hull = half_hull(points.iter());
    hull.extend(half_hull(points.iter().rev()));
    hull
}

/// One side of the hull, without its last point, which begins the other side.
fn half_hull<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut side: Vec<Point> = Vec::new();
    for point in points {
        while let [.., before, last] = side.as_slice() {
            let turn = (last.x - before.x) * (point.y - before.y)
                - (last.y - before.y) * (point.x - before.x);
            if turn > 0.0 {
                break;
            }
            side.pop();
        }
        side.push(*point);
    }
    side.pop();
    side
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(list: &[(f32, f32)]) -> Vec<Point> {
        list.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
    }

    #[test]
    fn nothing_has_no_rectangle_and_a_point_has_an_empty_one() {
        assert_eq!(Rectangle::around(Vec::new()), None);
        let dot = Rectangle::around(points(&[(3.0, 4.0), (3.0, 4.0)])).unwrap();
        assert_eq!((dot.middle, dot.area()), (Point { x: 3.0, y: 4.0 }, 0.0));
    }

    #[test]
    fn a_line_is_read_from_left_to_right_and_downwards() {
        let lying = Rectangle::around(points(&[(0.0, 0.0), (9.0, 0.0), (9.0, 2.0), (0.0, 2.0)]));
        assert_eq!(lying.unwrap().outline()[0], Point { x: 0.0, y: 0.0 });
        let standing = Rectangle::around(points(&[(0.0, 0.0), (2.0, 0.0), (2.0, 9.0), (0.0, 9.0)]));
        assert_eq!(standing.unwrap().outline()[..2], points(&[(2.0, 0.0), (2.0, 9.0)]));
    }

    proptest! {
        #[test]
        fn a_turned_rectangle_is_found_as_it_is(
            turn in -1.5_f32..1.5, length in 20.0_f32..99.0, height in 3.0_f32..15.0
        ) {
            let (y, x) = turn.sin_cos();
            let drawn = Rectangle {
                middle: Point { x: 50.0, y: 60.0 },
                along: Point { x, y },
                half_length: length,
                half_height: height,
            };
            let mut inside: Vec<Point> = drawn.outline().into();
            inside.extend(drawn.grown(-2.0).outline());
            let found = Rectangle::around(inside).unwrap();
            prop_assert!((found.half_length - length).abs() < 0.1);
            prop_assert!((found.half_height - height).abs() < 0.1);
            for (one, other) in found.outline().iter().zip(drawn.outline()) {
                prop_assert!((one.x - other.x).hypot(one.y - other.y) < 0.1);
            }
        }

        #[test]
        fn every_point_lies_in_it(list in prop::collection::vec((0_u8..50, 0_u8..50), 1..30)) {
            let list: Vec<_> = list.into_iter().map(|(x, y)| (f32::from(x), f32::from(y))).collect();
            let found = Rectangle::around(points(&list)).unwrap().grown(0.01);
            let across = Point { x: -found.along.y, y: found.along.x };
            for point in points(&list) {
                let from = Point { x: point.x - found.middle.x, y: point.y - found.middle.y };
                let part = |way: Point| (from.x * way.x + from.y * way.y).abs();
                prop_assert!(part(found.along) <= found.half_length);
                prop_assert!(part(across) <= found.half_height);
            }
        }
    }
}
