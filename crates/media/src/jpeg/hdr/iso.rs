//! ISO 21496-1: how a gain map is used, as numbers in bytes.

/// What the first picture says: the version of the standard, and that of the writer.
pub(crate) const VERSION: [u8; 4] = [0; 4];

/// Each of three colours has its own numbers.
const THREE_CHANNELS: u8 = 0x80;
const USES_BASE_COLOURS: u8 = 0x40;
/// The first picture is the brighter one.
const IS_BACKWARD: u8 = 0x04;
/// All fractions share one denominator.
const COMMON_DENOMINATOR: u8 = 0x08;

/// The numbers that each channel has: smallest and largest gain, gamma, two offsets.
const CHANNEL_FRACTIONS: usize = 5;

/// Which of them cannot be negative.
const GAMMA: usize = 2;

/// A number as the standard writes it.
#[derive(Clone, Copy)]
struct Fraction {
    numerator: i64,
    denominator: u32,
}

/// The same metadata in its one form: fractions in lowest terms, each with its own denominator.
/// `None` if it is not understood or means nothing.
pub(crate) fn canonical(data: &[u8]) -> Option<Vec<u8>> {
    let [0, 0, _, _, flags, rest @ ..] = data else { return None };
    let channels = if flags & THREE_CHANNELS == 0 { 1 } else { 3 };
    let mut words =
        rest.chunks_exact(4).map(|raw| u32::from_be_bytes([raw[0], raw[1], raw[2], raw[3]]));
    let common = if flags & COMMON_DENOMINATOR == 0 { None } else { Some(words.next()?) };
    let mut out = VERSION.to_vec();
    out.push(flags & (THREE_CHANNELS | USES_BASE_COLOURS | IS_BACKWARD));
    for index in 0..2 + channels * CHANNEL_FRACTIONS {
        let place = index.checked_sub(2).map(|index| index % CHANNEL_FRACTIONS);
        let is_signed = place.is_some_and(|place| place != GAMMA);
        let raw = words.next()?;
        let numerator = if is_signed { i64::from(raw as i32) } else { i64::from(raw) };
        let denominator = match common {
            Some(common) => common,
            None => words.next()?,
        };
        let fraction = Fraction { numerator, denominator }.reduced()?;
        out.extend((fraction.numerator as u32).to_be_bytes());
        out.extend(fraction.denominator.to_be_bytes());
    }
    Some(out)
}

impl Fraction {
    fn reduced(self) -> Option<Self> {
        let (mut one, mut other) = (self.numerator.unsigned_abs(), u64::from(self.denominator));
        while other != 0 {
            (one, other) = (other, one % other);
        }
        let divisor = u32::try_from(one).ok().filter(|_| self.denominator != 0)?;
        Some(Self {
            numerator: self.numerator / i64::from(divisor),
            denominator: self.denominator / divisor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(flags: u8, words: &[u32]) -> Vec<u8> {
        let words = words.iter().flat_map(|word| word.to_be_bytes());
        [0, 0, 0, 0, flags].into_iter().chain(words).collect()
    }

    #[test]
    fn both_ways_to_write_fractions_become_one() {
        let each = sample(0x40, &[0, 1, 6, 2, 0, 1, 30, 10, 5, 5, 1, 64, 2, 128]);
        let common = sample(0x48, &[64, 0, 192, 0, 192, 64, 1, 1]);
        let canonical_form = canonical(&each).unwrap();
        assert_eq!(canonical(&common), Some(canonical_form.clone()));
        assert_eq!(canonical(&canonical_form), Some(canonical_form.clone()));
        let padded = [&each[..], b"more"].concat();
        assert_eq!(canonical(&padded), Some(canonical_form));
    }

    #[test]
    fn what_is_cut_or_divides_by_zero_is_not_understood() {
        let whole = sample(0x40, &[0, 1, 6, 2, 0, 1, 30, 10, 5, 5, 1, 64, 2, 128]);
        for end in 0..whole.len() {
            assert_eq!(canonical(&whole[..end]), None);
        }
        assert_eq!(canonical(&sample(0x48, &[0, 0, 192, 0, 192, 64, 1, 1])), None);
    }
}
