//! Adults only: said once, kindly, with where to turn otherwise.

use leptos::prelude::*;

use crate::app::App;
use crate::frame::heading;
use crate::leave::leave_quickly;

/// What the browser remembers, so that it is asked once. It tells nothing about anyone's photos.
const PASSED: &str = "velum-adult";

/// Whether the gate was passed in this browser.
pub(crate) fn was_passed() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(PASSED).ok().flatten()).is_some()
}

fn pass(app: App) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Where nothing may be kept, the question simply comes again.
        let _ = storage.set_item(PASSED, "yes");
    }
    app.enter();
}

pub(crate) fn screen() -> impl IntoView {
    let app = App::here();
    view! {
        <div class="narrow stack-wide">
            {heading("Before you start")}
            <div class="card stack">
                <p class="lead">"Velum is for adults."</p>
                <p>
                    "If anyone in the photo is or may be under 18, or was when it was taken, \
                     do not use Velum for it."
                </p>
                <div class="help stack">
                    <p>
                        "Is there a photo of you from before you were 18? You did nothing wrong, \
                         and there is free, private help to get it taken down:"
                    </p>
                    <ul>
                        <li><strong>"Take It Down"</strong>", everywhere: takeitdown.ncmec.org"</li>
                        <li><strong>"Report Remove"</strong>", in the UK: childline.org.uk"</li>
                    </ul>
                </div>
                <div class="row">
                    <button class="button main" type="button" on:click=move |_| pass(app)>
                        "I am an adult, and so is everyone in my photos"
                    </button>
                    <button class="button" type="button" on:click=|_| leave_quickly()>"Leave"</button>
                </div>
            </div>
        </div>
    }
}
