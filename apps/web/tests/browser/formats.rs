//! Every kind of file is cleaned in the browser as it is outside: to the same byte.

use std::path::Path;

use serde_json::json;

use crate::movie::Movie;
use crate::screen::refuse_noise;
use crate::small;
use crate::stage::Stage;

/// A file with something hidden in it.
struct Sample {
    name: &'static str,
    bytes: Vec<u8>,
    /// What its copy is called.
    saved_as: &'static str,
}

/// Kept files, and the name of their copies.
const KEPT: [(&str, &str); 7] = [
    ("heif-planted-grid.avif", "photo.avif"),
    ("heif-thumbnail.heic", "photo.heic"),
    ("lossy-alpha.webp", "photo.webp"),
    ("clip-planted.mkv", "clip.webm"),
    ("clip-live.webm", "clip.webm"),
    ("clip-phone.3gp", "clip.mp4"),
    ("jxl-was-jpeg.jxl", "photo.jxl"),
];

/// Those whose screens are looked at.
const EXAMINED: [&str; 5] =
    ["in.png", "in.mov", "clip-planted.mkv", "heif-thumbnail.heic", "in.gif"];

fn samples(stage: &Stage) -> Vec<Sample> {
    let kept = KEPT.map(|(name, saved_as)| {
        let bytes = std::fs::read(fixture(name)).unwrap();
        Sample { name, bytes, saved_as }
    });
    let clip = |brand| {
        let path = stage.file("clip", b"");
        Movie { brand, pictures: 60, picture_bytes: 4_000 }.write(&path);
        std::fs::read(path).unwrap()
    };
    let made = [
        ("in.mp4", clip(b"isom"), "clip.mp4"),
        ("in.mov", clip(b"qt  "), "clip.mov"),
        ("in.gif", small::gif(), "photo.gif"),
        ("in.tif", small::tiff(), "photo.tif"),
        ("in.png", small::png(), "photo.png"),
        ("animated.png", small::apng(), "photo.png"),
        ("baseline.jpg", std::fs::read(&stage.photo).unwrap(), "photo.jpg"),
        ("progressive.jpg", small::progressive(&stage.photo), "photo.jpg"),
    ];
    let made = made.map(|(name, bytes, saved_as)| Sample { name, bytes, saved_as });
    kept.into_iter().chain(made).collect()
}

#[test]
fn photos_and_clips_of_all_kinds_are_cleaned_as_outside_the_browser() {
    let stage = Stage::new();
    for (index, sample) in samples(&stage).into_iter().enumerate() {
        let Sample { name, bytes, saved_as } = sample;
        // A browser of its own: a second download of one name would get another.
        let profile = format!("someone-{index}");
        let browser = stage.browser(&profile);
        browser.enter(&stage.origin);
        browser.check(&stage.file(name, &bytes));
        browser.sees("The clean copy");
        if EXAMINED.contains(&name) {
            // The account to the byte, and long lists.
            let open = "document.querySelectorAll('details').forEach((it) => { it.open = true; })";
            browser.run(open, &json!([]));
            browser.examine(&format!("check-{name}"));
        }
        browser.press("Download the clean copy");
        let copy = std::fs::read(stage.download(&profile, saved_as)).unwrap();
        assert!(copy != bytes, "{name} has nothing to take out");
        assert!(copy == clean_copy(bytes), "{name} is cleaned in another way in the browser");
        refuse_noise(&browser, &stage.origin);
    }
}

/// The clean copy, made by the same code outside the browser.
pub(crate) fn clean_copy(bytes: Vec<u8>) -> Vec<u8> {
    let limits = media::Limits::default();
    match media::Original::parse(bytes.clone(), &limits) {
        Ok(original) => original.clean().unwrap().into_bytes(),
        Err(media::Error::IsClip(_)) => {
            let mut copy = Vec::new();
            let clip = media::Clip::parse(&mut &bytes[..], &limits).unwrap();
            clip.clean(&mut &bytes[..], &mut copy).unwrap();
            copy
        }
        Err(error) => panic!("{error}"),
    }
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/media/tests/data").join(name)
}
