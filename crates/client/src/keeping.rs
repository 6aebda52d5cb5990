//! Photos kept here: in the vault, as long as their sender's yes to keep lives, and then deleted
//! within the days that both agreed on.

use crate::{
    Device, Error, Event, Keeping, OpenedPhoto, Storage, Transport,
    sharing::media_type,
    state::{Kept, SentRecord},
};
use consent::{Request, Verb};
use crypto::CryptoRng;
use data_encoding::HEXLOWER;
use vocab::{ShareId, Timestamp};

/// A photo kept here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptView {
    /// Its id.
    pub share: ShareId,
    /// What we call the person it is from.
    pub from: String,
    /// Their yes to keep ends by itself then, and the photo is deleted.
    pub until: Timestamp,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Uses one view to keep a photo in the vault; only where its sender agreed to that.
    pub async fn keep_here(&mut self, share: ShareId, now: Timestamp) -> Result<KeptView, Error> {
        let received = self.received_mut(share)?;
        let partner = received.partner;
        let envelope = received.opened().ok_or(Error::ShareGone)?;
        if envelope.policy.keeping != Keeping::Agreed {
            return Err(consent::Denied::NotGranted(Verb::Keep).into());
        }
        let until = self.may_keep(partner, share, now)?;
        // The view is used only once there is sure to be room for the photo.
        let item = format!("item-{}", HEXLOWER.encode(&self.nonce()));
        let room = vec![0; usize::try_from(envelope.manifest.photo_bytes).unwrap_or(usize::MAX)];
        self.vault.write(&item, &room, &mut self.rng).await?;
        let opened = match self.keep(share, now).await {
            Ok(opened) => opened,
            Err(error) => {
                self.vault.remove(&item).await?;
                return Err(error);
            }
        };
        self.vault.write(&item, &opened.bytes, &mut self.rng).await?;
        self.state.kept.retain(|kept| kept.share != share);
        self.state.kept.push(Kept { share, partner, item, until, delete_by: None });
        self.save().await?;
        Ok(KeptView { share, from: self.name_of(partner), until })
    }

    /// What is kept here and may be looked at, in the order it was kept.
    pub fn kept(&self, now: Timestamp) -> Vec<KeptView> {
        let lives = |kept: &&Kept| self.may_keep(kept.partner, kept.share, now).is_ok();
        let view = |kept: &Kept| KeptView {
            share: kept.share,
            from: self.name_of(kept.partner),
            until: kept.until,
        };
        self.state.kept.iter().filter(lives).map(view).collect()
    }

    /// Opens a photo kept here; no view is used. Its sender can take their yes back.
    pub async fn open_kept(&self, share: ShareId, now: Timestamp) -> Result<OpenedPhoto, Error> {
        let kept = self.state.kept.iter().find(|kept| kept.share == share);
        let kept = kept.ok_or(Error::NoSuchShare)?;
        // One answer for every end, as with any other photo.
        self.may_keep(kept.partner, share, now).map_err(|_| Error::ShareGone)?;
        let bytes = self.vault.read(&kept.item).await?.ok_or(Error::VaultDamaged)?;
        let clean = media::Clean::verify(bytes.to_vec(), &media::Limits::default())?;
        let size = clean.shown_size();
        Ok(OpenedPhoto {
            media_type: media_type(clean.format())?,
            width: size.width,
            height: size.height,
            bytes,
            views_left: 0,
        })
    }

    /// Deletes what has ended: kept photos whose sender's yes is over, within the days agreed on,
    /// and photos of ours that were never delivered in time. Needs no relay; to be called whenever
    /// the vault is opened.
    pub async fn delete_ended(&mut self, now: Timestamp) -> Result<Vec<Event>, Error> {
        let mut deleted = Vec::new();
        let mut is_changed = false;
        for at in (0..self.state.kept.len()).rev() {
            let kept = &self.state.kept[at];
            let (partner, share, until) = (kept.partner, kept.share, kept.until);
            let delete_by = match self.may_keep(partner, share, now) {
                // Said again within these days, it is kept on.
                Ok(_) => None,
                Err(_) => kept.delete_by.or_else(|| Some(self.days_after(partner, until.min(now)))),
            };
            is_changed |= delete_by != kept.delete_by;
            self.state.kept[at].delete_by = delete_by;
            if delete_by.is_some_and(|by| by <= now) {
                deleted.push(self.state.kept.remove(at));
            }
        }
        if is_changed || !deleted.is_empty() {
            // Deleted before it is forgotten here: nothing else would find it.
            for kept in &deleted {
                self.vault.remove(&kept.item).await?;
            }
            self.save().await?;
        }
        self.drop_overdue(now).await?;
        Ok(deleted.into_iter().rev().map(|kept| Event::Deleted { share: kept.share }).collect())
    }

    async fn drop_overdue(&mut self, now: Timestamp) -> Result<(), Error> {
        let overdue: Vec<ShareId> = self
            .state
            .sent
            .iter()
            .filter(|sent| {
                matches!(sent.stage, SentRecord::Waiting { .. }) && sent.not_after <= now
            })
            .map(|sent| sent.share)
            .collect();
        for share in overdue {
            self.drop_waiting(share, SentRecord::Ended).await?;
        }
        Ok(())
    }

    /// Until when the photo may be kept, if it may be now.
    fn may_keep(
        &self,
        partner: vocab::MailboxId,
        share: ShareId,
        now: Timestamp,
    ) -> Result<Timestamp, Error> {
        let ledger = self.ledger(partner)?;
        let me = self.person();
        let them = ledger.pair().other_than(me).ok_or(Error::NoSuchPartner)?.person();
        let request = Request { verb: Verb::Keep, share, from: them, to: me, now };
        Ok(ledger.live_grant(&request)?.not_after())
    }

    /// The day by which both have deleted everything, if it ended at `end`.
    fn days_after(&self, partner: vocab::MailboxId, end: Timestamp) -> Timestamp {
        let ledger = self.ledger(partner).ok();
        let agreed = ledger.as_ref().and_then(consent::Ledger::agreed);
        let days = agreed.map_or(0, |agreed| agreed.in_force.keep_days);
        end.plus_days(days.into())
    }
}
