//! A message that goes along with the link gets the same check as the picture. It stays on this
//! page: Velum does not send it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_messages::{Answer, Ask, Passage};

use crate::app::App;
use crate::look::READER;
use crate::words::picture as words;

/// So much of a message is looked at.
const CHARS_MAX: &str = "10000";

pub(super) fn check() -> impl IntoView {
    let app = App::here();
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<Passage>>);
    let press = move |_| {
        let bridge = app.lookers.with_value(|lookers| lookers.bridge(READER));
        app.begin(words::READING);
        bridge.ask(&Ask::Read { text: text.get_untracked() }, &JsValue::NULL, move |reply| {
            app.busy.set(None);
            match reply.answer {
                Answer::Read { passages } => found.set(Some(passages)),
                Answer::Trouble(trouble) => app.trouble.set(Some(trouble)),
                _ => {}
            }
        });
    };
    let written = move |event| {
        text.set(event_target_value(&event));
        found.set(None);
    };
    view! {
        <section class="card stack" aria-labelledby="message-title">
            <h2 id="message-title">"A message with it?"</h2>
            <div class="field">
                <label for="message">"What you want to write"</label>
                <p class="hint" id="message-hint">
                    "Velum looks for what leads to a person, such as a number or an address. The \
                     text stays here; nothing is sent."
                </p>
                <textarea class="input" id="message" rows="3" maxlength=CHARS_MAX autocomplete="off"
                    aria-describedby="message-hint" prop:value=move || text.get() on:input=written></textarea>
            </div>
            <button class="button" type="button" on:click=press
                disabled=move || text.with(|text| text.trim().is_empty()) || app.busy.get().is_some()>
                "Check the message"
            </button>
            <div role="status">{move || found.get().map(|found| told(&found))}</div>
        </section>
    }
}

fn told(found: &[Passage]) -> impl IntoView + use<> {
    let lines: Vec<_> =
        found.iter().map(|passage| view! { <li>{words::passage(passage)}</li> }).collect();
    match lines.is_empty() {
        true => view! { <p>{words::NOTHING_IN_TEXT}</p> }.into_any(),
        false => view! { <p>{words::IN_TEXT}</p><ul class="stays">{lines}</ul> }.into_any(),
    }
}
