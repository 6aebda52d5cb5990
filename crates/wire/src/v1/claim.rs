//! What a claim's MAC covers: deterministic CBOR `{1: share, 2: claim, 3: reply key}`.

use crate::Error;
use core::fmt;
use minicbor::{Decoder, Encoder};
use vocab::{ClaimId, ShareId};

/// The purpose string of a claim's MAC (its external AAD).
pub const CLAIM_PURPOSE: &str = "velum/claim/v1";

/// Largest claim: payload, headers and tag, with room for nothing else.
pub const CLAIM_BYTES_MAX: usize = 1400;

/// One attempt to view.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimPayload {
    /// Which share.
    pub share: ShareId,
    /// Which attempt; a retry repeats it.
    pub claim: ClaimId,
    /// The fresh X-Wing public key the release is sealed to.
    pub reply_key: Vec<u8>,
}

impl ClaimPayload {
    /// The bytes under the MAC.
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::with_capacity(1280));
        self.encode(&mut encoder).expect("writing to a Vec cannot fail");
        encoder.into_writer()
    }

    /// Reads them back; any other encoding of the same values is refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let payload = Self::decode(bytes).ok_or(Error::Malformed)?;
        if payload.reply_key.len() != crypto::hpke::PUBLIC_BYTES || payload.to_cbor() != bytes {
            return Err(Error::Malformed);
        }
        Ok(payload)
    }

    fn encode(
        &self,
        encoder: &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        encoder.map(3)?.u8(1)?.bytes(self.share.as_bytes())?;
        encoder.u8(2)?.bytes(self.claim.as_bytes())?;
        encoder.u8(3)?.bytes(&self.reply_key)?;
        Ok(())
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes);
        if decoder.map().ok()? != Some(3) {
            return None;
        }
        let mut field = |key: u8| -> Option<&[u8]> {
            (decoder.u8().ok()? == key).then(|| decoder.bytes().ok())?
        };
        Some(Self {
            share: ShareId::from_slice(field(1)?).ok()?,
            claim: ClaimId::from_slice(field(2)?).ok()?,
            reply_key: field(3)?.to_vec(),
        })
    }
}

impl fmt::Debug for ClaimPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[ClaimPayload]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload() -> ClaimPayload {
        ClaimPayload {
            share: ShareId::from_bytes([1; 16]),
            claim: ClaimId::from_bytes([2; 16]),
            reply_key: vec![3; crypto::hpke::PUBLIC_BYTES],
        }
    }

    #[test]
    fn a_claim_reads_back() {
        let bytes = payload().to_cbor();
        assert!(bytes.len() < CLAIM_BYTES_MAX);
        assert_eq!(ClaimPayload::parse(&bytes), Ok(payload()));
    }

    #[test]
    fn every_cut_and_every_addition_is_refused() {
        let bytes = payload().to_cbor();
        for length in 0..bytes.len() {
            assert!(ClaimPayload::parse(&bytes[..length]).is_err());
        }
        assert!(ClaimPayload::parse(&[bytes, vec![0]].concat()).is_err());
    }

    #[test]
    fn another_encoding_of_the_same_claim_is_refused() {
        let bytes = payload().to_cbor();
        // The map header with a needless length byte (0xb8 0x03 for 0xa3).
        let longer = [&[0xb8, 0x03][..], &bytes[1..]].concat();
        assert_eq!(ClaimPayload::parse(&longer), Err(Error::Malformed));
    }
}
