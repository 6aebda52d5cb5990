//! Finds QR codes, bar codes and the like, and reads them with `rxing`.
//!
//! QR codes are looked for in the whole picture, in two sizes. Other codes are not: their decoders
//! are slow or want the code alone. They look only where there are many edges close together
//! (`patches`), at bar codes along the way across their bars.

mod bars;
mod light;
mod patches;
mod qr;
mod squares;

use pixels::{Outline, Picture, Point, Region, Size};
use rxing::{BarcodeFormat, DecodeHints, RXingResult};

use self::bars::Bars;
use self::light::Light;
use self::patches::{Patch, patches};
use self::squares::Shows;
use crate::error::Error;
use crate::says::{Sensitive, passages};
use crate::watch::Watch;

/// Longer sides at which QR codes are looked for, in pixels, where the picture has as many.
const SIDES: [u32; 2] = [1280, 2048];

/// Pictures with a longer side below this are looked at as they are, and twice as large.
const SMALL: u32 = 1280;

/// Patches of pictures with a longer side below this are enlarged, up to twice.
const LARGE: f32 = 2560.0;

/// Longest side of a patch that is looked at, in pixels.
const PATCH_MAX: f32 = 720.0;

/// The same for square patches, which are less than so many times as long as high.
const SQUARE_MAX: f32 = 360.0;
const SQUARE_ASPECT_MAX: f32 = 1.6;

/// Codes that share more than this are the same.
const OVERLAP_MAX: f32 = 0.3;

/// Outlines are this many times as large as the middles of the corners' signs.
const GROWTH: f32 = 1.15;

/// A code.
#[derive(Clone, PartialEq)]
pub(crate) struct Code {
    pub(crate) outline: Outline,
    /// What it says, if that can be read.
    pub(crate) text: Option<String>,
    /// What that says about a person.
    pub(crate) says: Vec<Sensitive>,
}

/// The codes of an upright picture.
pub(crate) fn find(picture: &Picture, watch: &mut Watch) -> Result<Vec<Code>, Error> {
    let mut codes = Vec::new();
    let pictures = scaled(picture);
    watch.expect(pictures.len() as u32 + 1);
    let mut lights = Vec::new();
    for scaled in &pictures {
        watch.step()?;
        let light = Light::of(scaled);
        codes.extend(qr::find(&light, picture.size()));
        lights.push(light);
    }
    watch.step()?;
    let Some(small) = pictures.last() else { return Ok(codes) };
    let patches = patches(small, picture.size(), &mut lights);
    watch.expect(patches.len() as u32);
    for patch in &patches {
        watch.step()?;
        let region = Region::around(&patch.outline);
        let is_new = |code: &Code| Region::around(&code.outline).overlap(&region) <= OVERLAP_MAX;
        if codes.iter().all(is_new) {
            codes.extend(look_at(picture, &lights, patch));
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

/// Looks for codes of all kinds in one patch; `lights` are the picture in other sizes.
fn look_at(picture: &Picture, lights: &[Light], patch: &Patch) -> Option<Code> {
    let [start, end, _, below] = patch.reading;
    let length = (end.x - start.x).hypot(end.y - start.y);
    let height = (below.x - start.x).hypot(below.y - start.y);
    // Codes of bars in lines are long; those of squares are square and need fewer pixels.
    let is_square = length.max(height) < SQUARE_ASPECT_MAX * length.min(height);
    let side_max = if is_square && !patch.has_bars { SQUARE_MAX } else { PATCH_MAX };
    let Size { width, height: down } = picture.size();
    let scale_max = (LARGE / width.max(down) as f32).clamp(1.0, 2.0);
    let scale = (side_max / length.max(height)).min(scale_max);
    let side = |side: f32| (side * scale).max(1.0) as u32;
    let size = Size { width: side(length), height: side(height) };
    let lines = |lines: u32| {
        let size = Size { height: lines.min(size.height), ..size };
        Bars::of(straightened(picture, lights, &patch.reading, size, scale))
    };
    if patch.has_bars {
        let few = lines(bars::LINES_FEW);
        if few.may_be_a_code() {
            let bars = lines(bars::LINES);
            if let Some(result) = bars.read() {
                return Some(Code::read(&result, patch.outline));
            }
            if bars.are_a_code() {
                return Some(Code::unread(patch.outline));
            }
        }
        if !few.may_be_stacked() {
            return None;
        }
    }
    let mut bitmap = straightened(picture, lights, &patch.reading, size, scale).into_bitmap()?;
    let shows = squares::look(&mut bitmap, is_square)?;
    let outline = |points: &[rxing::Point]| with_points(&patch.reading, size, points);
    Some(match shows {
        Shows::Read(result) => Code::read(&result, outline(result.getPoints())),
        Shows::Unread(points) => Code::unread(outline(&points)),
    })
}

/// A place laid straight, so many times as large as it is, from the smallest picture that has as many
/// pixels there.
fn straightened(
    picture: &Picture,
    lights: &[Light],
    outline: &Outline,
    size: Size,
    scale: f32,
) -> Light {
    let whole = picture.size();
    let share = |light: &Light| light.size.width as f32 / whole.width as f32;
    let enough = lights.iter().filter(|light| share(light) > 0.85 * scale);
    let Some(light) = enough.min_by_key(|light| light.size.width) else {
        return Light::of_part(picture, outline, size);
    };
    let (across, down) = (share(light), light.size.height as f32 / whole.height as f32);
    let corner = |at: Point| Point { x: at.x * across, y: at.y * down };
    light.straightened(&outline.map(corner), size)
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

fn hints(formats: Option<&[BarcodeFormat]>) -> DecodeHints {
    DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: formats.map(|formats| formats.iter().copied().collect()),
        ..DecodeHints::default()
    }
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
        Self { outline, text: Some(text), says }
    }

    /// One that is there for sure, and cannot be read.
    fn unread(outline: Outline) -> Self {
        Self { outline, text: None, says: vec![Sensitive::Unread] }
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

/// Each code once; those that were read first.
fn distinct(mut codes: Vec<Code>) -> Vec<Code> {
    codes.sort_by_key(|code| code.text.is_none());
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
