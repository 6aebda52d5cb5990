//! What a device remembers: one record, sealed in the vault, written whole after every change.

use crate::stored::{self, Seed};
use consent::{Permission, Terms};
use crypto::secret::{BearerToken, InviteSecret, PairRoot, RelayHalf, SenderHalf};
use minicbor::{Decode, Encode, bytes::ByteVec};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, PairId, ShareId, Timestamp,
};

/// Version of the record's layout.
pub(crate) const VERSION: u32 = 1;

#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct State {
    #[n(1)]
    pub(crate) version: u32,
    #[cbor(n(2), with = "stored")]
    pub(crate) identity: Seed,
    #[cbor(n(3), with = "stored")]
    pub(crate) prekey: Seed,
    /// The relay's origin, once known.
    #[n(4)]
    pub(crate) relay: Option<String>,
    /// The latest time seen, so that own statements never go back in time.
    #[cbor(n(5), with = "stored::time")]
    pub(crate) latest: Timestamp,
    #[n(6)]
    pub(crate) partners: Vec<Partner>,
    #[n(7)]
    pub(crate) sent: Vec<Sent>,
    #[n(8)]
    pub(crate) received: Vec<Received>,
    /// What the relay has yet to be told, in order.
    #[n(9)]
    pub(crate) outbox: Vec<Outgoing>,
    /// Photos of others that are kept here. Absent in older vaults.
    #[n(10)]
    #[cbor(default)]
    pub(crate) kept: Vec<Kept>,
    /// What the paper holds; made at its first use.
    #[cbor(n(11), with = "stored::maybe_seed", default)]
    pub(crate) paper: Option<Seed>,
    /// The lowest numbers of shares and of mailboxes that were not named from it yet.
    #[n(12)]
    #[cbor(default)]
    pub(crate) next_share: u32,
    #[n(13)]
    #[cbor(default)]
    pub(crate) next_mailbox: u32,
}

/// Someone we invited or who invited us. Known by our own mailbox for them.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct Partner {
    #[n(1)]
    pub(crate) name: String,
    #[n(2)]
    pub(crate) inbox: Inbox,
    #[n(3)]
    pub(crate) terms: StoredTerms,
    #[n(4)]
    pub(crate) stage: Stage,
    /// Who they are, once known.
    #[n(5)]
    pub(crate) peer: Option<Peer>,
    /// What both have signed, once both are known.
    #[n(6)]
    pub(crate) ledger: Option<ByteVec>,
    /// How many of our own statements they have been sent.
    #[n(7)]
    pub(crate) told: u32,
    #[cbor(n(8), with = "stored")]
    pub(crate) invite: InviteId,
    /// Whether we agreed to receive from them.
    #[n(9)]
    pub(crate) receiving: Receiving,
    /// The capability we gave them.
    #[cbor(n(10), with = "stored")]
    pub(crate) capability: BearerToken,
    /// Set once this was put back from a backup: nothing new may be signed for this pair.
    #[n(11)]
    pub(crate) rolled_back: Option<RolledBack>,
    /// After a quiet end: when our mailbox for them ends, as it would have by itself.
    #[cbor(n(12), with = "stored::maybe_time", default)]
    pub(crate) mailbox_until: Option<Timestamp>,
}

/// A pair of which we do not know what we said last.
#[derive(Clone, Copy, Encode, Decode)]
#[cbor(map)]
pub(crate) struct RolledBack {
    #[cbor(n(1), with = "stored")]
    pub(crate) pair: PairId,
    /// When the backup was made, by the clock of who made it.
    #[cbor(n(2), with = "stored::time")]
    pub(crate) made_at: Timestamp,
}

/// The direction of consent to receive, as chosen at pairing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Receiving {
    #[n(0)]
    NotAgreed,
    #[n(1)]
    Agreed,
}

/// Our mailbox for one partner.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct Inbox {
    #[cbor(n(1), with = "stored")]
    pub(crate) mailbox: MailboxId,
    #[cbor(n(2), with = "stored")]
    pub(crate) read: BearerToken,
    #[cbor(n(3), with = "stored")]
    pub(crate) post: BearerToken,
    /// Messages up to and with this sequence have been taken in.
    #[n(4)]
    pub(crate) after: u64,
}

#[derive(Clone, Copy, Encode, Decode)]
#[cbor(map)]
pub(crate) struct StoredTerms {
    #[cbor(n(1), with = "stored::time")]
    until: Timestamp,
    #[n(2)]
    views_max: u32,
    #[n(3)]
    keep: bool,
    #[n(4)]
    show: bool,
    #[n(5)]
    keep_days: u32,
}

#[derive(Encode, Decode)]
pub(crate) enum Stage {
    /// We sent a link; nobody has said yes.
    #[n(0)]
    Invited {
        #[cbor(n(0), with = "stored")]
        secret: InviteSecret,
        #[cbor(n(1), with = "stored::time")]
        not_after: Timestamp,
    },
    /// We said yes; their device has not answered.
    #[n(1)]
    Answering {
        #[cbor(n(0), with = "stored")]
        secret: InviteSecret,
        /// The export of our yes.
        #[cbor(n(1), with = "stored")]
        export: Seed,
    },
    #[n(2)]
    Paired {
        #[cbor(n(0), with = "stored")]
        root: PairRoot,
    },
    #[n(3)]
    Ended,
}

