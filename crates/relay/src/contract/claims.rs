//! Cases about claims and releases.
#![allow(missing_docs, reason = "each case's name is its sentence")]
#![allow(clippy::unwrap_used, reason = "cases of a test suite")]

use super::scene::{
    CAPABILITY, FETCH, OTHER, REPLY_KEY, SHARE, Scene, claim, finish_blob, half, object, released,
    status, withdraw,
};
use crate::command::{FreshRelease, Sealed};
use crate::model::{LiveShare, WrappedHalf};
use crate::{Command, Records, Refusal, Reply, Stop, read};
use vocab::limits::CLAIM_RETRY_SECONDS;
use vocab::{ClaimId, ShareId};
use wire::v1::body::ShareState;

fn claimable<R: Records>(scene: &Scene<R>) -> Result<LiveShare, Refusal> {
    scene.ask(|rows, now| read::claimable(rows, SHARE, now))
}

fn blob<R: Records>(scene: &Scene<R>) -> Result<(), Refusal> {
    scene.ask(|rows, now| read::blob(rows, SHARE, FETCH, now)).map(|found| {
        assert_eq!(found, (object(SHARE), super::scene::BLOB_BYTES));
    })
}

/// A retry once the half is gone: nothing fresh can be made any more.
fn bare_retry(attempt: u8, reply_key: [u8; 32]) -> Command {
    Command::Claim {
        share: SHARE,
        claim: ClaimId::from_bytes([attempt; 16]),
        reply_key,
        fresh: None,
    }
}

pub fn r1_a_share_gives_as_many_releases_as_it_has_views<R: Records>(scene: Scene<R>) {
    scene.ready(3);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 2));
    assert_eq!(scene.submit(claim(SHARE, 2)), released(2, 1));
    assert_eq!(status(&scene, SHARE).views_left, 1);
    assert_eq!(scene.submit(claim(SHARE, 3)), released(3, 0));
    assert_eq!(scene.submit(claim(SHARE, 4)), Err(Refusal::Gone));
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended);
}

pub fn r2_a_retry_gets_the_same_bytes_and_counts_nothing<R: Records>(mut scene: Scene<R>) {
    scene.ready(2);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    assert_eq!(scene.submit(claim(SHARE, 2)), released(2, 0));
    scene.pass_seconds(CLAIM_RETRY_SECONDS);
    scene.sweep();
    assert_eq!(scene.submit(bare_retry(1, REPLY_KEY)), released(1, 1));
    assert_eq!(scene.submit(bare_retry(2, REPLY_KEY)), released(2, 0));
    // The release is resealed by each attempt; the first one's bytes are what is answered.
    let resealed = Command::Claim {
        share: SHARE,
        claim: ClaimId::from_bytes([2; 16]),
        reply_key: REPLY_KEY,
        fresh: Some(FreshRelease { sealed: Sealed(vec![77; 1168]), made_from: half() }),
    };
    assert_eq!(scene.submit(resealed), released(2, 0));
    scene.pass_seconds(1);
    assert_eq!(scene.submit(bare_retry(2, REPLY_KEY)), Err(Refusal::Gone));
}

pub fn r2_a_retry_with_another_key_gets_nothing<R: Records>(scene: Scene<R>) {
    scene.ready(2);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    assert_eq!(scene.submit(bare_retry(1, [99; 32])), Err(Refusal::Gone));
    assert_eq!(status(&scene, SHARE).views_left, 1);
}

pub fn r3_after_withdrawal_no_claim_and_no_retry_succeeds<R: Records>(scene: Scene<R>) {
    scene.ready(2);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    scene.submit(withdraw(SHARE)).unwrap();
    // A release made from a snapshot before the withdrawal arrives after it.
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone));
    assert_eq!(claimable(&scene), Err(Refusal::Gone));
    let kept = scene.ask(|rows, _| Ok(rows.release(SHARE, ClaimId::from_bytes([1; 16]))?));
    assert_eq!(kept, Ok(None));
}

pub fn r8_the_half_goes_with_the_last_view<R: Records>(scene: Scene<R>) {
    scene.ready(2);
    scene.submit(claim(SHARE, 1)).unwrap();
    assert_eq!(claimable(&scene).unwrap().half, Some(half()));
    scene.submit(claim(SHARE, 2)).unwrap();
    assert_eq!(claimable(&scene).unwrap().half, None);
}

