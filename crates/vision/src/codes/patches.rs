//! Where codes may be: patches of a picture with many strong edges close together. Where nearly all
//! edges point one way they are bars, and the patch is laid across them; where they point two ways
//! that are square to each other, it may be a code of squares, and the patch is laid along them.

use pixels::{Outline, Picture, Point, Region, Size};

use super::light::Light;

/// Longer sides at which a picture is looked at, in pixels: the bars of large codes lie close
/// together only when they are made small.
const SIDES: [u32; 3] = [1024, 512, 256];

/// Side of the squares in which edges are summed up, in pixels.
const SQUARE: usize = 8;

/// Least mean of the squared differences between neighbours in a square.
const ENERGY_MIN: f32 = 500.0;

/// From this share of edges that point one way, they are bars: 0 to 1.
const BARS_MIN: f32 = 0.8;

/// From this share of edges on that point two ways square to each other, they make a grid: 0 to 1.
const GRID_MIN: f32 = 0.3;

/// Bars of one code differ in direction by less than this: the cosine of twice 12 degrees.
const SAME_DIRECTION: f32 = 0.913;

/// The same for the directions of a grid: the cosine of four times 10 degrees.
const SAME_GRID: f32 = 0.766;

/// Fewest squares of a patch.
const SQUARES_MIN: usize = 6;

/// Shortest way across the bars of a code, in squares.
const BARS_LENGTH_MIN: f32 = 6.0;

/// Most patches that are looked at, of bars and of grids; the largest count.
const BARS_MAX: usize = 40;
const GRIDS_MAX: usize = 10;

/// A place where a code may be.
pub(super) struct Patch {
    /// Its corners; of bars, the first two lie across them.
    pub(super) outline: Outline,
    /// What is read of it: plain ground at both ends, and of bars nothing else.
    pub(super) reading: Outline,
    pub(super) has_bars: bool,
}

/// What the edges in a square are like. Directions are vectors at twice or four times their angle, so
/// that all ways across bars or along a grid are one.
#[derive(Clone, Copy, PartialEq)]
enum Square {
    /// Few edges.
    Smooth,
    /// Edges in any direction.
    Mixed,
    Grid(f32, f32),
    Bars(f32, f32),
}

impl Square {
    /// The direction as one of a grid: that of bars is too.
    fn grid(self) -> Option<(f32, f32)> {
        match self {
            Self::Bars(cos, sin) => Some((cos * cos - sin * sin, 2.0 * cos * sin)),
            Self::Grid(cos, sin) => Some((cos, sin)),
            Self::Smooth | Self::Mixed => None,
        }
    }

    fn bars(self) -> Option<(f32, f32)> {
        match self {
            Self::Bars(cos, sin) => Some((cos, sin)),
            _ => None,
        }
    }
}

/// The patches of a picture of this size, from the same picture made smaller; first bars, then grids,
/// the largest of each first. What they were found in is added to `lights`.
pub(super) fn patches(picture: &Picture, size: Size, lights: &mut Vec<Light>) -> Vec<Patch> {
    let longer = picture.size().width.max(picture.size().height);
    let own = (longer < SIDES[0]).then_some(longer);
    let sides = own.into_iter().chain(SIDES.into_iter().filter(|side| *side < longer));
    let mut small = picture.clone();
    let mut all = Vec::new();
    for side in sides {
        let scale = side as f32 / size.width.max(size.height) as f32;
        let scaled = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        small = small.scaled(Size { width: scaled(size.width), height: scaled(size.height) });
        let light = Light::of(&small);
        all.extend(patches_at(&light, size.width as f32 / small.size().width as f32));
        lights.push(light);
    }
    all.sort_by(|one, other| area(other).total_cmp(&area(one)));
    let (mut bars, mut grids): (Vec<_>, Vec<_>) = all.into_iter().partition(|patch| patch.has_bars);
    bars.truncate(BARS_MAX);
    grids.truncate(GRIDS_MAX);
    bars.extend(grids);
    bars
}

