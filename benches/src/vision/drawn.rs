//! Pictures with texts on them, always the same ones.

use ab_glyph::{Font as _, FontVec, ScaleFont as _};
use pixels::{Outline, Picture, Point, Size};
use vision::Sensitive;

/// A font.
pub(super) struct Font(FontVec);

impl Font {
    pub(super) fn new(bytes: Vec<u8>) -> Option<Self> {
        FontVec::try_from_vec(bytes).ok().map(Self)
    }
}

/// A text, and what it says about a person.
#[derive(Clone, Copy)]
pub(super) struct Text {
    pub(super) written: &'static str,
    pub(super) kind: Sensitive,
}

const TEXTS: [(&str, Sensitive); 15] = [
    ("anna.quill@example.org", Sensitive::Email),
    ("+49 171 2345678", Sensitive::Phone),
    ("(555) 234-5678", Sensitive::Phone),
    ("020 7946 0018", Sensitive::Phone),
    ("12 Baker Street", Sensitive::Address),
    ("Ringstraße 12b", Sensitive::Address),
    ("50667 Köln", Sensitive::Address),
    ("Dear Zephyrine,", Sensitive::Name),
    ("@anna_quill92", Sensitive::Handle),
    ("www.example.org/anna", Sensitive::Link),
    ("B-AB 1234", Sensitive::Plate),
    ("born 12.03.1990", Sensitive::BirthDate),
    ("4111 1111 1111 1111", Sensitive::Card),
    ("DE89 3704 0044 0532 0130 00", Sensitive::Account),
    ("Passport No C01X00T47", Sensitive::Document),
];

impl Text {
    pub(super) fn number(index: u32) -> Self {
        let (written, kind) = TEXTS[index as usize % TEXTS.len()];
        Self { written, kind }
    }
}

/// A picture that texts are written on.
pub(super) struct Drawing {
    pub(super) picture: Picture,
    pub(super) texts: Vec<(Text, Outline)>,
    random: Random,
}

impl Drawing {
    pub(super) fn new(picture: Picture, seed: u32) -> Self {
        Self { picture, texts: Vec::new(), random: Random(seed.wrapping_mul(977) + 1) }
    }

    /// Writes one text of `count`, each in a strip of its own.
    pub(super) fn write(
        &mut self,
        font: &Font,
        text: Text,
        height: f32,
        degrees: f32,
        count: u32,
        index: u32,
    ) {
        let ink = Ink::new(font, text.written, height);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let size = self.picture.size();
        let wide = (ink.width * cos.abs() + ink.height * sin.abs()) / 2.0 + 6.0;
        let high = (ink.width * sin.abs() + ink.height * cos.abs()) / 2.0 + 6.0;
        let strip = size.height as f32 / count as f32;
        let middle = Point {
            x: self.random.between(wide, size.width as f32 - wide),
            y: strip * index as f32 + self.random.between(high, strip - high),
        };
        let corner = |u: f32, v: f32| Point {
            x: middle.x + u * ink.width / 2.0 * cos - v * ink.height / 2.0 * sin,
            y: middle.y + u * ink.width / 2.0 * sin + v * ink.height / 2.0 * cos,
        };
        let outline = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        self.picture = inked(&self.picture, &ink, &outline);
        self.texts.push((text, outline));
    }
}

/// How much ink lies where, at four times the size.
struct Ink {
    width: f32,
    height: f32,
    across: usize,
    cover: Vec<f32>,
}

const FINER: f32 = 4.0;

impl Ink {
    fn new(font: &Font, text: &str, height: f32) -> Self {
        let scaled = font.0.as_scaled(height * FINER);
        let (mut x, mut glyphs, mut last) = (0.0, Vec::new(), None);
        for letter in text.chars() {
            let id = scaled.glyph_id(letter);
            x += last.map_or(0.0, |last| scaled.kern(last, id));
            let at = ab_glyph::point(x, scaled.ascent());
            glyphs.extend(scaled.outline_glyph(id.with_scale_and_position(height * FINER, at)));
            x += scaled.h_advance(id);
            last = Some(id);
        }
        let across = x.ceil().max(1.0) as usize;
        let down = scaled.height().ceil().max(1.0) as usize;
        let mut cover = vec![0.0; across * down];
        for glyph in glyphs {
            let bounds = glyph.px_bounds();
            glyph.draw(|dx, dy, ink| {
                let (x, y) =
                    (bounds.min.x as i64 + i64::from(dx), bounds.min.y as i64 + i64::from(dy));
                if (0..across as i64).contains(&x) && (0..down as i64).contains(&y) {
                    cover[y as usize * across + x as usize] += ink;
                }
            });
        }
        Self { width: across as f32 / FINER, height: down as f32 / FINER, across, cover }
    }

