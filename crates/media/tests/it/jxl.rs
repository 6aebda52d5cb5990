//! JPEG XL: of the file the codestream stays, and of its headers what shows the picture.

use media::{Comparison, Error, Fate, FindingKind, Limits, Original, Size, Source, Value};

use crate::plant::{exif, token, xmp};
use crate::{assert_no_token, clean, hidden, kinds, parse};

pub(crate) const BARE: &[u8] = include_bytes!("../data/small.jxl");
pub(crate) const PROFILE: &[u8] = include_bytes!("../data/jxl-profile.jxl");
const WAS_JPEG: &[u8] = include_bytes!("../data/jxl-was-jpeg.jxl");
const PACKED: &[u8] = include_bytes!("../data/jxl-packed.jxl");
const REORDERED: &[u8] = include_bytes!("../data/jxl-reordered.jxl");

pub(crate) fn boxed(parts: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ".to_vec();
    for (kind, inside) in parts {
        out.extend((inside.len() as u32 + 8).to_be_bytes());
        out.extend_from_slice(*kind);
        out.extend(inside);
    }
    out
}

pub(crate) fn planted() -> Vec<u8> {
    let (first, second) = BARE.split_at(BARE.len() / 2);
    boxed(&[
        (b"Exif", [&[0; 4][..], &exif(6, &token("thumbnail"))].concat()),
        (b"jxlp", [&[0, 0, 0, 0], first].concat()),
        (b"xml ", xmp("xmp")),
        (b"brob", token("packed")),
        (b"jbrd", token("jpeg")),
        (b"jxlp", [&[0x80, 0, 0, 1], second].concat()),
        (b"ACME", token("unknown")),
    ])
}

#[test]
fn the_boxes_around_a_codestream_go() {
    let photo = planted();
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_eq!(copy, BARE);
    let told = kinds(&photo);
    for kind in [FindingKind::Place, FindingKind::OtherMetadata, FindingKind::UnknownData] {
        assert!(told.contains(&kind), "{kind:?} is not told");
    }
    // A codestream has its own turn; that of the metadata does not count.
    assert_eq!(parse(&photo).unwrap().shown_size(), Size { width: 96, height: 64 });
}

#[test]
fn bytes_behind_the_last_frame_go() {
    let photo = [BARE, &token("trailer")].concat();
    assert_eq!(clean(&photo), BARE);
    assert_eq!(kinds(&photo), [FindingKind::TrailingData]);
    let photo = boxed(&[(b"jxlc", [BARE, &token("trailer")].concat())]);
    assert_eq!(clean(&photo), BARE);
}

#[test]
fn a_higher_level_is_still_announced() {
    let photo = boxed(&[(b"jxll", vec![10]), (b"jxlc", BARE.to_vec())]);
    assert_eq!(clean(&photo), photo);
}

#[test]
fn parts_out_of_order_are_refused() {
    let part = |number: u32| (b"jxlp", [&number.to_be_bytes()[..], BARE].concat());
    assert!(matches!(parse(&boxed(&[part(1)])), Err(Error::Damaged { .. })));
    assert!(matches!(parse(&boxed(&[part(0)])), Err(Error::CutShort { .. })));
}

#[test]
fn a_profile_inside_the_codestream_takes_the_one_form() {
    let copy = clean(PROFILE);
    let found = parse(PROFILE).unwrap().findings();
    let [finding] = found.as_slice() else { panic!("{} findings", found.len()) };
    assert_eq!((finding.kind, finding.fate), (FindingKind::ColourProfile, Fate::Removed));
    assert_eq!(finding.value, Value::Text("Compatible with Adobe RGB (1998)".into()));
    let at = finding.offset as usize..(finding.offset + finding.bytes) as usize;
    assert!(0 < at.start && at.end < PROFILE.len());
    // The frame behind it is the same.
    assert!(copy.ends_with(&PROFILE[at.end..]));
    assert!(parse(&copy).unwrap().findings().is_empty());
}

#[test]
fn a_profile_cut_into_boxes_is_told_where_it_begins() {
    let whole_copy = clean(PROFILE);
    for cut in [3, 5, 40, 150] {
        let (first, second) = PROFILE.split_at(cut);
        let photo = boxed(&[
            (b"jxlp", [&[0, 0, 0, 0], first].concat()),
            (b"xml ", xmp("xmp")),
            (b"jxlp", [&[0x80, 0, 0, 1], second].concat()),
        ]);
        assert_eq!(clean(&photo), whole_copy);
        let of = |photo: &[u8]| {
            let found = parse(photo).unwrap().findings();
            let mut found = found.into_iter().filter(|it| it.kind == FindingKind::ColourProfile);
            found.next().unwrap()
        };
        let (whole, cut) = (of(PROFILE), of(&photo));
        assert_eq!(whole.bytes, cut.bytes);
        assert_eq!(PROFILE[whole.offset as usize], photo[cut.offset as usize]);
    }
}

