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
            </form>
        </div>
    }
}

/// The passphrase field, with what to know before choosing one.
pub(crate) fn field(passphrase: RwSignal<String>, state: VaultState) -> impl IntoView {
    let (label, hint, complete) = match state {
        VaultState::Absent => (
            "A new passphrase",
            "At least 8 characters. Nobody can reset it: without it, what is locked is lost.",
            "new-password",
        ),
        _ => ("Your passphrase", "The one you chose in this browser.", "current-password"),
    };
    view! {
        <div class="field">
            <label for="passphrase">{label}</label>
            <p class="hint" id="passphrase-hint">{hint}</p>
            <input class="input" id="passphrase" type="password" required
                autocomplete=complete aria-describedby="passphrase-hint"
                prop:value=move || passphrase.get()
                on:input=move |event| passphrase.set(event_target_value(&event))/>
        </div>
    }
}

/// Whether a passphrase can be tried; says why not.
pub(crate) fn is_usable(app: App, passphrase: &str) -> bool {
    let chars_min = vocab::limits::PASSPHRASE_CHARS_MIN;
    let is_new = app.vault.get_untracked() == Some(VaultState::Absent);
    if is_new && passphrase.chars().count() < chars_min {
        app.meet(Trouble::PassphraseTooShort { chars_min: chars_min as u32 });
        return false;
    }
    true
}
