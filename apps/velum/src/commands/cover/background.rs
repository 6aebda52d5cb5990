//! Everything but people: what `--background` covers.

use pixels::{Mask, Picture, Region};
use serde_json::{Value as Json, json};
use vision::{Finding, Kind};
use vocab::ErrorKind;

use crate::commands::detectors::Detectors;
use crate::failure::Failure;

/// Around whom the background was covered.
pub(super) struct Background {
    /// Faces that were found. Without any, what stands in front was taken for a person.
    faces: usize,
}

/// What is around people, given what was found in the picture.
pub(super) fn around(
    detectors: &Detectors,
    picture: &Picture,
    found: &[Finding],
) -> Result<(Background, Mask), Failure> {
    let faces = found.iter().filter(|finding| finding.kind == Kind::Face);
    let faces: Vec<Region> = faces.map(|finding| finding.region).collect();
    let people = detectors.people(picture, &faces).map_err(|error| super::not_looked_at(&error))?;
    let people = people.ok_or_else(|| {
        Failure::new(
            "No person was found in the picture, which does not mean that there is none. Without one, \
             all of it would be background. Nothing was written.",
            "Mark what is to be covered with --box, --ellipse, --polygon or --brush.",
        )
        .named(ErrorKind::NotFound, "no-person")
    })?;
    let around = people.inverted();
    if around.count() == 0 {
        return Err(Failure::new(
            "There is no background: all of the picture belongs to people. Nothing was written.",
            "Mark what is to be covered with --box, --ellipse, --polygon or --brush.",
        )
        .named(ErrorKind::NotFound, "no-background"));
    }
    Ok((Background { faces: faces.len() }, around))
}

impl Background {
    /// What is to be known of it, for people. `is_wider` if more than what was meant is covered.
    pub(super) fn limit(&self, is_wider: bool) -> String {
        let mut said = match self.faces {
            0 => "No face was found, so what stands in front was taken for the person. ",
            _ => "Only people whose faces were found are left. ",
        }
        .to_owned();
        if is_wider {
            said += "This kind of photo is covered in whole blocks, so the edge goes in steps and takes a \
                little of the person. ";
        }
        said + "Something of the room may still show between hairs, through thin cloth, and in mirrors, \
            glasses and eyes; --margin goes closer."
    }

    pub(super) fn to_json(&self) -> Json {
        json!({ "faces": self.faces })
    }
}
