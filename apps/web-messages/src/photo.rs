//! What a photo gives away, as the worker tells it.

use serde::{Deserialize, Serialize};

/// A photo that was looked at.
#[derive(Clone, Serialize, Deserialize)]
pub struct Checked {
    /// What the bytes are, such as `image/jpeg`.
    pub media_type: String,
    /// Width as shown, in pixels.
    pub width: u32,
    /// Height as shown, in pixels.
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// Size of the clean copy.
    pub clean_bytes: u64,
    /// What is hidden in it, what matters most first.
    pub findings: Vec<Finding>,
}

/// One thing a photo carries beside its picture.
#[derive(Clone, Serialize, Deserialize)]
pub struct Finding {
    /// The stable name of its kind, such as `place`.
    pub kind: String,
    /// What it says.
    pub value: Value,
    /// Its size.
    pub bytes: u64,
    /// Whether the clean copy still has it, because it is part of the picture.
    pub kept: bool,
}

/// What a finding says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing that can be told.
    None,
    /// A text from the file.
    Text(String),
    /// A place on the map.
    Place {
        /// Degrees north; south is negative.
        latitude_degrees: f64,
        /// Degrees east; west is negative.
        longitude_degrees: f64,
        /// Metres above the sea.
        altitude_m: Option<f64>,
    },
    /// How many single entries there are.
    Count(u32),
    /// Another picture and how it compares.
    Picture {
        /// Its width and height, if they can be read.
        size: Option<(u32, u32)>,
        /// Whether it shows the same.
        likeness: Likeness,
    },
}

/// How a small copy compares with the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Likeness {
    /// It shows the same.
    Same,
    /// It shows something else, or more than the photo does.
    Different,
    /// It could not be compared.
    Unknown,
}
