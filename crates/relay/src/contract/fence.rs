//! Cases about the restore fence.
#![allow(missing_docs, reason = "each case's name is its sentence")]
#![allow(clippy::unwrap_used, reason = "cases of a test suite")]

use super::mailboxes::{INVITE, accept, put_invite};
use super::scene::{
    CAPABILITY, CONTROL, FETCH, MAILBOX, READ, SHARE, Scene, claim, finish_blob, object,
    post_message, put_mailbox, status, withdraw,
};
use crate::fence::{Age, Ends, Incarnation};
use crate::model::{Share, Tombstone};
use crate::{Command, Records, Refusal, Reply, read};
use vocab::limits::TOMBSTONE_DAYS;
use vocab::{ClaimId, MessageId, ShareId};
use wire::v1::body::ShareState;

/// A share that waits for its blob.
const WAITING: ShareId = ShareId::from_bytes([50; 16]);
/// A share withdrawn before the fence.
const WITHDRAWN: ShareId = ShareId::from_bytes([51; 16]);

fn age<R: Records>(scene: &Scene<R>) -> Age {
    scene.ask(|rows, _| Ok(rows.age()?)).unwrap()
}

fn fence<R: Records>(scene: &Scene<R>) -> Age {
    let generation = age(scene).generation + 1_000_000;
    let age = Age { incarnation: Incarnation::from_bytes([60; 16]), generation };
    assert_eq!(scene.submit(Command::Fence { age }), Ok(Reply::Fenced));
    age
}

pub fn r17_every_change_raises_the_age<R: Records>(scene: Scene<R>) {
    let mut last = age(&scene);
    let steps = [
        put_mailbox(),
        scene.put_capability(),
        scene.put_share(SHARE, 2),
        finish_blob(SHARE),
        claim(SHARE, 1),
        withdraw(SHARE),
        Command::DeleteCapability { capability: CAPABILITY, read: READ },
    ];
    for step in steps {
        scene.submit(step).unwrap();
        let next = age(&scene);
        assert!(next.generation > last.generation && next.incarnation == last.incarnation);
        last = next;
    }
    let refused = scene.submit(claim(SHARE, 2));
    assert_eq!(refused, Err(Refusal::Gone));
    assert_eq!(age(&scene), last, "a refusal changes nothing");
}

pub fn r17_a_fence_ends_every_share<R: Records>(mut scene: Scene<R>) {
    scene.ready(2);
    scene.submit(scene.put_share(WAITING, 1)).unwrap();
    scene.submit(withdraw(WITHDRAWN)).unwrap();
    scene.submit(claim(SHARE, 1)).unwrap();
    scene.pass_seconds(10);
    let fenced = fence(&scene);

    let now = age(&scene);
    assert!(now.incarnation == fenced.incarnation && now.generation >= fenced.generation);
    // Neither a new claim, nor a retry in time, nor the blob, nor a late copy of the upload.
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone));
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    let blob = scene.ask(|rows, now| read::blob(rows, SHARE, FETCH, now));
    assert_eq!(blob, Err(Refusal::Gone));
    for share in [SHARE, WAITING, WITHDRAWN] {
        assert_eq!(status(&scene, share).state, ShareState::Ended);
        assert_eq!(scene.submit(scene.put_share(share, 1)), Err(Refusal::Refused));
        assert_eq!(scene.submit(finish_blob(share)), Err(Refusal::Refused));
    }
    let kept = scene.ask(|rows, _| Ok(rows.release(SHARE, ClaimId::from_bytes([1; 16]))?));
    assert_eq!(kept, Ok(None));
    assert_eq!(scene.ask(|rows, _| Ok(rows.doomed_objects(9)?)), Ok(vec![object(SHARE)]));
    // The sender still rules what is left, and nobody else.
    let row = scene.ask(|rows, _| Ok(rows.share(SHARE)?)).unwrap();
    let forget_at = scene.system.plus_days(TOMBSTONE_DAYS);
    assert_eq!(row, Some(Share::Ended(Tombstone { control: CONTROL, forget_at })));
    assert!(scene.submit(withdraw(SHARE)).is_ok());
    let other = Command::Withdraw { shares: vec![(SHARE, READ)] };
    assert_eq!(scene.submit(other), Err(Refusal::Refused));
}

pub fn r17_a_fence_withdraws_every_consent<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    fence(&scene);
    // R6: not even by a late copy of the request that gave it.
    assert_eq!(scene.submit(scene.put_capability()), Err(Refusal::Gone));
    let usage = scene.ask(|rows, _| Ok(rows.usage(CAPABILITY)?)).unwrap();
    assert_eq!((usage.shares, usage.bytes), (0, 0));
    // A new consent under a new name is as good as ever.
    let Command::PutCapability { mailbox, read, allows, .. } = scene.put_capability() else {
        panic!("a request to give consent");
    };
    let capability = vocab::CapabilityDigest::from_bytes([61; 32]);
    let anew = Command::PutCapability { capability, mailbox, read, allows };
    assert_eq!(scene.submit(anew), Ok(Reply::Created));
}

pub fn r17_a_fence_cancels_every_open_invitation<R: Records>(scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    let put = put_invite(scene.system.plus_seconds(3600));
    assert_eq!(scene.submit(put.clone()), Ok(Reply::Created));
    fence(&scene);
    assert_eq!(scene.submit(accept(1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(put), Err(Refusal::Gone));
    let row = scene.ask(|rows, _| Ok(rows.invite(INVITE)?)).unwrap().unwrap();
    assert!(row.forget_at > scene.system.plus_days(1), "longer than a late copy can wait");
}

pub fn r17_after_a_fence_no_message_number_is_used_again<R: Records>(scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    for message in 1..5 {
        scene.submit(post_message(message)).unwrap();
    }
    let read = Command::DeleteMessages { mailbox: MAILBOX, read: READ, through: 2 };
    scene.submit(read).unwrap();
    let first = Ends::at(scene.system, fence(&scene)).sequence_min;
    scene.submit(post_message(5)).unwrap();
    assert_eq!(scene.submit(post_message(2)), Ok(Reply::Done), "its id is remembered");
    // The reader may have come far in a life of which nothing is left.
    let waiting = scene.ask(|rows, _| Ok(rows.messages(MAILBOX, 1_000_000_000, 9)?)).unwrap();
    let waiting: Vec<_> = waiting.iter().map(|one| (one.sequence, one.message)).collect();
    let expected = [3, 4, 5].map(|message| MessageId::from_bytes([message; 16]));
    assert_eq!(waiting, (first..).zip(expected).collect::<Vec<_>>());
}
