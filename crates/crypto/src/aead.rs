//! Small records at rest: ChaCha20-Poly1305 (RFC 8439) with a random 24-byte nonce
//! (XChaCha20-Poly1305), written before the ciphertext.

use crate::Error;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 24;

/// Bytes that sealing adds.
pub const OVERHEAD_BYTES: usize = NONCE_BYTES + 16;

/// Seals a record under a 32-byte key. `place` names where it belongs, so that records cannot be
/// swapped.
pub fn seal(key: &[u8; 32], place: &[u8], plaintext: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: place })
        .expect("records are far below the cipher's limit of 256 GiB");
    [&nonce[..], &ciphertext].concat()
}

/// Opens what [`seal`] made for the same place.
pub fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(Error::CouldNotOpen)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| Error::CouldNotOpen)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(&nonce, Payload { msg: ciphertext, aad: place })
        .map(Zeroizing::new)
        .map_err(|_| Error::CouldNotOpen)
}
