//! Detectors that the server does not have, or has in another form than the page was made with: the
//! page says so, and nothing claims to have looked.

use std::path::Path;

use crate::photo;
use crate::sight::face;
use crate::stage::Stage;

const MISSING: &str = "What finds faces and texts could not be loaded.";
const DAMAGED: &str = "What finds faces and texts is damaged or from another version";

fn remove(model: &Path) {
    std::fs::remove_file(model).unwrap();
}

/// One bit of it is another.
fn damage(model: &Path) {
    let mut weights = std::fs::read(model).unwrap();
    let middle = weights.len() / 2;
    weights[middle] ^= 1;
    std::fs::write(model, weights).unwrap();
}

/// Looks at a face with this model changed; what is marked by hand can be covered all the same.
fn assert_told(model: &str, change: fn(&Path), expected: &str) {
    let stage = Stage::with_changed_web(|web| change(&web.join("models").join(model)));
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.edit(&stage.file("face.jpg", &photo::jpeg(&face())));
    browser.press("Look at the picture");
    browser.sees(expected);
    browser.sees_no("Velum found");
    browser.sees_no("That does not mean that there is none");
    browser.tool("Box");
    browser.drag("mouse", &[(0.2, 0.2), (0.5, 0.5)]);
    browser.press("Cover 1 place");
    browser.sees("The copy could not be looked at again here. Please look yourself.");
}

#[test]
fn a_missing_detector_is_told() {
    assert_told("faces.onnx", remove, MISSING);
    assert_told("text-reading.onnx", remove, MISSING);
}

#[test]
fn a_damaged_detector_is_told() {
    assert_told("faces.onnx", damage, DAMAGED);
    assert_told("text-lines.onnx", damage, DAMAGED);
    assert_told("text-reading.onnx", damage, DAMAGED);
}
