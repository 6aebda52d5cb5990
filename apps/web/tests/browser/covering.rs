//! Marking and covering, with a mouse, a finger and the keyboard: what is saved is looked at outside
//! the browser, pixel by pixel.

use std::path::Path;

use image::RgbImage;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::keyboard::{ENTER, tab_to};
use crate::photo;
use crate::screen::refuse_noise;
use crate::sight::{face, picture_with_face};
use crate::small;
use crate::stage::{PASSPHRASE, Stage};

const ESCAPE: &str = "\u{E00C}";
const DELETE: &str = "\u{E017}";
const LEFT: &str = "\u{E012}";
const UP: &str = "\u{E013}";
const RIGHT: &str = "\u{E014}";
const DOWN: &str = "\u{E015}";

/// A JPEG is covered in blocks of at most this many pixels.
const BLOCK: u32 = 16;

/// Parts of the picture's width and height.
type At = (f64, f64);

impl Browser {
    /// To the picture, shown.
    pub(crate) fn edit(&self, photo: &Path) {
        self.check(photo);
        self.press("See what it shows");
        self.sees("Mark what to cover");
        self.press("Show it");
        self.find(".stage:not([hidden]) .sheet");
    }

    /// Chooses what a label beside a button or box says.
    fn choose(&self, label: &str) {
        let script = "for (const it of document.querySelectorAll('label'))
            if (it.textContent.trim().startsWith(arguments[0])) it.click()";
        self.run(script, &json!([label]));
    }

    pub(crate) fn tool(&self, name: &str) {
        self.choose(name);
        self.find(&format!(".tool:nth-child({}) :checked", tool_place(name)));
    }

    /// Where parts of the picture are on the screen.
    fn on_screen(&self, parts: &[At]) -> Vec<(i64, i64)> {
        let frame = self.run(
            "const it = document.querySelector('.sheet');
             document.querySelector('.stage').scrollIntoView({block: 'center'});
             const r = it.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]",
            &json!([]),
        );
        let [left, top, width, height] = [0, 1, 2, 3].map(|at| frame[at].as_f64().unwrap());
        let of = |&(x, y): &At| ((left + x * width) as i64, (top + y * height) as i64);
        parts.iter().map(of).collect()
    }

    /// Presses at the first place, moves over the others, and lifts.
    pub(crate) fn drag(&self, kind: &str, way: &[At]) {
        let places = self.on_screen(way);
        let mut actions = vec![];
        for (index, (x, y)) in places.into_iter().enumerate() {
            actions.push(json!({"type": "pointerMove", "duration": 20, "origin": "viewport", "x": x, "y": y}));
            if index == 0 {
                actions.push(json!({"type": "pointerDown", "button": 0}));
            }
        }
        actions.push(json!({"type": "pointerUp", "button": 0}));
        self.point(kind, &actions);
    }

    fn tap(&self, at: At) {
        self.drag("mouse", &[at]);
    }

    fn saved(&self, stage: &Stage, name: &str) -> RgbImage {
        let file = std::fs::read(stage.download("someone", name)).unwrap();
        image::load_from_memory(&file).unwrap().into_rgb8()
    }
}

fn tool_place(name: &str) -> usize {
    ["Choose", "Brush", "Box", "Ellipse", "Corners"].iter().position(|it| *it == name).unwrap() + 1
}

/// Every pixel that `is_covered` says is black, and each that is farther from all of them than a
/// block is as it was in the clean copy.
fn refuse_other(copy: &RgbImage, clean: &[u8], is_covered: impl Fn(f64, f64) -> bool) {
    let clean = image::load_from_memory(clean).unwrap().into_rgb8();
    assert_eq!(copy.dimensions(), clean.dimensions());
    let (width, height) = copy.dimensions();
    let at = |x: u32, y: u32| {
        is_covered(f64::from(x) / f64::from(width), f64::from(y) / f64::from(height))
    };
    let mut counts = (0, 0);
    for (x, y) in (0..width).step_by(3).flat_map(|x| (0..height).step_by(3).map(move |y| (x, y))) {
        let around = |by: u32| {
            let (left, top) = (x.saturating_sub(by), y.saturating_sub(by));
            let (right, bottom) = ((x + by).min(width - 1), (y + by).min(height - 1));
            [
                (left, top),
                (right, top),
                (left, bottom),
                (right, bottom),
                (x, y),
                (x, top),
                (x, bottom),
                (left, y),
                (right, y),
            ]
        };
        // What is pressed falls on whole pixels of the screen: a little inside, and a block outside.
        if around(4).iter().all(|&(x, y)| at(x, y)) {
            assert!(copy.get_pixel(x, y).0.iter().all(|it| *it < 4), "{x} {y} is not covered");
            counts.0 += 1;
        } else if !around(BLOCK + 4).iter().any(|&(x, y)| at(x, y)) {
            assert_eq!(copy.get_pixel(x, y), clean.get_pixel(x, y), "{x} {y} was changed");
            counts.1 += 1;
        }
    }
    assert!(counts.0 > 100 && counts.1 > 100, "{counts:?}");
}

