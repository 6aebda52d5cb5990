//! The common case, fast: one sequential scan that holds the whole picture. It is written again
//! code by code, without its coefficients ever being put together.
//!
//! Twice the same way is gone: first to count the symbols (and to know that all is well), then to
//! write them. What differs is a [`Visitor`].

use std::sync::Arc;

use crate::error::{Error, Part};
use crate::jpeg::bits::{BitReader, BitWriter, bits_of, size_of};
use crate::jpeg::codes::Codes;
use crate::jpeg::frame::{Blocks, Frame};
use crate::jpeg::huffman::HuffmanTable;
use crate::jpeg::recode::{CodeSet, DIFFERENCE_BITS_MAX, Tally, Trouble, class_of};
use crate::jpeg::scan::{Extent, Scan, ScanHeader, step_over_restart};
use crate::jpeg::steps::{self, BLOCK_END, END_OF_BLOCK, Steps, ZERO_RUN};

/// What is done with each block on the way.
trait Visitor {
    /// The first coefficient, as a difference to the block before.
    fn first(&mut self, component: usize, difference: i32);

    /// All other coefficients, which begin where `bits` stand.
    fn others(&mut self, component: usize, bits: &mut BitReader<'_>) -> Result<(), Trouble>;

    /// A block beyond the picture's edge. Whatever it holds, nobody sees it.
    fn beyond(&mut self, component: usize);
}

/// A scan with all components of a picture.
#[derive(Clone, Copy)]
pub(crate) struct WholeScan<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where its data begin.
    pub(crate) start: usize,
    pub(crate) frame: &'a Frame,
    pub(crate) header: &'a ScanHeader,
}

impl<'a> WholeScan<'a> {
    /// The only scan, if it holds all components in the order that `target` needs.
    pub(crate) fn of(
        bytes: &'a [u8],
        frame: &'a Frame,
        target: &Frame,
        scans: &'a [Scan],
    ) -> Option<Self> {
        let [scan] = scans else { return None };
        let factors = |frame: &Frame| -> Vec<_> {
            frame.components.iter().map(|component| (component.across, component.down)).collect()
        };
        let is_whole = scan.header.components.len() == frame.components.len();
        let same_order = frame.components.len() == 1 || factors(frame) == factors(target);
        (is_whole && same_order && !frame.is_progressive()).then_some(Self {
            bytes,
            start: scan.start,
            frame,
            header: &scan.header,
        })
    }

    /// Counts the symbols that writing it again takes, and says where the data end.
    pub(crate) fn survey(self) -> Result<(Tally, Extent), Trouble> {
        let mut survey = Survey::new(self.header).ok_or_else(no_table)?;
        let extent = self.walk(&mut survey)?;
        Ok((survey.tally(self.header), extent))
    }

    /// Writes it again.
    pub(crate) fn write(self, codes: &CodeSet, out: &mut Vec<u8>) -> Result<(), Trouble> {
        let mut rewriter = Rewriter::new(self.header, codes, out).ok_or_else(no_table)?;
        self.walk(&mut rewriter)?;
        rewriter.writer.finish();
        Ok(())
    }

    fn walk(self, visitor: &mut impl Visitor) -> Result<Extent, Trouble> {
        let unit = Unit::of(self.frame, self.header)?;
        let units = unit.grid.count();
        let per_interval = match self.header.restart_interval {
            0 => units,
            some => some,
        };
        let mut extent = Extent { end: self.start, loose: Vec::new() };
        let mut walker = Walker { unit, written: [0; 4], visitor };
        let (mut done, mut restarts) = (0, 0_u32);
        while done < units {
            if done > 0 {
                let expected = 0xd0 + (restarts % 8) as u8;
                extent.end =
                    step_over_restart(self.bytes, extent.end, expected, &mut extent.loose)?;
                restarts += 1;
            }
            let until = units.min(done.saturating_add(per_interval));
            let start = extent.end;
            let mut bits = BitReader::new(self.bytes, start);
            walker.interval(&mut bits, done..until)?;
            extent.end = bits.end_of_data(start);
            done = until;
        }
        Ok(extent)
    }
}

fn no_table() -> Trouble {
    Trouble::Broken(Error::damaged(Part::Table, 0))
}

/// The blocks of one unit of a scan, and how many units there are.
struct Unit<'a> {
    blocks: Vec<UnitBlock<'a>>,
    grid: Blocks,
}

struct UnitBlock<'a> {
    component: usize,
    dc: &'a HuffmanTable,
    ac: &'a HuffmanTable,
    /// Units in which this block is part of the picture.
    inside: Blocks,
}

