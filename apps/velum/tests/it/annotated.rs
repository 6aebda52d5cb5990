//! `velum check --picture`: copies with numbers, for people to look at.

use std::os::unix::fs::MetadataExt as _;

use serde_json::{Value as Json, json};

use crate::{folder, text, velum};

const FACE: &[u8] = include_bytes!("../data/drawn-face.png");
const WORDS: &[u8] = include_bytes!("../data/drawn-words.png");

fn samples(path: &std::path::Path) -> image::RgbImage {
    image::open(path).unwrap().into_rgb8()
}

#[test]
fn what_is_found_has_its_number_in_the_copy_and_in_the_words() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("words.png"), WORDS).unwrap();
    let output = velum(folder.path(), &["check", "words.png", "--picture", "seen.png"]);
    assert_eq!(output.status.code(), Some(0), "what everybody sees is not hidden");
    let said = "words.png: nothing hidden found.\n  In the picture: 2 lines of text, 1 code. They \
                are not hidden; cleaning leaves them.\n    1: text with an e-mail address: \
                anna@example.org\n    2: text: Hello World\n    3: code with an address on the web: \
                https://example.org/anna\\n\\u{9b}2J\n  To look at: seen.png.\n  This copy shows \
                what the photo shows; it is for you to look at.\n";
    assert_eq!(text(&output.stdout), said);
    assert_eq!(std::fs::metadata(path("seen.png")).unwrap().mode() & 0o777, 0o600);
    let hidden = velum(folder.path(), &["check", "seen.png", "--only", "hidden"]);
    assert_eq!(text(&hidden.stdout), "seen.png: nothing hidden found.\n");

    // Around the code, and not on it.
    let (copy, photo) = (samples(&path("seen.png")), samples(&path("words.png")));
    assert_eq!(copy.width().max(copy.height()), 1024);
    let output = velum(folder.path(), &["check", "words.png", "--only", "codes", "--json"]);
    let lines: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(lines[0].get("number"), None, "there is no copy with numbers");
    let times = copy.width() as f32 / photo.width() as f32;
    let side = |index: usize| lines[0]["box"][index].as_f64().unwrap() as f32 * times;
    let middle = ((side(0) + side(2)) / 2.0) as u32;
    let column: Vec<u8> =
        (side(1) as u32 - 8..side(1) as u32).map(|y| copy.get_pixel(middle, y).0[2]).collect();
    assert!(
        column.iter().any(|blue| *blue < 30) && column.iter().any(|blue| (40..70).contains(blue)),
        "{column:?}"
    );
}

#[test]
fn dashes_are_explained_and_a_file_that_is_there_is_left_as_it_is() {
    let folder = folder();
    std::fs::write(folder.path().join("face.png"), FACE).unwrap();
    let args = ["check", "face.png", "--only", "faces", "--picture"];
    let output = velum(folder.path(), &[&args[..], &["seen.png"]].concat());
    assert_eq!(output.status.code(), Some(1), "a face is what was looked for");
    assert!(text(&output.stdout).contains("  1: face\n"));
    assert!(text(&output.stdout).contains("To look at: seen.png. Dashes: may be bare skin."));

    std::fs::write(folder.path().join("mine.png"), "mine").unwrap();
    let output = velum(folder.path(), &[&args[..], &["mine.png"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("it was left as it is"));
    assert_eq!(std::fs::read(folder.path().join("mine.png")).unwrap(), b"mine");
}

#[test]
fn copies_of_many_photos_lie_in_a_folder_and_are_not_looked_at_themselves() {
    let folder = folder();
    let photos = folder.path().join("in");
    std::fs::create_dir(&photos).unwrap();
    std::fs::write(photos.join("anna.png"), WORDS).unwrap();
    std::fs::write(photos.join("letter.png"), WORDS).unwrap();
    image::RgbImage::new(40, 30).save(photos.join("plain.png")).unwrap();
    let heic =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/media/tests/data/heif-planted.heic");
    std::fs::copy(heic, photos.join("z.heic")).unwrap();
    let check = || -> Json {
        let output = velum(
            folder.path(),
            &["check", "in", "--picture", "in/look", "--only", "codes", "--json"],
        );
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let document = check();
    let pictures: Vec<_> =
        document["photos"].as_array().unwrap().iter().map(|photo| &photo["picture"]).collect();
    assert_eq!(json!(pictures), json!(["in/look/seen-1.png", "in/look/seen-2.png", null, null]));
    let numbers = document["photos"][1]["visible"].as_array().unwrap().iter();
    assert_eq!(json!(numbers.map(|found| &found["number"]).collect::<Vec<_>>()), json!([1]));

    let again = check();
    assert_eq!(again["summary"]["checked"], 4, "copies are left out");
    assert_eq!(again["photos"][0]["picture"], "in/look/seen-3.png");

    let args = ["check", "in", "--picture", "other", "--only", "codes"];
    let said = text(&velum(folder.path(), &args).stdout);
    assert!(said.contains("There is nothing to draw around, so no copy was written."), "{said}");
    assert!(said.contains("Velum cannot draw this kind of picture."), "{said}");
}

#[test]
fn where_there_is_nothing_to_draw_on_it_is_said_before_anything_is_done() {
    let folder = folder();
    for (args, id) in [
        (["--picture", "seen.png", "--only", "hidden"], "nothing-to-draw"),
        (["--picture", "-", "--only", "faces"], "picture-needs-a-name"),
    ] {
        let output = velum(folder.path(), &[&["check", "in.jpg", "--json"][..], &args].concat());
        assert_eq!(output.status.code(), Some(2));
        let document: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["error"]["id"], id);
    }
    assert!(!folder.path().join("seen.png").exists());
    let output = velum(folder.path(), &["check", "--picture", "seen.png", "--message", "in.jpg"]);
    assert_eq!(output.status.code(), Some(2));
}
