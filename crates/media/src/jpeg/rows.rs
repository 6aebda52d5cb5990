//! A picture's coefficients, one row of units at a time.
//!
//! Progressive files tell each block in many scans. To need little memory, all scans are read at
//! once: each goes on by one row, in their order, so that only one row's coefficients are there.

use crate::error::{Error, Part};
use crate::jpeg::cursor::Cursor;
use crate::jpeg::frame::{Blocks, Frame};
use crate::jpeg::recode::Trouble;
use crate::jpeg::scan::{Extent, Scan};

/// 64 coefficients in the order of the file (zigzag).
pub(crate) type Block = [i16; 64];

/// Most memory for one row: enough for the longest rows in all samplings that are in use.
const STRIP_BYTES_MAX: u64 = 8 << 20;

/// Gives a picture's rows one after the other.
pub(crate) trait RowSource {
    /// Makes the next row of units.
    fn advance(&mut self) -> Result<(), Trouble>;

    /// A block of the row that was made last, and which of its coefficients are not zero.
    fn block(&self, component: usize, x: u32, y: u32) -> Result<(&Block, u64), Error>;
}

/// The blocks of one row of units, by component.
#[derive(Clone)]
pub(crate) struct Strip {
    components: Vec<StripComponent>,
}

#[derive(Clone)]
struct StripComponent {
    across: u32,
    blocks: Vec<Block>,
    /// Which coefficients of each block are not zero, a bit for each; the first one's means
    /// nothing.
    seen: Vec<u64>,
}

impl Strip {
    pub(crate) fn new(frame: &Frame) -> Self {
        let of = |index: usize| {
            let Blocks { across, .. } = frame.padded_blocks(index);
            let count = across as usize * frame.components[index].down as usize;
            StripComponent { across, blocks: vec![[0; 64]; count], seen: vec![0; count] }
        };
        Self { components: (0..frame.components.len()).map(of).collect() }
    }

    fn clear(&mut self) {
        for component in &mut self.components {
            component.blocks.fill([0; 64]);
            component.seen.fill(0);
        }
    }

    /// Blocks of one line from its beginning, with what is known of them.
    #[inline]
    pub(crate) fn line(
        &mut self,
        component: usize,
        y: u32,
    ) -> Result<impl Iterator<Item = (&mut Block, &mut u64)>, Error> {
        let missing = Error::damaged(Part::PictureData, 0);
        let component = self.components.get_mut(component).ok_or(missing)?;
        let start = y as usize * component.across as usize;
        let blocks = component.blocks.get_mut(start..).ok_or(missing)?;
        let seen = component.seen.get_mut(start..).ok_or(missing)?;
        Ok(blocks.iter_mut().zip(seen))
    }

    #[inline]
    pub(crate) fn block(
        &mut self,
        component: usize,
        x: u32,
        y: u32,
    ) -> Result<(&mut Block, &mut u64), Error> {
        let missing = || Error::damaged(Part::PictureData, 0);
        let component = self.components.get_mut(component).ok_or_else(missing)?;
        let index = y as usize * component.across as usize + x as usize;
        let block = component.blocks.get_mut(index).ok_or_else(missing)?;
        Ok((block, component.seen.get_mut(index).ok_or_else(missing)?))
    }

    #[inline]
    pub(crate) fn get(&self, component: usize, x: u32, y: u32) -> Result<(&Block, u64), Error> {
        let missing = || Error::damaged(Part::PictureData, 0);
        let component = self.components.get(component).ok_or_else(missing)?;
        let index = y as usize * component.across as usize + x as usize;
        let block = component.blocks.get(index).ok_or_else(missing)?;
        Ok((block, *component.seen.get(index).ok_or_else(missing)?))
    }
}

/// Reads rows.
pub(crate) struct Rows<'a> {
    strip: Strip,
    cursors: Vec<Cursor<'a>>,
    row: u32,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(
        bytes: &'a [u8],
        frame: &'a Frame,
        scans: &'a [Scan],
    ) -> Result<Self, Trouble> {
        let strip_bytes: u64 = (0..frame.components.len())
            .map(|index| {
                let across = u64::from(frame.padded_blocks(index).across);
                across * u64::from(frame.components[index].down) * size_of::<Block>() as u64
            })
            .sum();
        if strip_bytes > STRIP_BYTES_MAX {
            return Err(Trouble::Odd);
        }
        let cursors = scans.iter().map(|scan| Cursor::new(bytes, frame, scan)).collect();
        Ok(Self { strip: Strip::new(frame), cursors, row: 0 })
    }

    /// The row that was read last.
    pub(crate) fn strip(&self) -> &Strip {
        &self.strip
    }

    /// Where the scans' data end, after the last row.
    pub(crate) fn finish(self) -> Vec<Extent> {
        self.cursors.into_iter().map(Cursor::finish).collect()
    }
}

impl RowSource for Rows<'_> {
    fn advance(&mut self) -> Result<(), Trouble> {
        self.strip.clear();
        for cursor in &mut self.cursors {
            cursor.row(self.row, &mut self.strip)?;
        }
        self.row += 1;
        Ok(())
    }

    #[inline]
    fn block(&self, component: usize, x: u32, y: u32) -> Result<(&Block, u64), Error> {
        self.strip.get(component, x, y)
    }
}
