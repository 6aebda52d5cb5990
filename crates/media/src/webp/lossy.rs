//! Lossy pictures (VP8): where each of their streams ends. All symbols are read, but no pixel is
//! made of them.

mod bits;
mod tables;

use core::ops::Range;

use crate::error::{Error, Part};
use crate::limits::Size;
use crate::webp::lossy::bits::Bits;
use crate::webp::lossy::tables::{BLOCK_MODES, COEFFICIENTS, UPDATES};

/// The streams of a lossy picture, each as long as it is read.
#[derive(Clone)]
pub(crate) struct Lossy {
    /// Which of the simpler filters decoders use, 0 to 3.
    version: u8,
    size: Size,
    /// Header and modes.
    first: Range<usize>,
    /// The coefficients, rows of blocks taking turns.
    partitions: Vec<Range<usize>>,
}

const HEAD_BYTES: usize = 10;
const PARTITION_SIZE_BYTES: usize = 3;
/// Blocks of 16 × 16 pixels are called macroblocks; these are the 4 × 4 blocks along a side.
const LUMA: usize = 4;

impl Lossy {
    /// Reads the picture in these bytes of the file to its end.
    pub(crate) fn read(bytes: &[u8], at: Range<usize>) -> Result<Self, Error> {
        let damaged = Error::damaged(Part::PictureData, at.start);
        let head = bytes.get(at.start..at.end).and_then(|data| data.first_chunk::<HEAD_BYTES>());
        let Some([t0, t1, t2, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]) = head else {
            return Err(damaged);
        };
        let tag = u32::from_le_bytes([*t0, *t1, *t2, 0]);
        let (version, is_shown) = ((tag >> 1 & 7) as u8, tag >> 4 & 1 == 1);
        let side = |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]) & 0x3fff);
        let size = Size { width: side(w0, w1), height: side(h0, h1) };
        let first = at.start + HEAD_BYTES..at.start + HEAD_BYTES + (tag >> 5) as usize;
        let is_key_frame = tag & 1 == 0;
        if !is_key_frame || !is_shown || version > 3 || size.width == 0 || size.height == 0 {
            return Err(damaged);
        }
        if first.end > at.end {
            return Err(Error::cut_short(at.end));
        }
        Walk::new(bytes, first, at, size)?.run(version)
    }

    /// The chunk's data with exact sizes and nothing behind the streams.
    pub(crate) fn clean(&self, out: &mut Vec<u8>, original: &[u8]) {
        let tag = u32::from(self.version) << 1 | 1 << 4 | (self.first.len() as u32) << 5;
        out.extend_from_slice(&tag.to_le_bytes()[..3]);
        out.extend_from_slice(&[0x9d, 0x01, 0x2a]);
        // The two highest bits ask for scaling; no viewer does it.
        for side in [self.size.width, self.size.height] {
            out.extend((side as u16).to_le_bytes());
        }
        out.extend_from_slice(&original[self.first.clone()]);
        let kept = |at: &Range<usize>| if at.is_empty() { &[0][..] } else { &original[at.clone()] };
        if let Some((_, sized)) = self.partitions.split_last() {
            for partition in sized {
                let size = (kept(partition).len() as u32).to_le_bytes();
                out.extend_from_slice(&size[..PARTITION_SIZE_BYTES]);
            }
        }
        for partition in &self.partitions {
            out.extend_from_slice(kept(partition));
        }
    }

    /// What of these bytes no decoder reads.
    pub(crate) fn behind(&self, bytes: &[u8], at: &Range<usize>) -> Vec<Range<usize>> {
        let sizes_bytes = (self.partitions.len() - 1) * PARTITION_SIZE_BYTES;
        let mut behind = Vec::new();
        let mut reached = self.first.end;
        // The sizes stand right before the first of the other streams.
        for (index, partition) in self.partitions.iter().enumerate() {
            let start = partition.start - if index == 0 { sizes_bytes } else { 0 };
            behind.push(reached..start.max(reached));
            // A stream that says nothing has one byte, which is zero.
            let is_empty = partition.is_empty() && bytes.get(partition.end) == Some(&0);
            reached = (partition.end + usize::from(is_empty)).max(reached);
        }
        behind.push(reached..at.end.max(reached));
        behind.retain(|range| !range.is_empty());
        behind
    }
}

/// What the blocks to the left or above say about this one.
#[derive(Clone, Copy, Default)]
struct Edge {
    modes: [u8; LUMA],
    luma: [u8; LUMA],
    /// Two for each colour.
    chroma: [u8; 4],
    /// The block of averages.
    averages: u8,
}

/// How one macroblock is coded.
#[derive(Clone, Copy)]
struct Block {
    is_skipped: bool,
    has_averages: bool,
}

