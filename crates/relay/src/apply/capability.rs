//! Consent to receive.

use super::{consent_end_max, readable_mailbox, tombstone_end};
use crate::model::{Allowance, Capability, Mailbox};
use crate::{Refusal, Reply, Rows, Stop, Tx};
use vocab::limits::{BYTES_PER_CAPABILITY_MAX, SHARES_PER_CAPABILITY_MAX};
use vocab::{CapabilityDigest, MailboxId, Timestamp};

pub(super) fn put(
    tx: &mut dyn Tx,
    capability: CapabilityDigest,
    mailbox: MailboxId,
    read: CapabilityDigest,
    allows: Allowance,
    now: Timestamp,
) -> Result<Reply, Stop> {
    readable_mailbox(tx, mailbox, &read)?;
    match tx.capability(capability)? {
        Some(row) if row.mailbox != mailbox => return Err(Refusal::Conflict.into()),
        // R6: withdrawn before; this is a late copy of the request that gave it.
        Some(Capability { allows: None, .. }) => return Err(Refusal::Gone.into()),
        Some(Capability { allows: Some(old), .. }) if old == allows => return Ok(Reply::Done),
        Some(_) => return Err(Refusal::Conflict.into()),
        None => {}
    }
    if allows.bytes_max > BYTES_PER_CAPABILITY_MAX
        || allows.shares_max > SHARES_PER_CAPABILITY_MAX
        || allows.not_after <= now
        || allows.not_after > consent_end_max(now)
    {
        return Err(Refusal::Malformed.into());
    }
    let row = Capability { mailbox, allows: Some(allows), forget_at: tombstone_end(now) };
    tx.put_capability(capability, &row)?;
    Ok(Reply::Created)
}

pub(super) fn delete(
    tx: &mut dyn Tx,
    capability: CapabilityDigest,
    read: CapabilityDigest,
    now: Timestamp,
) -> Result<Reply, Stop> {
    let mailbox = tx.mailbox_read_by(read)?.ok_or(Refusal::Refused)?;
    readable_mailbox(tx, mailbox, &read)?;
    if tx.capability(capability)?.is_some_and(|row| row.mailbox != mailbox) {
        return Err(Refusal::Refused.into());
    }
    // R6: also for one never seen, because the request that gives it may come later.
    let row = Capability { mailbox, allows: None, forget_at: tombstone_end(now) };
    tx.put_capability(capability, &row)?;
    Ok(Reply::Done)
}

/// R5: what a capability allows now. Withdrawn, expired, unknown, or its mailbox gone: refused.
pub(crate) fn live_allowance(
    rows: &dyn Rows,
    capability: CapabilityDigest,
    now: Timestamp,
) -> Result<Allowance, Stop> {
    let Some(Capability { mailbox, allows: Some(allows), .. }) = rows.capability(capability)?
    else {
        return Err(Refusal::Refused.into());
    };
    let reader_there = matches!(rows.mailbox(mailbox)?, Some(Mailbox::Live(_)));
    match reader_there && now <= allows.not_after {
        true => Ok(allows),
        false => Err(Refusal::Refused.into()),
    }
}
