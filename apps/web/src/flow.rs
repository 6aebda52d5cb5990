//! What happens when something is pressed: the page's side of each ask.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_messages::{Answer, Ask, Checked, Finding, Likeness, NewShare, Opener, Value, VaultState};
use web_sys::{File, HtmlAnchorElement};

use crate::app::{App, Hidden, Looked, MadeLink, Opened, Screen};
use crate::bridge::Reply;
use crate::object_url::ObjectUrl;
use crate::words::clips;

/// The name of every clean copy: it tells nothing.
fn neutral_name(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "photo.png",
        "image/webp" => "photo.webp",
        "image/gif" => "photo.gif",
        "image/tiff" => "photo.tif",
        "image/heic" => "photo.heic",
        "image/avif" => "photo.avif",
        "image/jxl" => "photo.jxl",
        "video/mp4" => "clip.mp4",
        "video/quicktime" => "clip.mov",
        "video/webm" => "clip.webm",
        _ => "photo.jpg",
    }
}

/// The pictures inside the file that can be shown beside it. They are parts of the file itself, so
/// nothing is copied.
fn hidden(checked: &Checked, file: &File) -> Vec<Hidden> {
    let of = |finding: &Finding| {
        let likeness = match finding.value {
            Value::Picture { likeness, .. } => likeness,
            _ => Likeness::Unknown,
        };
        let media_type = finding.shows.clone().filter(|_| likeness != Likeness::Same)?;
        let (start, end) = (finding.offset as f64, (finding.offset + finding.bytes) as f64);
        let part = file.slice_with_f64_and_f64_and_content_type(start, end, &media_type).ok()?;
        let url = ObjectUrl::of_blob(&part)?;
        Some(Hidden { kind: finding.kind.clone(), media_type, likeness, url })
    };
    checked.findings.iter().filter_map(of).collect()
}

impl App {
    /// Looks at a photo or clip that was chosen or dropped.
    pub(crate) fn check(self, file: File) {
        self.looked.set(None);
        self.editor.begin();
        let payload = JsValue::from(&file);
        self.ask(clips::LOOKING, &Ask::Check, &payload, move |reply| match reply.answer {
            Answer::Checked(checked) => self.looked_at(checked, file),
            Answer::IsClip => {
                let of = file.clone();
                self.ask_about_clip(clips::LOOKING, &Ask::CheckClip, &of, move |reply| {
                    if let Answer::Checked(checked) = reply.answer {
                        self.looked_at(checked, file);
                    }
                });
            }
            _ => {}
        });
    }

    fn looked_at(self, checked: Checked, file: File) {
        let preview = ObjectUrl::of_blob(&file);
        let hidden = hidden(&checked, &file);
        self.sight.begin(checked.size.unwrap_or((1, 1)));
        self.looked.set(Some(Looked { checked, file, preview, hidden }));
        self.go(Screen::Check);
    }

    /// Lets go of the photo that was checked.
    pub(crate) fn forget_photo(self) {
        self.looked.set(None);
        self.editor.begin();
        self.ask_quietly(&Ask::ForgetPhoto, &JsValue::NULL, |_| ());
        self.go(Screen::Start);
    }

    /// Saves the copy where the browser saves things: the covered one, if there is one.
    pub(crate) fn download(self) {
        if let Some(copy) = self.editor.copy.get_untracked() {
            return save(ObjectUrl::of_blob(&copy.blob), &copy.media_type);
        }
        let then = |reply: Reply| {
            if let (Answer::CleanCopy { media_type }, Some(copy)) = (reply.answer, reply.blob) {
                save(ObjectUrl::of_blob(&copy), &media_type);
            }
        };
        let clip = self.looked.with_untracked(|looked| {
            let looked = looked.as_ref().filter(|looked| looked.checked.is_clip())?;
            Some(looked.file.clone())
        });
        match clip {
            Some(file) => self.ask_about_clip(clips::CLEANING, &Ask::CleanClip, &file, then),
            None => self.ask(clips::CLEANING, &Ask::CleanCopy, &JsValue::NULL, then),
        }
    }

    /// Asks whether there is a vault and whether it is open.
    pub(crate) fn look_at_vault(self) {
        self.ask_quietly(&Ask::VaultState, &JsValue::NULL, move |reply| match reply.answer {
            Answer::Vault(state) => self.vault.set(Some(state)),
            Answer::Trouble(trouble) => self.trouble.set(Some(trouble)),
            _ => {}
        });
    }

    /// Makes or opens the vault, then goes on with `then`.
    pub(crate) fn open_vault(self, passphrase: String, then: impl FnOnce() + 'static) {
        let (doing, ask) = match self.vault.get_untracked() {
            Some(VaultState::Absent) => ("Making your keys…", Ask::CreateVault { passphrase }),
            _ => ("Unlocking…", Ask::Unlock(Opener::Passphrase(passphrase))),
        };
        self.ask(doing, &ask, &JsValue::NULL, move |_| {
            self.vault.set(Some(VaultState::Open));
            then();
        });
    }

