//! LZW as TIFF has it: codes of 9 to 12 bits, highest bit first; and the older kind, lowest bit
//! first, that early writers made.

use crate::tiff::pack::End;

/// A code that empties the table, and one that ends the data.
const CLEAR: usize = 256;
const END: usize = 257;
const FIRST: usize = 258;
const TABLE_MAX: usize = 1 << 12;
/// libtiff's decoder gives up when a table has grown to this without being emptied.
const ENTRIES_MAX: usize = 5119;

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    lowest_first: bool,
}

impl Bits<'_> {
    fn take(&mut self, width: u32) -> Option<usize> {
        let first = self.at / 8;
        let skip = (self.at % 8) as u32;
        let last = (self.at + width as usize).div_ceil(8);
        let raw = self.data.get(first..last)?;
        self.at += width as usize;
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        let value = if self.lowest_first {
            raw.iter().rev().fold(0, add) >> skip
        } else {
            raw.iter().fold(0, add) >> (raw.len() as u32 * 8 - skip - width)
        };
        Some((value & ((1 << width) - 1)) as usize)
    }

    fn end(&self, is_exact: bool) -> End {
        let used = (self.at % 8) as u32;
        let tail_mask = match (used, self.lowest_first) {
            (0, _) => 0xff,
            (used, true) => (0xff_u32 >> (8 - used)) as u8,
            (used, false) => !(0xff_u32 >> used) as u8,
        };
        End { bytes: self.at.div_ceil(8), tail_mask, is_exact }
    }
}

/// Unpacks until there are `wanted` bytes; `None` if the codes end or break before.
pub(crate) fn unpack(data: &[u8], wanted: u64, sink: &mut dyn FnMut(&mut [u8])) -> Option<End> {
    // A stream begins with a clear code, which looks like this in the older kind.
    let is_old = matches!(data, [0, second, ..] if second & 1 == 1);
    let mut bits = Bits { data, at: 0, lowest_first: is_old };
    let early = usize::from(!is_old);
    let mut table = Table::new();
    let mut left = wanted;
    let mut width = 9;
    let mut previous: Option<usize> = None;
    while left > 0 {
        let code = bits.take(width)?;
        match code {
            CLEAR => {
                table.entries = FIRST;
                (width, previous) = (9, None);
                continue;
            }
            END => return None,
            _ => {}
        }
        if let Some(previous) = previous {
            table.add(previous, code)?;
            if table.entries + early >= 1 << width && width < 12 {
                width += 1;
            }
        } else if code > 255 {
            return None;
        }
        let text = table.text(code)?;
        let take = left.min(text.len() as u64);
        sink(&mut text[..take as usize]);
        left -= take;
        if left == 0 {
            let is_exact = take == text.len() as u64;
            return Some(with_end_code(bits, width, is_exact));
        }
        previous = Some(code);
    }
    Some(bits.end(true))
}

/// An end code that follows at once stays, also behind a clear code: writers that have just filled
/// their table say both.
fn with_end_code(bits: Bits<'_>, width: u32, is_exact: bool) -> End {
    let mut ahead = Bits { ..bits };
    match ahead.take(width) {
        Some(END) => return ahead.end(is_exact),
        Some(CLEAR) if ahead.take(9) == Some(END) => return ahead.end(is_exact),
        _ => {}
    }
    bits.end(is_exact)
}

/// The texts that codes stand for, each as another text and one more byte.
struct Table {
    prefix: Vec<u16>,
    last: Vec<u8>,
    first: Vec<u8>,
    length: Vec<u16>,
    entries: usize,
    text: Vec<u8>,
}

impl Table {
    fn new() -> Self {
        let single = |index: usize| index.min(255) as u8;
        Self {
            prefix: vec![0; TABLE_MAX],
            last: (0..TABLE_MAX).map(single).collect(),
            first: (0..TABLE_MAX).map(single).collect(),
            length: vec![1; TABLE_MAX],
            entries: FIRST,
            text: vec![0; TABLE_MAX],
        }
    }

    /// Adds the text of `previous` and the first byte of what `code` stands for.
    fn add(&mut self, previous: usize, code: usize) -> Option<()> {
        if code > self.entries || self.entries >= ENTRIES_MAX {
            return None;
        }
        if self.entries < TABLE_MAX {
            let from = if code == self.entries { previous } else { code };
            self.prefix[self.entries] = previous as u16;
            self.last[self.entries] = self.first[from];
            self.first[self.entries] = self.first[previous];
            self.length[self.entries] = self.length[previous] + 1;
        }
        self.entries += 1;
        Some(())
    }

    fn text(&mut self, code: usize) -> Option<&mut [u8]> {
        if code >= self.entries.min(TABLE_MAX) || (CLEAR..FIRST).contains(&code) {
            return None;
        }
        let length = usize::from(self.length[code]);
        let mut at = code;
        for place in self.text[..length].iter_mut().rev() {
            *place = self.last[at];
            at = usize::from(self.prefix[at]);
        }
        Some(&mut self.text[..length])
    }
}

/// Packs bytes, in the newer kind.
pub(crate) struct Packer {
    out: Vec<u8>,
    held: u32,
    held_bits: u32,
    width: u32,
    entries: usize,
    previous: Option<u16>,
    /// Codes of known texts by the code before and the byte after.
    known: std::collections::BTreeMap<(u16, u8), u16>,
}

impl Packer {
    pub(crate) fn new() -> Self {
        let mut packer = Self {
            out: Vec::new(),
            held: 0,
            held_bits: 0,
            width: 9,
            entries: FIRST,
            previous: None,
            known: std::collections::BTreeMap::new(),
        };
        packer.put(CLEAR as u16);
        packer
    }

    pub(crate) fn push(&mut self, data: &[u8]) {
        for byte in data {
            let Some(previous) = self.previous else {
                self.previous = Some(u16::from(*byte));
                continue;
            };
            if let Some(code) = self.known.get(&(previous, *byte)) {
                self.previous = Some(*code);
                continue;
            }
            self.put(previous);
            self.known.insert((previous, *byte), self.entries as u16);
            self.grow();
            self.previous = Some(u16::from(*byte));
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        if let Some(previous) = self.previous {
            self.put(previous);
            self.grow();
        }
        self.put(END as u16);
        if self.held_bits > 0 {
            self.out.push((self.held << (8 - self.held_bits)) as u8);
        }
        self.out
    }

    /// Counts an entry. The reader is one behind, and empties its table before it is full.
    fn grow(&mut self) {
        self.entries += 1;
        if self.entries >= TABLE_MAX - 2 {
            self.put(CLEAR as u16);
            self.known.clear();
            (self.entries, self.width) = (FIRST, 9);
        } else if self.entries >= 1 << self.width {
            self.width += 1;
        }
    }

    fn put(&mut self, code: u16) {
        self.held = self.held << self.width | u32::from(code);
        self.held_bits += self.width;
        while self.held_bits >= 8 {
            self.held_bits -= 8;
            self.out.push((self.held >> self.held_bits) as u8);
        }
        self.held &= 0xff;
    }
}
