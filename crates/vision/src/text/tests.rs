//! Texts: what must hold whatever the networks say. How many texts they find and read is measured.

use super::*;
use crate::tests::drawn::{ground, with_text};
use crate::tests::networks::compare;
use pixels::Region;

fn finder() -> TextFinder {
    let lines = include_bytes!("../../../../models/text-lines.onnx").to_vec();
    let reading = include_bytes!("../../../../models/text-reading.onnx").to_vec();
    TextFinder::load(lines, reading).unwrap()
}

fn found(picture: &Picture) -> Vec<TextLine> {
    finder().find(picture, &mut Watch::nobody()).unwrap()
}

/// Letters alone, whatever their case: blanks between words may be read or not.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}

fn assert_reads(picture: &Picture, texts: &[&str]) {
    let found = found(picture);
    let mut read: Vec<_> = found.iter().filter_map(|line| line.text.as_deref()).collect();
    let mut wanted: Vec<_> = texts.iter().map(|text| letters(text)).collect();
    read.sort_unstable_by_key(|text| letters(text));
    wanted.sort_unstable();
    assert_eq!(read.iter().map(|text| letters(text)).collect::<Vec<_>>(), wanted);
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let finder = finder();
    for (width, height) in [(1, 1), (33, 7), (300, 200), (2000, 40)] {
        let found = finder.find(&ground(width, height, 128), &mut Watch::nobody()).unwrap();
        assert!(found.is_empty());
    }
}

#[test]
fn texts_of_many_sizes_are_found_and_read() {
    let picture = ground(700, 420, 235);
    let (picture, _) = with_text(&picture, "Grüße aus Köln", (300.0, 90.0), 60.0, 0.0);
    let (picture, _) = with_text(&picture, "anna@example.org", (350.0, 220.0), 36.0, 0.0);
    let (picture, _) = with_text(&picture, "0171 2345678", (200.0, 330.0), 18.0, 0.0);
    assert_reads(&picture, &["Grüße aus Köln", "anna@example.org", "0171 2345678"]);
}

#[test]
fn turned_texts_are_found_where_they_are_and_read_from_their_beginning() {
    for degrees in [0.0, 20.0, 45.0, 70.0, 90.0, 135.0, 180.0, 200.0, 270.0, 315.0] {
        let picture = ground(420, 420, 235);
        let (picture, corners) =
            with_text(&picture, "Ringstraße 12b", (210.0, 200.0), 36.0, degrees);
        let found = found(&picture);
        let [line] = found.as_slice() else { panic!("{degrees}: {} lines", found.len()) };
        assert_eq!(line.text.as_deref().map(letters), Some(letters("Ringstraße 12b")), "{degrees}");
        let same = Region::around(&line.outline).overlap(&Region::around(&corners));
        assert!(same > 0.6, "{degrees}: {same}");
        let from_start = line.outline[0];
        let off = (from_start.x - corners[0].x).hypot(from_start.y - corners[0].y);
        assert!(off < 36.0, "{degrees}: {off}");
    }
}

#[test]
fn text_in_a_panorama_is_found_once() {
    let picture = ground(3000, 240, 235);
    let (picture, _) = with_text(&picture, "Conference", (1490.0, 120.0), 40.0, 0.0);
    let (picture, _) = with_text(&picture, "Gate 52", (2900.0, 60.0), 30.0, 0.0);
    assert_reads(&picture, &["Conference", "Gate 52"]);
}

#[test]
fn what_cannot_be_read_is_told_all_the_same() {
    // Letters of which only the lower half is left.
    let (picture, corners) =
        with_text(&ground(500, 120, 235), "birmingham", (250.0, 60.0), 60.0, 0.0);
    let cover = ground(500, 34, 235);
    let half = Region { left: 0.0, top: 30.0, right: 500.0, bottom: 58.0 };
    let picture = crate::tests::drawn::paste(&picture, &cover, &half.outline());
    let found = found(&picture);
    let all = Region::around(&corners);
    assert!(found.iter().any(|line| Region::around(&line.outline).overlap(&all) > 0.2));
    assert!(found.iter().all(|line| line.text.as_deref() != Some("birmingham")));
}

#[test]
fn other_weights_are_refused() {
    let lines = include_bytes!("../../../../models/text-lines.onnx").to_vec();
    let mut reading = include_bytes!("../../../../models/text-reading.onnx").to_vec();
    reading[1000] ^= 1;
    let loaded = TextFinder::load(lines, reading).err();
    assert_eq!(loaded, Some(Error::WrongModel { file: "text-reading.onnx" }));
}

#[test]
fn the_layers_run_here_give_what_rten_gives() {
    let model = include_bytes!("../../../../models/text-lines.onnx");
    for (height, width) in [(32, 64), (96, 160), (224, 320)] {
        let shape = [1, 3, height, width];
        compare(model, &WEIGHTS, &OPERATORS, &layers::LAYERS, ["fetch_name_0"], shape, 1.0);
    }
}
