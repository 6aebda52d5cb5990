//! The arguments of `velum cover`: what is to be covered, and how.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use pixels::{Point, Region, Shape};
use vision::Kind;

#[derive(Args)]
#[command(after_help = "Examples:\n  velum cover party.jpg --faces --to send.jpg\n  \
    velum cover letter.png --text --codes --to send.png\n  \
    velum cover bedroom.png --background --to send.png\n  \
    velum cover party.jpg --box 120,80,200,150 --ellipse 400,90,80,110 --to send.jpg\n\n\
    Places are in pixels from the upper left corner of the picture as it is shown. The copy is clean \
    as velum clean makes it, and only what is marked is covered: look at it before you send it. A \
    person may be known by what is left. Leave some room around what you mark: compression has left \
    traces of it up to 16 pixels away (--margin 16).")]
pub(crate) struct CoverArgs {
    /// The photo: a JPEG, PNG or WebP; it is only read. `-` reads it from standard input
    #[arg(value_name = "PHOTO")]
    pub(crate) photo: PathBuf,
    /// Name of the copy; `-` writes to standard output
    #[arg(long, value_name = "OUT", required_unless_present = "dry_run")]
    pub(crate) to: Option<PathBuf>,
    /// Cover all faces that are found
    #[arg(long)]
    pub(crate) faces: bool,
    /// Cover all lines of text that are found
    #[arg(long)]
    pub(crate) text: bool,
    /// Cover all QR codes, bar codes and the like that are found
    #[arg(long)]
    pub(crate) codes: bool,
    /// Cover everything around the people whose faces are found; without any, everything around what
    /// stands in front
    #[arg(long)]
    pub(crate) background: bool,
    /// Cover a rectangle; may be given several times
    #[arg(long = "box", value_name = "LEFT,TOP,WIDTH,HEIGHT", allow_hyphen_values = true)]
    pub(crate) boxes: Vec<Place>,
    /// Cover the ellipse in a rectangle; may be given several times
    #[arg(long = "ellipse", value_name = "LEFT,TOP,WIDTH,HEIGHT", allow_hyphen_values = true)]
    pub(crate) ellipses: Vec<Place>,
    /// Cover what lies within these points; may be given several times
    #[arg(long = "polygon", value_name = "X,Y,X,Y,X,Y...", allow_hyphen_values = true)]
    pub(crate) polygons: Vec<Numbers>,
    /// Cover what a round brush of this width touches on its way; may be given several times
    #[arg(long = "brush", value_name = "WIDTH,X,Y,X,Y...", allow_hyphen_values = true)]
    pub(crate) brushes: Vec<Numbers>,
    /// So many pixels more, on all sides of all that is covered; of a background, so much closer to
    /// people
    #[arg(long, value_name = "PIXELS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=10_000))]
    pub(crate) margin: u32,
    /// The colour of the cover: red, green and blue in hexadecimal digits
    #[arg(long, value_name = "RRGGBB", default_value = "000000", conflicts_with = "soft")]
    pub(crate) colour: Colour,
    /// Cover with soft colours instead: a few means of what was there, and nothing else of it
    #[arg(long)]
    pub(crate) soft: bool,
    /// Say what would be covered, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print one JSON document instead of words
    #[arg(long)]
    pub(crate) json: bool,
}

impl CoverArgs {
    /// What is covered wherever it is found.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let wanted = [(Kind::Face, self.faces), (Kind::Text, self.text), (Kind::Code, self.codes)];
        wanted.into_iter().filter(|(_, wanted)| *wanted).map(|(kind, _)| kind).collect()
    }

    /// What was marked by hand, in no order. Polygons and brushes may still have too few points.
    pub(crate) fn shapes(&self) -> Vec<Shape> {
        let boxes = self.boxes.iter().map(|place| Shape::Box(place.0));
        let ellipses = self.ellipses.iter().map(|place| Shape::Ellipse(place.0));
        let polygons = self.polygons.iter().map(|numbers| Shape::Polygon(points(&numbers.0)));
        let brushes = self.brushes.iter().map(|numbers| {
            let (width, rest) = numbers.0.split_first().unwrap_or((&0.0, &[]));
            Shape::Stroke { points: points(rest), width: *width }
        });
        boxes.chain(ellipses).chain(polygons).chain(brushes).collect()
    }
}

fn points(numbers: &[f32]) -> Vec<Point> {
    numbers
        .chunks(2)
        .map(|at| Point { x: at[0], y: at.get(1).copied().unwrap_or(f32::NAN) })
        .collect()
}

/// A rectangle.
#[derive(Clone)]
pub(crate) struct Place(Region);

/// Numbers with commas between them.
#[derive(Clone)]
pub(crate) struct Numbers(Vec<f32>);

/// Red, green and blue.
#[derive(Clone, Copy)]
pub(crate) struct Colour(pub(crate) [u8; 3]);

impl FromStr for Numbers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split(',').map(|number| number.trim().parse::<f32>());
        let numbers: Result<Vec<_>, _> = numbers.collect();
        match numbers {
            Ok(numbers) if numbers.iter().all(|number| number.is_finite()) => Ok(Self(numbers)),
            _ => Err("expected numbers with commas between them".to_owned()),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Numbers(numbers) = text.parse()?;
        match *numbers.as_slice() {
            [left, top, width, height] if width > 0.0 && height > 0.0 => {
                Ok(Self(Region { left, top, right: left + width, bottom: top + height }))
            }
            _ => Err("expected left, top, width and height in pixels".to_owned()),
        }
    }
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6);
        let value = value.ok_or("expected six hexadecimal digits, such as 000000 for black")?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}
