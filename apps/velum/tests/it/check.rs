//! `velum check`.

use crate::{assert_golden, folder, shell, text, velum};

#[test]
fn the_sample_photo_is_told_in_plain_words() {
    let folder = folder();
    let output = velum(folder.path(), &["check", "in.jpg"]);
    assert_eq!(output.status.code(), Some(1));
    assert_golden("harbour.check.txt", &text(&output.stdout));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn programs_get_json() {
    let folder = folder();
    let output = velum(folder.path(), &["check", "--json", "in.jpg"]);
    assert_eq!(output.status.code(), Some(1));
    assert_golden("harbour.check.json", &text(&output.stdout));
}

#[test]
fn a_clean_copy_has_nothing_hidden() {
    let folder = folder();
    velum(folder.path(), &["clean", "in.jpg", "--to", "out.jpg"]);
    let output = velum(folder.path(), &["check", "out.jpg"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "out.jpg: nothing hidden found.\n");
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = folder();
    std::fs::write(folder.path().join("note.jpg"), "not a photo").unwrap();
    let output = velum(folder.path(), &["check", "note.jpg", "in.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("Where it was taken"));
    assert!(text(&output.stderr).starts_with("note.jpg: This is not a photo"));
}

#[test]
fn failures_say_what_happened_and_what_to_do() {
    let folder = folder();
    let photo = std::fs::read(folder.path().join("in.jpg")).unwrap();
    let files: [(&str, &[u8]); 5] = [
        ("empty.jpg", b""),
        ("text.png", b"hello"),
        ("movie.jpg", b"\0\0\0\x18ftypisom\0\0\0\0"),
        ("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0"),
        ("half.jpg", &photo[..100_000]),
    ];
    let mut told = String::new();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let output = velum(folder.path(), &["check", name]);
        assert_eq!(output.status.code(), Some(2));
        told += &text(&output.stderr);
    }
    for name in ["missing.jpg", "."] {
        let output = velum(folder.path(), &["check", name]);
        assert_eq!(output.status.code(), Some(2));
        told += &text(&output.stderr);
    }
    assert_golden("failures.txt", &told);
}

#[test]
fn content_counts_and_not_the_name() {
    let folder = folder();
    std::fs::rename(folder.path().join("in.jpg"), folder.path().join("list.txt")).unwrap();
    let output = velum(folder.path(), &["check", "list.txt"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    let output = shell(folder.path(), "\"$VELUM\" check in.jpg in.jpg in.jpg | head -n 1");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "in.jpg:\n");
}

#[test]
fn a_photo_can_come_through_a_pipe() {
    let folder = folder();
    let output = shell(folder.path(), "\"$VELUM\" check - < in.jpg");
    assert_eq!(output.status.code(), Some(1));
}
