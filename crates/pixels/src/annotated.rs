//! A copy of a picture with lines and numbers around what was found in it, for people to look at.
//!
//! Every line is dark with a lighter one in it, so that it can be seen on any ground; what it means
//! is told by numbers, widths and dashes, never by colour alone.

mod digits;

use crate::{Outline, Picture, Point, Region, Shape, Size};

/// The longer side of a copy, in pixels: larger pictures are made smaller, and smaller ones larger,
/// so that numbers do not cover half of them.
const SIDE_MAX: u32 = 2048;
const SIDE_MIN: u32 = 1024;

const DARK: [u8; 3] = [18, 18, 18];
const WHITE: [u8; 3] = [255, 255, 255];
const YELLOW: [u8; 3] = [255, 221, 51];

/// How a place is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// A wide line.
    Strong,
    /// A thin line.
    Light,
    /// A thin line of dashes: nobody is sure.
    Suggestion,
}

/// A place on a picture that is drawn around.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Its corners, in pixels of the picture.
    pub outline: Outline,
    /// What stands beside it.
    pub number: Option<u32>,
    /// How it is drawn.
    pub weight: Weight,
}

impl Picture {
    /// A copy of a size that is easily looked at, with these places drawn around. What lies beside the
    /// picture is left out.
    #[must_use]
    pub fn annotated(&self, labels: &[Label]) -> Self {
        let from = self.size();
        let size = easily_looked_at(from);
        let scaled = self.scaled(size);
        let unit = size.width.max(size.height) as f32 / SIDE_MIN as f32 * 1.5;
        let mut canvas = Canvas { size, samples: scaled.samples().to_vec(), unit: unit.max(1.5) };
        let across = size.width as f32 / from.width as f32;
        let down = size.height as f32 / from.height as f32;
        let moved = |at: Point| Point { x: at.x * across, y: at.y * down };
        let labels: Vec<_> = labels
            .iter()
            .map(|label| Label { outline: label.outline.map(moved), ..label.clone() })
            .filter(|label| Shape::from(label.outline).check().is_ok())
            .collect();
        // What is less sure lies below, and numbers above all lines.
        for weight in [Weight::Suggestion, Weight::Light, Weight::Strong] {
            labels.iter().filter(|label| label.weight == weight).for_each(|it| canvas.outline(it));
        }
        let mut plates = Vec::new();
        for (index, label) in labels.iter().enumerate() {
            if let Some(number) = label.number {
                let plate = canvas.free_place(number, index, &labels, &plates);
                canvas.plate(&plate, number, label.weight);
                plates.push(plate);
            }
        }
        Self::new(size, canvas.samples).expect("as many samples as before")
    }
}

fn easily_looked_at(Size { width, height }: Size) -> Size {
    let longer = width.max(height);
    let side = longer.clamp(SIDE_MIN, SIDE_MAX);
    let scaled = |one: u32| (u64::from(one) * u64::from(side) / u64::from(longer)).max(1) as u32;
    Size { width: scaled(width), height: scaled(height) }
}

struct Canvas {
    size: Size,
    samples: Vec<u8>,
    /// The width of a thin line, in pixels.
    unit: f32,
}

impl Canvas {
    fn fill(&mut self, shape: &Shape, colour: [u8; 3]) {
        let bounds = shape.bounds();
        let Size { width, height } = self.size;
        let rows = bounds.top.max(0.0) as u32..(bounds.bottom.ceil().max(0.0) as u32).min(height);
        let mut spans = Vec::new();
        for y in rows {
            spans.clear();
            shape.spans(y, &mut spans);
            for (from, to) in &spans {
                let from = (from.round().max(0.0) as u32).min(width);
                let to = (to.round().max(0.0) as u32).clamp(from, width);
                let row = y as usize * width as usize;
                let places = (row + from as usize) * 3..(row + to as usize) * 3;
                for pixel in self.samples[places].chunks_exact_mut(3) {
                    pixel.copy_from_slice(&colour);
                }
            }
        }
    }

    fn line(&mut self, points: Vec<Point>, width: f32, colour: [u8; 3]) {
        self.fill(&Shape::Stroke { points, width: width * self.unit }, colour);
    }

    /// A little around what it is about, so that the line covers nothing of it.
    fn outline(&mut self, label: &Label) {
        let (wide, narrow, colour) = match label.weight {
            Weight::Strong => (5.6, 2.8, YELLOW),
            Weight::Light | Weight::Suggestion => (2.8, 1.0, WHITE),
        };
        let corners = wider(&label.outline, wide * self.unit / 2.0);
        let pieces = match label.weight {
            Weight::Suggestion => dashes(&corners, 9.0 * self.unit),
            _ => vec![closed(&corners)],
        };
        for piece in &pieces {
            self.line(piece.clone(), wide, DARK);
        }
        for piece in pieces {
            self.line(piece, narrow, colour);
        }
    }

