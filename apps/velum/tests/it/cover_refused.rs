//! What `velum cover` does not cover: it says why and what to do, and writes nothing.

use std::path::Path;
use std::process::Command;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use crate::{data, folder, text, velum};

/// A moving test pattern, as ffmpeg writes it.
fn moving(folder: &Path, name: &str, coding: &[&str]) {
    let pattern = ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=48x32:r=4:d=0.5"];
    let mut ffmpeg = Command::new("ffmpeg");
    let status = ffmpeg.args(pattern).args(coding).arg(folder.join(name)).status();
    assert!(status.expect("ffmpeg is needed: `cargo xtask test` installs it").success());
}

#[test]
fn every_kind_that_cannot_be_covered_is_refused_with_the_reason_and_a_way_out() {
    let folder = folder();
    moving(folder.path(), "in.apng", &["-f", "apng"]);
    moving(folder.path(), "in.webp", &["-c:v", "libwebp_anim"]);
    moving(folder.path(), "in.gif", &[]);
    moving(folder.path(), "in.tif", &["-frames:v", "1"]);
    for (name, file) in [
        ("in.avif", "heif-planted-grid.avif"),
        ("moving.avif", "heif-sequence.avif"),
        ("in.jxl", "small.jxl"),
        ("arithmetic.jpg", "arithmetic.jpg"),
        ("arithmetic-progressive.jpg", "arithmetic-progressive.jpg"),
    ] {
        std::fs::copy(data(file), folder.path().join(name)).unwrap();
    }
    let moves = ("The picture moves", "Save one frame of it as a picture", "picture-moves");
    let kind = ("JPEG, PNG and WebP pictures only", "Save or export it as JPEG", "no-decoder");
    let coding = ("coded in a rare way", "Save it as JPEG or PNG", "cannot-cover");
    for (name, (why, way_out, id)) in [
        ("in.apng", moves),
        ("in.webp", moves),
        ("in.gif", kind),
        ("in.tif", kind),
        ("in.avif", kind),
        ("moving.avif", kind),
        ("in.jxl", kind),
        ("arithmetic.jpg", coding),
        ("arithmetic-progressive.jpg", coding),
    ] {
        let args = ["cover", name, "--box=1,1,9,9", "--to", "out"];
        let output = velum(folder.path(), &args);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {told}");
        assert!(told.contains(why) && told.contains(way_out), "{name}: {told}");
        let output = velum(folder.path(), &[&args[..], &["--json"]].concat());
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["error"]["id"], id, "{name}");
        assert!(!folder.path().join("out").exists(), "{name}");
    }
}

#[test]
fn of_a_picture_too_big_to_draw_marked_places_are_covered_in_one_colour_and_nothing_else_is() {
    let folder = folder();
    let side = 8_200;
    let mut photo = Vec::new();
    let grey = vec![90; side as usize * side as usize];
    JpegEncoder::new(&mut photo).write_image(&grey, side, side, ExtendedColorType::L8).unwrap();
    std::fs::write(folder.path().join("big.jpg"), photo).unwrap();
    let args = ["cover", "big.jpg", "--box=8000,8000,90,90", "--to", "out.jpg"];
    let output = velum(folder.path(), &[&args[..], &["--soft"]].concat());
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{told}");
    assert!(told.contains("8200 x 8200 pixels; Velum draws at most 67 million"), "{told}");
    assert!(told.contains("places that you mark can be covered in one colour"), "{told}");
    assert!(!folder.path().join("out.jpg").exists());
    let output = velum(folder.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}
