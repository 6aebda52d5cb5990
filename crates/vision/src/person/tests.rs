//! People: what must hold whatever the network says, and that it says something. How well it tells
//! people from what is around them is measured on photos.

use super::*;
use crate::tests::people::{self, Face};

const SIZE: Size = Size { width: 240, height: 200 };

fn finder() -> PersonFinder {
    PersonFinder::load(include_bytes!("../../../../models/selfie.onnx").to_vec()).unwrap()
}

fn mask(picture: &Picture, faces: &[Region]) -> Option<Mask> {
    finder().mask(picture, faces, |_| ControlFlow::Continue(())).unwrap()
}

fn flat(width: u32, height: u32) -> Picture {
    Picture::new(Size { width, height }, vec![128; (width * height * 3) as usize]).unwrap()
}

/// Pixels of a mask that lie on someone, and those that lie more than `by` pixels beside everyone.
fn on_and_beside(mask: &Mask, faces: &[Face], by: u32) -> (u64, u64) {
    let is_on =
        |x: u32, y: u32| faces.iter().any(|face| face.holds(x as f32 + 0.5, y as f32 + 0.5));
    let someone = Mask::from_fn(mask.size(), is_on);
    let (mut on, mut beside) = (mask.clone(), mask.clone());
    on.keep(&someone);
    beside.keep(&someone.grown(by).inverted());
    (on.count(), beside.count())
}

#[test]
fn nobody_is_where_nothing_is() {
    for (width, height) in [(1, 1), (33, 7), (640, 480), (2000, 40)] {
        assert_eq!(mask(&flat(width, height), &[]), None);
    }
}

#[test]
fn someone_is_told_from_rooms_of_all_kinds_and_no_room_stays() {
    let face = Face { x: 115.0, y: 85.0, width: 60.0 };
    let rooms: [fn(f32, f32) -> people::Colour; 4] = [
        |_, _| [120.0, 140.0, 160.0],
        |x, y| [90.0 + y / 2.0, 120.0 + x / 4.0, 100.0],
        |x, _| {
            if (x as u32 / 20).is_multiple_of(2) {
                [150.0, 60.0, 50.0]
            } else {
                [220.0, 215.0, 200.0]
            }
        },
        |x, y| {
            if (x as u32 / 15 + y as u32 / 15).is_multiple_of(2) {
                [70.0, 90.0, 60.0]
            } else {
                [30.0, 40.0, 90.0]
            }
        },
    ];
    let all = Mask::from_fn(SIZE, |x, y| face.holds(x as f32 + 0.5, y as f32 + 0.5)).count();
    for (index, room) in rooms.into_iter().enumerate() {
        let picture = people::in_front(SIZE, &[face], room);
        let mask = mask(&picture, &[face.region()]).unwrap();
        let (on, beside) = on_and_beside(&mask, &[face], 1);
        assert!(on * 100 > all * 80, "{index}: {on} of {all}");
        assert!(beside * 1000 <= all, "{index}: {beside} beside {all}");
    }
}

#[test]
fn who_has_no_face_given_is_background() {
    let [one, other] = [65.0, 180.0].map(|x| Face { x, y: 90.0, width: 40.0 });
    let picture = people::picture(SIZE, &[one, other]);
    let both = mask(&picture, &[one.region(), other.region()]).unwrap();
    let alone = mask(&picture, &[one.region()]).unwrap();
    let on = |mask: &Mask, face: Face| on_and_beside(mask, &[face], 0).0;
    assert!(on(&both, one) > 1250 && on(&both, other) > 1250);
    assert!(on(&alone, one) > 1250);
    assert_eq!(on(&alone, other), 0);
}

#[test]
fn without_a_face_what_stands_in_front_is_meant() {
    let face = Face { x: 115.0, y: 85.0, width: 60.0 };
    let mask = mask(&people::picture(SIZE, &[face]), &[]).unwrap();
    let (on, beside) = on_and_beside(&mask, &[face], 1);
    assert!(on > 7500 && beside < 25, "{on} {beside}");
}

#[test]
fn faces_that_are_none_do_no_harm() {
    let region = |left: f32, top: f32, right: f32, bottom: f32| Region { left, top, right, bottom };
    let none = [
        region(f32::NAN, 0.0, 5.0, 5.0),
        region(0.0, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY),
        region(900.0, 900.0, 950.0, 950.0),
        region(9.0, 9.0, 3.0, 3.0),
        region(-1e30, -1e30, 1e30, 1e30),
        region(20.0, 20.0, 20.5, 20.5),
    ];
    for face in none {
        assert_eq!(mask(&flat(60, 40), &[face]), None);
    }
}

#[test]
fn every_step_is_told_and_it_stops_when_told_to() {
    let faces = [people::Face { x: 30.0, y: 30.0, width: 20.0 }.region(); 40];
    let mut told = Vec::new();
    let found = finder().mask(&flat(200, 100), &faces, |steps| {
        told.push(steps);
        ControlFlow::Continue(())
    });
    assert_eq!(found, Ok(None));
    // One look at all of it, and two for each of so many faces.
    let of = 1 + 2 * FACES_MAX as u32;
    assert_eq!(told, (0..of).map(|done| Steps { done, of }).collect::<Vec<_>>());
    let found = finder().mask(&flat(200, 100), &faces, |steps| match steps.done {
        3 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(found, Err(Error::Cancelled));
}

#[test]
fn bare_skin_is_told_on_people_and_beside_their_faces() {
    let face = Face { x: 115.0, y: 75.0, width: 60.0 };
    let picture = people::picture(SIZE, &[face]);
    let tell = |_| ControlFlow::Continue(());
    let places = finder().skin(&picture, &[face.region()], tell).unwrap();
    // Her neck; what is in front of it has another colour.
    let neck = Region { left: 99.0, top: 118.0, right: 131.0, bottom: 150.0 };
    assert!(places.iter().any(|place| place.overlap(&neck) > 0.4), "{places:?}");
    assert!(places.iter().all(|place| place.area() < 45.0 * 55.0), "{places:?}");
    assert_eq!(finder().skin(&picture, &[], tell), Ok(Vec::new()));
    let stopped = finder().skin(&picture, &[face.region()], |_| ControlFlow::Break(()));
    assert_eq!(stopped, Err(Error::Cancelled));
}
