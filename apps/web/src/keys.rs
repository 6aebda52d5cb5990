//! What happens when something about keys is pressed: the page's side of each ask.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_messages::{Answer, Ask, KeyAsk, Opener, Passkey, Trouble, VaultState, Ways};
use web_sys::File;

use crate::app::{App, Screen};
use crate::flow::save_as;
use crate::object_url::ObjectUrl;
use crate::passkey;

/// The name of every backup: it tells nothing.
const BACKUP_NAME: &str = "backup.age";

/// What the page knows about keys.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    pub(crate) ways: RwSignal<Ways>,
    /// Recovery words that were just made, until the screen is left.
    pub(crate) words: RwSignal<Vec<String>>,
    /// What was just done, to be read.
    pub(crate) done: RwSignal<Option<&'static str>>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            ways: RwSignal::new(Ways::default()),
            words: RwSignal::new(Vec::new()),
            done: RwSignal::new(None),
        }
    }

    /// Forgets what must not stay on the page.
    pub(crate) fn forget(self) {
        self.words.set(Vec::new());
        self.done.set(None);
    }
}

impl App {
    /// Asks which ways there are to open the vault.
    pub(crate) fn look_at_ways(self) {
        self.ask_quietly(&Ask::Keys(KeyAsk::Ways), &JsValue::NULL, move |reply| {
            if let Answer::Ways(ways) = reply.answer {
                self.keys.ways.set(ways);
            }
        });
    }

    /// Shows the keys' screen.
    pub(crate) fn go_to_keys(self) {
        self.look_at_ways();
        self.go(Screen::Keys);
    }

    /// Makes recovery words.
    pub(crate) fn make_words(self, passphrase: String) {
        self.ask_keys("Making your words…", KeyAsk::MakeWords { passphrase }, move |answer| {
            if let Answer::Words { words } = answer {
                self.keys.words.set(words);
                self.look_at_ways();
            }
        });
    }

    /// Changes the passphrase.
    pub(crate) fn set_passphrase(self, passphrase: String, new: String) {
        let ask = KeyAsk::SetPassphrase { passphrase, new };
        self.ask_keys("Changing your passphrase…", ask, move |_| {
            self.keys
                .done
                .set(Some("Your passphrase is changed. The old one opens nothing any more."));
        });
    }

    /// Lets a new passkey open the vault.
    pub(crate) fn add_passkey(self, passphrase: String) {
        self.with_passkey(passkey::make(), move |passkey, secret| {
            let ask = KeyAsk::AddPasskey { passphrase, passkey, secret };
            self.ask_keys("Adding your passkey…", ask, move |answer| {
                if let Answer::Ways(ways) = answer {
                    self.keys.ways.set(ways);
                    self.keys
                        .done
                        .set(Some("The passkey opens Velum in this browser from now on."));
                }
            });
        });
    }

    /// Takes a passkey away.
    pub(crate) fn remove_passkey(self, passkey: Passkey) {
        self.ask_keys("Removing the passkey…", KeyAsk::RemovePasskey(passkey), move |answer| {
            if let Answer::Ways(ways) = answer {
                self.keys.ways.set(ways);
                self.keys.done.set(Some("The passkey opens nothing here any more."));
            }
        });
    }

    /// Opens the vault with a passkey.
    pub(crate) fn open_with_passkey(self, then: impl FnOnce() + 'static) {
        let passkeys = self.keys.ways.get_untracked().passkeys;
        let asked = async move { passkey::open(&passkeys).await };
        self.with_passkey(asked, move |_, secret| {
            let ask = Ask::Unlock(Opener::Passkey(secret));
            self.ask("Unlocking…", &ask, &JsValue::NULL, move |_| {
                self.vault.set(Some(VaultState::Open));
                then();
            });
        });
    }

    /// Opens the vault with recovery words, and sets a new passphrase.
    pub(crate) fn recover(self, words: String, passphrase: String) {
        self.ask_keys(
            "Opening with your words…",
            KeyAsk::Recover { words, passphrase },
            move |_| {
                self.vault.set(Some(VaultState::Open));
                self.sync();
            },
        );
    }

    /// Saves a backup where the browser saves things.
    pub(crate) fn back_up(self, passphrase: String, backup: String) {
        let ask = Ask::Keys(KeyAsk::BackUp { passphrase, backup });
        self.ask("Making a backup…", &ask, &JsValue::NULL, move |reply| {
            if let Some(file) = reply.blob {
                save_as(ObjectUrl::of_blob(&file), BACKUP_NAME);
                self.keys.done.set(Some("The backup is saved. Keep it away from this device."));
            }
        });
    }

    /// Makes a vault from a backup.
    pub(crate) fn put_back(self, file: &File, backup: String, passphrase: String) {
        let ask = Ask::Keys(KeyAsk::PutBack { backup, passphrase });
        self.ask("Putting it back…", &ask, file, move |_| {
            self.vault.set(Some(VaultState::Open));
            self.sync();
        });
    }

    fn ask_keys(self, doing: &'static str, ask: KeyAsk, then: impl FnOnce(Answer) + 'static) {
        self.keys.done.set(None);
        self.ask(doing, &Ask::Keys(ask), &JsValue::NULL, move |reply| then(reply.answer));
    }

    /// Waits for the browser's own window about passkeys.
    fn with_passkey(
        self,
        asked: impl Future<Output = Option<(Passkey, Vec<u8>)>> + 'static,
        then: impl FnOnce(Passkey, Vec<u8>) + 'static,
    ) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.begin("Waiting for your passkey…");
        leptos::task::spawn_local(async move {
            let answered = asked.await;
            self.busy.set(None);
            match answered {
                Some((passkey, secret)) => then(passkey, secret),
                None => self.meet(Trouble::NoPasskey),
            }
        });
    }
}
