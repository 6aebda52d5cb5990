//! A pause before a photo is shared: three questions, nobody's business but one's own. Nothing is
//! sent while it shows, nothing is kept of it, and skipping it is one press.

use leptos::prelude::*;

/// What is asked, and what a yes cannot do.
const QUESTIONS: [(&str, &str); 3] = [
    (
        "Would you be all right if someone else saw this photo?",
        "Velum seals it for one person. It cannot keep that person from showing it, or from taking a picture of the screen.",
    ),
    (
        "Do you trust this person with it, and their habits?",
        "Who else uses their phone, and where do their photos end up? Velum cannot see that.",
    ),
    (
        "Is anyone pressing you?",
        "You may say no, or not now. You need no reason. Velum cannot tell who stands beside you.",
    ),
];

/// The pause. `go_on` shares, `back` does not.
pub(super) fn pause(
    go_on: impl Fn() + 'static,
    back: impl Fn() + 'static,
    busy: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let questions: Vec<_> = QUESTIONS
        .into_iter()
        .map(|(question, limit)| view! { <li><h2>{question}</h2><p class="soft">{limit}</p></li> })
        .collect();
    view! {
        <div class="card stack-wide">
            <p class="lead">"Three questions, only for you. Nothing has been sent. No answer is asked for or kept."</p>
            <ol class="pause stack-wide">{questions}</ol>
            <p class="limit">"You can take a photo back before it is opened. What someone has seen cannot be taken back."</p>
            <div class="row">
                <button class="button main" type="button" disabled=busy on:click=move |_| go_on()>
                    "Make the link"
                </button>
                <button class="button" type="button" on:click=move |_| back()>"Not now"</button>
            </div>
        </div>
    }
}
