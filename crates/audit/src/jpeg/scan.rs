//! Scan headers, the tables in force, and where the data of each restart interval are.

use crate::jpeg::frame::Frame;
use crate::residue::{Residue, What};
use crate::walk::Walk;

/// Prefix codes as a segment defines them.
pub(super) struct Codes {
    pub(super) counts: [u8; 16],
    pub(super) symbols: Vec<u8>,
    is_used: bool,
}

/// What segments have defined so far. Index: class times four, plus number.
pub(super) struct Tables {
    codes: [Option<Codes>; 8],
    conditioning: [u8; 8],
    /// Conditioning that the next scan must use.
    unused_conditioning: u8,
    restart_interval: u32,
    restarts_unused: bool,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            codes: Default::default(),
            // What the standard says where no segment does.
            conditioning: [0x10, 0x10, 0x10, 0x10, 5, 5, 5, 5],
            unused_conditioning: 0,
            restart_interval: 0,
            restarts_unused: false,
        }
    }

    pub(super) fn huffman(&mut self, mut data: Walk<'_>) -> Result<(), Residue> {
        let place = slot(&mut data)?;
        let counts: [u8; 16] = data.array()?;
        let size = counts.iter().map(|count| usize::from(*count)).sum();
        let symbols = data.take(size)?.to_vec();
        data.end(What::UnknownPart)?;
        let mut room = 1_u32;
        for count in counts {
            room = (room * 2).checked_sub(u32::from(count)).ok_or(data.residue(What::Field))?;
        }
        let is_used = self.codes[place].as_ref().is_none_or(|codes| codes.is_used);
        data.require(is_used, What::Unused)?;
        self.codes[place] = Some(Codes { counts, symbols, is_used: false });
        Ok(())
    }

    pub(super) fn conditioning(&mut self, mut data: Walk<'_>) -> Result<(), Residue> {
        let place = slot(&mut data)?;
        let value = data.u8()?;
        data.end(What::UnknownPart)?;
        let fits = if place < 4 { value & 15 <= value >> 4 } else { (1..64).contains(&value) };
        data.require(fits, What::Field)?;
        data.require(self.unused_conditioning & 1 << place == 0, What::Unused)?;
        data.require(self.conditioning[place] != value, What::Unused)?;
        self.conditioning[place] = value;
        self.unused_conditioning |= 1 << place;
        Ok(())
    }

    pub(super) fn restarts(&mut self, mut data: Walk<'_>) -> Result<(), Residue> {
        let interval = u32::from(data.u16()?);
        data.end(What::UnknownPart)?;
        let is_news = interval != self.restart_interval && !self.restarts_unused;
        data.require(is_news, What::Unused)?;
        (self.restart_interval, self.restarts_unused) = (interval, true);
        Ok(())
    }

    pub(super) fn codes(&self, place: usize) -> Option<&Codes> {
        self.codes.get(place)?.as_ref()
    }

    pub(super) fn are_all_used(&self) -> bool {
        let codes = self.codes.iter().flatten().all(|codes| codes.is_used);
        codes && self.unused_conditioning == 0 && !self.restarts_unused
    }

    fn use_codes(&mut self, place: usize) -> Option<()> {
        self.codes[place].as_mut()?.is_used = true;
        Some(())
    }
}

/// The class and number that a table's definition begins with.
fn slot(data: &mut Walk<'_>) -> Result<usize, Residue> {
    let head = data.u8()?;
    data.require(head & 0xec == 0, What::Field)?;
    Ok(usize::from(head >> 4) * 4 + usize::from(head & 3))
}

/// How far each coefficient of each component has come.
pub(super) struct Progress {
    reached: Vec<[Option<u8>; 64]>,
}

impl Progress {
    pub(super) fn new(frame: &Frame) -> Self {
        Self { reached: vec![[None; 64]; frame.components.len()] }
    }

    /// Each component has been coded at least from its first coefficient.
    pub(super) fn is_whole(&self) -> bool {
        self.reached.iter().all(|coefficients| coefficients[0].is_some())
    }

    /// A scan may say nothing that was said before.
    fn admit(&mut self, index: usize, scan: &Scan) -> Option<()> {
        let expected = (scan.high > 0).then_some(scan.high);
        if scan.first > 0 {
            self.reached[index][0]?;
        }
        for coefficient in self.reached[index].get_mut(scan.first..=scan.last)? {
            if *coefficient != expected {
                return None;
            }
            *coefficient = Some(scan.low);
        }
        Some(())
    }
}

/// A scan header.
pub(super) struct Scan {
    /// For each component its index, and its two places in [`Tables`].
    pub(super) components: Vec<(usize, usize, usize)>,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) high: u8,
    pub(super) low: u8,
    restart_interval: u32,
}

