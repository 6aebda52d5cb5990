//! The picture itself.

use core::fmt;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::{Outline, Point, Size};

/// Bytes of one pixel: red, green, blue.
const CHANNELS: usize = 3;

/// A picture: eight bits a channel, red, green and blue, line by line from the top, in sRGB.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    samples: Vec<u8>,
}

/// There are not as many samples as the size says, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongLength;

impl fmt::Display for WrongLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a picture needs three samples for each of its pixels, and a pixel at least")
    }
}

impl core::error::Error for WrongLength {}

impl Picture {
    /// From its samples.
    pub fn new(size: Size, samples: Vec<u8>) -> Result<Self, WrongLength> {
        let pixels = u64::from(size.width) * u64::from(size.height);
        if pixels == 0 || samples.len() as u64 != pixels * CHANNELS as u64 {
            return Err(WrongLength);
        }
        Ok(Self { size, samples })
    }

    /// Width and height in pixels; neither is 0.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Three bytes for each pixel, line by line.
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// The part of this size that begins `left` pixels from the left and `top` from above. What
    /// would lie beside the picture is left out; at least one pixel stays.
    #[must_use]
    pub fn part(&self, left: u32, top: u32, size: Size) -> Self {
        let left = left.min(self.size.width - 1);
        let top = top.min(self.size.height - 1);
        let width = size.width.clamp(1, self.size.width - left);
        let height = size.height.clamp(1, self.size.height - top);
        let line_bytes = self.size.width as usize * CHANNELS;
        let from = left as usize * CHANNELS;
        let to = from + width as usize * CHANNELS;
        let lines = self.samples.chunks_exact(line_bytes);
        let mut samples = Vec::with_capacity((to - from) * height as usize);
        for line in lines.skip(top as usize).take(height as usize) {
            samples.extend_from_slice(&line[from..to]);
        }
        Self { size: Size { width, height }, samples }
    }

    /// The picture at another size; sides of 0 become 1. Each pixel is a mean of all that it
    /// stands for, so that small things do not vanish between two samples.
    #[must_use]
    pub fn scaled(&self, size: Size) -> Self {
        let size = Size { width: size.width.max(1), height: size.height.max(1) };
        if size == self.size {
            return self.clone();
        }
        let Size { width, height } = self.size;
        let mut target = Image::new(size.width, size.height, PixelType::U8x3);
        let algorithm = ResizeAlg::Convolution(FilterType::Bilinear);
        let options = ResizeOptions::new().resize_alg(algorithm).use_alpha(false);
        let source = ImageRef::new(width, height, &self.samples, PixelType::U8x3)
            .expect("there are three samples for each pixel");
        Resizer::new()
            .resize(&source, &mut target, &options)
            .expect("both pictures have the same kind of pixels");
        Self { size, samples: target.into_vec() }
    }

    /// What lies within four corners, the first of which becomes the upper left one, as a picture
    /// of this size; sides of 0 become 1. The fourth corner follows from the other three. What lies
    /// beside the picture is as its edge. Each pixel is a mean of the four around it, so make
    /// large things small with [`Self::scaled`] first.
    #[must_use]
    pub fn straightened(&self, outline: Outline, size: Size) -> Self {
        let size = Size { width: size.width.max(1), height: size.height.max(1) };
        let [start, end, _, below] = outline;
        let (width, height) = (size.width as f32, size.height as f32);
        let along = Point { x: (end.x - start.x) / width, y: (end.y - start.y) / width };
        let down = Point { x: (below.x - start.x) / height, y: (below.y - start.y) / height };
        let mut samples = Vec::with_capacity(size.width as usize * size.height as usize * CHANNELS);
        for v in 0..size.height {
            for u in 0..size.width {
                let (u, v) = (u as f32 + 0.5, v as f32 + 0.5);
                let x = start.x + along.x * u + down.x * v - 0.5;
                let y = start.y + along.y * u + down.y * v - 0.5;
                samples.extend(self.between(x, y));
            }
        }
        Self { size, samples }
    }

    /// The mean of the four pixels around a place, the nearer the heavier.
    fn between(&self, x: f32, y: f32) -> [u8; CHANNELS] {
        let x = x.clamp(0.0, (self.size.width - 1) as f32);
        let y = y.clamp(0.0, (self.size.height - 1) as f32);
        let (left, top) = (x as u32, y as u32);
        let (right, bottom) =
            ((left + 1).min(self.size.width - 1), (top + 1).min(self.size.height - 1));
        let (across, down) = (x - left as f32, y - top as f32);
        let [a, b, c, d] =
            [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| {
                let at = (y as usize * self.size.width as usize + x as usize) * CHANNELS;
                &self.samples[at..at + CHANNELS]
            });
        core::array::from_fn(|channel| {
            let [a, b, c, d] = [a, b, c, d].map(|pixel| f32::from(pixel[channel]));
            let (upper, lower) = (a + (b - a) * across, c + (d - c) * across);
            // Never below 0, so this rounds, without a call for each sample.
            (upper + (lower - upper) * down + 0.5) as u8
        })
    }

