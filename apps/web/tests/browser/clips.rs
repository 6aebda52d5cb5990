//! Work on a long clip shows how far it is, and can be stopped.

use serde_json::json;

use crate::formats::clean_copy;
use crate::movie::Movie;
use crate::screen::refuse_noise;
use crate::stage::{Stage, files_in};

/// A clip that takes long enough to be stopped, as a file with a hole.
const LONG: Movie = Movie { brand: b"isom", pictures: 4_000, picture_bytes: 1 << 19 };

const SHORT: Movie = Movie { brand: b"qt  ", pictures: 50, picture_bytes: 2_000 };

/// What is told to someone who cannot see the page.
const TOLD: &str = "return [document.querySelector('[role=status]').textContent.trim(),
     document.querySelector('progress').getAttribute('aria-label')]";

#[test]
fn cleaning_a_long_clip_shows_how_far_it_is_and_can_be_stopped() {
    let stage = Stage::new();
    let long = stage.file("long.mp4", b"");
    LONG.write_hole(&long);
    let short = stage.file("short.mov", b"");
    SHORT.write(&short);
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.check(&long);
    browser.press("Download the clean copy");
    // A value that has moved on from the beginning.
    browser.find("progress");
    let moved = "const done = arguments[0];
         const look = () => { const bar = document.querySelector('progress');
           if (!bar || bar.value > 0) done(bar && bar.value); else requestAnimationFrame(look); };
         look();";
    let percent = browser.run_async(moved, &json!([]));
    assert!((1..=100).contains(&percent.as_u64().unwrap()), "{percent}");
    let told = browser.run(TOLD, &json!([]));
    assert!(told[0].as_str().unwrap().starts_with("Making the clean copy…"), "{told}");
    assert_eq!(told[1], "Making the clean copy…");
    browser.examine("clip-progress");
    browser.press("Stop");
    browser.sees("Stopped. Nothing was saved.");
    assert!(!browser.has_now("progress"));
    browser.sees("What this clip gives away");
    // Everything goes on as before, for the same clip too.
    browser.press("Download the clean copy");
    browser.find("progress");
    browser.press("Stop");
    browser.press("Another clip");
    browser.check(&short);
    browser.sees("What this clip gives away");
    browser.press("Download the clean copy");
    let copy = std::fs::read(stage.download("someone", "clip.mov")).unwrap();
    assert!(copy == clean_copy(std::fs::read(&short).unwrap()));
    assert_eq!(files_in(&stage.profile("someone").join("downloads")).len(), 1);
    refuse_noise(&browser, &stage.origin);
}
