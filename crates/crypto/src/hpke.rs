//! Sealing to a prekey: HPKE (RFC 9180) with X-Wing (KEM 0x647A), HKDF-SHA-256 and
//! ChaCha20-Poly1305, single message, base or PSK mode.
//!
//! A sealed message is the encapsulated key (1120 bytes), then the ciphertext (plaintext + 16).

use crate::{Error, secret::PairRoot, secret::SECRET_BYTES};
use ::hpke::{
    Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable, aead::ChaCha20Poly1305,
    kdf::HkdfSha256, kem::XWing, setup_receiver, setup_sender_with_rng,
};
use core::fmt;
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

/// Length of a prekey's public half, in bytes.
pub const PUBLIC_BYTES: usize = 1216;
/// Length of a prekey's secret half, in bytes: the seed of both its keys.
pub const SECRET_PREKEY_BYTES: usize = 32;
/// Bytes that sealing adds: the encapsulated key and the tag.
pub const OVERHEAD_BYTES: usize = ENCAPSULATED_BYTES + 16;

const ENCAPSULATED_BYTES: usize = 1120;
const EXPORT_PURPOSE: &[u8] = b"velum/pair-export/v1";

/// The secret half of a prekey.
pub struct SecretPrekey(Zeroizing<[u8; SECRET_PREKEY_BYTES]>);

impl SecretPrekey {
    /// A new random prekey.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; SECRET_PREKEY_BYTES]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// From stored bytes. Any 32 bytes are a seed.
    pub fn from_bytes(bytes: &[u8; SECRET_PREKEY_BYTES]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The bytes, for storing in the vault.
    pub fn expose(&self) -> &[u8; SECRET_PREKEY_BYTES] {
        &self.0
    }

    /// The public half.
    pub fn public(&self) -> PublicPrekey {
        PublicPrekey(XWing::sk_to_pk(&self.key()))
    }

    fn key(&self) -> <XWing as Kem>::PrivateKey {
        Deserializable::from_bytes(self.0.as_ref())
            .expect("every 32-byte seed is an X-Wing secret key")
    }
}

impl fmt::Debug for SecretPrekey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[SecretPrekey]")
    }
}

/// The public half of a prekey.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicPrekey(<XWing as Kem>::PublicKey);

impl PublicPrekey {
    /// From 1216 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Deserializable::from_bytes(bytes).map(Self).map_err(|_| Error::Malformed)
    }

    /// The 1216 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }
}

impl fmt::Debug for PublicPrekey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[PublicPrekey]")
    }
}

/// A pre-shared key and the public name both sides know it by.
#[derive(Clone, Copy)]
pub struct Psk<'a> {
    /// The shared secret.
    pub root: &'a PairRoot,
    /// Its name; not secret, not empty.
    pub id: &'a [u8],
}

/// 32 bytes both ends of one PSK message know, bound to that message's keys (RFC 9180 §5.3).
pub type Export = Zeroizing<[u8; SECRET_BYTES]>;

/// Seals to whoever holds `to`'s secret, without saying who sealed.
pub fn seal_base(
    to: &PublicPrekey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Error> {
    seal(&OpModeS::Base, to, info, aad, plaintext, rng).map(|(sealed, _)| sealed)
}

/// Opens what [`seal_base`] made.
pub fn open_base(
    key: &SecretPrekey,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    open(&OpModeR::Base, key, info, aad, sealed).map(|(plaintext, _)| plaintext)
}

/// Seals to a partner: only who knows the pair's root could have made it, and that may be either.
pub fn seal_psk(
    psk: Psk<'_>,
    to: &PublicPrekey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<u8>, Export), Error> {
    let bundle = PskBundle::new(psk.root.expose(), psk.id).map_err(|_| Error::Malformed)?;
    seal(&OpModeS::Psk(bundle), to, info, aad, plaintext, rng)
}

/// Opens what [`seal_psk`] made.
pub fn open_psk(
    psk: Psk<'_>,
    key: &SecretPrekey,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, Export), Error> {
    let bundle = PskBundle::new(psk.root.expose(), psk.id).map_err(|_| Error::Malformed)?;
    open(&OpModeR::Psk(bundle), key, info, aad, sealed)
}

fn seal(
    mode: &OpModeS<'_, XWing>,
    to: &PublicPrekey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<u8>, Export), Error> {
    let (encapsulated, mut context) =
        setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(mode, &to.0, info, rng)
            .map_err(|_| Error::Malformed)?;
    let ciphertext = context.seal(plaintext, aad).map_err(|_| Error::Malformed)?;
    let mut export = Zeroizing::new([0; SECRET_BYTES]);
    context.export(EXPORT_PURPOSE, export.as_mut()).map_err(|_| Error::Malformed)?;
    let mut sealed = Vec::with_capacity(ENCAPSULATED_BYTES + ciphertext.len());
    sealed.extend_from_slice(&encapsulated.to_bytes());
    sealed.extend_from_slice(&ciphertext);
    Ok((sealed, export))
}

fn open(
    mode: &OpModeR<'_, XWing>,
    key: &SecretPrekey,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, Export), Error> {
    let (encapsulated, ciphertext) =
        sealed.split_at_checked(ENCAPSULATED_BYTES).ok_or(Error::Malformed)?;
    let encapsulated =
        <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| Error::Malformed)?;
    let mut secret = key.key();
    let context =
        setup_receiver::<ChaCha20Poly1305, HkdfSha256, XWing>(mode, &secret, &encapsulated, info);
    wipe(&mut secret);
    let mut context = context.map_err(|_| Error::CouldNotOpen)?;
    let plaintext = context.open(ciphertext, aad).map_err(|_| Error::CouldNotOpen)?;
    let plaintext = Zeroizing::new(plaintext);
    let mut export = Zeroizing::new([0; SECRET_BYTES]);
    context.export(EXPORT_PURPOSE, export.as_mut()).map_err(|_| Error::CouldNotOpen)?;
    Ok((plaintext, export))
}

/// Overwrites an expanded key by another, because its type does not wipe itself on demand.
fn wipe(secret: &mut <XWing as Kem>::PrivateKey) {
    let mut zeros = [0_u8; SECRET_PREKEY_BYTES];
    zeros.zeroize();
    if let Ok(blank) = <XWing as Kem>::PrivateKey::from_bytes(&zeros) {
        *secret = blank;
    }
}
