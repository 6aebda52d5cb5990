//! The rights that come with the sender's half: claiming a view, and fetching the sealed bytes.
//!
//! Both devices derive them; the relay is told the claim key and the fetch token's digest. The
//! half itself cannot be computed from either.

use crypto::{
    kdf,
    secret::{BearerToken, ClaimKey, SenderHalf},
};
use vocab::ShareId;

const CLAIM_KEY_PURPOSE: &[u8] = b"velum/claim-key/v1";
const FETCH_PURPOSE: &[u8] = b"velum/fetch/v1";

/// The MAC key for claims on a share.
pub fn claim_key(sender: &SenderHalf, share: ShareId) -> ClaimKey {
    ClaimKey::from_bytes(*derive(sender, CLAIM_KEY_PURPOSE, share))
}

/// The token for fetching a share's sealed bytes.
pub fn fetch_token(sender: &SenderHalf, share: ShareId) -> BearerToken {
    BearerToken::from_bytes(*derive(sender, FETCH_PURPOSE, share))
}

fn derive(sender: &SenderHalf, purpose: &[u8], share: ShareId) -> zeroize::Zeroizing<[u8; 32]> {
    kdf::derive_sha512(sender.expose(), &[purpose, share.as_bytes()])
}
