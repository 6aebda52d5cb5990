//! What finds faces, texts, codes and people in pictures: on this machine, with weights that are part of the
//! program.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use pixels::{Mask, Picture, Region};
use vision::{Error, Finder, Finding, Kind, Models, PersonFinder};
use vocab::ErrorKind;

use crate::failure::Failure;

/// The detectors' weights; models/README.md says where they come from.
const FACES: &[u8] = include_bytes!("../../../../models/faces.onnx");
const TEXT_LINES: &[u8] = include_bytes!("../../../../models/text-lines.onnx");
const TEXT_READING: &[u8] = include_bytes!("../../../../models/text-reading.onnx");
const SELFIE: &[u8] = include_bytes!("../../../../models/selfie.onnx");

/// Loads the detectors when first needed, once for all photos.
pub(super) struct Detectors {
    kinds: Vec<Kind>,
    finder: OnceLock<Result<Finder, Error>>,
    people: OnceLock<Result<PersonFinder, Error>>,
}

impl Detectors {
    /// For these kinds of things.
    pub(super) fn new(kinds: &[Kind]) -> Self {
        Self { kinds: kinds.to_vec(), finder: OnceLock::new(), people: OnceLock::new() }
    }

    /// Looks at a picture.
    pub(super) fn find(&self, picture: &Picture) -> Result<Vec<Finding>, Error> {
        let finder = self.finder.get_or_init(|| Finder::load(self.models()));
        let finder = finder.as_ref().map_err(|error| *error)?;
        finder.find(picture, &self.kinds, |_| ControlFlow::Continue(()))
    }

    /// The pixels that belong to people with these faces; without faces, to what stands in front.
    pub(super) fn people(
        &self,
        picture: &Picture,
        faces: &[Region],
    ) -> Result<Option<Mask>, Error> {
        self.person_finder()?.mask(picture, faces, |_| ControlFlow::Continue(()))
    }

    /// Whether faces are among what is looked for.
    pub(super) fn looks_for_faces(&self) -> bool {
        self.kinds.contains(&Kind::Face)
    }

    /// Places that may be bare skin, of people with these faces, the largest first.
    pub(super) fn skin(&self, picture: &Picture, faces: &[Region]) -> Result<Vec<Region>, Error> {
        if faces.is_empty() {
            return Ok(Vec::new());
        }
        self.person_finder()?.skin(picture, faces, |_| ControlFlow::Continue(()))
    }

    fn person_finder(&self) -> Result<&PersonFinder, Error> {
        let people = self.people.get_or_init(|| PersonFinder::load(SELFIE.to_vec()));
        people.as_ref().map_err(|error| *error)
    }

    fn models(&self) -> Models {
        let wanted = |kind: Kind| self.kinds.contains(&kind);
        let text = || (TEXT_LINES.to_vec(), TEXT_READING.to_vec());
        Models {
            faces: wanted(Kind::Face).then(|| FACES.to_vec()),
            text: wanted(Kind::Text).then(text),
        }
    }
}

/// Why a picture was not looked at, and what works without that. Damaged weights mean a damaged
/// program: they are a part of it.
pub(super) fn not_looked_at(error: &Error, otherwise: &str) -> Failure {
    let what = format!("The picture could not be looked at: {error}.");
    match error {
        Error::WrongModel { .. } => {
            Failure::new(what, format!("Install Velum again: its own file is damaged. {otherwise}"))
                .named(ErrorKind::Bug, "detector-damaged")
        }
        _ => Failure::new(what, otherwise).named(ErrorKind::Bug, "detector-failed"),
    }
}
