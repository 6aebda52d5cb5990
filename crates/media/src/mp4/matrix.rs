//! How a track's pictures are turned, mirrored or moved before they are shown.

use crate::bmff::u32_at;
use crate::orientation::Orientation;

const ONE: i32 = 1 << 16;
const LAST_ONE: i32 = 1 << 30;

/// Nine numbers, row by row: `a b u / c d v / x y w`, with 16 bits of fraction, the last column
/// with 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matrix([i32; 9]);

impl Matrix {
    pub(crate) const PLAIN: Self = Self([ONE, 0, 0, 0, ONE, 0, 0, 0, LAST_ONE]);

    pub(crate) fn parse(bytes: &[u8], at: usize) -> Option<Self> {
        let mut numbers = [0; 9];
        for (place, number) in numbers.iter_mut().enumerate() {
            *number = u32_at(bytes, at + 4 * place)? as i32;
        }
        Some(Self::unless_empty(numbers))
    }

    /// Some writers leave it empty, and players take that for no change.
    fn unless_empty(numbers: [i32; 9]) -> Self {
        if numbers == [0; 9] { Self::PLAIN } else { Self(numbers) }
    }

    /// This one first, then another.
    pub(crate) fn then(&self, other: &Self) -> Self {
        if *other == Self::PLAIN {
            return *self;
        }
        let bits = |column: usize| if column == 2 { 30 } else { 16 };
        let mut numbers = [0; 9];
        for (place, number) in numbers.iter_mut().enumerate() {
            let (row, column) = (place / 3, place % 3);
            let terms = (0..3).map(|k| {
                let product = i64::from(self.0[3 * row + k]) * i64::from(other.0[3 * k + column]);
                product >> bits(k)
            });
            *number = terms.sum::<i64>() as i32;
        }
        Self::unless_empty(numbers)
    }

    /// The turn, if it is one without scaling.
    pub(crate) fn orientation(&self) -> Option<Orientation> {
        let part = |number: i32| match number {
            ONE => Some(1),
            0 => Some(0),
            other => (other == -ONE).then_some(-1),
        };
        let [a, b, u, c, d, v, _, _, w] = self.0;
        if (u, v, w) != (0, 0, LAST_ONE) {
            return None;
        }
        Some(match (part(a)?, part(b)?, part(c)?, part(d)?) {
            (1, 0, 0, 1) => Orientation::Upright,
            (-1, 0, 0, 1) => Orientation::Mirrored,
            (-1, 0, 0, -1) => Orientation::UpsideDown,
            (1, 0, 0, -1) => Orientation::MirroredUpsideDown,
            (0, 1, 1, 0) => Orientation::MirroredLeft,
            (0, 1, -1, 0) => Orientation::TurnedRight,
            (0, -1, -1, 0) => Orientation::MirroredRight,
            (0, -1, 1, 0) => Orientation::TurnedLeft,
            _ => return None,
        })
    }

    /// The same turn for pictures of this size, moved so that they begin at the corner. A matrix
    /// that does more than turn stays as it is.
    pub(crate) fn canonical(&self, width: u32, height: u32) -> Self {
        if self.orientation().is_none() {
            return *self;
        }
        let [a, b, u, c, d, v, _, _, w] = self.0;
        let size = |side: u32| i32::try_from(side).unwrap_or(0);
        let back = |by_width: i32, by_height: i32| {
            let moved = |part: i32, side: u32| if part < 0 { size(side) } else { 0 };
            moved(by_width, width).saturating_add(moved(by_height, height))
        };
        Self([a, b, u, c, d, v, back(a, c), back(b, d), w])
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.0.iter().flat_map(|number| number.to_be_bytes()));
    }
}
