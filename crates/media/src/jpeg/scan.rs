//! Scan headers, and the walk through the coded data of a scan that keeps its coding: to know to
//! the bit where the picture's data end.
//!
//! No sample is decoded: the walk only follows the codes. What lies after the last code is not
//! part of the picture, and is not copied.

use std::sync::Arc;

use crate::error::{Error, Part};
use crate::jpeg::arithmetic::{self, Conditioning};
use crate::jpeg::bits::{BitReader, has_ff};
use crate::jpeg::frame::{Blocks, Frame};
use crate::jpeg::huffman::HuffmanTable;
use crate::jpeg::steps::{BLOCK_END, ZERO_RUN};

/// A component's part in a scan.
#[derive(Clone)]
pub(crate) struct ScanComponent {
    /// Its place in the frame header.
    pub(crate) index: usize,
    pub(crate) dc_slot: u8,
    pub(crate) ac_slot: u8,
    /// The tables as they stand when the scan begins; absent where it needs none.
    pub(crate) dc: Option<Arc<HuffmanTable>>,
    pub(crate) ac: Option<Arc<HuffmanTable>>,
    /// For arithmetic codes.
    pub(crate) conditioning: Conditioning,
}

/// A scan header (SOS) with everything needed to walk its data.
#[derive(Clone)]
pub(crate) struct ScanHeader {
    pub(crate) components: Vec<ScanComponent>,
    pub(crate) spectral_start: u8,
    pub(crate) spectral_end: u8,
    pub(crate) approx_high: u8,
    pub(crate) approx_low: u8,
    /// Units between restart markers; zero for none.
    pub(crate) restart_interval: u32,
}

/// The bytes of one restart interval that hold codes.
#[derive(Clone, Copy)]
pub(crate) struct Interval {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Bits of the last byte that hold codes.
    pub(crate) tail_bits: u8,
}

/// A scan: its header, and where its data are.
pub(crate) struct Scan {
    pub(crate) header: ScanHeader,
    /// Where the data begin.
    pub(crate) start: usize,
    /// Where the next marker is that is no restart: the data end there or before.
    pub(crate) bound: usize,
    /// Known only where the scan keeps its coding.
    pub(crate) intervals: Vec<Interval>,
}

/// Where the data of a scan end.
pub(crate) struct Extent {
    /// One past the last byte that holds codes.
    pub(crate) end: usize,
    /// Bytes between codes and restart markers.
    pub(crate) loose: Vec<core::ops::Range<usize>>,
}

/// Which coefficients of each block are not zero yet: needed to follow refinement scans.
pub(crate) struct History {
    blocks: Vec<Vec<u64>>,
}

impl History {
    /// Only progressive frames need one.
    pub(crate) fn new(frame: &Frame) -> Self {
        let of = |index| {
            let Blocks { across, down } = frame.padded_blocks(index);
            vec![0; across as usize * down as usize]
        };
        let count = if frame.is_progressive() { frame.components.len() } else { 0 };
        Self { blocks: (0..count).map(of).collect() }
    }

    /// How much memory it takes.
    pub(crate) fn bytes(frame: &Frame) -> usize {
        let count = if frame.is_progressive() { frame.components.len() } else { 0 };
        (0..count).map(|index| frame.padded_blocks(index).count() as usize * size_of::<u64>()).sum()
    }

    /// The coefficients of one block, a bit for each.
    pub(crate) fn of(&mut self, component: usize, block: usize) -> Result<&mut u64, Error> {
        let blocks = self.blocks.get_mut(component);
        blocks.and_then(|blocks| blocks.get_mut(block)).ok_or(Error::damaged(Part::Table, 0))
    }
}

/// Walks a scan and notes its intervals.
pub(crate) fn walk(
    bytes: &[u8],
    frame: &Frame,
    scan: &mut Scan,
    history: &mut History,
) -> Result<Extent, Error> {
    let header = &scan.header;
    let units = unit_count(frame, header);
    let per_interval = if header.restart_interval == 0 { units } else { header.restart_interval };
    let mut loose = Vec::new();
    let mut at = scan.start;
    let mut unit = 0;
    scan.intervals.clear();
    while unit < units {
        if unit > 0 {
            let expected = 0xd0 + ((scan.intervals.len() - 1) % 8) as u8;
            at = step_over_restart(bytes, at, expected, &mut loose)?;
        }
        let until = units.min(unit.saturating_add(per_interval));
        let walk = if frame.is_arithmetic() { arithmetic::walk_interval } else { walk_interval };
        let interval = walk(bytes, at, frame, header, unit..until, history)?;
        // One byte after FF is its stuffed zero.
        let last_is_ff = interval.end > interval.start && bytes[interval.end as usize - 1] == 0xff;
        at = interval.end as usize + usize::from(last_is_ff);
        scan.intervals.push(interval);
        unit = until;
    }
    Ok(Extent { end: at.min(bytes.len()), loose })
}

