//! The picture as viewers show it, for whoever looks at it next: a detector, a person's eyes.

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use pixels::Picture;

use crate::clean::Clean;
use crate::error::Error;
use crate::limits::{Limits, Size};
use crate::original::Original;
use crate::resave::{decode, to_standard, turn, upright};
use crate::thumbnail::decoder_of;

impl Original {
    /// Upright, in sRGB, on white where it is transparent; of an animation, the first frame.
    ///
    /// Of JPEG, PNG and WebP; for other formats there is no decoder here
    /// ([`Error::NoDecoder`]). Pictures above [`Limits::compared_pixels_max`] are refused.
    ///
    /// [`Limits::compared_pixels_max`]: crate::Limits::compared_pixels_max
    pub fn picture(&self) -> Result<Picture, Error> {
        decoder_of(self.format()).ok_or(Error::NoDecoder)?;
        // Decoders stumble over metadata, and there is none in a clean copy.
        self.clean()?.picture(self.limits())
    }
}

impl Clean {
    /// The same for who has a clean copy already.
    pub fn picture(&self, limits: &Limits) -> Result<Picture, Error> {
        decoder_of(self.format()).ok_or(Error::NoDecoder)?;
        let (picture, profile) = decode(self, limits)?;
        let profile = profile.filter(|profile| can_be_applied(profile));
        let (size, samples) = match picture {
            // Most photos: three bytes a pixel from the decoder to the detectors.
            DynamicImage::ImageRgb8(mut picture) => {
                if let Some(profile) = profile {
                    make_standard(&mut picture, &profile)?;
                }
                let mut picture = DynamicImage::ImageRgb8(picture);
                turn(&mut picture, self.orientation());
                let picture = picture.into_rgb8();
                (picture.dimensions(), picture.into_raw())
            }
            picture => {
                let picture = to_standard(picture, profile.as_deref())?;
                let picture = upright(picture, self.orientation());
                (picture.dimensions(), on_white(&picture))
            }
        };
        let (width, height) = size;
        Picture::new(Size { width, height }, samples).map_err(|_| Error::NoDecoder)
    }
}

/// A picture as a PNG that holds nothing else; `None` if there is not enough memory for it.
pub fn to_png(picture: &Picture) -> Option<Vec<u8>> {
    let Size { width, height } = picture.size();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(picture.samples(), width, height, ExtendedColorType::Rgb8)
        .ok()?;
    Some(bytes)
}

/// From the colours of a profile to sRGB, line by line; one for other pictures is passed over.
fn make_standard(picture: &mut RgbImage, profile: &[u8]) -> Result<(), Error> {
    let profile = ColorProfile::new_from_slice(profile).map_err(|_| Error::NoDecoder)?;
    if profile.color_space != DataColorSpace::Rgb {
        return Ok(());
    }
    let options = TransformOptions::default();
    let transform = profile
        .create_transform_8bit(Layout::Rgb, &ColorProfile::new_srgb(), Layout::Rgb, options)
        .map_err(|_| Error::NoDecoder)?;
    let line_bytes = picture.width() as usize * 3;
    let mut before = Vec::with_capacity(line_bytes);
    for line in picture.chunks_exact_mut(line_bytes) {
        before.clear();
        before.extend_from_slice(line);
        transform.transform(&before, line).map_err(|_| Error::NoDecoder)?;
    }
    Ok(())
}

/// Profiles of printing inks are left aside: the decoder has made red, green and blue of them.
fn can_be_applied(profile: &[u8]) -> bool {
    ColorProfile::new_from_slice(profile).is_ok_and(|profile| {
        matches!(profile.color_space, DataColorSpace::Rgb | DataColorSpace::Gray)
    })
}

fn on_white(picture: &RgbaImage) -> Vec<u8> {
    let mut samples = Vec::with_capacity(picture.as_raw().len() / 4 * 3);
    for pixel in picture.as_raw().chunks_exact(4) {
        let cover = u32::from(pixel[3]);
        let on_white =
            |sample: &u8| ((u32::from(*sample) * cover + 255 * (255 - cover)) / 255) as u8;
        samples.extend(pixel[..3].iter().map(on_white));
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use image::{ImageFormat, Rgba};
    use std::io::Cursor;

    fn png(picture: &RgbaImage) -> Original {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        Original::parse(bytes, &Limits::default()).unwrap()
    }

    #[test]
    fn what_is_transparent_is_shown_on_white() {
        let mut picture = RgbaImage::from_pixel(3, 1, Rgba([10, 20, 30, 255]));
        picture.put_pixel(1, 0, Rgba([10, 20, 30, 0]));
        picture.put_pixel(2, 0, Rgba([0, 0, 0, 51]));
        let shown = png(&picture).picture().unwrap();
        assert_eq!(shown.samples(), [10, 20, 30, 255, 255, 255, 204, 204, 204]);
    }

    #[test]
    fn a_picture_as_a_png_is_the_same_and_holds_nothing_else() {
        let size = Size { width: 5, height: 3 };
        let picture = Picture::new(size, (0..45).map(|value| value * 5).collect()).unwrap();
        let original = Original::parse(to_png(&picture).unwrap(), &Limits::default()).unwrap();
        assert_eq!(original.findings(), []);
        assert!(original.picture().unwrap() == picture);
    }

    #[test]
    fn a_turned_photo_is_shown_upright() {
        let photo = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../apps/velum/tests/data/harbour.jpg"
        ));
        let original = Original::parse(photo.unwrap(), &Limits::default()).unwrap();
        assert_eq!(original.picture().unwrap().size(), original.shown_size());
    }

    #[test]
    fn formats_without_a_decoder_are_told() {
        let heic = include_bytes!("../tests/data/heif-planted.heic").to_vec();
        let original = Original::parse(heic, &Limits::default()).unwrap();
        assert_eq!(original.picture().err(), Some(Error::NoDecoder));
    }
}
