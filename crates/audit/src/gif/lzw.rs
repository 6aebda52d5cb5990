//! Follows the codes of a GIF's pixels, to see that they end with the last pixel. For tests.

const STRINGS_MAX: usize = 1 << 12;

/// Whether the codes make `pixels` numbers or fewer, but some, then end, and only zero bits fill up
/// the last byte. Frames that end early are as they were.
pub(super) fn ends_exactly(packed: &[u8], literal_bits: u32, pixels: u32) -> bool {
    follow(packed, literal_bits, u64::from(pixels)).is_some()
}

fn follow(packed: &[u8], literal_bits: u32, pixels: u64) -> Option<()> {
    let clear = 1_usize << literal_bits;
    let mut bits = Bits { packed, place: 0 };
    // How long each string is; what is in it does not matter here.
    let mut lengths: Vec<u64> = Vec::new();
    let (mut width, mut before) = (literal_bits + 1, None);
    let mut made = 0;
    let reset = |lengths: &mut Vec<u64>| {
        lengths.clear();
        lengths.resize(clear, 1);
        lengths.resize(clear + 2, 0);
    };
    reset(&mut lengths);
    loop {
        let code = bits.read(width)?;
        if code == clear {
            reset(&mut lengths);
            (width, before) = (literal_bits + 1, None);
            continue;
        }
        if code == clear + 1 {
            return ((1..=pixels).contains(&made) && bits.end_in_zeros()).then_some(());
        }
        // A code may be the one that is just being made.
        let length = match (lengths.get(code), before) {
            (Some(length), _) => *length,
            (None, Some(before)) if code == lengths.len() => before + 1,
            _ => return None,
        };
        made += length;
        if let Some(before) = before
            && lengths.len() < STRINGS_MAX
        {
            lengths.push(before + 1);
        }
        if lengths.len() == 1 << width && width < 12 {
            width += 1;
        }
        before = Some(length);
    }
}

struct Bits<'a> {
    packed: &'a [u8],
    place: usize,
}

impl Bits<'_> {
    fn read(&mut self, count: u32) -> Option<usize> {
        let mut value = 0;
        for shift in 0..count {
            let byte = self.packed.get(self.place / 8)?;
            value |= usize::from(byte >> (self.place % 8) & 1) << shift;
            self.place += 1;
        }
        Some(value)
    }

    fn end_in_zeros(&self) -> bool {
        let is_last = self.place.div_ceil(8) == self.packed.len();
        let filling = self.packed.last().map_or(0, |last| u32::from(*last) >> (self.place % 8));
        is_last && (self.place.is_multiple_of(8) || filling == 0)
    }
}