/// What djxl makes of a photo: its samples, and the colours that it says they are in.
fn seen_by_djxl(photo: &[u8]) -> (image::DynamicImage, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let [input, output, profile] =
        ["in.jxl", "out.png", "out.icc"].map(|it| folder.path().join(it));
    std::fs::write(&input, photo).unwrap();
    let done = std::process::Command::new("djxl")
        .args([&input, &output])
        .arg(format!("--orig_icc_out={}", profile.display()))
        .output()
        .expect("djxl is needed for this test: `cargo xtask test` installs it");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (image::open(&output).unwrap(), std::fs::read(&profile).unwrap_or_default())
}

#[test]
fn djxl_shows_the_same_and_names_only_neutral_colours() {
    let copy = clean(PROFILE);
    let ((before, its), (after, canonical)) = (seen_by_djxl(PROFILE), seen_by_djxl(&copy));
    assert!(before == after, "the samples differ");
    let has_maker = |profile: &[u8]| profile.windows(5).any(|it| it == b"Adobe");
    assert!(has_maker(&its) && !has_maker(&canonical));
    assert!(canonical.windows(6).any(|it| it == b"colour"), "not the neutral profile");
    for photo in [PACKED, WAS_JPEG, REORDERED] {
        assert!(seen_by_djxl(photo).0 == seen_by_djxl(&clean(photo)).0, "the samples differ");
    }
}

#[test]
fn what_makes_a_jpeg_again_goes_and_is_counted() {
    let copy = clean(WAS_JPEG);
    assert!(copy.starts_with(b"\xff\x0a"));
    assert!(kinds(WAS_JPEG).contains(&FindingKind::OtherMetadata));
    let original = parse(WAS_JPEG).unwrap();
    let receipt = original.clean().unwrap().receipt().clone();
    let gone = receipt.removed.iter().find(|line| line.source == Source::Chunk(*b"jbrd"));
    assert_eq!(gone.unwrap().pieces, 1);
}

#[test]
fn sections_in_another_order_stay_as_they_are() {
    assert_eq!(clean(REORDERED), REORDERED);
    assert_eq!(clean(&[REORDERED, &token("trailer")].concat()), REORDERED);
}

#[test]
fn bytes_behind_the_boxes_go() {
    let other = boxed(&[(b"jxlc", BARE.to_vec())]);
    let cut_box = [&[0, 0, 1, 0], b"Exif".as_slice(), &token("trailer")].concat();
    for tail in [token("trailer"), vec![0; 20], vec![0; 3], other, cut_box] {
        let photo = [boxed(&[(b"jxlc", BARE.to_vec())]), tail.clone()].concat();
        assert_eq!(clean(&photo), BARE);
        let found = parse(&photo).unwrap().findings();
        let [finding] = found.as_slice() else { panic!("{} findings", found.len()) };
        assert_eq!(finding.kind, FindingKind::TrailingData);
        assert_eq!(finding.bytes, tail.len() as u64);
        let receipt = parse(&photo).unwrap().clean().unwrap().receipt().clone();
        assert_eq!(receipt.removed_bytes(), tail.len() as u64);
    }
}

#[test]
fn a_file_type_with_more_to_say_goes() {
    let mut photo = boxed(&[(b"ftyp", token("brands")), (b"jxlc", BARE.to_vec())]);
    assert_eq!(clean(&photo), BARE);
    assert_eq!(kinds(&photo), [FindingKind::UnknownData]);
    photo.drain(12..32);
    assert_eq!(clean(&photo), BARE);
}

#[test]
fn packed_boxes_are_told_by_what_is_in_them() {
    let packed = |kind: &[u8]| [kind, &token("packed")].concat();
    let photo = boxed(&[
        (b"brob", packed(b"jumb")),
        (b"brob", packed(b"jhgm")),
        (b"jxlc", BARE.to_vec()),
        (b"brob", packed(b"Exif")),
    ]);
    assert_eq!(clean(&photo), BARE);
    let expected = [FindingKind::GainMap, FindingKind::Provenance, FindingKind::OtherMetadata];
    assert_eq!(kinds(&photo), expected);
}

