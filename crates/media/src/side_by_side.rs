//! A photo and a picture hidden in its file, next to each other, for people to look at.

use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgba, RgbaImage};

use crate::finding::{Finding, Value};
use crate::orientation::Orientation;
use crate::original::Original;
use crate::resave::upright;
use crate::thumbnail::decode;

/// Both pictures get this height, in pixels.
const HEIGHT: u32 = 480;
/// Neither gets wider than this.
const WIDTH_MAX: u32 = 1920;
/// Between the two.
const GAP: u32 = 12;
const PAPER: Rgba<u8> = Rgba([255, 255, 255, 255]);

impl Original {
    /// A PNG with what viewers show on the left and the finding's own picture on the right, at the
    /// same height. `None` if the finding is no picture, or either cannot be decoded here.
    pub fn side_by_side(&self, finding: &Finding) -> Option<Vec<u8>> {
        if !matches!(finding.value, Value::Picture { .. }) {
            return None;
        }
        let start = usize::try_from(finding.offset).ok()?;
        let end = start.checked_add(usize::try_from(finding.bytes).ok()?)?;
        let hidden = decode(self.bytes().get(start..end)?, self.limits())?;
        let shown = decode(self.clean().ok()?.bytes(), self.limits())?;
        let hidden = turned_like(&shown, hidden, self.orientation());
        let shown = upright(scaled(shown), self.orientation());
        beside(&to_height(&shown), &to_height(&hidden))
    }
}

/// A hidden picture mostly lies in the file as the photo's samples do; one that is turned already
/// has another shape.
fn turned_like(shown: &DynamicImage, hidden: DynamicImage, turn: Orientation) -> RgbaImage {
    let is_wide = |picture: &DynamicImage| picture.width() > picture.height();
    let lies_alike = is_wide(shown) == is_wide(&hidden);
    let turn = if lies_alike { turn } else { Orientation::Upright };
    upright(scaled(hidden), turn)
}

/// Small enough to turn cheaply.
fn scaled(picture: DynamicImage) -> RgbaImage {
    let side = WIDTH_MAX.max(HEIGHT);
    if picture.width().max(picture.height()) > side {
        return picture.thumbnail(side, side).into_rgba8();
    }
    picture.into_rgba8()
}

fn to_height(picture: &RgbaImage) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let width = u64::from(width) * u64::from(HEIGHT) / u64::from(height.max(1));
    let width = width.clamp(1, u64::from(WIDTH_MAX)) as u32;
    imageops::resize(picture, width, HEIGHT, FilterType::Triangle)
}

fn beside(left: &RgbaImage, right: &RgbaImage) -> Option<Vec<u8>> {
    let width = left.width() + GAP + right.width();
    let mut sheet = RgbaImage::from_pixel(width, HEIGHT, PAPER);
    imageops::overlay(&mut sheet, left, 0, 0);
    imageops::overlay(&mut sheet, right, i64::from(left.width() + GAP), 0);
    let mut png = Vec::new();
    let sheet = DynamicImage::ImageRgba8(sheet).into_rgb8();
    sheet.write_with_encoder(PngEncoder::new(&mut png)).ok()?;
    Some(png)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn a_hidden_picture_is_shown_beside_the_photo() {
        let photo = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../apps/velum/tests/data/harbour.jpg"
        ));
        let original = Original::parse(photo.unwrap(), &Limits::default()).unwrap();
        let findings = original.findings();
        let is_picture = |finding: &&Finding| matches!(finding.value, Value::Picture { .. });
        let finding = findings.iter().find(is_picture).unwrap();
        let sheet = image::load_from_memory(&original.side_by_side(finding).unwrap()).unwrap();
        assert_eq!(sheet.height(), HEIGHT);
        let size = original.shown_size();
        assert!(sheet.width() > size.width * HEIGHT / size.height + GAP);
    }

    #[test]
    fn what_is_no_picture_has_none_to_show() {
        let photo = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../apps/velum/tests/data/harbour.jpg"
        ));
        let original = Original::parse(photo.unwrap(), &Limits::default()).unwrap();
        let mut findings = original.findings().into_iter();
        let place = findings.find(|finding| matches!(finding.value, Value::Place(_))).unwrap();
        assert!(original.side_by_side(&place).is_none());
    }
}
