//! What was sent and received, as the page shows it.

use client::{Error, Event, Keeping, PartnerStage, ReceivedView, SentView, Withdraw};
use web_messages::{
    Answer, Entry, Person, Reach, Received, ReceivedStage, Sent, SentStage, Shelf, Standing,
    Trouble,
};

use crate::session::{OpenDevice, now};
use crate::trouble::trouble;

/// Goes on with everything that waits, then tells how things stand. A relay that does not answer
/// is told too, and is no reason not to show what is known.
pub(crate) async fn sync(device: &mut OpenDevice) -> Result<Answer, Trouble> {
    let mut shelf = Shelf::default();
    match device.sync(now()).await {
        Ok(events) => shelf.clock_differs_seconds = events.iter().find_map(clock),
        Err(error) => shelf.reach = reach(error)?,
    }
    if shelf.reach == Reach::Reached
        && let Err(error) = device.refresh_sent().await
    {
        shelf.reach = reach(error)?;
    }
    Ok(Answer::Shelf(filled(shelf, device)))
}

/// Takes photos back.
pub(crate) async fn withdraw(device: &mut OpenDevice, which: Withdraw) -> Result<Answer, Trouble> {
    let report = device.withdraw(which, now()).await.map_err(trouble)?;
    Ok(Answer::Shelf(filled(told_relay(report), device)))
}

/// Ends what was agreed with a person. If the relay does not answer, it is told later.
pub(crate) async fn end(device: &mut OpenDevice, person: &str) -> Result<Answer, Trouble> {
    let report = device.end(person, now()).await.map_err(trouble)?;
    Ok(Answer::Shelf(filled(told_relay(report), device)))
}

fn told_relay(report: client::WithdrawReport) -> Shelf {
    let reach = if report.unconfirmed > 0 { Reach::NotReached } else { Reach::Reached };
    Shelf { reach, ..Shelf::default() }
}

/// How things stand, without asking the relay.
pub(crate) fn answer(device: &OpenDevice) -> Answer {
    Answer::Shelf(filled(Shelf::default(), device))
}

fn reach(error: Error) -> Result<Reach, Trouble> {
    match error {
        Error::Storage(_) => Err(trouble(error)),
        _ => Ok(Reach::NotReached),
    }
}

fn clock(event: &Event) -> Option<u64> {
    match event {
        Event::ClockDiffers { seconds } => Some(*seconds),
        _ => None,
    }
}

fn filled(mut shelf: Shelf, device: &OpenDevice) -> Shelf {
    let (sent_views, received_views) = (device.sent(), device.received());
    shelf.sent = sent_views.iter().rev().map(sent).collect();
    shelf.received = received_views.iter().rev().map(received).collect();
    for partner in device.partners() {
        let has_photos = sent_views.iter().any(|sent| sent.to == partner.name)
            || received_views.iter().any(|received| received.from == partner.name);
        let standing = match partner.stage {
            PartnerStage::Ended => continue,
            PartnerStage::Invited { .. } => Standing::Invited,
            PartnerStage::Answering | PartnerStage::Paired if has_photos => Standing::Agreed,
            PartnerStage::Answering | PartnerStage::Paired => Standing::Awaited,
        };
        let until = partner.terms.until.unix_seconds();
        shelf.people.push(Person { name: partner.name, until, standing });
    }
    shelf
}

fn sent(view: &SentView) -> Entry<Sent> {
    Entry {
        share: view.share.to_string(),
        person: view.to.clone(),
        not_after: view.limits.not_after.unix_seconds(),
        views: view.limits.views,
        views_left: view.views_left,
        may_keep: view.limits.keeping == Keeping::Agreed,
        state: match view.stage {
            client::SentStage::Waiting => SentStage::WaitingForYes,
            client::SentStage::Delivered => SentStage::Delivered,
            client::SentStage::Withdrawing => SentStage::Withdrawing,
            client::SentStage::Withdrawn => SentStage::Withdrawn,
            client::SentStage::Ended => SentStage::Ended,
        },
    }
}

fn received(view: &ReceivedView) -> Entry<Received> {
    let limits = view.limits;
    Entry {
        share: view.share.to_string(),
        person: view.from.clone(),
        not_after: limits.map_or(0, |limits| limits.not_after.unix_seconds()),
        views: limits.map_or(0, |limits| limits.views),
        views_left: view.views_left,
        may_keep: limits.is_some_and(|limits| limits.keeping == Keeping::Agreed),
        state: if limits.is_some() { ReceivedStage::Ready } else { ReceivedStage::Gone },
    }
}
