//! What screens show: partners, what was sent, what was received.

use crate::{
    Device, Keeping, ShareLimits, Storage, Transport,
    state::{Sent, SentRecord, Stage},
};
use consent::Terms;
use crypto::CryptoRng;
use vocab::{MailboxId, ShareId, Timestamp};

/// Someone we invited or who invited us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerView {
    /// What we call them.
    pub name: String,
    /// How far pairing is.
    pub stage: PartnerStage,
    /// The terms.
    pub terms: Terms,
    /// Set if this was put back from a backup, to when that was made: photos can be taken back and
    /// looked at, and nothing new can be signed.
    pub restored_from: Option<Timestamp>,
}

/// How far pairing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerStage {
    /// A link was made; nobody has said yes.
    Invited {
        /// The link is dead after this.
        not_after: Timestamp,
    },
    /// We said yes; their device has not answered.
    Answering,
    /// Both have signed. Who they are rests on the link having reached the right person.
    Paired,
    /// Ended by one of the two.
    Ended,
}

/// A photo we share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentView {
    /// Its id.
    pub share: ShareId,
    /// What we call the person it is for.
    pub to: String,
    /// Its limits.
    pub limits: ShareLimits,
    /// Where it is.
    pub stage: SentStage,
    /// Views left, as last heard from the relay.
    pub views_left: u32,
}

/// Where a photo we share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentStage {
    /// Here, until the partner's yes.
    Waiting,
    /// At the relay, sealed.
    Delivered,
    /// Taken back; the relay has yet to confirm.
    Withdrawing,
    /// Taken back.
    Withdrawn,
    /// Viewed as often as allowed, or expired.
    Ended,
}

/// A photo shared with us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedView {
    /// Its id.
    pub share: ShareId,
    /// What we call the person it is from.
    pub from: String,
    /// Its limits; `None` once it is gone.
    pub limits: Option<ShareLimits>,
    /// Views left, as far as known here.
    pub views_left: u32,
    /// Size of the photo's file, in bytes; `None` once it is gone.
    pub photo_bytes: Option<u64>,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Everyone, in the order they came.
    pub fn partners(&self) -> Vec<PartnerView> {
        let view = |partner: &crate::state::Partner| PartnerView {
            name: partner.name.clone(),
            stage: match partner.stage {
                Stage::Invited { not_after, .. } => PartnerStage::Invited { not_after },
                Stage::Answering { .. } => PartnerStage::Answering,
                Stage::Paired { .. } => PartnerStage::Paired,
                Stage::Ended => PartnerStage::Ended,
            },
            terms: partner.terms.into(),
            restored_from: partner.rolled_back.map(|old| old.made_at),
        };
        self.state.partners.iter().map(view).collect()
    }

    /// What we share, in the order it was shared.
    pub fn sent(&self) -> Vec<SentView> {
        let view = |sent: &Sent| SentView {
            share: sent.share,
            to: self.name_of(sent.partner),
            limits: ShareLimits {
                views: sent.views,
                not_after: sent.not_after,
                keeping: if sent.keep { Keeping::Agreed } else { Keeping::NotAgreed },
            },
            stage: match sent.stage {
                SentRecord::Waiting { .. } => SentStage::Waiting,
                SentRecord::Delivered => SentStage::Delivered,
                SentRecord::Withdrawing => SentStage::Withdrawing,
                SentRecord::Withdrawn => SentStage::Withdrawn,
                SentRecord::Ended => SentStage::Ended,
            },
            views_left: sent.views_left,
        };
        self.state.sent.iter().map(view).collect()
    }

    /// What is shared with us, in the order it came.
    pub fn received(&self) -> Vec<ReceivedView> {
        let view = |received: &crate::state::Received| ReceivedView {
            share: received.share,
            from: self.name_of(received.partner),
            limits: received.opened().map(|envelope| ShareLimits {
                views: envelope.policy.views,
                not_after: envelope.policy.not_after,
                keeping: envelope.policy.keeping,
            }),
            views_left: received.views_left,
            photo_bytes: received.opened().map(|envelope| envelope.manifest.photo_bytes),
        };
        self.state.received.iter().map(view).collect()
    }

    pub(crate) fn name_of(&self, inbox: MailboxId) -> String {
        self.partner(inbox).map(|partner| partner.name.clone()).unwrap_or_default()
    }
}
