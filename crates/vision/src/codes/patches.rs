//! Where codes may be: patches of a picture with many strong edges close together. Where nearly all
//! edges point one way they are bars, and the patch is laid across them.

use pixels::{Outline, Picture, Point, Region, Size};

use super::brightness;

/// Longer sides at which a picture is looked at, in pixels: the bars of large codes lie close
/// together only when they are made small.
const SIDES: [u32; 3] = [1024, 512, 256];

/// Side of the squares in which edges are summed up, in pixels.
const SQUARE: usize = 8;

/// Least mean of the squared differences between neighbours in a square.
const ENERGY_MIN: f32 = 500.0;

/// From this share of edges that point one way, they are bars: 0 to 1.
const BARS_MIN: f32 = 0.8;

/// Bars of one code differ in direction by less than this: the cosine of twice 12 degrees.
const SAME_DIRECTION: f32 = 0.913;

/// Fewest squares of a patch.
const SQUARES_MIN: usize = 6;

/// Shortest way across the bars of a code, in squares.
const BARS_LENGTH_MIN: f32 = 6.0;

/// Most patches that are looked at; the largest count.
const PATCHES_MAX: usize = 12;

/// A place where a code may be.
pub(super) struct Patch {
    /// Its corners; of bars, the first two lie across them.
    pub(super) outline: Outline,
    /// What is read of it: plain ground at both ends, and of bars nothing else.
    pub(super) reading: Outline,
    pub(super) has_bars: bool,
}

/// What the edges in a square are like.
#[derive(Clone, Copy, PartialEq)]
enum Square {
    Smooth,
    /// Edges in many directions.
    Mixed,
    /// Bars. Twice the angle across them, as a vector: so that both ways across are one.
    Bars(f32, f32),
}

/// The patches of a picture of this size, from the same picture made smaller; the largest first.
pub(super) fn patches(picture: &Picture, size: Size) -> Vec<Patch> {
    let longer = picture.size().width.max(picture.size().height);
    let own = (longer < SIDES[0]).then_some(longer);
    let sides = own.into_iter().chain(SIDES.into_iter().filter(|side| *side < longer));
    let mut small = picture.clone();
    let mut all = Vec::new();
    for side in sides {
        let scale = side as f32 / size.width.max(size.height) as f32;
        let scaled = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        small = small.scaled(Size { width: scaled(size.width), height: scaled(size.height) });
        all.extend(patches_at(&small, size.width as f32 / small.size().width as f32));
    }
    all.sort_by(|one, other| area(other).total_cmp(&area(one)));
    all.truncate(PATCHES_MAX);
    all
}

fn area(patch: &Patch) -> f32 {
    Region::around(&patch.outline).area()
}

/// The patches of a picture that was made so many times smaller.
fn patches_at(small: &Picture, back: f32) -> Vec<Patch> {
    let (squares, across) = squares(small);
    let mut groups = groups(&squares, across, true);
    groups.extend(groups_of_mixed(&squares, across));
    groups.retain(|group| group.len() >= SQUARES_MIN);
    groups.iter().filter_map(|group| patch(group, &squares, across, back)).collect()
}

/// All squares, line by line, and how many there are in one.
fn squares(picture: &Picture) -> (Vec<Square>, usize) {
    let light = brightness(picture);
    let (width, height) = (picture.size().width as usize, picture.size().height as usize);
    let (across, down) = (width / SQUARE, height / SQUARE);
    let mut squares = Vec::with_capacity(across * down);
    for top in (0..down).map(|row| row * SQUARE) {
        for left in (0..across).map(|column| column * SQUARE) {
            squares.push(square(&light, width, height, left, top));
        }
    }
    (squares, across)
}

