//! What the page knows, and which screen is shown.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_messages::{Answer, Ask, Checked, Likeness, Offer, Shelf, Trouble, VaultState};
use web_sys::File;

use crate::bridge::{Bridge, Reply};
use crate::editor::Editor;
use crate::keys::Keys;
use crate::look::Lookers;
use crate::object_url::ObjectUrl;
use crate::sight::Sight;

/// The screens, one file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// Adults only.
    Gate,
    /// Choose a photo.
    Start,
    /// What the photo gives away.
    Check,
    /// What the picture itself shows.
    Picture,
    /// Under which terms to share it.
    Terms,
    /// The link to hand over.
    Link,
    /// What was sent and received.
    Photos,
    /// The terms someone else offers.
    Invitation,
    /// A photo, for a moment.
    Viewing,
    /// What opens the vault, and backups.
    Keys,
}

/// The photo or clip that is being checked, as far as the page shows it.
pub(crate) struct Looked {
    pub(crate) checked: Checked,
    pub(crate) file: File,
    pub(crate) preview: Option<ObjectUrl>,
    /// Pictures inside the file that show something else than it does.
    pub(crate) hidden: Vec<Hidden>,
}

/// A picture or short clip inside the file.
pub(crate) struct Hidden {
    /// The stable name of its kind.
    pub(crate) kind: String,
    /// What it is, such as `image/jpeg`.
    pub(crate) media_type: String,
    pub(crate) likeness: Likeness,
    pub(crate) url: ObjectUrl,
}

/// A link that was made.
#[derive(Clone)]
pub(crate) struct MadeLink {
    pub(crate) link: String,
    pub(crate) person: String,
    /// Exactly what both sign.
    pub(crate) words: String,
}

/// A photo that is open, or was until a moment ago.
pub(crate) struct Opened {
    pub(crate) share: String,
    pub(crate) picture: Option<ObjectUrl>,
    pub(crate) views_left: u32,
}

/// What the page knows. Copied around freely; the values live as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct App {
    bridge: StoredValue<Bridge, LocalStorage>,
    /// A worker for one clip at a time, without keys: it can be ended when someone changes their
    /// mind.
    pub(crate) clips: StoredValue<Bridge, LocalStorage>,
    /// The workers that look at pictures; they hold nothing but detectors.
    pub(crate) lookers: StoredValue<Lookers, LocalStorage>,
    pub(crate) sight: Sight,
    pub(crate) editor: Editor,
    pub(crate) keys: Keys,
    pub(crate) screen: RwSignal<Screen>,
    pub(crate) busy: RwSignal<Option<&'static str>>,
    /// How far work on a clip, or looking at a picture, is, of a hundred.
    pub(crate) progress: RwSignal<Option<u8>>,
    /// Such work was stopped a moment ago.
    pub(crate) stopped: RwSignal<bool>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) looked: RwSignal<Option<Looked>, LocalStorage>,
    pub(crate) vault: RwSignal<Option<VaultState>>,
    pub(crate) made_link: RwSignal<Option<MadeLink>>,
    /// The link someone came with, until it was answered.
    pub(crate) arrival: RwSignal<Option<String>>,
    pub(crate) offer: RwSignal<Option<Offer>>,
    pub(crate) shelf: RwSignal<Shelf>,
    pub(crate) opened: RwSignal<Option<Opened>, LocalStorage>,
}

impl App {
    pub(crate) fn new(arrival: Option<String>) -> Self {
        let progress = RwSignal::new(None);
        let sight = Sight::new();
        let bridge = || Bridge::new("/worker.js", move |percent| progress.set(Some(percent)));
        Self {
            bridge: StoredValue::new_local(bridge()),
            clips: StoredValue::new_local(bridge()),
            lookers: StoredValue::new_local(Lookers::new(progress)),
            sight,
            editor: Editor::new(sight),
            keys: Keys::new(),
            screen: RwSignal::new(Screen::Gate),
            busy: RwSignal::new(None),
            progress,
            stopped: RwSignal::new(false),
            trouble: RwSignal::new(None),
            looked: RwSignal::new_local(None),
            vault: RwSignal::new(None),
            made_link: RwSignal::new(None),
            arrival: RwSignal::new(arrival),
            offer: RwSignal::new(None),
            shelf: RwSignal::new(Shelf::default()),
            opened: RwSignal::new_local(None),
        }
    }