impl<'a> Unit<'a> {
    fn of(frame: &Frame, header: &'a ScanHeader) -> Result<Self, Trouble> {
        let single = header.components.len() == 1;
        let mut blocks = Vec::new();
        for scanned in &header.components {
            let (Some(dc), Some(ac)) = (&scanned.dc, &scanned.ac) else { return Err(no_table()) };
            let component = &frame.components[scanned.index];
            let (across, down) = if single { (1, 1) } else { (component.across, component.down) };
            let own = frame.own_blocks(scanned.index);
            for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
                let units = |all: u32, at: u32, each: u32| (all + each - 1 - at) / each;
                let inside =
                    Blocks { across: units(own.across, x, across), down: units(own.down, y, down) };
                blocks.push(UnitBlock { component: scanned.index, dc, ac, inside });
            }
        }
        let grid = match header.components.as_slice() {
            [only] => frame.own_blocks(only.index),
            _ => frame.units(),
        };
        Ok(Self { blocks, grid })
    }
}

struct Walker<'a, V> {
    unit: Unit<'a>,
    /// The first coefficient of each component's block before, as the copy has it.
    written: [i32; 4],
    visitor: &'a mut V,
}

impl<V: Visitor> Walker<'_, V> {
    fn interval(
        &mut self,
        bits: &mut BitReader<'_>,
        units: core::ops::Range<u32>,
    ) -> Result<(), Trouble> {
        let mut read = [0; 4];
        let across = self.unit.grid.across;
        let (mut x, mut y) = (units.start % across, units.start / across);
        let is_last_interval = units.end == self.unit.grid.count();
        for unit in units.clone() {
            for block in &self.unit.blocks {
                let is_inside = x < block.inside.across && y < block.inside.down;
                let read = &mut read[block.component & 3];
                let written = &mut self.written[block.component & 3];
                *read += first_coefficient(bits, block.dc)?;
                if is_inside {
                    let difference = *read - *written;
                    if size_of(*read) > 15 || size_of(difference) > DIFFERENCE_BITS_MAX {
                        return Err(Trouble::Odd);
                    }
                    *written = *read;
                    self.visitor.first(block.component, difference);
                    self.visitor.others(block.component, bits)?;
                } else {
                    skip_others(bits, block.ac)?;
                    self.visitor.beyond(block.component);
                }
            }
            if bits.is_overdrawn() {
                if !is_last_interval || unit + 1 != units.end {
                    return Err(bits.cut_short().into());
                }
                bits.forgive()?;
            }
            x += 1;
            if x == across {
                (x, y) = (0, y + 1);
            }
        }
        Ok(())
    }
}

#[inline]
fn first_coefficient(bits: &mut BitReader<'_>, table: &HuffmanTable) -> Result<i32, Trouble> {
    let size = u32::from(bits.symbol(table)?);
    if size > DIFFERENCE_BITS_MAX {
        return Err(Trouble::Odd);
    }
    Ok(bits.signed(size))
}

/// Steps over the coefficients of a block that nobody sees.
fn skip_others(bits: &mut BitReader<'_>, table: &HuffmanTable) -> Result<(), Trouble> {
    let mut position = 1;
    while position < BLOCK_END {
        let one = one_code(bits, table, position)?;
        bits.skip(u32::from(one.symbol & 15));
        position = one.after;
    }
    Ok(())
}

/// One coefficient that is not zero with the zeros before it, or the end of the block.
struct OneCode {
    /// Runs of sixteen zeros before the symbol.
    zero_runs: u32,
    symbol: u8,
    /// Where it leads.
    after: u32,
}

/// Reads the codes up to the next coefficient that is not zero. Its value is still to be read.
#[inline(never)]
fn one_code(
    bits: &mut BitReader<'_>,
    table: &HuffmanTable,
    position: u32,
) -> Result<OneCode, Trouble> {
    let mut zero_runs = 0;
    loop {
        let symbol = bits.symbol(table)?;
        let reached = position + zero_runs * 16 + u32::from(symbol >> 4);
        // Decoders take any run without a value as the end, and also zeros up to the end.
        let is_end = symbol & 15 == 0 && (symbol != ZERO_RUN || reached + 1 >= BLOCK_END);
        if is_end {
            return Ok(OneCode { zero_runs: 0, symbol: END_OF_BLOCK, after: BLOCK_END });
        }
        if symbol == ZERO_RUN {
            zero_runs += 1;
            continue;
        }
        if reached >= BLOCK_END {
            return Err(Trouble::Odd);
        }
        return Ok(OneCode { zero_runs, symbol, after: reached + 1 });
    }
}

/// The steps of each component, made once for each table.
struct StepTables<'a> {
    of_component: [Option<Arc<Steps>>; 4],
    table: [Option<&'a HuffmanTable>; 4],
}

impl<'a> StepTables<'a> {
    fn new(header: &'a ScanHeader, codes: Option<&CodeSet>) -> Option<Self> {
        let mut tables = Self { of_component: [const { None }; 4], table: [None; 4] };
        for scanned in &header.components {
            let table: &'a HuffmanTable = scanned.ac.as_deref()?;
            let class = class_of(scanned.index);
            let known = (0..4).find(|&other| {
                class_of(other) == class
                    && tables.table[other].is_some_and(|other| core::ptr::eq(other, table))
            });
            let steps = match known.and_then(|other| tables.of_component[other].clone()) {
                Some(steps) => steps,
                None => Arc::new(Steps::of(table, codes.map(|codes| &codes.ac[class]))),
            };
            tables.table[scanned.index] = Some(table);
            tables.of_component[scanned.index] = Some(steps);
        }
        Some(tables)
    }

