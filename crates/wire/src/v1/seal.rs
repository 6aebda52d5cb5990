//! What the two HPKE messages with the relay are bound to, so that neither can be moved.

use vocab::{CapabilityDigest, ClaimId, ShareId, Timestamp};

/// HPKE `info` of a half sealed to the relay's epoch key.
pub const HALF_INFO: &[u8] = b"velum/half/v1";

/// HPKE `info` of a release sealed to a claim's reply key.
pub const RELEASE_INFO: &[u8] = b"velum/release/v1";

/// Length of a sealed half and of a release, in bytes.
pub const SEALED_HALF_BYTES: usize = crypto::hpke::OVERHEAD_BYTES + 32;

/// AAD of a half: `share ‖ policy ‖ not_after (8 bytes) ‖ views (4 bytes)`, big endian.
pub fn half_aad(
    share: ShareId,
    policy: CapabilityDigest,
    not_after: Timestamp,
    views: u32,
) -> Vec<u8> {
    let mut aad = Vec::with_capacity(60);
    aad.extend_from_slice(share.as_bytes());
    aad.extend_from_slice(policy.as_bytes());
    aad.extend_from_slice(&not_after.unix_seconds().to_be_bytes());
    aad.extend_from_slice(&views.to_be_bytes());
    aad
}

/// AAD of a release: `share ‖ claim`.
pub fn release_aad(share: ShareId, claim: ClaimId) -> [u8; 32] {
    let mut aad = [0; 32];
    aad[..16].copy_from_slice(share.as_bytes());
    aad[16..].copy_from_slice(claim.as_bytes());
    aad
}
