//! A copy of a photo's picture with a line and a number around each thing that was found in it.

use std::ops::RangeFrom;
use std::path::{Path, PathBuf};

use pixels::{Label, Picture, Region, Weight};
use vision::{Finding, Kind};
use vocab::ErrorKind;

use crate::cli::{CheckArgs, Only};
use crate::failure::Failure;
use crate::files;

/// Where copies go.
pub(super) enum Target {
    File(PathBuf),
    Folder(PathBuf),
}

impl Target {
    /// What was asked for; `None` if no copies are wanted. One photo has one file, unless a folder of
    /// that name is there already.
    pub(super) fn of(args: &CheckArgs) -> Result<Option<Self>, Failure> {
        let Some(out) = &args.picture else { return Ok(None) };
        if args.only == Some(Only::Hidden) {
            return Err(misuse(
                "With --only hidden no picture is looked at, so there is nothing to draw around.",
                "Leave out --only hidden, or --picture.",
                "nothing-to-draw",
            ));
        }
        if files::is_stream(out) {
            return Err(misuse(
                "Copies with numbers are not written to standard output: the words go there.",
                "Give --picture the name of a file.",
                "picture-needs-a-name",
            ));
        }
        let is_one = |path: &PathBuf| files::is_stream(path) || !path.is_dir();
        let one = args.photos.len() == 1 && args.photos.iter().all(is_one);
        Ok(Some(match one && !out.is_dir() {
            true => Self::File(out.clone()),
            false => Self::Folder(out.clone()),
        }))
    }

    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::File(_) => None,
            Self::Folder(folder) => Some(folder),
        }
    }

    /// Writes a copy; nothing that is there is replaced. In a folder they have the next names that are
    /// free, which say nothing of the photo.
    pub(super) fn write(
        &self,
        png: &[u8],
        numbers: &mut RangeFrom<u32>,
    ) -> Result<PathBuf, Failure> {
        match self {
            Self::File(path) => files::write_new(png, path).map(|()| path.clone()),
            Self::Folder(folder) => {
                let names = numbers.by_ref().map(|number| format!("seen-{number}.png"));
                files::write_beside(png, folder, names)
            }
        }
    }
}

fn misuse(what: &str, advice: &str, id: &'static str) -> Failure {
    Failure::new(what, advice).named(ErrorKind::Misuse, id)
}

/// A PNG of a copy; `None` if there is nothing to draw around. Numbers are those of the findings'
/// order, from 1.
pub(super) fn draw(
    picture: &Picture,
    findings: &[Finding],
    skin: &[Region],
) -> Result<Option<Vec<u8>>, Failure> {
    let found = findings.iter().zip(1..).map(|(finding, number)| Label {
        outline: finding.outline,
        number: Some(number),
        weight: weight(finding),
    });
    let skin = skin.iter().map(|region| Label {
        outline: region.outline(),
        number: None,
        weight: Weight::Suggestion,
    });
    let labels: Vec<_> = found.chain(skin).collect();
    if labels.is_empty() {
        return Ok(None);
    }
    let png = media::to_png(&picture.annotated(&labels));
    png.map(Some).ok_or_else(|| {
        Failure::new("The copy with numbers could not be made.", "Leave out --picture.")
            .named(ErrorKind::Bug, "picture-not-drawn")
    })
}

/// Faces, and what says something about a person, are drawn more strongly.
fn weight(finding: &Finding) -> Weight {
    match finding.kind == Kind::Face || !finding.says.is_empty() {
        true => Weight::Strong,
        false => Weight::Light,
    }
}
