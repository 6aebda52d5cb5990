//! Key derivation (HKDF, RFC 5869). Every derivation names its purpose in `info`.

use crate::secret::SECRET_BYTES;
use hkdf::Hkdf;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// HKDF-SHA-256: 32 bytes for the purpose `info` from `secret`, with `salt`.
pub fn derive_sha256(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; SECRET_BYTES]> {
    let mut out = Zeroizing::new([0; SECRET_BYTES]);
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand_multi_info(info, out.as_mut())
        .expect("32 bytes are below HKDF's limit of 255 digests");
    out
}

/// HKDF-SHA-512: 32 bytes for the purpose `info` from `secret`, without a salt.
pub fn derive_sha512(secret: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; SECRET_BYTES]> {
    let mut out = Zeroizing::new([0; SECRET_BYTES]);
    Hkdf::<Sha512>::new(None, secret)
        .expand_multi_info(info, out.as_mut())
        .expect("32 bytes are below HKDF's limit of 255 digests");
    out
}
