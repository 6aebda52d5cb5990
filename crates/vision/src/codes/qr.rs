//! QR codes: read in the whole picture. One that is there for sure and cannot be read (blurred, or
//! partly covered) is told too.

use pixels::{Outline, Point, Size};
use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::multi::MultipleBarcodeReader as _;
use rxing::qrcode::cpp_port::QrReader;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets,
};

use super::light::Light;
use super::{Code, grown, hints};

/// Sides of a code's three corner signs differ by this factor at most, and so do the ways between
/// them: a code that is seen from the side is mostly read.
const SIGNS_ALIKE: f32 = 1.35;
const WAYS_ALIKE: f32 = 1.3;

/// The ways from the corner are square to each other: the cosine of 78 degrees.
const SQUARE_MAX: f32 = 0.21;

/// From the middle of one sign to the next, in modules; a sign is 7 wide.
const WAY: core::ops::RangeInclusive<f32> = 13.0..=171.0;

/// Lines each way across a code that are looked at, and the part of each that is dark.
const LINES: u32 = 9;
const DARK: core::ops::RangeInclusive<f32> = 0.2..=0.8;

/// Dark and light change at least so often along so many of the lines of both ways; something may
/// cover the others.
const CHANGES_MIN: usize = 5;
const CHANGING_MIN: usize = 6;

/// Part of the modules on the lines between the signs that are dark and light by turns.
const TIMING_MIN: f32 = 0.85;

/// QR codes in a picture that was made from one of this size.
pub(super) fn find(light: &Light, size: Size) -> Vec<Code> {
    let across = size.width as f32 / light.size.width as f32;
    let down = size.height as f32 / light.size.height as f32;
    let outline = |points: [rxing::Point; 4]| -> Outline {
        grown(points.map(|point| Point { x: point.x * across, y: point.y * down }))
    };
    let Some(mut bitmap) = light.to_bitmap() else { return Vec::new() };
    let found = QrReader.decode_multiple_with_hints(&mut bitmap, &hints(None)).unwrap_or_default();
    let read = found.iter().filter_map(|result| {
        let points: [rxing::Point; 4] = result.getPoints().get(..4)?.try_into().ok()?;
        Some(Code::read(result, outline(points)))
    });
    let mut codes: Vec<_> = read.collect();
    let bits = bitmap.get_black_matrix();
    let mut signs = FindFinderPatterns(bits, true, 0);
    let sets = GenerateFinderPatternSets(&mut signs);
    let sure = sets
        .iter()
        .filter(|set| are_of_a_code(set) && has_modules(set, bits) && has_timing(set, bits));
    codes.extend(sure.map(|set| Code::unread(outline(corners(set)))));
    codes
}

/// Whether three signs stand as those of a code do.
fn are_of_a_code(set: &FinderPatternSet) -> bool {
    let sizes = [set.bl, set.tl, set.tr].map(|sign| sign.size as f32);
    let (low, high) = sizes
        .iter()
        .fold((f32::MAX, 0.0), |(low, high): (f32, f32), size| (low.min(*size), high.max(*size)));
    let (right, below) = (way(set.tl, set.tr), way(set.tl, set.bl));
    let (long, high_side) = (right.0.hypot(right.1), below.0.hypot(below.1));
    let cos = (right.0 * below.0 + right.1 * below.1) / (long * high_side);
    let module = (sizes[0] + sizes[1] + sizes[2]) / 21.0;
    high <= low * SIGNS_ALIKE
        && long.max(high_side) <= long.min(high_side) * WAYS_ALIKE
        && cos.abs() <= SQUARE_MAX
        && WAY.contains(&((long + high_side) / 2.0 / module))
}

fn way(from: ConcentricPattern, to: ConcentricPattern) -> (f32, f32) {
    (to.p.x - from.p.x, to.p.y - from.p.y)
}

