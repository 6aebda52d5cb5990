//! What the picture itself shows of people, in words and as JSON.

use std::ops::RangeFrom;
use std::path::PathBuf;

use media::{Error, Original};
use pixels::{Picture, Region};
use serde_json::{Value as Json, json};
use vision::{Finding, Kind, Sensitive};

use super::annotated::{self, Target};
use crate::commands::detectors::{self, Detectors};
use crate::failure::Failure;
use crate::words;

/// What was seen in a picture.
pub(super) enum Seen {
    Looked(Looked),
    /// Nothing was looked at, for this reason.
    NotLookedAt(NotLookedAt),
}

/// A picture that was looked at.
pub(super) struct Looked {
    findings: Vec<Finding>,
    /// Where faces were looked for, places that may be bare skin.
    skin: Option<Vec<Region>>,
    /// What is numbered in a copy.
    copy: Copy,
}

/// A copy of the picture with lines and numbers around the findings.
enum Copy {
    NotWanted,
    /// There is nothing to draw around.
    Empty,
    /// A PNG, until it is written.
    Drawn(Vec<u8>),
    Written(PathBuf),
}

/// Why a picture was not looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NotLookedAt {
    /// Clips are not looked at yet.
    Clip,
    /// Velum cannot draw this kind of picture.
    NoDecoder,
    /// It cannot be drawn to its end, or not be cleaned before.
    Damaged,
    /// It has too many pixels.
    TooBig,
}

/// Looks at a photo, and draws around what is found if a `copy` is wanted.
pub(super) fn look_at(
    detectors: &Detectors,
    original: &Original,
    copy: bool,
) -> Result<Seen, Failure> {
    let picture = match original.picture() {
        Ok(picture) => picture,
        Err(error) => return Ok(Seen::NotLookedAt(NotLookedAt::because(&error))),
    };
    let (findings, skin) = look(detectors, &picture).map_err(|error| {
        detectors::not_looked_at(&error, "velum check --only hidden works without that.")
    })?;
    let copy = match copy {
        false => Copy::NotWanted,
        true => annotated::draw(&picture, &findings, skin.as_deref().unwrap_or_default())?
            .map_or(Copy::Empty, Copy::Drawn),
    };
    Ok(Seen::Looked(Looked { findings, skin, copy }))
}

type Found = (Vec<Finding>, Option<Vec<Region>>);

fn look(detectors: &Detectors, picture: &Picture) -> Result<Found, vision::Error> {
    let findings = detectors.find(picture)?;
    let faces = findings.iter().filter(|finding| finding.kind == Kind::Face);
    let faces: Vec<_> = faces.map(|finding| finding.region).collect();
    let skin = detectors.looks_for_faces().then(|| detectors.skin(picture, &faces)).transpose()?;
    Ok((findings, skin))
}

impl Seen {
    pub(super) fn is_something(&self) -> bool {
        matches!(self, Self::Looked(looked) if !looked.findings.is_empty())
    }

    /// Gives the copy its name, if there is one.
    pub(super) fn write(
        &mut self,
        target: &Target,
        numbers: &mut RangeFrom<u32>,
    ) -> Result<(), Failure> {
        if let Self::Looked(looked) = self
            && let Copy::Drawn(png) = &looked.copy
        {
            looked.copy = Copy::Written(target.write(png, numbers)?);
        }
        Ok(())
    }

    /// Lines for people: first how many there are, then what was read. Texts that say nothing of a
    /// person are told only if `all` are wanted, or have a number in a copy.
    pub(super) fn lines(&self, kinds: &[Kind], all: bool) -> Vec<String> {
        match self {
            Self::Looked(looked) => looked.lines(kinds, all),
            Self::NotLookedAt(why) => {
                vec![format!("The picture was not looked at: {}.", why.words())]
            }
        }
    }

    /// The findings, in pixels of the upright picture; null if nobody looked.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Looked(looked) => looked.to_json(),
            Self::NotLookedAt(_) => Json::Null,
        }
    }

    /// Why nobody looked; null if somebody did.
    pub(super) fn not_looked_at(&self) -> Json {
        match self {
            Self::Looked(_) => Json::Null,
            Self::NotLookedAt(why) => json!(why.id()),
        }
    }

    /// Boxes of what may be bare skin; `None` if faces were not looked for.
    pub(super) fn skin(&self) -> Option<Json> {
        match self {
            Self::Looked(looked) => {
                looked.skin.as_ref().map(|skin| skin.iter().map(box_json).collect())
            }
            Self::NotLookedAt(_) => None,
        }
    }

    /// Where the copy with numbers is; null if there is none.
    pub(super) fn picture_json(&self) -> Json {
        match self {
            Self::Looked(Looked { copy: Copy::Written(path), .. }) => {
                json!(path.display().to_string())
            }
            _ => Json::Null,
        }
    }
}

