//! Secret values: 32 random bytes whose type says what they are for.

use core::fmt;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Length of every symmetric secret, in bytes.
pub const SECRET_BYTES: usize = 32;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; SECRET_BYTES]);

        impl $name {
            /// A new random one.
            pub fn generate(rng: &mut impl CryptoRng) -> Self {
                let mut bytes = [0; SECRET_BYTES];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// From stored or received bytes.
            pub const fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
                Self(bytes)
            }

            /// From a slice of exactly 32 bytes.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, crate::Error> {
                bytes.try_into().map(Self).map_err(|_| crate::Error::Malformed)
            }

            /// The bytes, for storing under another key or sending inside a sealed message.
            pub const fn expose(&self) -> &[u8; SECRET_BYTES] {
                &self.0
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("[", stringify!($name), "]"))
            }
        }
    };
}

secret!(
    /// The secret in an invitation link's fragment.
    InviteSecret
);
secret!(
    /// What two paired devices share; the pre-shared key of their HPKE messages.
    PairRoot
);
secret!(
    /// The sender's half of a photo's key, `k_S`. Never leaves the two devices.
    SenderHalf
);
secret!(
    /// The relay's half of a photo's key, `k_R`. Released once per view.
    RelayHalf
);
secret!(
    /// The key a photo is sealed under, derived from both halves.
    ContentKey
);
secret!(
    /// The key of the MAC over a claim.
    ClaimKey
);
secret!(
    /// The key that everything in a vault is sealed under.
    VaultKey
);
secret!(
    /// A key derived from a passphrase; wraps a [`VaultKey`].
    SlotKey
);
secret!(
    /// A relay's key of the day, under which halves rest.
    EpochKey
);
secret!(
    /// A bearer token: who holds it has the right it stands for.
    BearerToken
);

impl BearerToken {
    /// What a relay keeps instead of the token.
    pub fn digest(&self) -> vocab::CapabilityDigest {
        vocab::CapabilityDigest::from_bytes(crate::digest::sha256(&[&self.0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_cannot_be_printed() {
        let secret = SenderHalf::from_bytes([0xAB; 32]);
        assert_eq!(format!("{secret:?}"), "[SenderHalf]");
    }

    #[test]
    fn only_the_right_length_is_a_secret() {
        assert!(ClaimKey::from_slice(&[0; 31]).is_err());
        assert!(ClaimKey::from_slice(&[0; 32]).is_ok());
    }
}
