//! Drawn pictures for tests: texts and other pictures on a plain ground, at any angle and size.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};
use pixels::{Outline, Picture, Point, Size};

/// A picture of one colour.
pub(crate) fn ground(width: u32, height: u32, grey: u8) -> Picture {
    Picture::new(Size { width, height }, vec![grey; (width * height * 3) as usize]).unwrap()
}

/// A line of text, 32 pixels high, dark on light, as large as it needs to be.
pub(crate) fn written(text: &str) -> Picture {
    let (weight, height) = (FontWeight::Regular, RasterHeight::Size32);
    let step = get_raster_width(weight, height);
    let (width, height_pixels) = (step * text.chars().count(), height.val());
    let mut samples = vec![235; width * height_pixels * 3];
    for (index, character) in text.chars().enumerate() {
        let raster = get_raster(character, weight, height).unwrap();
        for (y, line) in raster.rows().enumerate() {
            for (x, ink) in line.iter().enumerate() {
                let at = (y * width + index * step + x) * 3;
                samples[at..at + 3].fill(235 - (u16::from(*ink) * 215 / 255) as u8);
            }
        }
    }
    Picture::new(Size { width: width as u32, height: height_pixels as u32 }, samples).unwrap()
}

/// Where a picture of this size lies, made `scale` times as large and turned clockwise.
pub(crate) fn place(size: Size, middle: (f32, f32), scale: f32, degrees: f32) -> Outline {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (half_width, half_height) =
        (size.width as f32 * scale / 2.0, size.height as f32 * scale / 2.0);
    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(u, v)| {
        let (u, v) = (u * half_width, v * half_height);
        Point { x: middle.0 + u * cos - v * sin, y: middle.1 + u * sin + v * cos }
    })
}

/// Lays a patch on a picture, between these corners.
pub(crate) fn paste(picture: &Picture, patch: &Picture, corners: &Outline) -> Picture {
    let [start, end, _, below] = *corners;
    let (along_x, along_y) = (end.x - start.x, end.y - start.y);
    let (down_x, down_y) = (below.x - start.x, below.y - start.y);
    let Size { width, height } = patch.size();
    // Made small first, so that letters do not break between two samples.
    let scaled = Size {
        width: (along_x.hypot(along_y).round() as u32).clamp(1, width.max(1) * 8),
        height: (down_x.hypot(down_y).round() as u32).clamp(1, height.max(1) * 8),
    };
    let patch = patch.scaled(scaled);
    let mut samples = picture.samples().to_vec();
    let across = picture.size().width as usize;
    for (index, pixel) in samples.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((index % across) as f32 + 0.5, (index / across) as f32 + 0.5);
        let (x, y) = (x - start.x, y - start.y);
        let u = (x * along_x + y * along_y) / (along_x * along_x + along_y * along_y);
        let v = (x * down_x + y * down_y) / (down_x * down_x + down_y * down_y);
        if (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) {
            let (u, v) = (u * scaled.width as f32, v * scaled.height as f32);
            let corner = |du: f32, dv: f32| Point { x: u + du, y: v + dv };
            let square =
                [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)];
            pixel.copy_from_slice(
                patch.straightened(square, Size { width: 1, height: 1 }).samples(),
            );
        }
    }
    Picture::new(picture.size(), samples).unwrap()
}

/// A text on a picture: what it says, where its middle lies, how high its letters' box is, and how
/// far it is turned clockwise. Gives the picture and the text's corners.
pub(crate) fn with_text(
    picture: &Picture,
    text: &str,
    middle: (f32, f32),
    height: f32,
    degrees: f32,
) -> (Picture, Outline) {
    let patch = written(text);
    let scale = height / patch.size().height as f32;
    let corners = place(patch.size(), middle, scale, degrees);
    (paste(picture, &patch, &corners), corners)
}
