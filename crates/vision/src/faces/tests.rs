//! Faces: what must hold whatever the network says. How many faces it finds is measured on photos.

use super::*;

mod drawn;

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
fn one_box_a_face_stays() {
    let face = |left: f32, confidence: f32| Face {
        region: Region { left, top: 0.0, right: left + 10.0, bottom: 10.0 },
        confidence,
    };
    let kept = distinct(vec![face(1.0, 0.7), face(0.0, 0.9), face(40.0, 0.8)]);
    assert_eq!(kept, [face(0.0, 0.9), face(40.0, 0.8)]);
}

#[test]
fn small_pictures_are_enlarged_twice_and_large_ones_are_not() {
    let sides = |width, height| -> Vec<u32> {
        sizes(Size { width, height }).iter().map(|size| size.width).collect()
    };
    assert_eq!(sides(4000, 3000), [320, 640, 1280]);
    assert_eq!(sides(1200, 900), [320, 640, 1280]);
    assert_eq!(sides(1000, 800), [320, 640, 1280, 2000]);
    assert_eq!(sides(500, 400), [320, 640, 1000]);
    assert_eq!(sides(100, 60), [200]);
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
