//! What a picture shows of people, as the worker that looks at it tells it.

use pixels::{Point, Shape};
use serde::{Deserialize, Serialize};

/// One thing that was found in the picture itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The stable name of its kind: `face`, `text` or `code`.
    pub kind: String,
    /// Its corners, from the upper left one clockwise, in pixels of the upright picture.
    pub outline: [Point; 4],
    /// What is covered so that nothing of it is seen.
    pub cover: Shape,
    /// Whether it shows through what the page said is covered.
    pub shows_through: bool,
    /// What could be read.
    pub text: Option<String>,
    /// The stable names of what that says about a person, such as `email`.
    pub says: Vec<String>,
}

/// A part of a text that leads to a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The stable name of what it says, such as `email`.
    pub says: String,
    /// Its words.
    pub text: String,
}
