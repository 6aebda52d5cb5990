//! Every endpoint as `docs/formats/relay-api.md` has it.

use crate::people::{Recipient, RelayKey, Shared, random, random_token, rng};
use crate::running::{Home, Running};
use crypto::hpke::SecretPrekey;
use vocab::limits::CONTROL_MESSAGE_BYTES;
use vocab::{ClaimId, InviteId, MessageId, Timestamp};
use wire::v1::body::{ControlledShares, PutInvite, PutMailbox, ShareState};
use wire::v1::{answer, request};
use wire::{Error, ProblemKind, text::Bytes};

fn message(byte: u8) -> Vec<u8> {
    vec![byte; CONTROL_MESSAGE_BYTES]
}

fn sequences(server: &Running, recipient: &Recipient, after: u64) -> Vec<u64> {
    let response = server.send(&request::messages(recipient.mailbox, &recipient.read, after));
    answer::messages(&response).unwrap().messages.iter().map(|m| m.sequence).collect()
}

#[test]
fn the_relay_says_its_time_and_key() {
    let home = Home::new();
    let server = home.start();
    let relay = answer::relay(&server.send(&request::relay())).unwrap();
    assert_eq!(relay.epoch, relay.time.day_number());
    assert!(relay.time > Timestamp::parse_utc("2026-01-01").unwrap());
    let again = answer::relay(&server.send(&request::relay())).unwrap();
    assert_eq!(again.epoch_key, relay.epoch_key);
    let health = b"GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n";
    let mut connection = server.connect();
    connection.write(health).unwrap();
    let answer = connection.read().unwrap();
    assert_eq!(answer.response.body, br#"{"status":"ok"}"#);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn messages_go_through_a_mailbox() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    assert_eq!(server.send(&recipient.put_mailbox(&RelayKey::of(&server))).status, 200);
    let post = |id: u8, token| {
        let id = MessageId::from_bytes([id; 16]);
        server.send(&request::post_message(recipient.mailbox, id, token, message(7))).status
    };
    assert_eq!(post(1, &recipient.post), 201);
    assert_eq!(post(2, &recipient.post), 201);
    assert_eq!(post(2, &recipient.post), 200);
    assert_eq!(post(3, &recipient.read), 403);
    assert_eq!(sequences(&server, &recipient, 0), [1, 2]);
    assert_eq!(sequences(&server, &recipient, 1), [2]);
    let response = server.send(&request::messages(recipient.mailbox, &recipient.read, 1));
    assert_eq!(answer::messages(&response).unwrap().messages[0].body.0, message(7));

    let forget = request::delete_messages(recipient.mailbox, &recipient.read, 1);
    assert_eq!(server.send(&forget).status, 204);
    assert_eq!(sequences(&server, &recipient, 0), [2]);
    let other = PutMailbox { read: random_token().digest(), post: recipient.post.digest() };
    let key = RelayKey::of(&server).digest;
    assert_eq!(server.send(&request::put_mailbox(recipient.mailbox, key, &other)).status, 409);
    let delete = request::delete_mailbox(recipient.mailbox, &recipient.read);
    assert_eq!(server.send(&delete).status, 204);
    assert_eq!(post(4, &recipient.post), 403);
}

#[test]
fn an_invitation_is_looked_at_often_and_accepted_once() {
    let home = Home::new();
    let server = home.start();
    let inviter = Recipient::new(&server);
    let invite = InviteId::from_bytes(random());
    let (read, accept) = (random_token(), random_token());
    let body = PutInvite {
        mailbox: inviter.mailbox,
        read: read.digest(),
        accept: accept.digest(),
        not_after: RelayKey::of(&server).time.plus_seconds(3600),
        offer: Bytes(message(1)),
    };
    let key = RelayKey::of(&server).digest;
    let put = |token| server.send(&request::put_invite(invite, key, token, &body)).status;
    assert_eq!(put(&inviter.read), 201);
    assert_eq!(put(&inviter.post), 403);
    for _ in 0..2 {
        let response = server.send(&request::invite(invite, &read));
        assert_eq!(answer::offer(&response).unwrap(), message(1));
        let wrong = server.send(&request::invite(invite, &accept));
        assert_eq!(answer::offer(&wrong), Err(Error::Problem(ProblemKind::Gone)));
    }
    let accepted = |id: u8| {
        let id = MessageId::from_bytes([id; 16]);
        server.send(&request::accept_invite(invite, id, &accept, message(2))).status
    };
    assert_eq!(accepted(1), 201);
    assert_eq!(accepted(1), 200);
    assert_eq!(accepted(2), 410);
    assert_eq!(server.send(&request::invite(invite, &read)).status, 410);
    assert_eq!(sequences(&server, &inviter, 0), [1]);
    assert_eq!(server.send(&request::delete_invite(invite, &inviter.read)).status, 204);
}

#[test]
fn a_share_goes_from_announcement_to_its_only_view() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let relay = RelayKey::of(&server);
    let shared = Shared::new(&relay, 1, vec![9; 1_000_000]);
    assert_eq!(server.send(&shared.put(&recipient)).status, 201);
    assert_eq!(server.send(&shared.put(&recipient)).status, 200);
    assert_eq!(shared.status(&server), (ShareState::Waiting, 1));
    let blob = request::blob(shared.share, &shared.fetch);
    assert_eq!(server.send(&blob).status, 410);
    assert_eq!(server.send(&shared.put_blob(&recipient)).status, 201);
    assert_eq!(server.send(&shared.put_blob(&recipient)).status, 200);
    assert_eq!(server.send(&shared.put(&recipient)).status, 200);
    assert_eq!(shared.status(&server), (ShareState::Ready, 1));
    assert_eq!(answer::blob(&server.send(&blob)).unwrap(), shared.blob);

    let reply = SecretPrekey::generate(&mut rng());
    let attempt = ClaimId::from_bytes(random());
    let claim = shared.claim(attempt, &reply.public().to_bytes());
    let first = server.send(&claim);
    assert!(shared.opens(attempt, &reply, &first));
    assert_eq!(answer::released(&first).unwrap().views_left, 0);
    assert_eq!(server.send(&claim), first, "a retry gets the same bytes");
    let second = shared.claim(ClaimId::from_bytes(random()), &reply.public().to_bytes());
    assert_eq!(server.send(&second).status, 410);
    assert_eq!(shared.status(&server), (ShareState::Ended, 0));
    assert_eq!(answer::blob(&server.send(&blob)).unwrap(), shared.blob, "while a retry may come");
}

