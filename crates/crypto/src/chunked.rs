//! The photo itself: C2SP chunked encryption with AES-256-GCM and HKDF-Expand-SHA-512
//! ("Cobblestone-256"), <https://c2sp.org/chunked-encryption>.
//!
//! Key-committing: a ciphertext opens under one key only. Output is salt (24 bytes), commitment
//! (32), then chunks of 16 KiB, each with a 16-byte tag; the last chunk is always shorter.

use crate::{Error, secret::ContentKey};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag, aead::AeadInOut};
use hkdf::Hkdf;
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Length of the salt, in bytes. It must not repeat under one key.
pub const SALT_BYTES: usize = 24;
const COMMITMENT_BYTES: usize = 32;
const PREFIX_BYTES: usize = SALT_BYTES + COMMITMENT_BYTES;
const CHUNK_BYTES: usize = 16 << 10;
const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
const CHUNKS_MAX: u64 = 1 << 38;
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// Length of the ciphertext of `plaintext_bytes` bytes.
pub const fn sealed_bytes(plaintext_bytes: u64) -> u64 {
    let chunks = plaintext_bytes / CHUNK_BYTES as u64 + 1;
    PREFIX_BYTES as u64 + plaintext_bytes + chunks * TAG_BYTES as u64
}

/// Encrypts `plaintext` under `key`, bound to `context`.
pub fn seal(
    key: &ContentKey,
    salt: &[u8; SALT_BYTES],
    context: &[u8],
    plaintext: &[u8],
) -> Vec<u8> {
    let keys = MessageKeys::derive(key, salt, context);
    let cipher = keys.cipher();
    let mut out = Vec::with_capacity(sealed_bytes(plaintext.len() as u64) as usize);
    out.extend_from_slice(salt);
    out.extend_from_slice(&keys.commitment);
    let full = plaintext.len() / CHUNK_BYTES;
    for number in 0..=full {
        let start = number * CHUNK_BYTES;
        let end = plaintext.len().min(start + CHUNK_BYTES);
        let begin = out.len();
        out.extend_from_slice(&plaintext[start..end]);
        let tag = cipher
            .encrypt_inout_detached(&keys.nonce(number as u64), &[], out[begin..].as_mut().into())
            .expect("a chunk of 16 KiB is below the cipher's limit");
        out.extend_from_slice(&tag);
    }
    out
}

/// Decrypts what [`seal`] made under the same key and context.
pub fn open(key: &ContentKey, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let (prefix, chunks) = sealed.split_at_checked(PREFIX_BYTES).ok_or(Error::CouldNotOpen)?;
    let (salt, commitment) = prefix.split_at(SALT_BYTES);
    let salt = salt.try_into().map_err(|_| Error::CouldNotOpen)?;
    let keys = MessageKeys::derive(key, salt, context);
    if !bool::from(keys.commitment.ct_eq(commitment)) {
        return Err(Error::CouldNotOpen);
    }
    let cipher = keys.cipher();
    let mut out = Vec::with_capacity(chunks.len());
    let mut rest = chunks;
    for number in 0..CHUNKS_MAX {
        let (chunk, more) = rest.split_at(rest.len().min(CHUNK_BYTES + TAG_BYTES));
        let Some(length) = chunk.len().checked_sub(TAG_BYTES) else {
            break;
        };
        let (body, tag) = chunk.split_at(length);
        let begin = out.len();
        out.extend_from_slice(body);
        let tag = Tag::try_from(tag).map_err(|_| Error::CouldNotOpen)?;
        let opened = cipher.decrypt_inout_detached(
            &keys.nonce(number),
            &[],
            out[begin..].as_mut().into(),
            &tag,
        );
        if opened.is_err() {
            break;
        }
        if length < CHUNK_BYTES {
            return if more.is_empty() { Ok(out) } else { Err(refuse(out)) };
        }
        rest = more;
    }
    Err(refuse(out))
}

/// Wipes what was opened before the failure was noticed.
fn refuse(mut partial: Vec<u8>) -> Error {
    partial.zeroize();
    Error::CouldNotOpen
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct MessageKeys {
    key: [u8; 32],
    base_nonce: [u8; NONCE_BYTES],
    commitment: [u8; COMMITMENT_BYTES],
}

impl MessageKeys {
    fn derive(key: &ContentKey, salt: &[u8; SALT_BYTES], context: &[u8]) -> Self {
        let mut okm = zeroize::Zeroizing::new([0; 32 + NONCE_BYTES + COMMITMENT_BYTES]);
        // HKDF-Expand alone, with the uniformly random key as its input, as the specification
        // says. RFC 5869 asks for a PRK of at least one digest; HMAC pads a shorter one.
        expand(key.expose(), &[LABEL, salt, context], okm.as_mut());
        let mut keys = Self { key: [0; 32], base_nonce: [0; 12], commitment: [0; 32] };
        keys.key.copy_from_slice(&okm[..32]);
        keys.base_nonce.copy_from_slice(&okm[32..44]);
        keys.commitment.copy_from_slice(&okm[44..]);
        keys
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.key.into())
    }

    fn nonce(&self, number: u64) -> Nonce<aes_gcm::aead::consts::U12> {
        let mut nonce = self.base_nonce;
        for (byte, counter) in nonce[4..].iter_mut().zip(number.to_be_bytes()) {
            *byte ^= counter;
        }
        nonce.into()
    }
}

fn expand(prk: &[u8; 32], info: &[&[u8]], out: &mut [u8]) {
    // Zero-padding a key shorter than HMAC's block changes nothing in HMAC (RFC 2104), and
    // satisfies the crate's check on the length of a PRK.
    let mut padded = zeroize::Zeroizing::new([0_u8; 64]);
    padded[..32].copy_from_slice(prk);
    Hkdf::<Sha512>::from_prk(padded.as_ref())
        .expect("64 bytes are a SHA-512 digest's length")
        .expand_multi_info(info, out)
        .expect("76 bytes are below HKDF's limit of 255 digests");
}
