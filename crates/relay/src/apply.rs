//! The rules, applied to rows inside one transaction.
//!
//! Pure and deterministic. Each function checks everything first and writes last; a store rolls
//! back what a refused command wrote anyway.

pub(crate) mod capability;
pub(crate) mod claim;
pub(crate) mod invite;
mod mailbox;
pub(crate) mod share;
mod sweep;
mod withdrawal;

use crate::fence;
use crate::model::{LiveMailbox, Mailbox};
use crate::{Command, Error, Refusal, Reply, Stop, Tx};
use subtle::ConstantTimeEq;
use vocab::limits::{CLOCK_SKEW_SECONDS_MAX, CONSENT_DAYS_MAX, TOMBSTONE_DAYS};
use vocab::{CapabilityDigest, MailboxId, Timestamp};

/// R7: the time to apply commands at, recorded before any of them. A store calls this first in
/// every transaction, outside of what a refusal rolls back.
pub fn advance_clock(tx: &mut dyn Tx, system: Timestamp) -> Result<Timestamp, Error> {
    let recorded = tx.clock()?;
    if system > recorded {
        tx.put_clock(system)?;
    }
    Ok(system.max(recorded))
}

/// Applies one command at the time that [`advance_clock`] gave.
pub fn apply(tx: &mut dyn Tx, command: &Command, now: Timestamp) -> Result<Reply, Stop> {
    match command {
        Command::PutMailbox { mailbox, read, post } => mailbox::put(tx, *mailbox, *read, *post),
        Command::DeleteMailbox { mailbox, read } => mailbox::delete(tx, *mailbox, *read, now),
        Command::PostMessage { mailbox, post, message, body } => {
            mailbox::post(tx, *mailbox, *post, *message, body, now)
        }
        Command::DeleteMessages { mailbox, read, through } => {
            mailbox::delete_messages(tx, *mailbox, *read, *through, now)
        }
        Command::PutCapability { capability, mailbox, read, allows } => {
            capability::put(tx, *capability, *mailbox, *read, *allows, now)
        }
        Command::DeleteCapability { capability, read } => {
            capability::delete(tx, *capability, *read, now)
        }
        Command::PutInvite { invite, mailbox, mailbox_read, read, accept, not_after, offer } => {
            let open = crate::model::OpenInvite {
                read: *read,
                accept: *accept,
                not_after: *not_after,
                offer: offer.0.clone(),
            };
            invite::put(tx, *invite, *mailbox, *mailbox_read, open, now)
        }
        Command::AcceptInvite { invite, accept, message, body } => {
            invite::accept(tx, *invite, *accept, *message, body, now)
        }
        Command::DeleteInvite { invite, mailbox_read } => {
            invite::delete(tx, *invite, *mailbox_read, now)
        }
        Command::PutShare { share, record } => share::put(tx, *share, record, now),
        Command::FinishBlob { share, capability, object, bytes, digest } => {
            share::finish_blob(tx, *share, *capability, *object, (*bytes, digest), now)
        }
        Command::Claim { share, claim, reply_key, fresh } => {
            claim::claim(tx, *share, *claim, reply_key, fresh.as_ref(), now)
        }
        Command::Withdraw { shares } => withdrawal::withdraw(tx, shares, now),
        Command::Sweep { rows_max } => sweep::sweep(tx, *rows_max, now),
        Command::ForgetObjects { objects } => {
            objects.iter().try_for_each(|object| tx.forget_object(*object))?;
            Ok(Reply::Done)
        }
        Command::Fence { age } => Ok(fence::end_everything(tx, *age, now)?),
    }
}

/// Compares digests of tokens in constant time.
pub(crate) fn same(stored: &CapabilityDigest, presented: &CapabilityDigest) -> bool {
    stored.as_bytes().ct_eq(presented.as_bytes()).into()
}

/// The live mailbox that the presented token reads; anything else is refused.
pub(crate) fn readable_mailbox(
    tx: &dyn Tx,
    mailbox: MailboxId,
    read: &CapabilityDigest,
) -> Result<LiveMailbox, Stop> {
    match tx.mailbox(mailbox)? {
        Some(Mailbox::Live(row)) if same(&row.read, read) => Ok(row),
        _ => Err(Refusal::Refused.into()),
    }
}

/// The latest end a consent may have, with room for a device's clock that is ahead.
pub(crate) fn consent_end_max(now: Timestamp) -> Timestamp {
    now.plus_days(CONSENT_DAYS_MAX).plus_seconds(CLOCK_SKEW_SECONDS_MAX)
}

/// When something that ends now is forgotten.
pub(crate) fn tombstone_end(now: Timestamp) -> Timestamp {
    now.plus_days(TOMBSTONE_DAYS)
}
