//! The photo's own sealing: padded, then encrypted under a key derived from both halves.

use crate::{Error, Manifest, Policy};
use crypto::{
    chunked, kdf,
    secret::{ContentKey, RelayHalf, SenderHalf},
};
use zeroize::{Zeroize, Zeroizing};

const CONTENT_KEY_PURPOSE: &[u8] = b"velum/cek/v1";
const SALT_PURPOSE: &[u8] = b"velum/salt/v1";

/// Seals `photo`. The same inputs give the same bytes, so an interrupted upload can be repeated
/// without keeping the sealed copy; both halves are fresh for every share, so no two shares can be
/// told to hold the same photo.
///
/// `manifest.photo_bytes` must be the photo's length, else [`Error::Malformed`].
pub fn seal(
    photo: &[u8],
    manifest: &Manifest,
    policy: &Policy,
    sender: &SenderHalf,
    relay: &RelayHalf,
) -> Result<Vec<u8>, Error> {
    if manifest.check()?.photo_bytes != photo.len() as u64 {
        return Err(Error::Malformed);
    }
    let padded_length = padded_bytes(photo.len() as u64) as usize;
    let mut padded = Zeroizing::new(Vec::with_capacity(padded_length));
    padded.extend_from_slice(photo);
    padded.resize(padded_length, 0);
    let key = content_key(policy, sender, relay);
    Ok(chunked::seal(&key, &salt(policy, sender), &manifest.digest(), &padded))
}

/// Opens a sealed photo. Needs both halves and exactly the manifest and policy it was sealed with.
pub fn open(
    sealed: &[u8],
    manifest: &Manifest,
    policy: &Policy,
    sender: &SenderHalf,
    relay: &RelayHalf,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let manifest = manifest.check()?;
    if sealed.len() as u64 != sealed_bytes(manifest.photo_bytes) {
        return Err(Error::Malformed);
    }
    let key = content_key(policy, sender, relay);
    let mut photo = Zeroizing::new(chunked::open(&key, &manifest.digest(), sealed)?);
    let (_, padding) = photo.split_at(manifest.photo_bytes as usize);
    if padding.iter().any(|&byte| byte != 0) {
        photo.zeroize();
        return Err(Error::Malformed);
    }
    photo.truncate(manifest.photo_bytes as usize);
    Ok(photo)
}

/// Length of the sealed form of a photo of `photo_bytes`.
pub const fn sealed_bytes(photo_bytes: u64) -> u64 {
    chunked::sealed_bytes(padded_bytes(photo_bytes))
}

/// Padmé (Nikitin et al., PETS 2019): hides all but the size class, at most 12 % larger.
const fn padded_bytes(bytes: u64) -> u64 {
    if bytes < 2 {
        return bytes;
    }
    let exponent = bytes.ilog2();
    let kept_bits = exponent.ilog2() + 1;
    let mask = (1 << (exponent.saturating_sub(kept_bits))) - 1;
    (bytes + mask) & !mask
}

fn content_key(policy: &Policy, sender: &SenderHalf, relay: &RelayHalf) -> ContentKey {
    let mut halves = Zeroizing::new([0; 64]);
    halves[..32].copy_from_slice(sender.expose());
    halves[32..].copy_from_slice(relay.expose());
    let info = [CONTENT_KEY_PURPOSE, policy.share.as_bytes(), &policy.digest()];
    ContentKey::from_bytes(*kdf::derive_sha512(halves.as_ref(), &info))
}

/// Unique for every share because the sender's half is, and the same for a repeated upload.
fn salt(policy: &Policy, sender: &SenderHalf) -> [u8; chunked::SALT_BYTES] {
    let derived = kdf::derive_sha512(sender.expose(), &[SALT_PURPOSE, policy.share.as_bytes()]);
    let mut salt = [0; chunked::SALT_BYTES];
    salt.copy_from_slice(&derived[..chunked::SALT_BYTES]);
    salt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_follows_the_papers_rule() {
        for (bytes, padded) in
            [(0, 0), (1, 1), (2, 2), (8, 8), (9, 10), (1000, 1024), (1_000_000, 1_015_808)]
        {
            assert_eq!(padded_bytes(bytes), padded, "{bytes}");
        }
        for bytes in (1..5_000_000).step_by(997) {
            let padded = padded_bytes(bytes);
            assert!(padded >= bytes && padded <= bytes + bytes / 8 + 1, "{bytes}");
        }
    }
}
