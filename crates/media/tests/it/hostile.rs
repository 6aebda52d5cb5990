//! Bytes that mean harm or are broken: a clean copy or a clear error, never a panic, never half.

use media::{Error, Format, Limits, Original, OtherFormat};
use proptest::prelude::*;

use crate::plant::{self, Coding, chunk, jpeg, png, riff, riff_chunk, webp};
use crate::{assert_is_clean, parse};

/// If the bytes can be cleaned, the copy must be clean; otherwise there is none.
pub(crate) fn survive(bytes: &[u8]) {
    if let Ok(original) = parse(bytes) {
        let _ = original.findings();
        if let Ok(clean) = original.clean() {
            assert_is_clean(clean.bytes());
        }
    }
}

/// Small photos of every kind with hidden data in them.
fn samples() -> Vec<Vec<u8>> {
    let exif = plant::exif(6, &jpeg(Coding::Baseline));
    let mut samples = Vec::new();
    for coding in [Coding::Baseline, Coding::Restarts, Coding::Progressive] {
        let photo = jpeg(coding);
        let segment = plant::segment(0xe1, &[&b"Exif\0\0"[..], &exif].concat());
        samples.push([&photo[..2], &segment, &photo[2..], b"tail"].concat());
    }
    let photo = png();
    samples.push([&photo[..33], &chunk(b"eXIf", &exif), &photo[33..]].concat());
    let extended = riff_chunk(b"VP8X", &[0x08, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
    samples.push(riff(&[extended, webp()[12..].to_vec(), riff_chunk(b"EXIF", &exif)]));
    samples.extend(plant::arithmetic_jpegs());
    samples.push(crate::gif::planted());
    samples.push(include_bytes!("../data/lossy-alpha.webp").to_vec());
    samples
}

#[test]
fn photos_cut_anywhere_are_cleaned_or_refused() {
    for sample in samples() {
        for end in 0..sample.len() {
            survive(&sample[..end]);
        }
    }
}

#[test]
fn a_jpeg_changed_anywhere_gives_no_copy_that_the_auditor_refuses() {
    for coding in [Coding::Baseline, Coding::Restarts, Coding::Progressive] {
        let photo = jpeg(coding);
        // Every fifth byte: each copy is followed to its last code, which takes time.
        for at in (0..photo.len()).step_by(5) {
            let mut changed = photo.clone();
            changed[at] ^= 1 << (at % 8);
            let Ok(original) = parse(&changed) else { continue };
            match original.clean() {
                Ok(clean) => assert_eq!(audit::photo_deep(clean.bytes()), Ok(()), "byte {at}"),
                Err(error) => assert!(!matches!(error, Error::AuditFailed(_)), "byte {at}"),
            }
        }
    }
}

#[test]
fn a_cut_picture_is_never_passed_on_as_whole() {
    for sample in [jpeg(Coding::Baseline), jpeg(Coding::Progressive), png(), webp()] {
        let middle = sample.len() * 3 / 4;
        assert!(parse(&sample[..middle]).is_err());
    }
}

#[test]
fn names_do_not_matter_only_content_does() {
    assert_eq!(parse(b"").unwrap_err(), Error::Empty);
    assert_eq!(parse(b"hello").unwrap_err(), Error::NotAPhoto);
    assert_eq!(parse(&[0; 4096]).unwrap_err(), Error::NotAPhoto);
    assert_eq!(parse(b"%PDF-1.7").unwrap_err(), Error::NotSupported(OtherFormat::Pdf));
    let formats: [(&[u8], Format); 8] = [
        (b"GIF89a\x01\0\x01\0", Format::Gif),
        (b"II\x2a\0\x08\0\0\0", Format::Tiff),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Format::Heic),
        (b"\0\0\0\x18ftypavif\0\0\0\0", Format::Avif),
        (b"\0\0\0\x18ftypmif1\0\0\0\0miafavif", Format::Avif),
        (b"\0\0\0\x18ftypisom\0\0\0\0", Format::Mp4),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", Format::Mov),
        (b"\0\0\0\x08wide", Format::Mov),
    ];
    for (bytes, format) in formats {
        assert_eq!(Format::recognise(bytes), Ok(format));
    }
    assert_eq!(parse(formats[5].0).unwrap_err(), Error::IsClip(Format::Mp4));
}

#[test]
fn claims_of_endless_pixels_are_refused_by_the_header() {
    let side = 100_000_u32.to_be_bytes();
    let header = chunk(b"IHDR", &[&side[..], &side, &[8, 2, 0, 0, 0]].concat());
    let photo = [b"\x89PNG\r\n\x1a\n", &header[..], &chunk(b"IDAT", b""), &chunk(b"IEND", b"")];
    let too_big = Error::PictureTooBig { width: 100_000, height: 100_000 };
    assert_eq!(parse(&photo.concat()).unwrap_err(), too_big);

    let mut photo = jpeg(Coding::Baseline);
    let frame = photo.windows(2).position(|pair| pair == b"\xff\xc0").unwrap();
    photo[frame + 5..frame + 9].fill(0xff);
    let too_big = Error::PictureTooBig { width: 65_535, height: 65_535 };
    assert_eq!(parse(&photo).unwrap_err(), too_big);

    let photo = riff(&[
        riff_chunk(b"VP8X", &[0, 0, 0, 0, 255, 255, 255, 255, 255, 255]),
        webp()[12..].to_vec(),
    ]);
    assert!(parse(&photo).is_err());
}

#[test]
fn limits_of_size_and_parts_hold() {
    let limits = Limits { file_bytes_max: 100, ..Limits::default() };
    let refused = Original::parse(png(), &limits).unwrap_err();
    assert!(matches!(refused, Error::FileTooBig { bytes_max: 100, .. }));

    let limits = Limits { parts_max: 50, ..Limits::default() };
    let photo = png();
    let many = [&photo[..33], &chunk(b"tEXt", b"a\0b").repeat(60), &photo[33..]].concat();
    assert_eq!(Original::parse(many, &limits).unwrap_err(), Error::TooManyParts { parts_max: 50 });
    let photo = jpeg(Coding::Baseline);
    let many = [&photo[..2], &plant::segment(0xfe, b"x").repeat(60), &photo[2..]].concat();
    assert_eq!(Original::parse(many, &limits).unwrap_err(), Error::TooManyParts { parts_max: 50 });
    let many = riff(&[riff_chunk(b"ACME", b"").repeat(60), webp()[12..].to_vec()]);
    assert_eq!(Original::parse(many, &limits).unwrap_err(), Error::TooManyParts { parts_max: 50 });
}

#[test]
fn scans_that_come_back_again_and_again_are_refused() {
    // One grey block. Each scan codes one coefficient and needs a single bit for it.
    let photo = |coefficients: u8| {
        let mut photo = vec![0xff, 0xd8];
        photo.extend(plant::segment(0xdb, &[&[0_u8][..], &[1; 64]].concat()));
        photo.extend(plant::segment(0xc2, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]));
        for class in [0x00, 0x10] {
            let mut table = vec![class, 1];
            table.resize(18, 0);
            photo.extend(plant::segment(0xc4, &table));
        }
        for coefficient in 0..=coefficients {
            photo.extend(plant::segment(0xda, &[1, 1, 0, coefficient, coefficient, 0]));
            photo.push(0x7f);
        }
        photo.extend([0xff, 0xd9]);
        photo
    };
    crate::clean(&photo(10));
    assert_eq!(parse(&photo(40)).unwrap_err(), Error::TooManyParts { parts_max: 24 });
}

