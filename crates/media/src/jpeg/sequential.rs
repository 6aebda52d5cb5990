//! The common case, fast: one sequential scan that holds the whole picture. It is written again
//! code by code, without its coefficients ever being put together.
//!
//! Twice the same way is gone: first to count the symbols (and to know that all is well), then to
//! write them. What differs is a [`Visitor`].

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

    /// All other coefficients, which begin where `bits` stand. Gives them back where they end.
    fn others<'b>(
        &mut self,
        component: usize,
        bits: BitReader<'b>,
    ) -> Result<BitReader<'b>, Trouble>;

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
        Ok((survey.tally(), extent))
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
            let bits = walker.interval(BitReader::new(self.bytes, start), done..until)?;
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
    fn interval<'b>(
        &mut self,
        mut bits: BitReader<'b>,
        units: core::ops::Range<u32>,
    ) -> Result<BitReader<'b>, Trouble> {
        let mut read = [0; 4];
        let across = self.unit.grid.across;
        let (mut x, mut y) = (units.start % across, units.start / across);
        let is_last_interval = units.end == self.unit.grid.count();
        for unit in units.clone() {
            for block in &self.unit.blocks {
                let is_inside = x < block.inside.across && y < block.inside.down;
                let read = &mut read[block.component & 3];
                let written = &mut self.written[block.component & 3];
                *read += first_coefficient(&mut bits, block.dc)?;
                if is_inside {
                    let difference = *read - *written;
                    if size_of(*read) > 15 || size_of(difference) > DIFFERENCE_BITS_MAX {
                        return Err(Trouble::Odd);
                    }
                    *written = *read;
                    self.visitor.first(block.component, difference);
                    bits = self.visitor.others(block.component, bits)?;
                } else {
                    bits = skip_others(bits, block.ac)?;
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
        Ok(bits)
    }
}

#[inline]
fn first_coefficient(bits: &mut BitReader<'_>, table: &HuffmanTable) -> Result<i32, Trouble> {
    let (size, difference) = bits.symbol_and_value(table)?;
    if u32::from(size) > DIFFERENCE_BITS_MAX {
        return Err(Trouble::Odd);
    }
    Ok(difference)
}

/// Steps over the coefficients of a block that nobody sees.
fn skip_others<'b>(
    mut bits: BitReader<'b>,
    table: &HuffmanTable,
) -> Result<BitReader<'b>, Trouble> {
    let mut position = 1;
    while position < BLOCK_END {
        let one = one_code(bits, table, position)?;
        bits = one.bits;
        position = one.after;
    }
    Ok(bits)
}

/// One coefficient that is not zero with the zeros before it, or the end of the block.
struct OneCode<'b> {
    /// Behind its value.
    bits: BitReader<'b>,
    /// Runs of sixteen zeros before the symbol.
    zero_runs: u32,
    symbol: u8,
    /// The bits of its value.
    value: u32,
    /// Where it leads.
    after: u32,
}

/// Reads the codes up to the next coefficient that is not zero, and its value.
#[inline(never)]
fn one_code<'b>(
    mut bits: BitReader<'b>,
    table: &HuffmanTable,
    position: u32,
) -> Result<OneCode<'b>, Trouble> {
    let mut zero_runs = 0;
    loop {
        let symbol = bits.symbol(table)?;
        let reached = position + zero_runs * 16 + u32::from(symbol >> 4);
        // Decoders take any run without a value as the end, and also zeros up to the end.
        let is_end = symbol & 15 == 0 && (symbol != ZERO_RUN || reached + 1 >= BLOCK_END);
        if is_end {
            let (symbol, after) = (END_OF_BLOCK, BLOCK_END);
            return Ok(OneCode { bits, zero_runs: 0, symbol, value: 0, after });
        }
        if symbol == ZERO_RUN {
            zero_runs += 1;
            continue;
        }
        if reached >= BLOCK_END {
            return Err(Trouble::Odd);
        }
        let value = bits.read(u32::from(symbol & 15));
        return Ok(OneCode { bits, zero_runs, symbol, value, after: reached + 1 });
    }
}

/// The steps of components that have the same codes before and after.
struct StepTable<'a> {
    class: usize,
    table: &'a HuffmanTable,
    steps: Steps,
    /// How often each window of bits made a step.
    windows: Box<[u32; 1 << steps::WINDOW_BITS]>,
}

/// The steps of each component, made once for each table.
struct StepTables<'a> {
    tables: Vec<StepTable<'a>>,
    of_component: [usize; 4],
}

