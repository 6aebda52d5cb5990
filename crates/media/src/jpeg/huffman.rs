//! Huffman tables as a JPEG file defines them, and how a code is found in one.

/// Codes of up to this many bits are found by one look-up.
const FAST_BITS: u32 = 10;

/// A Huffman table as the file defines it, and an index into it.
pub(crate) struct HuffmanTable {
    /// How many codes have each length from 1 to 16.
    pub(crate) counts: [u8; 16],
    /// The symbols in code order.
    pub(crate) symbols: Vec<u8>,
    /// For each run of `FAST_BITS` bits: code length in the high byte, symbol in the low one;
    /// zero where the code is longer or there is none.
    fast: Vec<u16>,
    /// First code of each length, and the index of its symbol.
    firsts: [(u32, u32); 16],
}

impl HuffmanTable {
    /// From a table definition; `None` if the codes do not fit.
    pub(crate) fn new(counts: [u8; 16], symbols: Vec<u8>) -> Option<Self> {
        let mut fast = vec![0; 1 << FAST_BITS];
        let mut firsts = [(0, 0); 16];
        let (mut code, mut index) = (0_u32, 0_u32);
        for (position, &count) in counts.iter().enumerate() {
            let length = position as u32 + 1;
            firsts[position] = (code, index);
            for _ in 0..count {
                if code >= 1 << length {
                    return None;
                }
                if length <= FAST_BITS {
                    let entry = (length as u16) << 8 | u16::from(*symbols.get(index as usize)?);
                    let start = (code << (FAST_BITS - length)) as usize;
                    fast[start..start + (1 << (FAST_BITS - length))].fill(entry);
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        (index as usize == symbols.len()).then_some(Self { counts, symbols, fast, firsts })
    }

    pub(crate) fn same_codes(&self, other: &Self) -> bool {
        self.counts == other.counts && self.symbols == other.symbols
    }

    /// Code length and symbol of the code that `bits` begins with, highest bit first.
    #[inline]
    pub(crate) fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let entry = self.fast[(bits >> (32 - FAST_BITS)) as usize];
        if entry != 0 {
            return Some((u32::from(entry >> 8), entry as u8));
        }
        self.find_slowly(bits)
    }

    #[cold]
    fn find_slowly(&self, bits: u32) -> Option<(u32, u8)> {
        for length in 1..=16 {
            let position = length as usize - 1;
            let (first_code, first_index) = self.firsts[position];
            let offset = (bits >> (32 - length)).wrapping_sub(first_code);
            if offset < u32::from(self.counts[position]) {
                let symbol = *self.symbols.get((first_index + offset) as usize)?;
                return Some((length, symbol));
            }
        }
        None
    }
}
