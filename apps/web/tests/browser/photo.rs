//! The photo these tests share: a drawn landscape with all that a phone would write into it.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// Writes the photo into a folder.
pub(crate) fn write(folder: &Path) -> PathBuf {
    let (path, thumbnail) = (folder.join("IMG_0814.jpg"), folder.join("thumbnail.jpg"));
    std::fs::write(&path, jpeg(&landscape(1600, 1200, 1.0))).unwrap();
    std::fs::write(&thumbnail, jpeg(&landscape(240, 180, 1.7))).unwrap();
    let told = Command::new("exiftool")
        .args(["-q", "-overwrite_original"])
        .args(["-GPSLatitude=46.55831", "-GPSLatitudeRef=N", "-GPSLongitude=7.98473"])
        .args(["-GPSLongitudeRef=E", "-GPSAltitude=2061", "-GPSAltitudeRef=0"])
        .args(["-DateTimeOriginal=2026:08:14 19:42:10", "-Artist=Robin Example"])
        .args(["-Make=Fernblick", "-Model=Fernblick 7", "-SerialNumber=40017733"])
        .args(["-Software=Lumen 3.1", "-Comment=evening above the lake"])
        .arg(format!("-ThumbnailImage<={}", thumbnail.display()))
        .arg(&path)
        .status()
        .expect("exiftool is not installed");
    assert!(told.success());
    path
}

/// The clean copy, made by the same code outside the browser.
pub(crate) fn clean_copy(photo: &Path) -> Vec<u8> {
    let bytes = std::fs::read(photo).unwrap();
    let original = media::Original::parse(bytes, &media::Limits::default()).unwrap();
    original.clean().unwrap().into_bytes()
}

pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88).encode_image(picture).unwrap();
    bytes
}

/// Hills at dusk. With a larger `width_seen` more comes into view: a house that was cut away.
pub(crate) fn landscape(width: u32, height: u32, width_seen: f32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32 * width_seen, y as f32 / height as f32);
        let color = if is_house(u, v) { [236.0, 226.0, 208.0] } else { hills(u, v, height) };
        Rgb(color.map(|c| c as u8))
    })
}

fn is_house(u: f32, v: f32) -> bool {
    let wall = (1.1..1.4).contains(&u) && (0.5..0.8).contains(&v);
    let roof = (0.34..0.5).contains(&v) && (u - 1.25).abs() < v - 0.34;
    wall || roof
}

fn hills(u: f32, v: f32, height: u32) -> [f32; 3] {
    let hills =
        [[141.0, 122.0, 138.0], [95.0, 97.0, 120.0], [60.0, 74.0, 92.0], [34.0, 48.0, 64.0]];
    let edge = 1.5 / height as f32;
    let mut color = sky(u, v);
    for (index, hill) in hills.into_iter().enumerate() {
        let i = index as f32;
        let wave = 0.09 * (u * (5.0 + i * 2.0) + i * 1.7).sin();
        let ripple = 0.03 * (u * (17.0 + i * 5.0) + i).sin();
        let top = 0.5 + 0.11 * i - wave - ripple;
        color = mixed(color, hill, ((v - top) / edge).clamp(0.0, 1.0));
    }
    color
}

fn sky(u: f32, v: f32) -> [f32; 3] {
    let dusk = match v {
        v if v < 0.5 => mixed([45.0, 74.0, 107.0], [227.0, 165.0, 124.0], v * 2.0),
        v => mixed([227.0, 165.0, 124.0], [243.0, 217.0, 181.0], v * 2.0 - 1.0),
    };
    let from_sun = (((u - 0.68) * 1.33).powi(2) + (v - 0.42).powi(2)).sqrt();
    mixed([255.0, 243.0, 216.0], dusk, ((from_sun - 0.07) * 600.0).clamp(0.0, 1.0))
}

fn mixed(from: [f32; 3], to: [f32; 3], part: f32) -> [f32; 3] {
    [0, 1, 2].map(|i| from[i] + (to[i] - from[i]) * part)
}
