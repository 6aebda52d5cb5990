//! Looking at the picture: one worker draws it, two look at it side by side, one for faces, one for
//! texts and codes. All of them can be ended at any time.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_messages::{Answer, Ask, Seen, Shape, Trouble};
use web_sys::Blob;

use crate::app::App;
use crate::bridge::{Bridge, Reply};
use crate::words::cover::LOOKING_FOR_BACKGROUND;
use crate::words::picture::LOOKING;

/// What each of the two looks for.
const KINDS: [&[&str]; 2] = [&["face"], &["text", "code"]];

/// The one of the two that knows faces, and people.
const FACE_FINDER: usize = 0;

/// The one of the two that reads.
pub(crate) const READER: usize = 1;

fn kinds(index: usize) -> Vec<String> {
    KINDS[index].iter().map(|kind| (*kind).to_owned()).collect()
}

/// Both workers that look, and how far they are.
pub(crate) struct Lookers {
    bridges: [Bridge; 2],
    percents: Rc<RefCell<[u8; 2]>>,
}

impl Lookers {
    pub(crate) fn new(progress: RwSignal<Option<u8>>) -> Self {
        let percents = Rc::new(RefCell::new([0; 2]));
        let bridge = |index: usize| {
            let percents = Rc::clone(&percents);
            Bridge::new("/vision.js", move |percent| {
                percents.borrow_mut()[index] = percent;
                let sum: u32 = percents.borrow().iter().copied().map(u32::from).sum();
                progress.set(Some((sum / KINDS.len() as u32) as u8));
            })
        };
        let bridges = [bridge(0), bridge(1)];
        Self { bridges, percents }
    }

    /// One of the two.
    pub(crate) fn bridge(&self, index: usize) -> Bridge {
        self.bridges[index].clone()
    }

    /// They load their detectors while the picture is being drawn. What goes wrong is told when they
    /// are asked to look.
    fn prepare(&self) {
        for (index, bridge) in self.bridges.iter().enumerate() {
            bridge.ask(&Ask::Prepare { kinds: kinds(index) }, &JsValue::NULL, |_| ());
        }
    }

    pub(crate) fn stop(&self) {
        for bridge in &self.bridges {
            drop(bridge.stop());
        }
    }
}

/// What came back by now.
#[derive(Default)]
struct Found {
    answers: [Option<Vec<Seen>>; 2],
    trouble: Option<Trouble>,
}

impl App {
    /// Looks at the photo that was checked; what is found goes to the editor.
    pub(crate) fn look_at_picture(self) {
        let file = self.looked.with_untracked(|looked| Some(looked.as_ref()?.file.clone()));
        let Some(file) = file else { return };
        self.look_at(LOOKING, file.into(), Vec::new(), move |found| match found {
            Ok(seen) => {
                self.sight.seen.set(Some(seen));
                self.editor.with_new_findings();
            }
            Err(trouble) => self.trouble.set(Some(trouble)),
        });
    }

