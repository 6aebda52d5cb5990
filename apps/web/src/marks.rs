//! What is to be covered: findings that were chosen and shapes that were drawn, with a way back and
//! forth.

use std::collections::BTreeSet;
use std::sync::Arc;

use web_messages::{Point, Seen, Shape};

/// So many steps can be undone.
const STEPS_MAX: usize = 200;

/// What is to be covered.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Marks {
    /// The findings that were chosen, by their place in the list.
    pub(crate) chosen: BTreeSet<usize>,
    /// What was drawn, the last on top.
    pub(crate) drawn: Vec<Arc<Shape>>,
    /// Everything around people.
    pub(crate) background: Option<Arc<Shape>>,
}

impl Marks {
    /// How many places are to be covered.
    pub(crate) fn count(&self) -> usize {
        self.chosen.len() + self.drawn.len() + usize::from(self.background.is_some())
    }

    /// Everything that is to be covered.
    pub(crate) fn shapes(&self, seen: &[Seen]) -> Vec<Shape> {
        let chosen = self.chosen.iter().filter_map(|index| seen.get(*index));
        let drawn = self.drawn.iter().chain(&self.background).map(|shape| Shape::clone(shape));
        chosen.map(|seen| seen.cover.clone()).chain(drawn).collect()
    }

    /// The drawn shape at a point, the topmost.
    pub(crate) fn drawn_at(&self, at: Point) -> Option<usize> {
        self.drawn.iter().rposition(|shape| shape.holds(at))
    }
}

/// The marks, those before and those that were undone.
#[derive(Default)]
pub(crate) struct History {
    now: Marks,
    before: Vec<Marks>,
    after: Vec<Marks>,
}

impl History {
    pub(crate) fn now(&self) -> &Marks {
        &self.now
    }

    /// Changes the marks, as one step that can be undone. Says whether anything changed.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Marks)) -> bool {
        let before = self.now.clone();
        change(&mut self.now);
        if before == self.now {
            return false;
        }
        if self.before.len() == STEPS_MAX {
            self.before.remove(0);
        }
        self.before.push(before);
        self.after.clear();
        true
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    pub(crate) fn can_redo(&self) -> bool {
        !self.after.is_empty()
    }

    /// Goes one step back.
    pub(crate) fn undo(&mut self) -> bool {
        let Some(before) = self.before.pop() else { return false };
        self.after.push(std::mem::replace(&mut self.now, before));
        true
    }

    /// Goes forth again.
    pub(crate) fn redo(&mut self) -> bool {
        let Some(after) = self.after.pop() else { return false };
        self.before.push(std::mem::replace(&mut self.now, after));
        true
    }

    /// Begins anew with another list of findings; what was drawn stays, and the background.
    pub(crate) fn with_new_findings(&mut self) {
        let now = Marks { chosen: BTreeSet::new(), ..std::mem::take(&mut self.now) };
        *self = Self { now, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web_messages::Region;

    fn square(left: f32) -> Arc<Shape> {
        Arc::new(Shape::Box(Region { left, top: 0.0, right: left + 10.0, bottom: 10.0 }))
    }

    #[test]
    fn each_step_can_be_undone_and_done_again() {
        let mut history = History::default();
        assert!(!history.change(|_| ()), "nothing changed");
        assert!(history.change(|marks| marks.drawn.push(square(0.0))));
        assert!(history.change(|marks| assert!(marks.chosen.insert(3))));
        let whole = history.now().clone();
        assert!(history.undo() && history.now().chosen.is_empty());
        assert!(history.undo() && history.now().count() == 0);
        assert!(!history.undo());
        assert!(history.redo() && history.redo() && !history.redo());
        assert_eq!(*history.now(), whole);
        assert!(history.undo() && history.change(|marks| marks.drawn.clear()));
        assert!(!history.can_redo(), "another way was taken");
    }

    #[test]
    fn the_steps_that_are_kept_have_an_end() {
        let mut history = History::default();
        for step in 0..STEPS_MAX + 50 {
            assert!(history.change(|marks| marks.drawn.push(square(step as f32))));
        }
        let mut undone = 0;
        while history.undo() {
            undone += 1;
        }
        assert_eq!((undone, history.now().count()), (STEPS_MAX, 50));
    }

    #[test]
    fn the_topmost_shape_is_taken() {
        let marks = Marks { drawn: vec![square(0.0), square(5.0)], ..Marks::default() };
        let at = |x: f32| marks.drawn_at(Point { x, y: 5.0 });
        assert_eq!((at(2.0), at(7.0), at(12.0), at(90.0)), (Some(0), Some(1), Some(1), None));
    }

    #[test]
    fn a_new_list_of_findings_keeps_what_was_drawn() {
        let mut history = History::default();
        history.change(|marks| marks.drawn.push(square(0.0)));
        history.change(|marks| marks.background = Some(square(5.0)));
        history.change(|marks| assert!(marks.chosen.insert(0)));
        assert_eq!(history.now().count(), 3);
        history.with_new_findings();
        assert_eq!((history.now().chosen.len(), history.now().drawn.len()), (0, 1));
        assert_eq!(history.now().shapes(&[]).len(), 2);
        assert!(!history.can_undo());
    }
}
