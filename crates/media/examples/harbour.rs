//! Draws the sample photo: a harbour in the evening, with everything hidden in it that a phone and
//! an editor leave behind. All of it is made up.
//!
//! `cargo run -p velum-media --example harbour -- apps/velum/tests/data/harbour.jpg`
//!
//! The photo is a crop of a wider scene; its thumbnail still shows the whole scene, with the house
//! by the quay that was cut away.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// The whole scene, and the part of it that became the photo.
const SCENE: (u32, u32) = (2240, 1680);
const CROP: (u32, u32, u32, u32) = (640, 240, 1600, 1200);
const THUMBNAIL: (u32, u32) = (160, 120);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name the file to write")?;
    let scene = draw_scene();
    let (left, top, width, height) = CROP;
    let photo = image::imageops::crop_imm(&scene, left, top, width, height).to_image();
    let filter = image::imageops::FilterType::Triangle;
    let thumbnail = image::imageops::resize(&scene, THUMBNAIL.0, THUMBNAIL.1, filter);
    std::fs::write(path, with_hidden_data(&encode(&photo, 82)?, &encode(&thumbnail, 70)?))?;
    Ok(())
}

fn encode(picture: &RgbImage, quality: u8) -> image::ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality).encode_image(picture)?;
    Ok(out)
}

fn draw_scene() -> RgbImage {
    let (width, height) = SCENE;
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let grain = (noise(x, y) - 0.5) * 9.0;
        let colour = colour_at(u, v);
        Rgb(colour.map(|channel| (channel + grain).clamp(0.0, 255.0) as u8))
    })
}

const HORIZON: f64 = 0.55;

fn colour_at(u: f64, v: f64) -> [f64; 3] {
    if let Some(colour) = boats_at(u, v).or_else(|| house_at(u, v)) {
        return colour;
    }
    if v < HORIZON {
        return if v > hills_at(u) {
            mix([70.0, 78.0, 96.0], [104.0, 96.0, 108.0], v)
        } else {
            sky_at(u, v)
        };
    }
    // The water mirrors what is above it, darker and in ripples.
    let ripple = ((v * 900.0).sin() + (v * 370.0 + u * 40.0).sin()) * 0.006;
    let mirrored = 2.0 * HORIZON - v + ripple;
    let above = if mirrored > hills_at(u + ripple) {
        [60.0, 66.0, 84.0]
    } else {
        sky_at(u + ripple, mirrored)
    };
    mix(above, [24.0, 52.0, 78.0], 0.35 + (v - HORIZON) * 0.8)
}

fn sky_at(u: f64, v: f64) -> [f64; 3] {
    let sky = mix([66.0, 108.0, 172.0], [252.0, 196.0, 140.0], (v / HORIZON).clamp(0.0, 1.0));
    let distance = ((u - 0.62).powi(2) + ((v - 0.43) * 0.75).powi(2)).sqrt();
    let cloud = ((u * 9.0 + (v * 31.0).sin()).sin() * (v * 22.0).sin()).max(0.0) * 0.25;
    let glow = (1.0 - distance / 0.28).max(0.0).powi(2);
    let lit = mix(mix(sky, [244.0, 226.0, 214.0], cloud), [255.0, 236.0, 190.0], glow);
    if distance < 0.032 { [255.0, 246.0, 220.0] } else { lit }
}

fn hills_at(u: f64) -> f64 {
    HORIZON
        - 0.05
        - 0.035 * (u * 7.0 + 0.6).sin()
        - 0.018 * (u * 19.0).sin()
        - 0.006 * (u * 63.0).sin()
}

/// Three sailing boats: hull, mast, sail.
fn boats_at(u: f64, v: f64) -> Option<[f64; 3]> {
    let boats = [
        (0.42, 0.64, 1.0, [196.0, 72.0, 58.0]),
        (0.60, 0.60, 0.6, [238.0, 232.0, 220.0]),
        (0.84, 0.69, 1.3, [48.0, 84.0, 120.0]),
    ];
    boats.into_iter().find_map(|(x, y, scale, hull)| {
        let (dx, dy) = ((u - x) / scale, (v - y) / scale);
        let in_hull = (0.0..0.035).contains(&dy) && dx.abs() < 0.075 - dy * 0.8;
        let in_mast = (-0.21..0.0).contains(&dy) && dx.abs() < 0.0025;
        let in_sail = (-0.20..-0.02).contains(&dy) && dx > 0.005 && dx < 0.005 + (dy + 0.20) * 0.32;
        match (in_hull, in_mast, in_sail) {
            (true, _, _) => Some(hull),
            (_, true, _) => Some([92.0, 70.0, 52.0]),
            (_, _, true) => Some(mix([250.0, 244.0, 232.0], [226.0, 208.0, 190.0], dx * 20.0)),
            _ => None,
        }
    })
}

/// The house on the left, which the crop leaves out.
fn house_at(u: f64, v: f64) -> Option<[f64; 3]> {
    let (dx, dy) = (u - 0.13, v - 0.36);
    let in_roof = (-0.10..0.0).contains(&dy) && dx.abs() < 0.12 * (1.0 + dy / 0.10) + 0.01;
    let in_wall = (0.0..0.30).contains(&dy) && dx.abs() < 0.105;
    let in_window =
        [-0.055, 0.055].iter().any(|x| (dx - x).abs() < 0.022) && (0.06..0.13).contains(&dy);
    let in_door = dx.abs() < 0.022 && (0.16..0.30).contains(&dy);
    match (in_window, in_door, in_wall, in_roof) {
        (true, ..) => Some([255.0, 222.0, 130.0]),
        (_, true, ..) => Some([40.0, 96.0, 84.0]),
        (_, _, true, _) => Some([214.0, 120.0, 92.0]),
        (_, _, _, true) => Some([96.0, 48.0, 46.0]),
        _ => None,
    }
}

