//! `velum cover`: what is covered is not found again, the rest stays, and nothing half done is left.

use crate::{data, folder, text, velum};

const FACE: &[u8] = include_bytes!("../data/drawn-face.png");
const WORDS: &[u8] = include_bytes!("../data/drawn-words.png");

#[test]
fn a_face_is_covered_and_is_not_found_again() {
    let folder = folder();
    std::fs::write(folder.path().join("face.png"), FACE).unwrap();
    for (style, copy) in [("--colour=204060", "solid.png"), ("--soft", "soft.png")] {
        let output = velum(folder.path(), &["cover", "face.png", "--faces", style, "--to", copy]);
        assert_eq!(text(&output.stderr), "");
        assert_eq!(output.status.code(), Some(0));
        let said = text(&output.stdout);
        assert!(said.starts_with(&format!("face.png -> {copy}: covered 1 face, ")), "{said}");
        assert!(said.contains("Look at the copy before you send it"), "{said}");
        let again = velum(folder.path(), &["check", copy, "--only", "faces"]);
        assert_eq!(again.status.code(), Some(0));
        let hidden = velum(folder.path(), &["check", copy, "--only", "hidden"]);
        assert_eq!(hidden.status.code(), Some(0));
    }
}

#[test]
fn texts_and_codes_are_covered_and_are_not_found_again() {
    let folder = folder();
    std::fs::write(folder.path().join("words.png"), WORDS).unwrap();
    let args = ["cover", "words.png", "--text", "--codes", "--to", "out.png", "--json"];
    let output = velum(folder.path(), &args);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["copy"], &told["look"]), (&"out.png".into(), &"solid".into()));
    assert_eq!((&told["covered"]["texts"], &told["covered"]["codes"]), (&2.into(), &1.into()));
    for kind in ["text", "codes"] {
        let again = velum(folder.path(), &["check", "out.png", "--only", kind]);
        assert_eq!(again.status.code(), Some(0), "{}", text(&again.stdout));
    }
}

#[test]
fn marked_places_of_a_turned_photo_are_covered_and_the_copy_is_clean() {
    let folder = folder();
    let marks = [
        "--box=10,10,50,30",
        "--ellipse=-20,60,50,40",
        "--polygon=80,80,120,90,100,140",
        "--brush=9,20.5,120,60,150",
    ];
    let args = ["cover", "in.jpg", "--margin", "2", "--to", "out.jpg"];
    let output = velum(folder.path(), &[args.as_slice(), &marks].concat());
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    assert!(text(&output.stdout).contains("covered 4 marked places, "));
    velum(folder.path(), &["clean", "out.jpg", "--to", "again.jpg"]);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("out.jpg") == read("again.jpg"), "a covered copy is a clean copy");
    // To standard output, the same.
    let args = ["cover", "in.jpg", "--margin", "2", "--to", "-"];
    let output = velum(folder.path(), &[args.as_slice(), &marks].concat());
    assert!(output.stdout == read("out.jpg"));
    // The name is taken now.
    let output = velum(folder.path(), &["cover", "in.jpg", "--box=1,1,9,9", "--to", "out.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && read("out.jpg") == read("again.jpg"));
}

#[test]
fn where_nothing_can_be_covered_nothing_is_written() {
    let folder = folder();
    std::fs::copy(data("heif-planted.heic"), folder.path().join("in.heic")).unwrap();
    std::fs::copy(data("clip-live.webm"), folder.path().join("in.webm")).unwrap();
    let refused: [(&[&str], i32, &str); 9] = [
        (&["in.jpg"], 2, "Nothing was said that is to be covered"),
        (&["in.jpg", "--faces"], 4, "No face was found in the picture"),
        (&["in.jpg", "--box=9999,9999,5,5"], 4, "lies beside the picture"),
        (&["in.jpg", "--polygon=1,1,2,2"], 2, "A shape is not complete"),
        (&["in.jpg", "--brush=5,1,1,7"], 2, "A shape is not complete"),
        (&["in.jpg", "--box=1,1,0,5"], 2, "expected left, top, width and height"),
        (&["in.jpg", "--box=1,1,nan,5"], 2, "expected numbers"),
        (&["in.heic", "--box=1,1,5,5"], 2, "JPEG, PNG and WebP pictures only"),
        (&["in.webm", "--box=1,1,5,5"], 2, "This is a clip"),
    ];
    for (args, code, said) in refused {
        let output = velum(folder.path(), &[&["cover"], args, &["--to", "out"]].concat());
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {told}");
        assert!(told.contains(said), "{args:?}: {told}");
        assert!(!folder.path().join("out").exists());
    }
    let output = velum(folder.path(), &["cover", "in.jpg", "--box=1,1,9,9", "--dry-run"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("in.jpg: would cover 1 marked place, "));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}