fn area(patch: &Patch) -> f32 {
    Region::around(&patch.outline).area()
}

/// The patches of a picture that was made so many times smaller.
fn patches_at(small: &Light, back: f32) -> Vec<Patch> {
    let (squares, across) = squares(small);
    let bars = groups(&squares, across, Square::bars, SAME_DIRECTION);
    let bars = bars.iter().filter_map(|group| bars_patch(group, &squares, across, back));
    let mut grids = groups(&squares, across, Square::grid, SAME_GRID);
    grids.retain(|group| {
        let mixed =
            group.iter().filter(|index| matches!(squares[**index], Square::Grid(..))).count();
        mixed * 3 > group.len()
    });
    let grids = grids.iter().map(|group| grid_patch(group, &squares, across, back));
    bars.chain(grids).collect()
}

/// All squares, line by line, and how many there are in one.
fn squares(light: &Light) -> (Vec<Square>, usize) {
    let (width, height) = (light.size.width as usize, light.size.height as usize);
    let (across, down) = (width / SQUARE, height / SQUARE);
    let mut squares = Vec::with_capacity(across * down);
    for top in (0..down).map(|row| row * SQUARE) {
        for left in (0..across).map(|column| column * SQUARE) {
            squares.push(square(&light.samples, width, height, left, top));
        }
    }
    (squares, across)
}

fn square(light: &[u8], width: usize, height: usize, left: usize, top: usize) -> Square {
    let mut slopes = [(0.0, 0.0); SQUARE * SQUARE];
    let rows = top.max(1)..(top + SQUARE).min(height - 1);
    let places = rows.flat_map(|y| {
        let columns = left.max(1)..(left + SQUARE).min(width - 1);
        columns.map(move |x| y * width + x)
    });
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (at, kept) in places.zip(&mut slopes) {
        let (dx, dy) = slope(light, at, width);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
        *kept = (dx, dy);
    }
    let energy: f32 = xx + yy;
    if energy < ENERGY_MIN * (SQUARE * SQUARE) as f32 {
        return Square::Smooth;
    }
    // The direction in which the picture changes most, and how much more than across that.
    let (cos, sin) = ((xx - yy) / energy, 2.0 * xy / energy);
    let share = cos.hypot(sin);
    if share >= BARS_MIN { Square::Bars(cos / share, sin / share) } else { grid(&slopes, energy) }
}

/// The same for two directions square to each other.
fn grid(slopes: &[(f32, f32)], energy: f32) -> Square {
    let (mut cos, mut sin) = (0.0, 0.0);
    for (dx, dy) in slopes {
        let (a, b) = (dx * dx - dy * dy, 2.0 * dx * dy);
        let strength = (dx * dx + dy * dy).max(1.0);
        cos += (a * a - b * b) / strength;
        sin += 2.0 * a * b / strength;
    }
    let share = f32::hypot(cos, sin);
    if share < GRID_MIN * energy { Square::Mixed } else { Square::Grid(cos / share, sin / share) }
}

/// How the picture changes around a pixel, to the right and downwards, weighed so that slanted
/// edges are not taken for others (Scharr 2000).
fn slope(light: &[u8], at: usize, width: usize) -> (f32, f32) {
    let value = |at: usize| f32::from(light[at]);
    let (above, below) = (at - width, at + width);
    let [a, b, c] = [above - 1, above, above + 1].map(value);
    let [d, e] = [at - 1, at + 1].map(value);
    let [f, g, h] = [below - 1, below, below + 1].map(value);
    let dx = (3.0 * (c + h - a - f) + 10.0 * (e - d)) / 16.0;
    let dy = (3.0 * (f + h - a - c) + 10.0 * (g - b)) / 16.0;
    (dx, dy)
}

