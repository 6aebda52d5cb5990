//! `velum cover`: a clean copy of one photo with parts of its picture covered for good.
//!
//! What is found is covered with some around it, and the copy is looked at again: if anything that was
//! covered is found there, no copy is written.

use media::{Clean, Covered, Limits, Original};
use pixels::{Look, Mask, Means, Picture, Shape, Size};
use serde_json::{Value as Json, json};
use vision::{Finding, Kind};
use vocab::ErrorKind;

use self::background::Background;
use crate::cli::CoverArgs;
use crate::commands::detectors::{self, Detectors};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::Output;
use crate::words;

mod background;

/// What is said once of every copy.
const LIMIT: &str = "Only what was marked is covered. Look at the copy before you send it: a person \
    may be known by what is left, and what is not found is not covered.";

/// What was covered, for the report.
struct Done {
    found: Vec<Finding>,
    background: Option<Background>,
    drawn: usize,
    asked_pixels: u64,
    covered_pixels: u64,
    pixels: u64,
    clean: Clean,
}

/// Covers one photo.
pub(crate) fn run(args: &CoverArgs, out: &mut Output) -> Result<Outcome, Failure> {
    let about = |failure: Failure| failure.about(words::shown(&args.photo));
    let drawn = args.shapes();
    if args.kinds().is_empty() && !args.background && drawn.is_empty() {
        return Err(Failure::new(
            "Nothing was said that is to be covered.",
            "Say --faces, --text, --codes, --background, --box, --ellipse, --polygon or --brush.",
        )
        .named(ErrorKind::Misuse, "nothing-marked"));
    }
    if drawn.iter().any(|shape| shape.check().is_err()) {
        return Err(Failure::new(
            "A shape is not complete.",
            "A polygon needs three points at least, and a brush a width above 0 and a point.",
        )
        .named(ErrorKind::Misuse, "wrong-shape"));
    }
    let original = files::read_photo(&args.photo)?;
    let done = cover(args, original, &drawn).map_err(about)?;
    let is_stream = args.to.as_deref().is_some_and(files::is_stream);
    match &args.to {
        _ if args.dry_run => {}
        Some(_) if is_stream => return out.bytes(done.clean.bytes()).map(|()| Outcome::Done),
        Some(to) => files::write_new(done.clean.bytes(), to)?,
        None => {}
    }
    if args.json {
        out.json(&to_json(args, &done))?;
    } else {
        out.line(sentence(args, &done))?;
        if let Some(background) = &done.background {
            out.line(background.limit(done.covered_pixels > done.asked_pixels))?;
        }
        out.line(LIMIT)?;
    }
    Ok(Outcome::Done)
}

fn cover(args: &CoverArgs, original: Original, drawn: &[Shape]) -> Result<Done, Failure> {
    let usable = |error: media::Error| words::not_coverable(&error);
    let limits = Limits::default();
    let clean = original.clean().map_err(|error| words::not_usable(&error))?;
    drop(original);
    let shown = clean.shown_size();
    let size = Size { width: shown.width, height: shown.height };
    let detectors = Detectors::new(&looked_for(args));
    // Where only marked places are covered, nobody looks at the picture, and it is not drawn.
    let looks = !looked_for(args).is_empty();
    let picture = (looks || args.soft).then(|| clean.picture(&limits).map_err(usable));
    let picture = picture.transpose()?;
    let seen = picture.as_ref().filter(|_| looks);
    let Marked { found, background, mask } = mark(args, &detectors, seen, drawn, size)?;
    let style = match &picture {
        Some(picture) if args.soft => Look::Soft(Means::of(picture, &mask)),
        _ => Look::Solid(args.colour.0),
    };
    drop(picture);
    let covered = clean.cover(&mask, &style, &limits).map_err(usable)?;
    drop(clean);
    if looks {
        look_again(&detectors, &covered, &mask)?;
    }
    Ok(Done {
        found,
        background,
        drawn: drawn.len(),
        asked_pixels: mask.count(),
        covered_pixels: covered.mask.count(),
        pixels: u64::from(size.width) * u64::from(size.height),
        clean: covered.clean,
    })
}

/// What is to be covered.
struct Marked {
    found: Vec<Finding>,
    background: Option<Background>,
    mask: Mask,
}

