//! The codes of fax machines (ITU-T T.4 and T.6), followed row by row to know where they end.

use std::sync::OnceLock;

use crate::tiff::pack::End;

/// Which of the codings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Runs only, each row from a whole byte on.
    Runs,
    /// Group 3: a mark before each row, which may follow the row above.
    Group3 { follows_rows: bool },
    /// Group 4: each row follows the row above.
    Group4,
}

/// Follows `rows` rows of `width` samples; `None` if the codes are broken or end before.
pub(crate) fn walk(
    data: &[u8],
    coding: Coding,
    lowest_first: bool,
    width: u32,
    rows: u32,
) -> Option<End> {
    let mut bits = Bits { data, at: 0, lowest_first };
    let (mut above, mut row): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        row.clear();
        let follows = match coding {
            Coding::Runs => {
                bits.align()?;
                false
            }
            Coding::Group3 { follows_rows } => {
                bits.mark()?;
                follows_rows && bits.take(1)? == 0
            }
            Coding::Group4 => true,
        };
        match follows {
            true => bits.row_after(&above, &mut row, width)?,
            false => bits.row_of_runs(&mut row, width)?,
        }
        core::mem::swap(&mut above, &mut row);
    }
    if coding == Coding::Group4 {
        bits.block_end();
    }
    Some(bits.end())
}

struct Bits<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
    lowest_first: bool,
}

/// Longest code, in bits.
const CODE_BITS: u32 = 13;

impl Bits<'_> {
    /// The next bits, first one highest; zeros behind the end.
    fn peek(&self, width: u32) -> u32 {
        let first = self.at / 8;
        let byte = |index: usize| {
            let byte = self.data.get(first + index).copied().unwrap_or(0);
            u32::from(if self.lowest_first { byte.reverse_bits() } else { byte })
        };
        let window = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
        window << (self.at % 8) >> (32 - width)
    }

    fn skip(&mut self, width: u32) -> Option<()> {
        self.at += width as usize;
        (self.at <= self.data.len() * 8).then_some(())
    }

    fn take(&mut self, width: u32) -> Option<u32> {
        let value = self.peek(width);
        self.skip(width)?;
        Some(value)
    }

    /// Moves to the next whole byte; what is before it must be zero.
    fn align(&mut self) -> Option<()> {
        let spare = (self.at.next_multiple_of(8) - self.at) as u32;
        if spare > 0 && self.take(spare)? != 0 {
            return None;
        }
        Some(())
    }

    /// Steps over a mark: eleven zeros or more, and a one.
    fn mark(&mut self) -> Option<()> {
        let start = self.at;
        while self.take(1)? == 0 {}
        (self.at - start > 11).then_some(())
    }

    /// Two marks at once end a picture of Group 4.
    fn block_end(&mut self) {
        if self.peek(24) == 0x00_1001 {
            let start = self.at;
            if self.skip(24).is_none() {
                self.at = start;
            }
        }
    }

    fn row_of_runs(&mut self, row: &mut Vec<u32>, width: u32) -> Option<()> {
        let mut at = 0;
        while at < width {
            at = self.run(row, at, width)?;
        }
        Some(())
    }

    /// Reads one run and notes where it ends. Only the first of a row may be empty, and the last.
    fn run(&mut self, row: &mut Vec<u32>, at: u32, width: u32) -> Option<u32> {
        let is_black = row.len() % 2 == 1;
        let end = at.checked_add(self.run_length(is_black)?)?;
        if end > width || (end == at && !row.is_empty() && end != width) {
            return None;
        }
        row.push(end);
        Some(end)
    }

    fn run_length(&mut self, is_black: bool) -> Option<u32> {
        let table = &tables()[usize::from(is_black)];
        let mut sum = 0_u32;
        loop {
            let (bits, run) = table[self.peek(CODE_BITS) as usize];
            if bits == 0 {
                return None;
            }
            self.skip(u32::from(bits))?;
            sum = sum.checked_add(u32::from(run))?;
            if run < 64 {
                return Some(sum);
            }
        }
    }

    /// A row told by its difference from the one above.
    fn row_after(&mut self, above: &[u32], row: &mut Vec<u32>, width: u32) -> Option<()> {
        // Before the first sample there is an imaginary white one.
        let (mut at, mut index) = (-1_i64, 0_usize);
        while at < i64::from(width) {
            while index > 0 && i64::from(above[index - 1]) > at {
                index -= 1;
            }
            index += (index + row.len()) % 2;
            while above.get(index).is_some_and(|change| i64::from(*change) <= at) {
                index += 2;
            }
            index = index.min(above.len());
            let change = |index: usize| above.get(index).copied().unwrap_or(width);
            match self.mode()? {
                Mode::Pass => at = i64::from(change(index + 1)),
                Mode::Runs => {
                    let start = at.max(0) as u32;
                    let middle = self.run(row, start, width)?;
                    at = i64::from(self.run(row, middle, width)?);
                }
                Mode::Near(distance) => {
                    let end = i64::from(change(index)) + distance;
                    if end <= at || end > i64::from(width) {
                        return None;
                    }
                    row.push(end as u32);
                    at = end;
                }
            }
        }
        Some(())
    }

    fn mode(&mut self) -> Option<Mode> {
        let window = self.peek(7);
        let (bits, mode) = match window {
            0b100_0000.. => (1, Mode::Near(0)),
            0b011_0000.. => (3, Mode::Near(1)),
            0b010_0000.. => (3, Mode::Near(-1)),
            0b001_0000.. => (3, Mode::Runs),
            0b000_1000.. => (4, Mode::Pass),
            0b000_0110.. => (6, Mode::Near(2)),
            0b000_0100.. => (6, Mode::Near(-2)),
            0b000_0011 => (7, Mode::Near(3)),
            0b000_0010 => (7, Mode::Near(-3)),
            _ => return None,
        };
        self.skip(bits)?;
        Some(mode)
    }

    fn end(&self) -> End {
        let used = (self.at % 8) as u32;
        let tail_mask = match (used, self.lowest_first) {
            (0, _) => 0xff,
            (used, true) => (0xff_u32 >> (8 - used)) as u8,
            (used, false) => !(0xff_u32 >> used) as u8,
        };
        End { bytes: self.at.div_ceil(8), tail_mask, is_exact: true }
    }
}