#[test]
fn a_face_that_was_found_is_covered_with_one_press_and_not_found_again() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    let photo = stage.file("face.jpg", &photo::jpeg(&picture_with_face()));
    browser.edit(&photo);
    browser.press("Look at the picture");
    browser.sees("Velum found 1 face");
    browser.press("Mark all");
    browser.find(".mark ellipse");
    browser.press("Mark none");
    browser.tap((0.25, 0.34));
    browser.press("Cover 1 place");
    browser.sees("nothing that is covered was found in it");
    browser.examine("covered");
    browser.press("Before");
    browser.find(".outline");
    browser.press("After");
    browser.press("Save the covered copy");
    let copy = browser.saved(&stage, "photo.jpg");
    let clean = photo::clean_copy(&photo);
    // The drawn face: its ellipse is told by the detector, so only its middle is sure here.
    assert!(copy.get_pixel(230, 240).0.iter().all(|it| *it < 4));
    let before = image::load_from_memory(&clean).unwrap().into_rgb8();
    assert!((0..700).all(|y| copy.get_pixel(800, y) == before.get_pixel(800, y)));
    refuse_noise(&browser, &stage.origin);
}

#[test]
fn each_tool_covers_what_was_drawn_and_nothing_else() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.edit(&stage.photo);

    browser.tool("Box");
    browser.drag("mouse", &[(0.1, 0.1), (0.2, 0.2), (0.3, 0.3)]);
    browser.find(".mark rect");
    // The same without dragging: both corners are pressed.
    browser.tap((0.9, 0.1));
    browser.tap((0.8, 0.25));
    browser.tool("Ellipse");
    browser.drag("touch", &[(0.4, 0.1), (0.5, 0.2), (0.6, 0.3)]);
    browser.find(".mark ellipse");
    browser.tool("Brush");
    browser.drag("pen", &[(0.1, 0.5), (0.2, 0.5), (0.3, 0.5), (0.4, 0.5)]);
    browser.find(".mark .stroke");
    browser.tool("Corners");
    for corner in [(0.6, 0.5), (0.9, 0.5), (0.75, 0.9), (0.6, 0.5)] {
        browser.tap(corner);
    }
    browser.find(".mark polygon");
    browser.examine("marked");

    browser.tool("Box");
    browser.drag("mouse", &[(0.2, 0.7), (0.4, 0.9)]);
    browser.sees("Cover 6 places");
    browser.press("Undo");
    browser.sees("Cover 5 places");
    browser.press("Redo");
    browser.sees("Cover 6 places");
    browser.press("Undo");
    browser.press("Cover 5 places");
    browser.sees("nothing that is covered was found in it");
    browser.press("Save the covered copy");
    let is_covered = |x: f64, y: f64| {
        let is_in = |from: At, to: At| (from.0..to.0).contains(&x) && (from.1..to.1).contains(&y);
        let ellipse = ((x - 0.5) / 0.1).powi(2) + ((y - 0.2) / 0.1).powi(2) <= 1.0;
        // A brush of 5 in 100 of the longer side; the picture is four to three.
        let along = x.clamp(0.1, 0.4);
        let brush = (x - along).hypot((y - 0.5) * 0.75) <= 0.025;
        let area = y >= 0.5 && (x - 0.75).abs() <= 0.15 * (1.0 - (y - 0.5) / 0.4);
        is_in((0.1, 0.1), (0.3, 0.3)) || is_in((0.8, 0.1), (0.9, 0.25)) || ellipse || brush || area
    };
    refuse_other(&browser.saved(&stage, "photo.jpg"), &photo::clean_copy(&stage.photo), is_covered);
    refuse_noise(&browser, &stage.origin);
}

