//! Changes in the parts of a codestream that are not made of whole bytes: its header and those of
//! its frames.

use core::ops::Range;

/// Bits that are put behind each other, the lowest of each number first.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Put {
    bytes: Vec<u8>,
    count: usize,
}

impl Put {
    /// The lowest `count` bits of a number.
    pub(crate) fn bits(&mut self, value: u32, count: u32) -> &mut Self {
        for bit in 0..count {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            self.bytes[self.count / 8] |= ((value >> bit & 1) as u8) << (self.count % 8);
            self.count += 1;
        }
        self
    }

    /// The number of an enumerated value.
    pub(crate) fn name_number(&mut self, value: u32) -> &mut Self {
        match value {
            0 | 1 => self.bits(value, 2),
            2..=17 => self.bits(2, 2).bits(value - 2, 4),
            _ => self.bits(3, 2).bits(value - 18, 6),
        }
    }

    /// A number in the form for large ones; below 2 to the power of 60.
    pub(crate) fn long(&mut self, value: u64) -> &mut Self {
        match value {
            0 => return self.bits(0, 2),
            1..=16 => return self.bits(1, 2).bits(value as u32 - 1, 4),
            17..=272 => return self.bits(2, 2).bits(value as u32 - 17, 8),
            _ => self.bits(3, 2).bits((value & 0xfff) as u32, 12),
        };
        let mut rest = value >> 12;
        // Nothing that is written is as large as would take a special form.
        while rest > 0 {
            self.bits(1, 1).bits((rest & 0xff) as u32, 8);
            rest >>= 8;
        }
        self.bits(0, 1)
    }

    /// Bits that are somewhere else already.
    fn copy(&mut self, bytes: &[u8], at: Range<usize>) {
        for place in at {
            self.bits(u32::from(bytes[place / 8] >> (place % 8)), 1);
        }
    }
}

/// Bits that others take the place of.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) at: Range<usize>,
    pub(crate) put: Put,
}

impl Edit {
    /// What has no others in its place.
    pub(crate) fn cut(at: Range<usize>) -> Self {
        Self { at, put: Put::default() }
    }

    /// What has a number in its place.
    pub(crate) fn with(at: Range<usize>, value: u32, count: u32) -> Self {
        let mut put = Put::default();
        put.bits(value, count);
        Self { at, put }
    }

    /// Whether it changes anything.
    pub(crate) fn differs(&self, code: &[u8]) -> bool {
        let mut before = Put::default();
        before.copy(code, self.at.clone());
        before != self.put
    }

    /// What has an empty text in its place. Nothing to do, if it is one, in the shortest way.
    pub(crate) fn no_text(at: Range<usize>) -> Option<Self> {
        const EMPTY_BITS: u32 = 2;
        (at.len() > EMPTY_BITS as usize).then(|| Self::with(at, 0, EMPTY_BITS))
    }
}

/// A stretch that begins with a whole byte; its end is filled up with zeros to the next one.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// Counted in bits.
    pub(crate) at: Range<usize>,
    /// In their order; none reaches into another.
    pub(crate) edits: Vec<Edit>,
}

impl Stretch {
    /// The bytes that it takes now.
    pub(crate) fn bytes(&self) -> Range<usize> {
        self.at.start / 8..self.at.end.div_ceil(8)
    }

    /// One that is left out.
    pub(crate) fn cut(bytes: Range<usize>) -> Self {
        let at = bytes.start * 8..bytes.end * 8;
        Self { at: at.clone(), edits: vec![Edit::cut(at)] }
    }

    /// Writes it with its changes.
    pub(crate) fn write(&self, code: &[u8], out: &mut Vec<u8>) {
        let mut put = Put::default();
        let mut at = self.at.start;
        for edit in &self.edits {
            put.copy(code, at..edit.at.start);
            put.copy(&edit.put.bytes, 0..edit.put.count);
            at = edit.at.end;
        }
        put.copy(code, at..self.at.end);
        out.append(&mut put.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jxl::bits::Bits;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_put(long in 0..1_u64 << 40, name in 0..82_u32, skip in 0..8) {
            let mut put = Put::default();
            put.bits(0, skip as u32).long(long).name_number(name).bits(1, 1);
            let mut bits = Bits::new(&put.bytes, 0);
            bits.take(skip as u32).unwrap();
            prop_assert_eq!(bits.long().unwrap(), long);
            prop_assert_eq!(bits.name_number().unwrap(), name);
            prop_assert!(bits.flag().unwrap());
            prop_assert_eq!(bits.position(), put.count);
        }

        #[test]
        fn what_is_around_a_change_stays(
            code in proptest::collection::vec(any::<u8>(), 6..20),
            start in 8..24_usize,
            size in 0..16_usize,
            value: u32,
            count in 0..20_u32,
        ) {
            let mut put = Put::default();
            put.bits(value, count);
            let end = code.len() * 8 - 3;
            let edits = vec![Edit { at: start..start + size, put }];
            let mut out = Vec::new();
            Stretch { at: 8..end, edits }.write(&code, &mut out);
            let bit = |bytes: &[u8], at: usize| bytes[at / 8] >> (at % 8) & 1;
            for at in 8..start {
                prop_assert_eq!(bit(&out, at - 8), bit(&code, at));
            }
            for at in 0..count {
                prop_assert_eq!(u32::from(bit(&out, start - 8 + at as usize)), value >> at & 1);
            }
            for at in start + size..end {
                let now = at + count as usize - size - 8;
                prop_assert_eq!(bit(&out, now), bit(&code, at));
            }
            prop_assert_eq!(out.len(), (end - 8 - size + count as usize).div_ceil(8));
        }
    }
}