/// A partner's device as we know it.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Peer {
    #[n(1)]
    pub(crate) prekey: ByteVec,
    #[cbor(n(3), with = "stored")]
    pub(crate) mailbox: MailboxId,
    #[cbor(n(4), with = "stored")]
    pub(crate) post: BearerToken,
    /// Their consent to receive, as a token; `None` if they have not given it.
    #[n(5)]
    pub(crate) capability: Option<Capability>,
}

#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Capability {
    #[cbor(n(1), with = "stored")]
    pub(crate) token: BearerToken,
}

impl Capability {
    pub(crate) fn new(token: BearerToken) -> Self {
        Self { token }
    }
}

/// A photo we share.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct Sent {
    #[cbor(n(1), with = "stored")]
    pub(crate) share: ShareId,
    /// Our mailbox for the partner it is for.
    #[cbor(n(2), with = "stored")]
    pub(crate) partner: MailboxId,
    #[n(3)]
    pub(crate) views: u32,
    #[cbor(n(4), with = "stored::time")]
    pub(crate) not_after: Timestamp,
    #[n(5)]
    pub(crate) keep: bool,
    #[cbor(n(6), with = "stored")]
    pub(crate) control: BearerToken,
    #[n(7)]
    pub(crate) stage: SentRecord,
    #[n(8)]
    pub(crate) views_left: u32,
    /// Whether the paper can name it; shares of older versions it cannot.
    #[n(9)]
    #[cbor(default)]
    pub(crate) on_paper: bool,
}

#[derive(Encode, Decode)]
pub(crate) enum SentRecord {
    /// The clean copy rests in the vault until the partner's consent is live and it is delivered.
    #[n(0)]
    Waiting {
        #[n(0)]
        item: String,
        #[cbor(n(1), with = "stored")]
        sender: SenderHalf,
        #[cbor(n(2), with = "stored")]
        relay: RelayHalf,
        #[cbor(n(3), with = "stored")]
        message: MessageId,
    },
    #[n(1)]
    Delivered,
    /// Withdrawn by us; the relay has yet to confirm.
    #[n(2)]
    Withdrawing,
    #[n(3)]
    Withdrawn,
    /// Viewed as often as allowed, or expired.
    #[n(4)]
    Ended,
}

/// A photo shared with us.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct Received {
    #[cbor(n(1), with = "stored")]
    pub(crate) share: ShareId,
    #[cbor(n(2), with = "stored")]
    pub(crate) partner: MailboxId,
    /// The opened envelope; gone with the share.
    #[n(3)]
    pub(crate) envelope: Option<ByteVec>,
    #[n(4)]
    pub(crate) views_left: u32,
    /// A claim whose answer has not come.
    #[n(5)]
    pub(crate) claim: Option<PendingClaim>,
}

/// A photo of somebody else that is kept here.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct Kept {
    #[cbor(n(1), with = "stored")]
    pub(crate) share: ShareId,
    #[cbor(n(2), with = "stored")]
    pub(crate) partner: MailboxId,
    /// The vault's record that holds the photo.
    #[n(3)]
    pub(crate) item: String,
    /// When the yes to keep ends by itself.
    #[cbor(n(4), with = "stored::time")]
    pub(crate) until: Timestamp,
    /// Once the yes is over: deleted by then at the latest.
    #[cbor(n(5), with = "stored::maybe_time")]
    pub(crate) delete_by: Option<Timestamp>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct PendingClaim {
    #[cbor(n(1), with = "stored")]
    pub(crate) id: ClaimId,
    #[cbor(n(2), with = "stored")]
    pub(crate) reply: Seed,
}

/// Something the relay has yet to be told. Each can be told twice without harm.
#[derive(Encode, Decode)]
pub(crate) enum Outgoing {
    #[n(0)]
    MakeMailbox {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
    },
    #[n(1)]
    GiveCapability {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
    },
    #[n(2)]
    LayInvitation {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
        #[n(1)]
        offer: ByteVec,
    },
    #[n(3)]
    AcceptInvitation {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
        #[cbor(n(1), with = "stored")]
        message: MessageId,
        #[n(2)]
        sealed: ByteVec,
    },
    #[n(4)]
    Post {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
        #[cbor(n(1), with = "stored")]
        message: MessageId,
        #[n(2)]
        sealed: ByteVec,
    },
    #[n(5)]
    Withdraw {
        #[cbor(n(0), with = "stored")]
        share: ShareId,
    },
    #[n(6)]
    EndMailbox {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
    },
    /// Our yes to receive ends, or another token has taken this one's place.
    #[n(7)]
    EndCapability {
        #[cbor(n(0), with = "stored")]
        partner: MailboxId,
        #[cbor(n(1), with = "stored")]
        capability: CapabilityDigest,
    },
}

impl From<Terms> for StoredTerms {
    fn from(terms: Terms) -> Self {
        Self {
            until: terms.until,
            views_max: terms.views_max,
            keep: terms.keep == Permission::Allowed,
            show: terms.show == Permission::Allowed,
            keep_days: terms.keep_days,
        }
    }
}

impl From<StoredTerms> for Terms {
    fn from(stored: StoredTerms) -> Self {
        let permission = |allowed| match allowed {
            true => Permission::Allowed,
            false => Permission::NotAllowed,
        };
        Self {
            until: stored.until,
            views_max: stored.views_max,
            keep: permission(stored.keep),
            show: permission(stored.show),
            keep_days: stored.keep_days,
            on_end: consent::OnEnd::Delete,
        }
    }
}
