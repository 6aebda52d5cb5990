//! `velum clean` and `velum check` on clips, which are never held in memory as a whole.

use std::os::unix::fs::MetadataExt;

use tempfile::TempDir;

use crate::{data, names, shell, text, velum};

/// A folder with a clip in it, as `in.mkv`, full of hidden data.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(data("clip-planted.mkv"), folder.path().join("in.mkv")).unwrap();
    folder
}

#[test]
fn a_clip_is_checked_and_cleaned_like_a_photo() {
    let folder = folder();
    assert_eq!(velum(folder.path(), &["check", "in.mkv"]).status.code(), Some(1));
    let output = velum(folder.path(), &["clean", "in.mkv", "-o", "out", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let [copy] = &names(&folder.path().join("out"))[..] else { panic!("one copy") };
    assert!(copy.starts_with("clip-") && copy.ends_with(".webm"), "{copy}");
    let path = folder.path().join("out").join(copy);
    let metadata = std::fs::metadata(&path).unwrap();
    assert_eq!((metadata.mode() & 0o777, metadata.mtime()), (0o600, 315_532_800));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let receipt = &document["photos"][0]["receipt"];
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    assert_eq!(
        number(&receipt["removed_bytes"]) + number(&receipt["kept_bytes"]),
        std::fs::metadata(folder.path().join("in.mkv")).unwrap().len()
    );
    let output = velum(folder.path(), &["check", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn a_clip_can_pass_through_pipes_and_take_its_originals_place() {
    let folder = folder();
    velum(folder.path(), &["clean", "in.mkv", "--to", "out.webm"]);
    let copy = std::fs::read(folder.path().join("out.webm")).unwrap();
    for line in ["clean - --to - < in.mkv", "clean in.mkv --to -"] {
        let output = shell(folder.path(), &format!("\"$VELUM\" {line}"));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(output.stdout == copy, "{line}");
    }
    let output = velum(folder.path(), &["clean", "in.mkv", "--in-place"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(std::fs::read(folder.path().join("in.mkv")).unwrap() == copy);
    assert_eq!(names(folder.path()), ["in.mkv", "out.webm"]);
}

#[test]
fn a_dry_run_of_a_clip_writes_nothing_and_saving_anew_is_for_photos() {
    let folder = folder();
    let output = velum(folder.path(), &["clean", "in.mkv", "--dry-run", "--receipt"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("what is heard"), "{}", text(&output.stdout));
    let output = velum(folder.path(), &["clean", "in.mkv", "--resave", "-o", "out", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("no-decoder"));
    assert_eq!(names(folder.path()), ["in.mkv", "out"]);
    assert_eq!(names(&folder.path().join("out")), [""; 0]);
}

#[test]
fn a_disk_that_takes_no_more_leaves_nothing_of_a_clip() {
    let folder = folder();
    let line = "ulimit -f 1; trap '' XFSZ; exec \"$VELUM\" clean in.mkv --to out.webm";
    let output = shell(folder.path(), line);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("out.webm: The disk is full"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(names(folder.path()), ["in.mkv"]);
}
