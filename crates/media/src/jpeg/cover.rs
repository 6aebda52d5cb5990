//! Covers parts of a picture without touching the rest: units that hold anything to be covered get
//! new blocks of one colour each, and all other coefficients stay as they are.
//!
//! Whole units, because in a block half covered, the waves of the other half would tell what was
//! there, and because brightness and colours are sampled differently.

use pixels::{Look, Mask};

use crate::error::{Error, Part};
use crate::jpeg::frame::Frame;
use crate::jpeg::recode::{Coder, Plan, Tally, Trouble};
use crate::jpeg::rows::{Block, RowSource, Rows};
use crate::jpeg::sheet::Sheet;
use crate::jpeg::writer::{self, Change, Front};
use crate::jpeg::{Jpeg, Transform};
use crate::limits::Limits;

/// Covers the picture of a clean JPEG, as viewers show it. Tells the file and the mask of what was
/// covered.
pub(crate) fn cover(
    bytes: &[u8],
    mask: &Mask,
    look: &Look,
    limits: &Limits,
) -> Result<(Vec<u8>, Mask), Error> {
    let jpeg = Jpeg::parse(bytes, limits)?;
    if jpeg.plan.is_none() || jpeg.frame.precision != 8 {
        return Err(Error::CannotCover);
    }
    let covered = Covered::of(&jpeg, bytes, mask, look).map_err(|trouble| match trouble {
        Trouble::Broken(error) => error,
        Trouble::Odd => Error::CannotCover,
    })?;
    let front =
        Front { orientation: jpeg.orientation, change: Change::Covered(&covered), apps: &[] };
    let written = writer::write_with(&jpeg, bytes, &front)?;
    let reached = covered.reached(&jpeg, mask);
    Ok((written, reached))
}

/// What becomes of a picture.
pub(crate) struct Covered {
    pub(crate) plan: Plan,
    units: Units,
}

/// The units of a picture, line by line: each keeps its blocks, or has the first coefficients of
/// new ones, by component.
struct Units {
    /// Pixels across and down that a unit stands for.
    width: u32,
    height: u32,
    across: u32,
    fills: Vec<Option<[i16; 4]>>,
}

impl Covered {
    fn of(jpeg: &Jpeg, bytes: &[u8], mask: &Mask, look: &Look) -> Result<Self, Trouble> {
        let units = Units::of(jpeg, mask, look);
        let simple = jpeg.frame.simplest();
        let mut tally = Tally::default();
        for group in simple.scan_groups() {
            let mut rows = CoveredRows::new(&units, jpeg, bytes)?;
            Sheet::new(&jpeg.frame, &simple).pass(&mut rows, &group, &mut tally)?;
        }
        Ok(Self { plan: Plan::from_tally(simple, &tally), units })
    }

    /// Writes the data of one scan of the copy.
    pub(crate) fn write(
        &self,
        jpeg: &Jpeg,
        bytes: &[u8],
        group: &[usize],
        out: &mut Vec<u8>,
    ) -> Result<(), Trouble> {
        let mut coder = Coder::new(&self.plan.codes, out);
        let mut rows = CoveredRows::new(&self.units, jpeg, bytes)?;
        Sheet::new(&jpeg.frame, &self.plan.frame).pass(&mut rows, group, &mut coder)?;
        coder.finish();
        Ok(())
    }

    /// The pixels that lie in covered units, as viewers show them.
    fn reached(&self, jpeg: &Jpeg, mask: &Mask) -> Mask {
        let stored = jpeg.frame.size;
        Mask::from_fn(mask.size(), |x, y| {
            let (x, y) = jpeg.orientation.stored_place((x, y), stored);
            self.units.fill(x / self.units.width, y / self.units.height).is_some()
        })
    }
}