    /// Whether the vault is open, without following changes.
    pub(crate) fn is_open_now(self) -> bool {
        self.vault.get_untracked() == Some(VaultState::Open)
    }

    /// Makes a link for the photo that was checked, or its covered copy.
    pub(crate) fn share(self, share: NewShare) {
        let person = share.name.clone();
        let copy = self.covered().map_or(JsValue::NULL, JsValue::from);
        self.ask("Making the link…", &Ask::Share(share), &copy, move |reply| {
            self.looked.set(None);
            self.editor.begin();
            match reply.answer {
                Answer::Linked { link, words } => {
                    self.made_link.set(Some(MadeLink { link, person, words }));
                    self.go(Screen::Link);
                }
                // Someone who said yes before needs no link.
                Answer::Shelf(shelf) => {
                    self.shelf.set(shelf);
                    self.go(Screen::Photos);
                }
                _ => {}
            }
        });
    }

    /// Reads the terms behind the link someone came with.
    pub(crate) fn look_at_offer(self) {
        let Some(link) = self.arrival.get_untracked() else { return };
        self.ask("Reading the terms…", &Ask::Look { link }, &JsValue::NULL, move |reply| {
            if let Answer::Offer(offer) = reply.answer {
                self.offer.set(Some(offer));
            }
        });
    }

    /// Says yes to the offer.
    pub(crate) fn accept(self, name: String) {
        self.ask("Sending your yes…", &Ask::Accept { name }, &JsValue::NULL, move |reply| {
            self.arrival.set(None);
            self.offer.set(None);
            self.go(Screen::Photos);
            if let Answer::Shelf(shelf) = reply.answer {
                self.shelf.set(shelf);
            }
        });
    }

    /// Says no: nothing is sent, the link is forgotten.
    pub(crate) fn decline(self) {
        self.arrival.set(None);
        self.offer.set(None);
        self.go(Screen::Start);
    }

    /// Fetches what is new, quietly.
    pub(crate) fn sync(self) {
        self.ask_quietly(&Ask::Sync, &JsValue::NULL, move |reply| match reply.answer {
            Answer::Shelf(shelf) => self.shelf.set(shelf),
            Answer::Trouble(trouble) => self.meet(trouble),
            _ => {}
        });
    }

    /// Uses one view.
    pub(crate) fn view(self, share: String) {
        let ask = Ask::View { share: share.clone() };
        self.ask("Opening the photo…", &ask, &JsValue::NULL, move |reply| {
            let (Answer::Opened(opened), Some(bytes)) = (reply.answer, reply.bytes) else { return };
            let picture = ObjectUrl::of_bytes(&bytes, &opened.media_type);
            let views_left = opened.views_left;
            self.opened.set(Some(Opened { share, picture, views_left }));
            self.go(Screen::Viewing);
        });
    }

    /// Keeps a copy, where that was agreed.
    pub(crate) fn keep(self, share: String) {
        self.ask("Saving your copy…", &Ask::Keep { share }, &JsValue::NULL, move |reply| {
            if let (Answer::Opened(opened), Some(bytes)) = (reply.answer, reply.bytes) {
                save(ObjectUrl::of_bytes(&bytes, &opened.media_type), &opened.media_type);
            }
            self.sync();
        });
    }

    /// Takes one photo back.
    pub(crate) fn withdraw(self, share: String) {
        self.change("Taking it back…", &Ask::Withdraw { share });
    }

    /// Takes everything back.
    pub(crate) fn withdraw_all(self) {
        self.change("Taking everything back…", &Ask::WithdrawAll);
    }

    /// Ends what was agreed with a person.
    pub(crate) fn end(self, person: String) {
        self.change("Ending it…", &Ask::End { person });
    }

    fn change(self, doing: &'static str, ask: &Ask) {
        self.ask(doing, ask, &JsValue::NULL, move |reply| {
            if let Answer::Shelf(shelf) = reply.answer {
                self.shelf.set(shelf);
            }
        });
    }
}

/// Saves bytes under a name that tells nothing.
fn save(url: Option<ObjectUrl>, media_type: &str) {
    save_as(url, neutral_name(media_type));
}

/// Saves bytes under this name.
pub(crate) fn save_as(url: Option<ObjectUrl>, name: &str) {
    let Some(url) = url else { return };
    let Ok(element) = document().create_element("a") else { return };
    let anchor: HtmlAnchorElement = element.unchecked_into();
    anchor.set_href(&url.address());
    anchor.set_download(name);
    anchor.click();
    // The browser reads the bytes after the press: keep the address for a while.
    set_timeout(move || drop(url), std::time::Duration::from_secs(60));
}
