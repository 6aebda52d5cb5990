//! Turns a picture without loss, by turning and mirroring its blocks and the waves in them.
//!
//! That works where the edges that come to the left or to the top are those of whole units;
//! elsewhere the copy keeps asking viewers for the turn. All coefficients are in memory for it.

use std::sync::Arc;

use crate::error::{Error, Part};
use crate::jpeg::Jpeg;
use crate::jpeg::frame::Frame;
use crate::jpeg::reader::QuantTable;
use crate::jpeg::recode::{Coder, Plan, Tally, Trouble};
use crate::jpeg::rows::{Block, RowSource, Rows, Strip};
use crate::jpeg::sheet::Sheet;
use crate::limits::Size;
use crate::orientation::Orientation;

/// Largest picture that is turned, in pixels: its coefficients take two to six bytes for each.
const PIXELS_MAX: u64 = 64 << 20;

/// What makes a picture upright: first exchange rows and columns, then mirror.
#[derive(Clone, Copy)]
struct Motion {
    transposes: bool,
    mirrors_across: bool,
    mirrors_down: bool,
}

impl Motion {
    fn of(orientation: Orientation) -> Self {
        let (transposes, mirrors_across, mirrors_down) = match orientation {
            Orientation::Upright => (false, false, false),
            Orientation::Mirrored => (false, true, false),
            Orientation::UpsideDown => (false, true, true),
            Orientation::MirroredUpsideDown => (false, false, true),
            Orientation::MirroredLeft => (true, false, false),
            Orientation::TurnedRight => (true, true, false),
            Orientation::MirroredRight => (true, true, true),
            Orientation::TurnedLeft => (true, false, true),
        };
        Self { transposes, mirrors_across, mirrors_down }
    }

    fn frame(self, frame: &Frame) -> Frame {
        let mut turned = frame.clone();
        if self.transposes {
            turned.size = Size { width: frame.size.height, height: frame.size.width };
            for component in &mut turned.components {
                (component.across, component.down) = (component.down, component.across);
            }
        }
        turned
    }

    /// Whether no part of a unit would come to the left or to the top.
    fn is_lossless(self, turned: &Frame) -> bool {
        let is_whole = |length: u32, factor: u32| length.is_multiple_of(8 * factor);
        (!self.mirrors_across || is_whole(turned.size.width, turned.across_max()))
            && (!self.mirrors_down || is_whole(turned.size.height, turned.down_max()))
    }

    /// Mirroring changes the sign of every second wave.
    fn block(self, block: &Block) -> Block {
        let mut turned = [0; 64];
        for (target, &place) in turned.iter_mut().zip(&ZIGZAG) {
            let (down, across) = (place / 8, place % 8);
            let source = if self.transposes { across * 8 + down } else { place };
            let value = block[usize::from(ORDER[usize::from(source)])];
            let changes_sign =
                (self.mirrors_across && across % 2 == 1) != (self.mirrors_down && down % 2 == 1);
            *target = if changes_sign { value.wrapping_neg() } else { value };
        }
        turned
    }

    fn quant(self, table: &QuantTable) -> QuantTable {
        let value = |index: usize| {
            let place = ZIGZAG[index];
            let source = if self.transposes { place % 8 * 8 + place / 8 } else { place };
            table.0[usize::from(ORDER[usize::from(source)])]
        };
        QuantTable(core::array::from_fn(value))
    }
}

/// The place in the block (row times 8 plus column) of each coefficient in the file's order.
const ZIGZAG: [u8; 64] = {
    let mut places = [0; 64];
    let (mut index, mut sum) = (0, 0);
    while sum < 15 {
        let mut step = 0;
        while step <= sum {
            // Diagonals go up and down in turn.
            let across = if sum % 2 == 0 { step } else { sum - step };
            let down = sum - across;
            if across < 8 && down < 8 {
                places[index] = (down * 8 + across) as u8;
                index += 1;
            }
            step += 1;
        }
        sum += 1;
    }
    places
};

/// The other way round: where the file has the coefficient of each place.
pub(crate) const ORDER: [u8; 64] = {
    let mut order = [0; 64];
    let mut index = 0;
    while index < 64 {
        order[ZIGZAG[index] as usize] = index as u8;
        index += 1;
    }
    order
};

/// An upright picture, ready to be written.
pub(crate) struct Turned {
    motion: Motion,
    /// As it will be, with the factors of the original.
    frame: Frame,
    pub(crate) quant: Vec<Arc<QuantTable>>,
    pub(crate) plan: Plan,
    strips: Vec<Strip>,
}

