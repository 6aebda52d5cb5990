//! Mailboxes and the messages in them.

use super::{readable_mailbox, same, tombstone_end};
use crate::command::Sealed;
use crate::model::{LiveMailbox, Mailbox, Message};
use crate::{Refusal, Reply, Stop, Tx};
use vocab::limits::{
    CONTROL_MESSAGE_BYTES, MAILBOX_MESSAGES_MAX, MESSAGE_DAYS_MAX, MESSAGE_ID_SECONDS,
};
use vocab::{CapabilityDigest, MailboxId, MessageId, Timestamp};

pub(super) fn put(
    tx: &mut dyn Tx,
    mailbox: MailboxId,
    read: CapabilityDigest,
    post: CapabilityDigest,
) -> Result<Reply, Stop> {
    match tx.mailbox(mailbox)? {
        Some(Mailbox::Live(row)) if same(&row.read, &read) && same(&row.post, &post) => {
            Ok(Reply::Done)
        }
        Some(Mailbox::Live(_)) => Err(Refusal::Conflict.into()),
        // R6: a late copy of the request that made it.
        Some(Mailbox::Forgotten { .. }) => Err(Refusal::Gone.into()),
        None => {
            // A token that reads two boxes would tie them together, and which one a deletion of
            // an unknown capability means would be open.
            if tx.mailbox_read_by(read)?.is_some() {
                return Err(Refusal::Conflict.into());
            }
            let row = LiveMailbox { read, post, next_sequence: 1 };
            tx.put_mailbox(mailbox, &Mailbox::Live(row))?;
            Ok(Reply::Created)
        }
    }
}

pub(super) fn delete(
    tx: &mut dyn Tx,
    mailbox: MailboxId,
    read: CapabilityDigest,
    now: Timestamp,
) -> Result<Reply, Stop> {
    if let Some(Mailbox::Forgotten { read: old, .. }) = tx.mailbox(mailbox)?
        && same(&old, &read)
    {
        return Ok(Reply::Done);
    }
    readable_mailbox(tx, mailbox, &read)?;
    // Capabilities and invitations of a mailbox that is not live are void; see `live_allowance`.
    tx.drop_messages(mailbox)?;
    tx.put_mailbox(mailbox, &Mailbox::Forgotten { read, forget_at: tombstone_end(now) })?;
    Ok(Reply::Done)
}

pub(super) fn post(
    tx: &mut dyn Tx,
    mailbox: MailboxId,
    post: CapabilityDigest,
    message: MessageId,
    body: &Sealed,
    now: Timestamp,
) -> Result<Reply, Stop> {
    match tx.mailbox(mailbox)? {
        Some(Mailbox::Live(row)) if same(&row.post, &post) => {
            add(tx, mailbox, row, message, body, now)
        }
        _ => Err(Refusal::Refused.into()),
    }
}

/// Adds a message to a mailbox whose right was checked. R13: once, in order.
pub(super) fn add(
    tx: &mut dyn Tx,
    mailbox: MailboxId,
    mut row: LiveMailbox,
    message: MessageId,
    body: &Sealed,
    now: Timestamp,
) -> Result<Reply, Stop> {
    if body.0.len() != CONTROL_MESSAGE_BYTES {
        return Err(Refusal::Malformed.into());
    }
    if tx.message_seen(mailbox, message)? {
        return Ok(Reply::Done);
    }
    if tx.messages_waiting(mailbox)? >= MAILBOX_MESSAGES_MAX {
        return Err(Refusal::Busy.into());
    }
    let sequence = row.next_sequence;
    row.next_sequence = sequence.checked_add(1).ok_or(Refusal::Busy)?;
    let message = Message { sequence, message, body: body.0.clone() };
    tx.put_mailbox(mailbox, &Mailbox::Live(row))?;
    tx.put_message(mailbox, &message, now.plus_days(MESSAGE_DAYS_MAX))?;
    Ok(Reply::Created)
}

pub(super) fn delete_messages(
    tx: &mut dyn Tx,
    mailbox: MailboxId,
    read: CapabilityDigest,
    through: u64,
    now: Timestamp,
) -> Result<Reply, Stop> {
    readable_mailbox(tx, mailbox, &read)?;
    tx.clear_messages(mailbox, through, now.plus_seconds(MESSAGE_ID_SECONDS))?;
    Ok(Reply::Done)
}
