//! A photo, for a moment. It is blanked when the window is left, and gone after a minute.

use std::time::Duration;

use leptos::prelude::*;

use crate::app::{App, Screen};
use crate::frame::heading;
use crate::leave::when_left;
use crate::words::views;

/// How long an opened photo stays.
const STAYS: Duration = Duration::from_secs(60);

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    let blank = RwSignal::new(false);
    when_left(move || blank.set(true));
    let timer = set_timeout_with_handle(move || hide(app), STAYS).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let address = move || {
        app.opened.with(|opened| {
            opened.as_ref().and_then(|opened| opened.picture.as_ref().map(|url| url.address()))
        })
    };
    move || match address() {
        Some(address) => open(address, blank).into_any(),
        None => gone().into_any(),
    }
}

/// Lets go of the picture; what is said about it stays.
fn hide(app: App) {
    app.opened.update(|opened| {
        if let Some(opened) = opened {
            opened.picture = None;
        }
    });
    app.sync();
}

fn open(address: String, blank: RwSignal<bool>) -> impl IntoView {
    let app = App::here();
    let inside = move || {
        if blank.get() {
            view! {
                <div class="veiled covered">
                    <p>"Covered, because you left this window."</p>
                    <button class="button" type="button" on:click=move |_| blank.set(false)>
                        "Show it again"
                    </button>
                </div>
            }
            .into_any()
        } else {
            view! { <img src=address.clone() alt="The photo" draggable="false"/> }.into_any()
        }
    };
    view! {
        <div class="viewing" on:contextmenu=|event| event.prevent_default()
            on:dragstart=|event| event.prevent_default()>
            <h1 class="out-of-sight" tabindex="-1">"The photo"</h1>
            {inside}
            <button class="button main" type="button" on:click=move |_| hide(app)>
                "Hide it now"
            </button>
            <p class="limit">
                "It closes by itself after a minute. A screenshot or another camera cannot be \
                 prevented."
            </p>
        </div>
    }
}

fn gone() -> impl IntoView {
    let app = App::here();
    let left = app.opened.with_untracked(|opened| opened.as_ref().map_or(0, |it| it.views_left));
    let share = app.opened.with_untracked(|opened| opened.as_ref().map(|it| it.share.clone()));
    let again = (left > 0).then_some(share).flatten().map(|share| {
        view! {
            <button class="button" type="button" on:click=move |_| app.view(share.clone())>
                {format!("View now ({} left)", views(left))}
            </button>
        }
    });
    let sentence = match left {
        0 => "This photo has been viewed. It is gone from here.".to_owned(),
        _ => format!("The photo is closed. {} left.", views(left)),
    };
    view! {
        <div class="narrow stack-wide">
            {heading(sentence)}
            <div class="row">
                {again}
                <button class="button" type="button" on:click=move |_| app.go(Screen::Photos)>
                    "Your photos"
                </button>
            </div>
        </div>
    }
}
