//! Lines of text in the map that the network draws: how likely each pixel lies in the middle of one
//! (Liao et al.: "Real-time Scene Text Detection with Differentiable Binarization", 2020).

use pixels::{Outline, Point, Size};

use super::rectangle::Rectangle;

/// From this likelihood on a pixel counts.
const PIXEL_MIN: f32 = 0.3;

/// A line counts if the mean likelihood in its rectangle is not less than this.
const LINE_MIN: f32 = 0.4;

/// The network draws the middle of lines. They are grown by this times area through circumference.
const GROWTH: f32 = 1.6;

/// Shorter sides below this many pixels of the map are specks.
const HEIGHT_MIN: f32 = 3.0;

/// Most lines in one map; the largest are kept.
const LINES_MAX: usize = 1000;

/// Likelihoods, line by line from the top.
pub(super) struct Map {
    width: usize,
    values: Vec<f32>,
}

/// A line of text on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) outline: Outline,
    pub(super) likelihood: f32,
}

/// Pixels that count, side by side.
#[derive(Clone, Copy)]
struct Run {
    y: usize,
    start: usize,
    end: usize,
    /// An earlier run that belongs to the same patch, or itself.
    patch: usize,
}

impl Map {
    /// One on which nothing is likely.
    pub(super) fn empty(size: Size) -> Self {
        let width = size.width.max(1) as usize;
        Self { width, values: vec![0.0; width * size.height as usize] }
    }

    /// Puts a part of this width on it, at this place; what is likelier counts.
    pub(super) fn add(&mut self, part: &[f32], left: usize, top: usize, width: usize) {
        let lines = self.values.chunks_exact_mut(self.width).skip(top);
        for (line, part) in lines.zip(part.chunks_exact(width)) {
            for (value, new) in line.iter_mut().skip(left).zip(part) {
                *value = value.max(*new);
            }
        }
    }

    /// The lines on it, in no order.
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<_> =
            self.patches().into_iter().filter_map(|patch| self.line(patch)).collect();
        lines.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        lines.truncate(LINES_MAX);
        lines.into_iter().map(|(line, _)| line).collect()
    }

    /// The line that a patch of pixels stands for, and its area.
    fn line(&self, corners: Vec<Point>) -> Option<(Line, f32)> {
        let core = Rectangle::around(corners)?;
        let (length, height) = (2.0 * core.half_length, 2.0 * core.half_height);
        if height < HEIGHT_MIN {
            return None;
        }
        let likelihood = self.mean_within(&core.outline());
        let grown = core.grown(core.area() * GROWTH / (2.0 * (length + height)));
        let line = Line { outline: grown.outline(), likelihood };
        (likelihood >= LINE_MIN).then_some((line, grown.area()))
    }

    /// The corners of the pixels at both ends of each run, patch by patch.
    fn patches(&self) -> Vec<Vec<Point>> {
        let runs = self.runs();
        let mut patches: Vec<Vec<Point>> = Vec::new();
        let mut place = vec![usize::MAX; runs.len()];
        for (index, run) in runs.iter().enumerate() {
            let root = root(&runs, index);
            if place[root] == usize::MAX {
                place[root] = patches.len();
                patches.push(Vec::new());
            }
            let [top, bottom] = [run.y, run.y + 1].map(|y| y as f32);
            let [left, right] = [run.start, run.end].map(|x| x as f32);
            let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
            patches[place[root]].extend(corners.map(|(x, y)| Point { x, y }));
        }
        patches
    }

    /// All runs; those that touch, also at a corner, belong to one patch.
    fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut above = 0..0;
        for (y, line) in self.values.chunks_exact(self.width).enumerate() {
            let first = runs.len();
            let mut candidates = above.start;
            for (start, end) in stretches(line) {
                let index = runs.len();
                runs.push(Run { y, start, end, patch: index });
                while candidates < above.end && runs[candidates].end < start {
                    candidates += 1;
                }
                for touching in candidates..above.end {
                    if runs[touching].start > end {
                        break;
                    }
                    join(&mut runs, touching, index);
                }
            }
            above = first..runs.len();
        }
        runs
    }

    /// The mean likelihood within four corners.
    fn mean_within(&self, outline: &Outline) -> f32 {
        let height = self.values.len() / self.width;
        let rows = pixels::Region::around(outline);
        let (top, bottom) = (rows.top.max(0.0) as usize, (rows.bottom.ceil() as usize).min(height));
        let (mut sum, mut count) = (0.0, 0);
        for y in top..bottom {
            let (left, right) = span(outline, y as f32 + 0.5);
            let left = (left.max(0.0).round() as usize).min(self.width);
            let right = (right.max(0.0).round() as usize).clamp(left, self.width);
            let line = &self.values[y * self.width..][left..right];
            sum += line.iter().sum::<f32>();
            count += line.len();
        }
        if count == 0 { 0.0 } else { sum / count as f32 }
    }
}

