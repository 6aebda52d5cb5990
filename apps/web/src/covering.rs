//! Making the covered copy: one worker covers, the others look at the copy again. A copy in which
//! something covered is found again is thrown away.

use leptos::prelude::*;
use web_messages::{Answer, Ask, Cover, Look, Seen, Trouble};
use web_sys::Blob;

use crate::app::App;
use crate::editor::CoveredCopy;
use crate::words::cover::{COVERING, LOOKING_AGAIN};

/// The one colour. Black says plainly that something is covered.
const BLACK: [u8; 3] = [0, 0, 0];

impl App {
    /// Covers what is marked, in a copy.
    pub(crate) fn cover(self) {
        let file = self.looked.with_untracked(|looked| Some(looked.as_ref()?.file.clone()));
        let (Some(file), shapes) = (file, self.editor.shapes()) else { return };
        if shapes.is_empty() {
            return;
        }
        self.editor.let_go();
        let look = if self.editor.soft.get_untracked() { Look::Soft } else { Look::Solid(BLACK) };
        let ask = Ask::Cover(Cover { shapes, look });
        self.ask_about_clip(COVERING, &ask, &file, move |reply| {
            if let (Answer::Covered { media_type, pixels }, Some(blob)) = (reply.answer, reply.blob)
            {
                let places = self.editor.history.with_untracked(|history| history.now().count());
                let copy = CoveredCopy { media_type, blob, places, pixels, looked_again: false };
                self.look_again(copy);
            }
        });
    }

    /// The detectors look at the copy. Where they cannot be had, the copy is there all the same,
    /// and the page says that nobody looked.
    fn look_again(self, copy: CoveredCopy) {
        let shapes = self.editor.shapes();
        let blob = copy.blob.clone();
        self.look_at(LOOKING_AGAIN, blob, shapes, move |found: Result<Vec<Seen>, Trouble>| {
            match found {
                Ok(seen) if seen.iter().any(|seen| seen.shows_through) => {
                    self.trouble.set(Some(Trouble::FoundAgain));
                }
                Ok(_) => self.editor.copy.set(Some(CoveredCopy { looked_again: true, ..copy })),
                Err(_) => self.editor.copy.set(Some(copy)),
            }
        });
    }

    /// The covered copy, if there is one.
    pub(crate) fn covered(self) -> Option<Blob> {
        self.editor.copy.with_untracked(|copy| Some(copy.as_ref()?.blob.clone()))
    }

    /// Whether there is a covered copy.
    pub(crate) fn is_covered(self) -> bool {
        self.editor.copy.with(Option::is_some)
    }
}
