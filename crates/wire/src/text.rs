//! Bytes as unpadded base64url text inside JSON, and vocabulary types that know no serde.

use core::fmt;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// Bytes of any length. `Debug` shows the length only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(BytesVisitor).map(Self)
    }
}

struct BytesVisitor;

impl de::Visitor<'_> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unpadded base64url text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<u8>, E> {
        BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| E::custom("not base64url"))
    }
}

/// Ids: anything that displays as base64url and parses from it.
pub(crate) mod id {
    use super::*;

    pub(crate) fn serialize<T: fmt::Display, S: Serializer>(
        id: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(crate) fn deserialize<'de, T: core::str::FromStr, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        struct IdVisitor<T>(core::marker::PhantomData<T>);
        impl<T: core::str::FromStr> de::Visitor<'_> for IdVisitor<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id as base64url")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
                text.parse().map_err(|_| E::custom("not an id"))
            }
        }
        deserializer.deserialize_str(IdVisitor(core::marker::PhantomData))
    }
}

/// Times as whole Unix seconds.
pub(crate) mod seconds {
    use super::*;
    use vocab::Timestamp;

    pub(crate) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.unix_seconds())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        let seconds = u64::deserialize(deserializer)?;
        Timestamp::from_unix_seconds(seconds).ok_or_else(|| de::Error::custom("not a time"))
    }
}

/// 32-byte secrets: the intermediate text and bytes are wiped.
macro_rules! secret_text {
    ($name:ident, $secret:ty) => {
        pub(crate) mod $name {
            use super::*;

            pub(crate) fn serialize<S: Serializer>(
                secret: &$secret,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                let text = Zeroizing::new(BASE64URL_NOPAD.encode(secret.expose()));
                serializer.serialize_str(&text)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$secret, D::Error> {
                let bytes = Zeroizing::new(deserializer.deserialize_str(BytesVisitor)?);
                <$secret>::from_slice(&bytes).map_err(|_| de::Error::custom("not 32 bytes"))
            }
        }
    };
}

secret_text!(token, crypto::secret::BearerToken);
secret_text!(claim_key, crypto::secret::ClaimKey);

/// Reads text of the API's one alphabet.
pub fn parse_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}
