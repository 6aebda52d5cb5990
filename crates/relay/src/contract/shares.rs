//! Cases about consent to receive, announcing, delivering and withdrawing.
#![allow(missing_docs, reason = "each case's name is its sentence")]
#![allow(clippy::unwrap_used, reason = "cases of a test suite")]

use super::scene::{
    BLOB_BYTES, BLOB_DIGEST, CAPABILITY, CONTROL, MAILBOX, OTHER, READ, SHARE, Scene, claim,
    finish_blob, object, put_mailbox, status, withdraw,
};
use crate::model::{Allowance, LiveShare, ShareTerms, WrappedHalf};
use crate::{Command, Records, Refusal, Reply, read};
use vocab::limits::{BLOB_BYTES_MAX, BYTES_PER_CAPABILITY_MAX, CONSENT_DAYS_MAX, VIEWS_MAX};
use vocab::{ObjectId, ShareId};
use wire::v1::body::ShareState;

fn share(number: u8) -> ShareId {
    ShareId::from_bytes([number; 16])
}

fn delete_capability<R: Records>(scene: &Scene<R>) -> Result<Reply, Refusal> {
    scene.submit(Command::DeleteCapability { capability: CAPABILITY, read: READ })
}

fn put_with<R: Records>(
    scene: &Scene<R>,
    share: ShareId,
    change: impl FnOnce(&mut LiveShare),
) -> Result<Reply, Refusal> {
    let mut record = scene.record(1);
    change(&mut record);
    scene.submit(Command::PutShare { share, record: Box::new(record) })
}

pub fn r5_without_consent_no_share_is_announced<R: Records>(mut scene: Scene<R>) {
    let put = scene.put_share(SHARE, 1);
    assert_eq!(scene.submit(put), Err(Refusal::Refused));
    scene.consent();
    let unknown = put_with(&scene, SHARE, |record| record.terms.capability = OTHER);
    assert_eq!(unknown, Err(Refusal::Refused));
    assert_eq!(scene.ask(|r, now| read::capability_live(r, CAPABILITY, now)), Ok(()));
    scene.pass_seconds(86_401);
    let put = scene.put_share(SHARE, 1);
    assert_eq!(scene.submit(put), Err(Refusal::Refused));
    let live = scene.ask(|rows, now| read::capability_live(rows, CAPABILITY, now));
    assert_eq!(live, Err(Refusal::Refused));
}

pub fn r5_without_consent_no_blob_is_taken<R: Records>(scene: Scene<R>) {
    scene.consent();
    let expected =
        |scene: &Scene<R>| scene.ask(|rows, now| read::expected_blob(rows, SHARE, CAPABILITY, now));
    assert_eq!(expected(&scene), Err(Refusal::Gone));
    scene.submit(scene.put_share(SHARE, 1)).unwrap();
    let blob = read::Expected::Blob { bytes: BLOB_BYTES, digest: BLOB_DIGEST };
    assert_eq!(expected(&scene), Ok(blob));
    let other = scene.ask(|rows, now| read::expected_blob(rows, SHARE, OTHER, now));
    assert_eq!(other, Err(Refusal::Refused));
    // The consent goes while the upload is under way.
    assert_eq!(delete_capability(&scene), Ok(Reply::Done));
    assert_eq!(expected(&scene), Err(Refusal::Refused));
    assert_eq!(scene.submit(finish_blob(SHARE)), Err(Refusal::Refused));
    assert_eq!(status(&scene, SHARE).state, ShareState::Waiting);
}

pub fn r6_a_withdrawn_consent_stays_withdrawn<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    assert_eq!(delete_capability(&scene), Ok(Reply::Done));
    assert_eq!(delete_capability(&scene), Ok(Reply::Done));
    assert_eq!(scene.submit(scene.put_capability()), Err(Refusal::Gone));
    assert_eq!(scene.submit(scene.put_share(share(40), 1)), Err(Refusal::Refused));
    // What was delivered before can still be claimed.
    assert!(scene.submit(claim(SHARE, 1)).is_ok());

    // Withdrawn before the request that gives it arrived.
    let early = Command::DeleteCapability { capability: OTHER, read: READ };
    assert_eq!(scene.submit(early), Ok(Reply::Done));
    let allows =
        Allowance { bytes_max: 1, shares_max: 1, not_after: scene.system.plus_seconds(60) };
    let late = Command::PutCapability { capability: OTHER, mailbox: MAILBOX, read: READ, allows };
    assert_eq!(scene.submit(late), Err(Refusal::Gone));

    let stranger = Command::DeleteCapability { capability: CAPABILITY, read: OTHER };
    assert_eq!(scene.submit(stranger), Err(Refusal::Refused));
}

