//! What two devices write each other inside control messages: `docs/formats/sharing.md`.

use crate::{Error, state::StoredTerms, stored};
use consent::{Ledger, Signed};
use crypto::{
    hpke::PublicPrekey,
    secret::BearerToken,
    sign::{IdentityKey, IdentityPublic, unverified_payload},
};
use minicbor::{
    Decode, Encode,
    bytes::{ByteArray, ByteVec},
};
use vocab::{MailboxId, Timestamp};

const CARD_PURPOSE: &str = "velum/device/v1";

/// The sealed offer behind a link.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct OfferLetter {
    #[n(1)]
    pub(crate) card: ByteVec,
    #[n(2)]
    pub(crate) address: Address,
    #[n(3)]
    pub(crate) terms: StoredTerms,
    /// Whether the inviter will also agree to receive.
    #[n(4)]
    pub(crate) both_ways: bool,
}

/// Everything else, one kind a message.
#[derive(Encode, Decode)]
pub(crate) enum Letter {
    /// The invitee's yes.
    #[n(1)]
    Yes {
        #[n(0)]
        card: ByteVec,
        #[n(1)]
        address: Address,
        #[n(2)]
        statements: Vec<ByteVec>,
        #[cbor(n(3), with = "stored")]
        capability: BearerToken,
    },
    /// The inviter's answer: from now on both have the pair's root.
    #[n(2)]
    Answer {
        #[n(0)]
        statements: Vec<ByteVec>,
        #[n(1)]
        capability: Option<crate::state::Capability>,
    },
    /// New statements.
    #[n(3)]
    Statements {
        #[n(0)]
        statements: Vec<ByteVec>,
        /// A new token for delivering, where the sender's yes to receive was said anew.
        #[n(1)]
        capability: Option<crate::state::Capability>,
    },
    /// A photo lies at the relay.
    #[n(4)]
    Delivery {
        #[n(0)]
        envelope: ByteVec,
    },
}

/// Where to write to a device.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Address {
    #[cbor(n(1), with = "stored")]
    pub(crate) mailbox: MailboxId,
    #[cbor(n(2), with = "stored")]
    pub(crate) post: BearerToken,
}

/// Who a device belongs to and how to seal to it, signed by that person.
pub(crate) struct Card {
    pub(crate) identity: IdentityPublic,
    pub(crate) prekey: PublicPrekey,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct CardFields {
    #[n(1)]
    identity: ByteArray<32>,
    #[n(2)]
    prekey: ByteVec,
    #[cbor(n(3), with = "stored::time")]
    made_at: Timestamp,
}

impl Card {
    pub(crate) fn sign(key: &IdentityKey, prekey: &PublicPrekey, made_at: Timestamp) -> ByteVec {
        let fields = CardFields {
            identity: (*key.public().as_bytes()).into(),
            prekey: prekey.to_bytes().into(),
            made_at,
        };
        key.sign(CARD_PURPOSE, stored::to_cbor(&fields).to_vec()).into()
    }

    /// Reads a card and checks that the identity in it signed it.
    pub(crate) fn verify(bytes: &[u8]) -> Result<Self, Error> {
        let read = |payload: &[u8]| stored::from_cbor::<CardFields>(payload).ok_or(MALFORMED);
        let claimed = read(&unverified_payload(bytes).map_err(envelope::Error::from)?)?;
        let identity =
            IdentityPublic::from_bytes(&claimed.identity).map_err(envelope::Error::from)?;
        let payload = identity.verify(CARD_PURPOSE, bytes).map_err(envelope::Error::from)?;
        let fields = read(&payload)?;
        let prekey = PublicPrekey::from_bytes(&fields.prekey).map_err(envelope::Error::from)?;
        Ok(Self { identity, prekey })
    }
}

/// Something opened that is not what it should be.
pub(crate) const MALFORMED: Error = Error::Envelope(envelope::Error::Malformed);

/// Takes in statements from a partner, in order.
pub(crate) fn append_all(ledger: &mut Ledger, statements: &[ByteVec]) -> Result<(), Error> {
    for bytes in statements {
        ledger.append(&Signed::from_bytes(bytes.to_vec())?)?;
    }
    Ok(())
}