pub(crate) fn unit_count(frame: &Frame, header: &ScanHeader) -> u32 {
    match header.components.as_slice() {
        [only] => frame.own_blocks(only.index).count(),
        _ => frame.units().count(),
    }
}

/// Finds the expected restart marker; bytes before it that are no fill bytes are loose.
pub(crate) fn step_over_restart(
    bytes: &[u8],
    at: usize,
    expected: u8,
    loose: &mut Vec<core::ops::Range<usize>>,
) -> Result<usize, Error> {
    let (marker_at, marker) = next_marker(bytes, at).ok_or(Error::cut_short(bytes.len()))?;
    if marker != expected {
        return Err(Error::damaged(Part::PictureData, marker_at));
    }
    if bytes[at..marker_at].iter().any(|byte| *byte != 0xff) {
        loose.push(at..marker_at);
    }
    Ok(marker_at + 2)
}

/// The next marker at or after `at`, and where its FF is. Fill bytes before it are stepped over.
pub(crate) fn next_marker(bytes: &[u8], mut at: usize) -> Option<(usize, u8)> {
    loop {
        // Most bytes of coded data are not FF.
        while let Some(next) = bytes.get(at..).and_then(|tail| tail.first_chunk::<8>()) {
            if has_ff(u64::from_be_bytes(*next)) {
                break;
            }
            at += 8;
        }
        let pair = bytes.get(at..at + 2)?;
        if pair[0] == 0xff && pair[1] != 0 && pair[1] != 0xff {
            return Some((at, pair[1]));
        }
        at += 1;
    }
}

/// Where the next marker is that is no restart marker, or the end.
pub(crate) fn data_bound(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match next_marker(bytes, at) {
            Some((marker_at, 0xd0..=0xd7)) => at = marker_at + 2,
            Some((marker_at, _)) => return marker_at,
            None => return bytes.len(),
        }
    }
}

fn walk_interval(
    bytes: &[u8],
    start: usize,
    frame: &Frame,
    header: &ScanHeader,
    units: core::ops::Range<u32>,
    history: &mut History,
) -> Result<Interval, Error> {
    let mut walker = Walker { bits: BitReader::new(bytes, start), end_of_band_run: 0 };
    let is_last_interval = units.end == unit_count(frame, header);
    for unit in units.clone() {
        walker.unit(frame, header, unit, history)?;
        if walker.bits.is_overdrawn() {
            if !is_last_interval || unit + 1 != units.end {
                return Err(walker.bits.cut_short());
            }
            walker.bits.forgive()?;
        }
    }
    let end = walker.bits.end(start);
    Ok(Interval { start: start as u32, end: end.end as u32, tail_bits: end.tail_bits as u8 })
}

struct Walker<'a> {
    bits: BitReader<'a>,
    end_of_band_run: u32,
}

