//! What covered pixels look like.

use crate::{Mask, Picture, Size};

/// What covered pixels become.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// This colour: red, green, blue.
    Solid([u8; 3]),
    /// Soft colours between a few means.
    Soft(Means),
}

/// The soft look divides a picture into so many fields across and down.
const FIELDS: u32 = 6;

/// Fewer pixels than this are no mean: in a tiny picture, or under a thin stroke, their mean would be
/// the pixels themselves.
const PIXELS_MIN: u64 = 64;

/// What stands where there are too few: the middle grey.
const GREY: f32 = 128.0;

/// The means of what is covered, in 6 by 6 fields of the picture: all that a soft look keeps of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Means {
    size: Size,
    /// Field by field, line by line.
    colours: Vec<[f32; 3]>,
}

impl Means {
    /// Of the pixels of a picture that are meant. Each is rounded to one of 32 levels a channel, and
    /// is of 64 pixels at least.
    pub fn of(picture: &Picture, mask: &Mask) -> Self {
        let size = picture.size();
        let mut sums = vec![([0_u64; 3], 0_u64); (FIELDS * FIELDS) as usize];
        let lines = picture.samples().chunks_exact(size.width as usize * 3);
        for (y, line) in (0..size.height).zip(lines) {
            let row = u64::from(y) * u64::from(FIELDS) / u64::from(size.height);
            let pixels = line.chunks_exact(3).zip(mask.line(y));
            for (x, (pixel, _)) in (0_u64..).zip(pixels).filter(|(_, (_, meant))| **meant != 0) {
                let column = x * u64::from(FIELDS) / u64::from(size.width);
                let (sum, count) = &mut sums[(row * u64::from(FIELDS) + column) as usize];
                for (sum, sample) in sum.iter_mut().zip(pixel) {
                    *sum += u64::from(*sample);
                }
                *count += 1;
            }
        }
        let all = sums.iter().fold(([0; 3], 0), |(sum, count), (other, more)| {
            ([0, 1, 2].map(|channel| sum[channel] + other[channel]), count + more)
        });
        // A field with too few has the mean of all.
        let mean = |(sum, count): &([u64; 3], u64)| {
            let (sum, count) = if *count < PIXELS_MIN { all } else { (*sum, *count) };
            match count {
                ..PIXELS_MIN => [GREY; 3],
                _ => sum.map(|sum| ((sum / count) as f32 / 8.0).floor() * 8.0 + 4.0),
            }
        };
        Self { size, colours: sums.iter().map(mean).collect() }
    }

    /// The colour at a place of the picture: between those of the four nearest fields.
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let place = |at: u32, length: u32| {
            let at = (at as f32 + 0.5) / length.max(1) as f32 * FIELDS as f32 - 0.5;
            let at = at.clamp(0.0, (FIELDS - 1) as f32);
            let first = (at as u32).min(FIELDS - 2);
            (first, at - first as f32)
        };
        let ((column, across), (row, down)) =
            (place(x, self.size.width), place(y, self.size.height));
        let colour = |row: u32, column: u32| self.colours[(row * FIELDS + column) as usize];
        let (a, b) = (colour(row, column), colour(row, column + 1));
        let (c, d) = (colour(row + 1, column), colour(row + 1, column + 1));
        core::array::from_fn(|channel| {
            let upper = a[channel] + (b[channel] - a[channel]) * across;
            let lower = c[channel] + (d[channel] - c[channel]) * across;
            (upper + (lower - upper) * down).round() as u8
        })
    }
}

impl Look {
    /// The colour at a place of the picture.
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        match self {
            Self::Solid(colour) => *colour,
            Self::Soft(means) => means.at(x, y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Region, Shape};

    fn noise(size: Size, seed: u32) -> Picture {
        let level = |at: u32| ((at * 97 + seed).wrapping_mul(2_654_435_761) >> 24) as u8;
        Picture::new(size, (0..size.width * size.height * 3).map(level).collect()).unwrap()
    }

    fn means(picture: &Picture, shape: &Shape) -> Means {
        let mut mask = Mask::none(picture.size());
        mask.add(shape);
        Means::of(picture, &mask)
    }

    #[test]
    fn a_mean_is_of_so_many_pixels_that_it_tells_none_of_them() {
        let size = Size { width: 60, height: 60 };
        let shapes = [
            (7.0, 7.0, true),
            // Six fields of ten pixels each.
            (1.0, 60.0, true),
            (8.0, 8.0, false),
        ];
        for (width, height, is_few) in shapes {
            let shape =
                Shape::Box(Region { left: 1.0, top: 0.0, right: 1.0 + width, bottom: height });
            let [one, other] = [5, 6].map(|seed| means(&noise(size, seed), &shape));
            let grey = [[GREY; 3]; 36].to_vec();
            assert_eq!(one.colours == grey && other.colours == grey, is_few, "{width} {height}");
        }
        let whole = Shape::Box(Region { left: 0.0, top: 0.0, right: 60.0, bottom: 60.0 });
        let small = noise(Size { width: 1, height: 1 }, 3);
        assert_eq!(means(&small, &whole).at(0, 0), [128; 3]);
        // A field with one pixel has the mean of all.
        let line = Shape::Box(Region { left: 0.0, top: 0.0, right: 60.0, bottom: 2.0 });
        let line = means(&noise(size, 9), &line);
        assert!(line.colours.iter().all(|colour| *colour == line.colours[0]));
    }
}
