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
fn around_a_person_the_background_is_covered_and_the_person_is_left() {
    let folder = folder();
    std::fs::write(folder.path().join("face.png"), FACE).unwrap();
    let args = ["cover", "face.png", "--background", "--colour=ff00ff", "--to", "out.png"];
    let output = velum(folder.path(), &args);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    let said = text(&output.stdout);
    assert!(said.starts_with("face.png -> out.png: covered the background, "), "{said}");
    assert!(said.contains("Only people whose faces were found are left"), "{said}");
    // Of the wall, nothing is left; of the face, all.
    let before = image::load_from_memory(FACE).unwrap().to_rgb8();
    let after = std::fs::read(folder.path().join("out.png")).unwrap();
    let after = image::load_from_memory(&after).unwrap().to_rgb8();
    let wall = *before.get_pixel(5, 5);
    let mut changed = 0;
    for (x, y, pixel) in after.enumerate_pixels() {
        let was = before.get_pixel(x, y);
        assert!(pixel.0 == [255, 0, 255] || (pixel == was && *was != wall), "{x} {y}");
        changed += usize::from(pixel.0 == [255, 0, 255]);
    }
    assert!((25_000..40_000).contains(&changed), "{changed}");
    assert_eq!(after.get_pixel(110, 120), before.get_pixel(110, 120));
    let again = velum(folder.path(), &["check", "out.png", "--only", "faces"]);
    assert_eq!(again.status.code(), Some(1), "the face is still there");
    // With the face as well, and as a document.
    let args = ["cover", "face.png", "--background", "--faces", "--margin=3", "--soft", "--json"];
    let output = velum(folder.path(), &[args.as_slice(), &["--to", "both.png"]].concat());
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["covered"]["background"], serde_json::json!({ "faces": 1 }));
    assert_eq!(told["covered"]["faces"], 1);
    let again = velum(folder.path(), &["check", "both.png", "--only", "faces"]);
    assert_eq!(again.status.code(), Some(0));
}

#[test]
fn of_a_jpeg_the_edge_of_a_background_is_covered_in_whole_blocks_and_that_is_said() {
    let folder = folder();
    let face = image::load_from_memory(FACE).unwrap().to_rgb8();
    face.save(folder.path().join("face.jpg")).unwrap();
    let args = ["cover", "face.jpg", "--background", "--json", "--dry-run"];
    let output = velum(folder.path(), &args);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let pixels = |name: &str| told["covered"][name].as_u64().unwrap();
    assert!(pixels("pixels") > pixels("asked_pixels"));
    assert!(pixels("pixels") < pixels("of_pixels"));
    let output = velum(folder.path(), &["cover", "face.jpg", "--background", "--dry-run"]);
    assert!(text(&output.stdout).contains("whole blocks"), "{}", text(&output.stdout));
}

#[test]
fn where_nobody_is_found_all_of_the_picture_is_not_taken_for_background() {
    let folder = folder();
    let flat = image::RgbImage::from_pixel(64, 48, image::Rgb([90, 120, 140]));
    flat.save(folder.path().join("wall.png")).unwrap();
    for args in [["--background", "--text"], ["--background", "--box=1,1,9,9"]] {
        let command = [&["cover", "wall.png", "--to", "out.png"], args.as_slice()].concat();
        let output = velum(folder.path(), &command);
        assert_eq!(output.status.code(), Some(4));
        assert!(text(&output.stderr).contains("No person was found"));
        assert!(!folder.path().join("out.png").exists());
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