impl Turned {
    /// `None` where it cannot be turned without loss, or need not be.
    pub(crate) fn of(jpeg: &Jpeg, bytes: &[u8]) -> Result<Option<Self>, Error> {
        if jpeg.plan.is_none() {
            return Ok(None);
        }
        let motion = Motion::of(jpeg.orientation);
        let frame = motion.frame(&jpeg.frame);
        let pixels = u64::from(frame.size.width) * u64::from(frame.size.height);
        let simple = frame.simplest();
        if jpeg.orientation == Orientation::Upright
            || !motion.is_lossless(&simple)
            || pixels > PIXELS_MAX
        {
            return Ok(None);
        }
        let quant = jpeg.quant.iter().map(|table| Arc::new(motion.quant(table))).collect();
        let strips = match strips(jpeg, bytes) {
            Ok(strips) => strips,
            Err(Trouble::Broken(error)) => return Err(error),
            Err(Trouble::Odd) => return Ok(None),
        };
        let mut tally = Tally::default();
        let no_plan = Plan::from_tally(simple.clone(), &tally);
        let mut turned = Self { motion, frame, quant, plan: no_plan, strips };
        for group in simple.scan_groups() {
            let mut rows = TurnedRows::new(&turned, &jpeg.frame);
            let pass = Sheet::new(&turned.frame, &simple).pass(&mut rows, &group, &mut tally);
            if pass.is_err() {
                return Ok(None);
            }
        }
        turned.plan = Plan::from_tally(simple, &tally);
        Ok(Some(turned))
    }

    /// Writes the data of one scan of the copy.
    pub(crate) fn write(
        &self,
        source: &Frame,
        group: &[usize],
        out: &mut Vec<u8>,
    ) -> Result<(), Trouble> {
        let mut coder = Coder::new(&self.plan.codes, out);
        let mut rows = TurnedRows::new(self, source);
        Sheet::new(&self.frame, &self.plan.frame).pass(&mut rows, group, &mut coder)?;
        coder.finish();
        Ok(())
    }
}

/// All rows of a picture.
fn strips(jpeg: &Jpeg, bytes: &[u8]) -> Result<Vec<Strip>, Trouble> {
    let mut rows = Rows::new(bytes, &jpeg.frame, &jpeg.scans)?;
    let mut strips = Vec::new();
    for _ in 0..jpeg.frame.units().down {
        rows.advance()?;
        strips.push(rows.strip().clone());
    }
    Ok(strips)
}

/// The rows of the upright picture.
struct TurnedRows<'a> {
    picture: &'a Turned,
    source: &'a Frame,
    strip: Strip,
    row: u32,
}

impl<'a> TurnedRows<'a> {
    fn new(picture: &'a Turned, source: &'a Frame) -> Self {
        Self { picture, source, strip: Strip::new(&picture.frame), row: 0 }
    }

    /// The block that comes to a place of the upright picture.
    fn fetch(&self, component: usize, x: u32, y: u32) -> Result<Block, Error> {
        let motion = self.picture.motion;
        let own = self.picture.frame.own_blocks(component);
        let x = if motion.mirrors_across { own.across - 1 - x } else { x };
        let y = if motion.mirrors_down { own.down - 1 - y } else { y };
        let (x, y) = if motion.transposes { (y, x) } else { (x, y) };
        let down = self.source.components[component].down;
        let strip = self.picture.strips.get((y / down) as usize);
        let strip = strip.ok_or(Error::damaged(Part::PictureData, 0))?;
        Ok(motion.block(strip.get(component, x, y % down)?.0))
    }
}

impl RowSource for TurnedRows<'_> {
    fn advance(&mut self) -> Result<(), Trouble> {
        let frame = &self.picture.frame;
        for component in 0..frame.components.len() {
            let own = frame.own_blocks(component);
            let down = frame.components[component].down;
            for line in 0..down.min(own.down.saturating_sub(self.row * down)) {
                for x in 0..own.across {
                    let block = self.fetch(component, x, self.row * down + line)?;
                    let (place, seen) = self.strip.block(component, x, line)?;
                    *place = block;
                    let bit = |(index, value): (usize, &i16)| u64::from(*value != 0) << index;
                    *seen = block.iter().enumerate().map(bit).sum();
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn block(&self, component: usize, x: u32, y: u32) -> Result<(&Block, u64), Error> {
        self.strip.get(component, x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_coefficients_is_that_of_the_standard() {
        assert_eq!(ZIGZAG[..10], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
        assert_eq!(ZIGZAG[57..], [45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63][6..]);
        assert_eq!(ZIGZAG[63], 63);
        assert!((0..64).all(|index| usize::from(ORDER[usize::from(ZIGZAG[index])]) == index));
    }
}
