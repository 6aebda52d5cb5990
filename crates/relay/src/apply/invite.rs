//! Invitations.

use super::{mailbox, readable_mailbox, same};
use crate::command::Sealed;
use crate::model::{Invite, InviteState, LiveMailbox, Mailbox, OpenInvite};
use crate::{Refusal, Reply, Rows, Stop, Tx};
use vocab::limits::{CLOCK_SKEW_SECONDS_MAX, CONTROL_MESSAGE_BYTES, INVITE_SECONDS_MAX};
use vocab::{CapabilityDigest, InviteId, MailboxId, MessageId, Timestamp};

/// The latest end an invitation may have, with room for a device's clock that is ahead.
pub(crate) fn end_max(now: Timestamp) -> Timestamp {
    now.plus_seconds(INVITE_SECONDS_MAX + CLOCK_SKEW_SECONDS_MAX)
}

pub(super) fn put(
    tx: &mut dyn Tx,
    invite: InviteId,
    mailbox: MailboxId,
    mailbox_read: CapabilityDigest,
    open: OpenInvite,
    now: Timestamp,
) -> Result<Reply, Stop> {
    readable_mailbox(tx, mailbox, &mailbox_read)?;
    match tx.invite(invite)? {
        Some(row) if row.mailbox != mailbox => return Err(Refusal::Conflict.into()),
        Some(Invite { state: InviteState::Open(old), .. }) if old == open => {
            return Ok(Reply::Done);
        }
        Some(Invite { state: InviteState::Open(_), .. }) => return Err(Refusal::Conflict.into()),
        // R6, R14: used or cancelled; this is a late copy.
        Some(_) => return Err(Refusal::Gone.into()),
        None => {}
    }
    if open.offer.len() != CONTROL_MESSAGE_BYTES
        || open.not_after <= now
        || open.not_after > end_max(now)
    {
        return Err(Refusal::Malformed.into());
    }
    let forget_at = open.not_after.plus_seconds(1);
    tx.put_invite(invite, &Invite { mailbox, forget_at, state: InviteState::Open(open) })?;
    Ok(Reply::Created)
}

pub(super) fn accept(
    tx: &mut dyn Tx,
    invite: InviteId,
    accept: CapabilityDigest,
    message: MessageId,
    body: &Sealed,
    now: Timestamp,
) -> Result<Reply, Stop> {
    let row = tx.invite(invite)?.ok_or(Refusal::Gone)?;
    match &row.state {
        // A lost answer: the same message again.
        InviteState::Used { accept: used_by, message: brought }
            if same(used_by, &accept) && *brought == message =>
        {
            Ok(Reply::Done)
        }
        InviteState::Open(open) if same(&open.accept, &accept) && now <= open.not_after => {
            let inviter = inviter(tx, row.mailbox)?;
            // R14: used up and delivered in one transaction; a full mailbox leaves it open.
            mailbox::add(tx, row.mailbox, inviter, message, body, now)?;
            let state = InviteState::Used { accept, message };
            tx.put_invite(invite, &Invite { state, ..row })?;
            Ok(Reply::Created)
        }
        _ => Err(Refusal::Gone.into()),
    }
}

pub(super) fn delete(
    tx: &mut dyn Tx,
    invite: InviteId,
    mailbox_read: CapabilityDigest,
    now: Timestamp,
) -> Result<Reply, Stop> {
    let mailbox = tx.mailbox_read_by(mailbox_read)?.ok_or(Refusal::Refused)?;
    readable_mailbox(tx, mailbox, &mailbox_read)?;
    match tx.invite(invite)? {
        Some(row) if row.mailbox != mailbox => Err(Refusal::Refused.into()),
        // Too late to cancel, and nothing is left to cancel.
        Some(Invite { state: InviteState::Used { .. }, .. }) => Ok(Reply::Done),
        // R6: also for one never seen, because the request that lays it out may come later.
        _ => {
            let forget_at = end_max(now).plus_seconds(1);
            tx.put_invite(invite, &Invite { mailbox, forget_at, state: InviteState::Cancelled })?;
            Ok(Reply::Done)
        }
    }
}

/// R14: looks at an offer and changes nothing.
pub(crate) fn offer(
    rows: &dyn Rows,
    invite: InviteId,
    read: &CapabilityDigest,
    now: Timestamp,
) -> Result<Vec<u8>, Stop> {
    let row = rows.invite(invite)?.ok_or(Refusal::Gone)?;
    match row.state {
        InviteState::Open(open) if same(&open.read, read) && now <= open.not_after => {
            inviter(rows, row.mailbox)?;
            Ok(open.offer)
        }
        _ => Err(Refusal::Gone.into()),
    }
}

/// The inviter's mailbox; without it the invitation is void.
fn inviter(rows: &(impl Rows + ?Sized), mailbox: MailboxId) -> Result<LiveMailbox, Stop> {
    match rows.mailbox(mailbox)? {
        Some(Mailbox::Live(row)) => Ok(row),
        _ => Err(Refusal::Gone.into()),
    }
}
