//! The ways to open a vault. Each slot wraps the same vault key, under a key of its own.

use crate::Error;
use crypto::{
    CryptoRng, aead, kdf,
    password::{self, Cost, SALT_BYTES},
    secret::{SlotKey, VaultKey},
};
use minicbor::{Decode, Encode, bytes::ByteArray, bytes::ByteVec};
use vocab::limits::PASSPHRASE_CHARS_MIN;

/// Slots that one vault may have.
const SLOTS_MAX: usize = 16;

/// The longest name of a passkey, in bytes (WebAuthn L3, §4).
const CREDENTIAL_BYTES_MAX: usize = 1023;

const PLACE: &[u8] = b"velum/vault/v1/slot";
const SECRET_INFO: &[u8] = b"velum/vault/v1/slot-secret/";

/// What a slot is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum SlotKind {
    /// A passphrase.
    #[n(1)]
    Passphrase,
    /// 24 words on paper.
    #[n(2)]
    RecoveryWords,
    /// A passkey with the PRF extension (WebAuthn L3, §10.1.4).
    #[n(3)]
    Passkey,
    /// A secret that the system keeps for whoever is logged in.
    #[n(4)]
    Keyring,
}

/// What someone opens a vault with.
#[derive(Clone, Copy)]
pub enum Opener<'a> {
    /// A passphrase, as typed.
    Passphrase(&'a str),
    /// 32 secret bytes that were kept elsewhere, and where.
    Secret(SlotKind, &'a [u8; 32]),
}

/// A new way to open a vault.
pub enum NewSlot<'a> {
    /// A passphrase, and what guessing it costs.
    Passphrase(&'a str, Cost),
    /// 32 secret bytes that are kept elsewhere.
    Secret {
        /// Where; not [`SlotKind::Passphrase`].
        kind: SlotKind,
        /// The bytes.
        secret: &'a [u8; 32],
        /// What a passkey was asked with; random.
        salt: [u8; SALT_BYTES],
        /// A passkey's name; empty for others.
        credential: &'a [u8],
    },
}

/// A way to open a vault, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotView {
    /// What it is opened with.
    pub kind: SlotKind,
    /// What a passkey has to be asked with.
    pub salt: [u8; SALT_BYTES],
    /// A passkey's name; empty for others.
    pub credential: Vec<u8>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
pub(super) struct Slot {
    #[n(1)]
    pub(super) kind: u32,
    #[n(2)]
    salt: ByteArray<SALT_BYTES>,
    /// Of a passphrase, in KiB; otherwise 0.
    #[n(3)]
    memory_kib: u32,
    /// Of a passphrase; otherwise 0.
    #[n(4)]
    passes: u32,
    #[n(5)]
    wrapped: ByteVec,
    #[n(6)]
    credential: Option<ByteVec>,
}

impl SlotKind {
    const fn number(self) -> u32 {
        match self {
            Self::Passphrase => 1,
            Self::RecoveryWords => 2,
            Self::Passkey => 3,
            Self::Keyring => 4,
        }
    }

    const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Passphrase),
            2 => Some(Self::RecoveryWords),
            3 => Some(Self::Passkey),
            4 => Some(Self::Keyring),
            _ => None,
        }
    }

    /// Whether a vault has at most one of these.
    const fn is_single(self) -> bool {
        !matches!(self, Self::Passkey)
    }

    /// Whether a person can keep it apart from a device, a browser or an account.
    const fn is_in_hand(self) -> bool {
        matches!(self, Self::Passphrase | Self::RecoveryWords)
    }
}

