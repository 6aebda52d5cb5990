//! Ids: fixed-size random or derived names for things, written as unpadded base64url.
//!
//! `Debug` never shows an id's value, because ids link people and requests. `Display` does, for
//! the places where an id is the payload (a command's output, a request path).

use core::fmt;
use data_encoding::BASE64URL_NOPAD;

/// An id's text is not the right length or alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid id")
    }
}

impl std::error::Error for InvalidId {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Length in bytes.
            pub const BYTES: usize = $bytes;

            /// From raw bytes.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// From a slice of exactly the right length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                bytes.try_into().map(Self).map_err(|_| InvalidId)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| InvalidId)?;
                Self::from_slice(&bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE64URL_NOPAD.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("[", stringify!($name), "]"))
            }
        }
    };
}

id!(
    /// A person: SHA-256 of the identity public key. Known to partners, never to a relay.
    PersonId, 32
);
id!(
    /// Two people who have agreed on terms. Never sent to a relay in clear.
    PairId, 16
);
id!(
    /// One photo shared with one person.
    ShareId, 16
);
id!(
    /// One attempt to view; a retry of the same attempt carries the same id.
    ClaimId, 16
);
id!(
    /// An invitation link.
    InviteId, 16
);
id!(
    /// A box at a relay that one device reads and one partner writes to.
    MailboxId, 16
);
id!(
    /// One control message in a mailbox; chosen by its sender so that a retry is not a copy.
    MessageId, 16
);
id!(
    /// SHA-256 of a bearer token: what a relay keeps instead of the token.
    CapabilityDigest, 32
);
id!(
    /// Sealed bytes as the relay's blob store names them; never sent to a device.
    ObjectId, 16
);
id!(
    /// SHA-256 of a relay's epoch key. A request that names it was made for this life of the relay.
    EpochKeyDigest, 32
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_from_their_text() {
        let id = ShareId::from_bytes(*b"0123456789abcdef");
        assert_eq!(id.to_string().parse::<ShareId>(), Ok(id));
        assert_eq!("short".parse::<ShareId>(), Err(InvalidId));
        assert_eq!("MDEyMzQ1Njc4OWFiY2RlZg==".parse::<ShareId>(), Err(InvalidId));
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", ShareId::from_bytes([7; 16])), "[ShareId]");
    }
}
