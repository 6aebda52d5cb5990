//! Sealed things open for the right keys only, and never otherwise.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use crypto::{
    hpke,
    secret::{PairRoot, RelayHalf, SenderHalf},
};
use envelope::{
    Envelope, Error, Keeping, Manifest, MediaType, Policy,
    invitation::{Invitation, OFFER_BYTES_MAX},
    message::{self, PAYLOAD_BYTES_MAX, Place},
    photo,
};
use getrandom::{SysRng, rand_core::UnwrapErr};
use proptest::prelude::*;
use vocab::{MailboxId, MessageId, ShareId, Timestamp};

mod vectors;

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn policy() -> Policy {
    Policy {
        share: ShareId::from_bytes([8; 16]),
        views: 1,
        not_after: Timestamp::from_unix_seconds(1_800_000_000).unwrap(),
        keeping: Keeping::NotAgreed,
    }
}

fn manifest(photo_bytes: u64) -> Manifest {
    Manifest { media_type: MediaType::Jpeg, photo_bytes, width: 4000, height: 3000 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn open_of_seal_is_the_photo(photo in prop::collection::vec(any::<u8>(), 1..60_000)) {
        let (sender, relay) = (SenderHalf::generate(&mut rng()), RelayHalf::generate(&mut rng()));
        let manifest = manifest(photo.len() as u64);
        let sealed = photo::seal(&photo, &manifest, &policy(), &sender, &relay).unwrap();
        prop_assert_eq!(sealed.len() as u64, photo::sealed_bytes(photo.len() as u64));
        let again = photo::seal(&photo, &manifest, &policy(), &sender, &relay).unwrap();
        prop_assert_eq!(&sealed, &again);
        let opened = photo::open(&sealed, &manifest, &policy(), &sender, &relay).unwrap();
        prop_assert_eq!(&**opened, &photo[..]);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..5000)) {
        prop_assert!(Envelope::parse(&bytes).is_err());
        prop_assert!(Policy::parse(&bytes).is_err());
        let invitation = Invitation::generate(&mut rng());
        prop_assert!(invitation.open_offer(&bytes).is_err());
    }
}

#[test]
fn neither_half_alone_nor_other_limits_open_a_photo() {
    let photo = vec![7; 100_000];
    let (sender, relay) = (SenderHalf::generate(&mut rng()), RelayHalf::generate(&mut rng()));
    let manifest = manifest(100_000);
    let sealed = photo::seal(&photo, &manifest, &policy(), &sender, &relay).unwrap();
    let other_sender = SenderHalf::from_bytes([0; 32]);
    let other_relay = RelayHalf::from_bytes([0; 32]);
    let more_views = Policy { views: 2, ..policy() };
    let wider = Manifest { width: 4001, ..manifest };
    for refused in [
        photo::open(&sealed, &manifest, &policy(), &sender, &other_relay),
        photo::open(&sealed, &manifest, &policy(), &other_sender, &relay),
        photo::open(&sealed, &manifest, &more_views, &sender, &relay),
        photo::open(&sealed, &wider, &policy(), &sender, &relay),
        photo::open(&sealed[1..], &manifest, &policy(), &sender, &relay),
    ] {
        assert!(refused.is_err());
    }
}

#[test]
fn a_manifest_that_lies_about_the_length_is_refused() {
    let (sender, relay) = (SenderHalf::generate(&mut rng()), RelayHalf::generate(&mut rng()));
    let seal = |bytes| photo::seal(&[1; 10], &manifest(bytes), &policy(), &sender, &relay);
    assert_eq!(seal(9), Err(Error::Malformed));
    assert_eq!(seal(0), Err(Error::Malformed));
    assert!(seal(10).is_ok());
}

#[test]
fn an_envelope_reads_back_and_has_one_encoding() {
    let envelope = Envelope {
        sender_half: SenderHalf::from_bytes([4; 32]),
        manifest: manifest(5_000_000),
        policy: policy(),
        sealed_digest: [6; 32],
    };
    let bytes = envelope.to_bytes();
    assert_eq!(Envelope::parse(&bytes).unwrap(), envelope);
    let trailing = [&bytes[..], &[0]].concat();
    assert_eq!(Envelope::parse(&trailing), Err(Error::Malformed));
}

#[test]
fn messages_have_one_size_and_stay_in_their_place() {
    let key = hpke::SecretPrekey::generate(&mut rng());
    let root = PairRoot::generate(&mut rng());
    let psk = hpke::Psk { root: &root, id: b"pair" };
    let place =
        Place { mailbox: MailboxId::from_bytes([1; 16]), message: MessageId::from_bytes([2; 16]) };
    for length in [0, 1, PAYLOAD_BYTES_MAX] {
        let payload = vec![9; length];
        let (sealed, ours) =
            message::seal(psk, &key.public(), place, &payload, &mut rng()).unwrap();
        assert_eq!(sealed.len(), 4096);
        let (opened, theirs) = message::open(psk, &key, place, &sealed).unwrap();
        assert_eq!((&**opened, *ours), (&payload[..], *theirs));
        let elsewhere = Place { message: MessageId::from_bytes([3; 16]), ..place };
        assert!(message::open(psk, &key, elsewhere, &sealed).is_err());
    }
    let too_long = vec![0; PAYLOAD_BYTES_MAX + 1];
    let refused = message::seal(psk, &key.public(), place, &too_long, &mut rng());
    assert_eq!(refused.err(), Some(Error::TooBig(PAYLOAD_BYTES_MAX + 1)));
}

#[test]
fn an_offer_opens_with_the_links_secret_only() {
    let invitation = Invitation::generate(&mut rng());
    let sealed = invitation.seal_offer(&[5; OFFER_BYTES_MAX], &mut rng()).unwrap();
    assert_eq!(sealed.len(), 4096);
    assert_eq!(**invitation.open_offer(&sealed).unwrap(), [5; OFFER_BYTES_MAX]);
    assert!(Invitation::generate(&mut rng()).open_offer(&sealed).is_err());
    assert_ne!(invitation.read_token(), invitation.accept_token());
}
