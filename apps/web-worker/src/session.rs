//! What the worker holds, and what each ask does with it.

use client::{Device, InviteLink, Offer, Opener, PartnerStage, PartnerView, SlotKind};
use crypto::password::Cost;
use getrandom::{SysRng, rand_core::UnwrapErr};
use media::{Clean, Limits};
use vocab::{ShareId, Timestamp};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_messages::{Answer, Ask, Trouble, VaultState};
use web_sys::Blob;

use crate::clip;
use crate::cover;
use crate::js;
use crate::keys;
use crate::photo::{self, Chosen, Photo};
use crate::port::{self, Along, Reply};
use crate::storage::Records;
use crate::tab_lock::TabLock;
use crate::transport::SameOrigin;
use crate::trouble::trouble;
use crate::{sharing, shelf};

/// A device whose keys are open here.
pub(crate) type OpenDevice = Device<Records, SameOrigin, UnwrapErr<SysRng>>;

/// Everything that is gone when the worker ends.
#[derive(Default)]
pub(crate) struct Session {
    held: Option<Photo>,
    offer: Option<Offer>,
    open: Option<Open>,
}

struct Open {
    device: OpenDevice,
    /// Held for as long as the vault is open.
    _lock: TabLock,
}

impl Session {
    /// Does what the page asks. What takes long tells how far it is.
    pub(crate) async fn answer(
        &mut self,
        ask: Ask,
        payload: JsValue,
        tell: &dyn Fn(u8),
    ) -> Result<Reply, Trouble> {
        let answer = match ask {
            Ask::Check => return self.check(payload).await,
            Ask::CleanCopy => return self.clean_copy(),
            Ask::Draw => return photo::draw(payload).await,
            Ask::Cover(parts) => return cover::cover(parts, payload, tell).await,
            Ask::Prepare { .. } | Ask::Find { .. } | Ask::People { .. } | Ask::Read { .. } => {
                return Err(Trouble::Bug);
            }
            Ask::CheckClip => Answer::Checked(clip::check(payload, tell)?),
            Ask::CleanClip => return clip::clean(payload, tell),
            Ask::View { share } => return sharing::view(self.device()?, parse(&share)?).await,
            Ask::Keep { share } => return sharing::keep(self.device()?, parse(&share)?).await,
            Ask::ForgetPhoto => {
                self.held = None;
                Answer::Done
            }
            Ask::VaultState => self.vault_state().await?,
            Ask::CreateVault { passphrase } => self.create(&passphrase).await?,
            Ask::Unlock(web_messages::Opener::Passphrase(passphrase)) => {
                self.unlock(Opener::Passphrase(&passphrase)).await?
            }
            Ask::Unlock(web_messages::Opener::Passkey(secret)) => {
                let secret = secret.try_into().map_err(|_| Trouble::NoPasskey)?;
                self.unlock(Opener::Secret(SlotKind::Passkey, &secret)).await?
            }
            Ask::Keys(ask) => return keys::answer(self, ask, &payload).await,
            Ask::Look { link } => self.look(&link).await?,
            Ask::Accept { name } => self.accept(&name).await?,
            Ask::Share(share) => {
                let clean = self.to_share(payload).await?;
                let answer = sharing::share(self.device()?, clean, &share).await?;
                self.held = None;
                answer
            }
            Ask::Sync => shelf::sync(self.device()?).await?,
            Ask::Withdraw { share } => {
                shelf::withdraw(self.device()?, client::Withdraw::One(parse(&share)?)).await?
            }
            Ask::WithdrawAll => shelf::withdraw(self.device()?, client::Withdraw::All).await?,
            Ask::End { person } => shelf::end(self.device()?, &person).await?,
        };
        Ok(answer.into())
    }

    pub(crate) fn device(&mut self) -> Result<&mut OpenDevice, Trouble> {
        self.open.as_mut().map(|open| &mut open.device).ok_or(Trouble::Locked)
    }

    async fn check(&mut self, payload: JsValue) -> Result<Reply, Trouble> {
        self.held = None;
        let Chosen::Photo(photo) = Chosen::take(payload).await? else {
            return Ok(Answer::IsClip.into());
        };
        let answer = Answer::Checked(photo.checked.clone());
        self.held = Some(photo);
        Ok(answer.into())
    }

    /// The covered copy that came along, or else the clean copy of the photo that is held.
    async fn to_share(&self, payload: JsValue) -> Result<Clean, Trouble> {
        let Some(copy) = payload.dyn_ref::<Blob>() else {
            return Ok(self.held.as_ref().ok_or(Trouble::NoPhoto)?.clean.clone());
        };
        // What comes from outside is looked at, also from the page.
        Clean::verify(photo::read(copy).await?, &Limits::default()).map_err(photo::trouble)
    }

