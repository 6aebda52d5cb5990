//! The terms someone offers, in the exact words both sign, and a free choice.

use leptos::ev;
use leptos::prelude::*;
use web_messages::{Offer, Trouble, VaultState};

use crate::app::{App, Screen};
use crate::frame::heading;
use crate::screens::vault;

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    move || match app.offer.get() {
        Some(offer) => terms(&offer).into_any(),
        None => waiting().into_any(),
    }
}

fn waiting() -> impl IntoView {
    let app = App::here();
    view! {
        <div class="narrow stack-wide">
            {heading("Someone wants to share a photo with you")}
            <div class="row" hidden=move || app.trouble.with(Option::is_none)>
                <button class="button main" type="button" on:click=move |_| app.look_at_offer()>
                    "Try again"
                </button>
                <button class="button" type="button" on:click=move |_| app.decline()>
                    "Go to the start"
                </button>
            </div>
        </div>
    }
}

fn terms(offer: &Offer) -> impl IntoView + use<> {
    view! {
        <div class="narrow stack-wide">
            {heading("Someone wants to share a photo with you")}
            <p class="lead">
                "These are the terms. Nothing has been sent to you, and nobody is told that you \
                 looked."
            </p>
            <section class="card stack" aria-labelledby="terms">
                <h2 id="terms">"What both of you would sign"</h2>
                {terms_list(&offer.words)}
            </section>
            {answer()}
        </div>
    }
}

/// The words, a sentence an item.
pub(crate) fn terms_list(words: &str) -> impl IntoView + use<> {
    let lines = words.lines().filter(|line| !line.trim().is_empty());
    let items: Vec<_> = lines.map(|line| view! { <li>{line.to_owned()}</li> }).collect();
    view! { <ul class="terms">{items}</ul> }
}

fn answer() -> impl IntoView {
    let app = App::here();
    let name = RwSignal::new(String::new());
    let passphrase = RwSignal::new(String::new());
    let vault = move || app.vault.get().unwrap_or(VaultState::Absent);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        say_yes(app, name.get_untracked().trim().to_owned(), passphrase);
    };
    view! {
        <form class="card stack-wide" on:submit=submit>
            <h2>"Your answer"</h2>
            <div class="field">
                <label for="name">"Who sent you the link?"</label>
                <p class="hint" id="name-hint">"What you call this person. Only you see it."</p>
                <input class="input" id="name" required maxlength="40" autocomplete="off"
                    aria-describedby="name-hint" prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))/>
            </div>
            {move || match vault() {
                VaultState::Open => None,
                state => Some(vault::field(passphrase, state)),
            }}
            <p class="limit">
                "You can take your yes back at any time, alone and without a reason: under \
                 Photos, with one button."
            </p>
            <div class="row">
                <button class="button main" type="submit" disabled=move || app.busy.get().is_some()>
                    "Yes, I agree"
                </button>
                <button class="button" type="button" on:click=move |_| { app.decline(); app.go(Screen::Start); }>
                    "No"
                </button>
            </div>
            <p class="soft small">"A no sends nothing. It looks like no answer."</p>
        </form>
    }
}

fn say_yes(app: App, name: String, passphrase: RwSignal<String>) {
    if name.is_empty() {
        return app.meet(Trouble::NameUnusable);
    }
    if app.is_open_now() {
        return app.accept(name);
    }
    let text = passphrase.get_untracked();
    if vault::is_usable(app, &text) {
        app.open_vault(text, move || app.accept(name));
    }
}
