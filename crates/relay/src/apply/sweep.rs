//! The sweeper: R16, nothing stays longer than it must.

use super::withdrawal::end;
use crate::model::Share;
use crate::{Erasure, Error, Reply, Stop, Tx};
use vocab::limits::CLAIM_RETRY_SECONDS;
use vocab::{ShareId, Timestamp};

pub(super) fn sweep(tx: &mut dyn Tx, rows_max: u32, now: Timestamp) -> Result<Reply, Stop> {
    let due = tx.shares_due(now, rows_max)?;
    let mut erased = Erasure::None;
    for share in &due {
        erased = erased.max(sweep_share(tx, *share, now)?);
    }
    let retryable_from = now.unix_seconds().saturating_sub(CLAIM_RETRY_SECONDS);
    let cleared = match Timestamp::from_unix_seconds(retryable_from) {
        Some(before) => tx.clear_releases(before, rows_max)?,
        None => 0,
    };
    let forgotten = tx.drop_forgotten(now, rows_max)?;
    let shares = u32::try_from(due.len()).unwrap_or(rows_max);
    let rows = shares.max(cleared).max(forgotten);
    if cleared > 0 || forgotten > 0 {
        erased = erased.max(Erasure::Soon);
    }
    Ok(Reply::Swept { rows, erased })
}

fn sweep_share(tx: &mut dyn Tx, share: ShareId, now: Timestamp) -> Result<Erasure, Error> {
    match tx.share(share)? {
        Some(Share::Live(row)) if row.due() <= now => {
            end(tx, share, row.terms.control, now)?;
            Ok(Erasure::Soon)
        }
        Some(Share::Ended(tombstone)) if tombstone.forget_at <= now => {
            tx.drop_share(share)?;
            Ok(Erasure::None)
        }
        _ => Ok(Erasure::None),
    }
}
