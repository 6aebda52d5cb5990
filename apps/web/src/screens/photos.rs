//! What was sent and received, and the one button that takes a photo back.

use leptos::prelude::*;
use web_messages::{Entry, Person, Reach, Received, ReceivedStage, Sent, SentStage, Standing};

use crate::app::{App, MadeLink, Screen};
use crate::frame::heading;
use crate::screens::vault;
use crate::words::{day, times, views};

const TITLE: &str = "Your photos";

pub(crate) fn screen() -> impl IntoView {
    vault::needed(TITLE, shelf)
}

fn shelf() -> impl IntoView {
    let app = App::here();
    view! {
        <div class="narrow stack-wide">
            {heading(TITLE)}
            {clock}
            {reach}
            <section class="stack" aria-labelledby="received">
                <h2 id="received">"For you"</h2>
                <div role="status" class="stack">{awaited_list}</div>
                <p class="out-of-sight" role="status">{arrived}</p>
                {received_list}
            </section>
            <section class="stack" aria-labelledby="sent">
                <h2 id="sent">"From you"</h2>
                {sent_list}
            </section>
            {people_list}
            <button class="button" type="button" on:click=move |_| app.go_to_keys()>
                "Keys and backup"
            </button>
        </div>
    }
}

fn clock() -> impl IntoView {
    let app = App::here();
    move || {
        app.shelf.with(|shelf| shelf.clock_differs_seconds).map(|seconds| {
            let minutes = seconds.div_ceil(60);
            view! {
                <p class="note">
                    {format!("This device's clock is off by about {minutes} minutes. ")}
                    "Set it right, so that what you agree on ends when you think it does."
                </p>
            }
        })
    }
}

fn reach() -> impl IntoView {
    let app = App::here();
    move || {
        (app.shelf.with(|shelf| shelf.reach) == Reach::NotReached).then(|| {
            view! {
                <p class="note">
                    "The server does not answer at the moment. What waits is tried again by \
                     itself while this page is open."
                </p>
            }
        })
    }
}

fn awaited_list() -> impl IntoView {
    let app = App::here();
    let people = Memo::new(move |_| app.shelf.with(|shelf| shelf.people.clone()));
    move || {
        let people = people.get();
        let waited_for = people.iter().filter(|person| person.standing == Standing::Awaited);
        waited_for.map(|person| awaited(&person.name)).collect::<Vec<_>>()
    }
}

fn awaited(person: &str) -> impl IntoView + use<> {
    let first = format!("You said yes. The photo arrives when {person}'s device is next online.");
    view! { <p class="card">{first}" You can close this page and come back."</p> }
}

/// Read out when something arrives; those who see it see the list.
fn arrived() -> impl IntoView {
    let app = App::here();
    let is_ready = |entry: &&Entry<Received>| entry.state == ReceivedStage::Ready;
    let ready =
        Memo::new(move |_| app.shelf.with(|shelf| shelf.received.iter().filter(is_ready).count()));
    move || match ready.get() {
        0 => None,
        1 => Some("A photo can be viewed.".to_owned()),
        count => Some(format!("{count} photos can be viewed.")),
    }
}

fn received_list() -> impl IntoView {
    let app = App::here();
    let entries = Memo::new(move |_| app.shelf.with(|shelf| shelf.received.clone()));
    move || {
        let entries = entries.get();
        if entries.is_empty() {
            return view! { <p class="soft">"Nothing here yet."</p> }.into_any();
        }
        let items: Vec<_> = entries.iter().map(received).collect();
        view! { <ul class="shelf card">{items}</ul> }.into_any()
    }
}

fn received(entry: &Entry<Received>) -> impl IntoView + use<> {
    let state = match entry.state {
        ReceivedStage::Ready => {
            format!("{} left, until {}", views(entry.views_left), day(entry.not_after))
        }
        ReceivedStage::Gone => "This photo is gone from here.".to_owned(),
    };
    let is_ready = entry.state == ReceivedStage::Ready;
    let actions = is_ready.then(|| actions(entry));
    let limit = is_ready.then(|| {
        view! {
            <p class="limit">
                "It counts as viewed the moment it opens. Pictures of a screen cannot be \
                 prevented."
            </p>
        }
    });
    view! {
        <li>
            <div class="about stack">
                <p><span class="who">{entry.person.clone()}</span><br/>{state}</p>
                {limit}
            </div>
            {actions}
        </li>
    }
}

