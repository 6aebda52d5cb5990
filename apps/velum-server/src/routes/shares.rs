//! Shares: announcing, claiming, withdrawing, asking where they stand.

use crate::answer::{Answer, No, json, made};
use crate::request::{self, bearer, id};
use crate::site::{Site, no_keys, stale_epoch};
use crate::work::rng;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use relay::half::EpochKeys;
use relay::model::{LiveShare, ShareTerms};
use relay::{Command, Objects as _, Reply, Stop, claim as claims, read};
use std::sync::Arc;
use vocab::{CapabilityDigest, ShareId};
use wire::ContentType;
use wire::text::Bytes;
use wire::v1::claim::CLAIM_BYTES_MAX;
use wire::v1::{SHARES_PER_REQUEST_MAX, body, seal};

pub(super) async fn put(
    State(site): State<Site>,
    Path(share): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let share: ShareId = id(&share)?;
    let capability = bearer(&headers)?;
    // R5: before the body is read.
    let live = site.ask(move |rows, now| read::capability_live(rows, capability, now)).await;
    if let Err(stop) = live {
        return Err(request::refuse_early(stop.into(), body));
    }
    let said: body::PutShare = request::json(&headers, body).await?;
    let today = site.relay_time().await?.day_number();
    let keys = site.keys.arriving(said.epoch, today).ok_or_else(stale_epoch)?;
    let record =
        site.work.run(move || record(share, capability, said, &keys).map(Box::new)).await?;
    made(site.submit(Command::PutShare { share, record }).await?)
}

/// Opens the half that arrived and seals it for rest.
fn record(
    share: ShareId,
    capability: CapabilityDigest,
    said: body::PutShare,
    keys: &EpochKeys,
) -> Result<LiveShare, Stop> {
    let aad = seal::half_aad(share, said.policy, said.not_after, said.views);
    let half = keys.open_arrival(&aad, &said.half.0)?;
    Ok(LiveShare {
        half: Some(keys.wrap(share, &half, &mut rng())),
        epoch: said.epoch,
        views_left: said.views,
        object: None,
        claimed_at: None,
        terms: ShareTerms {
            capability,
            control: said.control,
            fetch: said.fetch,
            claim_key: said.claim_key,
            policy: said.policy,
            not_after: said.not_after,
            views: said.views,
            blob_bytes: said.blob_bytes,
            blob_digest: *said.blob_digest.as_bytes(),
        },
    })
}

pub(super) async fn claim(
    State(site): State<Site>,
    Path(share): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let share: ShareId = id(&share)?;
    let mac0 = request::whole(&headers, body, ContentType::Cose, CLAIM_BYTES_MAX).await?;
    let record = site.ask(move |rows, now| read::claimable(rows, share, now)).await?;
    let keys = site.keys.at(record.epoch);
    let command = site.work.run(move || prepare(share, &record, keys, &mac0)).await?;
    match site.submit(command).await? {
        Reply::Claimed { release, views_left } => {
            json(&body::Released { release: Bytes(release.0), views_left })
        }
        _ => Err(No::UNAVAILABLE),
    }
}

/// Checks the MAC and makes the release, which nobody sees unless the view is counted.
fn prepare(
    share: ShareId,
    record: &LiveShare,
    keys: Option<Arc<EpochKeys>>,
    mac0: &[u8],
) -> Result<Command, Stop> {
    let claim = claims::verify(share, record, mac0)?;
    claim.prepare(record, &*keys.ok_or_else(no_keys)?, &mut rng())
}

pub(super) async fn withdraw(State(site): State<Site>, headers: HeaderMap, body: Body) -> Answer {
    let shares = controlled(&headers, body).await?;
    let withdrawn = u32::try_from(shares.len()).map_err(|_| No::MALFORMED)?;
    match site.submit(Command::Withdraw { shares }).await? {
        Reply::Withdrawn { objects } => {
            // Without the half the bytes are noise; they go before the answer all the same. Should
            // we fall over here, the sweeper has their names.
            for object in objects {
                site.blobs.delete(object).await?;
            }
            json(&body::Withdrawn { withdrawn })
        }
        _ => Err(No::UNAVAILABLE),
    }
}

pub(super) async fn status(State(site): State<Site>, headers: HeaderMap, body: Body) -> Answer {
    let shares = controlled(&headers, body).await?;
    let shares = site.ask(move |rows, now| Ok(read::statuses(rows, &shares, now)?)).await?;
    json(&body::Statuses { shares })
}

/// Shares with the digests of the tokens presented for them; the tokens are wiped.
async fn controlled(
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<(ShareId, CapabilityDigest)>, No> {
    let body::ControlledShares { shares } = request::json(headers, body).await?;
    if shares.len() > SHARES_PER_REQUEST_MAX {
        return Err(No::MALFORMED);
    }
    Ok(shares.iter().map(|one| (one.share, one.control.digest())).collect())
}
