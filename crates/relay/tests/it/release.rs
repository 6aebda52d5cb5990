//! The cryptography around a claim: from a sender's half to a recipient's, past the relay's rules.

use crypto::hpke::{SecretPrekey, open_base, seal_base};
use crypto::secret::{ClaimKey, RelayHalf};
use getrandom::{SysRng, rand_core::UnwrapErr};
use relay::contract::scene::{MemoryScene, SHARE, finish_blob};
use relay::half::EpochKeys;
use relay::model::LiveShare;
use relay::{Command, Refusal, Reply, claim, read};
use vocab::{ClaimId, ShareId};
use wire::v1::claim::{CLAIM_PURPOSE, ClaimPayload};
use wire::v1::seal;

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn claim_bytes(key: &ClaimKey, share: ShareId, attempt: u8, reply: &SecretPrekey) -> Vec<u8> {
    let payload = ClaimPayload {
        share,
        claim: ClaimId::from_bytes([attempt; 16]),
        reply_key: reply.public().to_bytes(),
    };
    key.authenticate(CLAIM_PURPOSE, payload.to_cbor())
}

fn claimable(scene: &MemoryScene) -> LiveShare {
    scene.ask(|rows, now| read::claimable(rows, SHARE, now)).expect("the share is ready")
}

#[test]
fn a_half_travels_from_sender_to_recipient() {
    let keys = EpochKeys::generate(&mut rng());
    let half = RelayHalf::generate(&mut rng());
    let scene = MemoryScene::new(Default::default());
    scene.consent();
    let mut record = scene.record(1);
    let terms = &record.terms;
    let aad = seal::half_aad(SHARE, terms.policy, terms.not_after, terms.views);
    let sealed =
        seal_base(&keys.public(), seal::HALF_INFO, &aad, half.expose(), &mut rng()).unwrap();
    let arrived = keys.open_arrival(&aad, &sealed).unwrap();
    record.half = Some(keys.wrap(SHARE, &arrived, &mut rng()));
    let claim_key = record.terms.claim_key.clone();
    scene.submit(Command::PutShare { share: SHARE, record: Box::new(record) }).unwrap();
    scene.submit(finish_blob(SHARE)).unwrap();

    let reply = SecretPrekey::generate(&mut rng());
    let bytes = claim_bytes(&claim_key, SHARE, 1, &reply);
    let row = claimable(&scene);
    let command =
        claim::verify(SHARE, &row, &bytes).unwrap().prepare(&row, &keys, &mut rng()).unwrap();
    let Ok(Reply::Claimed { release, views_left: 0 }) = scene.submit(command) else {
        panic!("the first claim of a view-once share succeeds");
    };
    let aad = seal::release_aad(SHARE, ClaimId::from_bytes([1; 16]));
    let opened = open_base(&reply, seal::RELEASE_INFO, &aad, &release.0).unwrap();
    assert_eq!(opened.as_slice(), half.expose());
    let elsewhere = seal::release_aad(SHARE, ClaimId::from_bytes([2; 16]));
    assert!(open_base(&reply, seal::RELEASE_INFO, &elsewhere, &release.0).is_err());

    // A second attempt finds no half to make a release from.
    let row = claimable(&scene);
    let bytes = claim_bytes(&claim_key, SHARE, 2, &reply);
    let command =
        claim::verify(SHARE, &row, &bytes).unwrap().prepare(&row, &keys, &mut rng()).unwrap();
    assert_eq!(scene.submit(command), Err(Refusal::Gone));
}

#[test]
fn r15_whatever_is_wrong_with_a_claim_looks_the_same() {
    let scene = MemoryScene::new(Default::default());
    scene.ready(1);
    let row = claimable(&scene);
    let key = row.terms.claim_key.clone();
    let reply = SecretPrekey::generate(&mut rng());
    let right = claim_bytes(&key, SHARE, 1, &reply);
    let other_share = claim_bytes(&key, ShareId::from_bytes([9; 16]), 1, &reply);
    let other_key = claim_bytes(&ClaimKey::from_bytes([1; 32]), SHARE, 1, &reply);
    let mut changed = right.clone();
    *changed.last_mut().unwrap() ^= 1;
    let cut = right[..right.len() - 1].to_vec();
    let longer = [right.clone(), vec![0]].concat();
    let no_claim = key.authenticate(CLAIM_PURPOSE, vec![0xA0]);
    let elsewhere = key.authenticate("velum/other/v1", right.clone());
    for wrong in [other_share, other_key, changed, cut, longer, no_claim, elsewhere, vec![]] {
        assert_eq!(claim::verify(SHARE, &row, &wrong).unwrap_err(), Refusal::Gone);
    }
    assert!(claim::verify(SHARE, &row, &right).is_ok());
}

#[test]
fn a_half_opens_in_its_own_place_only() {
    let keys = EpochKeys::generate(&mut rng());
    let half = RelayHalf::generate(&mut rng());
    let wrapped = keys.wrap(SHARE, &half, &mut rng());
    assert!(keys.unwrap(SHARE, &wrapped).is_ok_and(|opened| opened == half));
    assert!(keys.unwrap(ShareId::from_bytes([9; 16]), &wrapped).is_err());
    let other_day = EpochKeys::generate(&mut rng());
    assert!(other_day.unwrap(SHARE, &wrapped).is_err());
    assert_eq!(keys.open_arrival(b"", &[0; 100]).unwrap_err(), Refusal::Malformed);

    let (arrival, rest) = keys.expose();
    let again = EpochKeys::from_bytes(arrival, *rest);
    assert!(again.unwrap(SHARE, &wrapped).is_ok_and(|opened| opened == half));
    assert_eq!(again.public(), keys.public());
}
