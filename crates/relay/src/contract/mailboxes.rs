//! Cases about mailboxes, messages and invitations.
#![allow(missing_docs, reason = "each case's name is its sentence")]
#![allow(clippy::unwrap_used, reason = "cases of a test suite")]

use super::scene::{MAILBOX, OTHER, POST, READ, Scene, post_message, put_mailbox};
use crate::command::Sealed;
use crate::{Command, Records, Refusal, Reply, read};
use vocab::limits::{CONTROL_MESSAGE_BYTES, MAILBOX_MESSAGES_MAX, MESSAGE_ID_SECONDS};
use vocab::{CapabilityDigest, InviteId, MessageId, Timestamp};

/// The invitation of these cases.
pub(super) const INVITE: InviteId = InviteId::from_bytes([20; 16]);
const INVITE_READ: CapabilityDigest = CapabilityDigest::from_bytes([21; 32]);
const ACCEPT: CapabilityDigest = CapabilityDigest::from_bytes([22; 32]);

fn sequences<R: Records>(scene: &Scene<R>, after: u64) -> Vec<u64> {
    let messages = scene
        .ask(move |rows, _| read::messages(rows, MAILBOX, READ, after, 16))
        .expect("the read token opens the mailbox");
    messages.iter().map(|message| message.sequence).collect()
}

pub(super) fn put_invite(not_after: Timestamp) -> Command {
    Command::PutInvite {
        invite: INVITE,
        mailbox: MAILBOX,
        mailbox_read: READ,
        read: INVITE_READ,
        accept: ACCEPT,
        not_after,
        offer: Sealed(vec![23; CONTROL_MESSAGE_BYTES]),
    }
}

pub(super) fn accept(message: u8) -> Command {
    Command::AcceptInvite {
        invite: INVITE,
        accept: ACCEPT,
        message: MessageId::from_bytes([message; 16]),
        body: Sealed(vec![message; CONTROL_MESSAGE_BYTES]),
    }
}

fn invited<R: Records>(scene: &Scene<R>) {
    assert_eq!(scene.submit(put_mailbox()), Ok(Reply::Created));
    let not_after = scene.system.plus_seconds(3600);
    assert_eq!(scene.submit(put_invite(not_after)), Ok(Reply::Created));
}

fn offer<R: Records>(scene: &Scene<R>, token: CapabilityDigest) -> Result<Vec<u8>, Refusal> {
    scene.ask(move |rows, now| read::offer(rows, INVITE, token, now))
}

pub fn r13_a_message_is_added_once_and_read_in_order<R: Records>(scene: Scene<R>) {
    assert_eq!(scene.submit(put_mailbox()), Ok(Reply::Created));
    assert_eq!(scene.submit(put_mailbox()), Ok(Reply::Done));
    for message in [5, 3, 9] {
        assert_eq!(scene.submit(post_message(message)), Ok(Reply::Created));
    }
    assert_eq!(scene.submit(post_message(3)), Ok(Reply::Done));
    assert_eq!(sequences(&scene, 0), [1, 2, 3]);
    assert_eq!(sequences(&scene, 2), [3]);
    let messages = scene.ask(|rows, _| read::messages(rows, MAILBOX, READ, 1, 1)).unwrap();
    assert_eq!(messages[0].message, MessageId::from_bytes([3; 16]));
    assert_eq!(messages[0].body, vec![3; CONTROL_MESSAGE_BYTES]);
}

pub fn r13_a_forgotten_message_does_not_come_back_by_a_late_copy<R: Records>(mut scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    scene.submit(post_message(1)).unwrap();
    scene.submit(post_message(2)).unwrap();
    let forget = Command::DeleteMessages { mailbox: MAILBOX, read: READ, through: 1 };
    assert_eq!(scene.submit(forget), Ok(Reply::Done));
    assert_eq!(scene.submit(post_message(1)), Ok(Reply::Done));
    assert_eq!(sequences(&scene, 0), [2]);
    scene.pass_seconds(MESSAGE_ID_SECONDS - 1);
    scene.sweep();
    assert_eq!(scene.submit(post_message(1)), Ok(Reply::Done));
    // A new message never gets a number that was used before.
    let forget = Command::DeleteMessages { mailbox: MAILBOX, read: READ, through: u64::MAX };
    assert_eq!(scene.submit(forget), Ok(Reply::Done));
    assert_eq!(scene.submit(post_message(7)), Ok(Reply::Created));
    assert_eq!(sequences(&scene, 0), [3]);
}

