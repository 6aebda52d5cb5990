//! Finds QR codes, bar codes and the like, and reads them with `rxing`.
//!
//! QR codes are looked for in the whole picture, in two sizes. Other codes are not: their decoders
//! are slow or want the code alone. They look only where there are many edges close together
//! (`patches`), at bar codes along the way across their bars.

mod patches;

use pixels::{Outline, Picture, Point, Region, Size};
use rxing::aztec::AztecReader;
use rxing::common::HybridBinarizer;
use rxing::datamatrix::DataMatrixReader;
use rxing::multi::MultipleBarcodeReader as _;
use rxing::oned::MultiFormatOneDReader;
use rxing::pdf417::PDF417Reader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader};

use self::patches::{Patch, patches};
use crate::error::Error;
use crate::says::{Sensitive, passages};
use crate::watch::Watch;

/// Longer sides at which QR codes are looked for, in pixels, where the picture has as many.
const SIDES: [u32; 2] = [1280, 2048];

/// Pictures with a longer side below this are looked at as they are, and twice as large.
const SMALL: u32 = 1280;

/// Longest side of a patch that is looked at, in pixels.
const PATCH_MAX: f32 = 720.0;

/// The same for square patches, which are less than so many times as long as high.
const SQUARE_MAX: f32 = 360.0;
const SQUARE_ASPECT_MAX: f32 = 1.6;

/// Height at which a bar code is read, in pixels.
const BARS_HEIGHT: u32 = 40;

/// Codes that share more than this are the same.
const OVERLAP_MAX: f32 = 0.3;

/// Outlines are this many times as large as the middles of the corners' signs.
const GROWTH: f32 = 1.15;

type Bitmap = BinaryBitmap<HybridBinarizer<Luma8LuminanceSource>>;

/// A code that was read.
#[derive(Clone, PartialEq)]
pub(crate) struct Code {
    pub(crate) outline: Outline,
    pub(crate) text: String,
    /// What that says about a person.
    pub(crate) says: Vec<Sensitive>,
}

/// The codes of an upright picture.
pub(crate) fn find(picture: &Picture, watch: &mut Watch) -> Result<Vec<Code>, Error> {
    let mut codes = Vec::new();
    let pictures = scaled(picture);
    watch.expect(pictures.len() as u32 + 1);
    for scaled in &pictures {
        watch.step()?;
        codes.extend(find_qr(scaled, picture.size()));
    }
    watch.step()?;
    let Some(small) = pictures.last() else { return Ok(codes) };
    let patches = patches(small, picture.size());
    watch.expect(patches.len() as u32);
    for patch in &patches {
        watch.step()?;
        let region = Region::around(&patch.outline);
        let is_new = |code: &Code| Region::around(&code.outline).overlap(&region) <= OVERLAP_MAX;
        if codes.iter().all(is_new) {
            codes.extend(look_at(picture, patch));
        }
    }
    Ok(distinct(codes))
}

/// The picture in the sizes in which QR codes are looked for, the smallest last; each is made from
/// the one before.
fn scaled(picture: &Picture) -> Vec<Picture> {
    let Size { width, height } = picture.size();
    let longer = width.max(height);
    let at = |from: &Picture, side: u32| {
        let scale = side as f32 / longer as f32;
        let scaled = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        from.scaled(Size { width: scaled(width), height: scaled(height) })
    };
    if longer < SMALL {
        return vec![at(picture, 2 * longer), picture.clone()];
    }
    let [low, high] = SIDES;
    let first = at(picture, longer.min(high));
    let second = at(&first, low);
    vec![first, second]
}

/// QR codes in a picture that was made from one of this size.
fn find_qr(picture: &Picture, size: Size) -> Vec<Code> {
    let across = size.width as f32 / picture.size().width as f32;
    let down = size.height as f32 / picture.size().height as f32;
    let Some(mut bitmap) = bitmap(picture) else { return Vec::new() };
    let found = QrReader.decode_multiple_with_hints(&mut bitmap, &hints(None)).unwrap_or_default();
    let corners = |result: &RXingResult| -> Option<Outline> {
        let points = result.getPoints().get(..4)?;
        let point = |index: usize| Point { x: points[index].x * across, y: points[index].y * down };
        Some(grown([point(0), point(1), point(2), point(3)]))
    };
    found.iter().filter_map(|result| Some(Code::read(result, corners(result)?))).collect()
}

