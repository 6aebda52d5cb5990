//! Hiding places in a clean WebP.

use audit::What;

use super::{assert_refused, find, set, with};
use crate::plant::{self, riff, riff_chunk, token};

/// A clean copy in the extended form, as chunks.
fn chunks() -> Vec<Vec<u8>> {
    let extended = riff_chunk(b"VP8X", &[0x28, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
    let profile = riff_chunk(b"ICCP", &super::wide_profile());
    let exif = riff_chunk(b"EXIF", &plant::exif(6, b""));
    let photo = riff(&[extended, profile, plant::webp()[12..].to_vec(), exif]);
    split(&crate::clean(&photo))
}

fn split(photo: &[u8]) -> Vec<Vec<u8>> {
    let (mut chunks, mut at) = (Vec::new(), 12);
    while at < photo.len() {
        let size: [u8; 4] = photo[at + 4..at + 8].try_into().unwrap();
        let end = at + 8 + (u32::from_le_bytes(size) as usize).next_multiple_of(2);
        chunks.push(photo[at..end].to_vec());
        at = end;
    }
    chunks
}

/// The copy with a chunk put in.
fn more(at: usize, name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunks = chunks();
    chunks.insert(at, riff_chunk(name, data));
    riff(&chunks)
}

#[test]
fn nothing_can_be_hidden_among_the_chunks_of_a_webp() {
    let clean = riff(&chunks());
    let plain = crate::clean(&plant::webp());
    let needless = [riff_chunk(b"VP8X", &[0, 0, 0, 0, 39, 0, 0, 29, 0, 0])];
    let needless = riff(&[&needless[..], &split(&plain)].concat());
    let exif = find(&clean, b"MM\0");
    assert_refused(
        &clean,
        &[
            ("XMP", more(4, b"XMP ", &token("x")), What::AfterEnd),
            ("an unknown chunk", more(2, b"ACME", &token("x")), What::UnknownPart),
            ("a second profile", more(2, b"ICCP", &token("x")), What::UnknownPart),
            ("alpha of a lossless picture", more(2, b"ALPH", b"\0TOKEN"), What::Misplaced),
            ("a second turn", more(3, b"EXIF", &[b'T'; 26]), What::Exif),
            ("a tail", with(&clean, clean.len(), b"TOKEN"), What::AfterEnd),
            ("a tail that is counted", riff(&[chunks().concat(), b"TK".to_vec()]), What::AfterEnd),
            ("reserved bytes", set(&clean, 21, b"T"), What::Padding),
            ("a flag", set(&clean, 20, &[0x2c]), What::Field),
            ("another flag", set(&clean, 20, &[0x29]), What::Field),
            ("another canvas", set(&clean, 24, &[40]), What::Field),
            ("beside the turn", set(&clean, exif + 20, b"T"), What::Exif),
            ("a profile's maker", set(&clean, find(&clean, b"acsp") + 12, b"TOKN"), What::Profile),
            ("an extended form for nothing", needless, What::Unused),
        ],
    );
    assert_refused(
        &plain,
        &[
            (
                "a second chunk",
                riff(&[split(&plain).concat(), riff_chunk(b"ACME", b"x")]),
                What::AfterEnd,
            ),
            (
                "padding",
                riff(&[riff_chunk(b"VP8L", b"\x2f\0\0\0\0\0x")[..15].to_vec(), b"T".to_vec()]),
                What::Padding,
            ),
        ],
    );
}

#[test]
fn nothing_can_be_hidden_in_an_animated_webp() {
    let picture = plant::webp()[12..].to_vec();
    let frame = |how: u8, inside: &[Vec<u8>]| {
        let control = [0, 0, 0, 0, 0, 0, 39, 0, 0, 29, 0, 0, 100, 0, 0, how];
        riff_chunk(b"ANMF", &[control.to_vec(), inside.concat()].concat())
    };
    let head =
        [riff_chunk(b"VP8X", &[0x02, 0, 0, 0, 39, 0, 0, 29, 0, 0]), riff_chunk(b"ANIM", &[0; 6])]
            .concat();
    let animation = |frame: Vec<u8>| riff(&[head.clone(), frame]);
    let clean = crate::clean(&animation(frame(0, std::slice::from_ref(&picture))));
    let unknown = riff_chunk(b"ACME", b"x");
    assert_refused(
        &clean,
        &[
            (
                "reserved bits",
                animation(frame(0x14, std::slice::from_ref(&picture))),
                What::Padding,
            ),
            (
                "inside a frame",
                animation(frame(0, &[picture.clone(), unknown.clone()])),
                What::UnknownPart,
            ),
            (
                "before the picture",
                animation(frame(0, &[unknown.clone(), picture])),
                What::UnknownPart,
            ),
            ("behind the frames", with_chunk(&clean, &unknown), What::AfterEnd),
        ],
    );
}

fn with_chunk(photo: &[u8], chunk: &[u8]) -> Vec<u8> {
    riff(&[photo[12..].to_vec(), chunk.to_vec()])
}
