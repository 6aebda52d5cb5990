//! Rows of samples: where they are in a picture, and the filters that make them easy to pack.

use crate::limits::Size;
use crate::png::reader::Header;

/// One of the pictures that a stream holds: the whole one, or a pass of an interlaced one.
#[derive(Clone, Copy)]
pub(super) struct Pass {
    /// The first column and row, and the steps to the next.
    first: (u32, u32),
    step: (u32, u32),
    pub(super) size: Size,
}

const PASSES: [(u32, u32, u32, u32); 7] = [
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
];

/// The passes of a picture that have any pixels.
pub(super) fn passes(interlaced: bool, size: Size) -> Vec<Pass> {
    if !interlaced {
        return vec![Pass { first: (0, 0), step: (1, 1), size }];
    }
    let count = |length: u32, first: u32, step: u32| length.saturating_sub(first).div_ceil(step);
    let pass = |(x, step_x, y, step_y)| Pass {
        first: (x, y),
        step: (step_x, step_y),
        size: Size { width: count(size.width, x, step_x), height: count(size.height, y, step_y) },
    };
    let passes = PASSES.into_iter().map(pass);
    passes.filter(|pass| pass.size.width > 0 && pass.size.height > 0).collect()
}

/// Bits of a pixel.
pub(super) fn pixel_bits(header: &Header) -> usize {
    let channels = match header.colour_type {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    channels * usize::from(header.depth)
}

pub(super) fn row_bytes(bits: usize, width: u32) -> usize {
    (width as usize * bits).div_ceil(8)
}

/// Takes filter marks and filtered rows, in pieces of any size, and gives plain rows.
pub(super) struct RowReader {
    bits: usize,
    passes: Vec<Pass>,
    pass: usize,
    row: u32,
    /// The filter mark and the row that is being filled.
    current: Vec<u8>,
    filled: usize,
    above: Vec<u8>,
    /// Whether a mark says nothing that is known.
    pub(super) is_damaged: bool,
}

impl RowReader {
    pub(super) fn new(header: &Header, size: Size, interlaced: bool) -> Self {
        let mut reader = Self {
            bits: pixel_bits(header),
            passes: passes(interlaced, size),
            pass: 0,
            row: 0,
            current: Vec::new(),
            filled: 0,
            above: Vec::new(),
            is_damaged: false,
        };
        reader.begin_pass();
        reader
    }

    fn begin_pass(&mut self) {
        let width = self.passes.get(self.pass).map_or(0, |pass| pass.size.width);
        let length = row_bytes(self.bits, width);
        self.current = vec![0; length + 1];
        self.above = vec![0; length];
    }

    /// Hands on every row that is now whole, with its pass and number; the first row of a pass
    /// has number zero.
    pub(super) fn push(&mut self, mut data: &[u8], mut receive: impl FnMut(&Pass, u32, &[u8])) {
        while !data.is_empty() && self.pass < self.passes.len() && !self.is_damaged {
            let take = data.len().min(self.current.len() - self.filled);
            self.current[self.filled..self.filled + take].copy_from_slice(&data[..take]);
            self.filled += take;
            data = &data[take..];
            if self.filled == self.current.len() {
                self.finish_row(&mut receive);
            }
        }
    }

    fn finish_row(&mut self, receive: &mut impl FnMut(&Pass, u32, &[u8])) {
        let step = self.bits.div_ceil(8);
        let [mark, row @ ..] = self.current.as_mut_slice() else { return };
        if !unfilter(*mark, row, &self.above, step) {
            self.is_damaged = true;
            return;
        }
        let pass = self.passes[self.pass];
        // Bits behind the last pixel could say anything.
        let spare = row.len() * 8 - pass.size.width as usize * self.bits;
        if let Some(last) = row.last_mut() {
            *last &= 0xff << spare;
        }
        receive(&pass, self.row, row);
        self.above.copy_from_slice(row);
        self.filled = 0;
        self.row += 1;
        if self.row == pass.size.height {
            self.row = 0;
            self.pass += 1;
            self.begin_pass();
        }
    }
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let (to_left, to_above, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

fn average(left: u8, above: u8) -> u8 {
    (left & above) + ((left ^ above) >> 1)
}

/// Undoes a filter in place; `false` if there is no such filter.
fn unfilter(mark: u8, row: &mut [u8], above: &[u8], step: usize) -> bool {
    let left = |row: &[u8], at: usize| if at < step { 0 } else { row[at - step] };
    match mark {
        0 => {}
        1 => {
            for at in step..row.len() {
                row[at] = row[at].wrapping_add(row[at - step]);
            }
        }
        2 => row.iter_mut().zip(above).for_each(|(byte, above)| *byte = byte.wrapping_add(*above)),
        3 => {
            for at in 0..row.len() {
                row[at] = row[at].wrapping_add(average(left(row, at), above[at]));
            }
        }
        4 => {
            for at in 0..row.len() {
                let corner = left(above, at);
                row[at] = row[at].wrapping_add(paeth(left(row, at), above[at], corner));
            }
        }
        _ => return false,
    }
    true
}

/// Gives each row the filter that suits it, always by the same rule, so that equal samples give
/// equal bytes.
pub(super) struct Filterer {
    step: usize,
    /// Colour numbers and single bits are not filtered: their differences mean nothing.
    is_plain: bool,
    above: Vec<u8>,
    candidate: Vec<u8>,
    best: Vec<u8>,
}

impl Filterer {
    pub(super) fn new(header: &Header) -> Self {
        Self {
            step: pixel_bits(header).div_ceil(8),
            is_plain: header.colour_type == 3 || header.depth < 8,
            above: Vec::new(),
            candidate: Vec::new(),
            best: Vec::new(),
        }
    }

    /// The mark and the filtered row. `is_first`: there is no row above it in its pass.
    pub(super) fn filter(&mut self, row: &[u8], is_first: bool) -> &[u8] {
        self.best.clear();
        self.best.push(0);
        self.best.extend_from_slice(row);
        if self.is_plain {
            return &self.best;
        }
        if is_first {
            self.above.clear();
            self.above.resize(row.len(), 0);
        }
        let mut lowest = cost(&self.best[1..]);
        for mark in 1..=4 {
            self.candidate.clear();
            self.candidate.push(mark);
            apply(mark, row, &self.above, self.step, &mut self.candidate);
            let this = cost(&self.candidate[1..]);
            if this < lowest {
                lowest = this;
                core::mem::swap(&mut self.best, &mut self.candidate);
            }
        }
        self.above.copy_from_slice(row);
        &self.best
    }
}

/// The sum of the differences, each taken as a distance from zero.
fn cost(filtered: &[u8]) -> u64 {
    let block = |bytes: &[u8]| -> u32 {
        bytes.iter().map(|byte| u32::from((*byte as i8).unsigned_abs())).sum()
    };
    filtered.chunks(1 << 16).map(|bytes| u64::from(block(bytes))).sum()
}

fn apply(mark: u8, row: &[u8], above: &[u8], step: usize, out: &mut Vec<u8>) {
    let step = step.min(row.len());
    let (front, rest) = row.split_at(step);
    let front = front.iter().zip(above);
    let rest = rest.iter().zip(row).zip(&above[step..]).zip(above);
    match mark {
        1 => {
            out.extend(front.map(|(byte, _)| *byte));
            out.extend(rest.map(|(((byte, left), _), _)| byte.wrapping_sub(*left)));
        }
        2 => out.extend(row.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(*above))),
        3 => {
            out.extend(front.map(|(byte, above)| byte.wrapping_sub(above >> 1)));
            out.extend(
                rest.map(|(((byte, left), above), _)| byte.wrapping_sub(average(*left, *above))),
            );
        }
        _ => {
            out.extend(front.map(|(byte, above)| byte.wrapping_sub(*above)));
            out.extend(rest.map(|(((byte, left), above), corner)| {
                byte.wrapping_sub(paeth(*left, *above, *corner))
            }));
        }
    }
}

/// A whole picture, plain rows one after the other.
pub(super) struct Canvas {
    bits: usize,
    size: Size,
    rows: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(header: &Header, size: Size) -> Self {
        let bits = pixel_bits(header);
        let rows = vec![0; row_bytes(bits, size.width) * size.height as usize];
        Self { bits, size, rows }
    }

    /// Puts a row of a pass to its places.
    pub(super) fn put(&mut self, pass: &Pass, number: u32, row: &[u8]) {
        let length = row_bytes(self.bits, self.size.width);
        let start = (pass.first.1 + number * pass.step.1) as usize * length;
        let target = &mut self.rows[start..start + length];
        if pass.step.0 == 1 {
            target.copy_from_slice(row);
            return;
        }
        for x in 0..pass.size.width {
            let to = pass.first.0 + x * pass.step.0;
            copy_pixel(self.bits, row, x as usize, target, to as usize);
        }
    }

    /// One row of the picture as it is seen when the pixel at a place comes from `source`.
    pub(super) fn row(&self, out: &mut [u8], width: u32, source: impl Fn(u32) -> (u32, u32)) {
        out.fill(0);
        let length = row_bytes(self.bits, self.size.width);
        for to in 0..width {
            let (x, y) = source(to);
            let row = &self.rows[y as usize * length..][..length];
            copy_pixel(self.bits, row, x as usize, out, to as usize);
        }
    }
}

/// Copies one pixel; the place it goes to is zero before.
fn copy_pixel(bits: usize, from: &[u8], at: usize, to: &mut [u8], target: usize) {
    if bits >= 8 {
        let length = bits / 8;
        to[target * length..][..length].copy_from_slice(&from[at * length..][..length]);
        return;
    }
    let mask = (1_u8 << bits) - 1;
    let shift = |pixel: usize| 8 - bits - pixel * bits % 8;
    let value = from[at * bits / 8] >> shift(at) & mask;
    to[target * bits / 8] |= value << shift(target);
}