    /// The app the current screen belongs to.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Asks the worker. While it works `doing` is shown and read out; what goes wrong is shown,
    /// what goes right is given to `then`.
    pub(crate) fn ask(
        self,
        doing: &'static str,
        ask: &Ask,
        payload: &JsValue,
        then: impl FnOnce(Reply) + 'static,
    ) {
        // One thing at a time: a button pressed twice quickly is pressed once.
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.begin(doing);
        self.ask_quietly(ask, payload, move |reply| {
            self.busy.set(None);
            match reply.answer {
                Answer::Trouble(trouble) => self.meet(trouble),
                _ => then(reply),
            }
        });
    }

    pub(crate) fn begin(self, doing: &'static str) {
        self.trouble.set(None);
        self.stopped.set(false);
        self.busy.set(Some(doing));
    }

    /// Asks a worker of its own about a clip, or to cover parts of a photo, shows how far it is, and ends it after.
    pub(crate) fn ask_about_clip(
        self,
        doing: &'static str,
        ask: &Ask,
        file: &File,
        then: impl FnOnce(Reply) + 'static,
    ) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.begin(doing);
        self.progress.set(Some(0));
        let clips = self.clips.with_value(Clone::clone);
        let worker = clips.clone();
        clips.ask(ask, file, move |reply| {
            // A worker cannot be ended while it is heard: right after, and before it is asked again.
            leptos::task::spawn_local(async move {
                drop(worker.stop());
                self.busy.set(None);
                self.progress.set(None);
                match reply.answer {
                    // Nothing but this clip was there.
                    Answer::Trouble(trouble) => self.trouble.set(Some(trouble)),
                    _ => then(reply),
                }
            });
        });
    }

    /// Stops work on a clip, or looking at a picture. What was made of a copy is gone.
    pub(crate) fn stop(self) {
        if self.progress.get_untracked().is_some() {
            drop(self.clips.with_value(Clone::clone).stop());
            self.lookers.with_value(Lookers::stop);
            self.progress.set(None);
            self.busy.set(None);
            self.stopped.set(true);
        }
    }

    /// Asks the worker without showing that it works.
    pub(crate) fn ask_quietly(
        self,
        ask: &Ask,
        payload: &JsValue,
        then: impl FnOnce(Reply) + 'static,
    ) {
        self.bridge.with_value(Clone::clone).ask(ask, payload, then);
    }

    /// Shows what went wrong, and accepts what it means.
    pub(crate) fn meet(self, trouble: Trouble) {
        if matches!(trouble, Trouble::WorkerStopped | Trouble::Locked) {
            self.forget();
            self.look_at_vault();
        }
        if trouble == Trouble::PhotoGone {
            self.sync();
        }
        self.trouble.set(Some(trouble));
    }

    /// Goes to another screen.
    pub(crate) fn go(self, screen: Screen) {
        self.trouble.set(None);
        self.stopped.set(false);
        if screen != Screen::Viewing {
            self.opened.set(None);
        }
        self.screen.set(screen);
    }

    /// Ends the worker and forgets everything that came out of the vault.
    pub(crate) fn lock(self) {
        self.bridge.with_value(Clone::clone).end();
        self.forget();
        self.trouble.set(None);
        self.look_at_vault();
        if self.screen.get_untracked() == Screen::Invitation {
            self.look_at_offer();
        }
    }

    /// Forgets what only the worker that ended could go on with.
    fn forget(self) {
        self.stop();
        self.stopped.set(false);
        self.opened.set(None);
        self.looked.set(None);
        self.sight.begin((1, 1));
        self.editor.begin();
        self.keys.forget();
        self.made_link.set(None);
        self.offer.set(None);
        self.shelf.set(Shelf::default());
        self.vault.set(None);
        self.busy.set(None);
    }

    /// Whether the vault is open.
    pub(crate) fn is_open(self) -> bool {
        self.vault.get() == Some(VaultState::Open)
    }
}
