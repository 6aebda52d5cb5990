//! Bits, the lowest of a byte first.

pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// The next bit.
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// How many bits were read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Whether more was read than there is. What was read then counts as zero.
    pub(super) fn is_over(&self) -> bool {
        self.at.div_ceil(8) > self.data.len()
    }

    /// The next bits, at least 25 of them, without reading them.
    pub(super) fn peek(&self) -> u32 {
        let rest = self.data.get(self.at / 8..).unwrap_or_default();
        let word = match rest.first_chunk::<4>() {
            Some(word) => *word,
            None => core::array::from_fn(|place| rest.get(place).copied().unwrap_or(0)),
        };
        u32::from_le_bytes(word) >> (self.at % 8)
    }

    pub(super) fn skip(&mut self, bits: u32) {
        self.at += bits as usize;
    }

    /// A number of up to 24 bits.
    pub(super) fn number(&mut self, bits: u32) -> u32 {
        let number = self.peek() & ((1 << bits) - 1);
        self.skip(bits);
        number
    }

    pub(super) fn flag(&mut self) -> bool {
        self.number(1) == 1
    }
}
