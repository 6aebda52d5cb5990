//! The vault at rest: `docs/formats/vault.md`.
//!
//! A random vault key seals every record; slots wrap that key, one for each way to open the vault.
//! Records are bound to their names, so that they cannot be swapped.

mod slots;

use crate::{Error, Storage, stored};
use crypto::{CryptoRng, aead, secret::VaultKey};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use self::slots::Slot;
pub use self::slots::{NewSlot, Opener, SlotKind, SlotView};

const HEAD: &str = "head";
const VERSION: u32 = 1;
const PLACE: &str = "velum/vault/v1/";

/// An open vault: the key and where the records are.
pub struct Vault<S> {
    storage: S,
    key: VaultKey,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Head {
    #[n(1)]
    version: u32,
    #[n(2)]
    slots: Vec<Slot>,
}

impl<S: Storage> Vault<S> {
    /// Whether there is a vault.
    pub async fn exists(storage: &S) -> Result<bool, Error> {
        Ok(storage.read(HEAD).await?.is_some())
    }

    /// Prepares a new vault. It exists from the moment [`Vault::write_head`] has returned, so that
    /// a crash before leaves none rather than half of one.
    pub async fn create(storage: S, rng: &mut impl CryptoRng) -> Result<Self, Error> {
        if Self::exists(&storage).await? {
            return Err(Error::VaultExists);
        }
        Ok(Self { storage, key: VaultKey::generate(rng) })
    }

    /// Writes the head with one slot.
    pub async fn write_head(
        &self,
        first: &NewSlot<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<(), Error> {
        let slot = Slot::new(first, &self.key, rng)?;
        self.put_head(&Head { version: VERSION, slots: vec![slot] }).await
    }

    /// Opens the vault.
    pub async fn unlock(storage: S, opener: Opener<'_>) -> Result<Self, Error> {
        let key = key(&head(&storage).await?, opener)?;
        Ok(Self { storage, key })
    }

    /// The ways to open the vault in `storage`, also while it is locked.
    pub async fn slots(storage: &S) -> Result<Vec<SlotView>, Error> {
        Ok(head(storage).await?.slots.iter().filter_map(Slot::view).collect())
    }

    /// Whether this opens the vault.
    pub async fn check(&self, opener: Opener<'_>) -> Result<(), Error> {
        key(&head(&self.storage).await?, opener).map(drop)
    }

    /// The ways to open this vault.
    pub async fn own_slots(&self) -> Result<Vec<SlotView>, Error> {
        Self::slots(&self.storage).await
    }

    /// Adds a way to open the vault. A passphrase, recovery words and a keyring take the place of
    /// those before them, which open nothing any more.
    pub async fn put_slot(&self, new: &NewSlot<'_>, rng: &mut impl CryptoRng) -> Result<(), Error> {
        let mut head = head(&self.storage).await?;
        slots::put(&mut head.slots, Slot::new(new, &self.key, rng)?)?;
        self.put_head(&head).await
    }

    /// Takes away a way to open the vault; never the last one that a person has in hand.
    pub async fn take_slot(&self, view: &SlotView) -> Result<(), Error> {
        let mut head = head(&self.storage).await?;
        slots::take(&mut head.slots, view)?;
        self.put_head(&head).await
    }

    async fn put_head(&self, head: &Head) -> Result<(), Error> {
        Ok(self.storage.write(HEAD, &stored::to_cbor(head)).await?)
    }

    /// Reads a record; `None` if there is none.
    pub async fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(sealed) = self.storage.read(name).await? else {
            return Ok(None);
        };
        let opened = aead::open(self.key.expose(), &place(name), &sealed);
        opened.map(Some).map_err(|_| Error::VaultDamaged)
    }

    /// Writes a record whole.
    pub async fn write(
        &self,
        name: &str,
        bytes: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(), Error> {
        let sealed = aead::seal(self.key.expose(), &place(name), bytes, rng);
        Ok(self.storage.write(name, &sealed).await?)
    }

    /// Removes a record.
    pub async fn remove(&self, name: &str) -> Result<(), Error> {
        Ok(self.storage.remove(name).await?)
    }
}

/// The vault key, if one of the slots opens.
fn key(head: &Head, opener: Opener<'_>) -> Result<VaultKey, Error> {
    head.slots.iter().find_map(|slot| slot.open(opener)).ok_or(match opener {
        Opener::Passphrase(_) => Error::WrongPassphrase,
        Opener::Secret(..) => Error::WrongKey,
    })
}

async fn head<S: Storage>(storage: &S) -> Result<Head, Error> {
    let bytes = storage.read(HEAD).await?.ok_or(Error::NoVault)?;
    let head: Head = stored::from_cbor(&bytes).ok_or(Error::VaultDamaged)?;
    if head.version != VERSION {
        return Err(Error::VaultTooNew);
    }
    Ok(head)
}

fn place(name: &str) -> Vec<u8> {
    format!("{PLACE}{name}").into_bytes()
}