    /// The picture turned by a quarter, clockwise.
    #[must_use]
    pub fn turned_right(&self) -> Self {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let mut samples = Vec::with_capacity(self.samples.len());
        for x in 0..width {
            for y in (0..height).rev() {
                let at = (y * width + x) * CHANNELS;
                samples.extend_from_slice(&self.samples[at..at + CHANNELS]);
            }
        }
        let size = Size { width: self.size.height, height: self.size.width };
        Self { size, samples }
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it shows is nobody's business in a log.
        write!(f, "Picture({} x {})", self.size.width, self.size.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Region;
    use proptest::prelude::*;

    fn numbered(width: u32, height: u32) -> Picture {
        let samples = (0..width * height * 3).map(|index| index as u8).collect();
        Picture::new(Size { width, height }, samples).unwrap()
    }

    #[test]
    fn samples_and_size_must_agree() {
        let size = Size { width: 2, height: 3 };
        assert!(Picture::new(size, vec![0; 18]).is_ok());
        assert_eq!(Picture::new(size, vec![0; 17]), Err(WrongLength));
        assert_eq!(Picture::new(Size { width: 0, height: 3 }, Vec::new()), Err(WrongLength));
    }

    #[test]
    fn a_flat_picture_stays_flat_at_any_size() {
        let grey = Picture::new(Size { width: 31, height: 17 }, vec![119; 31 * 17 * 3]).unwrap();
        for (width, height) in [(1, 1), (7, 90), (640, 3), (0, 5)] {
            let scaled = grey.scaled(Size { width, height });
            assert!(scaled.samples().iter().all(|sample| *sample == 119));
            assert_eq!(scaled.size(), Size { width: width.max(1), height });
        }
    }

    #[test]
    fn straightening_the_whole_gives_the_same_and_turned_corners_a_turned_one() {
        let picture = numbered(7, 4);
        let all = Region { left: 0.0, top: 0.0, right: 7.0, bottom: 4.0 };
        let [a, b, c, d] = all.outline();
        assert!(picture.straightened([a, b, c, d], picture.size()) == picture);
        let turned = picture.turned_right();
        assert!(picture.straightened([d, a, b, c], turned.size()) == turned);
    }

    #[test]
    fn corners_may_lie_beside_the_picture() {
        let grey = Picture::new(Size { width: 3, height: 3 }, vec![77; 27]).unwrap();
        let far = Region { left: -9.0, top: -9.0, right: 50.0, bottom: 50.0 };
        let line = grey.straightened(far.outline(), Size { width: 5, height: 0 });
        assert_eq!((line.size().height, line.samples()), (1, [77; 15].as_slice()));
    }

    #[test]
    fn a_quarter_turn_brings_the_left_side_to_the_top() {
        let turned = numbered(2, 3).turned_right();
        assert_eq!(turned.size(), Size { width: 3, height: 2 });
        let firsts: Vec<u8> = turned.samples().iter().step_by(3).copied().collect();
        assert_eq!(firsts, [12, 6, 0, 15, 9, 3]);
    }

    proptest! {
        #[test]
        fn four_quarter_turns_are_none(width in 1_u32..9, height in 1_u32..9) {
            let picture = numbered(width, height);
            let turned = (0..4).fold(picture.clone(), |picture, _| picture.turned_right());
            prop_assert!(turned == picture);
        }

        #[test]
        fn a_region_is_turned_back_to_where_it_was(
            width in 2_u32..9, height in 2_u32..9, x in 0_u32..9, y in 0_u32..9
        ) {
            let (x, y) = (x % width, y % height);
            let mut picture = numbered(width, height);
            picture.samples.fill(0);
            picture.samples[(y * width + x) as usize * 3] = 255;
            let turned = picture.turned_right();
            let at = turned.samples().iter().position(|sample| *sample == 255).unwrap() / 3;
            let (left, top) = (at as u32 % height, at as u32 / height);
            let found = Region {
                left: left as f32,
                top: top as f32,
                right: left as f32 + 1.0,
                bottom: top as f32 + 1.0,
            };
            let back = found.turned_back(height);
            prop_assert_eq!((back.left, back.top), (x as f32, y as f32));
            prop_assert_eq!((back.right, back.bottom), (x as f32 + 1.0, y as f32 + 1.0));
        }

        #[test]
        fn a_part_holds_what_lies_there(left in 0_u32..12, top in 0_u32..12, side in 0_u32..12) {
            let picture = numbered(8, 6);
            let part = picture.part(left, top, Size { width: side, height: side });
            let (left, top) = (left.min(7), top.min(5));
            let first = ((top * 8 + left) * 3) as u8;
            prop_assert_eq!(part.samples()[0], first);
            prop_assert_eq!(part.size().width, side.clamp(1, 8 - left));
            prop_assert_eq!(part.size().height, side.clamp(1, 6 - top));
        }
    }
}
