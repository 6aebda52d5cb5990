//! The photo itself and the pictures hidden in it: covered until someone presses.

use leptos::prelude::*;

use crate::app::{Hidden, Looked};
use crate::leave::when_left;
use crate::words::findings;
use crate::words::{sides, size};

/// The photo or clip.
pub(super) fn shown(looked: &Looked) -> impl IntoView + use<> {
    let is_shown = RwSignal::new(false);
    when_left(move || is_shown.set(false));
    let address = looked.preview.as_ref().map(|url| url.address()).unwrap_or_default();
    let checked = &looked.checked;
    let (is_clip, noun) = match checked.is_clip() {
        true => (true, "clip"),
        false => (false, "photo"),
    };
    let inside = move || match is_shown.get() {
        true => media(address.clone(), is_clip, format!("The {noun} you chose")).into_any(),
        false => view! {
            <div class="covered"><p class="soft">{format!("The {noun} stays hidden.")}</p></div>
        }
        .into_any(),
    };
    let sides = checked.size.map(|(width, height)| format!("{}, ", sides(width, height)));
    view! {
        <div class="picture">
            {inside}
            <div class="under">
                <span>{sides}{size(checked.bytes)}</span>
                <button class="button slim" type="button" on:click=move |_| is_shown.update(|s| *s = !*s)>
                    {move || if is_shown.get() { "Hide it" } else { "Show it" }}
                </button>
            </div>
        </div>
    }
}

/// A picture or clip; words in its place where this browser has no decoder for it.
fn media(address: String, is_clip: bool, told: String) -> impl IntoView {
    let fails = RwSignal::new(false);
    move || {
        if fails.get() {
            return view! {
                <div class="covered"><p class="soft">
                    "This browser cannot show this kind of file. Velum can check and clean it all the same."
                </p></div>
            }
            .into_any();
        }
        let (address, told) = (address.clone(), told.clone());
        match is_clip {
            true => view! {
                <video src=address controls muted playsinline aria-label=told
                    on:error=move |_| fails.set(true)></video>
            }
            .into_any(),
            false => view! {
                <img src=address alt=told on:error=move |_| fails.set(true)/>
            }
            .into_any(),
        }
    }
}

/// What the file shows beside its picture: each next to the photo.
pub(super) fn hidden(looked: &Looked) -> impl IntoView + use<> {
    let photo = looked.preview.as_ref().map(|url| url.address()).unwrap_or_default();
    let cards: Vec<_> = looked.hidden.iter().map(|hidden| beside(hidden, &photo)).collect();
    (!cards.is_empty()).then(|| view! { <div class="small-copy stack">{cards}</div> })
}

fn beside(hidden: &Hidden, photo: &str) -> impl IntoView + use<> {
    let is_shown = RwSignal::new(false);
    when_left(move || is_shown.set(false));
    let words = findings::beside(&hidden.kind, hidden.likeness);
    let (address, photo) = (hidden.url.address(), photo.to_owned());
    let is_clip = hidden.media_type.starts_with("video/");
    let inside = move || {
        is_shown.get().then(|| {
            view! {
                <div class="side-by-side">
                    <figure>
                        {media(address.clone(), is_clip, "What is hidden in the file".into())}
                        <figcaption>"Hidden in the file"</figcaption>
                    </figure>
                    <figure>
                        {media(photo.clone(), false, "The photo you chose".into())}
                        <figcaption>"The photo"</figcaption>
                    </figure>
                </div>
            }
        })
    };
    view! {
        <div class="card stack">
            <h2>{words.title}</h2>
            <p class="soft small">{words.why}</p>
            {inside}
            <button class="button slim" type="button" on:click=move |_| is_shown.update(|s| *s = !*s)>
                {move || if is_shown.get() { "Hide both" } else { "Compare them" }}
            </button>
        </div>
    }
}
