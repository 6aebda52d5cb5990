//! What a device asks: one function for each endpoint.

use super::body::{ControlledShares, PutCapability, PutInvite, PutMailbox, PutShare};
use crate::{ContentType, Method, Request};
use crypto::secret::BearerToken;
use vocab::{CapabilityDigest, EpochKeyDigest, InviteId, MailboxId, MessageId, ShareId};

/// What time it is there, and today's epoch key.
pub fn relay() -> Request {
    Request::new(Method::Get, "/v1/relay".into())
}

/// Makes a mailbox. `key` is [`super::body::Relay::key_digest`], here and where it comes again.
pub fn put_mailbox(mailbox: MailboxId, key: EpochKeyDigest, body: &PutMailbox) -> Request {
    Request::new(Method::Put, format!("/v1/mailboxes/{mailbox}?key={key}")).with_json(body)
}

/// Forgets a mailbox, its messages and its capabilities.
pub fn delete_mailbox(mailbox: MailboxId, read: &BearerToken) -> Request {
    Request::new(Method::Delete, format!("/v1/mailboxes/{mailbox}")).with_bearer(read)
}

/// Posts a control message of exactly `CONTROL_MESSAGE_BYTES`.
pub fn post_message(
    mailbox: MailboxId,
    message: MessageId,
    post: &BearerToken,
    sealed: Vec<u8>,
) -> Request {
    Request::new(Method::Post, format!("/v1/mailboxes/{mailbox}/messages/{message}"))
        .with_bearer(post)
        .with_body(ContentType::Octets, sealed)
}

/// Reads the messages after a sequence number; 0 for all.
pub fn messages(mailbox: MailboxId, read: &BearerToken, after: u64) -> Request {
    Request::new(Method::Get, format!("/v1/mailboxes/{mailbox}/messages?after={after}"))
        .with_bearer(read)
}

/// Forgets the messages up to and with a sequence number.
pub fn delete_messages(mailbox: MailboxId, read: &BearerToken, through: u64) -> Request {
    Request::new(Method::Delete, format!("/v1/mailboxes/{mailbox}/messages?through={through}"))
        .with_bearer(read)
}

/// Consents to receive: whoever holds the capability may deliver into the mailbox.
pub fn put_capability(
    digest: CapabilityDigest,
    key: EpochKeyDigest,
    read: &BearerToken,
    body: &PutCapability,
) -> Request {
    Request::new(Method::Put, format!("/v1/capabilities/{digest}?key={key}"))
        .with_bearer(read)
        .with_json(body)
}

/// Withdraws the consent to receive.
pub fn delete_capability(digest: CapabilityDigest, read: &BearerToken) -> Request {
    Request::new(Method::Delete, format!("/v1/capabilities/{digest}")).with_bearer(read)
}

/// Lays an invitation out for whoever has its link.
pub fn put_invite(
    invite: InviteId,
    key: EpochKeyDigest,
    read: &BearerToken,
    body: &PutInvite,
) -> Request {
    Request::new(Method::Put, format!("/v1/invites/{invite}?key={key}"))
        .with_bearer(read)
        .with_json(body)
}

/// Looks at an invitation; changes nothing.
pub fn invite(invite: InviteId, read: &BearerToken) -> Request {
    Request::new(Method::Get, format!("/v1/invites/{invite}")).with_bearer(read)
}

/// Accepts an invitation: uses it up and tells the inviter, in one step.
pub fn accept_invite(
    invite: InviteId,
    message: MessageId,
    accept: &BearerToken,
    sealed: Vec<u8>,
) -> Request {
    Request::new(Method::Post, format!("/v1/invites/{invite}/acceptance/{message}"))
        .with_bearer(accept)
        .with_body(ContentType::Octets, sealed)
}

/// Cancels an invitation.
pub fn delete_invite(invite: InviteId, read: &BearerToken) -> Request {
    Request::new(Method::Delete, format!("/v1/invites/{invite}")).with_bearer(read)
}

/// Announces a share: the relay's half and when it may be released.
pub fn put_share(share: ShareId, capability: &BearerToken, body: &PutShare) -> Request {
    Request::new(Method::Put, format!("/v1/shares/{share}")).with_bearer(capability).with_json(body)
}

/// Delivers a share's sealed photo.
pub fn put_blob(share: ShareId, capability: &BearerToken, sealed: Vec<u8>) -> Request {
    Request::new(Method::Put, format!("/v1/shares/{share}/blob"))
        .with_bearer(capability)
        .with_body(ContentType::Octets, sealed)
}

/// Fetches a share's sealed photo. Not a view.
pub fn blob(share: ShareId, fetch: &BearerToken) -> Request {
    Request::new(Method::Get, format!("/v1/shares/{share}/blob")).with_bearer(fetch)
}

/// Claims one view. `mac0` authenticates a [`super::claim::ClaimPayload`].
pub fn claim(share: ShareId, mac0: Vec<u8>) -> Request {
    Request::new(Method::Post, format!("/v1/shares/{share}/claims"))
        .with_body(ContentType::Cose, mac0)
}

/// Withdraws shares: after the answer there is no release of any of them, ever.
pub fn withdraw(body: &ControlledShares) -> Request {
    Request::new(Method::Post, "/v1/withdrawals".into()).with_json(body)
}

/// Asks where shares stand.
pub fn status(body: &ControlledShares) -> Request {
    Request::new(Method::Post, "/v1/shares/status".into()).with_json(body)
}
