//! Shapes that a person draws or a detector proposes, to say what is to be covered.

use crate::{Area, Outline, Point, Region};

/// Most points that a polygon or a stroke may have.
pub const POINTS_MAX: usize = 4096;

/// A place of any form on a picture.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Shape {
    /// An upright rectangle.
    Box(Region),
    /// The ellipse that fills an upright rectangle.
    Ellipse(Region),
    /// What lies within these corners, the last joined to the first. Where it winds around itself,
    /// all of that lies within.
    Polygon(Vec<Point>),
    /// Where a round brush went.
    Stroke {
        /// The points it went through.
        points: Vec<Point>,
        /// Its width in pixels.
        width: f32,
    },
    /// These pixels.
    Area(Area),
}

/// A shape that cannot be drawn: a number that is none, too many points, or too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongShape;

impl core::fmt::Display for WrongShape {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a shape needs an area, or points, all of them real numbers")
    }
}

impl core::error::Error for WrongShape {}

impl From<Outline> for Shape {
    fn from(outline: Outline) -> Self {
        Self::Polygon(outline.to_vec())
    }
}

impl Shape {
    /// Fails if it cannot be drawn.
    pub fn check(&self) -> Result<(), WrongShape> {
        let finite =
            |points: &[Point]| points.iter().all(|at| at.x.is_finite() && at.y.is_finite());
        let is_right = match self {
            Self::Box(region) | Self::Ellipse(region) => {
                finite(&region.outline())
                    && region.left < region.right
                    && region.top < region.bottom
            }
            Self::Polygon(points) => (3..=POINTS_MAX).contains(&points.len()) && finite(points),
            Self::Stroke { points, width } => {
                (1..=POINTS_MAX).contains(&points.len())
                    && finite(points)
                    && width.is_finite()
                    && *width > 0.0
            }
            Self::Area(area) => return area.check(),
        };
        if is_right { Ok(()) } else { Err(WrongShape) }
    }

    /// The region that holds all of it.
    pub fn bounds(&self) -> Region {
        match self {
            Self::Box(region) | Self::Ellipse(region) => *region,
            Self::Polygon(points) => Region::around(points),
            Self::Stroke { points, width } => {
                let Region { left, top, right, bottom } = Region::around(points);
                let half = width / 2.0;
                Region {
                    left: left - half,
                    top: top - half,
                    right: right + half,
                    bottom: bottom + half,
                }
            }
            Self::Area(area) => area.bounds(),
        }
    }

    /// Whether a point lies in it, as exactly as pixels do.
    pub fn holds(&self, at: Point) -> bool {
        if !(at.x >= 0.0 && at.y >= 0.0) {
            return false;
        }
        let mut spans = Vec::new();
        self.spans(at.y as u32, &mut spans);
        spans.iter().any(|(from, to)| (from.floor()..to.ceil()).contains(&at.x))
    }

    /// The same shape somewhere else: so many pixels further to the right, and further down.
    #[must_use]
    pub fn moved(&self, right: f32, down: f32) -> Self {
        let point = |at: &Point| Point { x: at.x + right, y: at.y + down };
        let region = |it: &Region| Region {
            left: it.left + right,
            top: it.top + down,
            right: it.right + right,
            bottom: it.bottom + down,
        };
        match self {
            Self::Box(it) => Self::Box(region(it)),
            Self::Ellipse(it) => Self::Ellipse(region(it)),
            Self::Polygon(points) => Self::Polygon(points.iter().map(point).collect()),
            Self::Stroke { points, width } => {
                Self::Stroke { points: points.iter().map(point).collect(), width: *width }
            }
            Self::Area(area) => Self::Area(area.moved(Point { x: right, y: down })),
        }
    }

