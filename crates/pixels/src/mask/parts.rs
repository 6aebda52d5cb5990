//! The parts of a mask: what hangs together, across and down.

use super::Mask;
use crate::Region;

/// Meant pixels beside each other in one line: the line, the first column, and the one after the last.
type Span = (u32, u32, u32);

/// A part of a mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// How many pixels it has.
    pub pixels: u64,
    /// The rectangle around it, in pixels of the picture.
    pub region: Region,
    spans: Vec<Span>,
}

impl Mask {
    /// The parts of it that another one touches. Both are of the same size, or there is none.
    #[must_use]
    pub fn parts_touching(&self, other: &Self) -> Self {
        let mut kept = Self::none(self.size);
        if self.size == other.size {
            for y in 0..self.size.height {
                for x in 0..self.size.width {
                    if other.has(x, y) {
                        self.flood(&mut kept, x, y);
                    }
                }
            }
        }
        kept
    }

    /// The parts of it that have at least so many pixels, from above to below.
    pub fn parts(&self, pixels_min: u64) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut seen = Self::none(self.size);
        for y in 0..self.size.height {
            for x in 0..self.size.width {
                let spans = self.flood(&mut seen, x, y);
                if spans.is_empty() {
                    continue;
                }
                let pixels: u64 = spans.iter().map(|(_, from, to)| u64::from(to - from)).sum();
                if pixels >= pixels_min {
                    parts.push(Part { pixels, region: around(&spans), spans });
                }
            }
        }
        parts
    }

    /// Those parts alone.
    #[must_use]
    pub fn parts_from(&self, pixels_min: u64) -> Self {
        let mut kept = Self::none(self.size);
        for part in self.parts(pixels_min) {
            part.spans.into_iter().for_each(|span| kept.fill(span));
        }
        kept
    }

    /// Marks the part with this pixel in `seen`, and tells its spans: none if the pixel is not meant,
    /// or was seen before.
    fn flood(&self, seen: &mut Self, x: u32, y: u32) -> Vec<Span> {
        let mut spans = Vec::new();
        if !self.has(x, y) || seen.has(x, y) {
            return spans;
        }
        let mut next = vec![(x, y)];
        while let Some((x, y)) = next.pop() {
            if !self.has(x, y) || seen.has(x, y) {
                continue;
            }
            let line = self.line(y);
            let is_not = |pixel: &u8| *pixel == 0;
            let (before, after) = line.split_at(x as usize);
            let from = before.iter().rposition(is_not).map_or(0, |at| at as u32 + 1);
            let to = after.iter().position(is_not).map_or(self.size.width, |at| x + at as u32);
            seen.fill((y, from, to));
            spans.push((y, from, to));
            let above = y.checked_sub(1);
            let below = y.checked_add(1).filter(|y| *y < self.size.height);
            for y in above.into_iter().chain(below) {
                // The first pixel of each span there is enough.
                let mut is_open = false;
                for x in from..to {
                    let was_open = is_open;
                    is_open = self.has(x, y) && !seen.has(x, y);
                    if is_open && !was_open {
                        next.push((x, y));
                    }
                }
            }
        }
        spans
    }

    fn fill(&mut self, (y, from, to): Span) {
        let start = y as usize * self.size.width as usize;
        self.pixels[start + from as usize..start + to as usize].fill(1);
    }
}

fn around(spans: &[Span]) -> Region {
    let all = spans.iter().copied().fold((u32::MAX, u32::MAX, 0, 0), |all, (y, from, to)| {
        (all.0.min(from), all.1.min(y), all.2.max(to), all.3.max(y + 1))
    });
    let (left, top, right, bottom) = all;
    let [left, top, right, bottom] = [left, top, right, bottom].map(|side| side as f32);
    Region { left, top, right, bottom }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;
    use proptest::prelude::*;

    const SIZE: Size = Size { width: 12, height: 9 };

    fn mask(lines: [&str; 4]) -> Mask {
        let is_meant = |x: u32, y: u32| lines[y as usize].as_bytes()[x as usize] == b'#';
        Mask::from_fn(Size { width: 8, height: 4 }, is_meant)
    }

    #[test]
    fn parts_hang_together_across_and_down_but_not_askew() {
        let all = mask(["##..#.#.", ".#..###.", "#....#..", "#..#...#"]);
        let at = |x: u32, y: u32| Mask::from_fn(all.size(), |u, v| (u, v) == (x, y));
        let part = mask(["....#.#.", "....###.", ".....#..", "........"]);
        assert_eq!(all.parts_touching(&at(6, 0)), part);
        assert_eq!(all.parts_touching(&at(5, 2)), part);
        assert_eq!(all.parts_touching(&at(7, 0)).count(), 0);
        assert_eq!(all.parts_from(6), part);
        let around = Region { left: 4.0, top: 0.0, right: 7.0, bottom: 3.0 };
        let told: Vec<_> = all.parts(3).iter().map(|part| (part.pixels, part.region)).collect();
        assert_eq!(told[1], (6, around));
        assert_eq!((told.len(), told[0].1.right), (2, 2.0));
        assert_eq!(all.parts_from(2).count(), all.count() - 2);
        assert_eq!(all.parts_from(0), all);
        let other = Mask::from_fn(Size { width: 4, height: 8 }, |_, _| true);
        assert_eq!(all.parts_touching(&other).count(), 0);
    }

    proptest! {
        /// Against the slow way: what touches grows by a step until nothing is added.
        #[test]
        fn what_hangs_together_is_kept(meant in prop::collection::vec(any::<bool>(), 108), x in 0_u32..12, y in 0_u32..9) {
            let all = Mask::from_fn(SIZE, |x, y| meant[(y * 12 + x) as usize]);
            let seed = Mask::from_fn(SIZE, |u, v| (u, v) == (x, y));
            let mut part = seed.clone();
            part.keep(&all);
            loop {
                let near = |x: u32, y: u32| {
                    part.has(x, y) || part.has(x + 1, y) || part.has(x, y + 1)
                        || (x > 0 && part.has(x - 1, y)) || (y > 0 && part.has(x, y - 1))
                };
                let more = Mask::from_fn(SIZE, |x, y| all.has(x, y) && near(x, y));
                if more == part {
                    break;
                }
                part = more;
            }
            prop_assert_eq!(all.parts_touching(&seed), part);
        }
    }
}
