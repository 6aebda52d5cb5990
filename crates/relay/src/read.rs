//! Questions that change nothing, answered from one snapshot. `now` is the larger of the system's
//! clock and the recorded one (R7): see [`clock`].

use crate::apply::{capability, claim, invite, same, share};
use crate::model::{LiveShare, Mailbox, Message, Share};
use crate::{Error, Refusal, Rows, Stop};
use vocab::{CapabilityDigest, InviteId, MailboxId, ObjectId, ShareId, Timestamp};
use wire::v1::body::{ShareState, Status};

pub use crate::apply::share::Expected;

/// R7: the time it is.
pub fn clock(rows: &dyn Rows, system: Timestamp) -> Result<Timestamp, Error> {
    Ok(rows.clock()?.max(system))
}

/// R5: whether a capability is live.
pub fn capability_live(
    rows: &dyn Rows,
    capability: CapabilityDigest,
    system: Timestamp,
) -> Result<(), Stop> {
    capability::live_allowance(rows, capability, clock(rows, system)?).map(|_| ())
}

/// Whether a token posts into a mailbox.
pub fn may_post(rows: &dyn Rows, mailbox: MailboxId, post: CapabilityDigest) -> Result<(), Stop> {
    match rows.mailbox(mailbox)? {
        Some(Mailbox::Live(row)) if same(&row.post, &post) => Ok(()),
        _ => Err(Refusal::Refused.into()),
    }
}

/// Messages that wait for the holder of the read token.
pub fn messages(
    rows: &dyn Rows,
    mailbox: MailboxId,
    read: CapabilityDigest,
    after: u64,
    rows_max: u32,
) -> Result<Vec<Message>, Stop> {
    match rows.mailbox(mailbox)? {
        Some(Mailbox::Live(row)) if same(&row.read, &read) => {
            Ok(rows.messages(mailbox, after, rows_max)?)
        }
        _ => Err(Refusal::Refused.into()),
    }
}

/// An invitation's offer.
pub fn offer(
    rows: &dyn Rows,
    invite: InviteId,
    read: CapabilityDigest,
    system: Timestamp,
) -> Result<Vec<u8>, Stop> {
    invite::offer(rows, invite, &read, clock(rows, system)?)
}

/// What an upload must be, asked before its first byte is read.
pub fn expected_blob(
    rows: &dyn Rows,
    share: ShareId,
    capability: CapabilityDigest,
    system: Timestamp,
) -> Result<Expected, Stop> {
    let now = clock(rows, system)?;
    share::expected_blob(rows, share, capability, now).map(|(_, expected)| expected)
}

/// The record a claim is checked against and its release is made from.
pub fn claimable(rows: &dyn Rows, share: ShareId, system: Timestamp) -> Result<LiveShare, Stop> {
    claim::claimable(rows, share, clock(rows, system)?)
}

/// Where a share's bytes are and how many.
pub fn blob(
    rows: &dyn Rows,
    share: ShareId,
    fetch: CapabilityDigest,
    system: Timestamp,
) -> Result<(ObjectId, u64), Stop> {
    let row = claimable(rows, share, system)?;
    match row.object {
        Some(object) if same(&row.terms.fetch, &fetch) => Ok((object, row.terms.blob_bytes)),
        _ => Err(Refusal::Gone.into()),
    }
}

/// Where shares stand, in the order asked. R15: unknown, wrong token and every end look the same.
pub fn statuses(
    rows: &dyn Rows,
    shares: &[(ShareId, CapabilityDigest)],
    system: Timestamp,
) -> Result<Vec<Status>, Error> {
    let now = clock(rows, system)?;
    shares.iter().map(|(share, control)| status(rows, *share, control, now)).collect()
}

fn status(
    rows: &dyn Rows,
    share: ShareId,
    control: &CapabilityDigest,
    now: Timestamp,
) -> Result<Status, Error> {
    let (state, views_left) = match rows.share(share)? {
        Some(Share::Live(row))
            if same(&row.terms.control, control) && !row.expired(now) && row.views_left > 0 =>
        {
            let state = if row.object.is_some() { ShareState::Ready } else { ShareState::Waiting };
            (state, row.views_left)
        }
        _ => (ShareState::Ended, 0),
    };
    Ok(Status { share, state, views_left })
}