/// How the next change of colour is told.
enum Mode {
    /// The row above changes twice with no change here.
    Pass,
    /// Two runs.
    Runs,
    /// So far right of the change above.
    Near(i64),
}

/// For every window of bits: length of the code it begins with, and its run.
type Table = Vec<(u8, u16)>;

fn tables() -> &'static [Table; 2] {
    static TABLES: OnceLock<[Table; 2]> = OnceLock::new();
    TABLES.get_or_init(|| [table(WHITE), table(BLACK)])
}

fn table(codes: &str) -> Table {
    let mut table = vec![(0, 0); 1 << CODE_BITS];
    for (code, run) in codes.split_whitespace().chain(LONG.split_whitespace()).zip(runs()) {
        let value = code.bytes().fold(0, |sum, digit| sum << 1 | usize::from(digit == b'1'));
        let spare = CODE_BITS as usize - code.len();
        table[value << spare..(value + 1) << spare].fill((code.len() as u8, run));
    }
    table
}

/// The runs that codes stand for, in the order of the lists.
fn runs() -> impl Iterator<Item = u16> {
    (0..64).chain((1..=40).map(|step| step * 64))
}

/// White runs of 0 to 63, then of 64 to 1728 in steps of 64.
const WHITE: &str = "
    00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100
    110101 101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011
    0100100 0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101
    00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101
    00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001
    01011010 01011011 01001010 01001011 00110010 00110011 00110100
    11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100
    011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001
    011011010 011011011 010011000 010011001 010011010 011000 010011011";

/// Black runs of 0 to 63, then of 64 to 1728 in steps of 64.
const BLACK: &str = "
    0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100
    00000111 000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100
    00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 000011001100
    000011001101 000001101000 000001101001 000001101010 000001101011 000011010010 000011010011
    000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010
    000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 000001100101
    000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000
    000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
    0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101
    0000001101100 0000001101101 0000001001010 0000001001011 0000001001100 0000001001101
    0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 0000001110111
    0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011
    0000001100100 0000001100101";

/// Runs of either colour of 1792 to 2560 in steps of 64.
const LONG: &str = "
    00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101
    000000010110 000000010111 000000011100 000000011101 000000011110 000000011111";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_begins_with_another_and_none_is_missing() {
        for codes in [WHITE, BLACK] {
            let codes: Vec<&str> =
                codes.split_whitespace().chain(LONG.split_whitespace()).collect();
            assert_eq!(codes.len(), 64 + 40);
            for (index, code) in codes.iter().enumerate() {
                let mut others = codes.iter().enumerate().filter(|other| other.0 != index);
                assert!(others.all(|other| !other.1.starts_with(code)), "{code}");
            }
        }
    }

    #[test]
    fn a_row_equal_to_the_white_one_above_takes_one_bit() {
        let end = walk(&[0b1110_0000, 0x01, 0x00, 0x1f], Coding::Group4, false, 100, 3);
        assert_eq!(end, Some(End { bytes: 1, tail_mask: 0b1110_0000, is_exact: true }));
        let end = walk(&[0b0000_0111, 0xff], Coding::Group4, true, 100, 3);
        assert_eq!(end, Some(End { bytes: 1, tail_mask: 0b0000_0111, is_exact: true }));
    }

    #[test]
    fn the_end_of_a_block_stays_and_what_follows_does_not() {
        let data = [0b1110_0000, 0b0000_0010, 0b0000_0000, 0b0011_1111, 0xff];
        let end = walk(&data, Coding::Group4, false, 100, 3).unwrap();
        assert_eq!((end.bytes, end.tail_mask), (4, 0b1110_0000));
    }

    #[test]
    fn broken_codes_are_refused() {
        assert_eq!(walk(&[0; 8], Coding::Group4, false, 100, 3), None);
        assert_eq!(walk(&[], Coding::Runs, false, 100, 1), None);
        // Two white runs that end behind the row's end.
        assert_eq!(walk(&[0b1101_1001, 0x40], Coding::Runs, false, 60, 1), None);
    }
}
