//! From what was found to what is covered, and whether it lies there.

use pixels::{Mask, Outline, Point, Region, Shape};

use crate::finding::{Finding, Kind};

/// A face is told from chin to forehead. The ellipse around that is so much wider and higher, for
/// ears and hair; it holds all of the told region.
const FACE_TIMES: f32 = 1.5;

/// Texts and codes are covered with this part of their height around them, at least two pixels.
const OUTLINE_AROUND: f32 = 0.2;

impl Finding {
    /// What is to be covered so that nothing of it is seen: the finding with a little around it.
    pub fn cover(&self) -> Shape {
        match self.kind {
            Kind::Face => Shape::Ellipse(larger(&self.region)),
            Kind::Text | Kind::Code => wider(&self.outline).into(),
        }
    }

    /// Whether this, found in a copy, is something that was to be covered: more than half of it lies
    /// under what the mask means. A text that cannot be read there is none: dark bars look like lines
    /// of text to detectors, and the cover is such a bar.
    pub fn shows_through(&self, mask: &Mask) -> bool {
        if self.kind == Kind::Text && self.text.is_none() {
            return false;
        }
        let mut place = Mask::none(mask.size());
        place.add(&self.outline.into());
        let all = place.count();
        place.keep(mask);
        place.count() * 2 > all
    }
}

fn larger(region: &Region) -> Region {
    let (x, y) = ((region.left + region.right) / 2.0, (region.top + region.bottom) / 2.0);
    let across = (region.right - region.left) / 2.0 * FACE_TIMES;
    let down = (region.bottom - region.top) / 2.0 * FACE_TIMES;
    Region { left: x - across, top: y - down, right: x + across, bottom: y + down }
}

fn wider(outline: &Outline) -> Outline {
    let [a, b, c, d] = *outline;
    let middle = Point { x: (a.x + c.x) / 2.0, y: (a.y + c.y) / 2.0 };
    let along = Point { x: (b.x - a.x) / 2.0, y: (b.y - a.y) / 2.0 };
    let down = Point { x: (d.x - a.x) / 2.0, y: (d.y - a.y) / 2.0 };
    let height = down.x.hypot(down.y) * 2.0;
    let more = (height * OUTLINE_AROUND).max(2.0);
    let longer = |half: Point| {
        let length = half.x.hypot(half.y).max(0.5);
        Point { x: half.x * (1.0 + more / length), y: half.y * (1.0 + more / length) }
    };
    let (along, down) = (longer(along), longer(down));
    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(u, v)| Point {
        x: middle.x + u * along.x + v * down.x,
        y: middle.y + u * along.y + v * down.y,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixels::Size;

    #[test]
    fn all_of_a_face_lies_under_its_ellipse() {
        let region = Region { left: 100.0, top: 50.0, right: 160.0, bottom: 130.0 };
        let ellipse = larger(&region);
        for corner in region.outline() {
            let x = (corner.x - 130.0) / (ellipse.right - 130.0);
            let y = (corner.y - 90.0) / (ellipse.bottom - 90.0);
            assert!(x * x + y * y < 1.0);
        }
    }

    #[test]
    fn a_bar_is_no_text_that_shows_through() {
        let region = Region { left: 10.0, top: 20.0, right: 110.0, bottom: 40.0 };
        let mut mask = Mask::none(Size { width: 200, height: 100 });
        mask.add(&Shape::Box(Region { right: 80.0, ..region }));
        let found = |kind, text: Option<&str>| Finding {
            kind,
            region,
            outline: region.outline(),
            confidence: 1.0,
            text: text.map(str::to_owned),
            says: Vec::new(),
        };
        assert!(found(Kind::Face, None).shows_through(&mask));
        assert!(found(Kind::Text, Some("Harbour Street")).shows_through(&mask));
        assert!(!found(Kind::Text, None).shows_through(&mask));
        let little = Mask::none(mask.size());
        assert!(!found(Kind::Face, None).shows_through(&little));
    }

    #[test]
    fn a_text_is_covered_with_a_little_around_it() {
        let region = Region { left: 10.0, top: 20.0, right: 110.0, bottom: 40.0 };
        let around = Region::around(&wider(&region.outline()));
        let wanted = Region { left: 6.0, top: 16.0, right: 114.0, bottom: 44.0 };
        assert!(around.overlap(&wanted) > 0.999, "{around:?}");
    }
}
