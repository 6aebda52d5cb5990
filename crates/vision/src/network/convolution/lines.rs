//! Lines of a channel as a convolution sees them.

use super::{Geometry, LANES_MAX};

/// As many lines of one channel as the layer is high, with zeros around them. Where the layer goes
/// on by two pixels, each line lies as its even and its odd ones: so the same neighbour of all
/// pixels is always one slice.
pub(super) struct Lines {
    geometry: Geometry,
    /// Results in a line, rounded up to whole registers.
    width: usize,
    /// Numbers in one of the parts of a line.
    length: usize,
    /// The lines, the one of number `y` at `y` modulo the layer's height.
    values: Vec<f32>,
    /// The next line to be laid out, with those of zeros before the first.
    next: usize,
}

impl Lines {
    /// For a layer that gives lines of this width.
    pub(super) fn new(geometry: Geometry, width: usize) -> Self {
        let width = width.next_multiple_of(LANES_MAX);
        let length = width + geometry.kernel;
        let values = vec![0.0; geometry.kernel * geometry.stride * length];
        Self { geometry, width, length, values, next: 0 }
    }

    /// Lays out the lines that the result's line `y` needs; lines that are not there are zeros.
    pub(super) fn advance<'a>(&mut self, y: usize, line: impl Fn(usize) -> Option<&'a [f32]>) {
        let Geometry { kernel, stride, before, .. } = self.geometry;
        while self.next < y * stride + kernel {
            let line = self.next.checked_sub(before).and_then(&line);
            self.lay_out(self.next % kernel, line.unwrap_or_default());
            self.next += 1;
        }
    }

    fn lay_out(&mut self, place: usize, line: &[f32]) {
        let Geometry { stride, before, .. } = self.geometry;
        let all = &mut self.values[place * stride * self.length..][..stride * self.length];
        all.fill(0.0);
        for (part, values) in all.chunks_exact_mut(self.length).enumerate() {
            // The first of the line that belongs to this part.
            let first = (part + stride - before % stride) % stride;
            let from = (first + before) / stride;
            let Some(line) = line.get(first..) else { continue };
            if stride == 1 {
                let count = line.len().min(values.len() - from);
                values[from..][..count].copy_from_slice(&line[..count]);
            } else {
                for (value, new) in values[from..].iter_mut().zip(line.iter().step_by(stride)) {
                    *value = *new;
                }
            }
        }
    }

    /// For each neighbour, line by line, those of all results in line `y`.
    #[inline(always)]
    pub(super) fn taps<const KERNEL: usize>(&self, y: usize) -> [[&[f32]; KERNEL]; KERNEL] {
        let Geometry { kernel, stride, .. } = self.geometry;
        let mut taps = [[[].as_slice(); KERNEL]; KERNEL];
        for (down, taps) in taps.iter_mut().enumerate() {
            let place = (y * stride + down) % kernel;
            let line = &self.values[place * stride * self.length..][..stride * self.length];
            for (across, tap) in taps.iter_mut().enumerate() {
                let from = across % stride * self.length + across / stride;
                *tap = &line[from..from + self.width];
            }
        }
        taps
    }
}
