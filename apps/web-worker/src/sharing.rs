//! Sharing a photo, and opening one that was shared.

use client::{
    Error, Keeping, MediaType, OpenedPhoto, PartnerStage, Permission, ShareLimits, Terms,
};
use vocab::{ShareId, Timestamp};
use web_messages::{Answer, Keep, NewShare, Opened, Trouble};

use crate::port::{Along, Reply};
use crate::session::{OpenDevice, now};
use crate::shelf;
use crate::trouble::trouble;

/// Shares a clean photo: with a new link, or under the terms already agreed on with that person.
pub(crate) async fn share(
    device: &mut OpenDevice,
    clean: media::Clean,
    share: &NewShare,
) -> Result<Answer, Trouble> {
    let not_after = full_minute(now().plus_days(u64::from(share.days)));
    let keeping = match share.keep {
        Keep::Yes => Keeping::Agreed,
        Keep::No => Keeping::NotAgreed,
    };
    let limits = ShareLimits { views: share.views, not_after, keeping };
    let goes_on = |partner: &client::PartnerView| {
        partner.name == share.name && partner.stage != PartnerStage::Ended
    };
    if let Some(known) = device.partners().into_iter().find(goes_on) {
        let limits = ShareLimits { not_after: not_after.min(known.terms.until), ..limits };
        device.share(clean, &share.name, limits, now()).await.map_err(trouble)?;
        return shelf::sync(device).await;
    }
    let terms = Terms {
        until: not_after,
        views_max: share.views,
        keep: match share.keep {
            Keep::Yes => Permission::Allowed,
            Keep::No => Permission::NotAllowed,
        },
        ..Terms::offered(now())
    };
    match invite_and_share(device, clean, &share.name, terms, limits).await {
        Ok(link) => Ok(Answer::Linked { link, words: consent::terms::words(&terms) }),
        Err(error) => {
            // Half an invitation would only stand in the way of the next try. If even that
            // fails, the first error is still the one to tell.
            if !matches!(error, Error::NameTaken | Error::InvalidName) {
                let _ = device.end(&share.name, now()).await;
            }
            Err(trouble(error))
        }
    }
}

/// The minute a moment is in: what both sign should not name seconds.
fn full_minute(moment: Timestamp) -> Timestamp {
    let seconds = moment.unix_seconds();
    Timestamp::from_unix_seconds(seconds - seconds % 60).unwrap_or(moment)
}

async fn invite_and_share(
    device: &mut OpenDevice,
    clean: media::Clean,
    name: &str,
    terms: Terms,
    limits: ShareLimits,
) -> Result<String, Error> {
    let link = device.invite(name, terms, false, now()).await?;
    device.share(clean, name, limits, now()).await?;
    Ok(link.expose().to_string())
}

/// Uses one view.
pub(crate) async fn view(device: &mut OpenDevice, share: ShareId) -> Result<Reply, Trouble> {
    match device.view(share, now()).await {
        Ok(opened) => Ok(handed_over(&opened)),
        // Withdrawn, run out or used up: for the person who wants to look it is one and the same.
        Err(Error::Denied(_) | Error::NoSuchShare) => Err(Trouble::PhotoGone),
        Err(error) => Err(trouble(error)),
    }
}

/// Keeps a copy, where that was agreed.
pub(crate) async fn keep(device: &mut OpenDevice, share: ShareId) -> Result<Reply, Trouble> {
    device.keep(share, now()).await.map(|opened| handed_over(&opened)).map_err(trouble)
}

fn handed_over(opened: &OpenedPhoto) -> Reply {
    let media_type = match opened.media_type {
        MediaType::Jpeg => "image/jpeg",
        MediaType::Png => "image/png",
        MediaType::WebP => "image/webp",
    };
    Reply {
        answer: Answer::Opened(Opened {
            media_type: media_type.to_owned(),
            views_left: opened.views_left,
        }),
        along: Along::Bytes(opened.bytes.to_vec()),
    }
}