impl Scan {
    pub(super) fn read(
        data: &mut Walk<'_>,
        frame: &Frame,
        tables: &mut Tables,
        progress: &mut Progress,
    ) -> Result<Self, Residue> {
        let count = usize::from(data.u8()?);
        data.require((1..=4).contains(&count), What::Field)?;
        let selectors = data.take(count * 2)?;
        let [first, last, bits] = data.array()?;
        data.end(What::UnknownPart)?;
        let mut scan = Self {
            components: Vec::with_capacity(count),
            first: usize::from(first),
            last: usize::from(last),
            high: bits >> 4,
            low: bits & 15,
            restart_interval: tables.restart_interval,
        };
        let fits = scan.has_sane_band(frame, count);
        data.require(fits, What::Field)?;
        for selector in selectors.chunks_exact(2) {
            scan.add(selector[0], selector[1], frame, tables).ok_or(data.residue(What::Field))?;
        }
        for (index, ..) in &scan.components {
            progress.admit(*index, &scan).ok_or(data.residue(What::Misplaced))?;
        }
        data.require(tables.unused_conditioning == 0, What::Unused)?;
        tables.restarts_unused = false;
        Ok(scan)
    }

    fn has_sane_band(&self, frame: &Frame, count: usize) -> bool {
        if !frame.is_progressive() {
            return (self.first, self.last, self.high, self.low) == (0, 63, 0, 0);
        }
        let is_dc = self.first == 0 && self.last == 0;
        let is_ac = self.first > 0 && self.first <= self.last && self.last < 64 && count == 1;
        (is_dc || is_ac) && self.low <= 13 && (self.high == 0 || self.high == self.low + 1)
    }

    /// Adds a component; `None` if it or its tables are not as they should be.
    fn add(&mut self, id: u8, slots: u8, frame: &Frame, tables: &mut Tables) -> Option<()> {
        let index = frame.components.iter().position(|component| component.id == id)?;
        let (dc, ac) = (usize::from(slots >> 4), usize::from(slots & 15));
        let in_order = self.components.last().is_none_or(|last| last.0 < index);
        if !in_order || dc > 3 || ac > 3 {
            return None;
        }
        self.components.push((index, dc, 4 + ac));
        if frame.is_arithmetic() {
            tables.unused_conditioning &= !(1 << dc | 1 << (4 + ac));
            return Some(());
        }
        match self.first == 0 && self.high == 0 {
            true => tables.use_codes(dc)?,
            false => (dc == 0).then_some(())?,
        }
        match self.last > 0 {
            true => tables.use_codes(4 + ac),
            false => (ac == 0).then_some(()),
        }
    }

    /// Units of the whole scan.
    fn units(&self, frame: &Frame) -> u32 {
        let (across, down) = match self.components.as_slice() {
            [(only, ..)] => frame.blocks(*only),
            _ => frame.units(),
        };
        across.saturating_mul(down)
    }

    /// Takes the coded data; says for each restart interval its bytes and how many units it has.
    pub(super) fn intervals<'a>(
        &self,
        file: &mut Walk<'a>,
        frame: &Frame,
    ) -> Result<Vec<(&'a [u8], u32)>, Residue> {
        let mut left = self.units(frame);
        let each = if self.restart_interval == 0 { left } else { self.restart_interval };
        let is_needed = self.restart_interval == 0 || self.restart_interval < left;
        file.require(is_needed, What::Unused)?;
        let mut intervals = Vec::new();
        loop {
            let data = file.take(data_bytes(file.rest()))?;
            let units = left.min(each);
            intervals.push((data, units));
            left -= units;
            if left == 0 {
                return Ok(intervals);
            }
            let number = (intervals.len() - 1) % 8;
            file.expect(&[0xff, 0xd0 + number as u8], What::Misplaced)?;
        }
    }
}

/// How many bytes come before the next marker. An FF among them has its stuffed zero.
fn data_bytes(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == 0xff) {
        at += found;
        match bytes.get(at + 1) {
            Some(0) => at += 2,
            _ => return at,
        }
    }
    bytes.len()
}

/// Takes the data of a scan with its restart markers, whose numbers must follow each other.
pub(super) fn skip_data(file: &mut Walk<'_>) -> Result<(), Residue> {
    let mut number = 0;
    loop {
        file.take(data_bytes(file.rest()))?;
        match file.rest() {
            [0xff, 0xd0..=0xd7, ..] => file.expect(&[0xff, 0xd0 + number % 8], What::Misplaced)?,
            _ => return Ok(()),
        }
        number = (number + 1) % 8;
    }
}
