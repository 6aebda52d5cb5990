//! What the photo or clip gives away, and what to do with the clean copy.

use std::collections::HashSet;

use leptos::prelude::*;
use web_messages::{Checked, Finding};

use crate::app::{App, Looked, Screen};
use crate::frame::heading;
use crate::words;
use crate::words::findings::{self, Weight};
use crate::words::receipt;
use crate::words::size;

mod pictures;

/// So many values of one kind are shown at once.
const VALUES_MAX: usize = 6;

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
    let title = match (removed.len(), checked.is_clip()) {
        (0, false) => "Nothing is hidden in this photo",
        (0, true) => "Nothing is hidden in this clip",
        (_, false) => "What this photo gives away",
        (_, true) => "What this clip gives away",
    };
    view! {
        <div class="stack-wide">
            {heading(title)}
            <div class="check">
                {pictures::shown(looked)}
                <div class="found stack-wide">
                    {list(&removed)}
                    {kept_list(&kept)}
                </div>
                {pictures::hidden(looked)}
                {picture_itself(checked)}
                {clean_copy(checked, removed.len())}
            </div>
        </div>
    }
}

fn list(findings: &[&Finding]) -> impl IntoView + use<> {
    let items = items(findings);
    match items.is_empty() {
        true => view! { <p class="lead">"The file holds the picture and nothing beside it."</p> }
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
    let mut told = HashSet::new();
    let values = findings.iter().filter_map(|it| findings::value(it));
    let mut values: Vec<_> = values.filter(|value| told.insert(value.clone())).collect();
    let more = values.split_off(values.len().min(VALUES_MAX));
    view! {
        <li class:grave=grave data-kind=kind>
            <span class="sign" aria-hidden="true"></span>
            <div>
                <h2>{words.title}</h2>
                {lines(values)}
                {rest(more)}
                <p class="why">{words.why}</p>
            </div>
        </li>
    }
}

fn lines(values: Vec<String>) -> Vec<impl IntoView> {
    values.into_iter().map(|value| view! { <p class="value">{value}</p> }).collect()
}

/// What would push everything else off the screen is one press away.
fn rest(values: Vec<String>) -> impl IntoView {
    (!values.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{format!("{} more", values.len())}</summary>
                {lines(values)}
            </details>
        }
    })
}

fn clean_copy(checked: &Checked, removed: usize) -> impl IntoView + use<> {
    let app = App::here();
    let (is_clip, can_be_shared) = (checked.is_clip(), checked.can_be_shared);
    let again = if is_clip { "Another clip" } else { "Another photo" };
    let download = if can_be_shared { "button" } else { "button main" };
    view! {
        <section class="clean card stack" aria-labelledby="clean">
            <h2 id="clean">"The clean copy"</h2>
            <p>{copy_sentence(checked, removed)}</p>
            <div class="row">
                {can_be_shared.then(|| view! {
                    <button class="button main" type="button" on:click=move |_| app.go(Screen::Terms)>
                        "Share it on your terms"
                    </button>
                })}
                <button class=download type="button" on:click=move |_| app.download()>
                    {move || match app.is_covered() {
                        true => "Download the covered copy",
                        false => "Download the clean copy",
                    }}
                </button>
                <button class="button" type="button" on:click=move |_| app.forget_photo()>
                    {again}
                </button>
            </div>
            <p hidden=move || !app.is_covered()>{words::cover::GOES}</p>
            {(!can_be_shared).then(|| view! {
                <p class="soft small">
                    "Sharing through Velum works with JPEG, PNG and WebP photos. This one you can save."
                </p>
            })}
            {account(checked)}
            <p class="limit">
                "The clean copy has the same picture. A face, a tattoo, a room or a view in it \
                 can still tell who and where."
            </p>
        </section>
    }
}

/// The way to what the picture itself shows. Clips and what has no size cannot be looked at.
fn picture_itself(checked: &Checked) -> impl IntoView + use<> {
    let app = App::here();
    (!checked.is_clip() && checked.size.is_some()).then(|| {
        view! {
            <section class="in-picture card stack" aria-labelledby="in-picture">
                <h2 id="in-picture">"In the picture itself"</h2>
                <p>"Faces, texts and codes can be found on this device. A tattoo or a room only you can see."</p>
                <button class="button" type="button" on:click=move |_| app.go(Screen::Picture)>
                    "See what it shows"
                </button>
            </section>
        }
    })
}

fn copy_sentence(checked: &Checked, removed: usize) -> String {
    match (&checked.receipt, removed) {
        (Some(receipt), 0) => {
            let bytes = size(receipt.clean_bytes);
            format!("A copy without leftovers is ready ({bytes}). The picture is the same.")
        }
        (Some(receipt), _) => {
            let bytes = size(receipt.clean_bytes);
            format!("The clean copy ({bytes}) has none of this. The picture itself is unchanged.")
        }
        (None, _) => {
            "The clean copy is made when you ask for it. Pictures and sound stay the same.".into()
        }
    }
}

/// To the byte, for who wants to know, and what no cleaning can take out.
fn account(checked: &Checked) -> impl IntoView + use<> {
    let rows = checked.receipt.as_ref().map(receipt::rows).unwrap_or_default();
    let title = match rows.is_empty() {
        true => "What no cleaning takes out",
        false => "To the byte, and what no cleaning takes out",
    };
    let table = (!rows.is_empty()).then(|| {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(what, bytes)| view! { <tr><th scope="row">{what}</th><td>{bytes}</td></tr> })
            .collect();
        view! {
            <table class="receipt">
                <caption class="out-of-sight">"What was taken out and what was kept"</caption>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    let stays: Vec<_> =
        receipt::STAYS.iter().map(|sentence| view! { <li>{*sentence}</li> }).collect();
    view! {
        <details class="small">
            <summary>{title}</summary>
            {table}
            <ul class="stays">{stays}</ul>
        </details>
    }
}
