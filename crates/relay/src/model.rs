//! What the relay keeps. No photo, no name, no term, no content key; only ids, digests, sealed
//! bytes, sizes and times.

use core::fmt;
use crypto::secret::ClaimKey;
use vocab::limits::CLAIM_RETRY_SECONDS;
use vocab::{CapabilityDigest, MailboxId, MessageId, ObjectId, Timestamp};

/// A box that one device reads and one partner writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailbox {
    /// In use.
    Live(LiveMailbox),
    /// Deleted by its reader; remembered so that a late copy of its making is not obeyed (R6).
    Forgotten {
        /// Digest of the token that read it.
        read: CapabilityDigest,
        /// When even this is forgotten.
        forget_at: Timestamp,
    },
}

/// A mailbox in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveMailbox {
    /// Digest of the token that reads.
    pub read: CapabilityDigest,
    /// Digest of the token that posts.
    pub post: CapabilityDigest,
    /// The next message's number; only grows (R13).
    pub next_sequence: u64,
}

/// One control message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its place in the mailbox.
    pub sequence: u64,
    /// The id its sender gave it.
    pub message: MessageId,
    /// Sealed bytes.
    pub body: Vec<u8>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Message {}]", self.sequence)
    }
}

/// A recipient's consent to receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The mailbox of the one who consents; without it the consent is void.
    pub mailbox: MailboxId,
    /// What it allows; `None` once it was withdrawn (R6).
    pub allows: Option<Allowance>,
    /// When the row is forgotten.
    pub forget_at: Timestamp,
}

/// What a capability allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Bytes that may lie here under it.
    pub bytes_max: u64,
    /// Shares that may lie here under it.
    pub shares_max: u32,
    /// Nothing is accepted after this.
    pub not_after: Timestamp,
}

/// What lies here under one capability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Shares announced or ready.
    pub shares: u32,
    /// Their blobs' bytes.
    pub bytes: u64,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The inviter's mailbox.
    pub mailbox: MailboxId,
    /// When the row is forgotten.
    pub forget_at: Timestamp,
    /// Open, used or cancelled.
    pub state: InviteState,
}

/// Where an invitation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InviteState {
    /// Waits to be accepted.
    Open(OpenInvite),
    /// Accepted by this message (R14).
    Used {
        /// Digest of the token that accepted.
        accept: CapabilityDigest,
        /// The message it brought.
        message: MessageId,
    },
    /// Cancelled by the inviter (R6).
    Cancelled,
}

/// An invitation that waits.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenInvite {
    /// Digest of the token that reads the offer.
    pub read: CapabilityDigest,
    /// Digest of the token that accepts.
    pub accept: CapabilityDigest,
    /// Dead after this.
    pub not_after: Timestamp,
    /// Sealed bytes.
    pub offer: Vec<u8>,
}

impl fmt::Debug for OpenInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[OpenInvite]")
    }
}

/// One photo shared with one person, as the relay knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Share {
    /// Announced, ready, or just used up.
    Live(Box<LiveShare>),
    /// Over: used up, expired or withdrawn, which is not told apart (R15).
    Ended(Tombstone),
}

/// What is left of a share that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Digest of the sender's token.
    pub control: CapabilityDigest,
    /// When even this is forgotten.
    pub forget_at: Timestamp,
}

/// A share that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveShare {
    /// What the sender said about it; does not change once it is ready (R10).
    pub terms: ShareTerms,
    /// The relay's half at rest; `None` after the last view (R8).
    pub half: Option<WrappedHalf>,
    /// The epoch whose key the half rests under.
    pub epoch: u64,
    /// Releases still to give.
    pub views_left: u32,
    /// The sealed photo; `None` while it has not arrived.
    pub object: Option<ObjectId>,
    /// When the latest view was counted.
    pub claimed_at: Option<Timestamp>,
}

impl LiveShare {
    /// Past its time (R7).
    pub fn expired(&self, now: Timestamp) -> bool {
        now > self.terms.not_after
    }

    /// When the sweeper must look at it: at its expiry, or once the last release may be retried no
    /// more.
    pub fn due(&self) -> Timestamp {
        let expiry = self.terms.not_after.plus_seconds(1);
        match (self.views_left, self.claimed_at) {
            (0, Some(claimed_at)) => expiry.min(claimed_at.plus_seconds(CLAIM_RETRY_SECONDS + 1)),
            _ => expiry,
        }
    }
}

/// What a sender says about a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareTerms {
    /// The consent it is delivered under.
    pub capability: CapabilityDigest,
    /// Digest of the sender's token for withdrawal and status.
    pub control: CapabilityDigest,
    /// Digest of the recipient's token for the blob.
    pub fetch: CapabilityDigest,
    /// The key of the MAC over claims.
    pub claim_key: ClaimKey,
    /// Digest of the terms both signed.
    pub policy: CapabilityDigest,
    /// No release after this.
    pub not_after: Timestamp,
    /// How many releases.
    pub views: u32,
    /// Exact size of the blob.
    pub blob_bytes: u64,
    /// SHA-256 of the blob.
    pub blob_digest: [u8; 32],
}

/// The relay's half of a photo's key, sealed under the epoch's key.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedHalf(pub Vec<u8>);

impl fmt::Debug for WrappedHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[WrappedHalf]")
    }
}

/// A view that was counted. Stays as long as its share, so that its id counts once (R9); the
/// sealed bytes go earlier (R16).
#[derive(Clone, PartialEq, Eq)]
pub struct Release {
    /// Digest of the key it is sealed to.
    pub reply_key: [u8; 32],
    /// Views that were left after it.
    pub views_left: u32,
    /// When it was counted.
    pub made_at: Timestamp,
    /// The half sealed to the reply key; `None` once it may be retried no more.
    pub sealed: Option<Vec<u8>>,
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[Release]")
    }
}
