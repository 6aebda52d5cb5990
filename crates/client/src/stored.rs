//! How ids and secrets are written inside the vault's records: CBOR byte strings of fixed length.
//!
//! Used as `#[cbor(with = "crate::stored")]`.

use crypto::secret::{BearerToken, InviteSecret, PairRoot, RelayHalf, SECRET_BYTES, SenderHalf};
use minicbor::{
    Decode, Decoder, Encode, Encoder,
    decode::Error as DecodeError,
    encode::{Error as EncodeError, Write},
};
use vocab::{CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, PairId, ShareId};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A value that is a fixed number of bytes.
pub(crate) trait Fixed: Sized {
    fn bytes(&self) -> &[u8];
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

macro_rules! fixed_secrets {
    ($($name:ty),*) => {$(
        impl Fixed for $name {
            fn bytes(&self) -> &[u8] {
                self.expose()
            }

            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Self::from_slice(bytes).ok()
            }
        }
    )*};
}

macro_rules! fixed_ids {
    ($($name:ty),*) => {$(
        impl Fixed for $name {
            fn bytes(&self) -> &[u8] {
                self.as_bytes()
            }

            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Self::from_slice(bytes).ok()
            }
        }
    )*};
}

fixed_secrets!(BearerToken, InviteSecret, PairRoot, RelayHalf, SenderHalf, Seed);
fixed_ids!(CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, PairId, ShareId);

/// The seed of a signing key or prekey.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Seed([u8; SECRET_BYTES]);

impl Seed {
    pub(crate) const fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn expose(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    fn from_slice(bytes: &[u8]) -> Result<Self, core::array::TryFromSliceError> {
        bytes.try_into().map(Self)
    }
}

pub(crate) fn encode<C, T: Fixed, W: Write>(
    value: &T,
    encoder: &mut Encoder<W>,
    _: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    encoder.bytes(value.bytes())?.ok()
}

pub(crate) fn decode<C, T: Fixed>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<T, DecodeError> {
    T::from_bytes(decoder.bytes()?).ok_or_else(|| DecodeError::message("wrong length"))
}

/// Moments as Unix seconds.
pub(crate) mod time {
    use super::*;
    use vocab::Timestamp;

    pub(crate) fn encode<C, W: Write>(
        value: &Timestamp,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.u64(value.unix_seconds())?.ok()
    }

    pub(crate) fn decode<C>(
        decoder: &mut Decoder<'_>,
        _: &mut C,
    ) -> Result<Timestamp, DecodeError> {
        Timestamp::from_unix_seconds(decoder.u64()?)
            .ok_or_else(|| DecodeError::message("no such time"))
    }
}

/// A seed that may not be made yet.
pub(crate) mod maybe_seed {
    use super::*;

    pub(crate) fn encode<C, W: Write>(
        value: &Option<Seed>,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match value {
            Some(value) => super::encode(value, encoder, context),
            None => encoder.null()?.ok(),
        }
    }

    pub(crate) fn decode<C>(
        decoder: &mut Decoder<'_>,
        context: &mut C,
    ) -> Result<Option<Seed>, DecodeError> {
        if decoder.datatype()? == minicbor::data::Type::Null {
            decoder.skip()?;
            return Ok(None);
        }
        super::decode(decoder, context).map(Some)
    }
}

/// Moments that may not be known.
pub(crate) mod maybe_time {
    use super::*;
    use vocab::Timestamp;

    pub(crate) fn encode<C, W: Write>(
        value: &Option<Timestamp>,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match value {
            Some(value) => time::encode(value, encoder, context),
            None => encoder.null()?.ok(),
        }
    }

    pub(crate) fn decode<C>(
        decoder: &mut Decoder<'_>,
        context: &mut C,
    ) -> Result<Option<Timestamp>, DecodeError> {
        if decoder.datatype()? == minicbor::data::Type::Null {
            decoder.skip()?;
            return Ok(None);
        }
        time::decode(decoder, context).map(Some)
    }
}

/// Encodes any record of ours.
pub(crate) fn to_cbor<T: Encode<()>>(value: &T) -> zeroize::Zeroizing<Vec<u8>> {
    // Room enough that secrets are rarely left behind in an outgrown buffer.
    let mut out = zeroize::Zeroizing::new(Vec::with_capacity(16 << 10));
    minicbor::encode(value, &mut *out).expect("writing to a Vec cannot fail");
    out
}

/// Decodes a record; trailing bytes are refused.
pub(crate) fn from_cbor<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Option<T> {
    let mut decoder = Decoder::new(bytes);
    let value = decoder.decode().ok()?;
    (decoder.position() == bytes.len()).then_some(value)
}
