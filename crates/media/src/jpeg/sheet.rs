//! From rows of coefficients to the symbols of a sequential scan, block by block in coding order.

use crate::jpeg::frame::{Blocks, Frame};
use crate::jpeg::recode::Trouble;
use crate::jpeg::rows::{Block, RowSource};
use crate::jpeg::steps::BLOCK_END;

/// Takes the numbers of each block in turn.
pub(crate) trait Sink {
    /// The first coefficient, as a difference to that of the block before.
    fn first(&mut self, component: usize, difference: i32) -> Result<(), Trouble>;

    /// Zeros (at most 15), then a coefficient. No zeros and zero: the end of the block. 15 zeros
    /// and zero: a run of 16.
    fn other(&mut self, component: usize, zeros: u8, coefficient: i32) -> Result<(), Trouble>;
}

/// The order in which the copy codes the blocks of a picture.
pub(crate) struct Sheet<'a> {
    source: &'a Frame,
    target: &'a Frame,
}

/// Puts out blocks of one scan, remembering what differences are made to.
pub(crate) struct Blockwise<'a, S> {
    pub(crate) sink: &'a mut S,
    before: [i32; 4],
}

impl<'a, S: Sink> Blockwise<'a, S> {
    pub(crate) fn new(sink: &'a mut S) -> Self {
        Self { sink, before: [0; 4] }
    }

    /// `seen` says which coefficients behind the first are not zero.
    #[inline]
    pub(crate) fn block(
        &mut self,
        component: usize,
        (block, seen): (&Block, u64),
    ) -> Result<(), Trouble> {
        let first = i32::from(block[0]);
        let before = &mut self.before[component & 3];
        self.sink.first(component, first - *before)?;
        *before = first;
        let mut rest = seen & !1;
        let mut position = 1;
        while rest != 0 {
            let at = rest.trailing_zeros();
            let mut zeros = at - position;
            while zeros > 15 {
                self.sink.other(component, 15, 0)?;
                zeros -= 16;
            }
            let coefficient = i32::from(block[at as usize & 63]);
            self.sink.other(component, zeros as u8, coefficient)?;
            position = at + 1;
            rest &= rest - 1;
        }
        if position < BLOCK_END { self.sink.other(component, 0, 0) } else { Ok(()) }
    }

    /// A block beyond the picture's edge.
    pub(crate) fn beyond(&mut self, component: usize) -> Result<(), Trouble> {
        self.sink.first(component, 0)?;
        self.sink.other(component, 0, 0)
    }
}

impl<'a> Sheet<'a> {
    /// `target` is `source` with other sampling factors in the same proportion.
    pub(crate) fn new(source: &'a Frame, target: &'a Frame) -> Self {
        Self { source, target }
    }

    /// Goes over one scan of the copy.
    pub(crate) fn pass<S: Sink>(
        &self,
        rows: &mut impl RowSource,
        group: &[usize],
        sink: &mut S,
    ) -> Result<(), Trouble> {
        let mut out = Blockwise::new(sink);
        for row in 0..self.source.units().down {
            rows.advance()?;
            match group {
                [only] => self.single(rows, row, *only, &mut out)?,
                _ => self.interleaved(rows, row, group, &mut out)?,
            }
        }
        Ok(())
    }

    fn single<S: Sink>(
        &self,
        rows: &impl RowSource,
        row: u32,
        component: usize,
        out: &mut Blockwise<'_, S>,
    ) -> Result<(), Trouble> {
        let own = self.source.own_blocks(component);
        let down = self.source.components[component].down;
        for line in 0..down.min(own.down.saturating_sub(row * down)) {
            for column in 0..own.across {
                out.block(component, rows.block(component, column, line)?)?;
            }
        }
        Ok(())
    }

    fn interleaved<S: Sink>(
        &self,
        rows: &impl RowSource,
        row: u32,
        group: &[usize],
        out: &mut Blockwise<'_, S>,
    ) -> Result<(), Trouble> {
        let units = self.target.units();
        let parts = self.source.down_max() / self.target.down_max();
        let own: Vec<Blocks> = (0..4)
            .map(|index| match index < self.source.components.len() {
                true => self.source.own_blocks(index),
                false => Blocks { across: 0, down: 0 },
            })
            .collect();
        for part in 0..parts.min(units.down.saturating_sub(row * parts)) {
            for unit in 0..units.across {
                for &component in group {
                    let each = &self.target.components[component];
                    for y in 0..each.down {
                        let line = part * each.down + y;
                        let is_inside = row * parts * each.down + line < own[component].down;
                        for x in 0..each.across {
                            let column = unit * each.across + x;
                            if is_inside && column < own[component].across {
                                out.block(component, rows.block(component, column, line)?)?;
                            } else {
                                out.beyond(component)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
