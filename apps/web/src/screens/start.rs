//! Choose a photo: by dropping it, or from a list of files.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_messages::VaultState;
use web_sys::HtmlInputElement;

use crate::app::{App, Screen};
use crate::frame::heading;

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    view! {
        <div class="narrow">
            <div class="hero stack">
                {heading("What does your photo give away?")}
                <p class="lead">
                    "See what is hidden in it. Get a clean copy. \
                     Share it with one person, on your terms, and take it back."
                </p>
            </div>
            {drop_area()}
            {move || (app.vault.get() == Some(VaultState::Locked)).then(|| view! {
                <p class="row returning">
                    <span class="soft">"Waiting for a photo, or sent one?"</span>
                    <button class="button slim" type="button"
                        on:click=move |_| app.go(Screen::Photos)>"Unlock your photos"</button>
                </p>
            })}
        </div>
        <ol class="steps">
            <li>
                <h2>"Check"</h2>
                <p class="soft">
                    "Place, time, device, names: read on this device, removed without \
                     touching the picture."
                </p>
            </li>
            <li>
                <h2>"Agree"</h2>
                <p class="soft">
                    "How often, until when, may it be kept. Nothing is delivered before a yes."
                </p>
            </li>
            <li>
                <h2>"Share sealed"</h2>
                <p class="soft">
                    "Only that person can open it. You see the views that are left, and can \
                     take it back."
                </p>
            </li>
        </ol>
    }
}

fn drop_area() -> impl IntoView {
    let app = App::here();
    let over = RwSignal::new(false);
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            app.check(file);
        }
    };
    let drag_over = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    view! {
        <div class="drop" class:over=move || over.get()
            on:dragover=drag_over on:dragleave=move |_| over.set(false) on:drop=dropped>
            <img src="/icon.svg" alt="" width="54" height="54"/>
            <p class="lead">"Drop a photo or clip here, or"</p>
            <label class="button main">
                "Choose a photo"
                <input class="out-of-sight" type="file" id="photo"
                    accept="image/*,video/mp4,video/quicktime,video/webm,.heic,.heif,.avif,.jxl,.mov,.mkv"
                    on:change=move |event| chosen(app, &event)/>
            </label>
            <p class="soft small">"Photos as JPEG, HEIC, PNG, WebP, AVIF, GIF, TIFF or JPEG XL; clips as MP4, MOV \
                 or WebM. It stays on this device."</p>
        </div>
    }
}

fn chosen(app: App, event: &ev::Event) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    let file = input.files().and_then(|files| files.get(0));
    // Choosing the same file once more must count as choosing.
    input.set_value("");
    if let Some(file) = file {
        app.check(file);
    }
}
