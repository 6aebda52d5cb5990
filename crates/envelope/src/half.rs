//! The relay's half on its way to the relay, and the rights that come with a share.

use crate::{Error, Policy};
use crypto::{
    CryptoRng, hpke, kdf,
    secret::{BearerToken, ClaimKey, RelayHalf, SenderHalf},
};

const HALF_PURPOSE: &[u8] = b"velum/half/v1";
const CLAIM_KEY_PURPOSE: &[u8] = b"velum/claim-key/v1";
const FETCH_PURPOSE: &[u8] = b"velum/fetch/v1";

/// Seals the relay's half to the relay's key of the day, bound to the share's limits, so that it
/// is not readable on the way even inside a connection that ends at a proxy.
pub fn seal(
    half: &RelayHalf,
    policy: &Policy,
    epoch_key: &hpke::PublicPrekey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Error> {
    let aad = associated_data(policy);
    Ok(hpke::seal_base(epoch_key, HALF_PURPOSE, &aad, half.expose(), rng)?)
}

/// Length of what the half is bound to: share, policy digest, expiry, views.
const ASSOCIATED_BYTES: usize = 16 + 32 + 8 + 4;

fn associated_data(policy: &Policy) -> [u8; ASSOCIATED_BYTES] {
    let mut aad = [0; ASSOCIATED_BYTES];
    aad[..16].copy_from_slice(policy.share.as_bytes());
    aad[16..48].copy_from_slice(&policy.digest());
    aad[48..56].copy_from_slice(&policy.not_after.unix_seconds().to_be_bytes());
    aad[56..].copy_from_slice(&policy.views.to_be_bytes());
    aad
}

/// The MAC key for claims on a share. Both devices derive it; the relay is told it.
/// The sender's half cannot be computed from it.
pub fn claim_key(sender: &SenderHalf, policy: &Policy) -> ClaimKey {
    ClaimKey::from_bytes(*derive(sender, CLAIM_KEY_PURPOSE, policy))
}

/// The token for fetching a share's sealed bytes. Both devices derive it.
pub fn fetch_token(sender: &SenderHalf, policy: &Policy) -> BearerToken {
    BearerToken::from_bytes(*derive(sender, FETCH_PURPOSE, policy))
}

fn derive(sender: &SenderHalf, purpose: &[u8], policy: &Policy) -> zeroize::Zeroizing<[u8; 32]> {
    kdf::derive_sha512(sender.expose(), &[purpose, policy.share.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keeping;
    use vocab::{ShareId, Timestamp};

    #[test]
    fn a_half_opens_only_under_its_own_limits() {
        let rng = &mut getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        let key = hpke::SecretPrekey::generate(rng);
        let policy = Policy {
            share: ShareId::from_bytes([1; 16]),
            views: 1,
            not_after: Timestamp::parse_utc("2026-12-01").unwrap(),
            keeping: Keeping::NotAgreed,
        };
        let half = RelayHalf::generate(rng);
        let sealed = seal(&half, &policy, &key.public(), rng).unwrap();
        assert_eq!(sealed.len(), 1120 + 48);
        let aad = associated_data(&policy);
        let opened = hpke::open_base(&key, HALF_PURPOSE, &aad, &sealed).unwrap();
        assert_eq!(**opened, *half.expose());
        let more_views = associated_data(&Policy { views: 2, ..policy });
        assert!(hpke::open_base(&key, HALF_PURPOSE, &more_views, &sealed).is_err());
    }
}