fn square(light: &[u8], width: usize, height: usize, left: usize, top: usize) -> Square {
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for y in top.max(1)..(top + SQUARE).min(height - 1) {
        for x in left.max(1)..(left + SQUARE).min(width - 1) {
            let (dx, dy) = slope(light, y * width + x, width);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
    }
    let energy = xx + yy;
    if energy < ENERGY_MIN * (SQUARE * SQUARE) as f32 {
        return Square::Smooth;
    }
    // The direction in which the picture changes most, and how much more than across that.
    let (cos, sin) = ((xx - yy) / energy, 2.0 * xy / energy);
    let share = cos.hypot(sin);
    if share < BARS_MIN { Square::Mixed } else { Square::Bars(cos / share, sin / share) }
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

/// Squares of mixed edges that touch; bars among them belong to them too.
fn groups_of_mixed(squares: &[Square], across: usize) -> Vec<Vec<usize>> {
    let mut groups = groups(squares, across, false);
    groups.retain(|group| {
        let mixed = group.iter().filter(|index| squares[**index] == Square::Mixed).count();
        mixed * 3 > group.len()
    });
    groups
}

/// Groups of squares that touch: of bars in one direction, or of any edges.
fn groups(squares: &[Square], across: usize, of_bars: bool) -> Vec<Vec<usize>> {
    let mut seen = vec![false; squares.len()];
    let mut groups = Vec::new();
    for start in 0..squares.len() {
        let counts = match squares[start] {
            Square::Smooth => false,
            Square::Mixed => !of_bars,
            Square::Bars(..) => true,
        };
        if !counts || seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut group, mut next) = (Vec::new(), vec![start]);
        while let Some(index) = next.pop() {
            group.push(index);
            for other in neighbours(index, across, squares.len()) {
                if !seen[other] && belong(squares[index], squares[other], of_bars) {
                    seen[other] = true;
                    next.push(other);
                }
            }
        }
        groups.push(group);
    }
    groups
}

fn belong(one: Square, other: Square, of_bars: bool) -> bool {
    match (one, other) {
        (_, Square::Smooth) => false,
        (Square::Bars(a, b), Square::Bars(c, d)) if of_bars => a * c + b * d > SAME_DIRECTION,
        _ => !of_bars,
    }
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

/// The rectangle around a group, across its bars, with some ground around it; `None` if it is an
/// edge rather than bars.
fn patch(group: &[usize], squares: &[Square], across: usize, back: f32) -> Option<Patch> {
    let sum = group.iter().fold((0.0, 0.0), |(x, y), index| match squares[*index] {
        Square::Bars(cos, sin) => (x + cos, y + sin),
        _ => (x, y),
    });
    let bars = sum.0.hypot(sum.1);
    let has_bars = bars > 0.7 * group.len() as f32;
    let angle = if has_bars { sum.1.atan2(sum.0) / 2.0 } else { 0.0 };
    let (sin, cos) = angle.sin_cos();
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for index in group {
        let (x, y) = ((index % across) as f32 + 0.5, (index / across) as f32 + 0.5);
        for (axis, at) in [x * cos + y * sin, y * cos - x * sin].into_iter().enumerate() {
            low[axis] = low[axis].min(at - 0.5);
            high[axis] = high[axis].max(at + 0.5);
        }
    }
    if has_bars && high[0] - low[0] < BARS_LENGTH_MIN {
        return None;
    }
    let side = SQUARE as f32 * back;
    let corner =
        |u: f32, v: f32| Point { x: (u * cos - v * sin) * side, y: (u * sin + v * cos) * side };
    let corners = |along: f32, down: f32| {
        let (left, right) = (low[0] - along, high[0] + along);
        let (top, bottom) = (low[1] - down, high[1] + down);
        [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)]
    };
    let ends = 1.5 + (high[0] - low[0]) * 0.08;
    let thin = if high[1] - low[1] > 2.0 { -0.5 } else { 0.0 };
    let down = if has_bars { thin } else { 1.5 };
    Some(Patch { outline: corners(1.0, 1.0), reading: corners(ends, down), has_bars })
}