    /// Looks at a picture, of which `under` is covered; `then` gets what was found, or why nothing
    /// was.
    pub(crate) fn look_at(
        self,
        doing: &'static str,
        picture: Blob,
        under: Vec<Shape>,
        then: impl FnOnce(Result<Vec<Seen>, Trouble>) + 'static,
    ) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.begin(doing);
        self.lookers.with_value(Lookers::prepare);
        self.draw(picture, move |drawn| match drawn {
            Ok((size, picture)) => self.find(size, picture, under, then),
            Err(trouble) => self.stop_looking(trouble, then),
        });
    }

    /// Draws a picture for the workers that look: `then` gets its samples and their size, or no
    /// size and the file itself, for the browser to draw.
    fn draw(
        self,
        picture: Blob,
        then: impl FnOnce(Result<(Option<(u32, u32)>, Blob), Trouble>) + 'static,
    ) {
        self.progress.set(Some(0));
        let drawer = self.clips.with_value(Clone::clone);
        let worker = drawer.clone();
        drawer.ask(&Ask::Draw, &JsValue::from(picture.clone()), move |reply| {
            // A worker cannot be ended while it is heard: right after.
            leptos::task::spawn_local(async move { drop(worker.stop()) });
            then(match (reply.answer, reply.blob) {
                (Answer::Drawn { size }, Some(samples)) => Ok((Some(size), samples)),
                // The browser knows some kinds of pictures that Velum does not.
                (Answer::Trouble(Trouble::CannotDraw), _) => Ok((None, picture)),
                (Answer::Trouble(trouble), _) => Err(trouble),
                _ => Err(Trouble::Bug),
            });
        });
    }

    /// Looks for what is around the people in the photo that was checked; it is covered then.
    pub(crate) fn find_background(self) {
        let file = self.looked.with_untracked(|looked| Some(looked.as_ref()?.file.clone()));
        let Some(file) = file.filter(|_| self.busy.get_untracked().is_none()) else { return };
        let faces = self.sight.faces();
        self.begin(LOOKING_FOR_BACKGROUND);
        self.draw(file.into(), move |drawn| {
            let (size, picture) = match drawn {
                Ok(drawn) => drawn,
                Err(trouble) => {
                    self.end_progress();
                    return self.tell(trouble);
                }
            };
            let looker = self.lookers.with_value(|lookers| {
                *lookers.percents.borrow_mut() = [0, 100];
                lookers.bridge(FACE_FINDER)
            });
            let ask = Ask::People { size, faces };
            looker.ask(&ask, &JsValue::from(picture), move |reply| {
                self.end_progress();
                match reply.answer {
                    Answer::Around { background: Some(background) } => {
                        self.editor.cover_background(Some(background));
                    }
                    Answer::Around { background: None } => self.tell(Trouble::NobodyFound),
                    Answer::Trouble(trouble) => self.tell(trouble),
                    _ => self.tell(Trouble::Bug),
                }
            });
        });
    }

    fn tell(self, trouble: Trouble) {
        self.trouble.set(Some(trouble));
    }

    fn find(
        self,
        size: Option<(u32, u32)>,
        picture: Blob,
        under: Vec<Shape>,
        then: impl FnOnce(Result<Vec<Seen>, Trouble>) + 'static,
    ) {
        let found = Rc::new(RefCell::new(Found::default()));
        let then = Rc::new(RefCell::new(Some(then)));
        let bridges = self.lookers.with_value(|lookers| {
            *lookers.percents.borrow_mut() = [0; 2];
            lookers.bridges.clone()
        });
        for (index, bridge) in bridges.into_iter().enumerate() {
            let (found, then) = (Rc::clone(&found), Rc::clone(&then));
            let ask = Ask::Find { size, kinds: kinds(index), under: under.clone() };
            bridge.ask(&ask, &JsValue::from(picture.clone()), move |reply| {
                found.borrow_mut().take(index, reply);
                let Some(all) = found.borrow().all() else { return };
                // Once is enough.
                let Some(then) = then.borrow_mut().take() else { return };
                match all {
                    Ok(seen) => {
                        self.end_progress();
                        then(Ok(seen));
                    }
                    Err(trouble) => self.stop_looking(trouble, then),
                }
            });
        }
    }

    /// Ends both, and says why.
    fn stop_looking(self, trouble: Trouble, then: impl FnOnce(Result<Vec<Seen>, Trouble>)) {
        let lookers = self.lookers;
        leptos::task::spawn_local(async move { lookers.with_value(Lookers::stop) });
        self.end_progress();
        then(Err(trouble));
    }

    fn end_progress(self) {
        self.busy.set(None);
        self.progress.set(None);
    }
}

impl Found {
    fn take(&mut self, index: usize, reply: Reply) {
        match reply.answer {
            Answer::Seen { findings, .. } => self.answers[index] = Some(findings),
            Answer::Trouble(trouble) => self.trouble = Some(trouble),
            _ => self.trouble = Some(Trouble::Bug),
        }
    }

    /// Everything, once both have answered; what went wrong, at once.
    fn all(&self) -> Option<Result<Vec<Seen>, Trouble>> {
        if let Some(trouble) = &self.trouble {
            return Some(Err(trouble.clone()));
        }
        let [faces, rest] = &self.answers;
        Some(Ok([faces.as_ref()?.clone(), rest.as_ref()?.clone()].concat()))
    }
}
