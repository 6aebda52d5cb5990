//! What is known of the picture itself: its size, what was found in it, and how it is looked at.

use leptos::prelude::*;
use web_messages::{Point, Region, Seen};

/// How far one can zoom in.
const ZOOM_MAX: f32 = 8.0;
const ZOOM_STEP: f32 = 1.5;

/// What is known of one picture. Copied around freely.
#[derive(Clone, Copy)]
pub(crate) struct Sight {
    /// Width and height of the upright picture, in pixels.
    pub(crate) size: RwSignal<(u32, u32)>,
    /// What was found; `None` until somebody looked.
    pub(crate) seen: RwSignal<Option<Vec<Seen>>>,
    /// The finding that is pointed at.
    pub(crate) pointed: RwSignal<Option<usize>>,
    pub(crate) zoom: RwSignal<f32>,
    /// Whether the picture is shown; it is covered until someone presses.
    pub(crate) shown: RwSignal<bool>,
}

impl Sight {
    pub(crate) fn new() -> Self {
        Self {
            size: RwSignal::new((1, 1)),
            seen: RwSignal::new(None),
            pointed: RwSignal::new(None),
            zoom: RwSignal::new(1.0),
            shown: RwSignal::new(false),
        }
    }

    /// Begins anew with another picture.
    pub(crate) fn begin(self, size: (u32, u32)) {
        self.size.set(size);
        self.seen.set(None);
        self.pointed.set(None);
        self.zoom.set(1.0);
        self.shown.set(false);
    }

    /// The faces that were found.
    pub(crate) fn faces(self) -> Vec<Region> {
        self.seen.with(|seen| {
            let faces = seen.iter().flatten().filter(|seen| seen.kind == "face");
            faces.map(|face| Region::around(&face.outline)).collect()
        })
    }

    /// Points at a finding, or no longer at it.
    pub(crate) fn point(self, finding: usize) {
        self.pointed.update(|pointed| {
            *pointed = (*pointed != Some(finding)).then_some(finding);
        });
    }

    pub(crate) fn zoom_in(self) {
        self.zoom.update(|zoom| *zoom = (*zoom * ZOOM_STEP).min(ZOOM_MAX));
    }

    pub(crate) fn zoom_out(self) {
        self.zoom.update(|zoom| *zoom = (*zoom / ZOOM_STEP).max(1.0));
    }

    /// The middle of what is pointed at, as parts of the picture's width and height.
    pub(crate) fn pointed_middle(self) -> Option<(f32, f32)> {
        let outline =
            self.seen.with(|seen| Some(seen.as_ref()?.get(self.pointed.get()?)?.outline))?;
        let (width, height) = self.size.get();
        let sum = |value: fn(&Point) -> f32| outline.iter().map(value).sum::<f32>() / 4.0;
        let x = sum(|corner| corner.x) / width.max(1) as f32;
        Some((x, sum(|corner| corner.y) / height.max(1) as f32))
    }
}
