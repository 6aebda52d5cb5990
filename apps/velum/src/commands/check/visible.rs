//! What the picture itself shows of people: looked for on this machine, by detectors that are part
//! of the program.

use std::sync::OnceLock;

use media::{Error, Original};
use serde_json::{Value as Json, json};
use vision::{Face, FaceFinder};

use crate::failure::Failure;

/// The detector's weights; models/README.md says where they come from.
const FACES: &[u8] = include_bytes!("../../../../../models/faces.onnx");

/// Loads the detectors when first needed, once for all photos.
#[derive(Default)]
pub(super) struct Detectors {
    faces: OnceLock<Result<FaceFinder, vision::Error>>,
}

/// What was seen in a picture.
pub(super) enum Seen {
    /// These faces.
    Faces(Vec<Face>),
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

impl Detectors {
    /// Looks at a photo.
    pub(super) fn look_at(&self, original: &Original) -> Result<Seen, Failure> {
        let picture = match original.picture() {
            Ok(picture) => picture,
            Err(error) => return Ok(Seen::NotLookedAt(NotLookedAt::because(&error))),
        };
        let finder = self.faces.get_or_init(|| FaceFinder::load(FACES.to_vec()));
        let finder = finder.as_ref().map_err(|error| failed(*error))?;
        finder.find(&picture).map(Seen::Faces).map_err(failed)
    }
}

fn failed(error: vision::Error) -> Failure {
    Failure::new(
        format!("The picture could not be looked at: {error}."),
        "velum check --only hidden works without that.",
    )
    .named(vocab::ErrorKind::Bug, "detector-failed")
}

impl Seen {
    pub(super) fn is_something(&self) -> bool {
        matches!(self, Self::Faces(faces) if !faces.is_empty())
    }

    /// One line for people.
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Faces(faces) => match faces.len() {
                0 => "No face was found in the picture; that does not mean that there is none."
                    .to_owned(),
                1 => "In the picture: 1 face. It is not hidden; cleaning leaves it.".to_owned(),
                count => {
                    format!(
                        "In the picture: {count} faces. They are not hidden; cleaning leaves them."
                    )
                }
            },
            Self::NotLookedAt(why) => format!("Faces were not looked for: {}.", why.words()),
        }
    }

    /// The boxes, in pixels of the upright picture; null if nobody looked.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Faces(faces) => faces.iter().map(face_json).collect(),
            Self::NotLookedAt(_) => Json::Null,
        }
    }

    /// Why nobody looked; null if somebody did.
    pub(super) fn not_looked_at(&self) -> Json {
        match self {
            Self::Faces(_) => Json::Null,
            Self::NotLookedAt(why) => json!(why.id()),
        }
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

fn face_json(face: &Face) -> Json {
    let region = face.region;
    json!({
        "kind": "face",
        "box": [region.left, region.top, region.right, region.bottom],
        "confidence": face.confidence,
    })
}
