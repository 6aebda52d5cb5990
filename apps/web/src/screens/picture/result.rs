//! The covered copy: making it, and what to do with it.

use leptos::html::H2;
use leptos::prelude::*;

use crate::app::{App, Screen};
use crate::editor::CoveredCopy;
use crate::words::cover as words;

pub(super) fn result(app: App) -> impl IntoView {
    let can_be = move || {
        app.looked.with(|looked| looked.as_ref().is_some_and(|it| it.checked.can_be_covered))
    };
    let inside = move || match (app.editor.copy.get(), can_be()) {
        (Some(copy), _) => done(app, &copy).into_any(),
        (None, true) => to_do(app).into_any(),
        (None, false) => view! {
            <p>
                "Velum covers parts of JPEG, PNG and WebP pictures. Save or export this one as \
                 JPEG or PNG, and choose that file."
            </p>
        }
        .into_any(),
    };
    let title = NodeRef::<H2>::new();
    follow(app, title);
    view! {
        <section class="card stack" aria-labelledby="result">
            <h2 id="result" tabindex="-1" node_ref=title>"The covered copy"</h2>
            {inside}
            <p class="limit">{words::LIMIT}</p>
        </section>
    }
}

/// The button that was pressed is gone with what it stood beside: the keyboard and screen readers go
/// on at the title.
fn follow(app: App, title: NodeRef<H2>) {
    Effect::new(move |was_covered: Option<bool>| {
        let is_covered = app.is_covered();
        if was_covered.is_some_and(|was| was != is_covered)
            && let Some(title) = title.get_untracked()
        {
            // What is shown can take the focus.
            let _ = title.focus();
        }
        is_covered
    });
}

fn to_do(app: App) -> impl IntoView {
    let editor = app.editor;
    let look = |text: &'static str, is_soft: bool| {
        view! {
            <label class="choice">
                <input type="radio" name="look" prop:checked=move || editor.soft.get() == is_soft
                    on:change=move |_| editor.soft.set(is_soft)/>
                {text}
            </label>
        }
    };
    view! {
        <p class="out-of-sight" role="status">{move || words::marked(editor.count())}</p>
        <fieldset>
            <legend>"What the cover looks like"</legend>
            <div class="choices">
                {look("Black: plain and safe", false)}
                {look("Soft: a few colours of what was there, and nothing else of it", true)}
            </div>
        </fieldset>
        <button class="button main" type="button"
            disabled=move || editor.count() == 0 || app.busy.get().is_some()
            on:click=move |_| app.cover()>{move || words::button(editor.count())}</button>
    }
}

fn done(app: App, copy: &CoveredCopy) -> impl IntoView + use<> {
    let can_be_shared = app.looked.with_untracked(|looked| {
        looked.as_ref().is_some_and(|looked| looked.checked.can_be_shared)
    });
    view! {
        <p role="status">{words::done(copy, app.sight.size.get_untracked())}</p>
        <p class="soft small">"Before and After, under the picture, show the difference."</p>
        <div class="row">
            <button class="button main" type="button" on:click=move |_| app.download()>
                "Save the covered copy"
            </button>
            {can_be_shared.then(|| view! {
                <button class="button" type="button" on:click=move |_| app.go(Screen::Terms)>
                    "Share it on your terms"
                </button>
            })}
            <button class="button" type="button" on:click=move |_| app.editor.copy.set(None)>
                "Mark more"
            </button>
        </div>
    }
}
