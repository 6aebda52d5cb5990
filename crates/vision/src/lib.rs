//! Finds what identifies a person in a picture: pixels in, findings out.
//!
//! The detectors' weights come from outside, as bytes: from the program itself on the command line,
//! beside the page in a browser. They are the ones that `models/` holds, or nothing is looked at.

mod codes;
mod cover;
mod error;
mod faces;
mod finder;
mod finding;
#[cfg(feature = "measuring")]
pub mod measuring;
mod network;
mod person;
mod says;
mod skin;
mod text;
mod tiles;
mod watch;

pub use error::Error;
pub use faces::{Face, FaceFinder};
pub use finder::{Finder, Models};
pub use finding::{Finding, Kind};
pub use person::PersonFinder;
pub use says::{Passage, Sensitive, passages};
pub use skin::skin;
pub use watch::{Progress, Steps};

#[cfg(test)]
mod tests;
