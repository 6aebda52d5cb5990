//! Sharing a clean photo: it waits in the vault until the partner's consent is live, then it is
//! sealed, delivered, and the copy here is removed.

use crate::{
    Device, Error, Keeping, MediaType, Storage, Transport,
    letter::Letter,
    state::{Capability, Outgoing, Sent, SentRecord, Stage},
    stored,
};
use consent::{Intent, LiveGrant, Request, Subject, Terms, Verb};
use crypto::{
    CryptoRng, digest,
    hpke::{self, PublicPrekey},
    secret::{BearerToken, RelayHalf, SenderHalf},
};
use data_encoding::HEXLOWER;
use envelope::{Envelope, Manifest, Policy, photo, rights};
use media::{Clean, Format, Original};
use vocab::{CapabilityDigest, MailboxId, MessageId, ShareId, Timestamp, limits};
use wire::{
    ProblemKind,
    text::Bytes,
    v1::{
        answer,
        body::{PutShare, Relay, ShareState},
        request, seal,
    },
};

/// How one photo may be used. Never wider than the terms both agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareLimits {
    /// How often it can be opened.
    pub views: u32,
    /// When it ends by itself.
    pub not_after: Timestamp,
    /// Whether the recipient may keep a copy.
    pub keeping: Keeping,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Puts a clean photo into the vault for `to`, and sends it as soon as their consent is live,
    /// now or at a later [`Device::sync`].
    pub async fn share(
        &mut self,
        clean: Clean,
        to: &str,
        chosen: ShareLimits,
        now: Timestamp,
    ) -> Result<ShareId, Error> {
        let partner = self.partner_named(to)?;
        if partner.has_ended() {
            return Err(Error::Denied(consent::Denied::Ended));
        }
        if partner.rolled_back.is_some() {
            return Err(Error::Restored);
        }
        check_limits(&chosen, &partner.terms.into(), now)?;
        let partner = partner.inbox.mailbox;
        let size = clean.bytes().len() as u64;
        if size > limits::PHOTO_BYTES_MAX {
            return Err(Error::PhotoTooBig(size));
        }
        let (share, control) = self.next_share(now);
        let item = format!("item-{}", HEXLOWER.encode(&self.nonce()));
        self.vault.write(&item, clean.bytes(), &mut self.rng).await?;
        let message = self.new_message_id();
        self.state.sent.push(Sent {
            share,
            partner,
            views: chosen.views,
            not_after: chosen.not_after,
            keep: chosen.keeping == Keeping::Agreed,
            control,
            stage: SentRecord::Waiting {
                item,
                sender: SenderHalf::generate(&mut self.rng),
                relay: RelayHalf::generate(&mut self.rng),
                message,
            },
            views_left: chosen.views,
            on_paper: true,
        });
        self.save().await?;
        Ok(share)
    }

    /// Delivers what waits for partners whose consent is live now.
    pub(crate) async fn deliver_waiting(
        &mut self,
        relay: &Relay,
        now: Timestamp,
    ) -> Result<Vec<ShareId>, Error> {
        let waiting = |sent: &&Sent| matches!(sent.stage, SentRecord::Waiting { .. });
        let shares: Vec<_> = self.state.sent.iter().filter(waiting).map(|s| s.share).collect();
        let mut delivered = Vec::new();
        for share in shares {
            if self.sent_mut(share)?.not_after <= now {
                self.drop_waiting(share, SentRecord::Ended).await?;
            } else if let Some(grant) = self.grant_for(share, now).await? {
                self.deliver(share, &grant, relay).await?;
                delivered.push(share);
            }
        }
        Ok(delivered)
    }

    /// Signs the grant for a waiting share, once both have signed the terms, and asks the rules.
    async fn grant_for(
        &mut self,
        share: ShareId,
        now: Timestamp,
    ) -> Result<Option<LiveGrant>, Error> {
        let me = self.person();
        let sent = self.sent_mut(share)?;
        let (inbox, views, not_after, keep) = (sent.partner, sent.views, sent.not_after, sent.keep);
        let partner = self.partner(inbox)?;
        let has_capability = partner.peer.as_ref().is_some_and(|p| p.capability.is_some());
        if !matches!(partner.stage, Stage::Paired { .. }) || !has_capability {
            return Ok(None);
        }
        let mut ledger = self.ledger(inbox)?;
        let them = ledger.pair().other_than(me).ok_or(Error::NoSuchPartner)?.person();
        let request = |verb| Request { verb, share, from: me, to: them, now };
        // Said once: a grant that is there but not live waits for the other side, or is over.
        let unsaid = consent::Denied::NotGranted(Verb::View);
        if ledger.live_grant(&request(Verb::View)) == Err(unsaid) {
            let verbs: &[Verb] = if keep { &[Verb::View, Verb::Keep] } else { &[Verb::View] };
            for &verb in verbs {
                let subject = Subject::Share(share);
                let intent = Intent::Grant { verb, subject, not_after, views_max: Some(views) };
                self.say(&mut ledger, intent, now)?;
            }
            self.put_ledger(inbox, &ledger)?;
            self.post_statements(inbox, None)?;
            self.save().await?;
        }
        Ok(ledger.live_grant(&request(Verb::View)).ok())
    }

    /// Seals and uploads one photo, then writes the partner where it lies.
    async fn deliver(
        &mut self,
        share: ShareId,
        grant: &LiveGrant,
        relay: &Relay,
    ) -> Result<(), Error> {
        let sent = self.sent_mut(share)?;
        let SentRecord::Waiting { item, sender, relay: relay_half, message } = &sent.stage else {
            return Err(Error::NoSuchShare);
        };
        let keeping = if sent.keep { Keeping::Agreed } else { Keeping::NotAgreed };
        let (item, message) = (item.clone(), *message);
        let (sender, relay_half) = (sender.clone(), relay_half.clone());
        let (inbox, control) = (sent.partner, sent.control.clone());
        let photo = self.vault.read(&item).await?.ok_or(Error::VaultDamaged)?;
        // It was cleaned before it was kept, perhaps by an older version that wrote another form.
        // Cleaning it once more changes nothing else.
        let clean = Original::parse(photo.to_vec(), &media::Limits::default())?.clean()?;
        let sealed = SealedShare::seal(&clean, grant, keeping, sender, &relay_half)?;
        self.upload(inbox, &sealed, &relay_half, &control, relay).await?;
        let letter = Letter::Delivery { envelope: sealed.envelope.to_bytes().to_vec().into() };
        self.post_letter(inbox, message, &letter)?;
        self.sent_mut(share)?.stage = SentRecord::Delivered;
        self.save().await?;
        self.vault.remove(&item).await
    }

    async fn upload(
        &mut self,
        inbox: MailboxId,
        sealed: &SealedShare,
        relay_half: &RelayHalf,
        control: &BearerToken,
        relay: &Relay,
    ) -> Result<(), Error> {
        let peer = self.partner(inbox)?.peer.clone().ok_or(Error::NoSuchPartner)?;
        let capability = peer.capability.ok_or(Error::NoSuchPartner)?.token;
        let policy = &sealed.envelope.policy;
        let policy_digest = CapabilityDigest::from_bytes(policy.digest());
        let aad = seal::half_aad(policy.share, policy_digest, policy.not_after, policy.views);
        let epoch_key =
            PublicPrekey::from_bytes(&relay.epoch_key.0).map_err(envelope::Error::from)?;
        let half =
            hpke::seal_base(&epoch_key, seal::HALF_INFO, &aad, relay_half.expose(), &mut self.rng)
                .map_err(envelope::Error::from)?;
        let body = PutShare {
            control: control.digest(),
            fetch: rights::fetch_token(&sealed.envelope.sender_half, policy.share).digest(),
            claim_key: rights::claim_key(&sealed.envelope.sender_half, policy.share),
            epoch: relay.epoch,
            half: Bytes(half),
            policy: policy_digest,
            not_after: policy.not_after,
            views: policy.views,
            blob_bytes: sealed.photo.len() as u64,
            blob_digest: CapabilityDigest::from_bytes(sealed.envelope.sealed_digest),
        };
        let put = request::put_share(policy.share, &capability, &body);
        match answer::done(&self.transport.send(put).await?) {
            Ok(()) => {}
            // An earlier try got through, perhaps yesterday under another epoch.
            Err(wire::Error::Problem(ProblemKind::Conflict)) => {
                return self.expect_ready(policy.share).await;
            }
            Err(error) => return Err(Error::Relay(error)),
        }
        let put = request::put_blob(policy.share, &capability, sealed.photo.clone());
        Ok(answer::done(&self.transport.send(put).await?)?)
    }

    async fn expect_ready(&self, share: ShareId) -> Result<(), Error> {
        let request = request::status(&self.controlled(&[share]));
        let statuses = answer::statuses(&self.transport.send(request).await?)?;
        match statuses.shares.first() {
            Some(status) if status.state == ShareState::Ready => Ok(()),
            _ => Err(Error::Relay(wire::Error::Problem(ProblemKind::Conflict))),
        }
    }

    /// Gives up a share that was not delivered; removes the copy in the vault.
    pub(crate) async fn drop_waiting(
        &mut self,
        share: ShareId,
        stage: SentRecord,
    ) -> Result<(), Error> {
        let sent = self.sent_mut(share)?;
        let before = core::mem::replace(&mut sent.stage, stage);
        sent.views_left = 0;
        self.save().await?;
        match before {
            SentRecord::Waiting { item, .. } => self.vault.remove(&item).await,
            _ => Ok(()),
        }
    }

    /// Asks the relay how many views are left of what we shared.
    pub async fn refresh_sent(&mut self) -> Result<(), Error> {
        let delivered = |sent: &&Sent| matches!(sent.stage, SentRecord::Delivered);
        let shares: Vec<_> = self.state.sent.iter().filter(delivered).map(|s| s.share).collect();
        for some in shares.chunks(wire::v1::SHARES_PER_REQUEST_MAX) {
            let request = request::status(&self.controlled(some));
            let statuses = answer::statuses(&self.transport.send(request).await?)?;
            for status in statuses.shares {
                let sent = self.sent_mut(status.share)?;
                sent.views_left = status.views_left.min(sent.views_left);
                if status.state == ShareState::Ended {
                    sent.stage = SentRecord::Ended;
                    sent.views_left = 0;
                }
            }
        }
        self.save().await
    }

    /// Seals a letter for a partner under the pair's root and queues it.
    pub(crate) fn post_letter(
        &mut self,
        inbox: MailboxId,
        message: MessageId,
        letter: &Letter,
    ) -> Result<(), Error> {
        let pair = self.ledger(inbox)?.pair().id();
        let partner = self.partner(inbox)?;
        let (Stage::Paired { root }, Some(peer)) = (&partner.stage, &partner.peer) else {
            return Err(Error::NoSuchPartner);
        };
        let root = root.clone();
        let place = envelope::message::Place { mailbox: peer.mailbox, message };
        let to = PublicPrekey::from_bytes(&peer.prekey).map_err(envelope::Error::from)?;
        let psk = hpke::Psk { root: &root, id: pair.as_bytes() };
        let payload = stored::to_cbor(letter);
        let (sealed, _) = envelope::message::seal(psk, &to, place, &payload, &mut self.rng)?;
        self.state.outbox.push(Outgoing::Post { partner: inbox, message, sealed: sealed.into() });
        Ok(())
    }

    /// Queues all own statements the partner has not been sent, and a new token with the last.
    pub(crate) fn post_statements(
        &mut self,
        inbox: MailboxId,
        mut capability: Option<Capability>,
    ) -> Result<(), Error> {
        // A statement is below 400 bytes, so six fit into a message with room to spare.
        const PER_LETTER: usize = 6;
        let ledger = self.ledger(inbox)?;
        let told = self.partner(inbox)?.told as usize;
        let untold = crate::pairing::own_statements(&ledger, self.person(), told);
        let letters = untold.len().div_ceil(PER_LETTER);
        for (at, some) in untold.chunks(PER_LETTER).enumerate() {
            let capability = if at + 1 == letters { capability.take() } else { None };
            let letter = Letter::Statements { statements: some.to_vec(), capability };
            let message = self.new_message_id();
            self.post_letter(inbox, message, &letter)?;
        }
        self.partner_mut(inbox)?.told += untold.len() as u32;
        Ok(())
    }
}

