//! How far what is covered reaches in a WebP with loss (VP8, RFC 6386).
//!
//! Its decoder makes pixels from whole blocks: the waves of a block half covered tell what was
//! there, four pixels share one colour, colours are smoothed between neighbours, and the filter at
//! the edges of blocks moves pixels of either side towards the other.

use pixels::Mask;

use crate::limits::Size;
use crate::orientation::Orientation;

/// Pixels across and down of what is coded together (a macroblock).
const BLOCK: u32 = 16;

/// Pixels beyond a block that its own pixels are mixed into: three samples by the filter, of colours
/// one more by smoothing; a sample of colour is two pixels wide.
const REACH: u32 = 8;

/// All pixels that are made from what the mask means, as viewers show them. `stored` is the size
/// before the turn.
pub(super) fn reached(mask: &Mask, orientation: Orientation, stored: Size) -> Mask {
    let across = stored.width.div_ceil(BLOCK);
    let block = |x: u32, y: u32| {
        let (x, y) = orientation.stored_place((x, y), stored);
        (y / BLOCK * across + x / BLOCK) as usize
    };
    let mut touched = vec![false; across as usize * stored.height.div_ceil(BLOCK) as usize];
    for y in 0..mask.size().height {
        for (_, x) in mask.line(y).iter().zip(0..).filter(|(pixel, _)| **pixel != 0) {
            if let Some(touched) = touched.get_mut(block(x, y)) {
                *touched = true;
            }
        }
    }
    let blocks = Mask::from_fn(mask.size(), |x, y| touched.get(block(x, y)).is_some_and(|it| *it));
    blocks.grown(REACH)
}
