//! The link to hand over, as text and as a QR code.

use leptos::prelude::*;

use crate::app::{App, MadeLink, Screen};
use crate::frame::heading;
use crate::qr;
use crate::screens::invitation::terms_list;
use crate::screens::message;

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    move || {
        app.made_link.get().map(|made| {
            let title = format!("The link for {}", made.person);
            view! {
                <div class="narrow stack-wide">
                    {heading(title)}
                    {hand_over(&made)}
                    {message::check()}
                    {what_next(made.person)}
                    <details>
                        <summary>"The exact words both of you sign"</summary>
                        {terms_list(&made.words)}
                    </details>
                    <div class="row">
                        <button class="button" type="button" on:click=move |_| app.go(Screen::Photos)>
                            "Your photos"
                        </button>
                    </div>
                </div>
            }
        })
    }
}

fn hand_over(made: &MadeLink) -> impl IntoView + use<> {
    let code = qr::draw(&made.link).map(|drawn| {
        let square = format!("0 0 {0} {0}", drawn.side);
        view! {
            <div class="qr">
                <svg viewBox=square role="img" aria-label="The link as a QR code"
                    shape-rendering="crispEdges">
                    <path d=drawn.path fill="#000"/>
                </svg>
            </div>
        }
    });
    view! {
        <div class="card link">
            <div class="stack">
                <div class="field">
                    <label for="link">"Link"</label>
                    <input class="input" id="link" readonly prop:value=made.link.clone()/>
                </div>
                {window().is_secure_context().then(|| copy_button(made.link.clone()))}
                <p class="limit">
                    "Whoever opens it first can say yes to the terms. Send it only to the person \
                     it is for. It works once, within 24 hours."
                </p>
            </div>
            {code}
        </div>
    }
}

fn copy_button(link: String) -> impl IntoView {
    let said = RwSignal::new("");
    let press = move |_| {
        let copied = window().navigator().clipboard().write_text(&link);
        leptos::task::spawn_local(async move {
            let done = wasm_bindgen_futures::JsFuture::from(copied).await.is_ok();
            said.set(if done { "Copied." } else { "Select the link and copy it by hand." });
        });
    };
    view! {
        <div class="row">
            <button class="button main" type="button" on:click=press>"Copy the link"</button>
            <span role="status">{move || said.get()}</span>
        </div>
    }
}

fn what_next(person: String) -> impl IntoView {
    view! {
        <section class="stack">
            <h2>"What happens next"</h2>
            <ol class="stack soft">
                <li>{format!("{person} reads the terms. Nothing has left this device so far.")}</li>
                <li>{format!("When {person} says yes, the photo is sealed and sent from here.")}</li>
                <li>
                    "If this page is closed then, it is sent when you next open Velum here \
                     and unlock it."
                </li>
            </ol>
        </section>
    }
}
