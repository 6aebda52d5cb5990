//! How a viewer turns the stored samples before it shows them, and the smallest Exif that says so.

use crate::ifd::Tiff;
use crate::limits::Size;

/// The eight ways of the Exif orientation tag. The number is the tag's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Orientation {
    /// As stored.
    #[default]
    Upright = 1,
    /// Mirrored left to right.
    Mirrored = 2,
    /// Turned by 180 degrees.
    UpsideDown = 3,
    /// Mirrored top to bottom.
    MirroredUpsideDown = 4,
    /// Mirrored, then turned by 270 degrees clockwise.
    MirroredLeft = 5,
    /// Shown turned by 90 degrees clockwise.
    TurnedRight = 6,
    /// Mirrored, then turned by 90 degrees clockwise.
    MirroredRight = 7,
    /// Shown turned by 270 degrees clockwise.
    TurnedLeft = 8,
}

const ORIENTATION_TAG: u16 = 0x0112;

impl Orientation {
    pub(crate) fn from_value(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Upright,
            2 => Self::Mirrored,
            3 => Self::UpsideDown,
            4 => Self::MirroredUpsideDown,
            5 => Self::MirroredLeft,
            6 => Self::TurnedRight,
            7 => Self::MirroredRight,
            8 => Self::TurnedLeft,
            _ => return None,
        })
    }

    /// From an Exif block without its `Exif\0\0` prefix.
    pub(crate) fn from_exif(tiff_bytes: &[u8]) -> Option<Self> {
        let tiff = Tiff::parse(tiff_bytes)?;
        let entry = tiff.entries(tiff.first_ifd()).find(|entry| entry.tag == ORIENTATION_TAG)?;
        if entry.count != 1 {
            return None;
        }
        Self::from_value(tiff.numbers(&entry).next()?)
    }

    /// From an XMP packet. Used only when no Exif says anything: programs that write only XMP
    /// mean it, and viewers that read it turn the picture.
    pub(crate) fn from_xmp(packet: &[u8]) -> Option<Self> {
        const NAME: &[u8] = b"tiff:Orientation";
        let at = packet.windows(NAME.len()).position(|window| window == NAME)?;
        let digit = match packet.get(at + NAME.len()..)? {
            [b'=', b'"', digit, ..] | [b'>', digit, ..] => *digit,
            _ => return None,
        };
        Self::from_value(u32::from(digit).checked_sub(u32::from(b'0'))?)
    }

    /// Whether showing it exchanges width and height.
    pub fn is_sideways(self) -> bool {
        self as u8 >= Self::MirroredLeft as u8
    }

    /// The size a viewer shows for samples of `stored` size.
    pub fn shown_size(self, stored: Size) -> Size {
        if self.is_sideways() {
            Size { width: stored.height, height: stored.width }
        } else {
            stored
        }
    }

    /// Where the stored samples of this size have the pixel that viewers show at a place.
    pub(crate) fn stored_place(self, (x, y): (u32, u32), stored: Size) -> (u32, u32) {
        let (right, bottom) = (stored.width.saturating_sub(1), stored.height.saturating_sub(1));
        let (far_x, far_y) =
            (|at: u32| right.saturating_sub(at), |at: u32| bottom.saturating_sub(at));
        match self {
            Self::Upright => (x, y),
            Self::Mirrored => (far_x(x), y),
            Self::UpsideDown => (far_x(x), far_y(y)),
            Self::MirroredUpsideDown => (x, far_y(y)),
            Self::MirroredLeft => (y, x),
            Self::TurnedRight => (y, far_y(x)),
            Self::MirroredRight => (far_x(y), far_y(x)),
            Self::TurnedLeft => (far_x(y), x),
        }
    }

    /// The smallest Exif block that says this and nothing else; `None` when nothing need be said.
    pub(crate) fn neutral_exif(self) -> Option<[u8; 26]> {
        if self == Self::Upright {
            return None;
        }
        let mut exif = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
        exif[19] = self as u8;
        Some(exif)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_neutral_exif_reads_back_as_what_was_written() {
        for value in 2..=8 {
            let orientation = Orientation::from_value(value).unwrap();
            let exif = orientation.neutral_exif().unwrap();
            assert_eq!(Orientation::from_exif(&exif), Some(orientation));
        }
        assert_eq!(Orientation::Upright.neutral_exif(), None);
    }

    /// Another program's turns are the judge.
    #[test]
    fn shown_pixels_are_found_where_they_are_stored() {
        let stored = Size { width: 3, height: 2 };
        for value in 1..=8 {
            let orientation = Orientation::from_value(value).unwrap();
            let numbered = image::GrayImage::from_fn(3, 2, |x, y| image::Luma([(y * 3 + x) as u8]));
            let mut shown = image::DynamicImage::ImageLuma8(numbered);
            shown.apply_orientation(image::metadata::Orientation::from_exif(value as u8).unwrap());
            for (x, y, pixel) in shown.to_luma8().enumerate_pixels() {
                let (x, y) = orientation.stored_place((x, y), stored);
                assert_eq!(u32::from(pixel.0[0]), y * 3 + x, "{orientation:?}");
            }
        }
    }

    #[test]
    fn xmp_orientation_is_read_as_attribute_and_as_element() {
        assert_eq!(
            Orientation::from_xmp(b"<a tiff:Orientation=\"6\"/>"),
            Some(Orientation::TurnedRight)
        );
        assert_eq!(
            Orientation::from_xmp(b"<tiff:Orientation>3</tiff:Orientation>"),
            Some(Orientation::UpsideDown)
        );
        assert_eq!(Orientation::from_xmp(b"tiff:Orientation"), None);
    }
}
