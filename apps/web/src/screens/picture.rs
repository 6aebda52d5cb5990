//! What the picture itself shows: the picture with what was found on it, the same as a list beside
//! it, what only a person can see, and the tools to cover any of it.

mod hands;
mod list;
mod overlay;
mod result;
mod stage;
mod tools;

use leptos::prelude::*;

use crate::app::{App, Screen};
use crate::frame::heading;
use crate::words::picture as words;

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    move || match app.looked.with(Option::is_some) {
        true => shown(app).into_any(),
        false => view! {
            <div class="narrow stack">
                {heading("There is no photo here any more")}
                <button class="button main" type="button" on:click=move |_| app.go(Screen::Start)>
                    "Choose a photo"
                </button>
            </div>
        }
        .into_any(),
    }
}

fn shown(app: App) -> impl IntoView {
    view! {
        <div class="stack-wide">
            {heading("What the picture shows")}
            <div class="sight">
                {stage::stage(app)}
                <div class="beside stack-wide">
                    {list::found(app)}
                    {question()}
                    {tools::tools(app)}
                    {result::result(app)}
                    <button class="button" type="button" on:click=move |_| app.go(Screen::Check)>
                        "Back to the check"
                    </button>
                </div>
            </div>
        </div>
    }
}

/// What nobody but a person can see.
fn question() -> impl IntoView {
    let lines: Vec<_> = words::YOURS.iter().map(|line| view! { <li>{*line}</li> }).collect();
    view! {
        <section class="card stack" aria-labelledby="yours">
            <h2 id="yours">"Only you can see this"</h2>
            <p>
                "Velum cannot find these. Please look yourself: is anything in view that someone \
                 would know you by?"
            </p>
            <ul class="stays">{lines}</ul>
        </section>
    }
}