#[test]
fn r3_a_withdrawn_share_is_gone_for_good() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::ready(&server, &recipient, 3);
    let reply = SecretPrekey::generate(&mut rng()).public().to_bytes();
    let claim = shared.claim(ClaimId::from_bytes(random()), &reply);
    assert_eq!(server.send(&claim).status, 200);
    let withdrawn = server.send(&shared.withdraw());
    assert_eq!(answer::withdrawn(&withdrawn).unwrap().withdrawn, 1);
    assert_eq!(server.send(&shared.withdraw()).status, 200);
    assert_eq!(server.send(&claim).status, 410, "not even the retry");
    assert_eq!(server.send(&request::blob(shared.share, &shared.fetch)).status, 410);
    assert_eq!(server.send(&shared.put(&recipient)).status, 410);
    assert_eq!(server.send(&shared.put_blob(&recipient)).status, 410);
    assert_eq!(shared.status(&server), (ShareState::Ended, 0));
    let blobs = home.data().join("blobs");
    assert_eq!(files_below(&blobs), 0, "its bytes are deleted when the withdrawal is answered");
}

fn files_below(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

#[test]
fn r4_a_withdrawal_that_comes_first_wins() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::new(&RelayKey::of(&server), 1, vec![1; 10]);
    assert_eq!(server.send(&shared.withdraw()).status, 200);
    assert_eq!(server.send(&shared.put(&recipient)).status, 410);
}

#[test]
fn many_shares_are_withdrawn_together_or_not_at_all() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let (one, two) = (Shared::ready(&server, &recipient, 1), Shared::ready(&server, &recipient, 1));
    let mut shares = [one.controlled().shares, two.controlled().shares].concat();
    shares[1].control = random_token();
    let wrong = ControlledShares { shares: shares.clone() };
    assert_eq!(server.send(&request::withdraw(&wrong)).status, 403);
    assert_eq!(one.status(&server).0, ShareState::Ready);
    shares[1].control = two.control.clone();
    let right = ControlledShares { shares };
    let answered = server.send(&request::withdraw(&right));
    assert_eq!(answer::withdrawn(&answered).unwrap().withdrawn, 2);
    let states = answer::statuses(&server.send(&request::status(&right))).unwrap().shares;
    assert!(states.iter().all(|status| status.state == ShareState::Ended));
}

#[test]
fn a_consent_that_is_withdrawn_stops_the_next_share() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let before = Shared::ready(&server, &recipient, 1);
    let not_after = RelayKey::of(&server).time.plus_days(1);
    let digest = recipient.capability.digest();
    let delete = request::delete_capability(digest, &recipient.read);
    assert_eq!(server.send(&delete).status, 204);
    assert_eq!(
        server.send(&recipient.put_capability(&RelayKey::of(&server), not_after)).status,
        410,
        "a late copy"
    );
    let after = Shared::new(&RelayKey::of(&server), 1, vec![1; 10]);
    assert_eq!(server.send(&after.put(&recipient)).status, 403);
    assert_eq!(before.status(&server).0, ShareState::Ready, "what was delivered stays");
}

#[test]
fn a_clean_stop_and_a_new_start_lose_nothing() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::ready(&server, &recipient, 2);
    let idle_connection = server.connect();
    assert!(server.stop().success());
    drop(idle_connection);
    let data = home.data();
    assert!(!data.join("relay.sqlite3-wal").exists(), "the log is empty after a clean stop");
    let server = home.start();
    assert_eq!(shared.status(&server), (ShareState::Ready, 2));
    let blob = server.send(&request::blob(shared.share, &shared.fetch));
    assert_eq!(answer::blob(&blob).unwrap(), shared.blob);
    let reply = SecretPrekey::generate(&mut rng());
    let attempt = ClaimId::from_bytes(random());
    let response = server.send(&shared.claim(attempt, &reply.public().to_bytes()));
    assert!(shared.opens(attempt, &reply, &response), "under the key of the day before the stop");
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let home = Home::new();
    let _first = home.start();
    let second = home
        .command(std::process::Command::new(env!("CARGO_BIN_EXE_velum-server")))
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(!second.success());
}