fn actions(entry: &Entry<Received>) -> impl IntoView + use<> {
    let app = App::here();
    let busy = move || app.busy.get().is_some();
    let (to_view, to_keep) = (entry.share.clone(), entry.share.clone());
    let keep = entry.may_keep.then(|| {
        view! {
            <button class="button" type="button" disabled=busy
                on:click=move |_| app.keep(to_keep.clone())>"Keep a copy"</button>
        }
    });
    view! {
        <div class="row">
            <button class="button main" type="button" disabled=busy
                on:click=move |_| app.view(to_view.clone())>
                {format!("View now ({} left)", views(entry.views_left))}
            </button>
            {keep}
        </div>
    }
}

fn sent_list() -> impl IntoView {
    let app = App::here();
    let entries = Memo::new(move |_| app.shelf.with(|shelf| shelf.sent.clone()));
    move || {
        let entries = entries.get();
        if entries.is_empty() {
            return view! {
                <p class="soft">"You have not shared a photo."</p>
                <button class="button" type="button" on:click=move |_| app.go(Screen::Start)>
                    "Check a photo"
                </button>
            }
            .into_any();
        }
        let items: Vec<_> = entries.iter().map(sent).collect();
        let several = entries.iter().filter(|entry| can_take_back(entry.state)).count() > 1;
        view! {
            <ul class="shelf card">{items}</ul>
            {several.then(|| view! {
                <button class="button" type="button" on:click=move |_| app.withdraw_all()>
                    "Take everything back"
                </button>
            })}
            <p class="limit">
                "Taking back ends every further view at once. What has been seen cannot be unseen."
            </p>
        }
        .into_any()
    }
}

fn sent(entry: &Entry<Sent>) -> impl IntoView + use<> {
    let app = App::here();
    let share = entry.share.clone();
    let button = can_take_back(entry.state).then(|| {
        view! {
            <button class="button" type="button" disabled=move || app.busy.get().is_some()
                on:click=move |_| app.withdraw(share.clone())>"Take it back"</button>
        }
    });
    view! {
        <li>
            <p class="about">
                <span class="who">{format!("For {}", entry.person)}</span><br/>{sent_words(entry)}
            </p>
            {button}
        </li>
    }
}

fn can_take_back(stage: SentStage) -> bool {
    matches!(stage, SentStage::WaitingForYes | SentStage::Delivered)
}

fn sent_words(entry: &Entry<Sent>) -> String {
    let until = day(entry.not_after);
    match entry.state {
        SentStage::WaitingForYes => {
            format!("Waiting for a yes. To view {}, until {until}.", times(entry.views))
        }
        SentStage::Delivered => {
            format!(
                "Delivered. {} of {} left, until {until}.",
                entry.views_left,
                views(entry.views)
            )
        }
        SentStage::Withdrawing => "Being taken back. It goes on when the server answers.".into(),
        SentStage::Withdrawn => "Taken back. Nobody can open it any more.".into(),
        SentStage::Ended => "Over: viewed as agreed, or run out.".into(),
    }
}

fn people_list() -> impl IntoView {
    let app = App::here();
    let people = Memo::new(move |_| app.shelf.with(|shelf| shelf.people.clone()));
    move || {
        let items: Vec<_> = people.get().iter().map(person).collect();
        (!items.is_empty()).then(|| {
            view! {
                <section class="stack" aria-labelledby="people">
                    <h2 id="people">"What you agreed on"</h2>
                    <ul class="shelf card">{items}</ul>
                    <p class="limit">
                        "Ending takes back everything you sent this person, and nothing more \
                         comes from them. You need no reason."
                    </p>
                </section>
            }
        })
    }
}

fn person(person: &Person) -> impl IntoView + use<> {
    let app = App::here();
    let until = day(person.until);
    let standing = match person.standing {
        Standing::Invited => format!("Has your link; has not said yes. Would end on {until}."),
        Standing::Awaited | Standing::Agreed => format!("Ends by itself on {until}."),
    };
    let name = person.name.clone();
    let is_for = |made: &MadeLink| made.person == name;
    let has_link = app.made_link.with_untracked(|made| made.as_ref().is_some_and(is_for));
    let link = (has_link && person.standing == Standing::Invited).then(|| {
        view! {
            <button class="button" type="button" on:click=move |_| app.go(Screen::Link)>
                "Show the link"
            </button>
        }
    });
    view! {
        <li>
            <p class="about"><span class="who">{name.clone()}</span><br/>{standing}</p>
            {link}
            <button class="button" type="button" disabled=move || app.busy.get().is_some()
                on:click=move |_| app.end(name.clone())>"End it"</button>
        </li>
    }
}
