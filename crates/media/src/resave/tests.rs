//! Photos saved anew.

use super::*;
use image::{Rgb, RgbImage, Rgba};

/// Hills under a sky, with a little noise on them.
fn landscape(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = ((x * 7 + y * 13) % 5) as u8;
        if y > height / 2 + (x % 40) / 4 {
            Rgb([40, 110 + noise, 50])
        } else {
            Rgb([120, 170 + noise, 230])
        }
    })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 97)).unwrap();
    bytes
}

fn original(bytes: Vec<u8>) -> Original {
    Original::parse(bytes, &Limits::default()).unwrap()
}

#[test]
fn a_large_photo_is_made_small_and_keeps_its_shape() {
    let photo = original(jpeg(&landscape(640, 480)));
    let clean = photo.resave(&ResaveOptions { side_max: 320 }).unwrap();
    assert_eq!((clean.shown_size().width, clean.shown_size().height), (320, 240));
    assert_eq!(clean.format(), Format::Jpeg);
    let receipt = clean.receipt();
    assert_eq!(receipt.clean_bytes, clean.bytes().len() as u64);
    assert_eq!(receipt.removed_bytes() + receipt.kept_bytes, photo.bytes().len() as u64);
}

#[test]
fn a_photo_saved_anew_is_a_clean_copy_and_always_the_same() {
    let photo = original(jpeg(&landscape(200, 100)));
    let clean = photo.resave(&ResaveOptions::default()).unwrap();
    assert_eq!(clean.bytes(), photo.resave(&ResaveOptions::default()).unwrap().bytes());
    assert!(Clean::verify(clean.into_bytes(), &Limits::default()).is_ok());
}

#[test]
fn noise_goes_and_edges_stay() {
    let mut picture = RgbaImage::from_pixel(9, 9, Rgba([100, 100, 100, 255]));
    picture.put_pixel(2, 2, Rgba([108, 100, 100, 255]));
    picture.put_pixel(6, 6, Rgba([250, 100, 100, 255]));
    let smooth = smoothed(&picture);
    assert!(smooth.get_pixel(2, 2).0[0] < 103);
    assert_eq!(smooth.get_pixel(6, 6).0[0], 250);
    assert_eq!(smooth.get_pixel(5, 6).0[0], 100);
}

#[test]
fn transparency_stays_and_nothing_hides_under_it() {
    let picture =
        RgbaImage::from_fn(40, 30, |x, _| Rgba([200, 10, 10, if x < 20 { 0 } else { 255 }]));
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    let clean = original(bytes).resave(&ResaveOptions::default()).unwrap();
    assert_eq!(clean.format(), Format::Png);
    let again = image::load_from_memory(clean.bytes()).unwrap().into_rgba8();
    assert_eq!(again.get_pixel(3, 3).0, [0; 4]);
    assert_eq!(again.get_pixel(30, 3).0, [200, 10, 10, 255]);
}

#[test]
fn a_wide_profile_is_turned_into_srgb() {
    let wide = ColorProfile::new_display_p3().encode().unwrap();
    let mut bytes = Vec::new();
    let picture = RgbImage::from_pixel(16, 16, Rgb([200, 60, 60]));
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 97);
    image::ImageEncoder::set_icc_profile(&mut encoder, wide).unwrap();
    picture.write_with_encoder(encoder).unwrap();
    let clean = original(bytes).resave(&ResaveOptions::default()).unwrap();
    let colour = image::load_from_memory(clean.bytes()).unwrap().into_rgb8().get_pixel(8, 8).0;
    assert!(colour[0] > 206 && colour[1] < 56, "{colour:?}");
}
