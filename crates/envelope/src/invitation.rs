//! What a link's secret opens: the sealed offer at the relay, and the tokens to read and accept it.

use crate::{
    Error,
    message::{pad, unpad},
};
use crypto::{
    CryptoRng, aead, kdf,
    secret::{BearerToken, InviteSecret, PairRoot},
};
use vocab::{InviteId, limits::CONTROL_MESSAGE_BYTES};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const PLAINTEXT_BYTES: usize = CONTROL_MESSAGE_BYTES - 1 - aead::OVERHEAD_BYTES;

/// Most bytes one offer carries.
pub const OFFER_BYTES_MAX: usize = PLAINTEXT_BYTES - 2;

/// An invitation as its link's holders know it.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Names the invitation at the relay.
    pub id: InviteId,
    /// Opens it.
    pub secret: InviteSecret,
}

impl Invitation {
    /// A new random invitation.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        Self { id: InviteId::from_bytes(id), secret: InviteSecret::generate(rng) }
    }

    /// The token for reading the sealed offer.
    pub fn read_token(&self) -> BearerToken {
        BearerToken::from_bytes(*self.derive(b"velum/invite-read/v1"))
    }

    /// The token for accepting, once.
    pub fn accept_token(&self) -> BearerToken {
        BearerToken::from_bytes(*self.derive(b"velum/invite-accept/v1"))
    }

    /// The pre-shared key of the first two messages of a pairing.
    pub fn first_root(&self) -> PairRoot {
        PairRoot::from_bytes(*self.derive(b"velum/invite-root/v1"))
    }

    /// The pair's lasting root: bound to the secret and to both first messages.
    pub fn pair_root(&self, export_of_yes: &[u8; 32], export_of_answer: &[u8; 32]) -> PairRoot {
        let mut exports = Zeroizing::new([0; 64]);
        exports[..32].copy_from_slice(export_of_yes);
        exports[32..].copy_from_slice(export_of_answer);
        let salt = self.secret.expose();
        PairRoot::from_bytes(*kdf::derive_sha256(salt, exports.as_ref(), &[b"velum/pair-root/v1"]))
    }

    /// Seals the offer for whoever holds the link: 4096 bytes.
    pub fn seal_offer(&self, offer: &[u8], rng: &mut impl CryptoRng) -> Result<Vec<u8>, Error> {
        let plaintext = pad(offer, PLAINTEXT_BYTES)?;
        let key = self.derive(b"velum/invite-offer/v1");
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(&aead::seal(&key, self.id.as_bytes(), &plaintext, rng));
        Ok(sealed)
    }

    /// Opens a sealed offer.
    pub fn open_offer(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let body = match sealed {
            [VERSION, body @ ..] if sealed.len() == CONTROL_MESSAGE_BYTES => body,
            _ => return Err(Error::Malformed),
        };
        let key = self.derive(b"velum/invite-offer/v1");
        unpad(&aead::open(&key, self.id.as_bytes(), body)?)
    }

    fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        kdf::derive_sha256(self.id.as_bytes(), self.secret.expose(), &[purpose])
    }
}