impl<'a> StepTables<'a> {
    fn new(header: &'a ScanHeader, codes: Option<&CodeSet>) -> Option<Self> {
        let mut all = Self { tables: Vec::new(), of_component: [usize::MAX; 4] };
        for scanned in &header.components {
            let table: &'a HuffmanTable = scanned.ac.as_deref()?;
            let class = class_of(scanned.index);
            let same =
                |known: &StepTable<'_>| known.class == class && core::ptr::eq(known.table, table);
            let known = all.tables.iter().position(same);
            all.of_component[scanned.index & 3] = known.unwrap_or(all.tables.len());
            if known.is_none() {
                let steps = Steps::of(table, codes.map(|codes| &codes.ac[class]));
                let windows = Box::new([0; 1 << steps::WINDOW_BITS]);
                all.tables.push(StepTable { class, table, steps, windows });
            }
        }
        Some(all)
    }

    #[inline]
    fn of(&mut self, component: usize) -> Option<&mut StepTable<'a>> {
        self.tables.get_mut(self.of_component[component & 3])
    }
}

/// Counts.
struct Survey<'a> {
    tables: StepTables<'a>,
    tally: Tally,
}

impl<'a> Survey<'a> {
    fn new(header: &'a ScanHeader) -> Option<Self> {
        Some(Self { tables: StepTables::new(header, None)?, tally: Tally::default() })
    }

    fn tally(mut self) -> Tally {
        for StepTable { class, table, windows, .. } in &self.tables.tables {
            let tally = &mut self.tally.ac[*class];
            for (window, &count) in windows.iter().enumerate() {
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
    fn others<'b>(
        &mut self,
        component: usize,
        mut bits: BitReader<'b>,
    ) -> Result<BitReader<'b>, Trouble> {
        let StepTable { table, steps, windows, .. } =
            self.tables.of(component).ok_or_else(no_table)?;
        let mut position = 1;
        while position < BLOCK_END {
            bits.fill();
            let window = steps::window(&bits);
            let step = steps.at(window);
            if step.fits(position) {
                windows[window] += 1;
                bits.consume(step.read_bits());
                position = step.after(position);
            } else {
                let one = one_code(bits, table, position)?;
                let tally = &mut self.tally.ac[class_of(component)];
                tally[usize::from(ZERO_RUN)] += u64::from(one.zero_runs);
                tally[usize::from(one.symbol)] += 1;
                (bits, position) = (one.bits, one.after);
            }
        }
        Ok(bits)
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

/// A symbol and its value, as bits and how many they are.
#[inline]
fn coded(codes: &Codes, symbol: u8, value: u32, size: u32) -> (u64, u32) {
    let (code, length) = codes.of[usize::from(symbol)];
    (u64::from(code) << size | u64::from(value), u32::from(length) + size)
}

impl Visitor for Rewriter<'_> {
    #[inline]
    fn first(&mut self, component: usize, difference: i32) {
        let size = size_of(difference);
        let codes = &self.codes.dc[class_of(component)];
        let (bits, count) = coded(codes, size as u8, bits_of(difference, size), size);
        self.writer.begin_block();
        self.writer.put(bits, count);
    }

    #[inline]
    fn others<'b>(
        &mut self,
        component: usize,
        mut bits: BitReader<'b>,
    ) -> Result<BitReader<'b>, Trouble> {
        let StepTable { table, steps, .. } = self.tables.of(component).ok_or_else(no_table)?;
        let codes = &self.codes.ac[class_of(component)];
        let (mut pen, pending) = self.writer.take();
        let mut position = 1;
        while position < BLOCK_END {
            bits.fill();
            let step = steps.at(steps::window(&bits));
            if step.fits(position) {
                let size = step.value_bits();
                let read = bits.peek() >> 1 >> (63 - step.read_bits());
                bits.consume(step.read_bits());
                let value = read & ((1 << size) - 1);
                pen.put(pending, step.written() << size | value, step.written_bits() + size);
                position = step.after(position);
            } else {
                let one = one_code(bits, table, position)?;
                for _ in 0..one.zero_runs {
                    let (bits, count) = coded(codes, ZERO_RUN, 0, 0);
                    pen.put(pending, bits, count);
                }
                let size = u32::from(one.symbol & 15);
                let (value, count) = coded(codes, one.symbol, one.value, size);
                pen.put(pending, value, count);
                (bits, position) = (one.bits, one.after);
            }
        }
        self.writer.put_back(pen);
        Ok(bits)
    }

    fn beyond(&mut self, component: usize) {
        let class = class_of(component);
        self.first(component, 0);
        let (bits, count) = coded(&self.codes.ac[class], END_OF_BLOCK, 0, 0);
        self.writer.put(bits, count);
    }
}
