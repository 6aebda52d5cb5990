//! The budget one photo may spend. The numbers come from [`vocab::limits`]; a caller may lower them.

pub use pixels::Size;

use crate::error::Error;

/// What one photo may claim or use at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Size of the file, in bytes.
    pub file_bytes_max: u64,
    /// Width times height.
    pub pixels_max: u64,
    /// The longer side, in pixels.
    pub side_max: u32,
    /// Segments, chunks or scans.
    pub parts_max: usize,
    /// What compressed metadata may unpack to, in bytes.
    pub metadata_bytes_max: usize,
    /// Width times height of a picture that is decoded to compare it with its thumbnail.
    pub compared_pixels_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: vocab::limits::PHOTO_BYTES_MAX,
            pixels_max: vocab::limits::PHOTO_PIXELS_MAX,
            side_max: vocab::limits::PHOTO_SIDE_MAX,
            parts_max: vocab::limits::CONTAINERS_MAX,
            metadata_bytes_max: vocab::limits::METADATA_BYTES_MAX as usize,
            compared_pixels_max: 64 << 20,
        }
    }
}

impl Limits {
    pub(crate) fn check_size(&self, size: Size) -> Result<(), Error> {
        let Size { width, height } = size;
        let pixels = u64::from(width) * u64::from(height);
        if width > self.side_max || height > self.side_max || pixels > self.pixels_max {
            return Err(Error::PictureTooBig { width, height });
        }
        Ok(())
    }

    pub(crate) fn check_parts(&self, parts: usize) -> Result<(), Error> {
        if parts > self.parts_max {
            return Err(Error::TooManyParts { parts_max: self.parts_max });
        }
        Ok(())
    }
}