/// Whether dark and light change beside the signs, along most lines across and down.
fn has_modules(set: &FinderPatternSet, bits: &BitMatrix) -> bool {
    let (right, below) = (way(set.tl, set.tr), way(set.tl, set.bl));
    let start = (set.tl.p.x, set.tl.p.y);
    let across = (0..LINES).filter(|line| changes(bits, start, right, below, *line)).count();
    let down = (0..LINES).filter(|line| changes(bits, start, below, right, *line)).count();
    across + down >= CHANGING_MIN
}

/// Whether one of the lines along a side does; it begins beside the sign there.
fn changes(
    bits: &BitMatrix,
    start: (f32, f32),
    along: (f32, f32),
    across: (f32, f32),
    line: u32,
) -> bool {
    let v = 0.1 + 0.8 * line as f32 / (LINES - 1) as f32;
    let steps = along.0.hypot(along.1).ceil().max(1.0) as u32;
    let places = (0..steps).map(|step| {
        let u = 0.25 + 0.75 * step as f32 / steps as f32;
        let x = start.0 + along.0 * u + across.0 * v;
        let y = start.1 + along.1 * u + across.1 * v;
        x >= 0.0 && y >= 0.0 && bits.try_get(x as u32, y as u32).unwrap_or_default()
    });
    let places: Vec<bool> = places.collect();
    let dark = places.iter().filter(|is_dark| **is_dark).count();
    let changes = places.windows(2).filter(|pair| pair[0] != pair[1]).count();
    changes >= CHANGES_MIN && DARK.contains(&(dark as f32 / steps as f32))
}

/// Whether modules are dark and light by turns where the signs' inner edges meet.
fn has_timing(set: &FinderPatternSet, bits: &BitMatrix) -> bool {
    let (right, below) = (way(set.tl, set.tr), way(set.tl, set.bl));
    let start = (set.tl.p.x, set.tl.p.y);
    let size = (set.bl.size + set.tl.size + set.tr.size) as f32 / 3.0;
    let length = (right.0.hypot(right.1) + below.0.hypot(below.1)) / 2.0;
    // Sides have 17 modules and four more for each version; a sign's size is a module off at times.
    let guess = ((length / (size / 7.0) - 10.0) / 4.0).round().max(1.0) as u32;
    (guess.saturating_sub(1).max(1)..=guess + 1).any(|version| {
        let modules = 10 + 4 * version;
        [(right, below), (below, right)]
            .into_iter()
            .all(|(along, across)| turns(bits, start, along, across, modules) >= TIMING_MIN)
    })
}

/// Part of the modules between two signs, so many modules apart, that is dark or light as it must be.
fn turns(
    bits: &BitMatrix,
    start: (f32, f32),
    along: (f32, f32),
    across: (f32, f32),
    modules: u32,
) -> f32 {
    let part = |offset: f32| {
        let v = (3.0 + offset) / modules as f32;
        let right = (5..modules - 4).filter(|index| {
            let u = *index as f32 / modules as f32;
            let x = start.0 + along.0 * u + across.0 * v;
            let y = start.1 + along.1 * u + across.1 * v;
            let is_inside = x >= 0.0 && y >= 0.0;
            is_inside && bits.try_get(x as u32, y as u32) == Some(index % 2 == 1)
        });
        right.count() as f32 / (modules - 9) as f32
    };
    [-0.3, 0.0, 0.3].into_iter().map(part).fold(0.0, f32::max)
}

/// The middles of all four corners' modules, as readers tell them.
fn corners(set: &FinderPatternSet) -> [rxing::Point; 4] {
    let (right, below) = (way(set.tl, set.tr), way(set.tl, set.bl));
    let point = |u: f32, v: f32| rxing::Point {
        x: set.tl.p.x + right.0 * u + below.0 * v,
        y: set.tl.p.y + right.1 * u + below.1 * v,
    };
    [point(0.0, 0.0), point(1.0, 0.0), point(1.0, 1.0), point(0.0, 1.0)]
}