#[test]
fn a_text_that_unpacks_without_end_costs_little() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 64 << 20], 9);
    let text = chunk(b"zTXt", &[&b"Comment\0\0"[..], &bomb].concat());
    let photo = png();
    survive(&[&photo[..33], &text, &photo[33..]].concat());
}

#[test]
fn directories_that_point_at_each_other_end() {
    // The directory of sub-directories points at itself.
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x4a\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08".to_vec();
    exif.extend([0; 8]);
    let photo = jpeg(Coding::Baseline);
    let segment = plant::segment(0xe1, &[&b"Exif\0\0"[..], &exif].concat());
    survive(&[&photo[..2], &segment, &photo[2..]].concat());
}

/// One random change of a photo.
#[derive(Clone, Debug)]
enum Change {
    Set(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    Number(usize, u32),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..6000_usize;
    prop_oneof![
        4 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => at.clone().prop_map(Change::Cut),
        2 => (at.clone(), 1..80_usize).prop_map(|(at, size)| Change::Remove(at, size)),
        2 => (at.clone(), 1..80_usize).prop_map(|(at, size)| Change::Repeat(at, size)),
        2 => (at, prop_oneof![Just(0), Just(u32::MAX), Just(0x7fff_ffff), any::<u32>()])
            .prop_map(|(at, number)| Change::Number(at, number)),
    ]
}

fn apply(photo: &mut Vec<u8>, change: &Change) {
    let length = photo.len().max(1);
    match *change {
        Change::Set(at, byte) => {
            if let Some(place) = photo.get_mut(at % length) {
                *place = byte;
            }
        }
        Change::Cut(at) => photo.truncate(at % length),
        Change::Remove(at, size) => {
            let at = (at % length).min(photo.len());
            photo.drain(at..(at + size).min(photo.len()));
        }
        Change::Repeat(at, size) => {
            let at = (at % length).min(photo.len());
            let piece = photo[at..(at + size).min(photo.len())].to_vec();
            photo.splice(at..at, piece);
        }
        Change::Number(at, number) => {
            let at = at % length;
            if let Some(place) = photo.get_mut(at..at + 4) {
                place.copy_from_slice(&number.to_be_bytes());
            }
        }
    }
}

/// Gives every PNG chunk a right checksum again, so that changes reach what is behind it.
pub(crate) fn mend_checksums(photo: &mut [u8]) {
    let mut at = 8;
    while let Some(head) = photo.get(at..at + 4) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(end) = at.checked_add(8 + size).filter(|end| end + 4 <= photo.len()) else {
            return;
        };
        let checksum = crc32fast::hash(&photo[at + 4..end]);
        photo[end..end + 4].copy_from_slice(&checksum.to_be_bytes());
        at = end + 4;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_photos_are_cleaned_or_refused(
        which in 0..9_usize,
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut photo = samples().swap_remove(which);
        for change in &changes {
            apply(&mut photo, change);
        }
        if photo.starts_with(b"\x89PNG") {
            mend_checksums(&mut photo);
        }
        survive(&photo);
    }

    #[test]
    fn any_bytes_behind_a_signature_are_cleaned_or_refused(
        which in 0..4_usize,
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let starts: [&[u8]; 4] =
            [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP", b"GIF89a\x09\0\x09\0\x80"];
        survive(&[starts[which], &rest].concat());
    }
}
