//! Marking what is to be covered: with a finger, a mouse or the keyboard, and always with a way
//! back.

use std::sync::Arc;

use leptos::prelude::*;
use web_messages::{Point, Shape};
use web_sys::Blob;

use crate::draft::{Draft, Pressed, Tool};
use crate::marks::{History, Marks};
use crate::sight::Sight;

/// The brush is so wide at first, in percent of the picture's longer side.
const BRUSH_PERCENT: f32 = 5.0;

/// A copy with everything covered that was marked.
#[derive(Clone)]
pub(crate) struct CoveredCopy {
    pub(crate) media_type: String,
    pub(crate) blob: Blob,
    /// How many places were marked.
    pub(crate) places: usize,
    /// Pixels that are covered.
    pub(crate) pixels: u64,
    /// Whether the detectors looked at it again. If so, they found nothing that was covered.
    pub(crate) looked_again: bool,
}

/// What is marked on one picture, and with what. Copied around freely.
#[derive(Clone, Copy)]
pub(crate) struct Editor {
    sight: Sight,
    pub(crate) history: RwSignal<History>,
    pub(crate) tool: RwSignal<Tool>,
    pub(crate) draft: RwSignal<Option<Draft>>,
    /// Where the keyboard is on the picture.
    pub(crate) cursor: RwSignal<Option<Point>>,
    /// The drawn shape that was taken, to be moved or removed.
    pub(crate) taken: RwSignal<Option<usize>>,
    /// From where to where it is being dragged.
    pub(crate) dragged: RwSignal<Option<(Point, Point)>>,
    /// In percent of the picture's longer side.
    pub(crate) brush: RwSignal<f32>,
    /// Whether the cover is soft rather than of one colour.
    pub(crate) soft: RwSignal<bool>,
    /// The covered copy, until anything is marked otherwise.
    pub(crate) copy: RwSignal<Option<CoveredCopy>, LocalStorage>,
}

impl Editor {
    pub(crate) fn new(sight: Sight) -> Self {
        Self {
            sight,
            history: RwSignal::new(History::default()),
            tool: RwSignal::new(Tool::default()),
            draft: RwSignal::new(None),
            cursor: RwSignal::new(None),
            taken: RwSignal::new(None),
            dragged: RwSignal::new(None),
            brush: RwSignal::new(BRUSH_PERCENT),
            soft: RwSignal::new(false),
            copy: RwSignal::new_local(None),
        }
    }

    /// Begins anew with another picture.
    pub(crate) fn begin(self) {
        self.history.set(History::default());
        self.copy.set(None);
        self.use_tool(Tool::default());
    }

    /// The findings were looked for anew.
    pub(crate) fn with_new_findings(self) {
        self.history.update(History::with_new_findings);
        self.copy.set(None);
        self.let_go();
    }

    pub(crate) fn use_tool(self, tool: Tool) {
        self.tool.set(tool);
        self.cursor.set(None);
        self.let_go();
    }

    /// Drops what is half drawn, and lets go of what was taken.
    pub(crate) fn let_go(self) {
        self.draft.set(None);
        self.taken.set(None);
        self.dragged.set(None);
    }

    /// How many places are marked.
    pub(crate) fn count(self) -> usize {
        self.history.with(|history| history.now().count())
    }

    /// Everything that is marked.
    pub(crate) fn shapes(self) -> Vec<Shape> {
        let seen = self.sight.seen.get_untracked().unwrap_or_default();
        self.history.with_untracked(|history| history.now().shapes(&seen))
    }

    pub(crate) fn is_chosen(self, finding: usize) -> bool {
        self.history.with(|history| history.now().chosen.contains(&finding))
    }

    fn change(self, change: impl FnOnce(&mut Marks)) {
        if self.history.try_update(|history| history.change(change)) == Some(true) {
            self.copy.set(None);
        }
    }

    /// Covers a finding, or no longer.
    pub(crate) fn choose(self, finding: usize) {
        self.change(|marks| {
            if !marks.chosen.remove(&finding) {
                marks.chosen.insert(finding);
            }
        });
    }

    /// Covers everything that was found, or nothing of it.
    pub(crate) fn choose_all(self, is_covered: bool) {
        let count = self.sight.seen.with_untracked(|seen| seen.as_ref().map_or(0, Vec::len));
        self.change(|marks| {
            marks.chosen = if is_covered { (0..count).collect() } else { [].into() }
        });
    }

    pub(crate) fn covers_background(self) -> bool {
        self.history.with(|history| history.now().background.is_some())
    }