impl Looked {
    fn lines(&self, kinds: &[Kind], all: bool) -> Vec<String> {
        let counts: Vec<String> =
            kinds.iter().filter_map(|kind| count(&self.findings, *kind)).collect();
        if counts.is_empty() {
            return [nothing(kinds)].into_iter().chain(self.copy.lines(false)).collect();
        }
        let rest = if self.findings.len() == 1 {
            "It is not hidden; cleaning leaves it."
        } else {
            "They are not hidden; cleaning leaves them."
        };
        let mut lines = vec![format!("In the picture: {}. {rest}", counts.join(", "))];
        let is_numbered = matches!(self.copy, Copy::Written(_));
        for (finding, number) in self.findings.iter().zip(1..) {
            match line(finding, all, is_numbered) {
                Some(line) if is_numbered => lines.push(format!("  {number}: {line}")),
                line => lines.extend(line.map(|line| format!("  {line}"))),
            }
        }
        let skin = self.skin.as_deref().unwrap_or_default();
        lines.extend(suggestion(skin));
        lines.extend(self.copy.lines(!skin.is_empty()));
        lines
    }

    fn to_json(&self) -> Json {
        let is_numbered = matches!(self.copy, Copy::Written(_));
        let json = |(finding, number): (&Finding, u32)| {
            let mut json = finding_json(finding);
            if is_numbered {
                json["number"] = number.into();
            }
            json
        };
        self.findings.iter().zip(1..).map(json).collect()
    }
}

impl Copy {
    fn lines(&self, has_dashes: bool) -> Vec<String> {
        match self {
            Self::NotWanted | Self::Drawn(_) => Vec::new(),
            Self::Empty => {
                vec!["There is nothing to draw around, so no copy was written.".to_owned()]
            }
            Self::Written(path) => {
                let dashes = if has_dashes { " Dashes: may be bare skin." } else { "" };
                vec![
                    format!("To look at: {}.{dashes}", words::shown(path)),
                    "This copy shows what the photo shows; it is for you to look at.".to_owned(),
                ]
            }
        }
    }
}

/// That none of these was found.
fn nothing(kinds: &[Kind]) -> String {
    let names: Vec<_> = kinds.iter().map(|kind| name(*kind)).collect();
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    let or = if others.is_empty() { "" } else { " or " };
    format!(
        "No {}{or}{last} was found in the picture; that does not mean that there is none.",
        others.join(", ")
    )
}

/// Most places that are told in words.
const PLACES_MAX: usize = 5;

/// Where to look for what Velum cannot find.
fn suggestion(skin: &[Region]) -> Option<String> {
    let place = |region: &Region| {
        let Region { left, top, right, bottom } = region;
        format!("{left:.0},{top:.0} to {right:.0},{bottom:.0}")
    };
    let mut told: Vec<_> = skin.iter().take(PLACES_MAX).map(place).collect();
    if skin.len() > PLACES_MAX {
        told.push(format!("{} more", skin.len() - PLACES_MAX));
    }
    (!told.is_empty()).then(|| {
        format!(
            "May be bare skin: {}. Please look there yourself for tattoos, scars, marks and jewellery; \
             Velum cannot find those.",
            told.join("; ")
        )
    })
}

fn box_json(region: &Region) -> Json {
    json!([region.left, region.top, region.right, region.bottom])
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Face => "face",
        Kind::Text => "text",
        Kind::Code => "code",
    }
}

/// How many of a kind there are; `None` if none.
fn count(findings: &[Finding], kind: Kind) -> Option<String> {
    let count = findings.iter().filter(|finding| finding.kind == kind).count();
    let (one, many) = match kind {
        Kind::Face => ("1 face", "faces"),
        Kind::Text => ("1 line of text", "lines of text"),
        Kind::Code => ("1 code", "codes"),
    };
    match count {
        0 => None,
        1 => Some(one.to_owned()),
        _ => Some(format!("{count} {many}")),
    }
}

/// What was read, and what it says; of things with numbers, all.
fn line(finding: &Finding, all: bool, is_numbered: bool) -> Option<String> {
    let subject = name(finding.kind);
    if finding.kind == Kind::Face {
        return is_numbered.then(|| subject.to_owned());
    }
    if finding.says == [Sensitive::Unread] {
        return Some(format!("{subject} that could not be read; it may say anything"));
    }
    let says: Vec<_> = finding.says.iter().map(|kind| words::says(*kind)).collect();
    let text = words::plain(finding.text.as_deref().unwrap_or_default());
    match says.as_slice() {
        [] if all || is_numbered || finding.kind == Kind::Code => {
            Some(format!("{subject}: {text}"))
        }
        [] => None,
        says => Some(format!("{subject} with {}: {text}", says.join(", "))),
    }
}

impl NotLookedAt {
    fn because(error: &Error) -> Self {
        match error {
            Error::NoDecoder => Self::NoDecoder,
            Error::PictureTooBig { .. } => Self::TooBig,
            _ => Self::Damaged,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Clip => "clip",
            Self::NoDecoder => "no-decoder",
            Self::Damaged => "damaged",
            Self::TooBig => "picture-too-big",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Clip => "Velum does not look at clips yet",
            Self::NoDecoder => "Velum cannot draw this kind of picture",
            Self::Damaged => "the picture cannot be drawn",
            Self::TooBig => "the picture has too many pixels",
        }
    }
}

fn finding_json(finding: &Finding) -> Json {
    let mut json = json!({
        "kind": finding.kind.id(),
        "box": box_json(&finding.region),
        "confidence": finding.confidence,
    });
    if finding.kind != Kind::Face {
        json["outline"] =
            finding.outline.iter().map(|corner| json!([corner.x, corner.y])).collect();
        json["text"] = json!(finding.text);
        json["says"] = finding.says.iter().map(|kind| kind.id()).collect();
    }
    json
}
