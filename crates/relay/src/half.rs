//! The relay's half of a photo's key: opened when it arrives, sealed under the epoch's key at rest.

use crate::model::WrappedHalf;
use crate::{Error, Refusal};
use core::fmt;
use crypto::{
    aead,
    hpke::{PublicPrekey, SecretPrekey, open_base},
    secret::{EpochKey, RelayHalf},
};
use rand_core::CryptoRng;
use vocab::ShareId;
use wire::v1::seal;

/// The keys of one epoch (one UTC day). They live outside the database and its backups and are
/// destroyed when no share of their day can be alive: then every copy of a half is noise.
pub struct EpochKeys {
    /// Opens halves on arrival.
    arrival: SecretPrekey,
    /// Seals halves at rest.
    rest: EpochKey,
}

impl EpochKeys {
    /// New random keys.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self { arrival: SecretPrekey::generate(rng), rest: EpochKey::generate(rng) }
    }

    /// From their stored bytes.
    pub fn from_bytes(arrival: &[u8; 32], rest: [u8; 32]) -> Self {
        Self { arrival: SecretPrekey::from_bytes(arrival), rest: EpochKey::from_bytes(rest) }
    }

    /// Their bytes, for storing: arrival, then rest.
    pub fn expose(&self) -> (&[u8; 32], &[u8; 32]) {
        (self.arrival.expose(), self.rest.expose())
    }

    /// What devices seal a half to.
    pub fn public(&self) -> PublicPrekey {
        self.arrival.public()
    }

    /// Opens a half that a sender announced, bound to `aad` as `wire::v1::seal::half_aad` says.
    pub fn open_arrival(&self, aad: &[u8], sealed: &[u8]) -> Result<RelayHalf, Refusal> {
        if sealed.len() != seal::SEALED_HALF_BYTES {
            return Err(Refusal::Malformed);
        }
        let half = open_base(&self.arrival, seal::HALF_INFO, aad, sealed)
            .map_err(|_| Refusal::Malformed)?;
        RelayHalf::from_slice(&half).map_err(|_| Refusal::Malformed)
    }

    /// Seals a half for rest, in its share's place only.
    pub fn wrap(&self, share: ShareId, half: &RelayHalf, rng: &mut impl CryptoRng) -> WrappedHalf {
        WrappedHalf(aead::seal(self.rest.expose(), share.as_bytes(), half.expose(), rng))
    }

    /// Opens what [`Self::wrap`] made.
    pub fn unwrap(&self, share: ShareId, wrapped: &WrappedHalf) -> Result<RelayHalf, Error> {
        let half = aead::open(self.rest.expose(), share.as_bytes(), &wrapped.0)
            .map_err(|_| Error::Corrupt)?;
        RelayHalf::from_slice(&half).map_err(|_| Error::Corrupt)
    }
}

impl fmt::Debug for EpochKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[EpochKeys]")
    }
}
