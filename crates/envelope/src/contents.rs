//! What travels to the recipient, inside a control message: the sender's half, what is sealed, and
//! under which limits.

use crate::{Error, Manifest, Policy, codec};
use crypto::secret::SenderHalf;
use minicbor::{CborLen, Decode, Encode};

/// Everything a recipient needs to open one photo, except the relay's half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The sender's half of the key.
    pub sender_half: SenderHalf,
    /// What is sealed.
    pub manifest: Manifest,
    /// Under which limits.
    pub policy: Policy,
    /// SHA-256 of the sealed photo, so that a recipient can check what the relay hands out before
    /// spending a view on it.
    pub sealed_digest: [u8; 32],
}

#[derive(Encode, Decode, CborLen)]
#[cbor(map)]
struct EnvelopeFields {
    #[cbor(n(1), with = "minicbor::bytes")]
    sender_half: [u8; 32],
    #[n(2)]
    manifest: Manifest,
    #[cbor(n(3), with = "minicbor::bytes")]
    policy: Vec<u8>,
    #[cbor(n(4), with = "minicbor::bytes")]
    sealed_digest: [u8; 32],
}

impl Envelope {
    /// The written form, to be sealed in a control message.
    pub fn to_bytes(&self) -> zeroize::Zeroizing<Vec<u8>> {
        zeroize::Zeroizing::new(codec::encode(&EnvelopeFields {
            sender_half: *self.sender_half.expose(),
            manifest: self.manifest,
            policy: self.policy.to_bytes(),
            sealed_digest: self.sealed_digest,
        }))
    }

    /// Reads the written form.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let fields: EnvelopeFields = codec::decode(bytes)?;
        Ok(Self {
            sender_half: SenderHalf::from_bytes(fields.sender_half),
            manifest: fields.manifest.check()?,
            policy: Policy::parse(&fields.policy)?,
            sealed_digest: fields.sealed_digest,
        })
    }
}
