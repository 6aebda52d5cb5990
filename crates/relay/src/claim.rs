//! From a claim's bytes to a command: the cryptography of a release, done outside of the
//! transaction, so that many run side by side and the transaction stays short.
//!
//! Nothing is given away here: the release made is dropped unless the transaction counts the view.

use crate::command::{FreshRelease, Sealed};
use crate::half::EpochKeys;
use crate::model::LiveShare;
use crate::{Command, Refusal, Stop};
use crypto::{digest::sha256, hpke};
use rand_core::CryptoRng;
use vocab::{ClaimId, ShareId};
use wire::v1::claim::{CLAIM_PURPOSE, ClaimPayload};
use wire::v1::seal;

/// A claim whose MAC was checked with the share's key.
#[derive(Debug)]
pub struct VerifiedClaim {
    share: ShareId,
    claim: ClaimId,
    reply_key: hpke::PublicPrekey,
    reply_key_digest: [u8; 32],
}

/// Checks a claim's MAC. Whatever is wrong with it, the answer is [`Refusal::Gone`] (R15).
pub fn verify(share: ShareId, record: &LiveShare, mac0: &[u8]) -> Result<VerifiedClaim, Refusal> {
    let payload = record.terms.claim_key.verify(CLAIM_PURPOSE, mac0).map_err(|_| Refusal::Gone)?;
    let payload = ClaimPayload::parse(&payload).map_err(|_| Refusal::Gone)?;
    if payload.share != share {
        return Err(Refusal::Gone);
    }
    let reply_key =
        hpke::PublicPrekey::from_bytes(&payload.reply_key).map_err(|_| Refusal::Gone)?;
    let reply_key_digest = sha256(&[&payload.reply_key]);
    Ok(VerifiedClaim { share, claim: payload.claim, reply_key, reply_key_digest })
}

impl VerifiedClaim {
    /// Makes the command. `keys` are those of the record's epoch.
    pub fn prepare(
        self,
        record: &LiveShare,
        keys: &EpochKeys,
        rng: &mut impl CryptoRng,
    ) -> Result<Command, Stop> {
        let fresh = match &record.half {
            Some(wrapped) => {
                let half = keys.unwrap(self.share, wrapped)?;
                let aad = seal::release_aad(self.share, self.claim);
                let sealed =
                    hpke::seal_base(&self.reply_key, seal::RELEASE_INFO, &aad, half.expose(), rng)
                        .map_err(|_| Refusal::Gone)?;
                Some(FreshRelease { sealed: Sealed(sealed), made_from: wrapped.clone() })
            }
            None => None,
        };
        Ok(Command::Claim {
            share: self.share,
            claim: self.claim,
            reply_key: self.reply_key_digest,
            fresh,
        })
    }
}
