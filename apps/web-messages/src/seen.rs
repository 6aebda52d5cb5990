//! What a picture shows of people, as the worker that looks at it tells it.

use serde::{Deserialize, Serialize};

/// One thing that was found in the picture itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The stable name of its kind: `face`, `text` or `code`.
    pub kind: String,
    /// Its corners, from the upper left one clockwise, in pixels of the upright picture.
    pub outline: [Corner; 4],
    /// What could be read.
    pub text: Option<String>,
    /// The stable names of what that says about a person, such as `email`.
    pub says: Vec<String>,
}

/// A point of a picture, in pixels from the upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Corner {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}