    /// The mean cover of a square with this side around a place of the text.
    fn at(&self, x: f32, y: f32) -> f32 {
        let start = |at: f32| ((at - 0.5) * FINER).round() as i64;
        let mut sum = 0.0;
        for y in start(y)..start(y) + FINER as i64 {
            for x in start(x)..start(x) + FINER as i64 {
                if x >= 0 && y >= 0 && (x as usize) < self.across {
                    sum += self.cover.get(y as usize * self.across + x as usize).unwrap_or(&0.0);
                }
            }
        }
        (sum / (FINER * FINER)).min(1.0)
    }
}

/// The picture with a text on it: dark on light ground, light on dark.
fn inked(picture: &Picture, ink: &Ink, outline: &Outline) -> Picture {
    let size = picture.size();
    let (width, mut samples) = (size.width as usize, picture.samples().to_vec());
    let [start, end, _, below] = *outline;
    let middle = ((start.x + outline[2].x) / 2.0, (start.y + outline[2].y) / 2.0);
    let ground = samples[(middle.1 as usize * width + middle.0 as usize) * 3 + 1];
    let colour = if ground > 110 { 15.0 } else { 240.0 };
    for (index, pixel) in samples.chunks_exact_mut(3).enumerate() {
        let (x, y) =
            ((index % width) as f32 + 0.5 - start.x, (index / width) as f32 + 0.5 - start.y);
        let u = (x * (end.x - start.x) + y * (end.y - start.y)) / ink.width;
        let v = (x * (below.x - start.x) + y * (below.y - start.y)) / ink.height;
        if (-1.0..ink.width + 1.0).contains(&u) && (-1.0..ink.height + 1.0).contains(&v) {
            let cover = ink.at(u, v);
            for sample in pixel {
                *sample = (f32::from(*sample) * (1.0 - cover) + colour * cover) as u8;
            }
        }
    }
    Picture::new(size, samples).expect("as many samples as before")
}

/// A plain page.
pub(super) fn screen(size: Size, seed: u32) -> Picture {
    let grey = [250, 235, 30][seed as usize % 3];
    let samples = vec![grey; size.width as usize * size.height as usize * 3];
    Picture::new(size, samples).expect("three samples a pixel")
}

/// Hills and stones under a sky: soft edges, hard edges and grain.
pub(crate) fn landscape(size: Size, seed: u32) -> Picture {
    let mut random = Random(seed.wrapping_mul(7919) + 3);
    let stones: Vec<_> = (0..60)
        .map(|_| {
            let (x, y) = (random.between(0.0, 1.0), random.between(0.3, 1.0));
            (x, y, random.between(0.01, 0.09), random.between(40.0, 200.0))
        })
        .collect();
    let phase = random.between(0.0, 6.0);
    let mut samples = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let (u, v) = (x as f32 / size.width as f32, y as f32 / size.width as f32);
            let hill = 0.3 + 0.08 * (u * 7.0 + phase).sin() + 0.03 * (u * 31.0).sin();
            let mut colour = if v < hill {
                [110.0 + 200.0 * v, 150.0 + 150.0 * v, 220.0]
            } else {
                [90.0 + 60.0 * (u * 9.0 + v * 13.0).sin(), 120.0 - 60.0 * (v - hill), 60.0]
            };
            for (cx, cy, radius, grey) in &stones {
                let away = ((u - cx) / radius).powi(2) + ((v - cy) / radius * 1.7).powi(2);
                if away < 1.0 {
                    colour = [grey * (1.2 - away / 2.0); 3];
                }
            }
            let grain = random.between(-9.0, 9.0);
            samples.extend(colour.map(|value| (value + grain).clamp(0.0, 255.0) as u8));
        }
    }
    Picture::new(size, samples).expect("three samples a pixel")
}

/// Numbers that look random and are the same in each run.
struct Random(u32);

impl Random {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        low + (high - low).max(0.0) * (self.0 >> 8) as f32 / (1 << 24) as f32
    }
}
