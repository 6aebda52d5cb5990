//! Codes of squares, and of many lines of bars: Data Matrix, Aztec and PDF417, laid straight. They are
//! looked for first and read where something was found: most places are something else.

use rxing::aztec::AztecReader;
use rxing::aztec::detector::Detector;
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::datamatrix::DataMatrixReader;
use rxing::datamatrix::detector::{DatamatrixDetectorResult, zxing_cpp_detector};
use rxing::pdf417::PDF417Reader;
use rxing::pdf417::detector::pdf_417_detector;
use rxing::{Point, RXingResult, Reader as _};

use super::hints;
use super::light::Bitmap;

/// Fewest modules a side of a Data Matrix that counts without being read.
const SIDE_MIN: u32 = 10;

/// Part of its edges, or of an Aztec code's rings, that is as it must be.
const EDGE_MIN: f32 = 0.95;

/// Rings around the middle of an Aztec code.
const RINGS: u32 = 4;

/// Sides of a code of many lines that should be alike differ by this part of them at most.
const UNLIKE_MAX: f32 = 0.15;

/// What a place shows.
pub(super) enum Shows {
    Read(RXingResult),
    /// A code that cannot be read lies between these points.
    Unread(Vec<Point>),
}

/// Looks for codes of all kinds. Those of squares are square.
pub(super) fn look(bitmap: &mut Bitmap, is_square: bool) -> Option<Shows> {
    let matrix = if is_square { data_matrix(bitmap).or_else(|| aztec(bitmap)) } else { None };
    matrix.or_else(|| stacked(bitmap))
}

fn data_matrix(bitmap: &mut Bitmap) -> Option<Shows> {
    let found = zxing_cpp_detector::detect(bitmap.get_black_matrix(), true, true).ok()?;
    if let Ok(result) = DataMatrixReader.decode_with_hints(bitmap, &hints(None)) {
        return Some(Shows::Read(result));
    }
    let sure = found.iter().find(|code| has_edges(code));
    sure.map(|code| Shows::Unread(code.getPoints().to_vec()))
}

/// Two of its edges are dark, and two change from module to module.
fn has_edges(code: &DatamatrixDetectorResult) -> bool {
    let bits = code.getBits();
    let (width, height) = (bits.width(), bits.height());
    let left = (0..height).map(|y| bits.get(0, y));
    let below = (0..width).map(|x| bits.get(x, height - 1));
    let above = (0..width).map(|x| bits.get(x, 0) == (x % 2 == 0));
    let right = (0..height).map(|y| bits.get(width - 1, y) == (y % 2 == 1));
    let edges = left.chain(below).chain(above).chain(right);
    let right = edges.filter(|is_right| *is_right).count();
    width.min(height) >= SIDE_MIN && right as f32 >= EDGE_MIN * (2 * (width + height)) as f32
}

fn aztec(bitmap: &mut Bitmap) -> Option<Shows> {
    let bits = bitmap.get_black_matrix();
    let find = |is_mirrored| Detector::new(bits).detect(is_mirrored).ok();
    let found = find(false).or_else(|| find(true))?;
    if let Ok(result) = AztecReader.decode_with_hints(bitmap, &hints(None)) {
        return Some(Shows::Read(result));
    }
    has_rings(found.getBits()).then(|| Shows::Unread(found.getPoints().to_vec()))
}

/// The rings in its middle are dark and light by turns.
fn has_rings(bits: &BitMatrix) -> bool {
    let (x, y) = (bits.width() / 2, bits.height() / 2);
    let side = 2 * RINGS + 1;
    if x < RINGS || y < RINGS {
        return false;
    }
    let right = (0..side * side).filter(|index| {
        let (u, v) = (index % side, index / side);
        let ring = u.abs_diff(RINGS).max(v.abs_diff(RINGS));
        bits.try_get(x + u - RINGS, y + v - RINGS) == Some(ring.is_multiple_of(2))
    });
    right.count() as f32 >= EDGE_MIN * (side * side) as f32
}

/// Codes of many lines of bars, as on driving licences and tickets.
fn stacked(bitmap: &mut Bitmap) -> Option<Shows> {
    let found = pdf_417_detector::detect_with_hints(bitmap, &hints(None), false).ok()?;
    let points = found.getPoints().first()?;
    if let Ok(result) = PDF417Reader.decode_with_hints(bitmap, &hints(None)) {
        return Some(Shows::Read(result));
    }
    let points: Vec<_> = points.iter().flatten().copied().collect();
    // Where it was turned first, its points are elsewhere.
    let told = if found.getRotation() == 0 { points.clone() } else { Vec::new() };
    has_ends(&points).then_some(Shows::Unread(told))
}

/// The bars at its beginning and those at its end are there, and lie as those of one code do.
fn has_ends(points: &[Point]) -> bool {
    // The outer corners, those above first, left and then right; then the inner ones.
    let [a, b, c, d, e, f, g, h] = *points else { return false };
    let alike = |one: (Point, Point), other: (Point, Point)| {
        let (x, y) = (one.1.x - one.0.x, one.1.y - one.0.y);
        let (u, v) = (other.1.x - other.0.x, other.1.y - other.0.y);
        (x - u).hypot(y - v) < UNLIKE_MAX * x.hypot(y).min(u.hypot(v))
    };
    let heights = alike((a, b), (c, d)) && alike((e, f), (g, h));
    // A beginning is 17 modules wide, and an end 18.
    let ends = alike((a, e), (b, f)) && alike((g, c), (h, d)) && alike((a, e), (g, c));
    heights && ends && alike((a, c), (b, d))
}