pub fn r6_a_consent_ends_with_its_mailbox<R: Records>(scene: Scene<R>) {
    scene.consent();
    let other = Command::PutCapability {
        capability: OTHER,
        mailbox: MAILBOX,
        read: OTHER,
        allows: Allowance { bytes_max: 1, shares_max: 1, not_after: scene.system.plus_days(1) },
    };
    assert_eq!(scene.submit(other), Err(Refusal::Refused));
    let too_long = Command::PutCapability {
        capability: OTHER,
        mailbox: MAILBOX,
        read: READ,
        allows: Allowance {
            bytes_max: BYTES_PER_CAPABILITY_MAX,
            shares_max: 1,
            not_after: scene.system.plus_days(CONSENT_DAYS_MAX + 1),
        },
    };
    assert_eq!(scene.submit(too_long), Err(Refusal::Malformed));
    assert_eq!(scene.submit(scene.put_capability()), Ok(Reply::Done));
    scene.submit(Command::DeleteMailbox { mailbox: MAILBOX, read: READ }).unwrap();
    assert_eq!(scene.submit(scene.put_share(SHARE, 1)), Err(Refusal::Refused));
    assert_eq!(scene.submit(put_mailbox()), Err(Refusal::Gone));
}

pub fn r10_a_waiting_record_is_replaced_by_its_maker_only<R: Records>(scene: Scene<R>) {
    scene.consent();
    assert_eq!(scene.submit(scene.put_share(SHARE, 1)), Ok(Reply::Created));
    let stranger = put_with(&scene, SHARE, |record| record.terms.control = OTHER);
    assert_eq!(stranger, Err(Refusal::Conflict));
    assert_eq!(scene.submit(scene.put_share(SHARE, 2)), Ok(Reply::Done));
    assert_eq!(status(&scene, SHARE).views_left, 2);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone), "no blob, no view");
}

pub fn r10_a_ready_share_does_not_change<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    let resealed = put_with(&scene, SHARE, |record| record.half = Some(WrappedHalf(vec![1; 72])));
    assert_eq!(resealed, Ok(Reply::Done), "the same terms again");
    assert_eq!(scene.submit(scene.put_share(SHARE, 2)), Err(Refusal::Conflict));
    assert_eq!(scene.submit(claim(SHARE, 1)), super::scene::released(1, 0));
    assert_eq!(scene.submit(scene.put_share(SHARE, 1)), Ok(Reply::Done));
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone), "announced again, still used up");
}

pub fn r11_shares_and_bytes_stay_within_the_consent<R: Records>(scene: Scene<R>) {
    scene.consent();
    let sized = |bytes| move |record: &mut LiveShare| record.terms.blob_bytes = bytes;
    assert_eq!(put_with(&scene, share(30), sized(10_001)), Err(Refusal::Busy));
    assert_eq!(put_with(&scene, share(30), sized(10_000)), Ok(Reply::Created));
    assert_eq!(put_with(&scene, share(31), sized(1)), Err(Refusal::Busy));
    assert_eq!(put_with(&scene, share(30), sized(9_998)), Ok(Reply::Done));
    assert_eq!(put_with(&scene, share(31), sized(1)), Ok(Reply::Created));
    assert_eq!(put_with(&scene, share(32), sized(1)), Ok(Reply::Created));
    assert_eq!(put_with(&scene, share(33), sized(0)), Err(Refusal::Malformed));
    assert_eq!(scene.submit(withdraw(share(30))), Ok(Reply::Withdrawn { objects: vec![] }));
    assert_eq!(put_with(&scene, share(33), sized(9_998)), Ok(Reply::Created));
    assert_eq!(put_with(&scene, share(34), sized(1)), Err(Refusal::Busy), "three shares");
}

pub fn impossible_terms_are_refused<R: Records>(scene: Scene<R>) {
    scene.consent();
    let check = |change: fn(&mut ShareTerms), refusal| {
        assert_eq!(put_with(&scene, SHARE, |record| change(&mut record.terms)), Err(refusal));
    };
    check(|terms| terms.views = 0, Refusal::Malformed);
    check(|terms| terms.views = VIEWS_MAX + 1, Refusal::Malformed);
    check(|terms| terms.blob_bytes = 0, Refusal::Malformed);
    check(|terms| terms.blob_bytes = BLOB_BYTES_MAX + 1, Refusal::TooBig);
    check(|terms| terms.blob_bytes = u64::MAX, Refusal::TooBig);
    check(|terms| terms.not_after = terms.not_after.plus_days(91), Refusal::Malformed);
    let now = scene.system;
    let over = put_with(&scene, SHARE, |record| record.terms.not_after = now);
    assert_eq!(over, Err(Refusal::Malformed));
}

