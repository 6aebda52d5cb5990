//! The photos that are covered, and where.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use media::{Format, Limits, Orientation, Original};
use pixels::Size;

use crate::vision::landscape;

/// A rectangle in pixels.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

pub(super) struct Photo {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) format: Format,
    pub(super) size: Size,
    /// A fifth of its width, a quarter of its height, about its middle.
    pub(super) place: Place,
}

impl Photo {
    /// A photo that can be covered and asks for no turn.
    fn read(path: PathBuf) -> Option<Self> {
        let bytes = std::fs::read(&path).ok()?;
        let original = Original::parse(bytes.clone(), &Limits::default()).ok()?;
        let size = original.picture().ok()?.size();
        let is_upright = original.orientation() == Orientation::Upright;
        let place = Place {
            left: size.width * 2 / 5,
            top: size.height / 3,
            width: (size.width / 5).max(1),
            height: (size.height / 4).max(1),
        };
        let format = original.format();
        (is_upright && format.can_be_covered()).then_some(Self { path, bytes, format, size, place })
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.size.width) * u64::from(self.size.height)
    }
}

pub(super) fn in_folder(folder: &Path) -> Result<Vec<Photo>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| folder.display().to_string())?.flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let photos: Vec<_> = paths.into_iter().filter_map(Photo::read).collect();
    ensure!(!photos.is_empty(), "no photo in that folder can be covered");
    Ok(photos)
}

/// A landscape of 12 megapixels as a JPEG of one scan and, where `jpegtran` is installed, of many;
/// one of 3 megapixels as a PNG, a WebP without loss and, where `cwebp` is installed, with loss.
pub(super) fn drawn(work: &Path) -> Result<Vec<Photo>> {
    let large = landscape(Size { width: 4000, height: 3000 }, 1);
    let small = landscape(Size { width: 2000, height: 1500 }, 2);
    let paths = ["one-scan.jpg", "many-scans.jpg", "drawn.png", "lossless.webp", "lossy.webp"];
    let paths = paths.map(|name| work.join(name));
    let [jpeg, scans, png, lossless, lossy] = &paths;
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 88);
    encoder.write_image(large.samples(), 4000, 3000, ExtendedColorType::Rgb8)?;
    std::fs::write(jpeg, &bytes)?;
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(small.samples(), 2000, 1500, ExtendedColorType::Rgb8)?;
    std::fs::write(png, &bytes)?;
    let mut bytes = Vec::new();
    let encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.write_image(small.samples(), 2000, 1500, ExtendedColorType::Rgb8)?;
    std::fs::write(lossless, &bytes)?;
    // Without these programs there are fewer photos.
    let _ =
        Command::new("jpegtran").arg("-progressive").arg("-outfile").args([scans, jpeg]).status();
    let _ =
        Command::new("cwebp").args(["-quiet", "-q", "80"]).arg(png).arg("-o").arg(lossy).status();
    Ok(paths.into_iter().filter_map(Photo::read).collect())
}
