//! A page made small on the way through its strips, to compare it with the small copies beside it.

use std::io::Cursor;

use crate::limits::{Limits, Size};
use crate::tiff::fields::{File, Order};
use crate::tiff::grid;
use crate::tiff::pack::{self, Packing};
use crate::tiff::page::{Coding, Page, Setting};
use crate::tiff::strips;
use crate::tiff::{Budget, OtherPicture, tags};

/// Longest side of what is compared.
const SIDE_MAX: u32 = 512;
const ROW_BYTES_MAX: u64 = 16 << 20;

/// The page as a small PNG; `None` for samples that are not easily shown.
pub(crate) fn of(page: &Page, bytes: &[u8]) -> Option<Vec<u8>> {
    let order = File::parse(bytes).ok()?.order;
    let mut small = Small::new(page, order)?;
    for index in 0..page.strips.len() {
        small.strip(page, bytes, index)?;
    }
    let picture = image::RgbImage::from_raw(small.size.width, small.size.height, small.colours)?;
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, image::ImageFormat::Png).ok()?;
    Some(out.into_inner())
}

/// Another picture of the file, as a file of its own.
pub(crate) fn of_other(file: File<'_>, other: &OtherPicture) -> Option<Vec<u8>> {
    if other.directory.field(tags::OLD_JPEG).is_some() {
        return Some(file.bytes.get(other.data.first()?.clone())?.to_vec());
    }
    let limits = Limits::default();
    let mut budget = Budget::new(file, &limits);
    let page = Page::parse(file, &other.directory, &limits, &mut budget).ok()?;
    of(&page, file.bytes)
}

struct Small {
    /// Every so many samples across and down one is taken.
    step: u32,
    size: Size,
    colours: Vec<u8>,
    order: Order,
}

impl Small {
    fn new(page: &Page, order: Order) -> Option<Self> {
        let step = page.size.width.max(page.size.height).div_ceil(SIDE_MAX).max(1);
        let size =
            Size { width: page.size.width.div_ceil(step), height: page.size.height.div_ceil(step) };
        let colours = vec![0; size.width as usize * size.height as usize * 3];
        let is_shown = page.grid.planes == 1 && page.shared_colour().is_none();
        is_shown.then_some(Self { step, size, colours, order })
    }

    fn strip(&mut self, page: &Page, bytes: &[u8], index: usize) -> Option<()> {
        let (column, row) = (index as u32 % page.grid.across, index as u32 / page.grid.across);
        let (left, top) = (column * page.grid.piece.width, row * page.grid.piece.height);
        match page.coding {
            Coding::Jpeg => {
                let jpeg = strips::jpeg(page, bytes, index).ok()?;
                let format = image::ImageFormat::Jpeg;
                let picture = image::load_from_memory_with_format(&jpeg, format).ok()?.into_rgb8();
                for (x, y, colour) in picture.enumerate_pixels() {
                    self.put(left + x, top + y, colour.0);
                }
                Some(())
            }
            Coding::Packed { packing, predictor: 1 | 2 } if matches!(page.bits, 8 | 16) => {
                self.packed(page, bytes, index, packing, (left, top))
            }
            _ => None,
        }
    }

    fn packed(
        &mut self,
        page: &Page,
        bytes: &[u8],
        index: usize,
        packing: Packing,
        (left, top): (u32, u32),
    ) -> Option<()> {
        let shape = grid::shape(page, index).ok()?;
        if shape.row_bytes > ROW_BYTES_MAX {
            return None;
        }
        let row_bytes = shape.row_bytes as usize;
        let (mut row, mut y) = (Vec::with_capacity(row_bytes), top);
        let data = bytes.get(page.strips.get(index)?.at.clone())?;
        pack::unpack(packing, data, shape.bytes(), &mut |piece| {
            let mut piece: &[u8] = piece;
            while !piece.is_empty() {
                let take = (row_bytes - row.len()).min(piece.len());
                row.extend_from_slice(&piece[..take]);
                piece = &piece[take..];
                if row.len() == row_bytes {
                    if y.is_multiple_of(self.step) {
                        self.row(page, &mut row, left, y);
                    }
                    row.clear();
                    y += 1;
                }
            }
        })?;
        Some(())
    }

    fn row(&mut self, page: &Page, row: &mut [u8], left: u32, y: u32) {
        let samples = usize::from(page.samples);
        let wide = usize::from(page.bits / 8);
        if matches!(page.coding, Coding::Packed { predictor: 2, .. }) {
            self.add_up(row, samples, wide);
        }
        let high = if wide == 2 && self.order == Order::Little { 1 } else { 0 };
        for (x, raw) in (left..).zip(row.chunks_exact(samples * wide)) {
            if x.is_multiple_of(self.step) {
                let sample = |index: usize| raw.get(index * wide + high).copied().unwrap_or(0);
                self.put(x, y, colour(page, sample));
            }
        }
    }

    /// Each sample was written as its difference from the one to the left.
    fn add_up(&self, row: &mut [u8], samples: usize, wide: usize) {
        let order = self.order;
        for at in (samples * wide..row.len()).step_by(wide) {
            let left = at - samples * wide;
            match (wide, order) {
                (2, Order::Little) => {
                    let sum = u16::from_le_bytes([row[left], row[left + 1]])
                        .wrapping_add(u16::from_le_bytes([row[at], row[at + 1]]));
                    row[at..at + 2].copy_from_slice(&sum.to_le_bytes());
                }
                (2, Order::Big) => {
                    let sum = u16::from_be_bytes([row[left], row[left + 1]])
                        .wrapping_add(u16::from_be_bytes([row[at], row[at + 1]]));
                    row[at..at + 2].copy_from_slice(&sum.to_be_bytes());
                }
                _ => row[at] = row[at].wrapping_add(row[left]),
            }
        }
    }

    fn put(&mut self, x: u32, y: u32, colour: [u8; 3]) {
        let (across, down) = (x / self.step, y / self.step);
        let is_taken = x.is_multiple_of(self.step) && y.is_multiple_of(self.step);
        if is_taken && across < self.size.width && down < self.size.height {
            let at = (down as usize * self.size.width as usize + across as usize) * 3;
            self.colours[at..at + 3].copy_from_slice(&colour);
        }
    }
}

/// A rough colour of a pixel: good enough to tell one picture from another.
fn colour(page: &Page, sample: impl Fn(usize) -> u8) -> [u8; 3] {
    match page.photometric {
        0 => [255 - sample(0); 3],
        2 => [sample(0), sample(1), sample(2)],
        3 => mapped(page, sample(0)),
        5 => {
            let ink = |index| 255_u8.saturating_sub(sample(index)).saturating_sub(sample(3));
            [ink(0), ink(1), ink(2)]
        }
        _ => [sample(0); 3],
    }
}

fn mapped(page: &Page, index: u8) -> [u8; 3] {
    let map = page.colour.iter().find(|setting| setting.0 == tags::COLOUR_MAP);
    let Some((_, Setting::Numbers(map))) = map else { return [0; 3] };
    let third = map.len() / 3;
    [0, 1, 2].map(|part| {
        map.get(part * third + usize::from(index)).map_or(0, |level| (level >> 8) as u8)
    })
}