/// Where pixels that count begin and end in one line of the map.
fn stretches(line: &[f32]) -> impl Iterator<Item = (usize, usize)> {
    let counts = |value: &f32| *value >= PIXEL_MIN;
    let mut at = 0;
    core::iter::from_fn(move || {
        let start = at + line[at..].iter().position(counts)?;
        let length = line[start..].iter().position(|value| !counts(value));
        at = length.map_or(line.len(), |length| start + length);
        Some((start, at))
    })
}

/// The first run of the patch that this one belongs to.
fn root(runs: &[Run], mut index: usize) -> usize {
    while runs[index].patch != index {
        index = runs[index].patch;
    }
    index
}

/// Two runs belong together.
fn join(runs: &mut [Run], one: usize, other: usize) {
    let (one, other) = (root(runs, one), root(runs, other));
    runs[one.max(other)].patch = one.min(other);
}

/// From where to where a line at this height lies within four corners.
fn span(outline: &Outline, y: f32) -> (f32, f32) {
    let ends = [1, 2, 3, 0].map(|index: usize| outline[index]);
    let crossings = outline.iter().zip(ends).filter_map(|(from, to)| {
        let is_crossed = (from.y <= y) != (to.y <= y);
        is_crossed.then(|| from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y))
    });
    crossings.fold((f32::MAX, f32::MIN), |(left, right), x| (left.min(x), right.max(x)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixels::Region;

    /// A map with these rectangles on it: left, top, width, height, likelihood.
    fn drawn(rectangles: &[(usize, usize, usize, usize, f32)]) -> Vec<f32> {
        let mut values = vec![0.0; 100 * 80];
        for (left, top, width, height, value) in rectangles {
            for y in *top..top + height {
                values[y * 100 + left..][..*width].fill(*value);
            }
        }
        values
    }

    fn lines(values: &[f32]) -> Vec<Line> {
        let mut map = Map::empty(Size { width: 100, height: 80 });
        map.add(values, 0, 0, 100);
        map.lines()
    }

    #[test]
    fn each_patch_is_a_line_grown_to_the_height_of_letters() {
        let found = lines(&drawn(&[(10, 10, 60, 6, 0.9), (20, 40, 30, 5, 0.5)]));
        assert_eq!(found.len(), 2);
        let region = Region::around(&found[0].outline);
        assert!(region.left < 10.0 && region.right > 70.0, "{region:?}");
        assert!((10.0..18.0).contains(&(region.bottom - region.top)), "{region:?}");
        assert!((found[0].likelihood - 0.9).abs() < 0.01);
    }

    #[test]
    fn faint_patches_and_specks_are_none() {
        assert_eq!(lines(&drawn(&[(10, 10, 60, 6, 0.35), (20, 40, 30, 2, 0.9)])), []);
    }

    #[test]
    fn patches_that_touch_at_a_corner_are_one() {
        let found = lines(&drawn(&[(10, 10, 20, 6, 0.9), (30, 16, 20, 6, 0.9)]));
        assert_eq!(found.len(), 1);
        // A comb: its teeth meet only below.
        let comb = drawn(&[(10, 10, 4, 9, 1.0), (18, 10, 4, 9, 1.0), (10, 19, 20, 4, 1.0)]);
        assert_eq!(lines(&comb).len(), 1);
    }

    #[test]
    fn a_line_across_two_parts_is_one() {
        let mut map = Map::empty(Size { width: 160, height: 80 });
        map.add(&drawn(&[(70, 10, 20, 6, 0.9)]), 0, 0, 100);
        map.add(&drawn(&[(20, 10, 70, 6, 0.8)]), 60, 0, 100);
        assert_eq!(map.lines().len(), 1);
    }

    #[test]
    fn an_empty_map_has_no_lines() {
        assert_eq!(lines(&drawn(&[])), []);
    }
}
