//! `velum clean`.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::{folder, harbour, names, shell, text, velum};

/// 1 January 1980.
const NEUTRAL_SECONDS: i64 = 315_532_800;

fn assert_gives_nothing_away(copy: &Path) {
    let metadata = std::fs::metadata(copy).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o600);
    assert_eq!(metadata.mtime(), NEUTRAL_SECONDS);
    assert_eq!(metadata.nlink(), 1);
    let bytes = std::fs::read(copy).unwrap();
    for secret in ["Alex", "Lumen", "LP9-", "HarbourCam", "Exif", "2026", "Robin"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

#[test]
fn copies_in_a_folder_get_names_that_say_nothing() {
    let folder = folder();
    let output = velum(folder.path(), &["clean", "in.jpg", "in.jpg", "-o", "new/cleaned"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let copies = names(&folder.path().join("new/cleaned"));
    assert_eq!(copies.len(), 2);
    for name in copies {
        let middle = name.strip_prefix("photo-").unwrap().strip_suffix(".jpg").unwrap();
        assert!(middle.len() == 8 && middle.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_gives_nothing_away(&folder.path().join("new/cleaned").join(name));
    }
}

#[test]
fn the_samples_of_the_copy_are_those_of_the_photo() {
    let folder = folder();
    velum(folder.path(), &["clean", "in.jpg", "--to", "out.jpg"]);
    let read = |path: &Path| image::open(path).unwrap();
    assert!(read(&harbour()) == read(&folder.path().join("out.jpg")));
}

#[test]
fn nothing_is_overwritten_unless_asked() {
    let folder = folder();
    let out = folder.path().join("out.jpg");
    std::fs::write(&out, "mine").unwrap();
    let output = velum(folder.path(), &["clean", "in.jpg", "--to", "out.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("There is already a file of that name"));
    assert_eq!(std::fs::read(&out).unwrap(), b"mine");
    assert_eq!(names(folder.path()), ["in.jpg", "out.jpg"]);

    let output = velum(folder.path(), &["clean", "in.jpg", "--to", "out.jpg", "--overwrite"]);
    assert_eq!(output.status.code(), Some(0));
    assert_gives_nothing_away(&out);
    assert_eq!(names(folder.path()), ["in.jpg", "out.jpg"]);
}

#[test]
fn the_original_is_only_read() {
    let folder = folder();
    velum(folder.path(), &["clean", "in.jpg", "-o", "."]);
    let left = std::fs::read(folder.path().join("in.jpg")).unwrap();
    assert_eq!(left, std::fs::read(harbour()).unwrap());
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.jpg"), b"\xff\xd8\xff\xe0").unwrap();
    let output = velum(folder.path(), &["clean", "bad.jpg", "in.jpg", "-o", "cleaned", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(names(&folder.path().join("cleaned")).len(), 1);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["photos"][0]["error"]["what"].is_string());
    assert!(document["photos"][1]["clean_bytes"].as_u64() > Some(100_000));
}

#[test]
fn a_photo_that_cannot_be_cleaned_leaves_nothing() {
    let folder = folder();
    let photo = std::fs::read(folder.path().join("in.jpg")).unwrap();
    std::fs::write(folder.path().join("half.jpg"), &photo[..100_000]).unwrap();
    let output = velum(folder.path(), &["clean", "half.jpg", "--to", "out.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(names(folder.path()), ["half.jpg", "in.jpg"]);
}

#[test]
fn a_disk_that_takes_no_more_leaves_nothing() {
    let folder = folder();
    // The shell lets the program write files of 64 KiB at most, which fails like a full disk does.
    let line = "ulimit -f 64; trap '' XFSZ; exec \"$VELUM\" clean in.jpg --to out.jpg";
    let output = shell(folder.path(), line);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("out.jpg: "), "{}", text(&output.stderr));
    assert_eq!(names(folder.path()), ["in.jpg"]);
}

#[test]
fn a_full_device_behind_standard_output_is_told() {
    let folder = folder();
    let output = shell(folder.path(), "\"$VELUM\" clean in.jpg --to - > /dev/full");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("could not be printed"));
}

#[test]
fn a_folder_that_is_a_file_is_told() {
    let folder = folder();
    let output = velum(folder.path(), &["clean", "in.jpg", "-o", "in.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("folder"), "{}", text(&output.stderr));
}

#[test]
fn photos_can_pass_through_pipes() {
    let folder = folder();
    velum(folder.path(), &["clean", "in.jpg", "--to", "out.jpg"]);
    let output = shell(folder.path(), "\"$VELUM\" clean - --to - < in.jpg");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == std::fs::read(folder.path().join("out.jpg")).unwrap());
}

#[test]
fn several_photos_cannot_have_one_name() {
    let folder = folder();
    let output = velum(folder.path(), &["clean", "in.jpg", "in.jpg", "--to", "out.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("Use -o DIR"));
}
