//! The JSON bodies. Unknown fields are refused: both sides speak exactly this version.

use crate::text::{self, Bytes};
use crypto::digest::sha256;
use crypto::secret::{BearerToken, ClaimKey};
use serde::{Deserialize, Serialize};
use vocab::{CapabilityDigest, EpochKeyDigest, MailboxId, MessageId, ShareId, Timestamp};

/// The relay itself: `GET /v1/relay`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// The API's version.
    pub version: u32,
    /// The relay's clock.
    #[serde(with = "text::seconds")]
    pub time: Timestamp,
    /// Today's epoch: days since 1970-01-01.
    pub epoch: u64,
    /// The X-Wing public key for sealing a half today.
    pub epoch_key: Bytes,
}

impl Relay {
    /// What requests that make something lasting name, so that a late copy of them is told from a
    /// new one after the relay was restored (rule R17).
    pub fn key_digest(&self) -> EpochKeyDigest {
        EpochKeyDigest::from_bytes(sha256(&[&self.epoch_key.0]))
    }
}

/// A new mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutMailbox {
    /// Digest of the token that reads it.
    #[serde(with = "text::id")]
    pub read: CapabilityDigest,
    /// Digest of the token that posts into it.
    #[serde(with = "text::id")]
    pub post: CapabilityDigest,
}

/// Messages that wait, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// At most [`super::MESSAGES_PER_ANSWER_MAX`].
    pub messages: Vec<Message>,
}

/// One control message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Its place in the mailbox; grows, never repeats.
    pub sequence: u64,
    /// The id its sender gave it.
    #[serde(with = "text::id")]
    pub message: MessageId,
    /// Sealed bytes, always the same number.
    pub body: Bytes,
}

/// A recipient's consent to receive, as the relay can check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutCapability {
    /// The mailbox it belongs to.
    #[serde(with = "text::id")]
    pub mailbox: MailboxId,
    /// Bytes that may lie at the relay under it.
    pub bytes_max: u64,
    /// Shares that may wait under it.
    pub shares_max: u32,
    /// Nothing is accepted after this.
    #[serde(with = "text::seconds")]
    pub not_after: Timestamp,
}

/// A new invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutInvite {
    /// The inviter's mailbox, which gets the acceptance.
    #[serde(with = "text::id")]
    pub mailbox: MailboxId,
    /// Digest of the token that reads the offer.
    #[serde(with = "text::id")]
    pub read: CapabilityDigest,
    /// Digest of the token that accepts.
    #[serde(with = "text::id")]
    pub accept: CapabilityDigest,
    /// The link is dead after this.
    #[serde(with = "text::seconds")]
    pub not_after: Timestamp,
    /// Sealed bytes, exactly `CONTROL_MESSAGE_BYTES`.
    pub offer: Bytes,
}

/// A new share: the relay's half and when it may be released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutShare {
    /// Digest of the sender's token for withdrawal and status.
    #[serde(with = "text::id")]
    pub control: CapabilityDigest,
    /// Digest of the recipient's token for the blob.
    #[serde(with = "text::id")]
    pub fetch: CapabilityDigest,
    /// The key of the MAC over claims.
    #[serde(with = "text::claim_key")]
    pub claim_key: ClaimKey,
    /// The epoch whose key `half` is sealed to.
    pub epoch: u64,
    /// The relay's half, sealed as [`super::seal::half_aad`] says.
    pub half: Bytes,
    /// Digest of the terms, so that a half cannot be moved to other terms.
    #[serde(with = "text::id")]
    pub policy: CapabilityDigest,
    /// No release after this.
    #[serde(with = "text::seconds")]
    pub not_after: Timestamp,
    /// How many releases.
    pub views: u32,
    /// Exact size of the blob.
    pub blob_bytes: u64,
    /// SHA-256 of the blob.
    #[serde(with = "text::id")]
    pub blob_digest: CapabilityDigest,
}

/// A share and the sender's right over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlledShare {
    /// Which share.
    #[serde(with = "text::id")]
    pub share: ShareId,
    /// Its control token.
    #[serde(with = "text::token")]
    pub control: BearerToken,
}

/// The body of a withdrawal and of a status request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlledShares {
    /// At most [`super::SHARES_PER_REQUEST_MAX`].
    pub shares: Vec<ControlledShare>,
}

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The half, sealed to the reply key as [`super::seal::release_aad`] says.
    pub release: Bytes,
    /// Views left after this one.
    pub views_left: u32,
}

/// The answer to a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// How many of the shares asked for are withdrawn: all.
    pub withdrawn: u32,
}

/// The answer to a status request, in the order asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// One for each share asked for.
    pub shares: Vec<Status>,
}

/// Where one share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Which share.
    #[serde(with = "text::id")]
    pub share: ShareId,
    /// Waiting, ready or ended.
    pub state: ShareState,
    /// Views left; 0 once it ended.
    pub views_left: u32,
}

/// The three states a sender can see. Why a share ended is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareState {
    /// Announced; the blob is not there yet.
    Waiting,
    /// Can be claimed.
    Ready,
    /// Used up, expired, withdrawn or never seen.
    Ended,
}

/// The answer to `GET /healthz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`.
    pub status: String,
}