/// Marks what is drawn, and what is found in the picture if there is one to look at.
fn mark(
    args: &CoverArgs,
    detectors: &Detectors,
    picture: Option<&Picture>,
    drawn: &[Shape],
    size: Size,
) -> Result<Marked, Failure> {
    let found = picture.map(|picture| look(detectors, picture)).transpose()?;
    let mut found = found.unwrap_or_default();
    let mut mask = Mask::none(size);
    let mut background = None;
    if let Some(picture) = picture.filter(|_| args.background) {
        let (told, around) = background::around(detectors, picture, &found)?;
        mask.join(&around);
        background = Some(told);
    }
    found.retain(|finding| args.kinds().contains(&finding.kind));
    for shape in found.iter().map(Finding::cover).chain(drawn.iter().cloned()) {
        mask.add(&shape);
    }
    if args.margin > 0 {
        mask = mask.grown(args.margin);
    }
    if mask.count() == 0 {
        return Err(nothing_there(args, drawn));
    }
    Ok(Marked { found, background, mask })
}

/// What is looked for: people are told by their faces.
fn looked_for(args: &CoverArgs) -> Vec<Kind> {
    let mut kinds = args.kinds();
    if args.background && !args.faces {
        kinds.push(Kind::Face);
    }
    kinds
}

fn look(detectors: &Detectors, picture: &Picture) -> Result<Vec<Finding>, Failure> {
    detectors.find(picture).map_err(|error| not_looked_at(&error))
}

fn not_looked_at(error: &vision::Error) -> Failure {
    detectors::not_looked_at(
        error,
        "Mark what is to be covered with --box, --ellipse, --polygon or --brush.",
    )
}

/// Nothing that was covered may be found in the copy.
fn look_again(detectors: &Detectors, covered: &Covered, mask: &Mask) -> Result<(), Failure> {
    let picture = covered.clean.picture(&Limits::default());
    let picture = picture.map_err(|error| words::not_coverable(&error))?;
    let again = look(detectors, &picture)?;
    if again.iter().any(|finding| finding.shows_through(mask)) {
        return Err(Failure::new(
            "Something that was covered is found in the copy again, so it was thrown away.",
            "Use a solid colour, or a larger --margin.",
        )
        .named(ErrorKind::Refused, "found-again"));
    }
    Ok(())
}

fn nothing_there(args: &CoverArgs, drawn: &[Shape]) -> Failure {
    let names: Vec<_> = args.kinds().into_iter().map(Kind::id).collect();
    let what = match drawn {
        [] => format!(
            "No {} was found in the picture; that does not mean that there is none. Nothing was written.",
            names.join(" or ")
        ),
        _ => "What was marked lies beside the picture. Nothing was written.".to_owned(),
    };
    Failure::new(what, "Look at the picture, and mark what is to be covered with --box.")
        .named(ErrorKind::NotFound, "nothing-to-cover")
}

fn count(done: &Done, kind: Kind) -> usize {
    done.found.iter().filter(|finding| finding.kind == kind).count()
}

/// Part of the picture that is covered, in percent.
fn percent(done: &Done) -> f64 {
    done.covered_pixels as f64 * 100.0 / done.pixels.max(1) as f64
}

fn sentence(args: &CoverArgs, done: &Done) -> String {
    let names = [
        (count(done, Kind::Face), "face", "faces"),
        (count(done, Kind::Text), "line of text", "lines of text"),
        (count(done, Kind::Code), "code", "codes"),
        (done.drawn, "marked place", "marked places"),
    ];
    let told = names.into_iter().filter(|(count, ..)| *count > 0);
    let told =
        told.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
    let background = done.background.iter().map(|_| "the background".to_owned());
    let told: Vec<_> = background.chain(told).collect();
    let photo = words::shown(&args.photo);
    let copy = match &args.to {
        Some(to) if !args.dry_run => format!("{photo} -> {}: covered", words::shown(to)),
        _ => format!("{photo}: would cover"),
    };
    format!("{copy} {}, {:.1} % of the picture.", told.join(", "), percent(done))
}

fn to_json(args: &CoverArgs, done: &Done) -> Json {
    let copy = args.to.as_ref().filter(|_| !args.dry_run);
    json!({
        "version": 1,
        "photo": words::shown(&args.photo),
        "copy": copy.map(|to| words::shown(to)),
        "dry_run": args.dry_run,
        "covered": {
            "faces": count(done, Kind::Face),
            "texts": count(done, Kind::Text),
            "codes": count(done, Kind::Code),
            "background": done.background.as_ref().map(Background::to_json),
            "marked": done.drawn,
            "asked_pixels": done.asked_pixels,
            "pixels": done.covered_pixels,
            "of_pixels": done.pixels,
        },
        "look": if args.soft { "soft" } else { "solid" },
    })
}
