//! Faces: what must hold whatever the network says. How many faces it finds is measured on photos.

use super::*;

use crate::tests::networks::compare;
use crate::tests::people as drawn;

fn finder() -> FaceFinder {
    FaceFinder::load(include_bytes!("../../../../models/faces.onnx").to_vec()).unwrap()
}

fn flat(width: u32, height: u32) -> Picture {
    Picture::new(Size { width, height }, vec![128; (width * height * 3) as usize]).unwrap()
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let finder = finder();
    for (width, height) in [(1, 1), (33, 7), (640, 480), (2000, 40)] {
        assert_eq!(finder.find(&flat(width, height)), Ok(Vec::new()));
    }
}

#[test]
fn one_box_a_face_stays_the_one_that_is_surest_for_its_turn() {
    let candidate = |left: f32, confidence: f32, quarters: u8| {
        let region = Region { left, top: 0.0, right: left + 10.0, bottom: 10.0 };
        Candidate { face: Face { region, confidence }, quarters }
    };
    let all = vec![candidate(1.0, 0.78, 1), candidate(0.0, 0.76, 0), candidate(40.0, 0.9, 3)];
    let kept = distinct(all);
    let kept: Vec<_> = kept.iter().map(|kept| (kept.face.region.left, kept.quarters)).collect();
    assert_eq!(kept, [(40.0, 3), (0.0, 0)]);
}

#[test]
fn places_seen_in_a_turned_picture_are_told_upright() {
    let size = Size { width: 400, height: 200 };
    let seen = Region { left: 10.0, top: 20.0, right: 30.0, bottom: 50.0 };
    // Half as large: 200 by 100, and turned to the right: 100 by 200.
    let turned = Size { width: 100, height: 200 };
    let there = upright(&seen, turned, 1, size).unwrap();
    assert_eq!(there, Region { left: 40.0, top: 140.0, right: 100.0, bottom: 180.0 });
    let there = upright(&seen, turned, 3, size).unwrap();
    assert_eq!(there, Region { left: 300.0, top: 20.0, right: 360.0, bottom: 60.0 });
    let tiny = Region { left: 1.0, top: 1.0, right: 3.0, bottom: 9.0 };
    assert_eq!(upright(&tiny, turned, 1, size), None);
}

/// A closer look at a drawn face of any size and turn sees it; beside it, it sees none.
#[test]
fn a_closer_look_sees_what_is_there() {
    let finder = finder();
    for width in [20.0, 90.0, 400.0] {
        let face = drawn::Face { x: 520.0, y: 480.0, width };
        let picture = wall(1100, 1000, &[face]);
        let turned = picture.turned_right();
        let look = |picture: &Picture, region: Region, quarters: u8| {
            let face = Face { region, confidence: 0.5 };
            finder.look_closer(picture, &Candidate { face, quarters }).unwrap()
        };
        let region = face.region();
        assert!(look(&picture, region, 0) >= CONFIDENCE_MIN, "{width}");
        let back = region.turned_back(1100).turned_back(1000).turned_back(1100);
        assert!(look(&turned, back, 3) >= CONFIDENCE_MIN, "{width}");
        assert!(look(&picture, region.moved(1.6 * width, 0.0), 0) < 0.5, "{width}");
    }
}

#[test]
fn small_pictures_are_enlarged_twice_and_large_ones_are_not() {
    let sides = |width, height, turn: u8| -> Vec<u32> {
        let looks = looks(Size { width, height }).into_iter();
        looks.filter(|(_, turns)| turns.contains(&turn)).map(|(size, _)| size.width).collect()
    };
    assert_eq!(sides(4000, 3000, 0), [320, 640, 1280]);
    assert_eq!(sides(1000, 800, 0), [320, 640, 1280, 2000]);
    assert_eq!(sides(500, 400, 0), [320, 640, 1000]);
    assert_eq!(sides(100, 60, 0), [200]);
    assert_eq!(sides(4000, 3000, 1), [320, 960]);
    assert_eq!(sides(500, 400, 3), [320, 960]);
    assert_eq!(sides(300, 200, 3), [320, 600]);
    assert_eq!(sides(100, 60, 1), [200]);
}

/// Draws faces on a wall.
fn wall(width: u32, height: u32, faces: &[drawn::Face]) -> Picture {
    drawn::picture(Size { width, height }, faces)
}

fn assert_found(picture: &Picture, faces: &[drawn::Face]) {
    let found = finder().find(picture).unwrap();
    assert_eq!(found.len(), faces.len(), "{found:?}");
    for face in faces {
        let best =
            found.iter().map(|found| found.region.overlap(&face.region())).fold(0.0, f32::max);
        assert!(best > 0.5, "{face:?}: {found:?}");
    }
}

#[test]
fn faces_of_many_sizes_are_found_where_they_are() {
    let faces = [
        drawn::Face { x: 300.0, y: 340.0, width: 320.0 },
        drawn::Face { x: 700.0, y: 200.0, width: 60.0 },
        drawn::Face { x: 820.0, y: 560.0, width: 24.0 },
    ];
    assert_found(&wall(960, 720, &faces), &faces);
}

#[test]
fn lying_faces_are_found() {
    let mut face = drawn::Face { x: 150.0, y: 130.0, width: 90.0 };
    let mut picture = wall(400, 300, &[face]);
    for quarters in 1..=3 {
        let Size { height, .. } = picture.size();
        picture = picture.turned_right();
        (face.x, face.y) = (height as f32 - face.y, face.x);
        if quarters == 2 {
            // Upside down, the network knows real faces better than drawn ones.
            continue;
        }
        let found = finder().find(&picture).unwrap();
        let at = |found: &Face| {
            let region = found.region;
            let middle = ((region.left + region.right) / 2.0, (region.top + region.bottom) / 2.0);
            (middle.0 - face.x).hypot(middle.1 - face.y) < face.width / 3.0
        };
        assert!(matches!(found.as_slice(), [only] if at(only)), "{found:?}");
    }
}

#[test]
fn faces_in_a_panorama_are_found() {
    let faces = [
        drawn::Face { x: 60.0, y: 90.0, width: 50.0 },
        drawn::Face { x: 2500.0, y: 110.0, width: 40.0 },
    ];
    assert_found(&wall(3000, 200, &faces), &faces);
}

#[test]
fn the_layers_run_here_give_what_rten_gives() {
    let model = include_bytes!("../../../../models/faces.onnx");
    for (height, width) in [(32, 32), (96, 160), (224, 320)] {
        let shape = [1, 3, height, width];
        compare(model, &WEIGHTS, &OPERATORS, &layers::LAYERS, OUTPUTS, shape, 255.0);
    }
}
