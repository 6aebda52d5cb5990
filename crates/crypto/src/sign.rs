//! Signed statements: Ed25519 (RFC 8032) in COSE_Sign1 (RFC 9052), untagged, canonical.
//!
//! Every structure has the protected header `{1: -8}` (EdDSA), an empty unprotected header, an
//! embedded payload and a caller's purpose as external AAD. Anything else is malformed, so that a
//! statement has exactly one encoding.

use crate::{Error, digest};
use core::fmt;
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use vocab::PersonId;

/// A person's signing key. Lives in the vault.
#[derive(Clone)]
pub struct IdentityKey(SigningKey);

impl IdentityKey {
    /// A new random key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(SigningKey::from_bytes(&seed))
    }

    /// From the stored 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for storing in the vault.
    pub fn expose_seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public half.
    pub fn public(&self) -> IdentityPublic {
        IdentityPublic(self.0.verifying_key())
    }

    /// Signs `payload` for `purpose`; returns the COSE_Sign1 bytes.
    pub fn sign(&self, purpose: &str, payload: Vec<u8>) -> Vec<u8> {
        CoseSign1Builder::new()
            .protected(HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build())
            .payload(payload)
            .create_signature(purpose.as_bytes(), |message| {
                self.0.sign(message).to_bytes().to_vec()
            })
            .build()
            .to_vec()
            .expect("headers and byte strings of our own always encode")
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[IdentityKey]")
    }
}

/// A person's public signing key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IdentityPublic(VerifyingKey);

impl IdentityPublic {
    /// From the 32 bytes of RFC 8032; weak points are refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| Error::Malformed)?;
        if key.is_weak() { Err(Error::Malformed) } else { Ok(Self(key)) }
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The COSE_Key (RFC 9053 §7.2) in deterministic CBOR: `{1: 1, -1: 6, -2: x}`.
    pub fn to_cose_key(&self) -> [u8; 40] {
        let mut key = [0; 40];
        key[..8].copy_from_slice(&[0xA3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20]);
        key[8..].copy_from_slice(self.as_bytes());
        key
    }

    /// Who this is: SHA-256 of the COSE_Key.
    pub fn person(&self) -> PersonId {
        PersonId::from_bytes(digest::sha256(&[&self.to_cose_key()]))
    }

    /// Checks a COSE_Sign1 made for `purpose` and gives its payload. Strict: one encoding only,
    /// no malleable signature.
    pub fn verify(&self, purpose: &str, sign1: &[u8]) -> Result<Vec<u8>, Error> {
        let parsed = parse_sign1(sign1)?;
        parsed.verify_signature(purpose.as_bytes(), |signature, message| {
            let signature = Signature::from_slice(signature).map_err(|_| Error::Malformed)?;
            self.0.verify_strict(message, &signature).map_err(|_| Error::NotAuthentic)
        })?;
        parsed.payload.ok_or(Error::Malformed)
    }
}

impl fmt::Debug for IdentityPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[IdentityPublic]")
    }
}

/// The payload of a COSE_Sign1 before anyone has checked who signed it. Only good for finding the
/// key to check it with.
pub fn unverified_payload(sign1: &[u8]) -> Result<Vec<u8>, Error> {
    parse_sign1(sign1)?.payload.ok_or(Error::Malformed)
}

fn parse_sign1(bytes: &[u8]) -> Result<CoseSign1, Error> {
    let parsed = CoseSign1::from_slice(bytes).map_err(|_| Error::Malformed)?;
    let expected = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build();
    if parsed.protected.header != expected
        || !parsed.unprotected.is_empty()
        || parsed.payload.is_none()
    {
        return Err(Error::Malformed);
    }
    // Re-encoding from values refuses every second spelling of the same structure.
    let mut canonical = parsed.clone();
    canonical.protected.original_data = None;
    match canonical.to_vec() {
        Ok(encoded) if encoded == bytes => Ok(parsed),
        _ => Err(Error::Malformed),
    }
}