struct Walk<'a> {
    bytes: &'a [u8],
    modes: Bits<'a>,
    partitions: Vec<Bits<'a>>,
    /// Across and down, in macroblocks.
    across: usize,
    down: usize,
    size: Size,
    segments: Option<[u8; 3]>,
    skip: Option<u8>,
    coefficients: [[u8; 11]; 96],
    above: Vec<Edge>,
}

impl<'a> Walk<'a> {
    fn new(
        bytes: &'a [u8],
        first: Range<usize>,
        at: Range<usize>,
        size: Size,
    ) -> Result<Self, Error> {
        let rest = first.end..at.end;
        let mut walk = Self {
            bytes,
            modes: Bits::new(bytes, first),
            partitions: Vec::new(),
            across: size.width.div_ceil(16) as usize,
            down: size.height.div_ceil(16) as usize,
            size,
            segments: None,
            skip: None,
            coefficients: COEFFICIENTS,
            above: vec![Edge::default(); size.width.div_ceil(16) as usize],
        };
        walk.header(rest)?;
        Ok(walk)
    }

    fn header(&mut self, rest: Range<usize>) -> Result<(), Error> {
        let bits = &mut self.modes;
        let _colour_space_and_clamping = bits.number(2);
        if bits.flag() {
            let (has_map, has_data) = (bits.flag(), bits.flag());
            if has_data {
                bits.flag();
                (0..4).for_each(|_| bits.optional(8));
                (0..4).for_each(|_| bits.optional(7));
            }
            if has_map {
                let mut likely = || if bits.flag() { bits.number(8) as u8 } else { 255 };
                self.segments = Some([likely(), likely(), likely()]);
            }
        }
        // The smoothing filter.
        bits.number(1 + 6 + 3);
        if bits.flag() && bits.flag() {
            (0..8).for_each(|_| bits.optional(7));
        }
        let count = 1 << bits.number(2);
        // How coarse the coefficients are.
        bits.number(7);
        (0..5).for_each(|_| bits.optional(5));
        bits.flag();
        for (likely, update) in self.coefficients.iter_mut().zip(&UPDATES) {
            for (likely, update) in likely.iter_mut().zip(update) {
                if bits.bit(*update) {
                    *likely = bits.number(8) as u8;
                }
            }
        }
        self.skip = if bits.flag() { Some(bits.number(8) as u8) } else { None };
        self.split(rest, count)
    }

    /// Finds the streams behind the first one.
    fn split(&mut self, rest: Range<usize>, count: usize) -> Result<(), Error> {
        let mut at = rest.start + (count - 1) * PARTITION_SIZE_BYTES;
        if at > rest.end {
            return Err(Error::cut_short(rest.end));
        }
        let sizes = &self.bytes[rest.start..at];
        let sizes = sizes.chunks_exact(PARTITION_SIZE_BYTES);
        for size in sizes {
            let size = u32::from_le_bytes([size[0], size[1], size[2], 0]) as usize;
            let end = at.saturating_add(size).min(rest.end);
            self.partitions.push(Bits::new(self.bytes, at..end));
            at = end;
        }
        self.partitions.push(Bits::new(self.bytes, at..rest.end));
        Ok(())
    }

    fn run(mut self, version: u8) -> Result<Lossy, Error> {
        let count = self.partitions.len();
        let mut row = Vec::with_capacity(self.across);
        for y in 0..self.down {
            self.row_modes(&mut row);
            if self.modes.is_over() {
                return Err(Error::cut_short(self.modes.start()));
            }
            let mut left = Edge::default();
            for (x, block) in row.iter().enumerate() {
                let bits = &mut self.partitions[y % count];
                // A row takes its stream for granted, even if it has nothing in it.
                bits.begin();
                residue(bits, &self.coefficients, *block, &mut self.above[x], &mut left);
            }
            let bits = &self.partitions[y % count];
            if bits.is_over() {
                return Err(Error::cut_short(bits.start()));
            }
        }
        let partitions = self.partitions.iter().map(Bits::taken).collect();
        Ok(Lossy { version, size: self.size, first: self.modes.taken(), partitions })
    }

    fn row_modes(&mut self, row: &mut Vec<Block>) {
        row.clear();
        let bits = &mut self.modes;
        let mut left = [0; LUMA];
        for above in &mut self.above {
            if let Some([first, low, high]) = self.segments {
                let second = if bits.bit(first) { high } else { low };
                bits.bit(second);
            }
            let is_skipped = self.skip.is_some_and(|likely| bits.bit(likely));
            let has_averages = bits.bit(145);
            if has_averages {
                let mode = whole_mode(bits);
                above.modes = [mode; LUMA];
                left = [mode; LUMA];
            } else {
                for left in &mut left {
                    for above in &mut above.modes {
                        *left = block_mode(bits, *above, *left);
                        *above = *left;
                    }
                }
            }
            // The mode of the colours: three in a row, each less likely.
            let _ = bits.bit(142) && bits.bit(114) && bits.bit(183);
            row.push(Block { is_skipped, has_averages });
        }
    }
}

