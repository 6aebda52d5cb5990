//! A decoded picture and places on it. Knows nothing of files: `media` makes pictures from them.
//!
//! All pictures are upright, eight bits a channel, red, green and blue, in sRGB.

mod annotated;
mod area;
mod look;
mod mask;
mod picture;
mod point;
mod region;
mod shape;

pub use annotated::{Label, Weight};
pub use area::Area;
pub use look::{Look, Means};
pub use mask::{Mask, Part};
pub use picture::{Picture, WrongLength};
pub use point::{Outline, Point};
pub use region::Region;
pub use shape::{POINTS_MAX, Shape, WrongShape};

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}
