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
    let said = "out.jpg: nothing hidden found.\n  No face, text or code was found in the picture; \
                that does not mean that there is none.\n";
    assert_eq!(text(&output.stdout), said);
    let output = velum(folder.path(), &["check", "out.jpg", "--only", "hidden"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "out.jpg: nothing hidden found.\n");
}

/// A face that nobody has, with 220 pixels on each side of the picture.
const FACE: &[u8] = include_bytes!("../data/drawn-face.png");

#[test]
fn a_face_is_found_where_it_is_and_is_not_hidden() {
    let folder = folder();
    std::fs::write(folder.path().join("face.png"), FACE).unwrap();
    let output = velum(folder.path(), &["check", "face.png"]);
    assert_eq!(output.status.code(), Some(0), "a face is not hidden");
    assert!(text(&output.stdout).contains("In the picture: 1 face."));

    let output = velum(folder.path(), &["check", "face.png", "--json", "--only", "faces"]);
    assert_eq!(output.status.code(), Some(1));
    let boxes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(boxes.as_array().map(Vec::len), Some(1));
    assert_eq!(boxes[0]["kind"], "face");
    let edges = [65.0, 52.0, 157.0, 172.0];
    for (index, edge) in edges.into_iter().enumerate() {
        let found = boxes[0]["box"][index].as_f64().unwrap();
        assert!((found - edge).abs() < 12.0, "edge {index} is at {found}, not near {edge}");
    }
    assert!(boxes[0]["confidence"].as_f64().unwrap() > 0.75);
}

/// Two lines of text, and a QR code with a command for terminals in it.
const WORDS: &[u8] = include_bytes!("../data/drawn-words.png");

