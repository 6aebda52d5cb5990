//! Covered photos, judged by programs that know nothing of Velum: libjpeg-turbo's `djpeg` and
//! `jpegtran`, ffmpeg, exiftool.
//!
//! Photos come in pairs that differ only below the cover, there in everything: their copies are the
//! same bytes, so that nothing of what is covered can be in them.

mod derived;
mod jpeg;
mod png;
mod refused;
mod webp;

use std::io::Write;
use std::process::{Command, Stdio};

use media::{Covered, Limits};
use pixels::{Look, Mask, Region, Shape, Size};

use crate::{assert_is_clean, clean, parse};

/// Covers are of this colour: neither a grey nor an end of any channel.
const COLOUR: [u8; 3] = [200, 30, 60];

/// A rectangle in whole pixels: left, top, right, bottom.
type Place = [u32; 4];

fn holds([left, top, right, bottom]: Place, x: u32, y: u32) -> bool {
    (left..right).contains(&x) && (top..bottom).contains(&y)
}

/// A place well inside a picture, that keeps to no block; all of a picture of one pixel.
fn place_in((width, height): (u32, u32)) -> Place {
    [width * 3 / 10, height * 4 / 10, width * 6 / 10 + 1, height * 7 / 10 + 1]
}

fn mask(size: Size, [left, top, right, bottom]: Place) -> Mask {
    let [left, top, right, bottom] = [left, top, right, bottom].map(|at| at as f32);
    let mut mask = Mask::none(size);
    mask.add(&Shape::Box(Region { left, top, right, bottom }));
    mask
}

fn cover(photo: &[u8], place: Place) -> Covered {
    let clean = parse(photo).unwrap().clean().unwrap();
    let mask = mask(clean.shown_size(), place);
    let covered = clean.cover(&mask, &Look::Solid(COLOUR), &Limits::default()).unwrap();
    assert_is_clean(covered.clean.bytes());
    covered
}

/// Two photos whose pictures differ below the cover give the same copy.
fn cover_both(photos: [&[u8]; 2], place: Place) -> Covered {
    assert!(clean(photos[0]) != clean(photos[1]), "the photos do not differ");
    let [one, other] = photos.map(|photo| cover(photo, place));
    assert!(one.clean.bytes() == other.clean.bytes(), "the copy tells what it covers");
    one
}

/// A picture as another program decodes it.
#[derive(Clone, PartialEq)]
struct Decoded {
    width: usize,
    pixel_bytes: usize,
    samples: Vec<u8>,
}

impl Decoded {
    /// Every pixel that the mask means has the colour, nearly; every other one is as it was.
    fn judge(&self, before: &Self, mask: &Mask, colour: &[u8], tolerance: u8) {
        let shape = |it: &Self| (it.width, it.pixel_bytes, it.samples.len());
        assert_eq!(shape(self), shape(before));
        assert_eq!(self.samples.len() / self.pixel_bytes / self.width, mask.size().height as usize);
        let (width, bytes) = (self.width, self.pixel_bytes);
        let pixels = self.samples.chunks_exact(bytes).zip(before.samples.chunks_exact(bytes));
        for (index, (pixel, before)) in pixels.enumerate() {
            let (x, y) = ((index % width) as u32, (index / width) as u32);
            if mask.has(x, y) {
                let off = pixel.iter().zip(colour).map(|(one, other)| one.abs_diff(*other)).max();
                assert!(off <= Some(tolerance), "{pixel:?} at {x}, {y}");
            } else {
                assert_eq!(pixel, before, "at {x}, {y}");
            }
        }
    }
}

/// What a program makes of a photo.
fn made(program: &str, photo: &[u8], arguments: &[&str]) -> Vec<u8> {
    let mut running = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|_| panic!("{program} is needed: `cargo xtask test` installs it"));
    // Who has seen enough may stop reading.
    let _ = running.stdin.take().unwrap().write_all(photo);
    let output = running.wait_with_output().unwrap();
    assert!(!output.stdout.is_empty(), "{program} {arguments:?} made nothing");
    output.stdout
}

/// By libjpeg-turbo, without smoothing of colours between neighbours.
fn djpeg(photo: &[u8]) -> Decoded {
    let made = made("djpeg", photo, &["-nosmooth"]);
    let mut words = made.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut word = || std::str::from_utf8(words.next().unwrap()).unwrap().to_owned();
    let (kind, width) = (word(), word());
    let rest = words.nth(1).unwrap();
    let samples = rest.strip_prefix(b"255\n").unwrap().to_vec();
    let pixel_bytes = if kind == "P5" { 1 } else { 3 };
    Decoded { width: width.parse().unwrap(), pixel_bytes, samples }
}

/// By ffmpeg, with these samples. The picture is `width` pixels wide.
fn ffmpeg(photo: &[u8], format: &str, samples: &str, width: u32) -> Decoded {
    let pixel_bytes = match samples {
        "gray" => 1,
        "gray16be" | "ya8" => 2,
        "rgb24" => 3,
        "rgba" | "ya16be" => 4,
        "rgb48be" => 6,
        _ => 8,
    };
    let arguments =
        ["-noautorotate", "-f", format, "-i", "-", "-vsync", "0", "-f", "rawvideo", "-pix_fmt"];
    let samples = made("ffmpeg", photo, &[&arguments[..], &[samples, "-"]].concat());
    Decoded { width: width as usize, pixel_bytes, samples }
}
