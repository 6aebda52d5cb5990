//! Reads one scan's coefficients row by row, and remembers where it is in between.

use crate::error::{Error, Part};
use crate::jpeg::bits::{BitReader, size_of};
use crate::jpeg::frame::Frame;
use crate::jpeg::huffman::HuffmanTable;
use crate::jpeg::recode::{DIFFERENCE_BITS_MAX, Trouble};
use crate::jpeg::rows::{Block, Strip};
use crate::jpeg::scan::{self, Extent, Scan, ScanComponent, ScanHeader};
use crate::jpeg::steps::{BLOCK_END, ZERO_RUN};

/// A place in a scan.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    frame: &'a Frame,
    header: &'a ScanHeader,
    units: u32,
    /// Units that are done.
    unit: u32,
    /// The unit before which a restart marker stands.
    restart_at: u32,
    restarts: u32,
    interval_start: usize,
    bits: BitReader<'a>,
    first: [i32; 4],
    end_of_band_run: u32,
    loose: Vec<core::ops::Range<usize>>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], frame: &'a Frame, scan: &'a Scan) -> Self {
        let header = &scan.header;
        let interval = header.restart_interval;
        Self {
            bytes,
            frame,
            header,
            units: scan::unit_count(frame, header),
            unit: 0,
            restart_at: if interval == 0 { u32::MAX } else { interval },
            restarts: 0,
            interval_start: scan.start,
            bits: BitReader::new(bytes, scan.start),
            first: [0; 4],
            end_of_band_run: 0,
            loose: Vec::new(),
        }
    }

    /// Reads the blocks of one row of units into `strip`, which holds what earlier scans said.
    pub(crate) fn row(&mut self, row: u32, strip: &mut Strip) -> Result<(), Trouble> {
        if let [only] = self.header.components.as_slice() {
            let own = self.frame.own_blocks(only.index);
            let down = self.frame.components[only.index].down;
            for y in 0..down.min(own.down.saturating_sub(row * down)) {
                for place in strip.line(only.index, y)?.take(own.across as usize) {
                    self.begin_unit()?;
                    self.block(only, place)?;
                    self.end_unit()?;
                }
            }
            return Ok(());
        }
        for unit in 0..self.frame.units().across {
            self.begin_unit()?;
            for scanned in &self.header.components {
                let component = &self.frame.components[scanned.index];
                for y in 0..component.down {
                    for x in 0..component.across {
                        let x = unit * component.across + x;
                        self.block(scanned, strip.block(scanned.index, x, y)?)?;
                    }
                }
            }
            self.end_unit()?;
        }
        Ok(())
    }

    /// Where the data end, after the last row.
    pub(crate) fn finish(self) -> Extent {
        Extent { end: self.bits.end_of_data(self.interval_start), loose: self.loose }
    }

    #[inline]
    fn begin_unit(&mut self) -> Result<(), Trouble> {
        if self.unit < self.restart_at {
            return Ok(());
        }
        let end = self.bits.end_of_data(self.interval_start);
        let expected = 0xd0 + (self.restarts % 8) as u8;
        self.interval_start = scan::step_over_restart(self.bytes, end, expected, &mut self.loose)?;
        self.bits = BitReader::new(self.bytes, self.interval_start);
        self.restarts += 1;
        self.restart_at = self.restart_at.saturating_add(self.header.restart_interval);
        (self.first, self.end_of_band_run) = ([0; 4], 0);
        Ok(())
    }

    #[inline]
    fn end_unit(&mut self) -> Result<(), Trouble> {
        self.unit += 1;
        if !self.bits.is_overdrawn() {
            return Ok(());
        }
        if self.unit < self.units {
            return Err(self.bits.cut_short().into());
        }
        Ok(self.bits.forgive()?)
    }

    #[inline]
    fn block(
        &mut self,
        scanned: &ScanComponent,
        (block, seen): (&mut Block, &mut u64),
    ) -> Result<(), Trouble> {
        let header = self.header;
        let missing = || Error::damaged(Part::Table, 0);
        if header.spectral_start == 0 {
            if header.approx_high == 0 {
                let table = scanned.dc.as_deref().ok_or_else(missing)?;
                block[0] = self.first_coefficient(scanned.index, table)?;
            } else if self.bits.read(1) == 1 {
                block[0] |= 1 << header.approx_low;
            }
            if header.spectral_end == 0 {
                return Ok(());
            }
        }
        let table = scanned.ac.as_deref().ok_or_else(missing)?;
        match header.approx_high {
            0 => self.coefficients(table, block, seen),
            _ => self.refine(table, block, seen),
        }
    }

    fn first_coefficient(
        &mut self,
        component: usize,
        table: &HuffmanTable,
    ) -> Result<i16, Trouble> {
        let (size, difference) = self.bits.symbol_and_value(table)?;
        if u32::from(size) > DIFFERENCE_BITS_MAX {
            return Err(Trouble::Odd);
        }
        let first = &mut self.first[component & 3];
        *first += difference;
        fitting(*first, self.header.approx_low)
    }

    #[inline]
    fn coefficients(
        &mut self,
        table: &HuffmanTable,
        block: &mut Block,
        seen: &mut u64,
    ) -> Result<(), Trouble> {
        if self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            return Ok(());
        }
        let last = u32::from(self.header.spectral_end);
        let mut position = u32::from(self.header.spectral_start).max(1);
        while position <= last {
            let (symbol, value) = self.bits.symbol_and_value(table)?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if symbol == ZERO_RUN {
                    position += 16;
                    continue;
                }
                // In sequential scans every such code ends the block alone.
                if self.frame.is_progressive() {
                    self.end_of_band_run = (1 << run) - 1 + self.bits.read(run);
                }
                break;
            }
            position += run;
            if position > last {
                return Err(Trouble::Odd);
            }
            block[position as usize & 63] = fitting(value, self.header.approx_low)?;
            *seen |= 1 << (position & 63);
            position += 1;
        }
        Ok(())
    }

    #[inline]
    fn refine(
        &mut self,
        table: &HuffmanTable,
        block: &mut Block,
        seen: &mut u64,
    ) -> Result<(), Trouble> {
        let last = u32::from(self.header.spectral_end).min(BLOCK_END - 1);
        let bit = 1_i16 << self.header.approx_low;
        let mut position = u32::from(self.header.spectral_start);
        while self.end_of_band_run == 0 && position <= last {
            let symbol = self.bits.symbol(table)?;
            let run = u32::from(symbol >> 4);
            let mut new = 0;
            if symbol & 15 != 0 {
                new = if self.bits.read(1) == 1 { bit } else { -bit };
            } else if run < 15 {
                self.end_of_band_run = (1 << run) + self.bits.read(run);
                break;
            }
            position = self.refine_up_to(block, *seen, position..=last, run);
            if new != 0 {
                if position > last {
                    return Err(Trouble::Odd);
                }
                block[position as usize & 63] = new;
                *seen |= 1 << (position & 63);
            }
            position += 1;
        }
        if self.end_of_band_run > 0 {
            self.refine_up_to(block, *seen, position..=last, BLOCK_END);
            self.end_of_band_run -= 1;
        }
        Ok(())
    }

    /// Steps over `run` coefficients that are still zero; each other one on the way has a
    /// correction bit. Returns where the next zero is.
    #[inline]
    fn refine_up_to(
        &mut self,
        block: &mut Block,
        seen: u64,
        band: core::ops::RangeInclusive<u32>,
        run: u32,
    ) -> u32 {
        let (first, last) = (*band.start(), *band.end());
        let within = u64::MAX >> (63 - (last & 63)) & u64::MAX << (first & 63);
        let mut zeros = 0;
        if run < BLOCK_END {
            zeros = !seen & within;
            for _ in 0..run {
                zeros &= zeros.wrapping_sub(1);
            }
        }
        // No zero left gives 64; such a place is behind the band.
        let end = zeros.trailing_zeros().min(last + 1);
        let mut known = seen & within & u64::MAX.checked_shr(64 - end).unwrap_or(0);
        let bit = 1_i16 << self.header.approx_low;
        while known != 0 {
            let count = known.count_ones().min(16);
            let answers = self.bits.read(count);
            for index in (0..count).rev() {
                let coefficient = &mut block[known.trailing_zeros() as usize & 63];
                if answers >> index & 1 == 1 && *coefficient & bit == 0 {
                    let change = if *coefficient > 0 { bit } else { -bit };
                    *coefficient = coefficient.wrapping_add(change);
                }
                known &= known - 1;
            }
        }
        end
    }
}

/// A value at its place; such that it fits.
#[inline]
fn fitting(value: i32, approx_low: u8) -> Result<i16, Trouble> {
    if size_of(value) + u32::from(approx_low) > 15 {
        return Err(Trouble::Odd);
    }
    Ok((value << approx_low) as i16)
}
