//! `velum inbox` and `velum sync`: fetch what has come, carry on what waits.

use client::{Event, ReceivedView};
use serde_json::{Value as Json, json};

use crate::cli::VaultOptions;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle, short};
use crate::words::{sharing, trouble};

/// Photos shared with us.
pub(crate) fn run(options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let synced = settle(session.device.sync(session.now));
    let received = session.device.received();
    if options.json {
        let photos: Vec<_> = received.iter().map(received_json).collect();
        out.document(&json!({
            "version": 1,
            "photos": photos,
            "up_to_date": synced.is_ok(),
        }))?;
    } else {
        print(&received, out)?;
    }
    after_sync(synced.map(|_| ()), out)
}

/// Everything that happened since the last time.
pub(crate) fn sync(options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let events = settle(session.device.sync(session.now)).map_err(trouble::of)?;
    if options.json {
        let events: Vec<_> = events.iter().map(event_json).collect();
        out.document(&json!({ "version": 1, "events": events }))?;
    } else if events.is_empty() {
        out.line("Nothing new.")?;
    } else {
        for event in &events {
            out.line(event_words(event))?;
        }
    }
    Ok(Outcome::Done)
}

/// What is known here has been told; a relay that is down is told too, and changes the exit code.
pub(super) fn after_sync(
    synced: Result<(), client::Error>,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    match synced {
        Ok(()) => Ok(Outcome::Done),
        Err(error) => {
            let failure = trouble::of(error);
            out.complain(&failure);
            match failure.kind {
                vocab::ErrorKind::Unavailable => Ok(Outcome::RelayToBeTold),
                _ => Ok(Outcome::SomeFailed),
            }
        }
    }
}

fn print(received: &[ReceivedView], out: &mut Output) -> Result<(), Failure> {
    if received.is_empty() {
        return out.line("No photo has been shared with you yet.");
    }
    for view in received {
        out.line(format!(
            "{}  from {}: {}",
            short(view.share),
            view.from,
            sharing::received(view)
        ))?;
    }
    match received.iter().rev().find(|view| view.limits.is_some()) {
        Some(view) => out.line(format!("Next: velum view {}", short(view.share))),
        None => Ok(()),
    }
}

pub(super) fn received_json(view: &ReceivedView) -> Json {
    json!({
        "share": sharing::whole(view.share),
        "from": view.from,
        "stage": if view.limits.is_some() { "ready" } else { "gone" },
        "views_left": view.views_left,
        "until": view.limits.map(|limits| limits.not_after.to_string()),
        "may_keep": view.limits.is_some_and(|of| of.keeping == client::Keeping::Agreed),
    })
}

fn event_words(event: &Event) -> String {
    match event {
        Event::Accepted { name } => format!("{name} said yes. You have both signed the terms."),
        Event::PhotoArrived { share, from } => {
            let id = short(*share);
            format!("{id}: a photo from {from} has arrived. Next: velum view {id}")
        }
        Event::PhotoDelivered { share } => format!("{}: delivered to the relay.", short(*share)),
        Event::NotAvailable { share } => format!("{}: not available any more.", short(*share)),
        Event::Deleted { share } => {
            format!("{}: deleted here, as you both agreed.", short(*share))
        }
        Event::Ended { name } => format!("{name} has ended your agreement."),
        Event::Proposed { name } => format!(
            "{name} has signed new terms. What they narrow holds now; to read and answer the rest: \
             velum agreement renew {}",
            super::invite::quoted(name)
        ),
        Event::Renewed { name } => format!("{name} has signed the terms you proposed."),
        Event::ClockDiffers { seconds } => format!(
            "This machine's clock and the relay's differ by {seconds} seconds. \
             Check the date and time: agreements carry them."
        ),
    }
}

fn event_json(event: &Event) -> Json {
    match event {
        Event::Accepted { name } => json!({ "event": "accepted", "name": name }),
        Event::PhotoArrived { share, from } => {
            json!({ "event": "photo-arrived", "share": sharing::whole(*share), "from": from })
        }
        Event::PhotoDelivered { share } => {
            json!({ "event": "photo-delivered", "share": sharing::whole(*share) })
        }
        Event::NotAvailable { share } => {
            json!({ "event": "not-available", "share": sharing::whole(*share) })
        }
        Event::Deleted { share } => {
            json!({ "event": "deleted", "share": sharing::whole(*share) })
        }
        Event::Ended { name } => json!({ "event": "ended", "name": name }),
        Event::Proposed { name } => json!({ "event": "proposed", "name": name }),
        Event::Renewed { name } => json!({ "event": "renewed", "name": name }),
        Event::ClockDiffers { seconds } => {
            json!({ "event": "clock-differs", "seconds": seconds })
        }
    }
}