/// Looks for codes of all kinds in one patch.
fn look_at(picture: &Picture, patch: &Patch) -> Option<Code> {
    let [start, end, _, below] = patch.reading;
    let length = (end.x - start.x).hypot(end.y - start.y);
    let height = (below.x - start.x).hypot(below.y - start.y);
    // Codes of bars in lines are long; those of squares are square and need fewer pixels.
    let is_square = length.max(height) < SQUARE_ASPECT_MAX * length.min(height);
    let side_max = if is_square && !patch.has_bars { SQUARE_MAX } else { PATCH_MAX };
    let scale = (side_max / length.max(height)).min(2.0);
    let side = |side: f32| (side * scale).max(1.0) as u32;
    let size = Size { width: side(length), height: side(height) };
    let whole = straightened(picture, &patch.reading, size, scale);
    if patch.has_bars {
        let low = Size { height: BARS_HEIGHT.min(size.height), ..size };
        if let Some(result) = read_bars_twice(&whole.scaled(low)) {
            return Some(Code::read(&result, patch.outline));
        }
    }
    let matrix = || if is_square { read_matrix(&whole) } else { None };
    let result = matrix().or_else(|| read_stacked(&whole))?;
    let outline = with_points(&patch.reading, size, result.getPoints());
    Some(Code::read(&result, outline))
}

/// An outline, grown so that it holds points that were found in what was straightened from it to
/// this size.
fn with_points(outline: &Outline, size: Size, points: &[rxing::Point]) -> Outline {
    let [start, end, _, below] = *outline;
    let (width, height) = (size.width as f32, size.height as f32);
    let all = [(0.0, 0.0), (width, height)].into_iter();
    let all: Vec<_> = all
        .chain(points.iter().map(|point| (point.x, point.y)))
        .map(|(x, y)| Point { x: x / width, y: y / height })
        .collect();
    Region::around(&all).outline().map(|Point { x, y }| Point {
        x: start.x + (end.x - start.x) * x + (below.x - start.x) * y,
        y: start.y + (end.y - start.y) * x + (below.y - start.y) * y,
    })
}

fn straightened(picture: &Picture, outline: &Outline, size: Size, scale: f32) -> Picture {
    let around = Region::around(outline);
    let (left, top) = (around.left.max(0.0).floor(), around.top.max(0.0).floor());
    let part = Size {
        width: (around.right.ceil() - left).max(1.0) as u32,
        height: (around.bottom.ceil() - top).max(1.0) as u32,
    };
    let part = picture.part(left as u32, top as u32, part);
    let smaller = scale.min(1.0);
    let scaled = |side: u32| (side as f32 * smaller).ceil().max(1.0) as u32;
    let scaled = Size { width: scaled(part.size().width), height: scaled(part.size().height) };
    let across = scaled.width as f32 / part.size().width as f32;
    let down = scaled.height as f32 / part.size().height as f32;
    let corner = |at: Point| Point { x: (at.x - left) * across, y: (at.y - top) * down };
    part.scaled(scaled).straightened(outline.map(corner), size)
}

/// What a bar code says above and below alike: other things have bars too, and the short codes
/// have one check digit.
fn read_bars_twice(picture: &Picture) -> Option<RXingResult> {
    let whole = read_bars(picture)?;
    let Size { width, height } = picture.size();
    let half = Size { width, height: height.div_ceil(2) };
    let halves = [0, height / 2].map(|top| read_bars(&picture.part(0, top, half)));
    let agrees = |half: &Option<RXingResult>| {
        half.as_ref().is_some_and(|half| half.getText() == whole.getText())
    };
    halves.iter().all(agrees).then_some(whole)
}

