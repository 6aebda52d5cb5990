//! What opens the vault: the passphrase, words on paper, passkeys; and a backup.
//!
//! Everything here asks for the passphrase once more: whoever has an unlocked device in hand for a
//! moment must not be able to make themselves a way in.

use leptos::prelude::*;
use web_messages::Passkey;

use crate::app::{App, Screen};
use crate::frame::heading;
use crate::passkey;
use crate::screens::vault::{self, Secret, is_long_enough};

const TITLE: &str = "Keys and backup";

pub(crate) fn screen() -> impl IntoView {
    vault::needed(TITLE, inside)
}

fn inside() -> impl IntoView {
    let app = App::here();
    let passphrase = RwSignal::new(String::new());
    // Gone with the screen, whichever way it is left.
    on_cleanup(move || app.keys.forget());
    view! {
        <div class="narrow stack-wide">
            {heading(TITLE)}
            <p role="status" class:note=move || app.keys.done.get().is_some()>
                {move || app.keys.done.get()}
            </p>
            <section class="card stack" aria-label="Your passphrase">
                {vault::secret(passphrase, &Secret::AGAIN)}
            </section>
            {words(passphrase)}
            {passkeys(passphrase)}
            {backup(passphrase)}
            {new_passphrase(passphrase)}
            <button class="button" type="button" on:click=move |_| app.go(Screen::Photos)>
                "Back to your photos"
            </button>
        </div>
    }
}

fn words(passphrase: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    let lead = move || match app.keys.ways.with(|ways| ways.has_words) {
        true => "You have 24 words on paper. New ones take their place.",
        false => "24 words that open Velum in this browser if you forget your passphrase.",
    };
    let made = move || {
        let words = app.keys.words.get();
        let items = words.into_iter().map(|word| view! { <li>{word}</li> }).collect::<Vec<_>>();
        (!items.is_empty()).then(|| {
            view! {
                <p role="status">
                    "Write these words on paper, in this order. They are shown once and kept nowhere."
                </p>
                <ol class="words">{items}</ol>
            }
        })
    };
    view! {
        <section class="card stack" aria-labelledby="words">
            <h2 id="words">"Words on paper"</h2>
            <p>{lead}</p>
            {made}
            <p class="limit">
                "Whoever has the words and this browser can open it. Keep them where nobody looks."
            </p>
            {button("Make my words", move || app.make_words(passphrase.get_untracked()))}
        </section>
    }
}

fn passkeys(passphrase: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    let list = move || {
        let known = app.keys.ways.with(|ways| ways.passkeys.clone());
        known.into_iter().enumerate().map(|(at, passkey)| entry(at, passkey)).collect::<Vec<_>>()
    };
    passkey::are_known().then(|| {
        view! {
            <section class="card stack" aria-labelledby="passkeys">
                <h2 id="passkeys">"Passkey"</h2>
                <p>"Open Velum with your finger, your face or this device's own code."</p>
                <ul class="stack">{list}</ul>
                <p class="limit">
                    "Whoever can unlock this device with it can open Velum too. \
                     Your passphrase keeps working."
                </p>
                {button("Add a passkey", move || app.add_passkey(passphrase.get_untracked()))}
            </section>
        }
    })
}

fn entry(at: usize, passkey: Passkey) -> impl IntoView {
    let app = App::here();
    let label = format!("Remove passkey {}", at + 1);
    view! {
        <li class="row">
            <span>{format!("Passkey {}", at + 1)}</span>
            <button class="button slim" type="button" aria-label=label
                disabled=move || app.busy.get().is_some()
                on:click=move |_| app.remove_passkey(passkey.clone())>"Remove"</button>
        </li>
    }
}

fn backup(passphrase: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    let of_backup = RwSignal::new(String::new());
    let press = move || {
        if is_long_enough(app, &of_backup.get_untracked()) {
            app.back_up(passphrase.get_untracked(), of_backup.get_untracked());
            of_backup.set(String::new());
        }
    };
    view! {
        <section class="card stack" aria-labelledby="backup">
            <h2 id="backup">"Backup"</h2>
            <p>
                "A file with your keys and agreements, without any photo. With it you can take back \
                 what you shared, should this device be lost."
            </p>
            {vault::secret(of_backup, &Secret::OF_BACKUP)}
            <p class="limit">
                "From a backup you can look and take back. To share anew, you invite each other again."
            </p>
            {button("Save a backup", press)}
        </section>
    }
}

fn new_passphrase(passphrase: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    let new = RwSignal::new(String::new());
    let press = move || {
        if is_long_enough(app, &new.get_untracked()) {
            app.set_passphrase(passphrase.get_untracked(), new.get_untracked());
            new.set(String::new());
            passphrase.set(String::new());
        }
    };
    view! {
        <section class="card stack" aria-labelledby="change">
            <h2 id="change">"Another passphrase"</h2>
            {vault::secret(new, &Secret::NEW)}
            {button("Change it", press)}
        </section>
    }
}

fn button(text: &'static str, press: impl Fn() + 'static) -> impl IntoView {
    let app = App::here();
    view! {
        <button class="button" type="button" disabled=move || app.busy.get().is_some()
            on:click=move |_| press()>{text}</button>
    }
}
