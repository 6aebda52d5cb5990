//! Small files of the kinds that no kept file is of, each with something to take out.

use std::path::Path;
use std::process::Command;

/// What is hidden in each.
const TOLD: &[u8] = b"Robin, Harbour Street 7";

/// One row of four pixels in two colours, and a comment.
pub(crate) fn gif() -> Vec<u8> {
    let pixels = [0x44, 0x02, 0x05];
    [
        &b"GIF89a\x04\0\x01\0\x80\0\0\x10\x40\x80\xf0\xd0\x90\x21\xfe"[..],
        &[TOLD.len() as u8],
        TOLD,
        &[0, 0x2c, 0, 0, 0, 0, 4, 0, 1, 0, 0, 2, pixels.len() as u8],
        &pixels,
        &[0, 0x3b],
    ]
    .concat()
}

/// Two rows of grey pixels, and a name.
pub(crate) fn tiff() -> Vec<u8> {
    const PIXELS: &[u8; 8] = b"\x10\x20\x30\x40\x50\x60\x70\x80";
    let told_at = 8 + PIXELS.len() as u32;
    let tags: [(u16, u16, u32, u32); 9] = [
        (256, 4, 1, 4),
        (257, 4, 1, 2),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, 2),
        (279, 4, 1, PIXELS.len() as u32),
        (315, 2, TOLD.len() as u32 + 1, told_at),
    ];
    let directory_at = (told_at + TOLD.len() as u32 + 1).next_multiple_of(2);
    let mut file = [&b"II*\0"[..], &directory_at.to_le_bytes(), PIXELS, TOLD, &[0]].concat();
    file.resize(directory_at as usize, 0);
    file.extend((tags.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in tags {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.extend([0; 4]);
    file
}

pub(crate) fn png() -> Vec<u8> {
    let mut file = Vec::new();
    let picture =
        image::RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 80]));
    picture.write_with_encoder(image::codecs::png::PngEncoder::new(&mut file)).unwrap();
    let end = file.len() - 12;
    file.splice(end..end, chunk(b"tEXt", &[b"Author\0", TOLD].concat()));
    file
}

/// The same picture twice, a moment after each other.
pub(crate) fn apng() -> Vec<u8> {
    let still = png();
    let mut chunks = Vec::new();
    let mut at = 8;
    while at < still.len() {
        let bytes = u32::from_be_bytes(still[at..at + 4].try_into().unwrap()) as usize;
        chunks.push((&still[at + 4..at + 8], &still[at + 8..at + 8 + bytes]));
        at += 12 + bytes;
    }
    let frame = |number: u32| {
        let sides = [number, 24, 16, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&sides[..], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let mut file = still[..8].to_vec();
    let mut data = Vec::new();
    for (kind, inside) in chunks {
        let written = chunk(kind, inside);
        match kind {
            b"IHDR" => file.extend([written, chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])].concat()),
            b"IDAT" => data.extend_from_slice(inside),
            b"IEND" => {
                file.extend([frame(0), chunk(b"IDAT", &data)].concat());
                let second = [&2_u32.to_be_bytes()[..], &data].concat();
                file.extend([frame(1), chunk(b"fdAT", &second), written].concat());
            }
            _ => file.extend(written),
        }
    }
    file
}

/// The same picture as another JPEG, told in many scans.
pub(crate) fn progressive(photo: &Path) -> Vec<u8> {
    let mut jpegtran = Command::new("jpegtran");
    jpegtran.args(["-progressive", "-copy", "all"]).arg(photo);
    let made = jpegtran.output().expect("jpegtran is not installed");
    assert!(made.status.success());
    made.stdout
}

fn chunk(kind: &[u8], inside: &[u8]) -> Vec<u8> {
    let summed = [kind, inside].concat();
    let sum = summed.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            0 => sum >> 1,
            _ => (sum >> 1) ^ 0xedb8_8320,
        })
    });
    [&(inside.len() as u32).to_be_bytes()[..], &summed, &(!sum).to_be_bytes()].concat()
}
