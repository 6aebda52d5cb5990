//! Covers parts of a photo for good: what is covered is in no sample of the copy.
//!
//! Of a JPEG, only the units that hold anything of it are coded anew. PNG and WebP are decoded and
//! coded without loss, so their other pixels stay the same too. Of a WebP with loss, all pixels go
//! that were made from what is covered.

use std::io::Cursor;

use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::{DynamicImage, ImageDecoder, ImageEncoder};
use pixels::{Look, Mask};

use crate::clean::Clean;
use crate::error::Error;
use crate::format::Format;
use crate::jpeg;
use crate::limits::{Limits, Size};
use crate::original::Original;
use crate::webp::WebP;

mod lossy;

impl Format {
    /// Whether parts of pictures of this format can be covered; some of a rare kind cannot.
    pub fn can_be_covered(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP)
    }
}

/// A photo of which parts are covered.
pub struct Covered {
    /// The copy.
    pub clean: Clean,
    /// All pixels that were covered, as viewers show them: those that were asked for, and the rest
    /// of the units that they lie in.
    pub mask: Mask,
}

impl Clean {
    /// A copy in which what the mask means is covered. The mask is of the picture as viewers show
    /// it. Where it means nothing, the copy is the same as this one.
    ///
    /// Of JPEG, PNG and WebP that do not move. The other formats cannot be coded here
    /// ([`Error::NoDecoder`]); rare JPEGs neither ([`Error::CannotCover`]).
    pub fn cover(&self, mask: &Mask, look: &Look, limits: &Limits) -> Result<Covered, Error> {
        let Size { width, height } = self.shown_size();
        if (mask.size().width, mask.size().height) != (width, height) {
            return Err(Error::OtherSize);
        }
        if mask.count() == 0 {
            return Ok(Covered { clean: self.clone(), mask: mask.clone() });
        }
        let (bytes, mask) = match self.format() {
            Format::Jpeg => jpeg::cover(self.bytes(), mask, look, limits)?,
            Format::Png => (self.cover_png(mask, look, limits)?, mask.clone()),
            Format::WebP => self.cover_webp(mask, look, limits)?,
            _ => return Err(Error::NoDecoder),
        };
        // The copy is read, written and audited like any photo that comes from outside.
        let clean = Original::parse(bytes, limits)?.clean()?;
        let clean = clean.with_receipt_of(self);
        if clean.shown_size() != self.shown_size() {
            return Err(Error::CannotCover);
        }
        Ok(Covered { clean, mask })
    }

    fn cover_png(&self, mask: &Mask, look: &Look, limits: &Limits) -> Result<Vec<u8>, Error> {
        let decoder = PngDecoder::new(Cursor::new(self.bytes())).map_err(|_| Error::NoDecoder)?;
        if decoder.is_apng().map_err(|_| Error::NoDecoder)? {
            return Err(Error::Moves);
        }
        let picture = covered(decoder, self, mask, look, limits)?;
        let mut bytes = Vec::new();
        picture.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(|_| Error::CannotCover)?;
        // The decoder leaves samples as they are; what they mean has to be said again.
        splice(&mut bytes, &colour_chunks(self.bytes()));
        Ok(bytes)
    }

    fn cover_webp(
        &self,
        mask: &Mask,
        look: &Look,
        limits: &Limits,
    ) -> Result<(Vec<u8>, Mask), Error> {
        let mut decoder =
            WebPDecoder::new(Cursor::new(self.bytes())).map_err(|_| Error::NoDecoder)?;
        if decoder.has_animation() {
            return Err(Error::Moves);
        }
        let profile = decoder.icc_profile().map_err(|_| Error::NoDecoder)?;
        let (width, height) = decoder.dimensions();
        let mask = match WebP::parse(self.bytes(), limits)?.is_lossy() {
            true => lossy::reached(mask, self.orientation(), Size { width, height }),
            false => mask.clone(),
        };
        let picture = covered(decoder, self, &mask, look, limits)?;
        let mut bytes = Vec::new();
        let mut encoder = WebPEncoder::new_lossless(&mut bytes);
        if let Some(profile) = profile {
            encoder.set_icc_profile(profile).map_err(|_| Error::CannotCover)?;
        }
        picture.write_with_encoder(encoder).map_err(|_| Error::CannotCover)?;
        Ok((bytes, mask))
    }
}

