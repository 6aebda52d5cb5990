//! Withdrawal: from here on there is nothing to release.

use super::{same, tombstone_end};
use crate::model::{Share, Tombstone};
use crate::{Error, Refusal, Reply, Stop, Tx};
use std::collections::BTreeSet;
use vocab::{CapabilityDigest, ObjectId, ShareId, Timestamp};
use wire::v1::SHARES_PER_REQUEST_MAX;

pub(super) fn withdraw(
    tx: &mut dyn Tx,
    shares: &[(ShareId, CapabilityDigest)],
    now: Timestamp,
) -> Result<Reply, Stop> {
    let different: BTreeSet<ShareId> = shares.iter().map(|(share, _)| *share).collect();
    if different.len() != shares.len() || shares.len() > SHARES_PER_REQUEST_MAX {
        return Err(Refusal::Malformed.into());
    }
    // R12: every token first.
    for (share, control) in shares {
        let stored = match tx.share(*share)? {
            Some(Share::Live(row)) => row.terms.control,
            Some(Share::Ended(tombstone)) => tombstone.control,
            None => continue,
        };
        if !same(&stored, control) {
            return Err(Refusal::Refused.into());
        }
    }
    let mut objects = Vec::new();
    for (share, control) in shares {
        // R4: one never seen gets its tombstone too.
        objects.extend(end(tx, *share, *control, now)?);
    }
    Ok(Reply::Withdrawn { objects })
}

/// Ends a share: half, releases and claim key go; a tombstone stays (R3). Answers the blob, which
/// is noted for deletion in the same transaction, so that a crash does not leave it behind.
pub(super) fn end(
    tx: &mut dyn Tx,
    share: ShareId,
    control: CapabilityDigest,
    now: Timestamp,
) -> Result<Option<ObjectId>, Error> {
    let object = match tx.share(share)? {
        Some(Share::Ended(_)) => return Ok(None),
        Some(Share::Live(row)) => row.object,
        None => None,
    };
    tx.drop_releases(share)?;
    if let Some(object) = object {
        tx.doom_object(object)?;
    }
    let tombstone = Tombstone { control, forget_at: tombstone_end(now) };
    tx.put_share(share, &Share::Ended(tombstone))?;
    Ok(object)
}
