//! A shape while it is drawn: by pressing, moving and lifting, with a finger, a mouse or the
//! keyboard. Whatever can be dragged can also be pressed corner by corner.

use web_messages::{Point, Region, Shape};

/// A stroke goes on as a new shape after so many points.
const STROKE_POINTS_MAX: usize = 1000;

/// A polygon has at most so many corners.
const CORNERS_MAX: usize = 200;

/// What pressing the picture does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Chooses what was found, or takes what was drawn.
    #[default]
    Choose,
    Brush,
    Box,
    Ellipse,
    Polygon,
}

impl Tool {
    pub(crate) const ALL: [Self; 5] =
        [Self::Choose, Self::Brush, Self::Box, Self::Ellipse, Self::Polygon];
}

/// A shape that is not finished. All lengths are in pixels of the picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    tool: Tool,
    /// Corners, the last of which still follows; of a stroke, its way.
    points: Vec<Point>,
    /// Of a stroke.
    width: f32,
    /// Points this near are the same point to a person.
    near: f32,
}

impl Draft {
    /// Begins a shape; none where nothing is drawn.
    pub(crate) fn begin(tool: Tool, at: Point, width: f32, near: f32) -> Option<Self> {
        let points = match tool {
            Tool::Choose => return None,
            Tool::Brush => vec![at],
            Tool::Box | Tool::Ellipse | Tool::Polygon => vec![at, at],
        };
        Some(Self { tool, points, width, near })
    }

    /// The pointer is somewhere else. A stroke that is long enough is finished, and goes on from
    /// there.
    pub(crate) fn follow(&mut self, at: Point) -> Option<Shape> {
        if self.tool == Tool::Brush {
            return self.stroke_to(at);
        }
        if let Some(last) = self.points.last_mut() {
            *last = at;
        }
        None
    }

    fn stroke_to(&mut self, at: Point) -> Option<Shape> {
        let last = self.points.last().copied().unwrap_or(at);
        // A hand trembles; what it means is the way.
        if distance(last, at) < self.width / 8.0 {
            return None;
        }
        self.points.push(at);
        if self.points.len() < STROKE_POINTS_MAX {
            return None;
        }
        let whole = self.shape();
        self.points = vec![at];
        whole
    }

    /// A press while it is drawn: it sets a corner, or is the last one.
    pub(crate) fn press(&mut self, at: Point) -> Pressed {
        let finished = self.follow(at);
        if self.tool != Tool::Polygon {
            return Pressed::Last(self.shape().or(finished));
        }
        let (corners, _) = self.points.split_at(self.points.len().saturating_sub(1));
        let is_near =
            |corner: Option<&Point>| corner.is_some_and(|it| distance(*it, at) <= self.near);
        let closes = is_near(corners.first()) || is_near(corners.last());
        if (closes && corners.len() >= 3) || corners.len() >= CORNERS_MAX {
            self.points.pop();
            return Pressed::Last(self.shape());
        }
        if !closes {
            self.points.push(at);
        }
        Pressed::Corner
    }

    /// The pointer is lifted. What was dragged is finished; a box that was only pressed waits for
    /// its other corner, a polygon for its next one.
    pub(crate) fn lift(&mut self, at: Point) -> Pressed {
        let finished = self.follow(at);
        let was_dragged = self.points.first().is_some_and(|from| distance(*from, at) > self.near);
        match self.tool {
            Tool::Brush => Pressed::Last(self.shape().or(finished)),
            Tool::Box | Tool::Ellipse if was_dragged => Pressed::Last(self.shape()),
            _ => Pressed::Corner,
        }
    }

    /// The shape as it is now, if it has an area.
    pub(crate) fn shape(&self) -> Option<Shape> {
        let shape = match self.tool {
            Tool::Choose => return None,
            Tool::Brush => Shape::Stroke { points: self.points.clone(), width: self.width },
            Tool::Box => Shape::Box(Region::around(&self.points)),
            Tool::Ellipse => Shape::Ellipse(Region::around(&self.points)),
            Tool::Polygon => Shape::Polygon(self.points.clone()),
        };
        shape.check().is_ok().then_some(shape)
    }

