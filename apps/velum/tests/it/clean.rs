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
    assert!(text(&output.stderr).contains("--overwrite"));
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

#[test]
fn a_dry_run_says_what_would_happen_and_writes_nothing() {
    let folder = folder();
    for arguments in [
        &["clean", "in.jpg", "--dry-run"][..],
        &["clean", "in.jpg", "-o", "out", "--dry-run"],
        &["clean", "in.jpg", "--to", "out.jpg", "--dry-run"],
        &["clean", "in.jpg", "--in-place", "--dry-run"],
        &["clean", ".", "-o", "out", "--dry-run", "--json"],
    ] {
        let output = velum(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(text(&output.stdout).contains("would"), "{arguments:?}");
        assert_eq!(names(folder.path()), ["in.jpg"]);
        assert!(
            std::fs::read(folder.path().join("in.jpg")).unwrap()
                == std::fs::read(harbour()).unwrap()
        );
    }
    let output = velum(folder.path(), &["clean", "in.jpg", "--to", "in.jpg", "--dry-run"]);
    assert_eq!(output.status.code(), Some(2), "the name is taken");
}

#[test]
fn a_receipt_adds_up_to_the_size_of_the_file() {
    let folder = folder();
    let output = velum(folder.path(), &["clean", "in.jpg", "-o", "out", "--receipt", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let photo = &document["photos"][0];
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    let receipt = &photo["receipt"];
    let lines = receipt["removed"].as_array().unwrap();
    let removed: u64 = lines.iter().map(|line| number(&line["bytes"])).sum();
    assert_eq!(removed, number(&receipt["removed_bytes"]));
    assert_eq!(
        removed + number(&receipt["kept_bytes"]),
        std::fs::metadata(harbour()).unwrap().len()
    );
    assert_eq!(receipt["stays"][0]["id"], "scene");

    let said = text(&velum(folder.path(), &["clean", "in.jpg", "-o", "out", "--receipt"]).stdout);
    for words in ["taken out: the Exif block", "195,178  together", "What stays:", "sensor's noise"]
    {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
}

#[test]
fn a_photo_saved_anew_is_smaller_and_says_that_it_is_changed() {
    let folder = folder();
    let output = velum(folder.path(), &["clean", "in.jpg", "--resave=400", "--to", "out.jpg"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("nothing proves they are gone"));
    let out = folder.path().join("out.jpg");
    assert_gives_nothing_away(&out);
    assert_eq!(image::open(&out).unwrap().width(), 400);
    assert_eq!(velum(folder.path(), &["check", "out.jpg"]).status.code(), Some(0));
    let both = velum(folder.path(), &["clean", "in.jpg", "--resave", "--upright", "-o", "out"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn what_is_left_to_others_to_read_does_not_depend_on_settings() {
    for mask in ["0000", "0777"] {
        let folder = folder();
        let line = format!("umask {mask}; exec \"$VELUM\" clean in.jpg --to out.jpg");
        let output = shell(folder.path(), &line);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_gives_nothing_away(&folder.path().join("out.jpg"));
    }
}

#[test]
fn a_clip_that_cannot_be_cleaned_leaves_nothing() {
    let folder = folder();
    std::fs::write(folder.path().join("clip.mp4"), b"\0\0\0\x18ftypisom\0\0\0\0").unwrap();
    for line in
        ["clean clip.mp4 --to out.mp4", "clean clip.mp4 --to -", "clean - --to - < clip.mp4"]
    {
        let output = shell(folder.path(), &format!("exec \"$VELUM\" {line}"));
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(output.stdout, b"", "{line}");
        assert_eq!(names(folder.path()), ["clip.mp4", "in.jpg"], "{line}");
    }
}
