//! The ways to open the vault, and backups.

use client::{Device, Opener, Restoring, SlotKind, SlotView, recovery_secret};
use crypto::age::WorkFactor;
use crypto::password::Cost;
use getrandom::{SysRng, rand_core::UnwrapErr};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_messages::keys::{KeyAsk, Passkey, Ways};
use web_messages::{Answer, Trouble, VaultState};
use web_sys::Blob;

use crate::js;
use crate::photo;
use crate::port::{Along, Reply};
use crate::session::{OpenDevice, Session, now, own_origin, records};
use crate::transport::SameOrigin;
use crate::trouble::trouble;

/// What a backup is: bytes that no program is to open by itself.
const BACKUP_TYPE: &str = "application/octet-stream";

/// No backup is larger, in bytes.
const BACKUP_BYTES_MAX: f64 = 64e6;

/// Does what the page asks.
pub(crate) async fn answer(
    session: &mut Session,
    ask: KeyAsk,
    payload: &JsValue,
) -> Result<Reply, Trouble> {
    let answer = match ask {
        KeyAsk::Ways => Answer::Ways(ways().await?),
        KeyAsk::Recover { words, passphrase } => {
            let secret = recovery_secret(&words).map_err(trouble)?;
            session.unlock(Opener::Secret(SlotKind::RecoveryWords, &secret)).await?;
            set_passphrase(session.device()?, &passphrase).await?;
            Answer::Vault(VaultState::Open)
        }
        KeyAsk::MakeWords { passphrase } => {
            let device = owned(session, &passphrase).await?;
            let words = device.make_recovery_words().await.map_err(trouble)?;
            Answer::Words { words: words.split(' ').map(str::to_owned).collect() }
        }
        KeyAsk::SetPassphrase { passphrase, new } => {
            set_passphrase(owned(session, &passphrase).await?, &new).await?;
            Answer::Done
        }
        KeyAsk::AddPasskey { passphrase, passkey, secret } => {
            let device = owned(session, &passphrase).await?;
            let salt = passkey.salt.try_into().map_err(|_| Trouble::NoPasskey)?;
            let secret = secret.try_into().map_err(|_| Trouble::NoPasskey)?;
            let added = device.add_passkey(&passkey.credential, salt, &secret);
            added.await.map_err(trouble)?;
            Answer::Ways(ways().await?)
        }
        KeyAsk::RemovePasskey(passkey) => {
            let slots = session.device()?.slots().await.map_err(trouble)?;
            let slot = slots.iter().find(|slot| seen(slot).as_ref() == Some(&passkey));
            let slot = slot.ok_or(Trouble::NoPasskey)?;
            session.device()?.remove_slot(slot).await.map_err(trouble)?;
            Answer::Ways(ways().await?)
        }
        KeyAsk::BackUp { passphrase, backup } => {
            return back_up(owned(session, &passphrase).await?, &backup);
        }
        KeyAsk::PutBack { backup, passphrase } => {
            put_back(session, payload, &backup, &passphrase).await?
        }
    };
    Ok(answer.into())
}

/// The open device, once the passphrase was given again.
async fn owned<'s>(
    session: &'s mut Session,
    passphrase: &str,
) -> Result<&'s mut OpenDevice, Trouble> {
    let device = session.device()?;
    device.check(Opener::Passphrase(passphrase)).await.map_err(trouble)?;
    Ok(device)
}

async fn set_passphrase(device: &mut OpenDevice, passphrase: &str) -> Result<(), Trouble> {
    device.set_passphrase(passphrase, Cost::BROWSER).await.map_err(trouble)
}

async fn ways() -> Result<Ways, Trouble> {
    let slots = OpenDevice::slots_of(&records().await?).await.map_err(trouble)?;
    Ok(Ways {
        has_words: slots.iter().any(|slot| slot.kind == SlotKind::RecoveryWords),
        passkeys: slots.iter().filter_map(seen).collect(),
    })
}

fn seen(slot: &SlotView) -> Option<Passkey> {
    let SlotView { kind, salt, credential } = slot;
    (*kind == SlotKind::Passkey)
        .then(|| Passkey { credential: credential.clone(), salt: salt.to_vec() })
}

fn back_up(device: &mut OpenDevice, passphrase: &str) -> Result<Reply, Trouble> {
    let file = device.backup(passphrase, WorkFactor::BROWSER, now()).map_err(trouble)?;
    let along = Along::Blob(js::blob(&file).ok_or(Trouble::Bug)?);
    Ok(Reply { answer: Answer::CleanCopy { media_type: BACKUP_TYPE.to_owned() }, along })
}

async fn put_back(
    session: &mut Session,
    file: &JsValue,
    backup: &str,
    passphrase: &str,
) -> Result<Answer, Trouble> {
    let blob: &Blob = file.dyn_ref().ok_or(Trouble::NotABackup)?;
    if blob.size() > BACKUP_BYTES_MAX {
        return Err(Trouble::NotABackup);
    }
    let bytes = photo::read(blob).await?;
    session
        .open_new(async |records| {
            let cost = Cost::BROWSER;
            let from = Restoring { file: &bytes, file_passphrase: backup, passphrase, cost };
            let rng = UnwrapErr(SysRng);
            let mut device = Device::restore(records, SameOrigin, rng, &from).await?;
            // Wherever it was made, its relay is this page's.
            device.set_relay(&own_origin()).await?;
            Ok(device)
        })
        .await?;
    Ok(Answer::Vault(VaultState::Open))
}
