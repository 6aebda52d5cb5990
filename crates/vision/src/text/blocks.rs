//! Lines that stand together are read together: an address goes over several, and the word for a
//! number stands above it.

use core::ops::Range;

use pixels::Point;

use super::TextLine;
use crate::says::{Sensitive, passages};

/// Lines below one another belong together up to this many heights from middle to middle.
const DOWN_MAX: f32 = 2.2;

/// Lines beside one another belong together up to this many heights between them.
const GAP_MAX: f32 = 1.5;

/// One is at most this many times as high as the other.
const HEIGHTS_MAX: f32 = 3.0;

/// Lines in one direction differ by less than this: the cosine of 15 degrees.
const SAME_DIRECTION: f32 = 0.966;

/// How a line lies.
struct Pose {
    middle: Point,
    /// Where it is read, a vector of length 1.
    along: Point,
    length: f32,
    height: f32,
}

impl Pose {
    fn of(line: &TextLine) -> Self {
        let [start, end, opposite, below] = line.outline;
        let (x, y) = (end.x - start.x, end.y - start.y);
        let length = x.hypot(y).max(f32::MIN_POSITIVE);
        Self {
            middle: Point { x: (start.x + opposite.x) / 2.0, y: (start.y + opposite.y) / 2.0 },
            along: Point { x: x / length, y: y / length },
            length,
            height: (below.x - start.x).hypot(below.y - start.y).max(f32::MIN_POSITIVE),
        }
    }

    /// How far a point is along this line and down from it, from its middle.
    fn seen_from(&self, point: Point) -> (f32, f32) {
        let (x, y) = (point.x - self.middle.x, point.y - self.middle.y);
        (x * self.along.x + y * self.along.y, y * self.along.x - x * self.along.y)
    }

    fn belongs_to(&self, other: &Self) -> bool {
        let direction = self.along.x * other.along.x + self.along.y * other.along.y;
        let (low, high) = (self.height.min(other.height), self.height.max(other.height));
        if direction < SAME_DIRECTION || high > HEIGHTS_MAX * low {
            return false;
        }
        let (along, down) = self.seen_from(other.middle);
        let gap = along.abs() - (self.length + other.length) / 2.0;
        let is_beside = down.abs() < low / 2.0 && gap < GAP_MAX * high;
        let is_below = down.abs() < DOWN_MAX * (low + high) / 2.0 && gap < 0.0;
        is_beside || is_below
    }
}

/// Notes with each line what it says.
pub(super) fn judge(lines: &mut [TextLine]) {
    let poses: Vec<Pose> = lines.iter().map(Pose::of).collect();
    for block in blocks(&poses) {
        let (text, places) = joined(lines, &poses, block);
        for passage in passages(&text) {
            for (index, place) in &places {
                let is_in_it = place.start < passage.place.end && passage.place.start < place.end;
                if is_in_it && !lines[*index].says.contains(&passage.kind) {
                    lines[*index].says.push(passage.kind);
                }
            }
        }
    }
    for line in lines.iter_mut().filter(|line| line.text.is_none()) {
        line.says = vec![Sensitive::Unread];
    }
}

/// The numbers of lines that belong together.
fn blocks(poses: &[Pose]) -> Vec<Vec<usize>> {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for (index, pose) in poses.iter().enumerate() {
        let is_near =
            |block: &Vec<usize>| block.iter().any(|other| pose.belongs_to(&poses[*other]));
        let (near, mut apart): (Vec<_>, Vec<_>) = blocks.into_iter().partition(is_near);
        apart.push(near.into_iter().flatten().chain([index]).collect());
        blocks = apart;
    }
    blocks
}

/// What the lines of a block say in the order of reading, and where each stands in that.
fn joined(
    lines: &[TextLine],
    poses: &[Pose],
    mut block: Vec<usize>,
) -> (String, Vec<(usize, Range<usize>)>) {
    let frame = &poses[block[0]];
    let at = |index: usize| frame.seen_from(poses[index].middle);
    block.sort_by(|one, other| at(*one).1.total_cmp(&at(*other).1));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for index in block {
        let is_same_row = |first: &usize| {
            let low = poses[*first].height.min(poses[index].height);
            at(index).1 - at(*first).1 < low / 2.0
        };
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(is_same_row) => row.push(index),
            _ => rows.push(vec![index]),
        }
    }
    let (mut text, mut places) = (String::new(), Vec::new());
    for mut row in rows {
        row.sort_by(|one, other| at(*one).0.total_cmp(&at(*other).0));
        for index in row {
            let start = text.len();
            text.push_str(lines[index].text.as_deref().unwrap_or_default());
            places.push((index, start..text.len()));
            text.push(' ');
        }
        text.pop();
        text.push('\n');
    }
    (text, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixels::{Outline, Region};

    fn outline(left: f32, top: f32, width: f32) -> Outline {
        Region { left, top, right: left + width, bottom: top + 20.0 }.outline()
    }

    fn line(outline: Outline, text: &str) -> TextLine {
        let text = Some(text.to_owned()).filter(|text| !text.is_empty());
        TextLine { outline, likelihood: 0.9, text, says: Vec::new() }
    }

    fn said(mut lines: Vec<TextLine>) -> Vec<Vec<Sensitive>> {
        judge(&mut lines);
        lines.into_iter().map(|line| line.says).collect()
    }

    #[test]
    fn a_word_above_or_beside_says_what_a_number_is() {
        let says = said(vec![
            line(outline(10.0, 40.0, 100.0), "12 MAR 2012"),
            line(outline(10.0, 10.0, 100.0), "Date of birth"),
            line(outline(300.0, 10.0, 40.0), "Tel"),
            line(outline(350.0, 10.0, 60.0), "45 67 89"),
        ]);
        assert_eq!(says, [vec![Sensitive::BirthDate], vec![], vec![], vec![Sensitive::Phone]]);
    }

    #[test]
    fn lines_far_apart_or_in_another_direction_are_on_their_own() {
        let [a, b, c, d] = outline(10.0, 40.0, 100.0);
        for other in [outline(10.0, 200.0, 100.0), outline(400.0, 40.0, 100.0), [d, a, b, c]] {
            let says = said(vec![
                line(outline(10.0, 10.0, 100.0), "Date of birth"),
                line(other, "seen 12 MAR 2012"),
            ]);
            assert_eq!(says, [vec![], vec![]]);
        }
    }

    #[test]
    fn turned_lines_are_read_in_their_own_order() {
        // Upside down: the first line is the lower one.
        let [a, b, c, d] = outline(10.0, 40.0, 100.0);
        let [e, f, g, h] = outline(10.0, 10.0, 100.0);
        let says = said(vec![line([g, h, e, f], "Zephyrine"), line([c, d, a, b], "My name is")]);
        assert_eq!(says, [vec![Sensitive::Name], vec![]]);
    }

    #[test]
    fn what_cannot_be_read_may_say_anything() {
        let says = said(vec![line(outline(10.0, 10.0, 100.0), "")]);
        assert_eq!(says, [vec![Sensitive::Unread]]);
    }
}
