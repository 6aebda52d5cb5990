//! What can be asked of the relay that changes something, as data: it can be queued, grouped into
//! one commit, replayed and simulated. Tokens arrive as digests; no secret is in here but the
//! claim key that the sender leaves.

use crate::fence::Age;
use crate::model::{Allowance, LiveShare, WrappedHalf};
use core::fmt;
use vocab::{
    CapabilityDigest, ClaimId, InviteId, LogSafe, MailboxId, MessageId, ObjectId, ShareId,
    Timestamp,
};

/// One change.
#[derive(Clone, Debug)]
pub enum Command {
    /// Makes a mailbox.
    PutMailbox {
        /// Which.
        mailbox: MailboxId,
        /// Digest of the token that will read it.
        read: CapabilityDigest,
        /// Digest of the token that will post into it.
        post: CapabilityDigest,
    },
    /// Forgets a mailbox and all in it.
    DeleteMailbox {
        /// Which.
        mailbox: MailboxId,
        /// The token presented.
        read: CapabilityDigest,
    },
    /// Adds a message.
    PostMessage {
        /// Where.
        mailbox: MailboxId,
        /// The token presented.
        post: CapabilityDigest,
        /// The sender's id for it.
        message: MessageId,
        /// Sealed bytes.
        body: Sealed,
    },
    /// Forgets messages up to and with a number.
    DeleteMessages {
        /// Where.
        mailbox: MailboxId,
        /// The token presented.
        read: CapabilityDigest,
        /// The last one to forget.
        through: u64,
    },
    /// Consents to receive.
    PutCapability {
        /// Digest of the capability.
        capability: CapabilityDigest,
        /// Whose consent.
        mailbox: MailboxId,
        /// The token presented.
        read: CapabilityDigest,
        /// What it allows.
        allows: Allowance,
    },
    /// Withdraws the consent to receive.
    DeleteCapability {
        /// Digest of the capability.
        capability: CapabilityDigest,
        /// The token presented.
        read: CapabilityDigest,
    },
    /// Lays out an invitation.
    PutInvite {
        /// Which.
        invite: InviteId,
        /// The inviter's mailbox.
        mailbox: MailboxId,
        /// The token presented: reads the mailbox.
        mailbox_read: CapabilityDigest,
        /// Digest of the token that will read the offer.
        read: CapabilityDigest,
        /// Digest of the token that will accept.
        accept: CapabilityDigest,
        /// Dead after this.
        not_after: Timestamp,
        /// Sealed bytes.
        offer: Sealed,
    },
    /// Accepts an invitation.
    AcceptInvite {
        /// Which.
        invite: InviteId,
        /// The token presented.
        accept: CapabilityDigest,
        /// Id of the message to the inviter.
        message: MessageId,
        /// Sealed bytes.
        body: Sealed,
    },
    /// Cancels an invitation.
    DeleteInvite {
        /// Which.
        invite: InviteId,
        /// The token presented: reads the inviter's mailbox.
        mailbox_read: CapabilityDigest,
    },
    /// Announces a share.
    PutShare {
        /// Which.
        share: ShareId,
        /// As it is to be: all views left, no object.
        record: Box<LiveShare>,
    },
    /// The blob of a share is safely on disk.
    FinishBlob {
        /// Which share.
        share: ShareId,
        /// The token presented.
        capability: CapabilityDigest,
        /// Where the bytes are.
        object: ObjectId,
        /// How many.
        bytes: u64,
        /// Their SHA-256.
        digest: [u8; 32],
    },
    /// Claims one view. The MAC has been verified with the share's key.
    Claim {
        /// Which share.
        share: ShareId,
        /// Which attempt.
        claim: ClaimId,
        /// SHA-256 of the reply key.
        reply_key: [u8; 32],
        /// The release made for this claim; `None` when there was no half to make it from, so that
        /// only a retry can succeed.
        fresh: Option<FreshRelease>,
    },
    /// Withdraws shares.
    Withdraw {
        /// Shares and the control tokens presented.
        shares: Vec<(ShareId, CapabilityDigest)>,
    },
    /// Ends what expired, forgets what is over.
    Sweep {
        /// At most this many rows of each kind.
        rows_max: u32,
    },
    /// These objects' bytes are deleted; their names may be forgotten.
    ForgetObjects {
        /// Which.
        objects: Vec<ObjectId>,
    },
    /// R17: ends everything there is, because the database was put back from an earlier copy. Only
    /// [`crate::fence::fence`] makes it.
    Fence {
        /// The age after it.
        age: Age,
    },
}

/// Sealed bytes that are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} sealed bytes]", self.0.len())
    }
}

/// A release that is not counted yet, and so not given.
#[derive(Clone, Debug)]
pub struct FreshRelease {
    /// The half sealed to the reply key.
    pub sealed: Sealed,
    /// The row's half it was made from; it must still be there.
    pub made_from: WrappedHalf,
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Made.
    Created,
    /// It was so already, or is so now.
    Done,
    /// One view counted (or, for a retry, counted before).
    Claimed {
        /// The half sealed to the reply key.
        release: Sealed,
        /// Views left after it.
        views_left: u32,
    },
    /// No release of these shares any more.
    Withdrawn {
        /// Blobs to delete before the answer.
        objects: Vec<ObjectId>,
    },
    /// The sweeper's round.
    Swept {
        /// Rows that changed; as many as asked for means there may be more.
        rows: u32,
        /// Whether a half was among what went.
        erased: Erasure,
    },
    /// Nothing from before can be released any more.
    Fenced,
}

impl Reply {
    /// What must be done about old copies in the store's log.
    pub fn erasure(&self) -> Erasure {
        match self {
            Self::Withdrawn { .. } | Self::Fenced => Erasure::BeforeAnswer,
            Self::Claimed { views_left: 0, .. } => Erasure::Soon,
            Self::Swept { erased, .. } => *erased,
            _ => Erasure::None,
        }
    }
}

/// When old copies of what a command erased must be gone from the store's log and free pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Erasure {
    /// Nothing was erased.
    None,
    /// Within a second.
    Soon,
    /// Before the command is answered.
    BeforeAnswer,
}

impl LogSafe for Erasure {}