pub fn a_blob_must_be_the_one_announced<R: Records>(scene: Scene<R>) {
    scene.consent();
    scene.submit(scene.put_share(SHARE, 1)).unwrap();
    let finish = |capability, bytes, digest| Command::FinishBlob {
        share: SHARE,
        capability,
        object: object(SHARE),
        bytes,
        digest,
    };
    let short = finish(CAPABILITY, BLOB_BYTES - 1, BLOB_DIGEST);
    assert_eq!(scene.submit(short), Err(Refusal::Malformed));
    let other = finish(CAPABILITY, BLOB_BYTES, [0; 32]);
    assert_eq!(scene.submit(other), Err(Refusal::Malformed));
    let stranger = finish(OTHER, BLOB_BYTES, BLOB_DIGEST);
    assert_eq!(scene.submit(stranger), Err(Refusal::Refused));
    assert_eq!(status(&scene, SHARE).state, ShareState::Waiting);
    assert_eq!(scene.submit(finish_blob(SHARE)), Ok(Reply::Created));
    assert_eq!(scene.submit(finish_blob(SHARE)), Ok(Reply::Done));
    assert_eq!(status(&scene, SHARE).state, ShareState::Ready);
    let needed = |id| scene.ask(move |rows, _| Ok(rows.object_needed(id)?));
    assert_eq!(needed(object(SHARE)), Ok(true));
    assert_eq!(needed(ObjectId::from_bytes([99; 16])), Ok(false));
}

pub fn r3_r4_a_withdrawn_id_takes_no_upload<R: Records>(scene: Scene<R>) {
    scene.consent();
    // Never seen before.
    assert_eq!(scene.submit(withdraw(SHARE)), Ok(Reply::Withdrawn { objects: vec![] }));
    assert_eq!(scene.submit(scene.put_share(SHARE, 1)), Err(Refusal::Gone));
    // Announced, and the upload is under way.
    scene.submit(scene.put_share(share(41), 1)).unwrap();
    assert_eq!(scene.submit(withdraw(share(41))), Ok(Reply::Withdrawn { objects: vec![] }));
    assert_eq!(scene.submit(finish_blob(share(41))), Err(Refusal::Gone));
    // Ready.
    scene.submit(scene.put_share(share(42), 1)).unwrap();
    scene.submit(finish_blob(share(42))).unwrap();
    scene.submit(withdraw(share(42))).unwrap();
    assert_eq!(scene.submit(scene.put_share(share(42), 1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(finish_blob(share(42))), Err(Refusal::Gone));
    assert_eq!(status(&scene, share(42)).state, ShareState::Ended);
}

pub fn r12_one_wrong_token_withdraws_nothing<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    let fresh = share(43);
    let shares = vec![(fresh, OTHER), (SHARE, OTHER)];
    assert_eq!(scene.submit(Command::Withdraw { shares }), Err(Refusal::Refused));
    assert_eq!(scene.submit(scene.put_share(fresh, 1)), Ok(Reply::Created), "no tombstone");
    assert_eq!(status(&scene, SHARE).state, ShareState::Ready);
    let twice = vec![(SHARE, CONTROL), (SHARE, CONTROL)];
    assert_eq!(scene.submit(Command::Withdraw { shares: twice }), Err(Refusal::Malformed));
}

pub fn withdrawing_again_is_success<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    let first = scene.submit(withdraw(SHARE));
    assert_eq!(first, Ok(Reply::Withdrawn { objects: vec![object(SHARE)] }));
    assert_eq!(scene.submit(withdraw(SHARE)), Ok(Reply::Withdrawn { objects: vec![] }));
    let stranger = Command::Withdraw { shares: vec![(SHARE, OTHER)] };
    assert_eq!(scene.submit(stranger), Err(Refusal::Refused));
}

pub fn a_withdrawal_tells_which_blobs_to_delete<R: Records>(scene: Scene<R>) {
    scene.ready(1);
    scene.submit(withdraw(SHARE)).unwrap();
    let doomed = || scene.ask(|rows, _| Ok(rows.doomed_objects(10)?)).unwrap();
    assert_eq!(doomed(), [object(SHARE)], "noted, should the relay crash before it deletes");
    assert_eq!(scene.ask(|rows, _| Ok(rows.object_needed(object(SHARE))?)), Ok(false));
    scene.submit(Command::ForgetObjects { objects: doomed() }).unwrap();
    assert_eq!(doomed(), []);
}
