//! Prefix codes: symbols that are frequent have few bits.

use crate::webp::lossless::bits::Bits;

const LENGTH_MAX: usize = 15;
const QUICK_BITS: usize = 8;

/// A code.
pub(super) enum Code {
    /// There is one symbol; it needs no bits.
    Single(u16),
    Tree(Box<Tree>),
}

/// Symbols by the length of their code, then by number.
pub(super) struct Tree {
    /// How many symbols there are of each length.
    counts: [u16; LENGTH_MAX + 1],
    symbols: Vec<u16>,
    /// For what the next bits may be: a symbol, and above it the length of its code; zero if the
    /// code is longer. Empty if it is read bit by bit.
    quick: Vec<u16>,
    quick_mask: u32,
}

/// The order in which the lengths of the code for lengths are stated.
const LENGTH_ORDER: [usize; 19] =
    [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl Code {
    /// Reads a code for so many symbols; none if it is not valid.
    pub(super) fn read(bits: &mut Bits<'_>, symbols: usize, quick: bool) -> Option<Self> {
        let mut lengths = vec![0; symbols];
        if bits.flag() {
            let has_two = bits.flag();
            let first_bits = if bits.flag() { 8 } else { 1 };
            let mut state = |bits_of_symbol| {
                let symbol = bits.number(bits_of_symbol) as usize;
                if let Some(length) = lengths.get_mut(symbol) {
                    *length = 1;
                }
            };
            state(first_bits);
            if has_two {
                state(8);
            }
        } else {
            read_lengths(bits, &mut lengths)?;
        }
        Self::of(&lengths, quick)
    }

    /// The code whose symbols have these lengths. It must use every sequence of bits.
    fn of(lengths: &[u8], quick: bool) -> Option<Self> {
        let mut counts = [0_u16; LENGTH_MAX + 1];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        let length = |symbol: &u16| lengths[usize::from(*symbol)];
        let all = 0..lengths.len() as u16;
        let mut symbols: Vec<u16> = all.filter(|symbol| length(symbol) > 0).collect();
        // Symbols of one length stay in the order of their numbers.
        symbols.sort_by_key(length);
        if let [single] = symbols.as_slice() {
            return Some(Self::Single(*single));
        }
        let mut open: i32 = 1;
        for count in &counts[1..] {
            open = open * 2 - i32::from(*count);
            if open < 0 {
                return None;
            }
        }
        let mut tree = Tree { counts, symbols, quick: Vec::new(), quick_mask: 0 };
        if quick {
            tree.make_quick();
        }
        (open == 0).then(|| Self::Tree(Box::new(tree)))
    }

    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> u32 {
        let (symbol, length) = match self {
            Self::Single(symbol) => (*symbol, 0),
            Self::Tree(tree) => tree.symbol(bits.peek()),
        };
        bits.skip(length);
        u32::from(symbol)
    }
}

impl Tree {
    fn make_quick(&mut self) {
        let longest = self.counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let bits = longest.min(QUICK_BITS);
        let entry = |next: u32| {
            let (symbol, length) = self.by_bits(next);
            if length as usize <= bits { (length as u16) << 12 | symbol } else { 0 }
        };
        self.quick = (0..1_u32 << bits).map(entry).collect();
        self.quick_mask = (1 << bits) - 1;
    }

    fn symbol(&self, next: u32) -> (u16, u32) {
        match self.quick.get((next & self.quick_mask) as usize) {
            Some(entry) if *entry != 0 => (entry & 0xfff, u32::from(entry >> 12)),
            _ => self.by_bits(next),
        }
    }

    /// Goes down the tree bit by bit.
    fn by_bits(&self, mut next: u32) -> (u16, u32) {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_usize);
        for (length, count) in self.counts.iter().enumerate().skip(1) {
            code |= next & 1;
            next >>= 1;
            let count = u32::from(*count);
            if code - first < count {
                let symbol = self.symbols.get(index + (code - first) as usize);
                return (symbol.copied().unwrap_or(0), length as u32);
            }
            index += count as usize;
            first = (first + count) << 1;
            code <<= 1;
        }
        (0, LENGTH_MAX as u32)
    }
}

/// Reads the lengths of a code, which are coded themselves.
fn read_lengths(bits: &mut Bits<'_>, lengths: &mut [u8]) -> Option<()> {
    let stated = bits.number(4) as usize + 4;
    let mut own = [0; LENGTH_ORDER.len()];
    for place in &LENGTH_ORDER[..stated] {
        own[*place] = bits.number(3) as u8;
    }
    let code = Code::of(&own, false)?;
    let mut left = lengths.len();
    if bits.flag() {
        let size = 2 + 2 * bits.number(3);
        left = 2 + bits.number(size) as usize;
        if left > lengths.len() {
            return None;
        }
    }
    let (mut at, mut previous) = (0, 8);
    while at < lengths.len() && left > 0 {
        left -= 1;
        let (repeat, length) = match code.symbol(bits) {
            length @ 0..=15 => (1, length as u8),
            16 => (3 + bits.number(2) as usize, previous),
            17 => (3 + bits.number(3) as usize, 0),
            _ => (11 + bits.number(7) as usize, 0),
        };
        if length != 0 {
            previous = length;
        }
        lengths.get_mut(at..at + repeat)?.fill(length);
        at += repeat;
    }
    Some(())
}