pub fn r9_an_old_claim_neither_releases_nor_counts<R: Records>(mut scene: Scene<R>) {
    scene.ready(3);
    scene.submit(claim(SHARE, 1)).unwrap();
    scene.pass_seconds(CLAIM_RETRY_SECONDS + 1);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    scene.sweep();
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    assert_eq!(status(&scene, SHARE).views_left, 2);
}

pub fn r1_a_release_made_from_another_half_is_not_given<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    let strange = Command::Claim {
        share: SHARE,
        claim: ClaimId::from_bytes([1; 16]),
        reply_key: REPLY_KEY,
        fresh: Some(FreshRelease {
            sealed: Sealed(vec![1; 1168]),
            made_from: WrappedHalf(vec![0; 72]),
        }),
    };
    assert_eq!(scene.submit(strange), Err(Refusal::Gone));
    assert_eq!(scene.submit(bare_retry(1, REPLY_KEY)), Err(Refusal::Gone));
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 0));
}

pub fn r15_every_end_looks_the_same<R: Records>(mut scene: Scene<R>) {
    scene.consent();
    let [used_up, withdrawn, expired, unknown] =
        [50, 51, 52, 53].map(|n| ShareId::from_bytes([n; 16]));
    for share in [used_up, withdrawn] {
        scene.submit(scene.put_share(share, 1)).unwrap();
        scene.submit(finish_blob(share)).unwrap();
    }
    let mut brief = scene.record(1);
    brief.terms.not_after = scene.system.plus_seconds(1);
    let brief = Command::PutShare { share: expired, record: Box::new(brief) };
    scene.submit(brief).unwrap();
    scene.submit(finish_blob(expired)).unwrap();
    scene.submit(claim(used_up, 1)).unwrap();
    scene.submit(withdraw(withdrawn)).unwrap();
    for _before_and_after_the_sweeper in 0..2 {
        scene.pass_seconds(100);
        let looks = [used_up, withdrawn, expired, unknown].map(|share| {
            let status = status(&scene, share);
            let blob = scene.ask(move |rows, now| read::blob(rows, share, FETCH, now));
            let claimable = scene.ask(move |rows, now| read::claimable(rows, share, now));
            (
                scene.submit(claim(share, 9)),
                status.state,
                status.views_left,
                blob,
                claimable.is_err(),
            )
        });
        let end = (Err(Refusal::Gone), ShareState::Ended, 0, Err(Refusal::Gone), true);
        assert_eq!(looks[1..], [end.clone(), end.clone(), end.clone()]);
        assert_eq!(looks[0].0, end.0);
        assert_eq!((looks[0].1, looks[0].2), (end.1, end.2));
        scene.sweep();
    }
    let gone = scene.ask(move |rows, now| read::blob(rows, used_up, FETCH, now));
    assert_eq!(gone, Err(Refusal::Gone));
    let wrong = scene.ask(move |rows, now| Ok(read::statuses(rows, &[(used_up, OTHER)], now)?[0]));
    assert_eq!(wrong.unwrap().state, ShareState::Ended);
}

pub fn a_blob_can_be_fetched_until_the_retries_are_over<R: Records>(mut scene: Scene<R>) {
    scene.consent();
    scene.submit(scene.put_share(SHARE, 1)).unwrap();
    assert_eq!(blob(&scene), Err(Refusal::Gone), "not there yet");
    scene.submit(finish_blob(SHARE)).unwrap();
    assert_eq!(blob(&scene), Ok(()));
    let wrong =
        scene.ask(|rows, now| -> Result<_, Stop> { read::blob(rows, SHARE, CAPABILITY, now) });
    assert_eq!(wrong, Err(Refusal::Gone));
    scene.submit(claim(SHARE, 1)).unwrap();
    scene.pass_seconds(CLAIM_RETRY_SECONDS);
    scene.sweep();
    assert_eq!(blob(&scene), Ok(()));
    scene.pass_seconds(1);
    scene.sweep();
    assert_eq!(blob(&scene), Err(Refusal::Gone));
    assert_eq!(scene.submit(withdraw(SHARE)), Ok(Reply::Withdrawn { objects: vec![] }));
}