fn mix(a: [f64; 3], b: [f64; 3], part: f64) -> [f64; 3] {
    let part = part.clamp(0.0, 1.0);
    core::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * part)
}

/// Film grain from 0 to 1, the same on every run.
fn noise(x: u32, y: u32) -> f64 {
    let mut mixed = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b);
    mixed = (mixed ^ mixed >> 15).wrapping_mul(0x2c1b_3c6d);
    mixed = (mixed ^ mixed >> 12).wrapping_mul(0x297a_2d39);
    f64::from((mixed ^ mixed >> 15) >> 8) / f64::from(1_u32 << 24)
}

fn with_hidden_data(photo: &[u8], thumbnail: &[u8]) -> Vec<u8> {
    let mut out = photo[..2].to_vec();
    segment(&mut out, 0xe1, &[&b"Exif\0\0"[..], &exif(thumbnail)].concat());
    segment(&mut out, 0xe1, &[&b"http://ns.adobe.com/xap/1.0/\0"[..], XMP.as_bytes()].concat());
    segment(&mut out, 0xfe, b"for Robin, from the evening at the harbour");
    out.extend_from_slice(&photo[2..]);
    out.extend_from_slice(b"HarbourCam note: album 12, cloud id 5f3c-88d1, uploaded 2026-05-17");
    out
}

fn segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    out.extend([0xff, marker]);
    out.extend((payload.len() as u16 + 2).to_be_bytes());
    out.extend_from_slice(payload);
}

const XMP: &str = concat!(
    "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description ",
    "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" ",
    "xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" xmp:CreatorTool=\"Lightbench 4.1\" ",
    "xmpMM:DocumentID=\"xmp.did:7b1c2f60-5a5e-4d1e-9d0e-2f6f3a1c9b77\">",
    "<dc:creator><rdf:Seq><rdf:li>Alex Example</rdf:li></rdf:Seq></dc:creator>",
    "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
);

/// One directory entry: tag, type, count, value bytes.
struct Entry(u16, u16, u32, Vec<u8>);

fn text(tag: u16, value: &str) -> Entry {
    let mut bytes = value.as_bytes().to_vec();
    bytes.push(0);
    Entry(tag, 2, bytes.len() as u32, bytes)
}

fn fractions(tag: u16, values: &[(u32, u32)]) -> Entry {
    let bytes =
        values.iter().flat_map(|(top, bottom)| [top.to_be_bytes(), bottom.to_be_bytes()]).flatten();
    Entry(tag, 5, values.len() as u32, bytes.collect())
}

fn long(tag: u16, value: usize) -> Entry {
    Entry(tag, 4, 1, (value as u32).to_be_bytes().to_vec())
}

fn exif(thumbnail: &[u8]) -> Vec<u8> {
    let main = |exif_at, gps_at| {
        vec![
            text(0x010f, "Lumen"),
            text(0x0110, "Lumen Pocket 9"),
            Entry(0x0112, 3, 1, vec![0, 1]),
            text(0x0131, "HarbourCam 3.2.1"),
            text(0x0132, "2026:05:16 21:07:44"),
            text(0x013b, "Alex Example"),
            long(0x8769, exif_at),
            long(0x8825, gps_at),
        ]
    };
    let settings = vec![
        fractions(0x829a, &[(1, 125)]),
        fractions(0x829d, &[(18, 10)]),
        Entry(0x8827, 3, 1, vec![0, 80]),
        text(0x9003, "2026:05:16 21:04:12"),
        text(0x9011, "+02:00"),
        Entry(0x9286, 7, 18, b"ASCII\0\0\0quay no. 4".iter().copied().take(18).collect()),
        text(0xa430, "Alex Example"),
        text(0xa431, "LP9-0047-118823"),
        text(0xa434, "Lumen 26 mm f/1.8"),
    ];
    let gps = vec![
        text(0x0001, "N"),
        fractions(0x0002, &[(54, 1), (10, 1), (4512, 100)]),
        text(0x0003, "E"),
        fractions(0x0004, &[(12, 1), (5, 1), (1734, 100)]),
        Entry(0x0005, 1, 1, vec![0]),
        fractions(0x0006, &[(31, 10)]),
        text(0x001d, "2026:05:16"),
    ];
    let small =
        |at| vec![Entry(0x0103, 3, 1, vec![0, 6]), long(0x0201, at), long(0x0202, thumbnail.len())];
    // Sizes do not depend on the offsets, so a first pass with zeros finds them.
    let main_at = 8;
    let exif_at = main_at + directory(&main(0, 0), 0, 0).len();
    let gps_at = exif_at + directory(&settings, 0, 0).len();
    let small_at = gps_at + directory(&gps, 0, 0).len();
    let thumbnail_at = small_at + directory(&small(0), 0, 0).len();
    let mut out = b"MM\0\x2a\0\0\0\x08".to_vec();
    out.extend(directory(&main(exif_at, gps_at), main_at, small_at));
    out.extend(directory(&settings, exif_at, 0));
    out.extend(directory(&gps, gps_at, 0));
    out.extend(directory(&small(thumbnail_at), small_at, 0));
    out.extend_from_slice(thumbnail);
    out
}

fn directory(entries: &[Entry], at: usize, next: usize) -> Vec<u8> {
    let mut head = (entries.len() as u16).to_be_bytes().to_vec();
    let mut values: Vec<u8> = Vec::new();
    let values_at = at + 2 + entries.len() * 12 + 4;
    for Entry(tag, field_type, count, value) in entries {
        head.extend(tag.to_be_bytes());
        head.extend(field_type.to_be_bytes());
        head.extend(count.to_be_bytes());
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
