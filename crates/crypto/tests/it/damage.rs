//! Nothing opens when a byte differs, is missing or is too many; nothing panics.

use crypto::{
    Error, aead, chunked, hpke,
    password::{self, Cost},
    secret::{ClaimKey, ContentKey, PairRoot, VaultKey},
    sign::{IdentityKey, IdentityPublic},
};
use getrandom::{SysRng, rand_core::UnwrapErr};
use proptest::prelude::*;

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_sealed_photo_opens_to_the_same_bytes_and_only_whole(
        length in 0_usize..40_000, cut in 1_usize..200, flip in any::<prop::sample::Index>(),
    ) {
        let key = ContentKey::generate(&mut rng());
        let plaintext: Vec<u8> = (0..length).map(|n| (n * 31 % 251) as u8).collect();
        let sealed = chunked::seal(&key, &[3; 24], b"context", &plaintext);
        prop_assert_eq!(sealed.len() as u64, chunked::sealed_bytes(length as u64));
        prop_assert_eq!(&chunked::open(&key, b"context", &sealed).unwrap(), &plaintext);
        let cut_short = &sealed[..sealed.len().saturating_sub(cut)];
        prop_assert_eq!(chunked::open(&key, b"context", cut_short), Err(Error::CouldNotOpen));
        let longer = [&sealed[..], &[0; 17]].concat();
        prop_assert_eq!(chunked::open(&key, b"context", &longer), Err(Error::CouldNotOpen));
        let mut flipped = sealed.clone();
        flipped[flip.index(sealed.len())] ^= 1;
        prop_assert_eq!(chunked::open(&key, b"context", &flipped), Err(Error::CouldNotOpen));
        prop_assert_eq!(chunked::open(&key, b"other", &sealed), Err(Error::CouldNotOpen));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let claim_key = ClaimKey::generate(&mut rng());
        let identity = IdentityKey::from_seed(&[5; 32]).public();
        let prekey = hpke::SecretPrekey::from_bytes(&[9; 32]);
        prop_assert!(claim_key.verify("p", &bytes).is_err());
        prop_assert!(identity.verify("p", &bytes).is_err());
        prop_assert!(hpke::open_base(&prekey, b"", b"", &bytes).is_err());
        prop_assert!(aead::open(&[1; 32], b"", &bytes).is_err());
        prop_assert!(chunked::open(&ContentKey::from_bytes([1; 32]), b"", &bytes).is_err());
    }
}

#[test]
fn chunks_cannot_be_swapped_or_dropped() {
    let key = ContentKey::from_bytes([7; 32]);
    let plaintext = vec![1; 3 * 16384 + 5];
    let sealed = chunked::seal(&key, &[0; 24], b"", &plaintext);
    let chunk = 16384 + 16;
    let mut swapped = sealed.clone();
    swapped[56..56 + chunk].copy_from_slice(&sealed[56 + chunk..56 + 2 * chunk]);
    swapped[56 + chunk..56 + 2 * chunk].copy_from_slice(&sealed[56..56 + chunk]);
    assert_eq!(chunked::open(&key, b"", &swapped), Err(Error::CouldNotOpen));
    let dropped = [&sealed[..56], &sealed[56 + chunk..]].concat();
    assert_eq!(chunked::open(&key, b"", &dropped), Err(Error::CouldNotOpen));
    assert_eq!(chunked::open(&key, b"", &sealed[..56 + chunk]), Err(Error::CouldNotOpen));
}

#[test]
fn a_message_to_a_partner_opens_only_with_the_pairs_root() {
    let key = hpke::SecretPrekey::generate(&mut rng());
    let root = PairRoot::generate(&mut rng());
    let psk = hpke::Psk { root: &root, id: b"pair" };
    let (sealed, ours) =
        hpke::seal_psk(psk, &key.public(), b"info", b"aad", b"hello", &mut rng()).unwrap();
    assert_eq!(sealed.len(), 5 + hpke::OVERHEAD_BYTES);
    let (opened, theirs) = hpke::open_psk(psk, &key, b"info", b"aad", &sealed).unwrap();
    assert_eq!((&**opened, *ours), (&b"hello"[..], *theirs));
    let stranger = PairRoot::generate(&mut rng());
    let wrong = hpke::Psk { root: &stranger, id: b"pair" };
    assert_eq!(
        hpke::open_psk(wrong, &key, b"info", b"aad", &sealed).err(),
        Some(Error::CouldNotOpen)
    );
    assert_eq!(
        hpke::open_psk(psk, &key, b"info", b"bad", &sealed).err(),
        Some(Error::CouldNotOpen)
    );
    assert!(hpke::open_base(&key, b"info", b"aad", &sealed).is_err());
}

#[test]
fn a_statement_has_one_encoding_and_one_purpose() {
    let key = IdentityKey::from_seed(&[1; 32]);
    let signed = key.sign("velum/a", b"payload".to_vec());
    assert_eq!(key.public().verify("velum/a", &signed).unwrap(), b"payload");
    assert_eq!(key.public().verify("velum/b", &signed), Err(Error::NotAuthentic));
    let other = IdentityKey::from_seed(&[2; 32]).public();
    assert_eq!(other.verify("velum/a", &signed), Err(Error::NotAuthentic));
    // The same array written with a two-byte length is the same value in a second spelling.
    let respelled = [&[0x98, 0x04], &signed[1..]].concat();
    assert_eq!(key.public().verify("velum/a", &respelled), Err(Error::Malformed));
    let trailing = [&signed[..], &[0]].concat();
    assert_eq!(key.public().verify("velum/a", &trailing), Err(Error::Malformed));
}

#[test]
fn a_weak_public_key_is_refused() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(IdentityPublic::from_bytes(&neutral), Err(Error::Malformed));
}

#[test]
fn records_cannot_be_moved_to_another_place() {
    let key = VaultKey::generate(&mut rng());
    let sealed = aead::seal(key.expose(), b"here", b"secret", &mut rng());
    assert_eq!(sealed.len(), 6 + aead::OVERHEAD_BYTES);
    assert_eq!(**aead::open(key.expose(), b"here", &sealed).unwrap(), *b"secret");
    assert_eq!(aead::open(key.expose(), b"there", &sealed).err(), Some(Error::CouldNotOpen));
}

#[test]
fn a_passphrase_gives_the_same_key_again_and_cheap_costs_are_refused() {
    let first = password::derive("correct horse", &[4; 16], Cost::LEAST).unwrap();
    assert_eq!(first, password::derive("correct horse", &[4; 16], Cost::LEAST).unwrap());
    assert_ne!(first, password::derive("correct horse", &[5; 16], Cost::LEAST).unwrap());
    for cost in [
        Cost { memory_kib: 8, passes: 3 },
        Cost { memory_kib: 64 << 10, passes: 1 },
        Cost { memory_kib: u32::MAX, passes: 3 },
    ] {
        assert_eq!(password::derive("x", &[0; 16], cost), Err(Error::CostOutOfRange));
    }
}
