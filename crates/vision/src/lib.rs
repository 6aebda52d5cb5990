//! Finds what identifies a person in a picture: pixels in, findings out.
//!
//! The detectors' weights come from outside, as bytes: from the program itself on the command line,
//! beside the page in a browser. They are the ones that `models/` holds, or nothing is looked at.

mod error;
mod faces;
mod model;
mod tiles;

pub use error::Error;
pub use faces::{Face, FaceFinder};
