//! What is sealed (the manifest) and under which limits (the policy).
//!
//! Both are bound into the keys: a recipient who is given another manifest or policy cannot open.

use crate::{Error, codec};
use crypto::digest::sha256;
use minicbor::{CborLen, Decode, Encode};
use vocab::{ShareId, Timestamp, limits};

/// Which kind of file the photo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum MediaType {
    /// `image/jpeg`.
    #[n(1)]
    Jpeg,
    /// `image/png`, also animated.
    #[n(2)]
    Png,
    /// `image/webp`, also animated.
    #[n(3)]
    WebP,
}

/// Whether the recipient may keep the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(index_only)]
pub enum Keeping {
    /// View only.
    #[n(0)]
    NotAgreed,
    /// The sender agreed that the recipient keeps a copy.
    #[n(1)]
    Agreed,
}

/// What the sealed bytes are. Sealed itself; its digest is the photo's encryption context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, CborLen)]
#[cbor(map)]
pub struct Manifest {
    /// The kind of file.
    #[n(1)]
    pub media_type: MediaType,
    /// Length of the photo file in bytes, before padding.
    #[n(2)]
    pub photo_bytes: u64,
    /// Shown width in pixels.
    #[n(3)]
    pub width: u32,
    /// Shown height in pixels.
    #[n(4)]
    pub height: u32,
}

/// The limits of one share, in the recipient's envelope and, as a digest, at the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The share these limits are for.
    pub share: ShareId,
    /// How many views the relay releases.
    pub views: u32,
    /// From this moment on nothing is released.
    pub not_after: Timestamp,
    /// Whether the recipient may keep a copy.
    pub keeping: Keeping,
}

#[derive(Encode, Decode, CborLen)]
#[cbor(map)]
struct PolicyFields {
    #[cbor(n(1), with = "minicbor::bytes")]
    share: [u8; 16],
    #[n(2)]
    views: u32,
    #[n(3)]
    not_after: u64,
    #[n(4)]
    keeping: Keeping,
}

impl Manifest {
    /// The written form.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// SHA-256 of the written form.
    pub fn digest(&self) -> [u8; 32] {
        sha256(&[&self.to_bytes()])
    }

    /// Refuses sizes no photo of ours has.
    pub(crate) fn check(self) -> Result<Self, Error> {
        let sides = 1..=limits::PHOTO_SIDE_MAX;
        let sizes_fit = (1..=limits::PHOTO_BYTES_MAX).contains(&self.photo_bytes)
            && sides.contains(&self.width)
            && sides.contains(&self.height);
        if sizes_fit { Ok(self) } else { Err(Error::Malformed) }
    }
}

impl Policy {
    /// The written form.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(&PolicyFields {
            share: *self.share.as_bytes(),
            views: self.views,
            not_after: self.not_after.unix_seconds(),
            keeping: self.keeping,
        })
    }

    /// Reads the written form; refuses other encodings and impossible limits.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let fields: PolicyFields = codec::decode(bytes)?;
        if !(1..=limits::VIEWS_MAX).contains(&fields.views) {
            return Err(Error::Malformed);
        }
        Ok(Self {
            share: ShareId::from_bytes(fields.share),
            views: fields.views,
            not_after: Timestamp::from_unix_seconds(fields.not_after).ok_or(Error::Malformed)?,
            keeping: fields.keeping,
        })
    }

    /// SHA-256 of the written form: what the relay knows of it.
    pub fn digest(&self) -> [u8; 32] {
        sha256(&[&self.to_bytes()])
    }
}
