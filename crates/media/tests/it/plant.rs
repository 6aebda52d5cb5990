//! Makes small photos and plants tokens in them: `TOKEN-` and the name of the place.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ImageEncoder, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A token for a place.
pub(crate) fn token(place: &str) -> Vec<u8> {
    format!("TOKEN-{place}-").into_bytes()
}

/// The places whose tokens are in the bytes.
pub(crate) fn tokens_in(bytes: &[u8]) -> Vec<String> {
    let starts = bytes.windows(6).enumerate().filter(|(_, window)| window == b"TOKEN-");
    let name = |(at, _): (usize, &[u8])| {
        let rest = &bytes[at + 6..];
        let end = rest.iter().position(|byte| *byte == b'-').unwrap_or(rest.len().min(30));
        String::from_utf8_lossy(&rest[..end]).into_owned()
    };
    starts.map(name).collect()
}

/// A soft landscape with a dark tree, so that turning or cutting it shows.
pub(crate) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        if (u - 0.3).abs() < 0.06 && v > 0.3 {
            return Rgb([40, 50, 30]);
        }
        let hill = v > 0.6 + 0.1 * (u * 9.0).sin();
        if hill {
            Rgb([90, (140.0 * v) as u8 + 40, 70])
        } else {
            Rgb([120, 150, 200 + (v * 50.0) as u8])
        }
    })
}

/// How a JPEG is coded.
#[derive(Clone, Copy)]
pub(crate) enum Coding {
    Baseline,
    Restarts,
    Progressive,
}

pub(crate) fn jpeg_of(picture: &RgbImage, coding: Coding) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 80);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    match coding {
        Coding::Baseline => {}
        Coding::Restarts => encoder.set_restart_interval(3),
        Coding::Progressive => encoder.set_progressive_scans(6),
    }
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).unwrap();
    out
}

pub(crate) fn jpeg(coding: Coding) -> Vec<u8> {
    jpeg_of(&picture(75, 50), coding)
}

/// Two photos with arithmetic codes, sequential and progressive.
pub(crate) fn arithmetic_jpegs() -> [Vec<u8>; 2] {
    let sequential = include_bytes!("../data/arithmetic.jpg");
    let progressive = include_bytes!("../data/arithmetic-progressive.jpg");
    [sequential.to_vec(), progressive.to_vec()]
}

pub(crate) fn png() -> Vec<u8> {
    let picture = picture(40, 30);
    let mut out = Vec::new();
    let (width, height) = picture.dimensions();
    let colour = image::ExtendedColorType::Rgb8;
    PngEncoder::new(&mut out).write_image(picture.as_raw(), width, height, colour).unwrap();
    out
}

pub(crate) fn webp() -> Vec<u8> {
    let picture = picture(40, 30);
    let mut out = Vec::new();
    let (width, height) = picture.dimensions();
    let colour = image::ExtendedColorType::Rgb8;
    WebPEncoder::new_lossless(&mut out)
        .write_image(picture.as_raw(), width, height, colour)
        .unwrap();
    out
}

/// A JPEG segment.
pub(crate) fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let size = (payload.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], &size[..], payload].concat()
}

/// A PNG chunk.
pub(crate) fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    let size = (data.len() as u32).to_be_bytes();
    [&size[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

/// A WebP chunk with its padding.
pub(crate) fn riff_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let size = (data.len() as u32).to_le_bytes();
    let padding = vec![0; data.len() % 2];
    [&name[..], &size[..], data, &padding].concat()
}

pub(crate) fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let size = (body.len() as u32 + 4).to_le_bytes();
    [b"RIFF", &size[..], b"WEBP", &body].concat()
}

/// An Exif block (without prefix) with an orientation, texts, a position and a thumbnail.
pub(crate) fn exif(orientation: u8, thumbnail: &[u8]) -> Vec<u8> {
    let text = |tag: u16, place: &str| (tag, 2_u16, [token(place), vec![0]].concat());
    let long = |tag: u16, value: usize| (tag, 4, (value as u32).to_be_bytes().to_vec());
    let degrees = |d: u32, m: u32| [d, 1, m, 1, 0, 1].map(u32::to_be_bytes).concat();
    let main = |gps| {
        vec![
            text(0x0110, "model"),
            (0x0112, 3, vec![0, orientation]),
            text(0x013b, "artist"),
            text(0x9003, "time"),
            text(0xa431, "serial"),
            (0x927c, 7, token("notes")),
            long(0x8825, gps),
        ]
    };
    let gps = vec![
        (0x0001, 2, b"S\0".to_vec()),
        (0x0002, 5, degrees(33, 30)),
        (0x0003, 2, b"E\0".to_vec()),
        (0x0004, 5, degrees(151, 12)),
    ];
    let small = |at| vec![long(0x0201, at), long(0x0202, thumbnail.len())];
    let gps_at = 8 + directory(&main(0), 8, 0).len();
    let small_at = gps_at + directory(&gps, gps_at, 0).len();
    let thumbnail_at = small_at + directory(&small(0), small_at, 0).len();
    [
        b"MM\0\x2a\0\0\0\x08".to_vec(),
        directory(&main(gps_at), 8, small_at),
        directory(&gps, gps_at, 0),
        directory(&small(thumbnail_at), small_at, 0),
        thumbnail.to_vec(),
    ]
    .concat()
}

fn directory(entries: &[(u16, u16, Vec<u8>)], at: usize, next: usize) -> Vec<u8> {
    let mut head = (entries.len() as u16).to_be_bytes().to_vec();
    let mut values: Vec<u8> = Vec::new();
    let values_at = at + 2 + entries.len() * 12 + 4;
    for (tag, field_type, value) in entries {
        let width = match field_type {
            3 => 2,
            4 => 4,
            5 => 8,
            _ => 1,
        };
        head.extend(tag.to_be_bytes());
        head.extend(field_type.to_be_bytes());
        head.extend((value.len() as u32 / width).to_be_bytes());
        if value.len() <= 4 {
            head.extend(value);
            head.resize(head.len() + 4 - value.len(), 0);
        } else {
            head.extend(((values_at + values.len()) as u32).to_be_bytes());
            values.extend(value);
        }
    }
    head.extend((next as u32).to_be_bytes());
    head.extend(values);
    head
}

/// An XMP packet with a token.
pub(crate) fn xmp(place: &str) -> Vec<u8> {
    let text = String::from_utf8(token(place)).unwrap();
    format!("<x:xmpmeta><rdf:Description xmp:CreatorTool=\"{text}\"/></x:xmpmeta>").into_bytes()
}
