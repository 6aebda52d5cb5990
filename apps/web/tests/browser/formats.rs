//! Every kind of file is cleaned in the browser as it is outside: to the same byte.

use std::path::Path;

use crate::screen::refuse_noise;
use crate::stage::Stage;

/// Files with something hidden in them, what the page calls it, and the name of their copies.
const FILES: [(&str, &str, &str); 5] = [
    ("heif-planted-grid.avif", "What this photo gives away", "photo.avif"),
    ("heif-thumbnail.heic", "What this photo gives away", "photo.heic"),
    ("lossy-alpha.webp", "The clean copy", "photo.webp"),
    ("clip-planted.mkv", "What this clip gives away", "clip.webm"),
    ("clip-live.webm", "The clean copy", "clip.webm"),
];

#[test]
fn photos_and_clips_of_other_kinds_are_cleaned_as_outside_the_browser() {
    let stage = Stage::new();
    for (index, (name, heading, saved_as)) in FILES.into_iter().enumerate() {
        let bytes = std::fs::read(fixture(name)).unwrap();
        // A browser of its own: a second download of one name would get another.
        let profile = format!("someone-{index}");
        let browser = stage.browser(&profile);
        browser.enter(&stage.origin);
        browser.check(&stage.file(name, &bytes));
        browser.sees(heading);
        browser.examine(&format!("check-{index}"));
        browser.press("Download the clean copy");
        let copy = std::fs::read(stage.download(&profile, saved_as)).unwrap();
        assert!(copy == clean_copy(bytes), "{name} is cleaned in another way in the browser");
        refuse_noise(&browser, &stage.origin);
    }
}

/// The clean copy, made by the same code outside the browser.
fn clean_copy(bytes: Vec<u8>) -> Vec<u8> {
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
