//! One attempt to view: asking the relay for its half, and opening what it releases.

use crate::{Error, codec};
use crypto::{
    CryptoRng, hpke,
    secret::{ClaimKey, RelayHalf},
};
use minicbor::{CborLen, Decode, Encode};
use vocab::{ClaimId, ShareId};

const CLAIM_PURPOSE: &str = "velum/claim/v1";
const RELEASE_PURPOSE: &[u8] = b"velum/release/v1";

/// A claim on its maker's device: the id and the key that the answer will be sealed to.
#[derive(Debug)]
pub struct Claim {
    share: ShareId,
    id: ClaimId,
    reply: hpke::SecretPrekey,
}

#[derive(Encode, Decode, CborLen)]
#[cbor(map)]
struct ClaimFields {
    #[cbor(n(1), with = "minicbor::bytes")]
    share: [u8; 16],
    #[cbor(n(2), with = "minicbor::bytes")]
    claim: [u8; 16],
    #[cbor(n(3), with = "minicbor::bytes")]
    reply: Vec<u8>,
}

impl Claim {
    /// A new claim. Repeating a request uses the same claim; a new view makes a new one.
    pub fn generate(share: ShareId, rng: &mut impl CryptoRng) -> Self {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        Self { share, id: ClaimId::from_bytes(id), reply: hpke::SecretPrekey::generate(rng) }
    }

    /// A claim that was stored before its answer came.
    pub fn restore(share: ShareId, id: ClaimId, reply: &[u8; hpke::SECRET_PREKEY_BYTES]) -> Self {
        Self { share, id, reply: hpke::SecretPrekey::from_bytes(reply) }
    }

    /// The claim's id.
    pub const fn id(&self) -> ClaimId {
        self.id
    }

    /// The reply key's secret, for storing until the answer comes.
    pub fn expose_reply(&self) -> &[u8; hpke::SECRET_PREKEY_BYTES] {
        self.reply.expose()
    }

    /// What is sent to the relay: COSE_Mac0 over share, claim and reply key.
    pub fn request(&self, key: &ClaimKey) -> Vec<u8> {
        let payload = codec::encode(&ClaimFields {
            share: *self.share.as_bytes(),
            claim: *self.id.as_bytes(),
            reply: self.reply.public().to_bytes(),
        });
        key.authenticate(CLAIM_PURPOSE, payload)
    }

    /// Opens the relay's answer.
    pub fn open_release(&self, release: &[u8]) -> Result<RelayHalf, Error> {
        let aad = release_aad(self.share, self.id);
        let half = hpke::open_base(&self.reply, RELEASE_PURPOSE, &aad, release)?;
        Ok(RelayHalf::from_slice(&half)?)
    }
}

fn release_aad(share: ShareId, claim: ClaimId) -> [u8; 32] {
    let mut aad = [0; 32];
    aad[..16].copy_from_slice(share.as_bytes());
    aad[16..].copy_from_slice(claim.as_bytes());
    aad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_claims_own_key_opens_the_release() {
        let rng = &mut getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        let share = ShareId::from_bytes([3; 16]);
        let claim = Claim::generate(share, rng);
        let half = RelayHalf::generate(rng);
        let aad = release_aad(share, claim.id());
        let reply = claim.reply.public();
        let release = hpke::seal_base(&reply, RELEASE_PURPOSE, &aad, half.expose(), rng).unwrap();
        assert_eq!(claim.open_release(&release).unwrap(), half);
        let restored = Claim::restore(share, claim.id(), claim.expose_reply());
        assert_eq!(restored.open_release(&release).unwrap(), half);
        assert!(Claim::generate(share, rng).open_release(&release).is_err());
    }
}