impl Slot {
    /// Wraps the vault key for this way to open.
    pub(super) fn new(
        new: &NewSlot<'_>,
        key: &VaultKey,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        let (kind, salt, cost, credential, slot_key) = match *new {
            NewSlot::Passphrase(passphrase, cost) => {
                if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
                    return Err(Error::PassphraseTooShort(PASSPHRASE_CHARS_MIN));
                }
                let mut salt = [0; SALT_BYTES];
                rng.fill_bytes(&mut salt);
                let slot_key = password::derive(passphrase, &salt, cost);
                let slot_key = slot_key.map_err(envelope::Error::from)?;
                (SlotKind::Passphrase, salt, cost, &[][..], slot_key)
            }
            NewSlot::Secret { kind, secret, salt, credential } => {
                if credential.len() > CREDENTIAL_BYTES_MAX || kind == SlotKind::Passphrase {
                    return Err(Error::WrongKey);
                }
                let free = Cost { memory_kib: 0, passes: 0 };
                (kind, salt, free, credential, from_secret(kind, &salt, secret))
            }
        };
        let wrapped = aead::seal(slot_key.expose(), PLACE, key.expose(), rng);
        Ok(Self {
            kind: kind.number(),
            salt: salt.into(),
            memory_kib: cost.memory_kib,
            passes: cost.passes,
            wrapped: wrapped.into(),
            credential: (!credential.is_empty()).then(|| credential.to_vec().into()),
        })
    }

    /// The vault key, if this opens the slot.
    pub(super) fn open(&self, opener: Opener<'_>) -> Option<VaultKey> {
        let kind = SlotKind::from_number(self.kind)?;
        let slot_key = match opener {
            Opener::Passphrase(passphrase) if kind == SlotKind::Passphrase => {
                let cost = Cost { memory_kib: self.memory_kib, passes: self.passes };
                password::derive(passphrase, &self.salt, cost).ok()?
            }
            Opener::Secret(of, secret) if of == kind => from_secret(kind, &self.salt, secret),
            _ => return None,
        };
        let key = aead::open(slot_key.expose(), PLACE, &self.wrapped).ok()?;
        VaultKey::from_slice(&key).ok()
    }

    /// What may be shown of it; `None` for a kind that a newer version made.
    pub(super) fn view(&self) -> Option<SlotView> {
        let credential = self.credential.as_ref().map(|credential| credential.to_vec());
        Some(SlotView {
            kind: SlotKind::from_number(self.kind)?,
            salt: *self.salt,
            credential: credential.unwrap_or_default(),
        })
    }
}

/// Puts a slot among others: in the place of the one of its kind, if there is only to be one.
pub(super) fn put(slots: &mut Vec<Slot>, slot: Slot) -> Result<(), Error> {
    let single = SlotKind::from_number(slot.kind).is_some_and(SlotKind::is_single);
    match slots.iter().position(|old| single && old.kind == slot.kind) {
        Some(place) => slots[place] = slot,
        None if slots.len() == SLOTS_MAX => return Err(Error::TooManySlots),
        None => slots.push(slot),
    }
    Ok(())
}

/// Takes a way to open away. What a person can remember or hold in hand stays the last: a browser
/// loses passkeys, and a system its keyring.
pub(super) fn take(slots: &mut Vec<Slot>, view: &SlotView) -> Result<(), Error> {
    let place = slots.iter().position(|slot| slot.view().as_ref() == Some(view));
    let place = place.ok_or(Error::WrongKey)?;
    let in_hand = |slot: &Slot| SlotKind::from_number(slot.kind).is_some_and(SlotKind::is_in_hand);
    let mut others = slots.iter().enumerate().filter(|(index, _)| *index != place);
    if !others.any(|(_, slot)| in_hand(slot)) {
        return Err(Error::LastSlot);
    }
    slots.remove(place);
    Ok(())
}

/// Secrets of 32 random bytes need no slow derivation.
fn from_secret(kind: SlotKind, salt: &[u8; SALT_BYTES], secret: &[u8; 32]) -> SlotKey {
    let number = [kind.number() as u8];
    SlotKey::from_bytes(*kdf::derive_sha256(salt, secret, &[SECRET_INFO, &number]))
}
