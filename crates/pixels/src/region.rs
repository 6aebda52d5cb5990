//! A place on a picture.

/// An upright rectangle, in pixels from the upper left corner of the picture; fractions count.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Region {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge; not less than the left one.
    pub right: f32,
    /// Its lower edge; not less than the upper one.
    pub bottom: f32,
}

impl Region {
    /// Square pixels that it covers.
    pub fn area(&self) -> f32 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    /// What two regions have in common, as a part of what they cover together: 0 to 1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let common = Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        let common = common.area();
        let together = self.area() + other.area() - common;
        if together > 0.0 { common / together } else { 0.0 }
    }

    /// The same place on a picture that is this many times as large.
    #[must_use]
    pub fn scaled(&self, across: f32, down: f32) -> Self {
        Self {
            left: self.left * across,
            top: self.top * down,
            right: self.right * across,
            bottom: self.bottom * down,
        }
    }

    /// The same place on a picture that begins this much further left and up.
    #[must_use]
    pub fn moved(&self, right: f32, down: f32) -> Self {
        Self {
            left: self.left + right,
            top: self.top + down,
            right: self.right + right,
            bottom: self.bottom + down,
        }
    }

    /// The part of it that lies on a picture of this size; `None` if there is none.
    #[must_use]
    pub fn within(&self, width: u32, height: u32) -> Option<Self> {
        let inside = Self {
            left: self.left.max(0.0),
            top: self.top.max(0.0),
            right: self.right.min(width as f32),
            bottom: self.bottom.min(height as f32),
        };
        (inside.left < inside.right && inside.top < inside.bottom).then_some(inside)
    }

    /// The same place before the picture was turned by [`Picture::turned_right`][turned], which
    /// made it `turned_width` pixels wide.
    ///
    /// [turned]: crate::Picture::turned_right
    #[must_use]
    pub fn turned_back(&self, turned_width: u32) -> Self {
        let width = turned_width as f32;
        Self {
            left: self.top,
            top: width - self.right,
            right: self.bottom,
            bottom: width - self.left,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region(left: f32, top: f32, right: f32, bottom: f32) -> Region {
        Region { left, top, right, bottom }
    }

    #[test]
    fn overlap_is_a_part_of_what_both_cover() {
        let one = region(0.0, 0.0, 10.0, 10.0);
        assert_eq!(one.overlap(&one), 1.0);
        assert_eq!(one.overlap(&region(10.0, 0.0, 20.0, 10.0)), 0.0);
        assert_eq!(one.overlap(&region(5.0, 0.0, 15.0, 10.0)), 50.0 / 150.0);
        assert_eq!(region(3.0, 3.0, 3.0, 3.0).overlap(&region(3.0, 3.0, 3.0, 3.0)), 0.0);
    }

    #[test]
    fn what_lies_beside_the_picture_is_cut_off() {
        let cut = region(-5.0, 2.0, 30.0, 99.0).within(20, 50);
        assert_eq!(cut, Some(region(0.0, 2.0, 20.0, 50.0)));
        assert_eq!(region(21.0, 0.0, 30.0, 9.0).within(20, 50), None);
    }

    proptest! {
        #[test]
        fn overlap_has_no_direction_and_stays_between_none_and_all(
            a in (0_u8.., 0_u8.., 1_u8.., 1_u8..), b in (0_u8.., 0_u8.., 1_u8.., 1_u8..)
        ) {
            let of = |(x, y, w, h): (u8, u8, u8, u8)| {
                let [x, y, w, h] = [x, y, w, h].map(f32::from);
                region(x, y, x + w, y + h)
            };
            let (a, b) = (of(a), of(b));
            prop_assert!((0.0..=1.0).contains(&a.overlap(&b)));
            prop_assert_eq!(a.overlap(&b), b.overlap(&a));
        }
    }
}