/// The picture upright, covered.
fn covered(
    decoder: impl ImageDecoder,
    clean: &Clean,
    mask: &Mask,
    look: &Look,
    limits: &Limits,
) -> Result<DynamicImage, Error> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.compared_pixels_max {
        return Err(Error::PictureTooBig { width, height });
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Error::NoDecoder)?;
    if let Some(turn) = image::metadata::Orientation::from_exif(clean.orientation() as u8) {
        picture.apply_orientation(turn);
    }
    fill(&mut picture, mask, look)?;
    Ok(picture)
}

/// Sets all samples that the mask means. They become opaque.
fn fill(picture: &mut DynamicImage, mask: &Mask, look: &Look) -> Result<(), Error> {
    let eight = |colour: [u8; 3], channels: usize| {
        let [red, green, blue] = colour;
        match channels {
            1 | 2 => [grey(colour), 255, 0, 0],
            _ => [red, green, blue, 255],
        }
    };
    let channels = usize::from(picture.color().channel_count());
    let width = picture.width() as usize;
    let at = |index: usize| ((index % width) as u32, (index / width) as u32);
    macro_rules! fill {
        ($samples:expr, $wide:expr) => {
            for (index, pixel) in $samples.chunks_exact_mut(channels).enumerate() {
                let (x, y) = at(index);
                if mask.has(x, y) {
                    for (sample, value) in pixel.iter_mut().zip(eight(look.at(x, y), channels)) {
                        *sample = $wide(value);
                    }
                }
            }
        };
    }
    // Eight bits become sixteen so that the darkest stays darkest and the lightest lightest.
    let wide = |value: u8| u16::from(value) * 257;
    match picture {
        DynamicImage::ImageLuma8(samples) => fill!(samples, core::convert::identity),
        DynamicImage::ImageLumaA8(samples) => fill!(samples, core::convert::identity),
        DynamicImage::ImageRgb8(samples) => fill!(samples, core::convert::identity),
        DynamicImage::ImageRgba8(samples) => fill!(samples, core::convert::identity),
        DynamicImage::ImageLuma16(samples) => fill!(samples, wide),
        DynamicImage::ImageLumaA16(samples) => fill!(samples, wide),
        DynamicImage::ImageRgb16(samples) => fill!(samples, wide),
        DynamicImage::ImageRgba16(samples) => fill!(samples, wide),
        _ => return Err(Error::CannotCover),
    }
    Ok(())
}

/// Brightness as grey (ITU-R BT.601).
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 + 500) / 1000) as u8
}

/// The chunks of a clean PNG that say what its samples mean, whole.
fn colour_chunks(png: &[u8]) -> Vec<u8> {
    let mut chunks = Vec::new();
    let mut rest = png.get(8..).unwrap_or_default();
    while let Some(&[a, b, c, d, ref name @ ..]) = rest.first_chunk::<8>() {
        let end = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_add(12);
        let Some((chunk, after)) = rest.split_at_checked(end) else { break };
        if matches!(name, b"iCCP" | b"gAMA" | b"cHRM" | b"sRGB" | b"cICP") {
            chunks.extend_from_slice(chunk);
        }
        rest = after;
    }
    chunks
}

/// Puts chunks behind the first one of a PNG, its header.
fn splice(png: &mut Vec<u8>, chunks: &[u8]) {
    const HEADER_END: usize = 8 + 12 + 13;
    let at = HEADER_END.min(png.len());
    png.splice(at..at, chunks.iter().copied());
}

#[cfg(test)]
mod tests;