    /// Its corners or its way, to be shown while it has no area yet.
    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(crate) fn is_of(&self, tool: Tool) -> bool {
        self.tool == tool
    }
}

/// What a press or a lift did.
#[derive(Debug, PartialEq)]
pub(crate) enum Pressed {
    /// A corner is set; there is more to come.
    Corner,
    /// It was the last one. No shape if it has no area.
    Last(Option<Shape>),
}

fn distance(one: Point, other: Point) -> f32 {
    (one.x - other.x).hypot(one.y - other.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    fn draft(tool: Tool, from: Point) -> Draft {
        Draft::begin(tool, from, 20.0, 5.0).unwrap()
    }

    const BOX: Shape = Shape::Box(Region { left: 10.0, top: 20.0, right: 110.0, bottom: 70.0 });

    #[test]
    fn a_box_is_dragged_or_pressed_twice() {
        let mut dragged = draft(Tool::Box, at(110.0, 20.0));
        assert_eq!(dragged.follow(at(50.0, 60.0)), None);
        assert_eq!(dragged.lift(at(10.0, 70.0)), Pressed::Last(Some(BOX)));

        let mut pressed = draft(Tool::Box, at(10.0, 20.0));
        assert_eq!(pressed.lift(at(11.0, 20.0)), Pressed::Corner);
        assert_eq!(pressed.follow(at(300.0, 300.0)), None);
        assert_eq!(pressed.press(at(110.0, 70.0)), Pressed::Last(Some(BOX)));
        let mut nothing = draft(Tool::Box, at(10.0, 20.0));
        assert_eq!(nothing.press(at(10.0, 20.0)), Pressed::Last(None), "no area");
    }

    #[test]
    fn a_polygon_ends_where_it_began_or_at_a_corner_pressed_twice() {
        for last in [at(1.0, 2.0), at(50.0, 99.0)] {
            let mut draft = draft(Tool::Polygon, at(0.0, 0.0));
            assert_eq!(draft.lift(at(0.0, 0.0)), Pressed::Corner);
            assert_eq!(draft.press(at(1.0, 1.0)), Pressed::Corner, "the same corner again");
            assert_eq!(draft.press(at(100.0, 0.0)), Pressed::Corner);
            assert_eq!(draft.press(at(50.0, 100.0)), Pressed::Corner);
            let corners = vec![at(0.0, 0.0), at(100.0, 0.0), at(50.0, 100.0)];
            assert_eq!(draft.press(last), Pressed::Last(Some(Shape::Polygon(corners))));
        }
    }

    #[test]
    fn a_stroke_follows_and_a_touch_is_a_dot() {
        let mut touched = draft(Tool::Brush, at(30.0, 30.0));
        let dot = Shape::Stroke { points: vec![at(30.0, 30.0)], width: 20.0 };
        assert_eq!(touched.lift(at(30.5, 30.0)), Pressed::Last(Some(dot)));

        let mut long = draft(Tool::Brush, at(0.0, 0.0));
        let steps = 3 * STROKE_POINTS_MAX;
        let shapes: Vec<_> =
            (1..steps).filter_map(|x| long.follow(at(x as f32 * 3.0, 0.0))).collect();
        assert_eq!(shapes.len(), 3);
        let Pressed::Last(Some(rest)) = long.lift(at(9000.0, 0.0)) else { panic!() };
        // Each part begins where the one before it ends: there is no gap.
        let all: Vec<_> = shapes.into_iter().chain([rest]).map(|shape| shape.bounds()).collect();
        assert!(all.windows(2).all(|pair| pair[1].left < pair[0].right), "{all:?}");
    }

    #[test]
    fn choosing_draws_nothing() {
        assert_eq!(Draft::begin(Tool::Choose, at(0.0, 0.0), 1.0, 1.0), None);
    }
}
