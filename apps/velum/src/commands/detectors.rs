//! What finds faces, texts and codes in pictures: on this machine, with weights that are part of the
//! program.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use pixels::Picture;
use vision::{Error, Finder, Finding, Kind, Models};

/// The detectors' weights; models/README.md says where they come from.
const FACES: &[u8] = include_bytes!("../../../../models/faces.onnx");
const TEXT_LINES: &[u8] = include_bytes!("../../../../models/text-lines.onnx");
const TEXT_READING: &[u8] = include_bytes!("../../../../models/text-reading.onnx");

/// Loads the detectors when first needed, once for all photos.
pub(super) struct Detectors {
    kinds: Vec<Kind>,
    finder: OnceLock<Result<Finder, Error>>,
}

impl Detectors {
    /// For these kinds of things.
    pub(super) fn new(kinds: &[Kind]) -> Self {
        Self { kinds: kinds.to_vec(), finder: OnceLock::new() }
    }

    /// Looks at a picture.
    pub(super) fn find(&self, picture: &Picture) -> Result<Vec<Finding>, Error> {
        let finder = self.finder.get_or_init(|| Finder::load(self.models()));
        let finder = finder.as_ref().map_err(|error| *error)?;
        finder.find(picture, &self.kinds, |_| ControlFlow::Continue(()))
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
