//! What is to be covered in a photo, and how.

use pixels::Shape;
use serde::{Deserialize, Serialize};

/// So many shapes are covered at once; more are no work of a hand.
pub const SHAPES_MAX: usize = 2000;

/// Parts of a photo that are to be covered.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// What is covered, on the upright picture.
    pub shapes: Vec<Shape>,
    /// What the cover looks like.
    pub look: Look,
}

/// What a cover looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// One colour: red, green and blue.
    Solid([u8; 3]),
    /// Soft colours: a few means of what was there, and nothing else of it.
    Soft,
}
