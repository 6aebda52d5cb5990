//! Announcing a share and delivering its blob.

use super::capability::live_allowance;
use super::{consent_end_max, same};
use crate::model::{LiveShare, Share, ShareTerms, Usage};
use crate::{Refusal, Reply, Rows, Stop, Tx};
use vocab::limits::{BLOB_BYTES_MAX, VIEWS_MAX};
use vocab::{CapabilityDigest, ObjectId, ShareId, Timestamp};

pub(super) fn put(
    tx: &mut dyn Tx,
    share: ShareId,
    record: &LiveShare,
    now: Timestamp,
) -> Result<Reply, Stop> {
    // R5: before anything else, so that nothing can be learned without consent.
    let allows = live_allowance(tx, record.terms.capability, now)?;
    check_terms(&record.terms, now)?;
    let replaced = match tx.share(share)? {
        None => None,
        // R3, R4: withdrawn or ended; a late copy does not bring it back.
        Some(Share::Ended(_)) => return Err(Refusal::Gone.into()),
        Some(Share::Live(old)) if old.expired(now) => return Err(Refusal::Gone.into()),
        Some(Share::Live(old)) if !same(&old.terms.control, &record.terms.control) => {
            return Err(Refusal::Conflict.into());
        }
        // R10: ready; the same again is fine, anything else is not.
        Some(Share::Live(old)) if old.object.is_some() => {
            let same_again = old.terms == record.terms;
            return if same_again { Ok(Reply::Done) } else { Err(Refusal::Conflict.into()) };
        }
        Some(Share::Live(old)) => Some(old),
    };

    // R11: what lies there with this record in place of the one it replaces.
    let Usage { mut shares, mut bytes } = tx.usage(record.terms.capability)?;
    if let Some(old) = &replaced
        && old.terms.capability == record.terms.capability
    {
        shares -= 1;
        bytes -= old.terms.blob_bytes;
    }
    let bytes = bytes.saturating_add(record.terms.blob_bytes);
    if shares >= allows.shares_max || bytes > allows.bytes_max {
        return Err(Refusal::Busy.into());
    }
    let fresh = LiveShare {
        views_left: record.terms.views,
        object: None,
        claimed_at: None,
        ..record.clone()
    };
    tx.put_share(share, &Share::Live(Box::new(fresh)))?;
    Ok(if replaced.is_some() { Reply::Done } else { Reply::Created })
}

fn check_terms(terms: &ShareTerms, now: Timestamp) -> Result<(), Refusal> {
    if terms.blob_bytes > BLOB_BYTES_MAX {
        return Err(Refusal::TooBig);
    }
    let possible = terms.blob_bytes > 0
        && (1..=VIEWS_MAX).contains(&terms.views)
        && terms.not_after > now
        && terms.not_after <= consent_end_max(now);
    if possible { Ok(()) } else { Err(Refusal::Malformed) }
}

/// What an upload under way must match, or that it is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// So many bytes with this digest.
    Blob {
        /// Exact size.
        bytes: u64,
        /// SHA-256.
        digest: [u8; 32],
    },
    /// It is there already.
    Nothing,
}

/// R5: asked before a byte of a blob is read, and again when it is there.
pub(crate) fn expected_blob(
    rows: &dyn Rows,
    share: ShareId,
    capability: CapabilityDigest,
    now: Timestamp,
) -> Result<(LiveShare, Expected), Stop> {
    live_allowance(rows, capability, now)?;
    match rows.share(share)? {
        Some(Share::Live(row)) if !same(&row.terms.capability, &capability) => {
            Err(Refusal::Refused.into())
        }
        Some(Share::Live(row)) if !row.expired(now) => {
            let ShareTerms { blob_bytes: bytes, blob_digest: digest, .. } = row.terms;
            let ready = row.object.is_some();
            let expected = if ready { Expected::Nothing } else { Expected::Blob { bytes, digest } };
            Ok((*row, expected))
        }
        _ => Err(Refusal::Gone.into()),
    }
}

pub(super) fn finish_blob(
    tx: &mut dyn Tx,
    share: ShareId,
    capability: CapabilityDigest,
    object: ObjectId,
    (bytes, digest): (u64, &[u8; 32]),
    now: Timestamp,
) -> Result<Reply, Stop> {
    let (mut row, expected) = expected_blob(tx, share, capability, now)?;
    match expected {
        // The same blob came twice at once; the first one stays.
        Expected::Nothing => Ok(Reply::Done),
        Expected::Blob { bytes: said, digest: told } if said == bytes && told == *digest => {
            row.object = Some(object);
            tx.put_share(share, &Share::Live(Box::new(row)))?;
            Ok(Reply::Created)
        }
        Expected::Blob { .. } => Err(Refusal::Malformed.into()),
    }
}
