//! Bar codes, laid straight. Other things have bars too, and the short kinds of codes have one check
//! digit or none: what is read must be read along the whole height of the bars, and they must look
//! like printed ones.

use core::ops::{Range, RangeInclusive};

use pixels::Size;
use rxing::oned::MultiFormatOneDReader;
use rxing::{BarcodeFormat, RXingResult, Reader as _};

use super::hints;
use super::light::Light;

/// Lines of a bar code that are looked at.
pub(super) const LINES: u32 = 40;

/// Lines that tell whether it is worth while.
pub(super) const LINES_FEW: u32 = STRIPS;

/// Of so many strips, one above the other, all that a code says must be read in so many; of a kind
/// that is checked weakly, in so many.
const STRIPS: u32 = 5;
const ALIKE_MIN: usize = 3;
const ALIKE_MIN_WEAK: usize = 4;

/// Fewest letters and digits of codes that have no check digit.
const LETTERS_MIN: usize = 4;

/// What differs between the strips of a bar code, as a part of its contrast, is at most this.
const UNLIKE_MAX: f32 = 0.12;

/// The same for what is tried at all.
const UNLIKE_TRIED: f32 = 0.35;

/// Fewest and most edges of a bar code, and fewest of what is tried.
const EDGES: RangeInclusive<usize> = 40..=400;
const EDGES_TRIED: usize = 20;

/// Least contrast, of 255.
const CONTRAST_MIN: f32 = 40.0;

/// Bars differ from the spaces beside them by this part of the contrast at least.
const STEP_MIN: f32 = 0.15;

/// Wide bars are alike dark, and wide spaces alike light, up to this part of the contrast.
const LEVELS_SPREAD_MAX: f32 = 0.12;

/// Bars and spaces that are so many times as wide as narrow ones are wide; no space is as wide as the
/// plain ground beside a code.
const WIDE: f32 = 1.6;
const GROUND: f32 = 6.5;

/// Bars are read so many times as wide, as their edges lie between pixels.
const FINER: usize = 3;

/// Part of the bars that are wide, and of the spaces, and part of each that are narrow: fences and
/// boards are alike.
const WIDE_SHARE: f32 = 0.12;

/// What bars look like.
pub(super) struct Bars {
    light: Light,
    /// The mean of the lines of each strip.
    strips: Vec<Vec<f32>>,
    unlike: f32,
    contrast: f32,
    /// Brightness half-way between bars and spaces.
    middle: f32,
    /// Bars and spaces of the mean of all.
    runs: Vec<Run>,
}

/// A bar or a space.
#[derive(Clone, Copy)]
struct Run {
    level: f32,
    width: f32,
}

impl Bars {
    /// From bars that go from above to below.
    pub(super) fn of(light: Light) -> Self {
        let light = alike(&light).unwrap_or(light);
        let strips = strips(&light);
        let mean: Vec<f32> = (0..light.size.width as usize)
            .map(|x| strips.iter().map(|strip| strip[x]).sum::<f32>() / strips.len().max(1) as f32)
            .collect();
        let mut sorted = mean.clone();
        sorted.sort_by(f32::total_cmp);
        let (dark, bright) = (at(&sorted, 0.1), at(&sorted, 0.9));
        let (contrast, middle) = (bright - dark, (bright + dark) / 2.0);
        let apart = |strip: &Vec<f32>| -> f32 {
            strip.iter().zip(&mean).map(|(here, mean)| (here - mean).abs()).sum()
        };
        let apart: f32 = strips.iter().map(apart).sum();
        let unlike = apart / (strips.len() * mean.len()).max(1) as f32 / contrast.max(1.0);
        let runs = runs(&mean, contrast * STEP_MIN);
        Self { light, strips, unlike, contrast, middle, runs }
    }

    /// Whether they are worth reading.
    pub(super) fn may_be_a_code(&self) -> bool {
        self.runs.len() > EDGES_TRIED && self.unlike <= UNLIKE_TRIED
    }

    /// Whether there are bars in each strip, whether they go on through all or not.
    pub(super) fn may_be_stacked(&self) -> bool {
        let has_many =
            |strip: &Vec<f32>| runs(strip, self.contrast * STEP_MIN).len() > *EDGES.start();
        self.contrast >= CONTRAST_MIN
            && self.strips.iter().filter(|strip| has_many(strip)).count() >= 3
    }

    /// What they say, if they are a code that can be read for sure.
    pub(super) fn read(&self) -> Option<RXingResult> {
        let (step, place) = (self.contrast * STEP_MIN, &self.place());
        let crisp = self.strips.iter().map(|strip| read(crisp(strip, step, place)));
        let mut read_so_far: Vec<_> = crisp.collect();
        self.agreed(&read_so_far).or_else(|| {
            let height = self.light.size.height / STRIPS;
            let plain = (0..STRIPS).map(|strip| read(self.light.part(strip * height, height)));
            read_so_far.extend(plain);
            self.agreed(&read_so_far)
        })
    }

