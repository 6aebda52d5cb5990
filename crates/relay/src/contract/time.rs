//! Cases about time: expiry, clocks that jump, and forgetting.
#![allow(missing_docs, reason = "each case's name is its sentence")]
#![allow(clippy::unwrap_used, reason = "cases of a test suite")]

use super::scene::{
    CAPABILITY, MAILBOX, POST, READ, SHARE, START_SECONDS, Scene, claim, finish_blob, object,
    post_message, released, status, withdraw,
};
use crate::command::Sealed;
use crate::model::Share;
use crate::{Command, Records, Refusal, Reply, read};
use vocab::limits::{CLAIM_RETRY_SECONDS, CONTROL_MESSAGE_BYTES, MESSAGE_DAYS_MAX, TOMBSTONE_DAYS};
use vocab::{ClaimId, MessageId, ShareId, Timestamp};
use wire::v1::body::ShareState;

fn row<R: Records>(scene: &Scene<R>) -> Option<Share> {
    scene.ask(|rows, _| Ok(rows.share(SHARE)?)).expect("reading a row is not refused")
}

pub fn r7_time_does_not_run_backwards<R: Records>(mut scene: Scene<R>) {
    scene.ready(1);
    let later = scene.system.plus_seconds(500);
    scene.system = later;
    scene.submit(Command::Sweep { rows_max: 1 }).unwrap();
    scene.system = Timestamp::from_unix_seconds(START_SECONDS - 1_000_000).unwrap();
    let recorded = scene.ask(|rows, system| Ok(read::clock(rows, system)?));
    assert_eq!(recorded, Ok(later));
    scene.submit(claim(SHARE, 1)).unwrap();
    let Some(Share::Live(live)) = row(&scene) else { panic!("the share ended too early") };
    assert_eq!(live.claimed_at, Some(later));
}

pub fn r7_what_expired_stays_expired<R: Records>(mut scene: Scene<R>) {
    scene.ready(2);
    let early = scene.system;
    scene.pass_seconds(3600);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1), "the last second counts");
    scene.pass_seconds(1);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone), "also as a retry");
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone));
    // The machine's clock is set back, before the sweeper came by.
    scene.system = early;
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone));
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended);
    let mut longer = scene.record(2);
    longer.terms.not_after = early.plus_seconds(10_000);
    let longer = Command::PutShare { share: SHARE, record: Box::new(longer) };
    assert_eq!(scene.submit(longer), Err(Refusal::Gone));
}

pub fn r16_an_ended_share_keeps_only_a_tombstone<R: Records>(mut scene: Scene<R>) {
    scene.ready(2);
    scene.submit(claim(SHARE, 1)).unwrap();
    scene.pass_seconds(3601);
    scene.sweep();
    assert!(matches!(row(&scene), Some(Share::Ended(_))));
    assert_eq!(scene.ask(|rows, _| Ok(rows.doomed_objects(9)?)), Ok(vec![object(SHARE)]));
    assert_eq!(scene.ask(|r, _| Ok(r.release(SHARE, ClaimId::from_bytes([1; 16]))?)), Ok(None));
    assert_eq!(scene.ask(|rows, _| Ok(rows.usage(CAPABILITY)?)).unwrap().shares, 0);
}

pub fn r16_releases_and_blobs_go_after_the_retries<R: Records>(mut scene: Scene<R>) {
    scene.ready(2);
    let sealed = |scene: &Scene<R>, attempt| {
        let claim = ClaimId::from_bytes([attempt; 16]);
        let kept = scene.ask(move |rows, _| Ok(rows.release(SHARE, claim)?)).unwrap();
        kept.map(|release| release.sealed.is_some())
    };
    scene.submit(claim(SHARE, 1)).unwrap();
    scene.pass_seconds(CLAIM_RETRY_SECONDS);
    scene.sweep();
    assert_eq!(sealed(&scene, 1), Some(true));
    scene.pass_seconds(1);
    scene.submit(claim(SHARE, 2)).unwrap();
    scene.sweep();
    assert_eq!(sealed(&scene, 1), Some(false), "the id stays, the bytes go");
    assert_eq!(sealed(&scene, 2), Some(true));
    scene.pass_seconds(CLAIM_RETRY_SECONDS + 1);
    scene.sweep();
    assert_eq!(sealed(&scene, 2), None);
    assert!(matches!(row(&scene), Some(Share::Ended(_))));
}

pub fn r16_tombstones_and_messages_go_when_their_time_is_over<R: Records>(mut scene: Scene<R>) {
    scene.ready(1);
    scene.submit(post_message(1)).unwrap();
    scene.submit(withdraw(SHARE)).unwrap();
    scene.pass_seconds((MESSAGE_DAYS_MAX) * 86_400 - 1);
    scene.sweep();
    let waiting = |scene: &Scene<R>| {
        scene.ask(|rows, _| read::messages(rows, MAILBOX, READ, 0, 9)).unwrap().len()
    };
    assert_eq!(waiting(&scene), 1);
    assert!(row(&scene).is_some());
    scene.pass_seconds(1);
    scene.sweep();
    assert_eq!(waiting(&scene), 0);
    assert!(row(&scene).is_some());
    scene.pass_seconds((TOMBSTONE_DAYS - MESSAGE_DAYS_MAX) * 86_400);
    scene.sweep();
    assert_eq!(row(&scene), None);
    // The mailbox is still in use, and its numbers go on.
    let post = Command::PostMessage {
        mailbox: MAILBOX,
        post: POST,
        message: MessageId::from_bytes([1; 16]),
        body: Sealed(vec![0; CONTROL_MESSAGE_BYTES]),
    };
    assert_eq!(scene.submit(post), Ok(Reply::Created));
    let messages = scene.ask(|rows, _| read::messages(rows, MAILBOX, READ, 0, 9)).unwrap();
    assert_eq!(messages[0].sequence, 2);
}

pub fn r16_an_unused_capability_is_forgotten<R: Records>(mut scene: Scene<R>) {
    scene.consent();
    // Many rows, so that the sweeper needs several rounds.
    for number in 0..30 {
        scene.submit(withdraw(ShareId::from_bytes([100 + number; 16]))).unwrap();
        scene.submit(post_message(number)).unwrap();
    }
    scene.pass_seconds(TOMBSTONE_DAYS * 86_400);
    scene.sweep();
    assert_eq!(scene.ask(|rows, _| Ok(rows.capability(CAPABILITY)?)), Ok(None));
    for number in 0..30 {
        let share = ShareId::from_bytes([100 + number; 16]);
        assert_eq!(scene.ask(move |rows, _| Ok(rows.share(share)?)), Ok(None));
    }
    assert_eq!(scene.submit(finish_blob(SHARE)), Err(Refusal::Refused));
}
