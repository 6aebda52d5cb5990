//! The shape of a strip or tile: how many bytes it has, and which of them no viewer shows.
//!
//! Rows end at whole bytes, and tiles reach over the right and lower side of the picture. What
//! stands there is not seen, but it may be the rest of a picture that was cut smaller: it is
//! written as zero.

/// Rows of samples, before compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) row_bytes: u64,
    pub(crate) rows: u64,
    /// Bits of each row that belong to the picture.
    pub(crate) used_bits: u64,
    /// Rows that belong to the picture.
    pub(crate) used_rows: u64,
    /// Whether the first sample is in the lowest bits of a byte.
    pub(crate) lowest_first: bool,
}

impl Shape {
    /// Bytes of all rows.
    pub(crate) fn bytes(&self) -> u64 {
        self.row_bytes.saturating_mul(self.rows)
    }

    /// Whether there is anything beside the picture.
    pub(crate) fn has_margin(&self) -> bool {
        self.used_bits != self.row_bytes * 8 || self.used_rows != self.rows
    }

    /// Makes the margin zero in a piece that begins at `position`; says whether it was not.
    pub(crate) fn blank(&self, position: u64, piece: &mut [u8]) -> bool {
        let mut changed = false;
        let mut rest = piece;
        let mut position = position;
        while !rest.is_empty() {
            let (row, column) = (position / self.row_bytes, position % self.row_bytes);
            let length = (self.row_bytes - column).min(rest.len() as u64);
            let (head, tail) = rest.split_at_mut(length as usize);
            changed |= self.blank_row(row, column, head);
            position += length;
            rest = tail;
        }
        changed
    }

    fn blank_row(&self, row: u64, column: u64, piece: &mut [u8]) -> bool {
        let used_bits = if row < self.used_rows { self.used_bits } else { 0 };
        let (whole, bits) = (used_bits / 8, used_bits % 8);
        let mut from = whole.saturating_sub(column).min(piece.len() as u64) as usize;
        let mut changed = false;
        if bits > 0 && whole >= column && from < piece.len() {
            let keep = if self.lowest_first { 0xff >> (8 - bits) } else { !(0xff >> bits) };
            changed = piece[from] & !keep != 0;
            piece[from] &= keep;
            from += 1;
        }
        changed |= piece[from..].iter().any(|byte| *byte != 0);
        piece[from..].fill(0);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_found_and_blanked_wherever_a_piece_begins() {
        let shape =
            Shape { row_bytes: 4, rows: 3, used_bits: 19, used_rows: 2, lowest_first: false };
        let whole = [0xff, 0xff, 0xe0, 0, 0xff, 0xff, 0xe0, 0, 0, 0, 0, 0];
        for cut in 0..=12 {
            let mut data = [0xff; 12];
            let (head, tail) = data.split_at_mut(cut);
            shape.blank(0, head);
            shape.blank(cut as u64, tail);
            assert_eq!(data, whole);
            assert!(!shape.blank(0, &mut data));
        }
        let mirrored = Shape { lowest_first: true, ..shape };
        let mut data = [0xff; 4];
        assert!(mirrored.blank(0, &mut data));
        assert_eq!(data, [0xff, 0xff, 0x07, 0]);
    }
}
