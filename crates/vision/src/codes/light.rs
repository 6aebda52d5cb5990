//! How bright a picture is: all that readers of codes look at.

use pixels::{Outline, Picture, Point, Size};
use rxing::common::HybridBinarizer;
use rxing::{BinaryBitmap, Luma8LuminanceSource};

/// Means of so many places a side, at most, make one pixel.
const PLACES_MAX: f32 = 3.0;

pub(super) type Bitmap = BinaryBitmap<HybridBinarizer<Luma8LuminanceSource>>;

/// The brightness of each pixel, line by line.
pub(super) struct Light {
    pub(super) size: Size,
    pub(super) samples: Vec<u8>,
}

impl Light {
    pub(super) fn of(picture: &Picture) -> Self {
        let samples = picture.samples().chunks_exact(3).map(brightness).collect();
        Self { size: picture.size(), samples }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.samples.chunks_exact(self.size.width.max(1) as usize)
    }

    /// Some of its lines, all of each.
    pub(super) fn part(&self, top: u32, height: u32) -> Self {
        let top = top.min(self.size.height);
        let height = height.min(self.size.height - top);
        let width = self.size.width as usize;
        let from = top as usize * width;
        let samples = self.samples[from..from + height as usize * width].to_vec();
        Self { size: Size { height, ..self.size }, samples }
    }

    /// Black and white, as readers want it.
    pub(super) fn to_bitmap(&self) -> Option<Bitmap> {
        Self { size: self.size, samples: self.samples.clone() }.into_bitmap()
    }

    /// The same, of what is not needed any more.
    pub(super) fn into_bitmap(self) -> Option<Bitmap> {
        let Size { width, height } = self.size;
        let source = Luma8LuminanceSource::new(self.samples, width, height).ok()?;
        Some(BinaryBitmap::new(HybridBinarizer::new(source)))
    }

    /// What lies within four corners, as `Picture::straightened` has it, but each pixel is a mean of
    /// some places in what it stands for.
    pub(super) fn straightened(&self, outline: &Outline, size: Size) -> Self {
        let width = self.size.width as usize;
        straightened(self.size, outline, size, |at| self.samples[at.1 * width + at.0])
    }

    /// The same of a picture, without reading all of it.
    pub(super) fn of_part(picture: &Picture, outline: &Outline, size: Size) -> Self {
        let width = picture.size().width as usize;
        straightened(picture.size(), outline, size, |(x, y)| {
            let at = (y * width + x) * 3;
            brightness(&picture.samples()[at..at + 3])
        })
    }
}

/// Green counts most, as it does for the eye.
fn brightness(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((red * 306 + green * 601 + blue * 117) >> 10) as u8
}

fn straightened(
    from: Size,
    outline: &Outline,
    size: Size,
    sample: impl Fn((usize, usize)) -> u8,
) -> Light {
    let [start, end, _, below] = *outline;
    let places = |from: Point, to: Point, pixels: u32| {
        let step = (to.x - from.x).hypot(to.y - from.y) / pixels as f32;
        (step - 0.4).ceil().clamp(1.0, PLACES_MAX) as u32
    };
    let (across, down) = (places(start, end, size.width), places(start, below, size.height));
    let (width, height) = ((size.width * across) as f32, (size.height * down) as f32);
    let along = Point { x: (end.x - start.x) / width, y: (end.y - start.y) / width };
    let below = Point { x: (below.x - start.x) / height, y: (below.y - start.y) / height };
    let far = ((from.width - 1) as f32, (from.height - 1) as f32);
    let mut sums = vec![0.0; size.width as usize];
    let mut samples = Vec::with_capacity(size.width as usize * size.height as usize);
    for v in 0..size.height * down {
        let v = v as f32 + 0.5;
        let (x, y) = (start.x + below.x * v - 0.5, start.y + below.y * v - 0.5);
        for (index, sum) in sums.iter_mut().enumerate() {
            for i in 0..across {
                let u = (index as u32 * across + i) as f32 + 0.5;
                let x = (x + along.x * u).clamp(0.0, far.0);
                let y = (y + along.y * u).clamp(0.0, far.1);
                *sum += between(x, y, from, &sample);
            }
        }
        if samples.len() < ((v as u32 + 1) / down * size.width) as usize {
            let mean = |sum: &f32| (sum / (across * down) as f32 + 0.5) as u8;
            samples.extend(sums.iter().map(mean));
            sums.fill(0.0);
        }
    }
    Light { size, samples }
}

/// The mean of the four pixels around a place, the nearer the heavier.
fn between(x: f32, y: f32, size: Size, sample: &impl Fn((usize, usize)) -> u8) -> f32 {
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) =
        ((left + 1).min(size.width as usize - 1), (top + 1).min(size.height as usize - 1));
    let (across, down) = (x - left as f32, y - top as f32);
    let at = |x: usize, y: usize| f32::from(sample((x, y)));
    let upper = at(left, top) * (1.0 - across) + at(right, top) * across;
    let lower = at(left, bottom) * (1.0 - across) + at(right, bottom) * across;
    upper * (1.0 - down) + lower * down
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixels::Region;

    fn steps(width: u32, height: u32) -> Picture {
        let grey = |index: u32| [(index % width * 9 + index / width * 5) as u8; 3];
        let samples = (0..width * height).flat_map(grey).collect();
        Picture::new(Size { width, height }, samples).unwrap()
    }

    #[test]
    fn the_whole_at_its_own_size_stays_as_it_is() {
        let picture = steps(9, 6);
        let all = Region { left: 0.0, top: 0.0, right: 9.0, bottom: 6.0 }.outline();
        let light = Light::of_part(&picture, &all, picture.size());
        assert_eq!(light.samples, Light::of(&picture).samples);
        assert_eq!(light.part(2, 99).samples, Light::of(&picture).samples[18..]);
    }

    #[test]
    fn small_pictures_are_means_of_large_ones() {
        let picture = steps(12, 12);
        let all = Region { left: 0.0, top: 0.0, right: 12.0, bottom: 12.0 }.outline();
        let light = Light::of_part(&picture, &all, Size { width: 4, height: 4 });
        // Nine pixels each, and the steps go on evenly: their mean is the one in the middle.
        let large = Light::of(&picture).samples;
        for (index, sample) in light.samples.iter().enumerate() {
            let (x, y) = (index % 4 * 3 + 1, index / 4 * 3 + 1);
            assert!(sample.abs_diff(large[y * 12 + x]) <= 1, "{index}: {sample}");
        }
        let again = Light::of(&picture).straightened(&all, light.size);
        assert_eq!(again.samples, light.samples);
    }

    #[test]
    fn what_lies_beside_the_picture_is_as_its_edge() {
        let grey = Picture::new(Size { width: 3, height: 3 }, vec![77; 27]).unwrap();
        let far = Region { left: -9.0, top: -9.0, right: 50.0, bottom: 50.0 };
        let light = Light::of_part(&grey, &far.outline(), Size { width: 5, height: 1 });
        assert!(light.samples.iter().all(|sample| (76..=77).contains(sample)));
    }
}