    /// What enough of the strips say alike; each may have been read several times.
    fn agreed(&self, read: &[Option<RXingResult>]) -> Option<RXingResult> {
        let says = |strip: usize, code: &RXingResult| {
            let ways = read.iter().skip(strip).step_by(STRIPS as usize).flatten();
            ways.into_iter().any(|other| other.getText() == code.getText())
        };
        let count =
            |code: &RXingResult| (0..STRIPS as usize).filter(|strip| says(*strip, code)).count();
        let code = read.iter().flatten().max_by_key(|code| count(code))?;
        let is_sure = match strength(code) {
            Strength::Checked => count(code) >= ALIKE_MIN,
            Strength::Weak => count(code) >= ALIKE_MIN_WEAK && self.is_printed(),
            Strength::Short => false,
        };
        is_sure.then(|| code.clone())
    }

    /// Whether they are a bar code for sure, read or not.
    pub(super) fn are_a_code(&self) -> bool {
        let code = self.code();
        let has_two_widths = |odd: usize| {
            let runs = self.runs[code.clone()].iter().skip(odd).step_by(2);
            let mut widths: Vec<f32> = runs.map(|run| run.width).collect();
            widths.sort_by(f32::total_cmp);
            at(&widths, 1.0 - WIDE_SHARE) > WIDE * at(&widths, WIDE_SHARE)
        };
        let has_ground = code.start > 0 && code.end < self.runs.len();
        EDGES.contains(&code.len())
            && has_ground
            && self.unlike <= UNLIKE_MAX
            && self.is_printed()
            && has_two_widths(0)
            && has_two_widths(1)
    }

    /// Which of the bars and spaces lie between plain ground, as many as there are.
    fn code(&self) -> Range<usize> {
        let narrow = self.narrow();
        let is_ground = |index: &usize| {
            let run = self.runs[*index];
            run.width > GROUND * narrow && run.level > self.middle
        };
        let count = self.runs.len();
        let mut grounds: Vec<usize> = (0..count).filter(is_ground).collect();
        grounds.push(count);
        let mut start = 0;
        let parts = grounds.into_iter().map(|ground| {
            let part = start..ground;
            start = ground + 1;
            part
        });
        parts.max_by_key(|part| part.len()).unwrap_or(0..count)
    }

    /// Where that is, in pixels, with a little around it.
    fn place(&self) -> Range<f32> {
        let Range { start, end } = self.code();
        let width = |runs: &[Run]| runs.iter().map(|run| run.width).sum::<f32>();
        let from = width(&self.runs[..start]);
        let narrow = self.narrow();
        from - narrow..from + width(&self.runs[start..end]) + narrow
    }

    fn narrow(&self) -> f32 {
        let mut widths: Vec<f32> = self.runs.iter().map(|run| run.width).collect();
        widths.sort_by(f32::total_cmp);
        at(&widths, 0.2)
    }

    /// Whether all that is wide enough to be seen as it is has one of two brightnesses.
    fn is_printed(&self) -> bool {
        let narrow = self.narrow();
        let spread = |odd: usize| {
            let runs = self.runs.iter().enumerate().filter(|(index, _)| index % 2 == odd);
            let wide = runs.map(|(_, run)| run).filter(|run| run.width > WIDE * narrow);
            let mut levels: Vec<f32> =
                wide.filter(|run| run.width < GROUND * narrow).map(|run| run.level).collect();
            levels.sort_by(f32::total_cmp);
            // Blur takes more from some than from others.
            at(&levels, 0.8) - at(&levels, 0.2)
        };
        self.contrast >= CONTRAST_MIN
            && spread(0).max(spread(1)) <= LEVELS_SPREAD_MAX * 2.0 * self.contrast
    }
}

/// How sure a code is that was read.
enum Strength {
    /// Its last digits follow from the others, and it is long.
    Checked,
    Weak,
    /// Too short to be sure at all.
    Short,
}

fn strength(code: &RXingResult) -> Strength {
    use BarcodeFormat::{CODABAR, CODE_39, EAN_8, ITF, UPC_E};
    let letters = code.getText().chars().count();
    match code.getBarcodeFormat() {
        EAN_8 | UPC_E => Strength::Weak,
        CODABAR | CODE_39 | ITF if letters < LETTERS_MIN => Strength::Short,
        CODABAR | CODE_39 | ITF => Strength::Weak,
        _ => Strength::Checked,
    }
}

