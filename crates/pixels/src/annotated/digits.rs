//! Ten digits of dots: all that stands on an annotated picture, so no font is needed.

/// Dots across and down.
pub(super) const WIDTH: usize = 5;
pub(super) const HEIGHT: usize = 7;

/// Row by row from above; of each row, the highest of five bits is the dot on the left.
const DIGITS: [[u8; HEIGHT]; 10] = [
    [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    [0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
];

/// The dots of a digit, as column and row; none of what is no digit.
pub(super) fn dots(digit: u8) -> impl Iterator<Item = (usize, usize)> {
    let rows = digit.checked_sub(b'0').and_then(|index| DIGITS.get(usize::from(index)));
    let rows = rows.into_iter().flatten().enumerate();
    rows.flat_map(|(row, bits)| {
        let is_set = move |column: &usize| bits >> (WIDTH - 1 - column) & 1 == 1;
        (0..WIDTH).filter(is_set).map(move |column| (column, row))
    })
}