fn read_bars(picture: &Picture) -> Option<RXingResult> {
    use BarcodeFormat::{CODABAR, CODE_39, CODE_93, CODE_128, EAN_8, EAN_13, ITF, UPC_A, UPC_E};
    let formats = [CODABAR, CODE_39, CODE_93, CODE_128, EAN_8, EAN_13, ITF, UPC_A, UPC_E];
    let hints = hints(Some(&formats));
    let mut reader = MultiFormatOneDReader::new(&hints);
    reader.decode_with_hints(&mut bitmap(picture)?, &hints).ok()
}

/// Codes of many lines of bars, as on driving licences and tickets.
fn read_stacked(picture: &Picture) -> Option<RXingResult> {
    PDF417Reader.decode_with_hints(&mut bitmap(picture)?, &hints(None)).ok()
}

fn read_matrix(picture: &Picture) -> Option<RXingResult> {
    let mut bitmap = bitmap(picture)?;
    let hints = hints(None);
    let found = DataMatrixReader.decode_with_hints(&mut bitmap, &hints);
    found.or_else(|_| AztecReader.decode_with_hints(&mut bitmap, &hints)).ok()
}

fn hints(formats: Option<&[BarcodeFormat]>) -> DecodeHints {
    DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: formats.map(|formats| formats.iter().copied().collect()),
        ..DecodeHints::default()
    }
}

/// How bright each pixel is.
fn bitmap(picture: &Picture) -> Option<Bitmap> {
    let Size { width, height } = picture.size();
    let source = Luma8LuminanceSource::new(brightness(picture), width, height).ok()?;
    Some(BinaryBitmap::new(HybridBinarizer::new(source)))
}

/// Green counts most, as it does for the eye.
fn brightness(picture: &Picture) -> Vec<u8> {
    let weighed = |pixel: &[u8]| {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
        ((red * 306 + green * 601 + blue * 117) >> 10) as u8
    };
    picture.samples().chunks_exact(3).map(weighed).collect()
}

impl Code {
    fn read(result: &RXingResult, outline: Outline) -> Self {
        let text = result.getText().to_owned();
        let mut says: Vec<_> = passages(&text).into_iter().map(|passage| passage.kind).collect();
        if is_label(*result.getBarcodeFormat()) {
            says.push(Sensitive::Document);
        }
        says.sort_unstable();
        says.dedup();
        Self { outline, text, says }
    }
}

/// Goods have bar codes of their own; the other kinds stand on licences, tickets and parcels, and
/// name one thing or one person.
fn is_label(format: BarcodeFormat) -> bool {
    use BarcodeFormat::{EAN_8, EAN_13, QR_CODE, UPC_A, UPC_E};
    !matches!(format, EAN_8 | EAN_13 | UPC_A | UPC_E | QR_CODE)
}

/// The same around the same middle, larger, its corners clockwise from the first.
fn grown(mut outline: Outline) -> Outline {
    let sum = outline.iter().fold((0.0, 0.0), |(x, y), corner| (x + corner.x, y + corner.y));
    let (x, y) = (sum.0 / 4.0, sum.1 / 4.0);
    let first = (outline[0].y - y).atan2(outline[0].x - x);
    let turn = |corner: &Point| {
        ((corner.y - y).atan2(corner.x - x) - first).rem_euclid(core::f32::consts::TAU)
    };
    outline[1..].sort_by(|one, other| turn(one).total_cmp(&turn(other)));
    outline.map(|corner| Point { x: x + (corner.x - x) * GROWTH, y: y + (corner.y - y) * GROWTH })
}

/// Each code once.
fn distinct(codes: Vec<Code>) -> Vec<Code> {
    let mut kept: Vec<Code> = Vec::new();
    for code in codes {
        let region = Region::around(&code.outline);
        let is_new = |known: &Code| Region::around(&known.outline).overlap(&region) <= OVERLAP_MAX;
        if kept.iter().all(is_new) {
            kept.push(code);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