impl Walker<'_> {
    /// One unit: a block of the only component, or the blocks of all components of the scan.
    #[inline]
    fn unit(
        &mut self,
        frame: &Frame,
        header: &ScanHeader,
        unit: u32,
        history: &mut History,
    ) -> Result<(), Error> {
        if let [only] = header.components.as_slice() {
            let across = frame.own_blocks(only.index).across;
            let stride = frame.padded_blocks(only.index).across;
            let block = (unit / across * stride + unit % across) as usize;
            return self.block(frame, header, only, block, history);
        }
        for component in &header.components {
            let factors = frame.components[component.index];
            for _ in 0..factors.across * factors.down {
                // Interleaved progressive scans hold DC only, which needs no history.
                self.block(frame, header, component, 0, history)?;
            }
        }
        Ok(())
    }

    #[inline]
    fn block(
        &mut self,
        frame: &Frame,
        header: &ScanHeader,
        component: &ScanComponent,
        block: usize,
        history: &mut History,
    ) -> Result<(), Error> {
        if !frame.is_progressive() {
            return self.sequential_block(component);
        }
        if header.spectral_start == 0 {
            return self.dc_block(header, component);
        }
        let missing = || Error::damaged(Part::Table, 0);
        let table = component.ac.as_deref().ok_or_else(missing)?;
        let seen = history.of(component.index, block)?;
        if header.approx_high == 0 {
            self.ac_first_block(header, table, seen)
        } else {
            self.ac_refining_block(header, table, seen)
        }
    }

    /// Reads a code and steps over the value bits it announces in its low half.
    fn symbol_and_value(&mut self, table: &HuffmanTable) -> Result<u8, Error> {
        let symbol = self.bits.symbol(table)?;
        self.bits.skip(u32::from(symbol & 15));
        Ok(symbol)
    }

    fn sequential_block(&mut self, component: &ScanComponent) -> Result<(), Error> {
        let (Some(dc), Some(ac)) = (&component.dc, &component.ac) else {
            return Err(Error::damaged(Part::Table, 0));
        };
        self.symbol_and_value(dc)?;
        let mut position = 1;
        while position < BLOCK_END {
            let symbol = self.symbol_and_value(ac)?;
            position = match symbol & 15 {
                0 if symbol != ZERO_RUN => BLOCK_END,
                _ => position + u32::from(symbol >> 4) + 1,
            };
        }
        Ok(())
    }

    fn dc_block(&mut self, header: &ScanHeader, component: &ScanComponent) -> Result<(), Error> {
        if header.approx_high > 0 {
            self.bits.skip(1);
            return Ok(());
        }
        let table = component.dc.as_deref().ok_or(Error::damaged(Part::Table, 0))?;
        self.symbol_and_value(table).map(|_| ())
    }

    fn ac_first_block(
        &mut self,
        header: &ScanHeader,
        table: &HuffmanTable,
        seen: &mut u64,
    ) -> Result<(), Error> {
        if self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            return Ok(());
        }
        let mut position = u32::from(header.spectral_start);
        while position <= u32::from(header.spectral_end) {
            let symbol = self.symbol_and_value(table)?;
            let run = u32::from(symbol >> 4);
            match symbol & 15 {
                0 if run < 15 => {
                    self.end_of_band_run = (1 << run) - 1 + self.bits.read(run);
                    break;
                }
                0 => position += 16,
                _ => {
                    position += run;
                    mark(seen, position);
                    position += 1;
                }
            }
        }
        Ok(())
    }

    fn ac_refining_block(
        &mut self,
        header: &ScanHeader,
        table: &HuffmanTable,
        seen: &mut u64,
    ) -> Result<(), Error> {
        let last = u32::from(header.spectral_end);
        let mut position = u32::from(header.spectral_start);
        while self.end_of_band_run == 0 && position <= last {
            let symbol = self.bits.symbol(table)?;
            let run = u32::from(symbol >> 4);
            let is_new = symbol & 15 != 0;
            if is_new {
                self.bits.skip(1);
            } else if run < 15 {
                self.end_of_band_run = (1 << run) + self.bits.read(run);
                break;
            }
            position = self.step_over_zeros(*seen, position, last, run);
            if is_new {
                mark(seen, position);
            }
            position += 1;
        }
        if self.end_of_band_run > 0 {
            self.bits.skip(known_between(*seen, position, last));
            self.end_of_band_run -= 1;
        }
        Ok(())
    }

    /// Steps over `run` coefficients that are still zero; each known one on the way has a
    /// correction bit. Returns where the next zero coefficient is.
    fn step_over_zeros(&mut self, seen: u64, mut position: u32, last: u32, mut run: u32) -> u32 {
        while position <= last {
            if seen >> position & 1 == 1 {
                self.bits.skip(1);
            } else if run == 0 {
                break;
            } else {
                run -= 1;
            }
            position += 1;
        }
        position
    }
}

pub(crate) fn mark(seen: &mut u64, position: u32) {
    if position < 64 {
        *seen |= 1 << position;
    }
}

/// How many known coefficients lie from `from` to `last`.
fn known_between(seen: u64, from: u32, last: u32) -> u32 {
    if from > last || from > 63 {
        return 0;
    }
    let upto_last = u64::MAX >> (63 - last);
    (seen & upto_last & (u64::MAX << from)).count_ones()
}
