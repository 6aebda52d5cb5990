//! The ways to open a vault: passphrase, words on paper, passkeys, the system's keyring.

use crate::{
    Device, Error, Storage, Transport,
    vault::{NewSlot, Opener, SlotKind, SlotView, Vault},
};
use crypto::{
    CryptoRng,
    password::{Cost, SALT_BYTES},
    secret::SlotKey,
    words,
};
use zeroize::Zeroizing;

/// The secret that recovery words stand for.
pub fn recovery_secret(words: &str) -> Result<Zeroizing<[u8; 32]>, Error> {
    words::read(words).map_err(|_| Error::NotRecoveryWords)
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// The ways to open the vault in `storage`, also while it is locked.
    pub async fn slots_of(storage: &S) -> Result<Vec<SlotView>, Error> {
        Vault::slots(storage).await
    }

    /// The ways to open this vault.
    pub async fn slots(&self) -> Result<Vec<SlotView>, Error> {
        self.vault.own_slots().await
    }

    /// Whether this opens the vault: asked before something that only its owner should do.
    pub async fn check(&self, opener: Opener<'_>) -> Result<(), Error> {
        self.vault.check(opener).await
    }

    /// Changes the passphrase. The old one opens nothing any more.
    pub async fn set_passphrase(&mut self, passphrase: &str, cost: Cost) -> Result<(), Error> {
        self.vault.put_slot(&NewSlot::Passphrase(passphrase, cost), &mut self.rng).await
    }

    /// Makes 24 words that open the vault, to be written on paper. Earlier ones open nothing any
    /// more. They are kept nowhere here.
    pub async fn make_recovery_words(&mut self) -> Result<Zeroizing<String>, Error> {
        let secret = SlotKey::generate(&mut self.rng);
        self.add_secret(SlotKind::RecoveryWords, secret.expose()).await?;
        Ok(words::write(secret.expose()))
    }

    /// Makes a secret that opens the vault, for the system's keyring. An earlier one opens nothing
    /// any more.
    pub async fn make_keyring_secret(&mut self) -> Result<SlotKey, Error> {
        let secret = SlotKey::generate(&mut self.rng);
        self.add_secret(SlotKind::Keyring, secret.expose()).await?;
        Ok(secret)
    }

    /// Lets a passkey open the vault: its name, and what its PRF made of `salt`.
    pub async fn add_passkey(
        &mut self,
        credential: &[u8],
        salt: [u8; SALT_BYTES],
        secret: &[u8; 32],
    ) -> Result<(), Error> {
        let kind = SlotKind::Passkey;
        let new = NewSlot::Secret { kind, secret, salt, credential };
        self.vault.put_slot(&new, &mut self.rng).await
    }

    /// Takes a way to open the vault away; never the last that a person has in hand.
    pub async fn remove_slot(&mut self, slot: &SlotView) -> Result<(), Error> {
        self.vault.take_slot(slot).await
    }

    async fn add_secret(&mut self, kind: SlotKind, secret: &[u8; 32]) -> Result<(), Error> {
        let mut salt = [0; SALT_BYTES];
        self.rng.fill_bytes(&mut salt);
        let new = NewSlot::Secret { kind, secret, salt, credential: &[] };
        self.vault.put_slot(&new, &mut self.rng).await
    }
}