    /// Width and height of the plate with a number.
    fn plate_size(&self, number: u32) -> (f32, f32) {
        let digits = number.to_string().len() as f32;
        let dot = self.dot();
        (((digits * (digits::WIDTH + 1) as f32) + 3.0) * dot, (digits::HEIGHT + 4) as f32 * dot)
    }

    /// The side of one dot of a digit.
    fn dot(&self) -> f32 {
        (self.unit * 1.8).round().max(2.0)
    }

    /// Where a number covers least: beside what it is about, and not on others or their numbers.
    fn free_place(&self, number: u32, index: usize, labels: &[Label], plates: &[Region]) -> Region {
        let (width, height) = self.plate_size(number);
        let around = Region::around(&wider(&labels[index].outline, 3.0 * self.unit));
        let Region { left, top, right, bottom } = around;
        let beside = [(left - width, top), (right, top)];
        let above = [(left, top - height), (left, bottom), (right - width, top - height)];
        // Lines of text have others above and below.
        let is_line = right - left > 2.5 * (bottom - top);
        let mut places: Vec<_> = if is_line {
            beside.into_iter().chain(above).collect()
        } else {
            above.into_iter().chain(beside).collect()
        };
        places.push((left, top));
        let far = (self.size.width as f32 - width, self.size.height as f32 - height);
        let places = places.into_iter().map(|(x, y)| {
            let (left, top) = (x.clamp(0.0, far.0.max(0.0)), y.clamp(0.0, far.1.max(0.0)));
            Region { left, top, right: left + width, bottom: top + height }
        });
        let covers = |place: &Region| {
            let on = |other: &Region| common(place, other);
            let plates: f32 = plates.iter().map(on).sum();
            let labels: f32 = labels.iter().map(|label| on(&Region::around(&label.outline))).sum();
            plates * 10.0 + labels
        };
        places
            .map(|place| (covers(&place), place))
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .map_or(around, |(_, place)| place)
    }

    fn plate(&mut self, place: &Region, number: u32, weight: Weight) {
        let (dot, colour) = (self.dot(), if weight == Weight::Strong { YELLOW } else { WHITE });
        let Region { left, top, right, bottom } = *place;
        self.fill(&Shape::Box(*place), DARK);
        let inner = |by: f32| {
            Shape::Box(Region {
                left: left + by,
                top: top + by,
                right: right - by,
                bottom: bottom - by,
            })
        };
        // A rim, so that the plate is seen on dark ground too.
        self.fill(&inner(dot * 0.25), colour);
        self.fill(&inner(dot * 0.75), DARK);
        for (index, digit) in number.to_string().bytes().enumerate() {
            let x = left + (2 + index * (digits::WIDTH + 1)) as f32 * dot;
            for (column, row) in digits::dots(digit) {
                let (x, y) = (x + column as f32 * dot, top + (row + 2) as f32 * dot);
                let dot = Region { left: x, top: y, right: x + dot, bottom: y + dot };
                self.fill(&Shape::Box(dot), colour);
            }
        }
    }
}

/// The corners, and the first again.
fn closed(corners: &Outline) -> Vec<Point> {
    corners.iter().chain(&corners[..1]).copied().collect()
}

/// Pieces of the way around, so long, with as much between them.
fn dashes(corners: &Outline, length: f32) -> Vec<Vec<Point>> {
    let all = closed(corners);
    let side = |pair: &[Point]| {
        let (from, to) = (pair[0], pair[1]);
        let way = (to.x - from.x).hypot(to.y - from.y);
        // An odd number of pieces, so that there is one at each corner.
        let count = ((way / length / 2.0).round().min(999.0) as usize) * 2 + 1;
        let at = move |piece: usize| {
            let part = piece as f32 / count as f32;
            Point { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
        };
        (0..count).step_by(2).map(move |piece| vec![at(piece), at(piece + 1)])
    };
    all.windows(2).flat_map(side).collect()
}

/// The same place with so much around it.
fn wider(outline: &Outline, by: f32) -> Outline {
    let count = outline.len();
    core::array::from_fn(|index| {
        let (at, before) = (outline[index], outline[(index + count - 1) % count]);
        let after = outline[(index + 1) % count];
        let away = |other: Point| {
            let (x, y) = (at.x - other.x, at.y - other.y);
            let length = x.hypot(y).max(1.0);
            (x / length * by, y / length * by)
        };
        let (one, other) = (away(before), away(after));
        Point { x: at.x + one.0 + other.0, y: at.y + one.1 + other.1 }
    })
}

/// How many pixels two places have in common.
fn common(one: &Region, other: &Region) -> f32 {
    let across = one.right.min(other.right) - one.left.max(other.left);
    let down = one.bottom.min(other.bottom) - one.top.max(other.top);
    across.max(0.0) * down.max(0.0)
}

#[cfg(test)]
mod tests;