pub fn r13_a_full_mailbox_takes_no_more<R: Records>(scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    let post = |number: u32| {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        scene.submit(Command::PostMessage {
            mailbox: MAILBOX,
            post: POST,
            message: MessageId::from_bytes(id),
            body: Sealed(vec![0; CONTROL_MESSAGE_BYTES]),
        })
    };
    for number in 0..MAILBOX_MESSAGES_MAX {
        assert_eq!(post(number), Ok(Reply::Created));
    }
    assert_eq!(post(MAILBOX_MESSAGES_MAX), Err(Refusal::Busy));
    assert_eq!(post(0), Ok(Reply::Done));
    let forget = Command::DeleteMessages { mailbox: MAILBOX, read: READ, through: 1 };
    assert_eq!(scene.submit(forget), Ok(Reply::Done));
    assert_eq!(post(MAILBOX_MESSAGES_MAX), Ok(Reply::Created));
}

pub fn r6_a_deleted_mailbox_stays_deleted<R: Records>(scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    scene.submit(post_message(1)).unwrap();
    let delete = |read| Command::DeleteMailbox { mailbox: MAILBOX, read };
    assert_eq!(scene.submit(delete(OTHER)), Err(Refusal::Refused));
    assert_eq!(scene.submit(delete(READ)), Ok(Reply::Done));
    assert_eq!(scene.submit(delete(READ)), Ok(Reply::Done));
    assert_eq!(scene.submit(delete(OTHER)), Err(Refusal::Refused));
    assert_eq!(scene.submit(put_mailbox()), Err(Refusal::Gone));
    assert_eq!(scene.submit(post_message(1)), Err(Refusal::Refused));
    let messages = scene.ask(|rows, _| read::messages(rows, MAILBOX, READ, 0, 16));
    assert_eq!(messages, Err(Refusal::Refused));
}

pub fn a_mailbox_opens_to_its_own_tokens_only<R: Records>(scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    let other = Command::PutMailbox { mailbox: MAILBOX, read: READ, post: OTHER };
    assert_eq!(scene.submit(other), Err(Refusal::Conflict));
    for wrong in [READ, OTHER] {
        let post = Command::PostMessage {
            mailbox: MAILBOX,
            post: wrong,
            message: MessageId::from_bytes([1; 16]),
            body: Sealed(vec![0; CONTROL_MESSAGE_BYTES]),
        };
        assert_eq!(scene.submit(post), Err(Refusal::Refused));
        assert_eq!(scene.ask(move |r, _| read::may_post(r, MAILBOX, wrong)), Err(Refusal::Refused));
    }
    assert_eq!(scene.ask(|rows, _| read::may_post(rows, MAILBOX, POST)), Ok(()));
    for wrong in [POST, OTHER] {
        let messages = scene.ask(move |rows, _| read::messages(rows, MAILBOX, wrong, 0, 16));
        assert_eq!(messages, Err(Refusal::Refused));
        let forget = Command::DeleteMessages { mailbox: MAILBOX, read: wrong, through: 9 };
        assert_eq!(scene.submit(forget), Err(Refusal::Refused));
    }
    let short = Command::PostMessage {
        mailbox: MAILBOX,
        post: POST,
        message: MessageId::from_bytes([1; 16]),
        body: Sealed(vec![0; CONTROL_MESSAGE_BYTES - 1]),
    };
    assert_eq!(scene.submit(short), Err(Refusal::Malformed));
}

pub fn messages_come_in_pages<R: Records>(scene: Scene<R>) {
    scene.submit(put_mailbox()).unwrap();
    for message in 0..20 {
        scene.submit(post_message(message)).unwrap();
    }
    assert_eq!(sequences(&scene, 0), (1..=16).collect::<Vec<_>>());
    assert_eq!(sequences(&scene, 16), (17..=20).collect::<Vec<_>>());
    assert!(sequences(&scene, u64::MAX).is_empty());
}

