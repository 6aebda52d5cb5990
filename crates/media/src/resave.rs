//! Saving a photo anew: decoded, evened out and encoded the way everyone's is. This changes the
//! picture, unlike everything else here.
//!
//! It is for people who fear that the picture itself tells the camera: sensor noise, odd tables,
//! odd sizes. It makes such traces weaker. Nothing proves that they are gone.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::clean::Clean;
use crate::error::Error;
use crate::format::Format;
use crate::limits::Limits;
use crate::model::Written;
use crate::orientation::Orientation;
use crate::original::Original;
use crate::receipt::Receipt;
use crate::thumbnail::reader;

/// The quality of the JPEG, on the scale that nearly all programs share.
const QUALITY: u8 = 85;

/// Levels (of 255) up to which a neighbour counts as the same surface, so that edges stay sharp.
const NOISE_MAX: u8 = 10;

/// Choices for [`Original::resave`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResaveOptions {
    /// The longer side of the new picture is at most this, in pixels. Smaller ones stay small.
    pub side_max: u32,
}

impl Default for ResaveOptions {
    fn default() -> Self {
        Self { side_max: 2560 }
    }
}

impl Original {
    /// A clean copy of a new picture: upright, 8-bit sRGB, no larger than asked, lightly smoothed.
    /// A JPEG, or a PNG where there is transparency; of an animation, the first frame.
    pub fn resave(&self, options: &ResaveOptions) -> Result<Clean, Error> {
        let plain = self.clean()?;
        if names_colour_otherwise(&plain) {
            return Err(Error::NoDecoder);
        }
        let (picture, profile) = decode(&plain, self.limits())?;
        let picture = to_standard(picture, profile.as_deref())?;
        let picture = fit(upright(picture, plain.orientation()), options.side_max.max(1));
        let encoded = encode(picture)?;
        let fresh = Original::parse(encoded, self.limits())?;
        let (format, size, bytes) =
            (fresh.format(), fresh.shown_size(), fresh.clean()?.into_bytes());
        let receipt = Receipt { clean_bytes: bytes.len() as u64, ..plain.receipt().clone() };
        let written = Written { bytes, orientation: Orientation::Upright };
        Ok(Clean::new(written, receipt, format, size))
    }
}

/// A PNG can name its colours in chunks that the decoder does not apply.
fn names_colour_otherwise(plain: &Clean) -> bool {
    let mut rest = plain.bytes().get(8..).unwrap_or_default();
    while plain.format() == Format::Png {
        let Some((head, after)) = rest.split_at_checked(8) else { return false };
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        match &head[4..] {
            b"cICP" | b"gAMA" => return true,
            b"IDAT" => return false,
            _ => rest = after.get(size.saturating_add(4)..).unwrap_or_default(),
        }
    }
    false
}

pub(crate) fn decode(
    plain: &Clean,
    limits: &Limits,
) -> Result<(DynamicImage, Option<Vec<u8>>), Error> {
    let reader = reader(plain.format(), plain.bytes(), limits).ok_or(Error::NoDecoder)?;
    let mut decoder = reader.into_decoder().map_err(|_| Error::NoDecoder)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.compared_pixels_max {
        return Err(Error::PictureTooBig { width, height });
    }
    let profile = decoder.icc_profile().map_err(|_| Error::NoDecoder)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Error::NoDecoder)?;
    Ok((picture, profile))
}

/// Eight bits a channel, red, green, blue and alpha, in sRGB.
pub(crate) fn to_standard(
    picture: DynamicImage,
    profile: Option<&[u8]>,
) -> Result<RgbaImage, Error> {
    let Some(profile) = profile else { return Ok(picture.into_rgba8()) };
    let profile = ColorProfile::new_from_slice(profile).map_err(|_| Error::NoDecoder)?;
    let (mut picture, from) = match profile.color_space {
        DataColorSpace::Rgb => (picture.into_rgba8(), Layout::Rgba),
        DataColorSpace::Gray => (picture.into_rgba8(), Layout::GrayAlpha),
        // A four-ink picture has been turned into RGB by the decoder, without its profile.
        _ => return Err(Error::NoDecoder),
    };
    let standard = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile
        .create_transform_8bit(from, &standard, Layout::Rgba, options)
        .map_err(|_| Error::NoDecoder)?;
    let source: Vec<u8> = match from {
        Layout::Rgba => picture.as_raw().clone(),
        _ => picture.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[3]]).collect(),
    };
    transform.transform(&source, &mut picture).map_err(|_| Error::NoDecoder)?;
    Ok(picture)
}

pub(crate) fn upright(picture: RgbaImage, orientation: Orientation) -> RgbaImage {
    let mut picture = DynamicImage::ImageRgba8(picture);
    turn(&mut picture, orientation);
    picture.into_rgba8()
}

pub(crate) fn turn(picture: &mut DynamicImage, orientation: Orientation) {
    if let Some(turn) = image::metadata::Orientation::from_exif(orientation as u8) {
        picture.apply_orientation(turn);
    }
}

fn fit(picture: RgbaImage, side_max: u32) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= side_max {
        return smoothed(&picture);
    }
    let scaled = |side: u32| {
        let side =
            (u64::from(side) * u64::from(side_max) + u64::from(longer) / 2) / u64::from(longer);
        side.max(1) as u32
    };
    let (width, height) = (scaled(width), scaled(height));
    smoothed(&image::imageops::resize(&picture, width, height, FilterType::CatmullRom))
}

/// Each colour becomes the mean of those around it that differ from it by noise only.
fn smoothed(picture: &RgbaImage) -> RgbaImage {
    let (width, height) = picture.dimensions();
    RgbaImage::from_fn(width, height, |x, y| {
        let here = *picture.get_pixel(x, y);
        let mut sums = [0_u32; 3];
        let mut counts = [0_u32; 3];
        for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
            for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                let near = picture.get_pixel(near_x, near_y);
                for channel in 0..3 {
                    if near.0[channel].abs_diff(here.0[channel]) <= NOISE_MAX {
                        sums[channel] += u32::from(near.0[channel]);
                        counts[channel] += 1;
                    }
                }
            }
        }
        let mean = |channel: usize| ((sums[channel] + counts[channel] / 2) / counts[channel]) as u8;
        image::Rgba([mean(0), mean(1), mean(2), here.0[3]])
    })
}

fn encode(mut picture: RgbaImage) -> Result<Vec<u8>, Error> {
    let mut encoded = Vec::new();
    let written = if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        let picture = DynamicImage::ImageRgba8(picture).into_rgb8();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut encoded, QUALITY))
    } else {
        for pixel in picture.pixels_mut().filter(|pixel| pixel.0[3] == 0) {
            pixel.0 = [0; 4];
        }
        picture.write_with_encoder(PngEncoder::new(&mut encoded))
    };
    written.map_err(|_| Error::NoDecoder)?;
    Ok(encoded)
}

#[cfg(test)]
mod tests;
