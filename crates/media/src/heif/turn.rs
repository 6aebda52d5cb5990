//! How viewers crop, turn and mirror the coded picture, from its properties in their order.

use crate::bmff::u32_at;
use crate::heif::picture::Picture;
use crate::heif::property::Property;
use crate::limits::Size;
use crate::orientation::Orientation;

/// What viewers do with the coded picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shown {
    /// The size before it is turned, after it is cropped.
    pub(crate) size: Size,
    pub(crate) orientation: Orientation,
    /// Whether something of it is never shown.
    pub(crate) is_cropped: bool,
}

/// A turn as a mirroring (left to right) and then quarter turns clockwise.
#[derive(Clone, Copy)]
struct Turn {
    is_mirrored: bool,
    quarters: u8,
}

/// Reads the properties of the primary item.
pub(crate) fn of(picture: &Picture) -> Shown {
    let properties = picture.nodes.first().map(|node| node.properties.as_slice());
    let transforms = properties.unwrap_or_default().iter().filter(|it| it.is_transform());
    shown(picture.size(), transforms.map(|property| &**property))
}

/// What these properties do with a picture of this size.
pub(crate) fn shown<'a>(coded: Size, transforms: impl Iterator<Item = &'a Property>) -> Shown {
    let mut turn = Turn { is_mirrored: false, quarters: 0 };
    let mut size = coded;
    for property in transforms {
        match (&property.kind, property.payload.first()) {
            (b"irot", Some(anticlockwise)) => turn.quarters += 4 - (anticlockwise & 3),
            // The axis is the one along which it is exchanged: 1 is left to right. Mirroring
            // after a turn is turning the other way after mirroring.
            (b"imir", Some(axis)) => {
                turn.is_mirrored = !turn.is_mirrored;
                turn.quarters = (4 - turn.quarters % 4) + if *axis & 1 == 1 { 0 } else { 2 };
            }
            (b"clap", _) => {
                let inner = clean_aperture(property).unwrap_or(size);
                let is_sideways = turn.quarters % 2 == 1;
                let inner = if is_sideways { swapped(inner) } else { inner };
                size.width = size.width.min(inner.width);
                size.height = size.height.min(inner.height);
            }
            _ => {}
        }
        turn.quarters %= 4;
    }
    Shown { size, orientation: turn.orientation(), is_cropped: size != coded }
}

fn swapped(size: Size) -> Size {
    Size { width: size.height, height: size.width }
}

/// Width and height of a `clap`, each a fraction.
fn clean_aperture(property: &Property) -> Option<Size> {
    let side =
        |at: usize| u32_at(&property.payload, at)?.checked_div(u32_at(&property.payload, at + 4)?);
    Some(Size { width: side(0)?, height: side(8)? })
}

impl Turn {
    fn orientation(self) -> Orientation {
        match (self.is_mirrored, self.quarters) {
            (false, 0) => Orientation::Upright,
            (false, 1) => Orientation::TurnedRight,
            (false, 2) => Orientation::UpsideDown,
            (false, _) => Orientation::TurnedLeft,
            (true, 0) => Orientation::Mirrored,
            (true, 1) => Orientation::MirroredRight,
            (true, 2) => Orientation::MirroredUpsideDown,
            (true, _) => Orientation::MirroredLeft,
        }
    }
}
