//! What annotated pictures show.

use super::*;
use proptest::prelude::*;

fn ground(width: u32, height: u32, grey: u8) -> Picture {
    Picture::new(Size { width, height }, vec![grey; (width * height * 3) as usize]).unwrap()
}

fn label(region: [f32; 4], number: Option<u32>, weight: Weight) -> Label {
    let [left, top, right, bottom] = region;
    Label { outline: Region { left, top, right, bottom }.outline(), number, weight }
}

fn grey(picture: &Picture, x: u32, y: u32) -> u8 {
    picture.samples()[((y * picture.size().width + x) * 3) as usize]
}

fn changed(one: &Picture, other: &Picture) -> usize {
    let pairs = one.samples().chunks_exact(3).zip(other.samples().chunks_exact(3));
    pairs.filter(|(one, other)| one != other).count()
}

#[test]
fn copies_have_a_size_that_is_easily_looked_at() {
    for ((width, height), side) in [((4000, 3000), 2048), ((300, 200), 1024), ((1500, 90), 1500)] {
        let size = ground(width, height, 9).annotated(&[]).size();
        assert_eq!(size.width, side);
        assert!(size.height.abs_diff(height * side / width) <= 1, "{size:?}");
    }
    assert_eq!(ground(1, 6000, 9).annotated(&[]).size(), Size { width: 1, height: 2048 });
}

#[test]
fn lines_are_seen_on_any_ground() {
    for level in [0, 18, 90, 128, 200, 255] {
        for weight in [Weight::Strong, Weight::Light, Weight::Suggestion] {
            let place = [300.0, 300.0, 700.0, 600.0];
            let drawn = ground(1024, 1024, level).annotated(&[label(place, None, weight)]);
            // Straight through the upper line, where dashes begin.
            let across: Vec<u8> = (280..301).map(|y| grey(&drawn, 303, y)).collect();
            let (low, high) = (across.iter().min().unwrap(), across.iter().max().unwrap());
            assert!(high - low > 200, "{weight:?} on {level}: {across:?}");
        }
    }
}

#[test]
fn what_is_found_is_not_covered_by_its_line() {
    let plain = ground(1024, 800, 128);
    let place = [300.0, 300.0, 500.0, 500.0];
    let drawn = plain.annotated(&[label(place, None, Weight::Strong)]);
    let within = |picture: &Picture| picture.part(301, 301, Size { width: 198, height: 198 });
    assert_eq!(changed(&within(&drawn), &within(&plain)), 0);
    assert!(changed(&drawn, &plain) > 4 * 200 * 4);
}

#[test]
fn weights_differ_without_their_colours() {
    let plain = ground(1024, 800, 128);
    let count = |weight| {
        let place = [300.0, 300.0, 700.0, 500.0];
        changed(&plain.annotated(&[label(place, None, weight)]), &plain)
    };
    assert!(count(Weight::Strong) * 2 > count(Weight::Light) * 3);
    assert!(count(Weight::Suggestion) * 4 < count(Weight::Light) * 3, "dashes have gaps");
}

#[test]
fn numbers_can_be_told_apart() {
    let drawn = |number| {
        let place = [300.0, 300.0, 500.0, 500.0];
        ground(1024, 800, 128).annotated(&[label(place, Some(number), Weight::Light)])
    };
    let all: Vec<_> = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 19, 91].map(drawn).into();
    for (index, one) in all.iter().enumerate() {
        assert!(all[..index].iter().all(|other| changed(one, other) >= 12), "{index}");
    }
}

#[test]
fn numbers_keep_off_each_other_and_off_what_is_found() {
    let canvas =
        Canvas { size: Size { width: 1024, height: 1024 }, samples: Vec::new(), unit: 1.5 };
    let rows = (0..12_u8).map(|row| f32::from(row) * 40.0 + 100.0);
    let labels: Vec<_> = rows
        .map(|top| label([200.0, top, 800.0, top + 25.0], Some(88), Weight::Light))
        .chain([label([10.0, 10.0, 60.0, 60.0], Some(1), Weight::Strong)])
        .collect();
    let mut plates: Vec<Region> = Vec::new();
    for index in 0..labels.len() {
        let place = canvas.free_place(88, index, &labels, &plates);
        let is_free = |other: &Region| common(&place, other) == 0.0;
        assert!(plates.iter().all(is_free), "{place:?}");
        assert!(labels.iter().all(|label| is_free(&Region::around(&label.outline))), "{place:?}");
        plates.push(place);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn no_place_stops_the_drawing(
        corners in proptest::array::uniform4((any::<f32>(), any::<f32>())),
        near in proptest::array::uniform4((-99.0_f32..199.0, -99.0_f32..199.0)),
        number in any::<u32>(), width in 1_u32..60, height in 1_u32..60,
    ) {
        let labels = [corners, near].map(|corners| Label {
            outline: corners.map(|(x, y)| Point { x, y }),
            number: Some(number),
            weight: if number % 2 == 0 { Weight::Suggestion } else { Weight::Strong },
        });
        let drawn = ground(width, height, 9).annotated(&labels);
        prop_assert_eq!(drawn.size().width.max(drawn.size().height), SIDE_MIN);
    }
}