/// The mode of a whole macroblock, as the mode that its 4 × 4 blocks count as having.
fn whole_mode(bits: &mut Bits<'_>) -> u8 {
    const DC: u8 = 0;
    const TRUE_MOTION: u8 = 1;
    const VERTICAL: u8 = 2;
    const HORIZONTAL: u8 = 3;
    match bits.bit(156) {
        false => {
            if bits.bit(163) {
                VERTICAL
            } else {
                DC
            }
        }
        true => {
            if bits.bit(128) {
                TRUE_MOTION
            } else {
                HORIZONTAL
            }
        }
    }
}

/// The mode of a 4 × 4 block, by a tree: a step leads to the next, or to a mode.
fn block_mode(bits: &mut Bits<'_>, above: u8, left: u8) -> u8 {
    enum To {
        Step(usize),
        Mode(u8),
    }
    use To::{Mode, Step};
    const TREE: [(To, To); 9] = [
        (Mode(0), Step(1)),
        (Mode(1), Step(2)),
        (Mode(2), Step(3)),
        (Step(4), Step(6)),
        (Mode(3), Step(5)),
        (Mode(5), Mode(6)),
        (Mode(4), Step(7)),
        (Mode(7), Step(8)),
        (Mode(8), Mode(9)),
    ];
    let likely = &BLOCK_MODES[usize::from(above) * 10 + usize::from(left)];
    let mut step = 0;
    loop {
        let (zero, one) = &TREE[step];
        match if bits.bit(likely[step]) { one } else { zero } {
            Step(next) => step = *next,
            Mode(mode) => return *mode,
        }
    }
}

/// Reads the coefficients of one macroblock.
fn residue(
    bits: &mut Bits<'_>,
    likely: &[[u8; 11]; 96],
    block: Block,
    above: &mut Edge,
    left: &mut Edge,
) {
    if block.is_skipped {
        for edge in [above, left] {
            edge.luma = [0; LUMA];
            edge.chroma = [0; 4];
            if block.has_averages {
                edge.averages = 0;
            }
        }
        return;
    }
    let mut read = |kind: usize, first: usize, above: &mut u8, left: &mut u8| {
        let context = usize::from(*above + *left);
        let some = coefficients(bits, likely, kind, context, first);
        (*above, *left) = (u8::from(some), u8::from(some));
    };
    let (kind, first) = if block.has_averages {
        read(1, 0, &mut above.averages, &mut left.averages);
        (0, 1)
    } else {
        (3, 0)
    };
    for left in &mut left.luma {
        for above in &mut above.luma {
            read(kind, first, above, left);
        }
    }
    for colour in [0..2, 2..4] {
        for left in &mut left.chroma[colour.clone()] {
            for above in &mut above.chroma[colour.clone()] {
                read(2, 0, above, left);
            }
        }
    }
}

/// The bands that the sixteen coefficients are in, and one more behind the last.
const BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

/// Reads the coefficients of one block; says whether there were any.
fn coefficients(
    bits: &mut Bits<'_>,
    likely: &[[u8; 11]; 96],
    kind: usize,
    context: usize,
    first: usize,
) -> bool {
    let table = |at: usize, context: usize| &likely[(kind * 8 + BANDS[at]) * 3 + context];
    let mut at = first;
    let mut now = table(at, context);
    while at < 16 {
        if !bits.bit(now[0]) {
            return at > first;
        }
        while !bits.bit(now[1]) {
            at += 1;
            if at == 16 {
                return true;
            }
            now = table(at, 0);
        }
        at += 1;
        let is_large = bits.bit(now[2]);
        if is_large {
            large(bits, now);
        }
        now = table(at, if is_large { 2 } else { 1 });
        bits.bit(128);
    }
    true
}

/// Reads what a coefficient is beyond one.
fn large(bits: &mut Bits<'_>, likely: &[u8; 11]) {
    const EXTRA: [&[u8]; 4] = [
        &[173, 148, 140],
        &[176, 155, 140, 135],
        &[180, 157, 141, 134, 130],
        &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
    ];
    if !bits.bit(likely[3]) {
        if bits.bit(likely[4]) {
            bits.bit(likely[5]);
        }
        return;
    }
    if !bits.bit(likely[6]) {
        if bits.bit(likely[7]) {
            bits.bit(165);
            bits.bit(145);
        } else {
            bits.bit(159);
        }
        return;
    }
    let high = bits.bit(likely[8]);
    let low = bits.bit(likely[if high { 10 } else { 9 }]);
    for likely in EXTRA[usize::from(high) * 2 + usize::from(low)] {
        bits.bit(*likely);
    }
}