    /// The columns of one line of pixels that it touches, as ranges from and to, in no order. A
    /// pixel that it touches anywhere belongs to it.
    pub(crate) fn spans(&self, y: u32, spans: &mut Vec<(f32, f32)>) {
        let (top, bottom) = (y as f32, y as f32 + 1.0);
        match self {
            Self::Box(region) => {
                if region.top < bottom && region.bottom > top {
                    spans.push((region.left, region.right));
                }
            }
            Self::Ellipse(region) => spans.extend(ellipse_span(region, top, bottom)),
            Self::Polygon(points) => polygon_spans(points, top, bottom, spans),
            Self::Stroke { points, width } => {
                let last = points.last().copied();
                let ends = points.iter().skip(1).copied().chain(last);
                let pairs = points.iter().copied().zip(ends);
                spans.extend(
                    pairs.filter_map(|(a, b)| capsule_span(a, b, width / 2.0, top, bottom)),
                );
            }
            Self::Area(area) => area.spans(y, spans),
        }
    }
}

/// The widest part of an ellipse between two heights.
fn ellipse_span(region: &Region, top: f32, bottom: f32) -> Option<(f32, f32)> {
    if region.top >= bottom || region.bottom <= top {
        return None;
    }
    let (x, y) = ((region.left + region.right) / 2.0, (region.top + region.bottom) / 2.0);
    let (across, down) = ((region.right - region.left) / 2.0, (region.bottom - region.top) / 2.0);
    // An ellipse is widest at its middle.
    let nearest = y.clamp(top, bottom);
    let height = ((nearest - y) / down).clamp(-1.0, 1.0);
    let half = across * (1.0 - height * height).sqrt();
    Some((x - half, x + half))
}

/// What a polygon touches between two heights: each edge's own part, and what lies within at the
/// middle.
fn polygon_spans(points: &[Point], top: f32, bottom: f32, spans: &mut Vec<(f32, f32)>) {
    let middle = (top + bottom) / 2.0;
    let ends = points.iter().skip(1).chain(points.first());
    let mut crossings: Vec<(f32, i32)> = Vec::new();
    for (a, b) in points.iter().zip(ends) {
        spans.extend(edge_span(*a, *b, top, bottom));
        if (a.y <= middle) != (b.y <= middle) {
            let at = a.x + (b.x - a.x) * (middle - a.y) / (b.y - a.y);
            crossings.push((at, if a.y < b.y { 1 } else { -1 }));
        }
    }
    crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut winding = 0;
    for pair in crossings.windows(2) {
        winding += pair[0].1;
        if winding != 0 {
            spans.push((pair[0].0, pair[1].0));
        }
    }
}

/// The part of a line between two heights.
fn edge_span(a: Point, b: Point, top: f32, bottom: f32) -> Option<(f32, f32)> {
    let (upper, lower) = if a.y <= b.y { (a, b) } else { (b, a) };
    if upper.y > bottom || lower.y < top {
        return None;
    }
    if lower.y <= upper.y {
        return Some((a.x.min(b.x), a.x.max(b.x)));
    }
    let at = |y: f32| {
        let part = ((y - upper.y) / (lower.y - upper.y)).clamp(0.0, 1.0);
        upper.x + (lower.x - upper.x) * part
    };
    let (one, other) = (at(top), at(bottom));
    Some((one.min(other), one.max(other)))
}

/// What a round brush touches between two heights on its way from one point to another: the parts
/// of both discs, and all between them.
fn capsule_span(a: Point, b: Point, radius: f32, top: f32, bottom: f32) -> Option<(f32, f32)> {
    let disc = |at: Point| {
        let around = Region {
            left: at.x - radius,
            top: at.y - radius,
            right: at.x + radius,
            bottom: at.y + radius,
        };
        ellipse_span(&around, top, bottom)
    };
    let length = (b.x - a.x).hypot(b.y - a.y);
    let body = (length > 0.0).then(|| {
        let (x, y) = ((b.y - a.y) / length * radius, (a.x - b.x) / length * radius);
        let [p, q, r, s] = [(a, 1.0), (b, 1.0), (b, -1.0), (a, -1.0)]
            .map(|(at, sign): (Point, f32)| Point { x: at.x + sign * x, y: at.y + sign * y });
        let edges = [(p, q), (q, r), (r, s), (s, p)];
        edges.into_iter().filter_map(|(p, q)| edge_span(p, q, top, bottom)).reduce(join)
    });
    [disc(a), disc(b), body.flatten()].into_iter().flatten().reduce(join)
}

fn join(one: (f32, f32), other: (f32, f32)) -> (f32, f32) {
    (one.0.min(other.0), one.1.max(other.1))
}
