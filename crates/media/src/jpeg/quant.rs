//! Quantisation tables: how coarse each wave of a block is told.
//!
//! They cannot be changed without changing the picture. Most programs use those of the standard's
//! example, scaled by a quality; others narrow down who made a photo, and that is worth telling.

use crate::jpeg::reader::QuantTable;
use crate::jpeg::turn::ORDER;

/// The standard's example for brightness, row by row.
const BRIGHTNESS: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// Its first rows for colour; all other numbers are 99.
const COLOUR: [[u16; 4]; 4] =
    [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]];

impl QuantTable {
    /// Whether it is one of the example's, at any quality.
    pub(crate) fn is_common(&self) -> bool {
        (1..=100).any(|quality| {
            self.is_scaled(quality, |place| BRIGHTNESS[place])
                || self.is_scaled(quality, |place| {
                    let row = COLOUR.get(place / 8);
                    *row.and_then(|row| row.get(place % 8)).unwrap_or(&99)
                })
        })
    }

    fn is_scaled(&self, quality: u32, of: impl Fn(usize) -> u16) -> bool {
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        (0..64).all(|place| {
            let scaled = (u32::from(of(place)) * percent + 50) / 100;
            let value = u32::from(self.0[usize::from(ORDER[place])]);
            value == scaled.clamp(1, 255) || value == scaled.clamp(1, 32_767)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_tables_are_common_and_others_are_not() {
        let mut table = QuantTable([0; 64]);
        for place in 0..64 {
            table.0[usize::from(ORDER[place])] = BRIGHTNESS[place];
        }
        assert!(table.is_common());
        table.0[5] += 1;
        assert!(!table.is_common());
        assert!(QuantTable([1; 64]).is_common());
        assert!(!QuantTable([2; 64]).is_common());
    }
}
