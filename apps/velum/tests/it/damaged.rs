//! Detectors that are not what this version was made with: the program says so and looks at nothing.
//!
//! Their weights are part of the program, so a copy of it is damaged where they lie.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::text;

const FACE: &[u8] = include_bytes!("../data/drawn-face.png");

/// A program of which one model has a bit that is another, and a photo beside it.
fn damaged(model: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("face.png"), FACE).unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let weights = std::fs::read(models.join(model)).unwrap();
    let program = folder.path().join("velum");
    std::fs::copy(env!("CARGO_BIN_EXE_velum"), &program).unwrap();
    let mut bytes = std::fs::read(&program).unwrap();
    // A part of its middle, which no other model has.
    let middle = weights.len() / 2;
    let places: Vec<usize> = find(&bytes, &weights[middle..middle + 64]);
    assert_eq!(places.len(), 1, "{model} should be in the program once");
    bytes[places[0]] ^= 1;
    std::fs::write(&program, bytes).unwrap();
    (folder, program)
}

/// Where these bytes are, quicker than comparing at every place.
fn find(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == wanted[0]) {
        let at = from + at;
        if bytes[at..].starts_with(wanted) {
            places.push(at);
        }
        from = at + 1;
    }
    places
}

fn run(folder: &TempDir, program: &Path, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).current_dir(folder.path()).output().unwrap()
}

/// Every command that needs this model, and how it ends.
fn assert_told(model: &str, commands: &[(&[&str], i32)]) {
    let (folder, program) = damaged(model);
    for (arguments, code) in commands {
        let output = run(&folder, &program, arguments);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {told}");
        assert!(told.contains(&format!("the detector {model} is damaged")), "{told}");
        assert!(told.contains("Install Velum again"), "{told}");
        assert!(!folder.path().join("out.png").exists(), "{arguments:?}");
        assert!(!text(&output.stdout).contains("was found"), "{arguments:?} says that it looked");
    }
    // What needs no detector works.
    let output = run(&folder, &program, &["check", "face.png", "--only", "hidden"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let output = run(&folder, &program, &["cover", "face.png", "--box=1,1,9,9", "--to", "out.png"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn without_its_face_detector_it_says_so() {
    assert_told(
        "faces.onnx",
        &[
            (&["check", "face.png"], 2),
            (&["check", "face.png", "--only", "faces"], 2),
            (&["cover", "face.png", "--faces", "--to", "out.png"], 70),
            (&["cover", "face.png", "--background", "--to", "out.png"], 70),
        ],
    );
}

#[test]
fn without_its_detector_of_lines_it_says_so() {
    let commands: [(&[&str], i32); 3] = [
        (&["check", "face.png"], 2),
        (&["check", "face.png", "--only", "text"], 2),
        (&["cover", "face.png", "--text", "--to", "out.png"], 70),
    ];
    assert_told("text-lines.onnx", &commands);
}

#[test]
fn without_its_reader_of_lines_it_says_so() {
    let commands: [(&[&str], i32); 2] = [
        (&["check", "face.png", "--only", "text"], 2),
        (&["cover", "face.png", "--text", "--to", "out.png"], 70),
    ];
    assert_told("text-reading.onnx", &commands);
}

#[test]
fn without_its_detector_of_people_it_says_so() {
    let commands: [(&[&str], i32); 2] = [
        // Where to look for bare skin.
        (&["check", "face.png", "--only", "faces"], 2),
        (&["cover", "face.png", "--background", "--to", "out.png"], 70),
    ];
    assert_told("selfie.onnx", &commands);
}

#[test]
fn programs_are_told_of_a_damaged_detector() {
    let (folder, program) = damaged("faces.onnx");
    let output = run(&folder, &program, &["cover", "face.png", "--faces", "--dry-run", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &told["error"]["id"]),
        (Some(70), &"detector-damaged".into())
    );
    let output = run(&folder, &program, &["check", "face.png", "--only", "faces", "--json"]);
    assert!(text(&output.stdout).contains("detector-damaged"), "{}", text(&output.stdout));
}
