//! Deterministic CBOR (RFC 8949 §4.2): one value, one encoding.

use crate::Error;
use minicbor::{CborLen, Decode, Encode};

/// Encodes a value of ours. Maps have ascending integer keys and definite lengths by derivation.
pub(crate) fn encode<T: Encode<()> + CborLen<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(minicbor::len(value));
    minicbor::encode(value, &mut out).expect("writing to a Vec cannot fail");
    out
}

/// Decodes a value and refuses every other spelling of it, unknown keys and trailing bytes.
pub(crate) fn decode<T>(bytes: &[u8]) -> Result<T, Error>
where
    T: for<'b> Decode<'b, ()> + Encode<()> + CborLen<()>,
{
    let value = minicbor::decode(bytes).map_err(|_| Error::Malformed)?;
    if encode::<T>(&value) == bytes { Ok(value) } else { Err(Error::Malformed) }
}
