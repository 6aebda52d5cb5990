//! How a picture is cut into strips or tiles.

use crate::error::{Error, OtherFormat};
use crate::limits::Size;
use crate::tiff::page::{Coding, Fields, Page};
use crate::tiff::shape::Shape;
use crate::tiff::tags;

/// The cut: columns and rows of pieces of one size, for each plane.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) is_tiled: bool,
    /// Size of each piece; the last strip has fewer rows, the last tiles do not.
    pub(crate) piece: Size,
    pub(crate) across: u32,
    pub(crate) down: u32,
    /// One, or one for each sample.
    pub(crate) planes: u32,
}

impl Grid {
    pub(crate) fn parse(fields: &Fields<'_>, size: Size, samples: u16) -> Result<Self, Error> {
        let planes = match fields.number(tags::PLANES, 1)? {
            2 if samples > 1 => u32::from(samples),
            1 | 2 => 1,
            _ => return Err(fields.damaged()),
        };
        let side = |tag, least: u64, most: u32| -> Result<u32, Error> {
            let number = fields.number(tag, u64::MAX)?;
            if number < least {
                return Err(fields.damaged());
            }
            Ok(number.min(u64::from(most)) as u32)
        };
        let is_tiled = fields.directory.field(tags::TILE_WIDTH).is_some();
        let piece = match is_tiled {
            // Larger than any picture may be.
            true => Size {
                width: side(tags::TILE_WIDTH, 1, 1 << 20)?,
                height: side(tags::TILE_HEIGHT, 1, 1 << 20)?,
            },
            false => {
                Size { width: size.width, height: side(tags::ROWS_PER_STRIP, 1, size.height)? }
            }
        };
        let (across, down) = (size.width.div_ceil(piece.width), size.height.div_ceil(piece.height));
        Ok(Self { is_tiled, piece, across, down, planes })
    }

    /// One strip for all.
    pub(crate) fn whole(size: Size) -> Self {
        Self { is_tiled: false, piece: size, across: 1, down: 1, planes: 1 }
    }

    /// Pieces of all planes.
    pub(crate) fn count(&self) -> usize {
        (u64::from(self.across) * u64::from(self.down) * u64::from(self.planes)) as usize
    }

    /// The coded size of a piece, and how much of it belongs to the picture.
    pub(crate) fn sizes(&self, size: Size, index: usize) -> (Size, Size) {
        let in_plane = (index as u64 % (u64::from(self.across) * u64::from(self.down))) as u32;
        let (column, row) = (in_plane % self.across, in_plane / self.across);
        let rest = |whole: u32, side: u32, place: u32| side.min(whole - place * side);
        let used = Size {
            width: rest(size.width, self.piece.width, column),
            height: rest(size.height, self.piece.height, row),
        };
        (if self.is_tiled { self.piece } else { used }, used)
    }
}

/// The bytes of a piece before it is packed.
pub(crate) fn shape(page: &Page, index: usize) -> Result<Shape, Error> {
    let (coded, used) = page.grid.sizes(page.size, index);
    let (width, height) = (u64::from(coded.width), u64::from(coded.height));
    if let Some((across, down)) = page.shared_colour() {
        return shared_shape(page, coded, used, across, down);
    }
    let sample_bits = u64::from(page.bits) * u64::from(page.samples_together());
    let shape = Shape {
        row_bytes: (width * sample_bits).div_ceil(8),
        rows: height,
        used_bits: u64::from(used.width) * sample_bits,
        used_rows: u64::from(used.height),
        lowest_first: page.lowest_first,
    };
    // Predicted floating-point numbers are taken apart: no byte of a row stands for one sample.
    let is_apart = matches!(page.coding, Coding::Packed { predictor: 3, .. });
    if is_apart && shape.used_bits != shape.row_bytes * 8 {
        return Err(Error::NotSupported(OtherFormat::Tiff));
    }
    Ok(shape)
}

/// Blocks of brightness samples, each followed by the two colours they share.
fn shared_shape(
    page: &Page,
    coded: Size,
    used: Size,
    across: u64,
    down: u64,
) -> Result<Shape, Error> {
    let is_plain = page.bits == 8 && page.samples == 3 && coded == used;
    if !is_plain {
        return Err(Error::NotSupported(OtherFormat::Tiff));
    }
    let row_bytes = u64::from(coded.width).div_ceil(across) * (across * down + 2);
    let rows = u64::from(coded.height).div_ceil(down);
    Ok(Shape {
        row_bytes,
        rows,
        used_bits: row_bytes * 8,
        used_rows: rows,
        lowest_first: page.lowest_first,
    })
}
