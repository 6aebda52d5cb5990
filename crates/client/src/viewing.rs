//! Viewing a photo: fetch the sealed bytes, check them, claim one view, open, and remember what is
//! left. The photo itself is never written down here.

use crate::{
    Device, Error, Keeping, MediaType, Storage, Transport, sharing::media_type,
    state::PendingClaim, stored::Seed,
};
use consent::{LiveGrant, Request, Verb};
use crypto::{
    CryptoRng, digest,
    hpke::{self, SecretPrekey},
    secret::RelayHalf,
};
use envelope::{Envelope, photo, rights};
use vocab::{ClaimId, ShareId, Timestamp};
use wire::{
    ProblemKind,
    v1::{answer, claim, request, seal},
};
use zeroize::Zeroizing;

/// A photo, opened, in memory. Show it and drop it.
pub struct OpenedPhoto {
    /// The file.
    pub bytes: Zeroizing<Vec<u8>>,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// Shown width in pixels.
    pub width: u32,
    /// Shown height in pixels.
    pub height: u32,
    /// Views left after this one.
    pub views_left: u32,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Uses one view of a photo shared with us.
    pub async fn view(&mut self, share: ShareId, now: Timestamp) -> Result<OpenedPhoto, Error> {
        self.open(share, Verb::View, now).await
    }

    /// Uses one view of a photo to keep it; only where its sender agreed to that.
    pub async fn keep(&mut self, share: ShareId, now: Timestamp) -> Result<OpenedPhoto, Error> {
        self.open(share, Verb::Keep, now).await
    }

    async fn open(
        &mut self,
        share: ShareId,
        verb: Verb,
        now: Timestamp,
    ) -> Result<OpenedPhoto, Error> {
        self.advance(now);
        let received = self.received_mut(share)?;
        let inbox = received.partner;
        let envelope = received.opened().ok_or(Error::ShareGone)?;
        let ledger = self.ledger(inbox)?;
        let me = self.person();
        let them = ledger.pair().other_than(me).ok_or(Error::NoSuchPartner)?.person();
        let grant = ledger.live_grant(&Request { verb, share, from: them, to: me, now })?;
        if verb == Verb::Keep && envelope.policy.keeping != Keeping::Agreed {
            return Err(Error::Denied(consent::Denied::NotGranted(Verb::Keep)));
        }

        let sealed = self.fetch(&envelope).await?;
        let (relay_half, views_left) = self.claim_view(&envelope, &grant).await?;
        let opened = photo::open(
            &sealed,
            &envelope.manifest,
            &envelope.policy,
            &envelope.sender_half,
            &relay_half,
        );
        let received = self.received_mut(share)?;
        received.claim = None;
        received.views_left = views_left;
        if views_left == 0 {
            received.forget();
        }
        self.save().await?;
        let bytes = opened.map_err(|_| Error::RelayLied)?;
        // Whoever sealed it may be a changed program: what is shown must be what was announced.
        if media_type(media::Format::recognise(&bytes)?)? != envelope.manifest.media_type {
            return Err(Error::Media(media::Error::NotAPhoto));
        }
        let manifest = envelope.manifest;
        Ok(OpenedPhoto {
            bytes,
            media_type: manifest.media_type,
            width: manifest.width,
            height: manifest.height,
            views_left,
        })
    }

    /// The sealed photo. Not a view yet, so that a broken connection costs nothing.
    async fn fetch(&mut self, envelope: &Envelope) -> Result<Vec<u8>, Error> {
        let share = envelope.policy.share;
        let token = rights::fetch_token(&envelope.sender_half, share);
        let response = self.transport.send(request::blob(share, &token)).await?;
        let sealed = match answer::blob(&response) {
            Ok(_) => response.body,
            Err(error) => return Err(self.after_no(share, error).await?),
        };
        match digest::sha256(&[&sealed]) == envelope.sealed_digest {
            true => Ok(sealed),
            false => Err(Error::RelayLied),
        }
    }

    /// Claims one view of what the grant allows. A claim whose answer got lost is repeated before
    /// a new one is made.
    async fn claim_view(
        &mut self,
        envelope: &Envelope,
        grant: &LiveGrant,
    ) -> Result<(RelayHalf, u32), Error> {
        let share = grant.share();
        let pending = self.received_mut(share)?.claim.take();
        if let Some(pending) = pending {
            let repeated = self.claim_once(envelope, pending).await;
            if repeated != Err(Error::Relay(wire::Error::Problem(ProblemKind::Gone))) {
                return repeated;
            }
        }
        let fresh = PendingClaim {
            id: ClaimId::from_bytes(self.nonce()),
            reply: Seed::new(*SecretPrekey::generate(&mut self.rng).expose()),
        };
        match self.claim_once(envelope, fresh).await {
            Err(Error::Relay(error)) => Err(self.after_no(share, error).await?),
            other => other,
        }
    }

    async fn claim_once(
        &mut self,
        envelope: &Envelope,
        pending: PendingClaim,
    ) -> Result<(RelayHalf, u32), Error> {
        let share = envelope.policy.share;
        let (id, reply) = (pending.id, SecretPrekey::from_bytes(pending.reply.expose()));
        // Written down first: if the answer gets lost, the same claim is repeated.
        self.received_mut(share)?.claim = Some(pending);
        self.save().await?;
        let payload =
            claim::ClaimPayload { share, claim: id, reply_key: reply.public().to_bytes() };
        let mac0 = rights::claim_key(&envelope.sender_half, share)
            .authenticate(claim::CLAIM_PURPOSE, payload.to_cbor());
        let response = self.transport.send(request::claim(share, mac0)).await?;
        let released = answer::released(&response)?;
        let aad = seal::release_aad(share, id);
        let half = hpke::open_base(&reply, seal::RELEASE_INFO, &aad, &released.release.0)
            .map_err(|_| Error::RelayLied)?;
        let half = RelayHalf::from_slice(&half).map_err(|_| Error::RelayLied)?;
        Ok((half, released.views_left))
    }

    /// The relay said no. If the share ended, what opens it is wiped here too.
    async fn after_no(&mut self, share: ShareId, error: wire::Error) -> Result<Error, Error> {
        if error != wire::Error::Problem(ProblemKind::Gone) {
            return Ok(Error::Relay(error));
        }
        self.received_mut(share)?.forget();
        self.save().await?;
        Ok(Error::ShareGone)
    }
}
