//! Make or open the vault. Screens that need it show this until it is open.

use leptos::ev;
use leptos::prelude::*;
use web_messages::{Trouble, VaultState};

use crate::app::App;
use crate::frame::heading;

/// Shows `inside` once the vault is open, and what opens it until then.
pub(crate) fn needed<V: IntoView + 'static>(
    title: &'static str,
    inside: impl Fn() -> V + Send + Sync + 'static,
) -> impl IntoView {
    let app = App::here();
    let state = Memo::new(move |_| app.vault.get());
    if state.get_untracked().is_none() {
        app.look_at_vault();
    }
    move || match state.get() {
        Some(VaultState::Open) => inside().into_any(),
        Some(state) => door(title, state).into_any(),
        None => view! { <div class="narrow">{heading(title)}</div> }.into_any(),
    }
}

fn door(title: &'static str, state: VaultState) -> impl IntoView {
    let app = App::here();
    let passphrase = RwSignal::new(String::new());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if is_usable(app, &passphrase.get_untracked()) {
            app.open_vault(passphrase.get_untracked(), move || app.sync());
            passphrase.set(String::new());
        }
    };
    let (lead, button) = match state {
        VaultState::Absent => {
            ("Choose a passphrase first. It locks your keys in this browser.", "Make my keys")
        }
        _ => ("Your keys are locked in this browser.", "Unlock"),
    };
    view! {
        <div class="narrow stack-wide">
            {heading(title)}
            <form class="card stack" on:submit=submit>
                <p>{lead}</p>
                {field(passphrase, state)}
                <button class="button main" type="submit" disabled=move || app.busy.get().is_some()>
                    {button}
                </button>
                {(state == VaultState::Locked).then(|| with_passkey(move || app.sync()))}
            </form>
            {match state {
                VaultState::Absent => put_back().into_any(),
                _ => forgotten().into_any(),
            }}
        </div>
    }
}

/// A passkey opens the vault as well, if there is one.
pub(crate) fn with_passkey(then: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let app = App::here();
    app.look_at_ways();
    let is_there = Memo::new(move |_| app.keys.ways.with(|ways| !ways.passkeys.is_empty()));
    move || {
        is_there.get().then(|| {
            view! {
                <button class="button" type="button" disabled=move || app.busy.get().is_some()
                    on:click=move |_| app.open_with_passkey(then)>"Unlock with a passkey"</button>
            }
        })
    }
}

/// Words on paper, for whom the passphrase is gone.
fn forgotten() -> impl IntoView {
    let app = App::here();
    let (words, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if is_long_enough(app, &new.get_untracked()) {
            app.recover(words.get_untracked(), new.get_untracked());
        }
    };
    view! {
        <details>
            <summary>"I forgot my passphrase"</summary>
            <form class="stack" on:submit=submit>
                <p>"With the 24 words that you wrote on paper you can set a new one."</p>
                <div class="field">
                    <label for="words-typed">"Your 24 words"</label>
                    <p class="hint" id="words-hint">
                        "In their order. The first four letters of each are enough."
                    </p>
                    <textarea class="input" id="words-typed" rows="4" required autocomplete="off"
                        spellcheck="false" autocapitalize="none" aria-describedby="words-hint"
                        prop:value=move || words.get()
                        on:input=move |event| words.set(event_target_value(&event))></textarea>
                </div>
                {secret(new, &Secret::NEW)}
                <button class="button" type="submit" disabled=move || app.busy.get().is_some()>
                    "Open with my words"
                </button>
            </form>
        </details>
    }
}

/// A backup, for whom the device was lost.
fn put_back() -> impl IntoView {
    let app = App::here();
    let chosen = NodeRef::<leptos::html::Input>::new();
    let (of_backup, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let file = chosen.get_untracked().and_then(|input| input.files()?.get(0));
        if let (Some(file), true) = (file, is_long_enough(app, &new.get_untracked())) {
            app.put_back(&file, of_backup.get_untracked(), new.get_untracked());
        }
    };
    view! {
        <details>
            <summary>"I have a backup"</summary>
            <form class="stack" on:submit=submit>
                <p>
                    "You can take back what you shared, and look at what was shared with you. What \
                     you said after the backup is not in it: to share anew, you invite each other again."
                </p>
                <div class="field">
                    <label for="backup-file">"The backup"</label>
                    <input class="input" id="backup-file" type="file" required node_ref=chosen/>
                </div>
                {secret(of_backup, &Secret::FROM_BACKUP)}
                {secret(new, &Secret::NEW)}
                <button class="button" type="submit" disabled=move || app.busy.get().is_some()>
                    "Put it back"
                </button>
            </form>
        </details>
    }
}

/// A field for a secret, and what to know about it.
pub(crate) struct Secret {
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    complete: &'static str,
}

impl Secret {
    const FIRST: Self = Self {
        id: "passphrase",
        label: "A new passphrase",
        hint: "At least 8 characters. Nobody can reset it for you; words on paper can, once you have made them.",
        complete: "new-password",
    };
    const KNOWN: Self = Self {
        id: "passphrase",
        label: "Your passphrase",
        hint: "The one you chose in this browser.",
        complete: "current-password",
    };
    /// Asked for once more.
    pub(crate) const AGAIN: Self = Self {
        id: "passphrase-again",
        label: "Your passphrase, once more",
        hint: "Everything on this page needs it, so that only you can make a way in.",
        complete: "current-password",
    };
    pub(crate) const NEW: Self = Self {
        id: "passphrase-new",
        label: "A new passphrase",
        hint: "At least 8 characters; four or five random words are good.",
        complete: "new-password",
    };
    pub(crate) const OF_BACKUP: Self = Self {
        id: "passphrase-backup",
        label: "A passphrase for the backup",
        hint: "At least 8 characters. The backup opens with it and no other way.",
        complete: "new-password",
    };
    const FROM_BACKUP: Self = Self {
        id: "passphrase-backup",
        label: "The backup's passphrase",
        hint: "The one you chose when you saved it.",
        complete: "off",
    };
}

/// The passphrase field, with what to know before choosing one.
pub(crate) fn field(passphrase: RwSignal<String>, state: VaultState) -> impl IntoView {
    secret(passphrase, if state == VaultState::Absent { &Secret::FIRST } else { &Secret::KNOWN })
}

/// A field for a secret.
pub(crate) fn secret(typed: RwSignal<String>, of: &Secret) -> impl IntoView + use<> {
    let Secret { id, label, hint, complete } = *of;
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <p class="hint" id=hint_id.clone()>{hint}</p>
            <input class="input" id=id type="password" required
                autocomplete=complete aria-describedby=hint_id
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))/>
        </div>
    }
}

/// Whether a passphrase can be tried; says why not.
pub(crate) fn is_usable(app: App, passphrase: &str) -> bool {
    app.vault.get_untracked() != Some(VaultState::Absent) || is_long_enough(app, passphrase)
}

/// Whether a passphrase can be chosen; says why not.
pub(crate) fn is_long_enough(app: App, passphrase: &str) -> bool {
    let chars_min = vocab::limits::PASSPHRASE_CHARS_MIN;
    let is_long = passphrase.chars().count() >= chars_min;
    if !is_long {
        app.meet(Trouble::PassphraseTooShort { chars_min: chars_min as u32 });
    }
    is_long
}