    #[inline]
    fn of(&self, component: usize) -> Option<(&Steps, &'a HuffmanTable)> {
        let component = component & 3;
        Some((self.of_component[component].as_deref()?, self.table[component]?))
    }
}

/// Counts.
struct Survey<'a> {
    tables: StepTables<'a>,
    tally: Tally,
    /// How often each window of bits made a step, by component.
    windows: Vec<Vec<u32>>,
}

impl<'a> Survey<'a> {
    fn new(header: &'a ScanHeader) -> Option<Self> {
        let tables = StepTables::new(header, None)?;
        let windows = vec![vec![0; 1 << steps::WINDOW_BITS]; 4];
        Some(Self { tables, tally: Tally::default(), windows })
    }

    fn tally(mut self, header: &ScanHeader) -> Tally {
        for scanned in &header.components {
            let Some((_, table)) = self.tables.of(scanned.index) else { continue };
            let tally = &mut self.tally.ac[class_of(scanned.index)];
            for (window, &count) in self.windows[scanned.index].iter().enumerate() {
                if count > 0 {
                    steps::count(table, window, u64::from(count), tally);
                }
            }
        }
        self.tally
    }
}

impl Visitor for Survey<'_> {
    #[inline]
    fn first(&mut self, component: usize, difference: i32) {
        self.tally.dc[class_of(component)][size_of(difference) as usize & 255] += 1;
    }

    #[inline]
    fn others(&mut self, component: usize, bits: &mut BitReader<'_>) -> Result<(), Trouble> {
        let (steps, table) = self.tables.of(component).ok_or_else(no_table)?;
        let windows = &mut self.windows[component & 3];
        let mut position = 1;
        while position < BLOCK_END {
            bits.fill();
            let window = steps::window(bits);
            let step = steps.at(window);
            if let Some(after) = step.after(position) {
                windows[window] += 1;
                bits.consume(step.read_bits() + step.value_bits());
                position = after;
            } else {
                let one = one_code(bits, table, position)?;
                bits.skip(u32::from(one.symbol & 15));
                let tally = &mut self.tally.ac[class_of(component)];
                tally[usize::from(ZERO_RUN)] += u64::from(one.zero_runs);
                tally[usize::from(one.symbol)] += 1;
                position = one.after;
            }
        }
        Ok(())
    }

    fn beyond(&mut self, component: usize) {
        let class = class_of(component);
        self.tally.dc[class][0] += 1;
        self.tally.ac[class][usize::from(END_OF_BLOCK)] += 1;
    }
}

/// Writes.
struct Rewriter<'a> {
    tables: StepTables<'a>,
    codes: &'a CodeSet,
    writer: BitWriter<'a>,
}

impl<'a> Rewriter<'a> {
    fn new(header: &'a ScanHeader, codes: &'a CodeSet, out: &'a mut Vec<u8>) -> Option<Self> {
        let tables = StepTables::new(header, Some(codes))?;
        Some(Self { tables, codes, writer: BitWriter::new(out) })
    }
}

#[inline]
fn put(writer: &mut BitWriter<'_>, codes: &Codes, symbol: u8, value: u32, size: u32) {
    let (code, length) = codes.of[usize::from(symbol)];
    let both = u64::from(code) << size | u64::from(value);
    writer.put(both, u32::from(length) + size);
}

impl Visitor for Rewriter<'_> {
    #[inline]
    fn first(&mut self, component: usize, difference: i32) {
        let size = size_of(difference);
        let value = bits_of(difference, size);
        put(&mut self.writer, &self.codes.dc[class_of(component)], size as u8, value, size);
    }

    #[inline]
    fn others(&mut self, component: usize, bits: &mut BitReader<'_>) -> Result<(), Trouble> {
        let (steps, table) = self.tables.of(component).ok_or_else(no_table)?;
        let codes = &self.codes.ac[class_of(component)];
        let mut position = 1;
        while position < BLOCK_END {
            bits.fill();
            let step = steps.at(steps::window(bits));
            if let Some(after) = step.after(position) {
                bits.consume(step.read_bits());
                let size = step.value_bits();
                let value = bits.peek() >> 1 >> (63 - size);
                bits.consume(size);
                self.writer.put(step.written() << size | value, step.written_bits() + size);
                position = after;
            } else {
                let one = one_code(bits, table, position)?;
                for _ in 0..one.zero_runs {
                    put(&mut self.writer, codes, ZERO_RUN, 0, 0);
                }
                let size = u32::from(one.symbol & 15);
                put(&mut self.writer, codes, one.symbol, bits.read(size), size);
                position = one.after;
            }
        }
        Ok(())
    }

    fn beyond(&mut self, component: usize) {
        let class = class_of(component);
        put(&mut self.writer, &self.codes.dc[class], 0, 0, 0);
        put(&mut self.writer, &self.codes.ac[class], END_OF_BLOCK, 0, 0);
    }
}