    fn clean_copy(&self) -> Result<Reply, Trouble> {
        let held = self.held.as_ref().ok_or(Trouble::NoPhoto)?;
        let media_type = held.checked.media_type.clone();
        let along = Along::Blob(js::blob(held.clean.bytes()).ok_or(Trouble::Bug)?);
        Ok(Reply { answer: Answer::CleanCopy { media_type }, along })
    }

    async fn vault_state(&self) -> Result<Answer, Trouble> {
        if self.open.is_some() {
            return Ok(Answer::Vault(VaultState::Open));
        }
        let records = records().await?;
        let exists = OpenDevice::exists(&records).await.map_err(trouble)?;
        Ok(Answer::Vault(if exists { VaultState::Locked } else { VaultState::Absent }))
    }

    async fn create(&mut self, passphrase: &str) -> Result<Answer, Trouble> {
        self.open_new(async |records| {
            let (rng, cost) = (UnwrapErr(SysRng), Cost::BROWSER);
            let mut device = Device::create(records, SameOrigin, rng, passphrase, cost).await?;
            device.set_relay(&own_origin()).await?;
            Ok(device)
        })
        .await
    }

    /// Makes a vault here, and opens it.
    pub(crate) async fn open_new(
        &mut self,
        make: impl AsyncFnOnce(Records) -> Result<OpenDevice, client::Error>,
    ) -> Result<Answer, Trouble> {
        let lock = TabLock::take().await?;
        let records = records().await?;
        Records::ask_to_persist().await;
        let device = make(records).await.map_err(trouble)?;
        self.open = Some(Open { device, _lock: lock });
        Ok(Answer::Vault(VaultState::Open))
    }

    pub(crate) async fn unlock(&mut self, opener: Opener<'_>) -> Result<Answer, Trouble> {
        if self.open.is_none() {
            let lock = TabLock::take().await?;
            let records = records().await?;
            let unlocked = Device::unlock(records, SameOrigin, UnwrapErr(SysRng), opener);
            self.open = Some(Open { device: unlocked.await.map_err(trouble)?, _lock: lock });
        }
        Ok(Answer::Vault(VaultState::Open))
    }

    async fn look(&mut self, link: &str) -> Result<Answer, Trouble> {
        let link = InviteLink::parse(link).map_err(trouble)?;
        if link.origin() != own_origin() {
            return Err(Trouble::LinkBroken);
        }
        let offer = OpenDevice::look(&SameOrigin, &link).await.map_err(trouble)?;
        let words = offer.words();
        self.offer = Some(offer);
        Ok(Answer::Offer(web_messages::Offer { words }))
    }

    async fn accept(&mut self, name: &str) -> Result<Answer, Trouble> {
        let open = self.open.as_mut().ok_or(Trouble::Locked)?;
        // Before the offer is used up: another name can then be tried on the same offer.
        if !is_usable_name(&open.device, name) {
            return Err(Trouble::NameUnusable);
        }
        let offer = self.offer.take().ok_or(Trouble::LinkGone)?;
        match open.device.accept(offer, name, now()).await {
            // The yes is written down; it is sent as soon as the relay answers.
            Ok(_) => Ok(shelf::answer(&open.device)),
            Err(error) => Err(trouble(error)),
        }
    }
}

fn parse(share: &str) -> Result<ShareId, Trouble> {
    share.parse().map_err(|_| Trouble::Bug)
}

fn is_usable_name(device: &OpenDevice, name: &str) -> bool {
    let goes_on = |partner: &PartnerView| partner.stage != PartnerStage::Ended;
    let is_taken = device.partners().iter().any(|it| it.name == name && goes_on(it));
    let is_plain = !name.trim().is_empty() && !name.chars().any(char::is_control);
    !is_taken && is_plain && name.len() <= vocab::limits::NAME_BYTES_MAX
}

pub(crate) async fn records() -> Result<Records, Trouble> {
    let records = Records::open().await;
    records.map_err(|error| trouble(client::Error::Storage(error)))
}

pub(crate) fn own_origin() -> String {
    port::scope().location().origin()
}

/// The time by this device's clock. A clock outside all years is taken as the beginning of time,
/// and then nothing can be agreed on.
pub(crate) fn now() -> Timestamp {
    let seconds = js_sys::Date::now() / 1000.0;
    Timestamp::from_unix_seconds(seconds.max(0.0) as u64).unwrap_or(Timestamp::EPOCH)
}
