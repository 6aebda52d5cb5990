//! What was found, as a list: each entry points at its place on the picture.

use leptos::prelude::*;
use web_messages::Seen;

use crate::app::App;
use crate::words::picture as words;

/// What was found; before anybody looked, the button that looks.
pub(super) fn found(app: App) -> impl IntoView {
    let sight = app.sight;
    let inside = move || match sight.seen.get() {
        None => unseen(app).into_any(),
        Some(seen) => list(app, &seen).into_any(),
    };
    view! {
        <section class="card stack" aria-labelledby="seen">
            <h2 id="seen">"Faces, texts, codes"</h2>
            <p role="status">{move || sight.seen.with(|seen| seen.as_deref().map(words::found))}</p>
            {inside}
        </section>
    }
}

fn unseen(app: App) -> impl IntoView {
    view! {
        <p>"Velum can look for them, on this device. Nothing of the picture leaves it."</p>
        <button class="button main" type="button" disabled=move || app.busy.get().is_some()
            on:click=move |_| app.look_at_picture()>"Look at the picture"</button>
        <p class="soft small">
            "What looks is loaded when it is first needed, about 4 MB, and kept for the next time."
        </p>
    }
}

fn list(app: App, seen: &[Seen]) -> impl IntoView + use<> {
    let items: Vec<_> =
        seen.iter().enumerate().map(|(index, seen)| item(app, index, seen)).collect();
    let none = items.is_empty();
    let is_done = move || app.editor.copy.with(Option::is_some);
    view! {
        <ol class="seen" hidden=none>{items}</ol>
        <div class="row" hidden=move || none || is_done()>
            <button class="button slim" type="button" on:click=move |_| app.editor.choose_all(true)>
                "Mark all"
            </button>
            <button class="button slim" type="button" on:click=move |_| app.editor.choose_all(false)>
                "Mark none"
            </button>
        </div>
        <p class="soft small" hidden=none>
            "They are part of the picture: the clean copy has them too. Press one to see where it is; \
             mark those you want covered."
        </p>
    }
}

fn item(app: App, index: usize, seen: &Seen) -> impl IntoView + use<> {
    let (sight, editor) = (app.sight, app.editor);
    let is_done = move || editor.copy.with(Option::is_some);
    let is_pointed = move || sight.pointed.get() == Some(index);
    view! {
        <li class="found-one">
            <button class="finding" type="button" aria-pressed=move || is_pointed().to_string()
                on:click=move |_| sight.point(index)>
                <span class="number">{index + 1}</span>
                <span class="name">{words::finding(seen)}
                    {words::says(seen).map(|says| view! { <span class="why">{says}</span> })}
                </span>
            </button>
            <label class="choice">
                <input type="checkbox" prop:checked=move || editor.is_chosen(index) disabled=is_done
                    aria-label=format!("Cover {}, {}", index + 1, words::finding(seen))
                    on:change=move |_| editor.choose(index)/>
                "Cover"
            </label>
        </li>
    }
}
