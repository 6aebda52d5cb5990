//! What the picture itself shows of people, in words and as JSON.

use media::{Error, Original};
use pixels::{Picture, Region};
use serde_json::{Value as Json, json};
use vision::{Finding, Kind, Sensitive};

use crate::commands::detectors::Detectors;
use crate::failure::Failure;
use crate::words;

/// What was seen in a picture.
pub(super) enum Seen {
    /// These, and, where faces were looked for, places that may be bare skin.
    Findings(Vec<Finding>, Option<Vec<Region>>),
    /// Nothing was looked at, for this reason.
    NotLookedAt(NotLookedAt),
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

/// Looks at a photo.
pub(super) fn look_at(detectors: &Detectors, original: &Original) -> Result<Seen, Failure> {
    let picture = match original.picture() {
        Ok(picture) => picture,
        Err(error) => return Ok(Seen::NotLookedAt(NotLookedAt::because(&error))),
    };
    look(detectors, &picture).map_err(|error| {
        Failure::new(
            format!("The picture could not be looked at: {error}."),
            "velum check --only hidden works without that.",
        )
        .named(vocab::ErrorKind::Bug, "detector-failed")
    })
}

fn look(detectors: &Detectors, picture: &Picture) -> Result<Seen, vision::Error> {
    let findings = detectors.find(picture)?;
    let faces = findings.iter().filter(|finding| finding.kind == Kind::Face);
    let faces: Vec<_> = faces.map(|finding| finding.region).collect();
    let skin = detectors.looks_for_faces().then(|| detectors.skin(picture, &faces)).transpose()?;
    Ok(Seen::Findings(findings, skin))
}

impl Seen {
    pub(super) fn is_something(&self) -> bool {
        matches!(self, Self::Findings(findings, _) if !findings.is_empty())
    }

    /// Lines for people: first how many there are, then what was read. Texts that say nothing of a
    /// person are told only if `all` are wanted.
    pub(super) fn lines(&self, kinds: &[Kind], all: bool) -> Vec<String> {
        let (findings, skin) = match self {
            Self::Findings(findings, skin) => (findings, skin.as_deref().unwrap_or_default()),
            Self::NotLookedAt(why) => {
                return vec![format!("The picture was not looked at: {}.", why.words())];
            }
        };
        let counts: Vec<String> = kinds.iter().filter_map(|kind| count(findings, *kind)).collect();
        if counts.is_empty() {
            let names: Vec<_> = kinds.iter().map(|kind| name(*kind)).collect();
            let (last, others) = names.split_last().unwrap_or((&"", &[]));
            let or = if others.is_empty() { "" } else { " or " };
            return vec![format!(
                "No {}{or}{last} was found in the picture; that does not mean that there is none.",
                others.join(", ")
            )];
        }
        let is_one = findings.len() == 1;
        let rest = if is_one {
            "It is not hidden; cleaning leaves it."
        } else {
            "They are not hidden; cleaning leaves them."
        };
        let mut lines = vec![format!("In the picture: {}. {rest}", counts.join(", "))];
        lines.extend(findings.iter().filter_map(|finding| line(finding, all)));
        lines.extend(suggestion(skin));
        lines
    }

    /// The findings, in pixels of the upright picture; null if nobody looked.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Findings(findings, _) => findings.iter().map(finding_json).collect(),
            Self::NotLookedAt(_) => Json::Null,
        }
    }

    /// Why nobody looked; null if somebody did.
    pub(super) fn not_looked_at(&self) -> Json {
        match self {
            Self::Findings(..) => Json::Null,
            Self::NotLookedAt(why) => json!(why.id()),
        }
    }

    /// Boxes of what may be bare skin; `None` if faces were not looked for.
    pub(super) fn skin(&self) -> Option<Json> {
        match self {
            Self::Findings(_, skin) => {
                skin.as_ref().map(|skin| skin.iter().map(box_json).collect())
            }
            Self::NotLookedAt(_) => None,
        }
    }
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

/// What was read, and what it says.
fn line(finding: &Finding, all: bool) -> Option<String> {
    let subject = match finding.kind {
        Kind::Face => return None,
        Kind::Text => "text",
        Kind::Code => "code",
    };
    if finding.says == [Sensitive::Unread] {
        return Some(format!("  {subject} that could not be read; it may say anything"));
    }
    let says: Vec<_> = finding.says.iter().map(|kind| words::says(*kind)).collect();
    let text = words::plain(finding.text.as_deref().unwrap_or_default());
    match says.as_slice() {
        [] if all || finding.kind == Kind::Code => Some(format!("  {subject}: {text}")),
        [] => None,
        says => Some(format!("  {subject} with {}: {text}", says.join(", "))),
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
