//! What the relay has yet to be told. Each entry can be told twice without harm, is removed only
//! after the relay has answered, and stays when it cannot be reached.

use crate::{
    Device, Error, Storage, Transport,
    state::{Outgoing, Partner, SentRecord, Stage},
};
use crypto::CryptoRng;
use vocab::{EpochKeyDigest, MailboxId, ShareId, limits};
use wire::{
    ProblemKind, Request,
    text::Bytes,
    v1::{
        answer,
        body::{ControlledShare, ControlledShares, PutCapability, PutInvite, PutMailbox},
        request,
    },
};

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Tells the relay everything that waits, in order. Stops at the first thing that cannot be
    /// told now; the rest stays.
    pub(crate) async fn run_outbox(&mut self) -> Result<(), Error> {
        let mut key = None;
        while let Some(first) = self.state.outbox.first() {
            if first.names_the_key() && key.is_none() {
                key = Some(self.relay_today().await?.key_digest());
            }
            let told = match self.request_for(first, key) {
                Some(request) => {
                    let response = self.transport.send(request).await?;
                    match first {
                        // Only the relay's own words confirm a withdrawal.
                        Outgoing::Withdraw { .. } => answer::withdrawn(&response).map(drop),
                        _ => answer::done(&response),
                    }
                }
                // What it was about is gone here, so there is nothing left to tell.
                None => Ok(()),
            };
            match told {
                Ok(()) => self.after_success(),
                Err(error) if is_passing(error) => return Err(Error::Relay(error)),
                Err(_) => self.after_refusal(),
            }
            self.state.outbox.remove(0);
            self.save().await?;
        }
        Ok(())
    }

    fn request_for(&self, outgoing: &Outgoing, key: Option<EpochKeyDigest>) -> Option<Request> {
        match outgoing {
            Outgoing::MakeMailbox { partner } => {
                let inbox = &self.partner(*partner).ok()?.inbox;
                let body = PutMailbox { read: inbox.read.digest(), post: inbox.post.digest() };
                Some(request::put_mailbox(inbox.mailbox, key?, &body))
            }
            Outgoing::GiveCapability { partner } => self.capability_request(*partner, key?),
            Outgoing::LayInvitation { partner, offer } => {
                self.invitation_request(*partner, key?, offer)
            }
            Outgoing::AcceptInvitation { partner, message, sealed } => {
                let invitation = self.partner(*partner).ok()?.invitation()?;
                let accept = invitation.accept_token();
                Some(request::accept_invite(invitation.id, *message, &accept, sealed.to_vec()))
            }
            Outgoing::Post { partner, message, sealed } => {
                let peer = self.partner(*partner).ok()?.peer.as_ref()?;
                Some(request::post_message(peer.mailbox, *message, &peer.post, sealed.to_vec()))
            }
            Outgoing::Withdraw { share } => Some(request::withdraw(&self.controlled(&[*share]))),
            Outgoing::EndMailbox { partner } => {
                let inbox = &self.partner(*partner).ok()?.inbox;
                Some(request::delete_mailbox(inbox.mailbox, &inbox.read))
            }
            Outgoing::EndCapability { partner, capability } => {
                let inbox = &self.partner(*partner).ok()?.inbox;
                Some(request::delete_capability(*capability, &inbox.read))
            }
        }
    }

    fn capability_request(&self, partner: MailboxId, key: EpochKeyDigest) -> Option<Request> {
        let partner = self.partner(partner).ok()?;
        let body = PutCapability {
            mailbox: partner.inbox.mailbox,
            bytes_max: limits::BYTES_PER_CAPABILITY_MAX,
            shares_max: limits::SHARES_PER_CAPABILITY_MAX,
            not_after: consent::Terms::from(partner.terms).until,
        };
        let digest = partner.capability.digest();
        Some(request::put_capability(digest, key, &partner.inbox.read, &body))
    }

    fn invitation_request(
        &self,
        partner: MailboxId,
        key: EpochKeyDigest,
        offer: &[u8],
    ) -> Option<Request> {
        let partner = self.partner(partner).ok()?;
        let Stage::Invited { not_after, .. } = &partner.stage else { return None };
        let invitation = partner.invitation()?;
        let body = PutInvite {
            mailbox: partner.inbox.mailbox,
            read: invitation.read_token().digest(),
            accept: invitation.accept_token().digest(),
            not_after: *not_after,
            offer: Bytes(offer.to_vec()),
        };
        Some(request::put_invite(invitation.id, key, &partner.inbox.read, &body))
    }

    /// Shares with our right over them, as status and withdrawal requests want them.
    pub(crate) fn controlled(&self, shares: &[ShareId]) -> ControlledShares {
        let ours = self.state.sent.iter().filter(|sent| shares.contains(&sent.share));
        ControlledShares {
            shares: ours
                .map(|s| ControlledShare { share: s.share, control: s.control.clone() })
                .collect(),
        }
    }

    fn after_success(&mut self) {
        let Some(Outgoing::Withdraw { share }) = self.state.outbox.first() else { return };
        let share = *share;
        if let Ok(sent) = self.sent_mut(share) {
            sent.stage = SentRecord::Withdrawn;
            sent.views_left = 0;
        }
    }

    /// The relay will never take this: undo what depended on it.
    fn after_refusal(&mut self) {
        match self.state.outbox.first() {
            Some(Outgoing::AcceptInvitation { partner, .. }) => {
                // Somebody else said yes first, or the inviter cancelled.
                let gone = *partner;
                self.state.partners.retain(|p| p.inbox.mailbox != gone);
            }
            Some(Outgoing::LayInvitation { partner, .. }) => {
                let partner = *partner;
                if let Ok(partner) = self.partner_mut(partner) {
                    partner.stage = Stage::Ended;
                }
            }
            _ => {}
        }
    }
}

impl Outgoing {
    /// Whether its request names the relay's epoch key: what makes something that lasts.
    fn names_the_key(&self) -> bool {
        matches!(
            self,
            Self::MakeMailbox { .. } | Self::GiveCapability { .. } | Self::LayInvitation { .. }
        )
    }

    /// The partner it is for; none if it is about a share.
    pub(crate) fn partner(&self) -> Option<MailboxId> {
        match self {
            Self::MakeMailbox { partner }
            | Self::GiveCapability { partner }
            | Self::LayInvitation { partner, .. }
            | Self::AcceptInvitation { partner, .. }
            | Self::Post { partner, .. }
            | Self::EndMailbox { partner }
            | Self::EndCapability { partner, .. } => Some(*partner),
            Self::Withdraw { .. } => None,
        }
    }
}

/// Whether telling it again later may work.
fn is_passing(error: wire::Error) -> bool {
    match error {
        wire::Error::Problem(kind) => {
            matches!(kind, ProblemKind::Busy | ProblemKind::Unavailable)
        }
        // Something that is no relay has answered in its place.
        wire::Error::UnexpectedStatus(_) | wire::Error::Malformed => true,
        _ => false,
    }
}

impl Partner {
    pub(crate) fn invitation(&self) -> Option<envelope::invitation::Invitation> {
        let secret = match &self.stage {
            Stage::Invited { secret, .. } | Stage::Answering { secret, .. } => secret.clone(),
            Stage::Paired { .. } | Stage::Ended => return None,
        };
        Some(envelope::invitation::Invitation { id: self.invite, secret })
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended)
    }
}
