//! Which pixels of a picture are to be covered.

use core::fmt;

use crate::{Region, Shape, Size};

mod parts;

pub use parts::Part;

/// A yes or no for each pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    size: Size,
    /// A byte for each pixel, line by line: 1 for yes.
    pixels: Vec<u8>,
}

impl Mask {
    /// None of them.
    pub fn none(size: Size) -> Self {
        Self { size, pixels: vec![0; size.width as usize * size.height as usize] }
    }

    /// Those for which `is_meant` says so, given column and line.
    pub fn from_fn(size: Size, mut is_meant: impl FnMut(u32, u32) -> bool) -> Self {
        let mut mask = Self::none(size);
        for y in 0..size.height {
            for x in 0..size.width {
                mask.pixels[(y as usize) * size.width as usize + x as usize] =
                    u8::from(is_meant(x, y));
            }
        }
        mask
    }

    /// Line by line, from above to below: `fill` says yes to pixels of the line that it gets, which
    /// begins with no to all.
    pub fn by_lines(size: Size, mut fill: impl FnMut(u32, &mut [bool])) -> Self {
        let mut mask = Self::none(size);
        let width = size.width as usize;
        let mut line = vec![false; width];
        for (y, pixels) in (0..size.height).zip(mask.pixels.chunks_exact_mut(width.max(1))) {
            line.fill(false);
            fill(y, &mut line);
            pixels.iter_mut().zip(&line).for_each(|(pixel, is_meant)| *pixel = u8::from(*is_meant));
        }
        mask
    }

    /// Width and height in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// One line: a byte for each pixel, 1 for yes, 0 for no. Empty below the last.
    pub fn line(&self, y: u32) -> &[u8] {
        let width = self.size.width as usize;
        let start = y as usize * width;
        self.pixels.get(start..start + width).unwrap_or_default()
    }

    /// Is this pixel meant? Beside the picture, none is.
    pub fn has(&self, x: u32, y: u32) -> bool {
        self.line(y).get(x as usize).is_some_and(|pixel| *pixel != 0)
    }

    /// How many pixels are meant.
    pub fn count(&self) -> u64 {
        self.pixels.iter().map(|pixel| u64::from(*pixel)).sum()
    }

    /// Adds every pixel that the shape touches.
    pub fn add(&mut self, shape: &Shape) {
        let Region { top, bottom, .. } = shape.bounds();
        let height = self.size.height;
        let lines =
            (top.floor().max(0.0) as u32).min(height)..(bottom.ceil().max(0.0) as u32).min(height);
        let width = self.size.width as usize;
        let mut spans = Vec::new();
        for y in lines {
            spans.clear();
            shape.spans(y, &mut spans);
            let line = &mut self.pixels[y as usize * width..][..width];
            for &(from, to) in &spans {
                let from = (from.floor().max(0.0) as usize).min(width);
                let to = (to.ceil().max(0.0) as usize).min(width);
                if from < to {
                    line[from..to].fill(1);
                }
            }
        }
    }

    /// Leaves only what another one means too. Both are of the same size, or nothing changes.
    pub fn keep(&mut self, other: &Self) {
        if self.size == other.size {
            for (pixel, other) in self.pixels.iter_mut().zip(&other.pixels) {
                *pixel &= other;
            }
        }
    }

    /// Adds what another one means. Both are of the same size, or nothing changes.
    pub fn join(&mut self, other: &Self) {
        if self.size == other.size {
            for (pixel, other) in self.pixels.iter_mut().zip(&other.pixels) {
                *pixel |= other;
            }
        }
    }

    /// What this one does not mean.
    #[must_use]
    pub fn inverted(&self) -> Self {
        Self { size: self.size, pixels: self.pixels.iter().map(|pixel| 1 - pixel).collect() }
    }

    /// With all pixels that are this near, across and down.
    #[must_use]
    pub fn grown(&self, by: u32) -> Self {
        let width = self.size.width as usize;
        let mut across = self.clone();
        for (line, target) in
            self.pixels.chunks_exact(width.max(1)).zip(across.pixels.chunks_exact_mut(width.max(1)))
        {
            grow_line(line.iter().copied(), by as usize, |at| target[at] = 1);
        }
        let mut grown = across.clone();
        for x in 0..width {
            let column = across.pixels[x..].iter().step_by(width).copied();
            grow_line(column, by as usize, |at| grown.pixels[at * width + x] = 1);
        }
        grown
    }
}

/// Marks all places that are at most `by` from one that is meant.
fn grow_line(line: impl ExactSizeIterator<Item = u8>, by: usize, mut mark: impl FnMut(usize)) {
    let length = line.len();
    let mut done = 0;
    for (at, pixel) in line.enumerate() {
        if pixel != 0 {
            let end = (at + by + 1).min(length);
            (at.saturating_sub(by).max(done)..end).for_each(&mut mark);
            done = end;
        }
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask({} x {}, {} pixels)", self.size.width, self.size.height, self.count())
    }
}

#[cfg(test)]
mod tests;