#[test]
fn what_is_packed_is_found_as_if_it_were_plain() {
    let copy = clean(PACKED);
    assert!(copy.starts_with(b"\xff\x0a"));
    let found = parse(PACKED).unwrap().findings();
    let of = |kind: FindingKind, source: Source| {
        let mut fitting = found.iter().filter(|it| it.kind == kind && it.source == source);
        fitting.next().unwrap_or_else(|| panic!("{kind:?} is not told"))
    };
    let Value::Place(place) = of(FindingKind::Place, Source::Exif).value else { panic!() };
    assert_eq!((place.latitude_degrees, place.longitude_degrees), (48.5, 11.25));
    let device = Value::Text("TOKEN-make-".into());
    assert_eq!(of(FindingKind::Device, Source::Exif).value, device);
    let tool = Value::Text("TOKEN-xmp-".into());
    assert_eq!(of(FindingKind::Software, Source::Xmp).value, tool);
    // A wider view than the photo's 96 × 64.
    let size = Some(Size { width: 80, height: 24 });
    let value = Value::Picture { size, comparison: Comparison::Different };
    assert_eq!(of(FindingKind::Thumbnail, Source::Exif).value, value);
    for finding in &found {
        let start = finding.offset as usize;
        let end = start + finding.bytes as usize;
        assert!(PACKED[start..].starts_with(b"\0\0") && end <= PACKED.len(), "{finding:?}");
    }
}

#[test]
fn boxes_that_unpack_to_more_than_is_allowed_are_only_named() {
    // They hold 1274 and 2800 bytes: each alone is within the limit, not both.
    let limits = Limits { metadata_bytes_max: 3000, ..Limits::default() };
    let found = Original::parse(PACKED.to_vec(), &limits).unwrap().findings();
    assert!(found.iter().any(|it| it.source == Source::Exif));
    assert!(found.iter().all(|it| it.source != Source::Xmp));
    let named = found.iter().filter(|it| it.source == Source::Chunk(*b"brob"));
    assert_eq!(named.map(|it| it.kind).collect::<Vec<_>>(), [FindingKind::OtherMetadata]);
}

/// A photo of 8 × 8 pixels with a smaller copy (that claims more pixels), both of one section.
pub(crate) fn with_preview(section: &[u8]) -> Vec<u8> {
    // Small, 8 × 8; metadata; more: upright, no other size, a preview: small, 128 × 128; no
    // animation; 8 bits; no extra channels; XYB; usual colours; usual tones; no extensions; usual
    // transforms.
    let header = "1 00000 100 0 1 000 0 1 1 00 100 0 0 00 1 00 1 1 1 00 1";
    let mut photo = b"\xff\x0a".to_vec();
    photo.extend(bits(header));
    for _ in 0..2 {
        // A usual frame, sections in their order; the size of the only one.
        photo.extend(bits("1 0"));
        photo.extend(((section.len() as u16) << 2).to_le_bytes());
        photo.extend(section);
    }
    photo
}

fn bits(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text.bytes().filter(|bit| *bit != b' ').map(|bit| bit - b'0').collect();
    let byte = |eight: &[u8]| eight.iter().enumerate().map(|(place, bit)| bit << place).sum();
    bits.chunks(8).map(byte).collect()
}

#[test]
fn a_smaller_copy_that_comes_first_goes_and_is_told() {
    let photo = with_preview(&[7; 50]);
    let copy = clean(&photo);
    let frame = &photo[photo.len() - 53..];
    assert_eq!(copy.len(), photo.len() - 53 - 1);
    assert!(copy.ends_with(frame) && !copy[..copy.len() - 53].ends_with(&[7]));
    let found = parse(&photo).unwrap().findings();
    let [finding] = found.as_slice() else { panic!("{} findings", found.len()) };
    assert_eq!((finding.kind, finding.fate), (FindingKind::OtherPicture, Fate::Removed));
    let size = Some(Size { width: 128, height: 128 });
    assert_eq!(finding.value, Value::Picture { size, comparison: Comparison::Unknown });
    assert_eq!(finding.bytes, 53);
    assert_eq!(finding.offset as usize + 53, photo.len() - 53);
    let receipt = parse(&photo).unwrap().clean().unwrap().receipt().clone();
    let [line] = receipt.removed.as_slice() else { panic!("{:?}", receipt.removed) };
    assert_eq!((line.source, line.bytes), (Source::Picture, 53));
}

