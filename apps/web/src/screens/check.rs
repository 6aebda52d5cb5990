//! What the photo gives away, and what to do with the clean copy.

use leptos::prelude::*;
use web_messages::{Checked, Finding};

use crate::app::{App, Looked, Screen};
use crate::frame::heading;
use crate::leave::when_left;
use crate::words::findings::{self, Weight};
use crate::words::size;

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    move || {
        app.looked.with(|looked| match looked {
            Some(looked) => result(looked).into_any(),
            None => view! {
                <div class="narrow stack">
                    {heading("There is no photo here any more")}
                    <button class="button main" type="button" on:click=move |_| app.go(Screen::Start)>
                        "Choose a photo"
                    </button>
                </div>
            }
            .into_any(),
        })
    }
}

fn result(looked: &Looked) -> impl IntoView + use<> {
    let checked = &looked.checked;
    let (removed, kept): (Vec<_>, Vec<_>) =
        checked.findings.iter().partition(|finding| !finding.kept);
    let title = match removed.len() {
        0 => "This photo gives nothing away",
        _ => "What this photo gives away",
    };
    view! {
        <div class="stack-wide">
            {heading(title)}
            <div class="check">
                {picture(looked)}
                <div class="found stack-wide">
                    {list(&removed)}
                    {kept_list(&kept)}
                </div>
                {thumbnail(looked)}
                {clean_copy(checked, removed.len())}
            </div>
        </div>
    }
}

fn picture(looked: &Looked) -> impl IntoView + use<> {
    let shown = RwSignal::new(false);
    when_left(move || shown.set(false));
    let address = looked.preview.as_ref().map(|url| url.address()).unwrap_or_default();
    let Checked { width, height, bytes, .. } = looked.checked;
    let inside = move || {
        if shown.get() {
            view! { <img src=address.clone() alt="The photo you chose"/> }.into_any()
        } else {
            view! { <div class="covered"><p class="soft">"The photo stays covered."</p></div> }
                .into_any()
        }
    };
    view! {
        <div class="picture">
            {inside}
            <div class="under">
                <span>{format!("{width} × {height}, {}", size(bytes))}</span>
                <button class="button slim" type="button" on:click=move |_| shown.update(|s| *s = !*s)>
                    {move || if shown.get() { "Cover it" } else { "Show it" }}
                </button>
            </div>
        </div>
    }
}

fn thumbnail(looked: &Looked) -> impl IntoView + use<> {
    let shown = RwSignal::new(false);
    when_left(move || shown.set(false));
    let address = looked.thumbnail.as_ref().map(|url| url.address());
    let photo = looked.preview.as_ref().map(|url| url.address()).unwrap_or_default();
    address.map(|address| {
        let inside = move || {
            shown.get().then(|| {
                view! {
                    <div class="side-by-side">
                        <figure>
                            <img src=address.clone() alt="The small copy inside the file"/>
                            <figcaption>"Hidden in the file"</figcaption>
                        </figure>
                        <figure>
                            <img src=photo.clone() alt="The photo you chose"/>
                            <figcaption>"The photo"</figcaption>
                        </figure>
                    </div>
                }
            })
        };
        view! {
            <div class="small-copy card stack">
                <h2>"The hidden small copy differs"</h2>
                <p class="soft small">"It was made before the photo was changed, and travels with it."</p>
                {inside}
                <button class="button slim" type="button" on:click=move |_| shown.update(|s| *s = !*s)>
                    {move || if shown.get() { "Cover both" } else { "Compare them" }}
                </button>
            </div>
        }
    })
}

fn list(findings: &[&Finding]) -> impl IntoView + use<> {
    let items = items(findings);
    match items.is_empty() {
        true => view! { <p class="lead">"Nothing is hidden in this file beside the picture."</p> }
            .into_any(),
        false => view! { <ul class="findings card">{items}</ul> }.into_any(),
    }
}

fn kept_list(findings: &[&Finding]) -> impl IntoView + use<> {
    let items = items(findings);
    (!items.is_empty()).then(|| {
        view! {
            <section class="stack">
                <h2>"What stays"</h2>
                <p class="soft">
                    "This is part of the picture. Removing it would change what is shown."
                </p>
                <ul class="findings card">{items}</ul>
            </section>
        }
    })
}

/// One item a kind: what is told twice is told together.
fn items(findings: &[&Finding]) -> Vec<impl IntoView + use<>> {
    findings.chunk_by(|one, next| one.kind == next.kind).map(item).collect()
}

fn item(findings: &[&Finding]) -> impl IntoView + use<> {
    let kind = findings.first().map(|finding| finding.kind.clone()).unwrap_or_default();
    let words = findings::words(&kind);
    let grave = words.weight == Weight::Grave;
    let mut values: Vec<_> = findings.iter().filter_map(|it| findings::value(it)).collect();
    values.dedup();
    let values: Vec<_> =
        values.into_iter().map(|value| view! { <p class="value">{value}</p> }).collect();
    view! {
        <li class:grave=grave data-kind=kind>
            <span class="sign" aria-hidden="true"></span>
            <div>
                <h2>{words.title}</h2>
                {values}
                <p class="why">{words.why}</p>
            </div>
        </li>
    }
}

fn clean_copy(checked: &Checked, removed: usize) -> impl IntoView + use<> {
    let app = App::here();
    let bytes = size(checked.clean_bytes);
    let sentence = match removed {
        0 => format!("A copy without leftovers is ready ({bytes}). The picture is the same."),
        _ => format!("The clean copy ({bytes}) has none of this. The picture itself is unchanged."),
    };
    view! {
        <section class="clean card stack" aria-labelledby="clean">
            <h2 id="clean">"The clean copy"</h2>
            <p>{sentence}</p>
            <div class="row">
                <button class="button main" type="button" on:click=move |_| app.go(Screen::Terms)>
                    "Share it on your terms"
                </button>
                <button class="button" type="button" on:click=move |_| app.download()>
                    "Download the clean copy"
                </button>
                <button class="button" type="button" on:click=move |_| app.forget_photo()>
                    "Another photo"
                </button>
            </div>
            <p class="limit">
                "Velum looked at hidden data only. A face, a tattoo, a room or a view \
                 in the picture can still tell who and where."
            </p>
        </section>
    }
}
