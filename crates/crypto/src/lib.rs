//! Keys by purpose: seal, sign, derive, digest. Thin over well-kept crates; no primitive is ours.
//!
//! A key's type says what it is for, cannot be printed, and is wiped when dropped. Randomness is
//! an argument. Nothing here knows photos, files or the network.
//!
//! Reading order: [`secret`] (key types), [`digest`], [`kdf`], [`sign`] (statements, COSE_Sign1),
//! [`mac`] (claims, COSE_Mac0), [`hpke`] (to a person's prekey), [`chunked`] (the photo itself),
//! [`aead`] (small records at rest), [`password`] (the vault's passphrase), [`words`] (secrets on
//! paper), [`age`] (backups).

pub mod aead;
pub mod age;
pub mod chunked;
pub mod digest;
mod error;
pub mod hpke;
pub mod kdf;
pub mod mac;
pub mod password;
pub mod secret;
pub mod sign;
pub mod words;

pub use error::Error;
pub use rand_core::CryptoRng;