fn read(light: Light) -> Option<RXingResult> {
    use BarcodeFormat::{CODABAR, CODE_39, CODE_93, CODE_128, EAN_8, EAN_13, ITF, UPC_A, UPC_E};
    let formats = [CODABAR, CODE_39, CODE_93, CODE_128, EAN_8, EAN_13, ITF, UPC_A, UPC_E];
    let hints = hints(Some(&formats));
    MultiFormatOneDReader::new(&hints).decode_with_hints(&mut light.into_bitmap()?, &hints).ok()
}

/// The lines around the middle one that are like it: a patch may be higher than its bars.
fn alike(light: &Light) -> Option<Light> {
    let lines: Vec<&[u8]> = light.lines().collect();
    let middle = lines.len() / 2;
    let line = *lines.get(middle)?;
    let (low, high) = (line.iter().min()?, line.iter().max()?);
    let most = line.len() as u32 * u32::from(high - low) / 5;
    let is_alike = |other: &&&[u8]| {
        let apart = line.iter().zip(**other).map(|(one, other)| u32::from(one.abs_diff(*other)));
        apart.sum::<u32>() <= most
    };
    let above = lines[..middle].iter().rev().take_while(is_alike).count();
    let below = lines[middle..].iter().take_while(is_alike).count();
    let count = above + below;
    (count >= lines.len() / 3 && count >= STRIPS as usize)
        .then(|| light.part((middle - above) as u32, count as u32))
}

/// The means of the lines of each strip.
fn strips(light: &Light) -> Vec<Vec<f32>> {
    let Size { width, height } = light.size;
    let part = |strip: u32| light.part(strip * (height / STRIPS), (height / STRIPS).max(1));
    let mean = |part: &Light| {
        let mut sums = vec![0.0; width as usize];
        for line in part.lines() {
            sums.iter_mut().zip(line).for_each(|(sum, sample)| *sum += f32::from(*sample));
        }
        sums.iter().map(|sum| sum / part.size.height.max(1) as f32).collect()
    };
    (0..STRIPS).map(part).map(|part| mean(&part)).collect()
}

/// Where bars begin and end: half-way between one that is darker by `step` at least and the next
/// that is lighter. So blur, which takes contrast from narrow ones, hides none of them.
fn edges(line: &[f32], step: f32) -> Vec<f32> {
    // Turning points, darkest and lightest by turns.
    let mut turns: Vec<usize> = vec![0];
    let mut last = 0;
    let mut rising = None;
    for (index, value) in line.iter().enumerate() {
        let further = match rising {
            Some(true) => *value >= line[last],
            Some(false) => *value <= line[last],
            None => false,
        };
        if further {
            last = index;
        } else if (value - line[last]).abs() >= step {
            if rising.is_some() {
                turns.push(last);
            }
            rising = Some(*value > line[last]);
            last = index;
        }
    }
    if rising.is_some() {
        turns.push(last);
    }
    turns.windows(2).filter_map(|pair| crossing(line, pair[0], pair[1])).collect()
}

/// Where a line is half-way between what it is at two places.
fn crossing(line: &[f32], from: usize, to: usize) -> Option<f32> {
    let middle = (line[from] + line[to]) / 2.0;
    (from..to).find_map(|index| {
        let (before, after) = (line[index] - middle, line[index + 1] - middle);
        let crosses = (before < 0.0) != (after < 0.0);
        crosses.then(|| index as f32 + 0.5 + before / (before - after))
    })
}

/// Bars and spaces by turns.
fn runs(line: &[f32], step: f32) -> Vec<Run> {
    let edges = edges(line, step.max(1.0));
    let starts = core::iter::once(0.0).chain(edges.iter().copied());
    let ends = edges.iter().copied().chain([line.len() as f32]);
    let run = |(start, end): (f32, f32)| {
        let middle = ((start + end) / 2.0) as usize;
        Run { level: line.get(middle).copied().unwrap_or_default(), width: end - start }
    };
    starts.zip(ends).map(run).collect()
}

/// Some times as wide, and nothing but black and white; white beside the code.
fn crisp(line: &[f32], step: f32, place: &Range<f32>) -> Light {
    let edges = edges(line, step.max(1.0));
    let first_is_dark = edges.first().is_some_and(|edge| {
        let at = *edge as usize;
        line[at.min(line.len() - 1)] > line[at.saturating_sub(1)]
    });
    let mut samples = Vec::with_capacity(line.len() * FINER);
    let mut passed = 0;
    for index in 0..line.len() * FINER {
        let at = (index as f32 + 0.5) / FINER as f32;
        while edges.get(passed).is_some_and(|edge| *edge <= at) {
            passed += 1;
        }
        let is_dark = place.contains(&at) && (passed % 2 == 0) == first_is_dark;
        samples.push(if is_dark { 0 } else { 255 });
    }
    Light { size: Size { width: samples.len() as u32, height: 1 }, samples }
}

/// The value below which this part of all lies.
fn at(sorted: &[f32], part: f32) -> f32 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f32 * part) as usize).copied().unwrap_or_default()
}