    /// Covers what is around people, or no longer.
    pub(crate) fn cover_background(self, background: Option<Shape>) {
        self.change(|marks| marks.background = background.map(Arc::new));
    }

    pub(crate) fn undo(self) {
        self.step(History::undo);
    }

    pub(crate) fn redo(self) {
        self.step(History::redo);
    }

    fn step(self, step: fn(&mut History) -> bool) {
        self.let_go();
        if self.history.try_update(step) == Some(true) {
            self.copy.set(None);
        }
    }

    fn add(self, shape: Option<Shape>) {
        if let Some(shape) = shape {
            self.change(|marks| marks.drawn.push(Arc::new(shape)));
        }
    }

    /// Takes a drawn shape, or lets it go.
    pub(crate) fn take(self, index: Option<usize>) {
        self.taken.set(index);
        self.dragged.set(None);
    }

    /// Removes the shape that was taken.
    pub(crate) fn remove_taken(self) {
        let Some(index) = self.taken.get_untracked() else { return };
        self.take(None);
        self.change(|marks| {
            if index < marks.drawn.len() {
                marks.drawn.remove(index);
            }
        });
    }

    /// Moves the shape that was taken.
    pub(crate) fn move_taken(self, right: f32, down: f32) {
        let Some(index) = self.taken.get_untracked() else { return };
        self.change(|marks| {
            if let Some(shape) = marks.drawn.get_mut(index) {
                *shape = Arc::new(shape.moved(right, down));
            }
        });
    }
}

/// What hands do on the picture. Points are in pixels of it; `near` is how far apart two of them
/// may be and still be one to a person.
impl Editor {
    /// A press: with a tool that draws, it begins a shape or sets its next corner.
    pub(crate) fn press(self, at: Point, near: f32) {
        let tool = self.tool.get_untracked();
        if tool == Tool::Choose {
            return self.choose_at(at);
        }
        match self.draft.try_update(|draft| draft.as_mut().map(|draft| draft.press(at))).flatten() {
            Some(pressed) => self.pressed(pressed),
            None => {
                let (width, height) = self.sight.size.get_untracked();
                let brush = self.brush.get_untracked() / 100.0 * width.max(height) as f32;
                self.draft.set(Draft::begin(tool, at, brush.max(1.0), near));
            }
        }
    }

    /// The pointer, or the keyboard's place, is somewhere else.
    pub(crate) fn follow(self, at: Point) {
        if self.draft.with_untracked(Option::is_some) {
            let whole = self.draft.try_update(|draft| draft.as_mut()?.follow(at)).flatten();
            self.add(whole);
        }
    }

    /// The pointer was lifted.
    pub(crate) fn lift(self, at: Point) {
        let pressed = self.draft.try_update(|draft| draft.as_mut().map(|draft| draft.lift(at)));
        if let Some(pressed) = pressed.flatten() {
            self.pressed(pressed);
        }
    }

    fn pressed(self, pressed: Pressed) {
        if let Pressed::Last(shape) = pressed {
            self.draft.set(None);
            self.add(shape);
        }
    }

    /// Takes the drawn shape there; else covers the finding there, or no longer.
    fn choose_at(self, at: Point) {
        let drawn = self.history.with_untracked(|history| history.now().drawn_at(at));
        if drawn.is_some() {
            return self.take(drawn);
        }
        self.take(None);
        let seen = self.sight.seen.get_untracked().unwrap_or_default();
        // Of several, the smallest: a larger one is easier to meet elsewhere.
        let there = seen.iter().enumerate().filter(|(_, seen)| seen.cover.holds(at));
        let smallest = there.min_by(|one, other| {
            let area = |it: &web_messages::Seen| it.cover.bounds().area();
            area(one.1).total_cmp(&area(other.1))
        });
        if let Some((index, _)) = smallest {
            self.choose(index);
        }
    }

    /// Whether the shape that was taken lies there.
    pub(crate) fn is_taken_at(self, at: Point) -> bool {
        let Some(index) = self.taken.get_untracked() else { return false };
        self.history.with_untracked(|history| {
            history.now().drawn.get(index).is_some_and(|shape| shape.holds(at))
        })
    }

    /// Ends dragging: what was taken lies somewhere else now.
    pub(crate) fn drop_taken(self) {
        if let Some((from, to)) = self.dragged.get_untracked() {
            self.dragged.set(None);
            self.move_taken(to.x - from.x, to.y - from.y);
        }
    }
}
