//! What stands around every screen: the bar, what is going on, the foot. And which screen comes
//! first.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::app::{App, Screen};
use crate::screens::{check, gate, invitation, keys, link, photos, picture, start, terms, viewing};
use crate::{idle, leave, words};

/// How often a page that is looked at asks for what is new.
const SYNC_EVERY: Duration = Duration::from_secs(3);

/// The whole page.
pub(crate) fn page(arrival: Option<String>) -> impl IntoView {
    let app = App::new(arrival);
    provide_context(app);
    leave::listen();
    keep_dropped_files_here();
    idle::watch(app);
    app.look_at_vault();
    set_interval(
        move || {
            if app.is_open_now() && !document().hidden() && app.busy.get_untracked().is_none() {
                app.sync();
            }
        },
        SYNC_EVERY,
    );
    if gate::was_passed() {
        app.enter();
    }
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        {bar()}
        <main id="main" tabindex="-1">
            {going_on()}
            {move || screen(app.screen.get())}
        </main>
        {foot()}
    }
}

impl App {
    /// Goes to the first screen after the gate.
    pub(crate) fn enter(self) {
        if self.arrival.with_untracked(Option::is_some) {
            self.go(Screen::Invitation);
            self.look_at_offer();
        } else {
            self.go(Screen::Start);
        }
    }
}

fn screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Gate => gate::screen().into_any(),
        Screen::Start => start::screen().into_any(),
        Screen::Check => check::screen().into_any(),
        Screen::Picture => picture::screen().into_any(),
        Screen::Terms => terms::screen().into_any(),
        Screen::Link => link::screen().into_any(),
        Screen::Photos => photos::screen().into_any(),
        Screen::Invitation => invitation::screen().into_any(),
        Screen::Viewing => viewing::screen().into_any(),
        Screen::Keys => keys::screen().into_any(),
    }
}

/// A screen's heading. It takes the focus, so that the keyboard and screen readers start there.
pub(crate) fn heading(text: impl Into<String>) -> impl IntoView {
    let node = NodeRef::<leptos::html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = node.get() {
            // An element that just appeared can take the focus.
            let _ = heading.focus();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    view! { <h1 tabindex="-1" node_ref=node>{text.into()}</h1> }
}

fn bar() -> impl IntoView {
    let app = App::here();
    let inside = move || app.screen.get() != Screen::Gate;
    view! {
        <header class="bar">
            <span class="brand"><img src="/icon.svg" alt="" width="30" height="30"/>"Velum"</span>
            <nav aria-label="Velum" hidden=move || !inside()>
                {tab("Check", Screen::Start)}
                {tab("Photos", Screen::Photos)}
                <span hidden=move || app.arrival.with(Option::is_none)>
                    {tab("Invitation", Screen::Invitation)}
                </span>
            </nav>
            <div class="right">
                <button class="button slim" type="button" hidden=move || !app.is_open()
                    on:click=move |_| { app.lock(); app.go(Screen::Photos); }>
                    "Lock"
                </button>
                <button class="button slim leave" type="button"
                    on:click=|_| leave::leave_quickly()>
                    "Leave quickly"
                </button>
            </div>
        </header>
    }
}

fn tab(text: &'static str, screen: Screen) -> impl IntoView {
    let app = App::here();
    let current = move || {
        let shown = match app.screen.get() {
            Screen::Check | Screen::Picture | Screen::Terms | Screen::Link => Screen::Start,
            Screen::Viewing | Screen::Keys => Screen::Photos,
            other => other,
        };
        (shown == screen).then_some("page")
    };
    let press = move |_| match screen {
        Screen::Start if app.looked.with_untracked(Option::is_some) => app.go(Screen::Check),
        _ => app.go(screen),
    };
    view! { <button class="tab" type="button" aria-current=current on:click=press>{text}</button> }
}

fn going_on() -> impl IntoView {
    let app = App::here();
    view! {
        <div class="work narrow" class:working=move || app.busy.get().is_some()>
            <p class="busy" role="status">
                {move || words::clips::status(app.busy.get(), app.progress.get(), app.stopped.get())}
            </p>
            {move || app.progress.with(Option::is_some).then(|| progress(app))}
        </div>
        <div role="alert" class="narrow">
            {move || app.trouble.get().map(|trouble| {
                let (happened, help) = words::trouble::words(&trouble);
                view! { <div class="note"><p><strong>{happened}</strong></p><p>{help}</p></div> }
            })}
        </div>
    }
}

/// How far it is, and a way out.
fn progress(app: App) -> impl IntoView {
    let stop = move |_| {
        app.stop();
        // The button is gone with what it stopped: the keyboard goes on at the content.
        let main = document().get_element_by_id("main");
        if let Some(main) = main.and_then(|main| main.dyn_into::<HtmlElement>().ok()) {
            let _ = main.focus();
        }
    };
    view! {
        <div class="progress row">
            <progress max="100" prop:value=move || app.progress.get().unwrap_or_default()
                aria-label=move || app.busy.get()></progress>
            <button class="button slim" type="button" on:click=stop>{words::clips::STOP}</button>
        </div>
    }
}

/// A file dropped beside the mark must not replace the page.
fn keep_dropped_files_here() {
    window_event_listener(ev::dragover, |event| event.prevent_default());
    window_event_listener(ev::drop, |event| event.prevent_default());
}

fn foot() -> impl IntoView {
    view! {
        <footer class="foot">
            <div>
                <p>"Velum lowers risk. It does not remove it."</p>
                <p>
                    "To leave quickly, press Shift three times. \
                     Your browser's history is not erased by it."
                </p>
            </div>
        </footer>
    }
}
