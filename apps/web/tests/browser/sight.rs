//! What the picture itself shows: found in the browser, by workers of their own, and nothing leaves
//! the page.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::{ImageFormat, Rgb, RgbImage, imageops};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::keyboard::{ENTER, tab_to};
use crate::photo;
use crate::screen::refuse_noise;
use crate::stage::Stage;

/// The page's longest work of its own, in milliseconds. It should stay below 50, and mostly does on a
/// quiet machine; tests share theirs with builds and other browsers. Drawing or looking in the page
/// would take seconds.
const TASK_MAX_MS: f64 = 400.0;

/// Watches the time between two frames, and the page's own work of more than 50 ms.
const WATCH: &str = "window.watched = {frames: 0, longest: 0, tasks: []};
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) watched.tasks.push(it.duration);
    }).observe({type: 'longtask'});
    let last = performance.now();
    const frame = (now) => {
      watched.longest = Math.max(watched.longest, now - last);
      watched.frames += 1;
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });";

/// A drawn face, which the command line is tested with too.
pub(crate) fn face() -> RgbImage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../velum/tests/data/drawn-face.png");
    image::open(path).unwrap().into_rgb8()
}

/// The face on a wall.
pub(crate) fn picture_with_face() -> RgbImage {
    let mut picture = RgbImage::from_pixel(900, 700, Rgb([200, 205, 190]));
    imageops::overlay(
        &mut picture,
        &imageops::resize(&face(), 300, 300, imageops::Triangle),
        80,
        90,
    );
    picture
}

/// The same as an AVIF, which only the browser can draw.
fn avif_with_face(stage: &Stage) -> PathBuf {
    let mut png = Vec::new();
    picture_with_face().write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
    let from = stage.file("face.png", &png);
    let to = from.with_extension("avif");
    let mut coder = Command::new("ffmpeg");
    coder.args(["-v", "error", "-i"]).arg(from);
    coder.args(["-c:v", "libaom-av1", "-still-picture", "1", "-crf", "20", "-pix_fmt", "yuv420p"]);
    assert!(coder.arg(&to).status().unwrap().success());
    to
}

/// A landscape of 12 megapixels with a face in it.
fn large() -> Vec<u8> {
    let mut picture = photo::landscape(4032, 3024, 1.0);
    imageops::overlay(
        &mut picture,
        &imageops::resize(&face(), 660, 660, imageops::Triangle),
        900,
        1500,
    );
    photo::jpeg(&picture)
}

impl Browser {
    /// From the start page to the picture.
    fn see_what_it_shows(&self, photo: &Path) {
        self.check(photo);
        self.press("See what it shows");
        self.sees("Only you can see this");
    }
}

#[test]
fn a_face_is_found_shown_and_told_and_nothing_leaves_the_page() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.see_what_it_shows(&stage.file("face.jpg", &photo::jpeg(&picture_with_face())));
    browser.examine("picture");
    let kept = "caches.match('/models/faces.onnx').then((it) => arguments[0](it !== undefined))";
    assert_eq!(browser.run_async(kept, &json!([])), false, "loaded before anybody asked");

    browser.press("Look at the picture");
    browser.sees("Velum found 1 face");
    browser.press("Show it");
    browser.find(".stage:not([hidden]) .outline");
    browser.press("Larger");
    browser.press("Face");
    browser.find("button.finding[aria-pressed=true]");
    browser.find(".over .pointed");
    browser.examine("picture-found");
    browser.run("window.dispatchEvent(new Event('blur'))", &json!([]));
    browser.find(".stage[hidden]");
    refuse_noise(&browser, &stage.origin);
    drop(browser);
    let asked = stage.asked_of_the_network("someone");
    for model in ["faces", "text-lines", "text-reading"] {
        let address = format!("{}/models/{model}.onnx", stage.origin);
        assert!(asked.contains(&address), "{model} was not loaded");
    }
    let is_file =
        |it: &&String| it.starts_with(&format!("{}/", stage.origin)) && !it.contains("/v1/");
    assert_eq!(
        asked.iter().find(|it| !is_file(it)),
        None,
        "the app's own files are all it asks for"
    );
}

#[test]
fn nothing_found_is_told_as_such() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.see_what_it_shows(&stage.photo);
    browser.press("Look at the picture");
    browser.sees("No face, text or code was found. That does not mean that there is none.");
    browser.sees("Velum cannot find these. Please look yourself");
    refuse_noise(&browser, &stage.origin);
}

#[test]
fn a_large_photo_is_looked_at_while_the_page_goes_on_and_can_be_stopped() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.see_what_it_shows(&stage.file("large.jpg", &large()));
    browser.press("Look at the picture");
    browser.find("progress");
    browser.press("Stop");
    browser.sees("Stopped.");
    browser.press("Show it");

    browser.run(WATCH, &json!([]));
    let begun = std::time::Instant::now();
    browser.press("Look at the picture");
    browser.sees("Velum found 1 face");
    let took = begun.elapsed();
    let watched: Value = browser.run("return watched", &json!([]));
    println!("12 megapixels looked at in {took:.1?}; frames: {watched}");
    assert!(watched["frames"].as_u64().unwrap() > 5, "{watched}");
    let tasks = watched["tasks"].as_array().unwrap().iter().map(|it| it.as_f64().unwrap());
    assert!(tasks.fold(0.0, f64::max) < TASK_MAX_MS, "{watched}");
    refuse_noise(&browser, &stage.origin);
}

#[test]
fn once_loaded_it_works_without_the_server() {
    let mut stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    // Everything that is kept for later is there when the browser says so.
    browser.run_async("navigator.serviceWorker.ready.then(() => arguments[0]())", &json!([]));
    let controlled = "const done = arguments[0], files = navigator.serviceWorker;
        if (files.controller) done(); else files.addEventListener('controllerchange', () => done())";
    browser.run_async(controlled, &json!([]));
    browser.see_what_it_shows(&stage.photo);
    browser.press("Look at the picture");
    browser.sees("No face, text or code was found.");

    stage.stop_server();
    browser.reload();
    browser.see_what_it_shows(&stage.photo);
    browser.press("Look at the picture");
    browser.sees("No face, text or code was found.");
}

#[test]
fn the_picture_is_looked_at_by_keyboard_alone() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.check(&stage.file("face.jpg", &photo::jpeg(&face())));
    browser.sees("In the picture itself");
    tab_to(&browser, "See what it shows");
    browser.keys(&[ENTER]);
    browser.sees("Only you can see this");
    tab_to(&browser, "Look at the picture");
    browser.keys(&[ENTER]);
    browser.sees("Velum found 1 face");
    tab_to(&browser, "1Face");
    browser.keys(&[ENTER]);
    browser.find("button.finding[aria-pressed=true]");
    tab_to(&browser, "Back to the check");
    browser.keys(&[ENTER]);
    browser.sees("Nothing is hidden in this photo");
}

#[test]
fn what_only_the_browser_can_draw_is_looked_at_too_and_what_nobody_can_is_told() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.see_what_it_shows(&avif_with_face(&stage));
    browser.press("Look at the picture");
    browser.sees("Velum found 1 face");
    browser.press("Back to the check");
    browser.press("Another photo");
    let heic = include_bytes!("../../../../crates/media/tests/data/heif-thumbnail.heic");
    browser.see_what_it_shows(&stage.file("photo.heic", heic));
    browser.press("Look at the picture");
    browser.sees("Neither Velum nor this browser can draw this picture");
    refuse_noise(&browser, &stage.origin);
}
