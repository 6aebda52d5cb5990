//! A point on a picture, and outlines made of points.

use crate::Region;

/// A point, in pixels from the upper left corner of the picture; fractions count.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the upper edge.
    pub y: f32,
}

/// Four corners, one after the other around what they enclose. Of text, the first is where its
/// reading begins, and the second where its first line ends.
pub type Outline = [Point; 4];

impl Region {
    /// The smallest region that holds all of these points; an empty one at the corner of the
    /// picture if there are none.
    pub fn around(points: &[Point]) -> Self {
        let Some((first, others)) = points.split_first() else {
            return Self { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };
        };
        let start = Self { left: first.x, top: first.y, right: first.x, bottom: first.y };
        others.iter().fold(start, |region, point| Self {
            left: region.left.min(point.x),
            top: region.top.min(point.y),
            right: region.right.max(point.x),
            bottom: region.bottom.max(point.y),
        })
    }

    /// Its corners, clockwise from the upper left one.
    pub fn outline(&self) -> Outline {
        let Self { left, top, right, bottom } = *self;
        [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_region_lies_around_its_own_corners(
            left in -99.0_f32..99.0, top in -99.0_f32..99.0, width in 0.0_f32..99.0, height in 0.0_f32..99.0
        ) {
            let region = Region { left, top, right: left + width, bottom: top + height };
            prop_assert_eq!(Region::around(&region.outline()), region);
        }
    }
}
