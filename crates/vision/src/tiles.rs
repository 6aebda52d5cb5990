//! Long pictures are looked at in parts: made small as a whole, a panorama would be a thread.

use pixels::Size;

/// Pictures up to this many times as long as wide are looked at as a whole.
const LENGTH_MAX: u32 = 3;

/// Most parts of one picture. Parts of a picture longer still are longer.
const PARTS_MAX: u32 = 24;

/// A part of a picture: where it begins, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) size: Size,
}

/// Parts that cover the picture, each twice as long as wide, each sharing half its width with the
/// next: what is cut by one's edge is whole in the other.
pub(crate) fn tiles(size: Size) -> Vec<Tile> {
    let (long, short) = (size.width.max(size.height), size.width.min(size.height).max(1));
    if long <= short.saturating_mul(LENGTH_MAX) {
        return vec![Tile { left: 0, top: 0, size }];
    }
    let step = (short + short / 2).max(long.div_ceil(PARTS_MAX)).max(1);
    let length = step + step.div_ceil(3);
    let starts = (0..long).step_by(step as usize);
    let starts = starts.take_while(|start| *start == 0 || start + (length - step) < long);
    let tile = |start: u32| {
        let length = length.min(long - start);
        match size.width >= size.height {
            true => Tile { left: start, top: 0, size: Size { width: length, ..size } },
            false => Tile { left: 0, top: start, size: Size { height: length, ..size } },
        }
    };
    starts.map(tile).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_pictures_are_one_part() {
        let size = Size { width: 4000, height: 3000 };
        assert_eq!(tiles(size), [Tile { left: 0, top: 0, size }]);
    }

    #[test]
    fn a_panorama_is_looked_at_in_parts() {
        let parts = tiles(Size { width: 20_000, height: 2_000 });
        assert!((6..=8).contains(&parts.len()), "{parts:?}");
        assert!(parts.iter().all(|part| part.size.width <= 4 * part.size.height));
    }

    proptest! {
        #[test]
        fn parts_cover_the_picture_and_share_their_edges(width in 1_u32..30_000, height in 1_u32..30_000) {
            let parts = tiles(Size { width, height });
            prop_assert!(parts.len() <= PARTS_MAX as usize);
            let mut reached = 0;
            for part in &parts {
                let (start, end) = match width >= height {
                    true => (part.left, part.left + part.size.width),
                    false => (part.top, part.top + part.size.height),
                };
                prop_assert!(start <= reached && end > reached);
                reached = end;
            }
            prop_assert_eq!(reached, width.max(height));
        }
    }
}
