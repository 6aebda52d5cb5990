//! Claims: HMAC-SHA-256 in COSE_Mac0 (RFC 9052), untagged, canonical.
//!
//! A MAC and not a signature: the sender could have made it too, so a view leaves no proof that
//! convinces anyone else.

use crate::{Error, secret::ClaimKey};
use coset::{CborSerializable, CoseMac0, CoseMac0Builder, HeaderBuilder, iana};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

impl ClaimKey {
    /// Authenticates `payload` for `purpose`; returns the COSE_Mac0 bytes.
    pub fn authenticate(&self, purpose: &str, payload: Vec<u8>) -> Vec<u8> {
        CoseMac0Builder::new()
            .protected(HeaderBuilder::new().algorithm(iana::Algorithm::HMAC_256_256).build())
            .payload(payload)
            .create_tag(purpose.as_bytes(), |message| {
                self.hmac(message).finalize().into_bytes().to_vec()
            })
            .build()
            .to_vec()
            .expect("headers and byte strings of our own always encode")
    }

    /// Checks a COSE_Mac0 made for `purpose` and gives its payload.
    pub fn verify(&self, purpose: &str, mac0: &[u8]) -> Result<Vec<u8>, Error> {
        let parsed = parse_mac0(mac0)?;
        parsed.verify_payload_tag(
            purpose.as_bytes(),
            || Error::Malformed,
            |tag, message| self.hmac(message).verify_slice(tag).map_err(|_| Error::NotAuthentic),
        )?;
        parsed.payload.ok_or(Error::Malformed)
    }

    fn hmac(&self, message: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(self.expose())
            .expect("HMAC takes keys of any length")
            .chain_update(message)
    }
}

/// The payload of a COSE_Mac0 before its tag was checked. Only good for finding the key.
pub fn unverified_payload(mac0: &[u8]) -> Result<Vec<u8>, Error> {
    parse_mac0(mac0)?.payload.ok_or(Error::Malformed)
}

fn parse_mac0(bytes: &[u8]) -> Result<CoseMac0, Error> {
    let parsed = CoseMac0::from_slice(bytes).map_err(|_| Error::Malformed)?;
    let expected = HeaderBuilder::new().algorithm(iana::Algorithm::HMAC_256_256).build();
    if parsed.protected.header != expected
        || !parsed.unprotected.is_empty()
        || parsed.payload.is_none()
    {
        return Err(Error::Malformed);
    }
    let mut canonical = parsed.clone();
    canonical.protected.original_data = None;
    match canonical.to_vec() {
        Ok(encoded) if encoded == bytes => Ok(parsed),
        _ => Err(Error::Malformed),
    }
}
