//! What a photo or clip gives away, as the worker tells it.

use serde::{Deserialize, Serialize};

/// A photo or clip that was looked at.
#[derive(Clone, Serialize, Deserialize)]
pub struct Checked {
    /// What the bytes are, such as `image/jpeg`.
    pub media_type: String,
    /// Width and height as shown, in pixels; none for a clip with sound only.
    pub size: Option<(u32, u32)>,
    /// Size of the file.
    pub bytes: u64,
    /// The account of cleaning. Clips are cleaned when they are asked for: they have none yet.
    pub receipt: Option<Receipt>,
    /// Whether it can be shared with one person, or only saved.
    pub can_be_shared: bool,
    /// Whether parts of it can be covered.
    pub can_be_covered: bool,
    /// What is hidden in it, what matters most first.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether it moves.
    pub fn is_clip(&self) -> bool {
        self.media_type.starts_with("video/")
    }
}

/// What was taken out and what was kept. Together they are the size of the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct Receipt {
    /// Size of the clean copy.
    pub clean_bytes: u64,
    /// Bytes of the file that say how to show the picture.
    pub kept_bytes: u64,
    /// What was taken out: the stable name of the part it was in, and its bytes.
    pub removed: Vec<(String, u64)>,
}

/// One thing a photo carries beside its picture.
#[derive(Clone, Serialize, Deserialize)]
pub struct Finding {
    /// The stable name of its kind, such as `place`.
    pub kind: String,
    /// What it says.
    pub value: Value,
    /// Where it begins in the file.
    pub offset: u64,
    /// Its size.
    pub bytes: u64,
    /// What these bytes alone are, such as `image/jpeg`, if a viewer can show them.
    pub shows: Option<String>,
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
