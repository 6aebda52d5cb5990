//! A closer look at what may be a face: cut out with what is around it, and as large as the network
//! likes faces to be.

use pixels::{Picture, Point, Region, Size};

/// How large the face becomes, in pixels.
const FACE: f32 = 96.0;

/// How much is cut out: so many times the longer side of the face.
const AROUND: f32 = 3.0;

/// What the network sees shares at least this with the middle, or it is something else.
const OVERLAP_MIN: f32 = 0.3;

/// What is at this place of a picture, turned to the right by so many quarters, and its mirror image.
pub(super) fn looks(picture: &Picture, at: &Region, quarters: u8) -> impl Iterator<Item = Picture> {
    let around = square(at, AROUND);
    let side = (FACE * AROUND) as u32;
    let (part, mut corners) = cut_out(picture, &around, side);
    corners.rotate_right(usize::from(quarters));
    let [a, b, c, d] = corners;
    [[a, b, c, d], [b, a, d, c]]
        .into_iter()
        .map(move |corners| part.straightened(corners, Size { width: side, height: side }))
}

/// Is what was seen at this place of a closer look what was looked at?
pub(super) fn is_meant(region: &Region) -> bool {
    let side = FACE * AROUND;
    let all = Region { left: 0.0, top: 0.0, right: side, bottom: side };
    region.overlap(&square(&all, 1.0 / AROUND)) >= OVERLAP_MIN
}

/// The square around the middle of a place, so many times as long as the place.
fn square(at: &Region, times: f32) -> Region {
    let half = (at.right - at.left).max(at.bottom - at.top) * times / 2.0;
    let (x, y) = ((at.left + at.right) / 2.0, (at.top + at.bottom) / 2.0);
    Region { left: x - half, top: y - half, right: x + half, bottom: y + half }
}

/// A part of the picture with a square in it, made smaller if the square is longer than `side`, and
/// where the corners of the square are on it.
fn cut_out(picture: &Picture, square: &Region, side: u32) -> (Picture, [Point; 4]) {
    let (left, top) = (square.left.max(0.0).floor(), square.top.max(0.0).floor());
    let part = picture.part(
        left as u32,
        top as u32,
        Size {
            width: (square.right.ceil() - left).max(1.0) as u32,
            height: (square.bottom.ceil() - top).max(1.0) as u32,
        },
    );
    let size = part.size();
    let factor = (side as f32 / (square.right - square.left)).min(1.0);
    let scaled = part.scaled(Size {
        width: (size.width as f32 * factor).round() as u32,
        height: (size.height as f32 * factor).round() as u32,
    });
    let across = scaled.size().width as f32 / size.width as f32;
    let down = scaled.size().height as f32 / size.height as f32;
    let corners = square.moved(-left, -top).scaled(across, down).outline();
    (scaled, corners)
}