#[test]
fn marks_are_moved_and_removed_by_hand() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.edit(&stage.photo);
    browser.tool("Box");
    browser.drag("mouse", &[(0.1, 0.1), (0.3, 0.3)]);
    browser.drag("mouse", &[(0.6, 0.6), (0.8, 0.8)]);
    browser.tool("Choose");
    browser.tap((0.7, 0.7));
    browser.find(".mark.taken");
    browser.press("Remove");
    browser.sees("Cover 1 place");
    browser.tap((0.2, 0.2));
    browser.find(".mark.taken");
    browser.drag("mouse", &[(0.2, 0.2), (0.4, 0.4), (0.7, 0.7)]);
    browser.press("Cover 1 place");
    browser.sees("nothing that is covered was found in it");
    browser.press("Save the covered copy");
    let is_covered = |x: f64, y: f64| (0.6..0.8).contains(&x) && (0.6..0.8).contains(&y);
    refuse_other(&browser.saved(&stage, "photo.jpg"), &photo::clean_copy(&stage.photo), is_covered);
}

#[test]
fn everything_can_be_marked_and_covered_by_keyboard_alone() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.check(&stage.photo);
    browser.sees("In the picture itself");
    tab_to(&browser, "See what it shows");
    browser.keys(&[ENTER]);
    browser.sees("Mark what to cover");
    tab_to(&browser, "Show it");
    browser.keys(&[ENTER]);
    browser.find(".stage:not([hidden])");
    // The tools are one stop; arrows choose among them. Brush, box.
    browser.run("document.querySelector('.tool input').focus()", &json!([]));
    browser.keys(&[DOWN, DOWN]);
    browser.find(".tool:nth-child(3) :checked");
    browser.run("document.querySelector('.stage').focus()", &json!([]));
    browser.keys(&[ENTER, RIGHT, RIGHT, RIGHT, RIGHT, DOWN, DOWN, DOWN, ESCAPE]);
    browser.sees("Mark something to cover");
    browser.keys(&[ENTER]);
    browser.keys(&[LEFT; 8]);
    browser.keys(&[UP; 8]);
    browser.keys(&[ENTER]);
    browser.sees("Cover 1 place");
    // Taken, moved a little, removed, and back again.
    browser.tool("Choose");
    browser.run("document.querySelector('.stage').focus()", &json!([]));
    browser.keys(&[ENTER, LEFT, UP, DELETE]);
    browser.sees_no("Cover 1 place");
    let control_z = json!([{"type": "keyDown", "value": "\u{E009}"}, {"type": "keyDown", "value": "z"},
        {"type": "keyUp", "value": "z"}, {"type": "keyUp", "value": "\u{E009}"}]);
    browser.act("key", "keyboard", &control_z);
    browser.sees("Cover 1 place");
    browser.run("document.querySelector('.found-one, .tool input').focus()", &json!([]));
    tab_to(&browser, "Cover 1 place");
    browser.keys(&[ENTER]);
    browser.sees("nothing that is covered was found in it");
    let at = browser.run("return document.activeElement.textContent", &json!([]));
    assert_eq!(at, "The covered copy", "the keyboard goes on where the copy is");
    tab_to(&browser, "Save the covered copy");
    browser.keys(&[ENTER]);
    let copy = browser.saved(&stage, "photo.jpg");
    let black = copy.pixels().filter(|it| it.0.iter().all(|sample| *sample < 4)).count();
    assert!(black > 1000, "{black} pixels are covered");
}

#[test]
fn the_covered_copy_is_what_is_shared() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    sender.edit(&stage.photo);
    sender.tool("Box");
    sender.drag("mouse", &[(0.25, 0.25), (0.75, 0.75)]);
    sender.press("Cover 1 place");
    sender.sees("nothing that is covered was found in it");
    sender.press("Back to the check");
    sender.sees("The covered copy is the one that is saved and shared.");
    sender.find(".clean");
    sender.press("Download the covered copy");
    let saved = std::fs::read(stage.download("sender", "photo.jpg")).unwrap();
    assert_ne!(saved, photo::clean_copy(&stage.photo));
    sender.press("Share it on your terms");
    sender.fill("#passphrase", PASSPHRASE);
    sender.press("Make my keys");
    sender.fill("#name", "Kim");
    sender.press("Go on");
    sender.press("Make the link");
    sender.sees("The link for Kim");
    let recipient = stage.browser("recipient");
    recipient.enter(&sender.link());
    recipient.say_yes("Robin");
    sender.press("Your photos");
    sender.sees("Delivered.");
    recipient.press("View now");
    recipient.find(".viewing img");
    let middle = recipient.run_async(
        "const done = arguments[0], img = document.querySelector('.viewing img');
         img.decode().then(() => {
           const canvas = document.createElement('canvas');
           canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
           const context = canvas.getContext('2d'); context.drawImage(img, 0, 0);
           const at = (x, y) => Array.from(context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data);
           done([at(.5, .5), at(.1, .1)]);
         })",
        &json!([]),
    );
    let black = |pixel: &Value| (0..3).all(|at| pixel[at].as_u64().unwrap() < 4);
    assert!(black(&middle[0]) && !black(&middle[1]), "{middle}");
}

