//! Under which terms the photo is shared. The defaults are the careful ones. Before anything is sent
//! comes a pause.

use leptos::ev;
use leptos::prelude::*;
use web_messages::{Keep, NewShare, Trouble};

use crate::app::App;
use crate::frame::heading;
use crate::screens::{pause::pause, vault};
use crate::words;

pub(crate) fn screen() -> impl IntoView {
    vault::needed("Share on your terms", form)
}

#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    /// `once` or `several`.
    how_often: RwSignal<String>,
    several: RwSignal<String>,
    days: RwSignal<String>,
    keep: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        let text = |value: &str| RwSignal::new(value.to_owned());
        Self {
            name: text(""),
            how_often: text("once"),
            several: text("3"),
            days: text("7"),
            keep: text("no"),
        }
    }

    fn share(self) -> Option<NewShare> {
        let views = match self.how_often.get_untracked().as_str() {
            "once" => 1,
            _ => self.several.get_untracked().trim().parse().ok()?,
        };
        let keep = if self.keep.get_untracked() == "yes" { Keep::Yes } else { Keep::No };
        let days = self.days.get_untracked().parse().ok()?;
        let name = self.name.get_untracked().trim().to_owned();
        let is_possible = (1..=vocab::limits::VIEWS_MAX).contains(&views);
        is_possible.then_some(NewShare { name, views, days, keep })
    }
}

/// The form, then the pause; what was written stays.
fn form() -> impl IntoView {
    let app = App::here();
    let form = Form::new();
    let paused = RwSignal::new(None);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match form.share() {
            Some(share) if share.name.is_empty() => app.meet(Trouble::NameUnusable),
            Some(share) => {
                app.trouble.set(None);
                paused.set(Some(share));
            }
            None => {}
        }
    };
    let busy = move || app.busy.get().is_some();
    let is_paused = move || paused.with(Option::is_some);
    let go_on = move || paused.get_untracked().into_iter().for_each(|share| app.share(share));
    let back = move || paused.set(None);
    view! {
        <div class="narrow stack-wide">
            {move || heading(if is_paused() { "Before it goes" } else { "Share on your terms" })}
            {move || is_paused().then(|| pause(go_on, back, busy))}
            <form class="card stack-wide" hidden=is_paused on:submit=submit>
                <p hidden=move || !app.is_covered()>{words::cover::GOES}</p>
                {name_field(form.name)}
                {views_field(form)}
                {choices("How long does this hold?", "days", form.days,
                    &[("7", "7 days"), ("30", "30 days")])}
                {choices("May they keep a copy?", "keep", form.keep,
                    &[("no", "No, only look at it"), ("yes", "Yes, they may keep it")])}
                <p class="limit">
                    "Both of you sign these terms. A screenshot or another camera cannot be \
                     prevented: share with someone you trust."
                </p>
                <button class="button main" type="submit" disabled=busy>"Go on"</button>
            </form>
        </div>
    }
}

fn name_field(name: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    let people = move || {
        let shelf = app.shelf.get();
        let names = shelf.people.into_iter().map(|person| person.name);
        names.map(|name| view! { <option value=name></option> }).collect::<Vec<_>>()
    };
    view! {
        <div class="field">
            <label for="name">"Who is it for?"</label>
            <p class="hint" id="name-hint">"What you call this person. Only you see it. Someone who agreed \
                 before needs no new link."</p>
            <input class="input" id="name" required maxlength="40" autocomplete="off"
                list="people" aria-describedby="name-hint" prop:value=move || name.get()
                on:input=move |event| name.set(event_target_value(&event))/>
            <datalist id="people">{people}</datalist>
        </div>
    }
}

fn views_field(form: Form) -> impl IntoView {
    let several = move || form.how_often.get() == "several";
    view! {
        <div class="stack">
            {choices("How often may they look?", "views", form.how_often,
                &[("once", "Once"), ("several", "Several times")])}
            <div class="field" hidden=move || !several()>
                <label for="several">"How many times?"</label>
                <input class="input short" id="several" type="number" min="1" max="1000"
                    prop:value=move || form.several.get()
                    on:input=move |event| form.several.set(event_target_value(&event))/>
            </div>
        </div>
    }
}

fn choices(
    question: &'static str,
    group: &'static str,
    chosen: RwSignal<String>,
    options: &[(&'static str, &'static str)],
) -> impl IntoView + use<> {
    let options: Vec<_> = options
        .iter()
        .map(|&(value, text)| {
            view! {
                <label class="choice">
                    <input type="radio" name=group value=value
                        prop:checked=move || chosen.get() == value
                        on:change=move |_| chosen.set(value.to_owned())/>
                    {text}
                </label>
            }
        })
        .collect();
    view! { <fieldset><legend>{question}</legend><div class="choices">{options}</div></fieldset> }
}