/// Groups of squares that touch and have one direction.
fn groups(
    squares: &[Square],
    across: usize,
    direction: impl Fn(Square) -> Option<(f32, f32)>,
    same: f32,
) -> Vec<Vec<usize>> {
    let directions: Vec<_> = squares.iter().map(|square| direction(*square)).collect();
    let mut seen = vec![false; squares.len()];
    let mut groups = Vec::new();
    for start in 0..squares.len() {
        if directions[start].is_none() || seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut group, mut next) = (Vec::new(), vec![start]);
        while let Some(index) = next.pop() {
            group.push(index);
            for other in neighbours(index, across, squares.len()) {
                let is_same = directions[index]
                    .zip(directions[other])
                    .is_some_and(|((a, b), (c, d))| a * c + b * d > same);
                if is_same && !seen[other] {
                    seen[other] = true;
                    next.push(other);
                }
            }
        }
        if group.len() >= SQUARES_MIN {
            groups.push(group);
        }
    }
    groups
}

/// The eight squares around one.
fn neighbours(index: usize, across: usize, count: usize) -> impl Iterator<Item = usize> {
    let (x, y) = ((index % across) as isize, (index / across) as isize);
    let around = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];
    around.into_iter().filter_map(move |(dx, dy)| {
        let (x, y) = (x + dx, y + dy);
        let is_inside = x >= 0 && y >= 0 && x < across as isize;
        let other = y.checked_mul(across as isize)? + x;
        (is_inside && (other as usize) < count).then_some(other as usize)
    })
}

/// The sum of a group's directions.
fn sum(group: &[usize], direction: impl Fn(usize) -> Option<(f32, f32)>) -> (f32, f32) {
    let directions = group.iter().filter_map(|index| direction(*index));
    directions.fold((0.0, 0.0), |(x, y), (cos, sin)| (x + cos, y + sin))
}

/// The rectangle around bars, across them, with plain ground at both ends; `None` if it is an edge
/// rather than bars.
fn bars_patch(group: &[usize], squares: &[Square], across: usize, back: f32) -> Option<Patch> {
    let (cos, sin) = sum(group, |index| squares[index].bars());
    let around = Around::of(group, across, sin.atan2(cos) / 2.0, back);
    let (length, height) = (around.high[0] - around.low[0], around.high[1] - around.low[1]);
    if length < BARS_LENGTH_MIN {
        return None;
    }
    let thin = if height > 2.0 { -0.5 } else { 0.0 };
    let reading = around.wider(1.5 + length * 0.08, thin);
    Some(Patch { outline: around.wider(1.0, 1.0), reading, has_bars: true })
}

/// The rectangle around a grid, along it, with some ground around it.
fn grid_patch(group: &[usize], squares: &[Square], across: usize, back: f32) -> Patch {
    let (cos, sin) = sum(group, |index| squares[index].grid());
    let around = Around::of(group, across, sin.atan2(cos) / 4.0, back);
    Patch { outline: around.wider(1.0, 1.0), reading: around.wider(1.5, 1.5), has_bars: false }
}

/// The rectangle around a group of squares at an angle, in squares, and how many pixels one is.
struct Around {
    cos: f32,
    sin: f32,
    low: [f32; 2],
    high: [f32; 2],
    side: f32,
}

impl Around {
    fn of(group: &[usize], across: usize, angle: f32, back: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for index in group {
            let (x, y) = ((index % across) as f32 + 0.5, (index / across) as f32 + 0.5);
            for (axis, at) in [x * cos + y * sin, y * cos - x * sin].into_iter().enumerate() {
                low[axis] = low[axis].min(at - 0.5);
                high[axis] = high[axis].max(at + 0.5);
            }
        }
        Self { cos, sin, low, high, side: SQUARE as f32 * back }
    }

    /// Its corners with so much more at both ends, and above and below.
    fn wider(&self, along: f32, down: f32) -> Outline {
        let (left, right) = (self.low[0] - along, self.high[0] + along);
        let (top, bottom) = (self.low[1] - down, self.high[1] + down);
        [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(u, v)| Point {
            x: (u * self.cos - v * self.sin) * self.side,
            y: (u * self.sin + v * self.cos) * self.side,
        })
    }
}