/// A photo sealed for one person. Made from a clean photo and a live grant, and from nothing else.
struct SealedShare {
    photo: Vec<u8>,
    envelope: Envelope,
}

impl SealedShare {
    fn seal(
        clean: &Clean,
        grant: &LiveGrant,
        keeping: Keeping,
        sender_half: SenderHalf,
        relay_half: &RelayHalf,
    ) -> Result<Self, Error> {
        let size = clean.shown_size();
        let manifest = Manifest {
            media_type: media_type(clean.format())?,
            photo_bytes: clean.bytes().len() as u64,
            width: size.width,
            height: size.height,
        };
        let policy = Policy {
            share: grant.share(),
            views: grant.views_max(),
            not_after: grant.not_after(),
            keeping,
        };
        let photo = photo::seal(clean.bytes(), &manifest, &policy, &sender_half, relay_half)?;
        let sealed_digest = digest::sha256(&[&photo]);
        Ok(Self { photo, envelope: Envelope { sender_half, manifest, policy, sealed_digest } })
    }
}

/// Whether photos of this format can be shared. Others can be cleaned and kept, but not every
/// browser could show them to the other person.
pub fn can_share(format: Format) -> bool {
    media_type(format).is_ok()
}

/// The format as envelopes name it.
pub(crate) fn media_type(format: Format) -> Result<MediaType, Error> {
    match format {
        Format::Jpeg => Ok(MediaType::Jpeg),
        Format::Png => Ok(MediaType::Png),
        Format::WebP => Ok(MediaType::WebP),
        _ => Err(Error::FormatNotShared),
    }
}

fn check_limits(chosen: &ShareLimits, terms: &Terms, now: Timestamp) -> Result<(), Error> {
    let keeping_allowed =
        chosen.keeping == Keeping::NotAgreed || terms.keep == consent::Permission::Allowed;
    let fits = (1..=terms.views_max).contains(&chosen.views)
        && chosen.not_after <= terms.until
        && chosen.not_after > now
        && keeping_allowed;
    if fits { Ok(()) } else { Err(Error::WiderThanAgreed) }
}