impl Units {
    fn of(jpeg: &Jpeg, mask: &Mask, look: &Look) -> Self {
        let frame = &jpeg.frame;
        let (width, height) = (8 * frame.across_max(), 8 * frame.down_max());
        let count = frame.units();
        let mut units =
            Self { width, height, across: count.across, fills: vec![None; count.count() as usize] };
        for y in 0..mask.size().height {
            let line = mask.line(y).iter().zip(0..).filter(|(pixel, _)| **pixel != 0);
            for (_, x) in line {
                let (stored_x, stored_y) = jpeg.orientation.stored_place((x, y), frame.size);
                let at = (stored_y / height * count.across + stored_x / width) as usize;
                if let Some(fill @ None) = units.fills.get_mut(at) {
                    *fill = Some(first_coefficients(jpeg, look.at(x, y)));
                }
            }
        }
        units
    }

    fn fill(&self, x: u32, y: u32) -> Option<[i16; 4]> {
        self.fills.get((y * self.across + x) as usize).copied().flatten()
    }
}

/// The first coefficient of each component's block that has nothing but this colour.
fn first_coefficients(jpeg: &Jpeg, colour: [u8; 3]) -> [i16; 4] {
    let levels = levels(jpeg.transform, jpeg.frame.components.len(), colour);
    let mut firsts = [0; 4];
    for ((first, level), quant) in firsts.iter_mut().zip(levels).zip(&jpeg.quant) {
        // Eight times the mean of a block, counted from its middle grey.
        let step = f32::from(quant.0[0].max(1));
        *first = ((level - 128.0) * 8.0 / step).round() as i16;
    }
    firsts
}

/// The samples of a colour (JFIF 1.02; four inks as Adobe's programs store them, light not ink).
fn levels(transform: Transform, components: usize, colour: [u8; 3]) -> [f32; 4] {
    let [red, green, blue] = colour.map(f32::from);
    let light = |red: f32, green: f32, blue: f32| 0.299 * red + 0.587 * green + 0.114 * blue;
    let coded = |red: f32, green: f32, blue: f32| {
        let light = light(red, green, blue);
        [light, 128.0 + 0.564 * (blue - light), 128.0 + 0.713 * (red - light), 255.0]
    };
    match (components, transform) {
        (3, Transform::Rgb) | (4, Transform::Default | Transform::Adobe(0)) => {
            [red, green, blue, 255.0]
        }
        (4, _) => coded(255.0 - red, 255.0 - green, 255.0 - blue),
        (1 | 2, _) => [light(red, green, blue), 128.0, 128.0, 128.0],
        _ => coded(red, green, blue),
    }
}

/// The rows of the picture, with new blocks in covered units.
struct CoveredRows<'a> {
    units: &'a Units,
    frame: &'a Frame,
    rows: Rows<'a>,
    /// The row that was made last, from 1.
    row: u32,
    /// The new blocks of that row: a block for each unit and component.
    fills: Vec<[Block; 4]>,
}

impl<'a> CoveredRows<'a> {
    fn new(units: &'a Units, jpeg: &'a Jpeg, bytes: &'a [u8]) -> Result<Self, Trouble> {
        let rows = Rows::new(bytes, &jpeg.frame, &jpeg.scans)?;
        Ok(Self { units, frame: &jpeg.frame, rows, row: 0, fills: Vec::new() })
    }
}

impl RowSource for CoveredRows<'_> {
    fn advance(&mut self) -> Result<(), Trouble> {
        self.rows.advance()?;
        let block = |first: i16| {
            let mut block = [0; 64];
            block[0] = first;
            block
        };
        let row = self.row;
        self.fills.clear();
        self.fills.extend(
            (0..self.units.across).map(|x| self.units.fill(x, row).unwrap_or_default().map(block)),
        );
        self.row += 1;
        Ok(())
    }

    fn block(&self, component: usize, x: u32, y: u32) -> Result<(&Block, u64), Error> {
        let missing = Error::damaged(Part::PictureData, 0);
        let each = self.frame.components.get(component).ok_or(missing)?;
        let unit = x / each.across;
        match self.units.fill(unit, self.row.saturating_sub(1)) {
            None => self.rows.block(component, x, y),
            Some(_) => {
                let blocks = self.fills.get(unit as usize).ok_or(missing)?;
                Ok((blocks.get(component).ok_or(missing)?, 0))
            }
        }
    }
}