#[test]
fn texts_and_codes_are_read_and_say_what_leads_to_a_person() {
    let folder = folder();
    std::fs::write(folder.path().join("words.png"), WORDS).unwrap();
    let output = velum(folder.path(), &["check", "words.png"]);
    assert_eq!(output.status.code(), Some(0), "what everybody sees is not hidden");
    let said = "words.png: nothing hidden found.\n  In the picture: 2 lines of text, 1 code. They \
                are not hidden; cleaning leaves them.\n    text with an e-mail address: \
                anna@example.org\n    code with an address on the web: \
                https://example.org/anna\\n\\u{9b}2J\n";
    assert_eq!(text(&output.stdout), said);

    let output = velum(folder.path(), &["check", "words.png", "--only", "text", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let lines: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let read: Vec<_> = lines.as_array().unwrap().iter().map(|line| &line["text"]).collect();
    assert_eq!(read, ["anna@example.org", "Hello World"]);
    assert_eq!(lines[0]["kind"], "text");
    assert_eq!(lines[0]["says"], serde_json::json!(["email"]));
    assert_eq!(lines[0]["outline"].as_array().map(Vec::len), Some(4));

    let output = velum(folder.path(), &["check", "words.png", "--only", "codes", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stdout).contains('\u{9b}'), "a terminal would act on it");
    let codes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(codes[0]["text"], "https://example.org/anna\n\u{9b}2J");
    assert_eq!(
        velum(folder.path(), &["check", "words.png", "--only", "faces"]).status.code(),
        Some(0)
    );
}

#[test]
fn the_message_that_goes_along_is_checked() {
    let folder = folder();
    let write = |text: &[u8]| std::fs::write(folder.path().join("note.txt"), text).unwrap();
    write("Hi Anna,\ncall me: 0171 2345678".as_bytes());
    let output = velum(folder.path(), &["check", "--message", "note.txt"]);
    assert_eq!(output.status.code(), Some(1));
    let said = "The message says who you are or where to find someone:\n  a name: Anna\n  a \
                telephone number: 0171 2345678\n";
    assert_eq!(text(&output.stdout), said);

    let output = velum(folder.path(), &["check", "--message", "note.txt", "--json", "in.jpg"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = &document["message"]["findings"];
    assert_eq!(findings[1]["kind"], "phone");
    assert_eq!((&findings[1]["start"], &findings[1]["end"]), (&18.into(), &30.into()));
    assert_eq!(document["photos"].as_array().map(Vec::len), Some(1));

    write("See you tonight!".as_bytes());
    let output = velum(folder.path(), &["check", "--message", "note.txt"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("that does not mean that there is nothing"));
    write(b"\xff\xfe");
    let output = velum(folder.path(), &["check", "--message", "note.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("note.txt: The message is not text."));
}

#[test]
fn faces_in_a_folder_are_told_file_by_file_and_nothing_hidden_is() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::rename(folder.path().join("in.jpg"), folder.path().join("in/a.jpg")).unwrap();
    std::fs::write(folder.path().join("in/b.png"), FACE).unwrap();
    let clip = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/media/tests/data/clip-phone.3gp");
    std::fs::copy(clip, folder.path().join("in/c.3gp")).unwrap();

    let output = velum(folder.path(), &["check", "in", "--only", "faces"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.ends_with("\n3 photos and clips looked into: 1 show a face.\n"), "{said}");
    assert!(!said.contains("velum clean"), "{said}");

    let output = velum(folder.path(), &["check", "in", "--only", "faces", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["summary"]["with_findings"], 1);
    let photos = document["photos"].as_array().unwrap();
    let faces = photos.iter().map(|photo| photo["visible"].as_array().map(Vec::len));
    assert_eq!(faces.collect::<Vec<_>>(), [Some(0), Some(1), None]);
    assert_eq!(photos[1]["file"], "in/b.png");
    assert!(photos.iter().all(|photo| photo["findings"].as_array().is_some_and(Vec::is_empty)));
}

#[test]
fn where_a_face_is_found_places_are_named_to_look_at() {
    let folder = folder();
    std::fs::write(folder.path().join("face.png"), include_bytes!("../data/drawn-face.png"))
        .unwrap();
    let said = text(&velum(folder.path(), &["check", "face.png"]).stdout);
    assert!(said.contains("May be bare skin: "), "{said}");
    assert!(said.contains("look there yourself for tattoos, scars, marks and jewellery"), "{said}");
    let document = |args: &[&str]| -> serde_json::Value {
        let output = velum(folder.path(), &[&["check", "--json"], args].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let photos = document(&["face.png", "in.jpg"])["photos"].clone();
    let places = photos[0]["may_be_skin"].as_array().unwrap();
    // The neck, below the face.
    let is_neck = |place: &serde_json::Value| {
        let [left, top, right, bottom] = [0, 1, 2, 3].map(|side| place[side].as_f64().unwrap());
        left < 110.0 && right > 110.0 && top > 100.0 && top < 185.0 && bottom > 175.0
    };
    assert!(places.iter().any(is_neck), "{places:?}");
    assert_eq!(photos[1]["may_be_skin"], serde_json::json!([]), "no face, so nothing to go by");
    let photos = document(&["face.png", "in.jpg", "--only", "text"])["photos"].clone();
    assert_eq!(photos[0].get("may_be_skin"), None);
}

#[test]
fn what_cannot_be_looked_at_is_said() {
    let folder = folder();
    let heic =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/media/tests/data/heif-planted.heic");
    std::fs::copy(heic, folder.path().join("in.heic")).unwrap();
    let output = velum(folder.path(), &["check", "in.heic", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["photos"][0]["visible"].is_null());
    assert_eq!(document["photos"][0]["not_looked_at"], "no-decoder");
    let said = text(&velum(folder.path(), &["check", "in.heic"]).stdout);
    assert!(
        said.contains("The picture was not looked at: Velum cannot draw this kind of picture.")
    );
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
    let files: [(&str, &[u8]); 4] = [
        ("empty.jpg", b""),
        ("text.png", b"hello"),
        ("scan.jpg", b"%PDF-1.7\n"),
        ("half.jpg", &photo[..100_000]),
    ];
    let mut told = String::new();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let output = velum(folder.path(), &["check", name]);
        assert_eq!(output.status.code(), Some(2));
        told += &text(&output.stderr);
    }
    let output = velum(folder.path(), &["check", "missing.jpg"]);
    assert_eq!(output.status.code(), Some(2));
    told += &text(&output.stderr);
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

#[test]
fn a_folder_is_looked_through_and_summed_up() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::rename(folder.path().join("in.jpg"), folder.path().join("in/b.jpg")).unwrap();
    velum(folder.path(), &["clean", "in/b.jpg", "--to", "in/a.jpg"]);
    std::fs::write(folder.path().join("in/note.txt"), "not a photo").unwrap();
    let output = velum(folder.path(), &["check", "in"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "", "no bar where nobody watches");
    let said = text(&output.stdout);
    assert!(said.starts_with("in/a.jpg: nothing hidden found.\n"), "{said}");
    assert!(said.contains("\nin/b.jpg:\n"), "{said}");
    assert!(said.contains("neither photos nor clips:\n  in/note.txt\n"), "{said}");
    assert!(said.contains("2 photos and clips looked into: 1 hide something, 1 left alone."));

    let output = velum(folder.path(), &["check", "in", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["photos"][0]["file"], "in/a.jpg");
    assert_eq!(document["skipped"][0]["why"], "not-a-photo");
    assert_eq!(document["summary"]["with_findings"], 1);
}

#[test]
fn a_name_cannot_write_to_the_terminal() {
    let folder = folder();
    std::fs::rename(folder.path().join("in.jpg"), folder.path().join("\x1b[2Ja\nb.jpg")).unwrap();
    let said = text(&velum(folder.path(), &["check", "."]).stdout);
    assert!(said.starts_with("./\\u{1b}[2Ja\\nb.jpg:\n"), "{said}");
}

#[test]
fn a_hidden_picture_is_shown_beside_the_photo() {
    let folder = folder();
    let output = velum(folder.path(), &["check", "in.jpg", "--pictures", "look"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("to look at: look/hidden-1.png"));
    let path = folder.path().join("look/hidden-1.png");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let sheet = image::open(&path).unwrap();
    assert!(sheet.width() > 2 * sheet.height());
    // The next ones come beside it.
    let output = velum(folder.path(), &["check", "in.jpg", "--pictures", "look", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = document["photos"][0]["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["side_by_side"] == "look/hidden-2.png"));
}

#[test]
fn every_kind_of_finding_is_explained() {
    let folder = folder();
    let output = velum(folder.path(), &["check", "--explain"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("Where it was taken  (place)\n"));
    let output = velum(folder.path(), &["check", "--explain=serial", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["kinds"][0]["kind"], "serial");
    assert_eq!(velum(folder.path(), &["check", "--explain=nonsense"]).status.code(), Some(2));
}