pub fn r14_an_invitation_is_used_once_and_brings_its_message<R: Records>(scene: Scene<R>) {
    invited(&scene);
    let wrong = Command::AcceptInvite {
        invite: INVITE,
        accept: OTHER,
        message: MessageId::from_bytes([1; 16]),
        body: Sealed(vec![1; CONTROL_MESSAGE_BYTES]),
    };
    assert_eq!(scene.submit(wrong.clone()), Err(Refusal::Gone));
    assert_eq!(scene.submit(accept(1)), Ok(Reply::Created));
    assert_eq!(scene.submit(accept(1)), Ok(Reply::Done));
    assert_eq!(scene.submit(accept(2)), Err(Refusal::Gone));
    assert_eq!(scene.submit(wrong), Err(Refusal::Gone));
    assert_eq!(sequences(&scene, 0), [1]);
    assert_eq!(offer(&scene, INVITE_READ), Err(Refusal::Gone));
}

pub fn r14_looking_at_an_invitation_changes_nothing<R: Records>(mut scene: Scene<R>) {
    invited(&scene);
    for _ in 0..3 {
        assert_eq!(offer(&scene, INVITE_READ), Ok(vec![23; CONTROL_MESSAGE_BYTES]));
        assert_eq!(offer(&scene, ACCEPT), Err(Refusal::Gone));
    }
    scene.pass_seconds(3600);
    assert!(offer(&scene, INVITE_READ).is_ok());
    scene.pass_seconds(1);
    assert_eq!(offer(&scene, INVITE_READ), Err(Refusal::Gone));
    assert_eq!(scene.submit(accept(1)), Err(Refusal::Gone));
}

pub fn r6_a_cancelled_invitation_stays_cancelled<R: Records>(scene: Scene<R>) {
    invited(&scene);
    let again = put_invite(scene.system.plus_seconds(3600));
    assert_eq!(scene.submit(again.clone()), Ok(Reply::Done));
    assert_eq!(scene.submit(put_invite(scene.system.plus_seconds(60))), Err(Refusal::Conflict));
    let delete = |mailbox_read| Command::DeleteInvite { invite: INVITE, mailbox_read };
    assert_eq!(scene.submit(delete(OTHER)), Err(Refusal::Refused));
    assert_eq!(scene.submit(delete(READ)), Ok(Reply::Done));
    assert_eq!(offer(&scene, INVITE_READ), Err(Refusal::Gone));
    assert_eq!(scene.submit(accept(1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(again), Err(Refusal::Gone));
    assert_eq!(scene.submit(delete(READ)), Ok(Reply::Done));

    // Cancelled before it was ever seen: the late request finds that out.
    let other = InviteId::from_bytes([29; 16]);
    let early = Command::DeleteInvite { invite: other, mailbox_read: READ };
    assert_eq!(scene.submit(early), Ok(Reply::Done));
    let late = Command::PutInvite {
        invite: other,
        mailbox: MAILBOX,
        mailbox_read: READ,
        read: INVITE_READ,
        accept: ACCEPT,
        not_after: scene.system.plus_seconds(3600),
        offer: Sealed(vec![23; CONTROL_MESSAGE_BYTES]),
    };
    assert_eq!(scene.submit(late), Err(Refusal::Gone));
    let too_long = put_invite(scene.system.plus_days(2));
    assert_eq!(scene.submit(too_long), Err(Refusal::Gone));
}

pub fn r14_a_full_mailbox_leaves_the_invitation_open<R: Records>(scene: Scene<R>) {
    invited(&scene);
    for number in 0..MAILBOX_MESSAGES_MAX {
        let mut id = [0xF0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let post = Command::PostMessage {
            mailbox: MAILBOX,
            post: POST,
            message: MessageId::from_bytes(id),
            body: Sealed(vec![0; CONTROL_MESSAGE_BYTES]),
        };
        scene.submit(post).unwrap();
    }
    assert_eq!(scene.submit(accept(1)), Err(Refusal::Busy));
    let forget = Command::DeleteMessages { mailbox: MAILBOX, read: READ, through: 1 };
    scene.submit(forget).unwrap();
    assert_eq!(scene.submit(accept(1)), Ok(Reply::Created));
}
