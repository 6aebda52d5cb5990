//! How large a picture is looked at, and in which parts: made small as a whole, a panorama would be
//! a thread.

use pixels::Size;

/// Longer side of what the network looks at, in pixels.
const SIDE: u32 = 1280;

/// Pictures with a longer side below this are looked at up to twice as large as they are.
const SMALL: u32 = 1000;

/// Both sides are brought to multiples of this.
pub(super) const STEP: u32 = 32;

/// Pictures up to this many times as long as wide are looked at as a whole.
const LENGTH_MAX: u32 = 3;

/// Shorter side at which longer pictures are looked at.
const SIDE_SHORT: u32 = 640;

/// What two parts share, so that a line that is cut by one's edge is whole in the other.
const SHARED: u32 = 320;

/// Most parts; still longer pictures are looked at smaller.
const PARTS_MAX: u32 = 24;

/// The size at which a picture is looked at; multiples of [`STEP`].
pub(super) fn looked_at(size: Size) -> Size {
    let (longer, shorter) = (size.width.max(size.height), size.width.min(size.height).max(1));
    let enlarged = if longer < SMALL { 2 } else { 1 };
    let factor = if longer <= shorter.saturating_mul(LENGTH_MAX) {
        f64::from((enlarged * longer).min(SIDE)) / f64::from(longer.max(1))
    } else {
        let short = f64::from((enlarged * shorter).min(SIDE_SHORT)) / f64::from(shorter);
        let length_max = PARTS_MAX * (SIDE - SHARED);
        short.min(f64::from(length_max) / f64::from(longer))
    };
    let scaled =
        |side: u32| ((f64::from(side) * factor / f64::from(STEP)).round() as u32).max(1) * STEP;
    Size { width: scaled(size.width), height: scaled(size.height) }
}

/// Where the parts of a picture of such a size begin, from the left or from above, and their size.
pub(super) fn windows(size: Size) -> (Vec<u32>, Size) {
    let longer = size.width.max(size.height);
    if longer <= SIDE {
        return (vec![0], size);
    }
    let last = longer - SIDE;
    let starts = (0..last).step_by((SIDE - SHARED) as usize).chain([last]).collect();
    let part = match size.width >= size.height {
        true => Size { width: SIDE, ..size },
        false => Size { height: SIDE, ..size },
    };
    (starts, part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn looked_at_sides(width: u32, height: u32) -> (u32, u32) {
        let size = looked_at(Size { width, height });
        (size.width, size.height)
    }

    #[test]
    fn small_pictures_are_enlarged_and_large_ones_made_small() {
        assert_eq!(looked_at_sides(4000, 3000), (1280, 960));
        assert_eq!(looked_at_sides(3000, 4000), (960, 1280));
        assert_eq!(looked_at_sides(1100, 1100), (1088, 1088));
        assert_eq!(looked_at_sides(320, 240), (640, 480));
        assert_eq!(looked_at_sides(800, 600), (1280, 960));
        assert_eq!(looked_at_sides(1, 1), (32, 32));
        assert_eq!(looked_at_sides(20_000, 2000), (6400, 640));
    }

    proptest! {
        #[test]
        fn parts_cover_the_picture_and_share_their_edges(width in 1_u32..65_535, height in 1_u32..65_535) {
            let size = looked_at(Size { width, height });
            let (starts, part) = windows(size);
            prop_assert!(starts.len() <= PARTS_MAX as usize + 1);
            prop_assert!(part.width <= SIDE && part.height <= SIDE);
            let length = part.width.max(part.height);
            let mut reached = 0;
            for start in starts {
                prop_assert!(start == 0 || start + SHARED <= reached);
                reached = start + length;
            }
            prop_assert_eq!(reached, size.width.max(size.height));
        }
    }
}