/// A text as names are written, of up to 15 bytes.
pub(crate) fn name(text: &str) -> String {
    let bits =
        |byte: u8, count: u8| (0..count).map(move |bit| ["0", "1"][usize::from(byte >> bit & 1)]);
    let size: String = bits(text.len() as u8, 4).collect();
    let bytes: String = text.bytes().flat_map(|byte| bits(byte, 8)).collect();
    format!("10 {size} {bytes}")
}

/// An animation of two frames of 8 × 8 pixels, a channel and frames that have names, and a clock.
pub(crate) fn named(channel: &str, clock: Option<&str>, frames: [&str; 2]) -> Vec<u8> {
    // Small, 8 × 8; metadata; more: upright, no other size, no preview, an animation of 100 steps a
    // second without end, perhaps with a clock; 8 bits; a channel of depth, with a name; XYB; usual
    // colours and tones; no extensions; usual transforms.
    let has_clock = if clock.is_some() { "1" } else { "0" };
    let more = format!("000 0 0 1 00 00 00 {has_clock}");
    let channel = format!("0 10 0 00 00 {channel}");
    let head = format!("1 00000 100 0 1 {more} 0 00 1 10 {channel} 1 1 1 00 1");
    let mut photo = b"\xff\x0a".to_vec();
    photo.extend(bits(&head));
    for (place, name) in frames.into_iter().enumerate() {
        let is_last = if place == 1 { "1" } else { "0 00" };
        let clock = clock.unwrap_or_default();
        // Regular, in blocks, no flags, not enlarged, usual scales, one pass; whole; replaces in
        // both channels; one step long. Then, behind the name: usual filters, no extensions,
        // sections in their order; the size of the only one.
        let frame = format!("0 00 0 00 00 00 110 010 00 0 00 00 10 {clock} {is_last}");
        photo.extend(bits(&format!("{frame} {name} 1 00 0")));
        photo.extend([200, 0]);
        photo.extend([9 + place as u8; 50]);
    }
    photo
}

#[test]
fn names_and_clocks_in_the_codestream_go() {
    let plain = named("00", None, ["00", "00"]);
    assert_eq!(clean(&plain), plain);
    assert!(hidden(&plain).is_empty());
    let clock = "10110011 10001111 00001111 10101010";
    let photo =
        named(&name("TOKEN-of-depth-"), Some(clock), [&name("TOKEN-1-"), &name("TOKEN-2-")]);
    assert_eq!(clean(&photo), plain);
    let found = hidden(&photo);
    let texts: Vec<_> = found.iter().map(|it| it.value.clone()).collect();
    let text = |text: &str| Value::Text(text.into());
    let expected = [Value::None, text("TOKEN-of-depth-"), text("TOKEN-1-"), text("TOKEN-2-")];
    assert_eq!(texts, expected);
    let kinds: Vec<_> = found.iter().map(|it| it.kind).collect();
    assert_eq!(kinds[0], FindingKind::Time);
    assert!(kinds[1..].iter().all(|kind| *kind == FindingKind::Comment), "{kinds:?}");
    // An empty name that is spelt out in a longer way says nothing, but it is not the one form.
    assert_eq!(clean(&named(&name(""), None, [&name(""), "00"])), plain);
}

#[test]
fn jpeg_xl_cut_or_changed_anywhere_is_cleaned_or_refused() {
    let named = named(&name("TOKEN"), Some(&"10".repeat(16)), [&name("TOKEN"), "00"]);
    for photo in [BARE.to_vec(), planted(), PACKED.to_vec(), reordered_start(), named] {
        survive_changes(&photo, 1);
    }
    // Its profile is compared with all that are known, which takes its time.
    survive_changes(PROFILE, 16);
    assert!(matches!(parse(&BARE[..BARE.len() - 1]), Err(Error::CutShort { .. })));
}

fn survive_changes(photo: &[u8], step: usize) {
    for at in (0..photo.len()).step_by(step) {
        crate::hostile::survive(&photo[..at]);
        for change in [0x01, 0x80, 0xff] {
            let mut photo = photo.to_vec();
            photo[at] ^= change;
            crate::hostile::survive(&photo);
        }
    }
}

/// The headers and tables, and some of the sections, which nobody looks into.
fn reordered_start() -> Vec<u8> {
    REORDERED[..REORDERED.len().min(400)].to_vec()
}
