//! Claims: the one place where a view is counted and a release is given.

use crate::command::{FreshRelease, Sealed};
use crate::model::{LiveShare, Release, Share};
use crate::{Refusal, Reply, Rows, Stop, Tx};
use vocab::limits::CLAIM_RETRY_SECONDS;
use vocab::{ClaimId, ShareId, Timestamp};

pub(super) fn claim(
    tx: &mut dyn Tx,
    share: ShareId,
    claim: ClaimId,
    reply_key: &[u8; 32],
    fresh: Option<&FreshRelease>,
    now: Timestamp,
) -> Result<Reply, Stop> {
    let mut row = claimable(tx, share, now)?;
    if let Some(earlier) = tx.release(share, claim)? {
        return retry(earlier, reply_key, now).map_err(Stop::from);
    }
    // The release in hand was made outside, from a snapshot. R8, R3: only if the very half it was
    // made from is still there is it worth anything.
    let fresh = fresh.filter(|fresh| row.half.as_ref() == Some(&fresh.made_from));
    let (Some(fresh), Some(views_left)) = (fresh, row.views_left.checked_sub(1)) else {
        return Err(Refusal::Gone.into());
    };

    // R1: counted here, in the transaction that must be durable before anybody sees the reply.
    row.views_left = views_left;
    row.claimed_at = Some(now);
    if views_left == 0 {
        row.half = None; // R8
    }
    let release = Release {
        reply_key: *reply_key,
        views_left,
        made_at: now,
        sealed: Some(fresh.sealed.0.clone()),
    };
    tx.put_share(share, &Share::Live(Box::new(row)))?;
    tx.put_release(share, claim, &release)?;
    Ok(Reply::Claimed { release: fresh.sealed.clone(), views_left })
}

/// A share that can be claimed or whose claim can be retried: ready and not over (R7, R15).
pub(crate) fn claimable(
    rows: &(impl Rows + ?Sized),
    share: ShareId,
    now: Timestamp,
) -> Result<LiveShare, Stop> {
    match rows.share(share)? {
        Some(Share::Live(row)) if row.object.is_some() && !row.expired(now) => Ok(*row),
        _ => Err(Refusal::Gone.into()),
    }
}

/// R2: the same attempt gets the same bytes for a short while. R9: and nothing ever after.
fn retry(earlier: Release, reply_key: &[u8; 32], now: Timestamp) -> Result<Reply, Refusal> {
    let in_time = now.seconds_since(earlier.made_at) <= CLAIM_RETRY_SECONDS;
    match earlier.sealed {
        Some(sealed) if in_time && earlier.reply_key == *reply_key => {
            Ok(Reply::Claimed { release: Sealed(sealed), views_left: earlier.views_left })
        }
        _ => Err(Refusal::Gone),
    }
}
