//! Single bits: reading and writing them, and the escape bytes that H.264 and HEVC put between.

/// Reads bits from the highest of each byte down.
#[derive(Clone)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bits have been read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// How many bits there still are.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }

    /// The next bits as a number; `None` if there are too few, or more than a number holds.
    pub(crate) fn bits(&mut self, count: u32) -> Option<u32> {
        if count > 32 || self.left() < count as usize {
            return None;
        }
        let mut value = 0_u64;
        let mut missing = count;
        while missing > 0 {
            let byte = u64::from(*self.bytes.get(self.at / 8)?);
            let unread = 8 - (self.at % 8) as u32;
            let taken = unread.min(missing);
            let part = byte >> (unread - taken) & ((1 << taken) - 1);
            value = value << taken | part;
            self.at += taken as usize;
            missing -= taken;
        }
        Some(value as u32)
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        Some(self.bits(1)? == 1)
    }

    /// An Exp-Golomb number.
    pub(crate) fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some(((1_u64 << zeros) - 1) as u32 + self.bits(zeros)?)
    }

    /// True while there is more before the bit that ends the content.
    pub(crate) fn has_more_before_stop(&self) -> bool {
        self.stop().is_some_and(|stop| self.at < stop)
    }

    /// Where the last set bit is.
    fn stop(&self) -> Option<usize> {
        let last = self.bytes.iter().rposition(|byte| *byte != 0)?;
        Some(last * 8 + 7 - self.bytes[last].trailing_zeros() as usize)
    }
}

/// Writes bits from the highest of each byte down.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// How many bits of the last byte are taken; 0 if it is full.
    used: u32,
}

impl BitWriter {
    pub(crate) fn bits(&mut self, count: u32, value: u32) {
        for index in (0..count).rev() {
            let bit = (value >> index & 1) as u8;
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
    }

    pub(crate) fn golomb(&mut self, value: u32) {
        let value = u64::from(value) + 1;
        let bits = 64 - value.leading_zeros();
        self.bits(bits - 1, 0);
        // The highest bit apart, so that the rest fits in 32.
        self.bits(1, 1);
        self.bits(bits - 1, (value & ((1 << (bits - 1)) - 1)) as u32);
    }

    /// Whole bytes.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.bits(8, u32::from(*byte)));
    }

    pub(crate) fn is_aligned(&self) -> bool {
        self.used == 0
    }

    /// The bytes, the last filled up with zeros.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The bytes behind a bit that ends the content.
    pub(crate) fn into_bytes_with_stop(mut self) -> Vec<u8> {
        self.bits(1, 1);
        self.bytes
    }
}

/// Appends the content of a NAL unit without the escape bytes.
pub(crate) fn unescape(escaped: &[u8], out: &mut Vec<u8>) {
    let mut zeros = 0;
    for byte in escaped {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
}

/// Appends content with the escape bytes that a NAL unit needs.
pub(crate) fn escape(content: &[u8], out: &mut Vec<u8>) {
    let mut zeros = 0;
    for byte in content {
        if zeros >= 2 && *byte <= 3 {
            out.push(3);
            zeros = 0;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
}

/// A NAL unit without the zeros behind the bit that ends its content: encoders pad with them.
pub(crate) fn without_padding(mut nal: &[u8]) -> &[u8] {
    loop {
        if let Some(shorter) = nal.strip_suffix(&[0]) {
            nal = shorter;
        } else if nal.ends_with(&[0, 0, 3]) {
            nal = &nal[..nal.len() - 3];
        } else {
            return nal;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_read_back(values in proptest::collection::vec((1_u32..=32, any::<u32>()), 0..50)) {
            let mut writer = BitWriter::default();
            for (count, value) in &values {
                let value = (u64::from(*value) & ((1_u64 << count) - 1)) as u32;
                writer.bits(*count, value);
                writer.golomb(value.min(u32::MAX - 1));
            }
            let bytes = writer.into_bytes_with_stop();
            let mut reader = BitReader::new(&bytes);
            for (count, value) in &values {
                let value = (u64::from(*value) & ((1_u64 << count) - 1)) as u32;
                prop_assert_eq!(reader.bits(*count), Some(value));
                prop_assert_eq!(reader.golomb(), Some(value.min(u32::MAX - 1)));
            }
            prop_assert!(!reader.has_more_before_stop());
        }

        #[test]
        fn escaped_content_reads_back_and_holds_no_start_code(
            content in proptest::collection::vec(0_u8..5, 0..60)
        ) {
            let mut escaped = Vec::new();
            escape(&content, &mut escaped);
            prop_assert!(!escaped.windows(3).any(|three| three[..2] == [0, 0] && three[2] < 3));
            let mut back = Vec::new();
            unescape(&escaped, &mut back);
            prop_assert_eq!(back, content);
        }
    }

    #[test]
    fn padding_behind_the_end_goes() {
        assert_eq!(without_padding(&[1, 2, 0x80, 0, 0, 3, 0, 0, 3]), [1, 2, 0x80]);
        assert_eq!(without_padding(&[1, 0, 0, 3, 3]), [1, 0, 0, 3, 3]);
        assert_eq!(without_padding(&[0, 0]), []);
    }
}
