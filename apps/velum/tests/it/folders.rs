//! `velum clean` on whole folders.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::{harbour, names, small_photo, text, velum};

/// A folder of photos with good and odd names, and of other things.
fn full(folder: &Path) {
    let photo = std::fs::read(harbour()).unwrap();
    for (name, bytes) in [
        ("photos/a.jpg", &photo[..]),
        ("photos/.b.jpg", &photo),
        ("photos/deep/er/c.txt", &photo),
        ("photos/broken.jpg", &photo[..50_000]),
        ("photos/list.txt", b"milk"),
        ("photos/empty", b""),
        ("elsewhere/private.jpg", &photo),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    symlink("../elsewhere", folder.join("photos/way-out")).unwrap();
    symlink("..", folder.join("photos/deep/circle")).unwrap();
    symlink("../elsewhere/private.jpg", folder.join("photos/linked.jpg")).unwrap();
}

#[test]
fn everything_that_is_a_photo_is_cleaned_and_the_rest_is_named() {
    let folder = tempfile::tempdir().unwrap();
    full(folder.path());
    let output = velum(folder.path(), &["clean", "photos", "-o", "out", "--json"]);
    assert_eq!(output.status.code(), Some(2), "one is broken");
    assert_eq!(names(&folder.path().join("out")).len(), 3);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = |key: &str| -> Vec<String> {
        let list = document[key].as_array().unwrap();
        list.iter().map(|entry| entry["file"].as_str().unwrap().to_owned()).collect()
    };
    let photos = ["photos/.b.jpg", "photos/a.jpg", "photos/broken.jpg", "photos/deep/er/c.txt"];
    assert_eq!(files("photos"), photos);
    assert_eq!(document["photos"][2]["error"]["id"], "cut-short");
    let skipped = [
        "photos/deep/circle",
        "photos/empty",
        "photos/linked.jpg",
        "photos/list.txt",
        "photos/way-out",
    ];
    assert_eq!(files("skipped"), skipped);
    assert_eq!(document["summary"]["cleaned"], 3);
    assert!(text(&output.stderr).starts_with("photos/broken.jpg: The file ends"));
}

#[test]
fn copies_inside_the_folder_are_not_cleaned_again() {
    let folder = tempfile::tempdir().unwrap();
    full(folder.path());
    let out = folder.path().join("photos/out");
    velum(folder.path(), &["clean", "photos", "-o", "photos/out"]);
    velum(folder.path(), &["clean", "photos", "-o", "photos/out"]);
    assert_eq!(names(&out).len(), 6);
}

#[test]
fn many_photos_are_told_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let photo = small_photo();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    for number in 0..150 {
        std::fs::write(folder.path().join(format!("in/{number:03}.jpg")), &photo).unwrap();
    }
    let output = velum(folder.path(), &["clean", "in", "-o", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "no bar where nobody watches");
    let said = text(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    for (number, line) in lines[..150].iter().enumerate() {
        assert!(line.starts_with(&format!("in/{number:03}.jpg -> out/photo-")), "{line}");
    }
    assert_eq!(lines[150..], ["150 photos and clips cleaned."]);
    assert_eq!(names(&folder.path().join("out")).len(), 150);
}

#[test]
fn a_folder_has_no_one_name() {
    let folder = tempfile::tempdir().unwrap();
    full(folder.path());
    let output = velum(folder.path(), &["clean", "photos", "--to", "out.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("Use -o DIR"));
}
