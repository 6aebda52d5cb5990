//! Follows Huffman codes bit by bit, to see that the data end with the last unit. For tests.

use crate::jpeg::frame::Frame;
use crate::jpeg::scan::{Codes, Scan, Tables};

/// Which coefficients of each block are not zero yet, as refining scans need to know it.
pub(super) struct Follower<'f> {
    frame: &'f Frame,
    seen: Vec<Vec<u64>>,
}

impl<'f> Follower<'f> {
    pub(super) fn new(frame: &'f Frame) -> Self {
        let blocks = |index| {
            let (across, down) = frame.blocks(index);
            vec![0; across as usize * down as usize]
        };
        let count = if frame.is_progressive() { frame.components.len() } else { 0 };
        Self { frame, seen: (0..count).map(blocks).collect() }
    }

    /// `None` if the data do not end with their last unit.
    pub(super) fn follow(
        &mut self,
        scan: &Scan,
        tables: &Tables,
        intervals: &[(&[u8], u32)],
    ) -> Option<()> {
        let mut unit = 0;
        for (number, (data, units)) in intervals.iter().enumerate() {
            let mut bits = Bits { data, at: 0, held: 0, count: 0 };
            let mut band_run = 0;
            for done in 1..=*units {
                let followed = self.unit(scan, tables, &mut bits, &mut band_run, unit);
                // The very last unit may lack bits: viewers forgive that.
                let is_last = number + 1 == intervals.len() && done == *units;
                if followed.is_none() && !(is_last && bits.are_over()) {
                    return None;
                }
                unit += 1;
            }
            if !bits.end_in_ones() {
                return None;
            }
        }
        Some(())
    }

    fn unit(
        &mut self,
        scan: &Scan,
        tables: &Tables,
        bits: &mut Bits<'_>,
        band_run: &mut u32,
        unit: u32,
    ) -> Option<()> {
        let is_alone = scan.components.len() == 1;
        for (index, dc, ac) in &scan.components {
            let factors = self.frame.components[*index];
            let count = if is_alone { 1 } else { factors.across * factors.down };
            for _ in 0..count {
                if !self.frame.is_progressive() {
                    bits.value(tables.codes(*dc)?)?;
                    sequential(bits, tables.codes(*ac)?)?;
                } else if scan.first > 0 {
                    let seen = self.seen.get_mut(*index)?.get_mut(unit as usize)?;
                    band(scan, bits, tables.codes(*ac)?, band_run, seen)?;
                } else if scan.high > 0 {
                    bits.read(1)?;
                } else {
                    bits.value(tables.codes(*dc)?)?;
                }
            }
        }
        Some(())
    }
}

fn sequential(bits: &mut Bits<'_>, codes: &Codes) -> Option<()> {
    let mut place = 1;
    while place < 64 {
        match bits.value(codes)? {
            // Of the symbols without a value only the run of sixteen zeros goes on.
            symbol if symbol & 15 == 0 && symbol != 0xf0 => return Some(()),
            symbol => place += usize::from(symbol >> 4) + 1,
        }
    }
    Some(())
}

/// One block of a progressive scan over other coefficients than the first.
fn band(
    scan: &Scan,
    bits: &mut Bits<'_>,
    codes: &Codes,
    band_run: &mut u32,
    seen: &mut u64,
) -> Option<()> {
    let refines = scan.high > 0;
    let known = |seen: u64, place: usize| seen >> place & 1 == 1;
    let mut place = scan.first;
    while *band_run == 0 && place <= scan.last {
        let symbol = bits.symbol(codes)?;
        let (mut zeros, size) = (symbol >> 4, symbol & 15);
        if size == 0 && zeros < 15 {
            *band_run = (1 << zeros) + bits.read(u32::from(zeros))?;
            break;
        }
        bits.read(if refines { u32::from(size > 0) } else { u32::from(size) })?;
        // Steps over zeros; each coefficient that is known already has a correction bit.
        while place <= scan.last && (zeros > 0 || known(*seen, place) && refines) {
            if refines && known(*seen, place) {
                bits.read(1)?;
            } else {
                zeros -= 1;
            }
            place += 1;
        }
        if size > 0 && place <= scan.last {
            *seen |= 1 << place;
        }
        place += 1;
    }
    if *band_run > 0 {
        *band_run -= 1;
        let corrections = (place..=scan.last).filter(|place| refines && known(*seen, *place));
        bits.read_each(corrections.count())?;
    }
    Some(())
}

/// Bits of an interval, its stuffed zeros left out.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    held: u8,
    count: u32,
}

impl Bits<'_> {
    fn read(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            if self.count == 0 {
                self.held = *self.data.get(self.at)?;
                self.at += if self.held == 0xff { 2 } else { 1 };
                self.count = 8;
            }
            self.count -= 1;
            value = value << 1 | u32::from(self.held >> self.count & 1);
        }
        Some(value)
    }

    fn read_each(&mut self, count: usize) -> Option<()> {
        (0..count).try_for_each(|_| self.read(1).map(|_| ()))
    }

    fn symbol(&mut self, codes: &Codes) -> Option<u8> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in codes.counts {
            code = code << 1 | self.read(1)?;
            let count = u32::from(count);
            if code < first + count {
                return codes.symbols.get((index + code - first) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }

    /// A symbol, and over the bits whose number is in its lower half.
    fn value(&mut self, codes: &Codes) -> Option<u8> {
        let symbol = self.symbol(codes)?;
        self.read(u32::from(symbol & 15))?;
        Some(symbol)
    }

    fn are_over(&self) -> bool {
        self.at >= self.data.len() && self.count == 0
    }

    /// Whether only ones fill up the last byte, and nothing follows.
    fn end_in_ones(&self) -> bool {
        let filling = (1_u32 << self.count) - 1;
        self.at >= self.data.len() && u32::from(self.held) & filling == filling
    }
}
