//! An area of any form, pixel by pixel: what a detector draws rather than a hand.

use crate::shape::WrongShape;
use crate::{Mask, Point, Region};

/// Most pieces of lines that an area may have.
const PIECES_MAX: usize = 4_000_000;

/// Pixels, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Area {
    /// The number of the first line.
    top: u32,
    /// The pieces of each line that belong to it: the first column, and the one after the last.
    lines: Vec<Vec<(u32, u32)>>,
}

impl Area {
    /// What a mask means; `None` if that is nothing.
    pub fn of(mask: &Mask) -> Option<Self> {
        let height = mask.size().height;
        let is_meant = |y: &u32| mask.line(*y).contains(&1);
        let top = (0..height).find(is_meant)?;
        let last = (top..height).rev().find(is_meant)?;
        Some(Self { top, lines: (top..=last).map(|y| pieces(mask.line(y))).collect() })
    }

    /// Its pieces as rectangles, for a drawing that need not be exact: of every `height` lines, the
    /// first stands for all.
    pub fn rectangles(&self, height: u32) -> impl Iterator<Item = Region> {
        let height = height.max(1);
        let bottom = self.top as usize + self.lines.len();
        let rows = (self.top..).zip(&self.lines).step_by(height as usize);
        rows.flat_map(move |(y, line)| {
            let end = (y as usize + height as usize).min(bottom);
            line.iter().map(move |(from, to)| Region {
                left: *from as f32,
                top: y as f32,
                right: *to as f32,
                bottom: end as f32,
            })
        })
    }

    pub(crate) fn check(&self) -> Result<(), WrongShape> {
        let all = self.lines.iter().flatten();
        let is_right = (1..=PIECES_MAX).contains(&all.clone().count())
            && self.lines.len() <= PIECES_MAX
            && all.clone().all(|(from, to)| from < to);
        if is_right { Ok(()) } else { Err(WrongShape) }
    }

    pub(crate) fn bounds(&self) -> Region {
        let all = || self.lines.iter().flatten();
        Region {
            left: all().map(|(from, _)| *from).min().unwrap_or_default() as f32,
            top: self.top as f32,
            right: all().map(|(_, to)| *to).max().unwrap_or_default() as f32,
            bottom: self.top as f32 + self.lines.len() as f32,
        }
    }

    /// By whole pixels; what would lie left of the picture or above it is dropped.
    pub(crate) fn moved(&self, by: Point) -> Self {
        let (right, down) = (by.x.round() as i64, by.y.round() as i64);
        let shifted = |at: u32, by: i64| (i64::from(at) + by).clamp(0, u32::MAX.into()) as u32;
        let above = (-(i64::from(self.top) + down)).max(0) as usize;
        let line = |pieces: &Vec<(u32, u32)>| {
            let pieces =
                pieces.iter().map(|(from, to)| (shifted(*from, right), shifted(*to, right)));
            pieces.filter(|(from, to)| from < to).collect()
        };
        Self {
            top: shifted(self.top, down),
            lines: self.lines.iter().skip(above).map(line).collect(),
        }
    }

    pub(crate) fn spans(&self, y: u32, spans: &mut Vec<(f32, f32)>) {
        let line = y.checked_sub(self.top).and_then(|line| self.lines.get(line as usize));
        let pieces = line.into_iter().flatten();
        spans.extend(pieces.map(|(from, to)| (*from as f32, *to as f32)));
    }
}

/// Where pixels of a line are meant.
fn pieces(line: &[u8]) -> Vec<(u32, u32)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = line[at..].iter().position(|pixel| *pixel != 0) {
        let from = at + start;
        let length = line[from..].iter().position(|pixel| *pixel == 0);
        at = length.map_or(line.len(), |length| from + length);
        pieces.push((from as u32, at as u32));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Shape, Size};
    use proptest::prelude::*;

    const SIZE: Size = Size { width: 9, height: 7 };

    fn mask(bits: u64) -> Mask {
        Mask::from_fn(SIZE, |x, y| bits >> (y * SIZE.width + x) & 1 != 0)
    }

    proptest! {
        #[test]
        fn it_means_what_the_mask_means(bits in 0_u64..1 << 63) {
            let mask = mask(bits);
            let Some(area) = Area::of(&mask) else {
                prop_assert_eq!(mask.count(), 0);
                return Ok(());
            };
            let shape = Shape::Area(area);
            prop_assert_eq!(shape.check(), Ok(()));
            let mut again = Mask::none(SIZE);
            again.add(&shape);
            prop_assert!(again == mask);
            let Region { left, top, right, bottom } = shape.bounds();
            for (x, y) in (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (x, y))) {
                let at = Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
                prop_assert_eq!(shape.holds(at), mask.has(x, y));
                let is_within = at.x > left && at.x < right && at.y > top && at.y < bottom;
                prop_assert!(is_within || !mask.has(x, y));
            }
        }

        #[test]
        fn moved_it_means_the_same_further_on(
            bits in 0_u64..1 << 63, right in -4_i32..4, down in -4_i32..4
        ) {
            let mask = mask(bits);
            let Some(area) = Area::of(&mask) else { return Ok(()) };
            let mut moved = Mask::none(SIZE);
            moved.add(&Shape::Area(area.moved(Point { x: right as f32, y: down as f32 })));
            for (x, y) in (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (x, y))) {
                let from = (x as i32 - right, y as i32 - down);
                let was = from.0 >= 0 && from.1 >= 0 && mask.has(from.0 as u32, from.1 as u32);
                prop_assert_eq!(moved.has(x, y), was);
            }
        }
    }

    #[test]
    fn a_drawing_takes_several_lines_at_once() {
        let area = Area::of(&Mask::none(SIZE).inverted()).unwrap();
        let rectangles: Vec<_> = area.rectangles(4).map(|it| (it.top, it.bottom)).collect();
        assert_eq!(rectangles, [(0.0, 4.0), (4.0, 7.0)]);
        assert_eq!(area.rectangles(0).count(), 7);
    }

    #[test]
    fn pieces_that_end_before_they_begin_are_none() {
        let wrong = [
            Area { top: 0, lines: vec![] },
            Area { top: 0, lines: vec![vec![]] },
            Area { top: 0, lines: vec![vec![(4, 4)]] },
        ];
        assert!(wrong.iter().all(|area| area.check() == Err(WrongShape)));
    }
}