#[test]
fn what_cannot_be_covered_is_told() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.edit(&stage.file("moving.png", &small::apng()));
    browser.tool("Box");
    browser.drag("mouse", &[(0.1, 0.1), (0.9, 0.9)]);
    browser.press("Cover 1 place");
    browser.sees("This picture moves, and Velum cannot cover parts of one that does.");
    browser.press("Back to the check");
    browser.press("Another photo");
    browser.check(&stage.file("moving.gif", &small::gif()));
    browser.press("See what it shows");
    browser.sees("Velum covers parts of JPEG, PNG and WebP pictures.");
}

#[test]
fn soft_colours_and_png_work_too() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    let mut bytes = Vec::new();
    face().write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    browser.edit(&stage.file("face.png", &bytes));
    browser.tool("Ellipse");
    browser.drag("mouse", &[(0.02, 0.02), (0.98, 0.98)]);
    browser.choose("Soft: a few colours");
    browser.press("Cover 1 place");
    browser.sees("nothing that is covered was found in it");
    browser.press("Save the covered copy");
    let copy = browser.saved(&stage, "photo.png");
    let was = face();
    assert_eq!(copy.dimensions(), was.dimensions());
    let (width, height) = copy.dimensions();
    assert_eq!(copy.get_pixel(0, 0), was.get_pixel(0, 0));
    let differs = |x: u32, y: u32| copy.get_pixel(x, y) != was.get_pixel(x, y);
    let middle =
        (width / 4..width * 3 / 4).flat_map(|x| (height / 4..height * 3 / 4).map(move |y| (x, y)));
    let (all, changed) =
        middle.fold((0, 0), |(all, changed), (x, y)| (all + 1, changed + u32::from(differs(x, y))));
    assert!(changed * 10 > all * 9, "{changed} of {all}");
}

#[test]
fn the_background_is_covered_in_one_step_and_the_person_stays() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    let photo = stage.file("face.jpg", &photo::jpeg(&picture_with_face()));
    browser.edit(&photo);
    let kept = "caches.match('/models/selfie.onnx').then((it) => arguments[0](it !== undefined))";
    assert_eq!(browser.run_async(kept, &json!([])), false, "loaded before anybody asked");
    browser.press("Look at the picture");
    browser.sees("Velum found 1 face");
    browser.press("Cover the background");
    browser.sees("People whose faces were found are left.");
    browser.find(".mark .area");
    browser.examine("background");
    browser.press("Undo");
    browser.sees("Mark something to cover");
    browser.press("Redo");
    browser.press("Cover 1 place");
    browser.sees("nothing that is covered was found in it");
    browser.press("Save the covered copy");
    let copy = browser.saved(&stage, "photo.jpg");
    let clean = image::load_from_memory(&photo::clean_copy(&photo)).unwrap().into_rgb8();
    for (x, y) in [(10, 10), (880, 20), (880, 680), (600, 300), (20, 680)] {
        assert!(copy.get_pixel(x, y).0.iter().all(|it| *it < 4), "{x} {y} is not covered");
    }
    let (x, y) = (230, 240);
    assert_eq!(copy.get_pixel(x, y), clean.get_pixel(x, y), "the person is covered");
    refuse_noise(&browser, &stage.origin);
}

#[test]
fn where_nobody_is_the_background_stays_as_it_is() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    let wall = RgbImage::from_pixel(640, 480, image::Rgb([200, 205, 190]));
    browser.edit(&stage.file("wall.jpg", &photo::jpeg(&wall)));
    browser.press("Look at the picture");
    browser.sees("No face, text or code was found.");
    browser.press("Cover the background");
    browser.sees("Nobody could be told from the background");
    browser.sees("Mark something to cover");
}
