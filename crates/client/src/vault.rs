//! The vault at rest: `docs/formats/vault.md`.
//!
//! A random vault key seals every record; key slots wrap that key, each under a key derived from a
//! passphrase. Records are bound to their names, so that they cannot be swapped.

use crate::{Error, Storage, stored};
use crypto::{
    CryptoRng, aead,
    password::{self, Cost},
    secret::VaultKey,
};
use minicbor::{Decode, Encode, bytes::ByteArray, bytes::ByteVec};
use vocab::limits::PASSPHRASE_CHARS_MIN;
use zeroize::Zeroizing;

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

/// One way to open the vault. Kind 1 is a passphrase; other kinds may come.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Slot {
    #[n(1)]
    kind: u32,
    #[n(2)]
    salt: ByteArray<{ password::SALT_BYTES }>,
    #[n(3)]
    memory_kib: u32,
    #[n(4)]
    passes: u32,
    #[n(5)]
    wrapped: ByteVec,
}

const PASSPHRASE_SLOT: u32 = 1;

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

    /// Writes the head with one passphrase slot.
    pub async fn write_head(
        &self,
        passphrase: &str,
        cost: Cost,
        rng: &mut impl CryptoRng,
    ) -> Result<(), Error> {
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(Error::PassphraseTooShort(PASSPHRASE_CHARS_MIN));
        }
        let mut salt = [0; password::SALT_BYTES];
        rng.fill_bytes(&mut salt);
        let slot_key = password::derive(passphrase, &salt, cost).map_err(envelope::Error::from)?;
        let wrapped = aead::seal(slot_key.expose(), &place("slot"), self.key.expose(), rng);
        let slot = Slot {
            kind: PASSPHRASE_SLOT,
            salt: salt.into(),
            memory_kib: cost.memory_kib,
            passes: cost.passes,
            wrapped: wrapped.into(),
        };
        let head = Head { version: VERSION, slots: vec![slot] };
        Ok(self.storage.write(HEAD, &stored::to_cbor(&head)).await?)
    }

    /// Opens the vault with a passphrase.
    pub async fn unlock(storage: S, passphrase: &str) -> Result<Self, Error> {
        let bytes = storage.read(HEAD).await?.ok_or(Error::NoVault)?;
        let head: Head = stored::from_cbor(&bytes).ok_or(Error::VaultDamaged)?;
        if head.version != VERSION {
            return Err(Error::VaultTooNew);
        }
        let key = head
            .slots
            .iter()
            .filter(|slot| slot.kind == PASSPHRASE_SLOT)
            .find_map(|slot| slot.open(passphrase))
            .ok_or(Error::WrongPassphrase)?;
        Ok(Self { storage, key })
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

impl Slot {
    fn open(&self, passphrase: &str) -> Option<VaultKey> {
        let cost = Cost { memory_kib: self.memory_kib, passes: self.passes };
        let slot_key = password::derive(passphrase, &self.salt, cost).ok()?;
        let key = aead::open(slot_key.expose(), &place("slot"), &self.wrapped).ok()?;
        VaultKey::from_slice(&key).ok()
    }
}

fn place(name: &str) -> Vec<u8> {
    format!("{PLACE}{name}").into_bytes()
}
