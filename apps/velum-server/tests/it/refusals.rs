//! Requests that must not work: wrong tokens, wrong sizes, broken bytes, floods.

use crate::connection::head_of;
use crate::people::{Recipient, RelayKey, Shared, random, random_token, rng};
use crate::running::{Home, Running};
use crypto::hpke::SecretPrekey;
use crypto::secret::ClaimKey;
use std::process::Command;
use vocab::limits::{CONTROL_MESSAGE_BYTES, REQUEST_BYTES_MAX};
use vocab::{ClaimId, EpochKeyDigest, MailboxId, MessageId, ShareId};
use wire::v1::body::{ControlledShares, PutMailbox, ShareState};
use wire::v1::claim::{CLAIM_PURPOSE, ClaimPayload};
use wire::v1::request;
use wire::{Problem, ProblemKind, Request};

/// Sends raw bytes and gives the status.
fn status_of(server: &Running, raw: &str, body: &[u8]) -> u16 {
    let mut connection = server.connect();
    connection.write(raw.as_bytes()).unwrap();
    connection.write(body).unwrap();
    connection.read().unwrap().response.status
}

#[test]
fn r5_without_consent_the_answer_comes_before_the_body() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::ready(&server, &recipient, 1);
    let stranger = Recipient { capability: random_token(), ..Recipient::new(&server) };
    let big = Shared::new(&RelayKey::of(&server), 1, vec![0; 1_000_000]);
    for request in [shared.put_blob(&stranger), big.put(&stranger), big.put_blob(&stranger)] {
        let mut connection = server.connect();
        // Only the head is ever sent: an answer shows that no byte of the body was waited for.
        connection.write(&head_of(&request)).unwrap();
        let answer = connection.read().unwrap();
        assert_eq!(answer.response.status, 403);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let post = request::post_message(
        recipient.mailbox,
        MessageId::from_bytes(random()),
        &recipient.read,
        vec![0; CONTROL_MESSAGE_BYTES],
    );
    let mut connection = server.connect();
    connection.write(&head_of(&post)).unwrap();
    assert_eq!(connection.read().unwrap().response.status, 403);
}

#[test]
fn a_device_that_is_still_sending_hears_the_refusal() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let stranger = Recipient { capability: random_token(), ..Recipient::new(&server) };
    let shared = Shared::new(&RelayKey::of(&server), 1, vec![0; 6_000_000]);
    assert_eq!(server.send(&shared.put(&recipient)).status, 201);
    // One connection for all: each refused body is thrown away, and the next request is heard.
    let mut connection = server.connect();
    for _ in 0..5 {
        assert_eq!(connection.send(&shared.put(&stranger)).unwrap().status, 403);
        assert_eq!(connection.send(&shared.put_blob(&stranger)).unwrap().status, 403);
    }
    assert_eq!(shared.status(&server).0, ShareState::Waiting);
}

#[test]
fn r15_every_end_has_the_same_bytes() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let [used_up, withdrawn, wrong_mac] =
        [1, 1, 1].map(|views| Shared::ready(&server, &recipient, views));
    let unknown = Shared::new(&RelayKey::of(&server), 1, vec![1]);
    let reply = SecretPrekey::generate(&mut rng()).public().to_bytes();
    let attempt = || ClaimId::from_bytes(random());
    assert_eq!(server.send(&used_up.claim(attempt(), &reply)).status, 200);
    assert_eq!(server.send(&withdrawn.withdraw()).status, 200);

    let payload =
        ClaimPayload { share: wrong_mac.share, claim: attempt(), reply_key: reply.clone() };
    let other_key = ClaimKey::generate(&mut rng());
    let forged = other_key.authenticate(CLAIM_PURPOSE, payload.to_cbor());
    let right = wrong_mac.claim(attempt(), &reply);
    let mut cut = right.body.to_vec();
    cut.pop();
    let ends = [
        used_up.claim(attempt(), &reply),
        withdrawn.claim(attempt(), &reply),
        unknown.claim(attempt(), &reply),
        request::claim(wrong_mac.share, forged),
        request::claim(wrong_mac.share, cut),
        request::claim(wrong_mac.share, vec![]),
        request::claim(used_up.share, right.body.to_vec()),
        request::blob(withdrawn.share, &withdrawn.fetch),
        request::blob(unknown.share, &unknown.fetch),
        request::blob(wrong_mac.share, &wrong_mac.control),
    ];
    for end in ends {
        let mut connection = server.connect();
        connection.write(&crate::connection::bytes_of(&end)).unwrap();
        let answer = connection.read().unwrap();
        assert_eq!(answer.response.status, 410);
        assert_eq!(answer.response.body, Problem { kind: ProblemKind::Gone }.to_json());
        let names: Vec<_> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["content-type", "cache-control", "x-content-type-options", "content-length", "date"]
        );
    }
    assert_eq!(wrong_mac.status(&server), (ShareState::Ready, 1));
    assert_eq!(server.send(&right).status, 200);
}

#[test]
fn a_blob_that_is_not_the_announced_one_leaves_nothing() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::new(&RelayKey::of(&server), 1, vec![7; 5000]);
    assert_eq!(server.send(&shared.put(&recipient)).status, 201);
    let put = |bytes: Vec<u8>| {
        server.send(&request::put_blob(shared.share, &recipient.capability, bytes)).status
    };
    assert_eq!(put(vec![7; 4999]), 400);
    assert_eq!(put(vec![7; 5001]), 400);
    assert_eq!(put(vec![8; 5000]), 400);
    assert_eq!(put(vec![]), 400);
    // In chunks, without a length to be caught at: one byte too many, then one too few.
    for length in ["1389", "1387"] {
        let mut head = String::from_utf8(head_of(&shared.put_blob(&recipient))).unwrap();
        head = head.replace("content-length: 5000", "transfer-encoding: chunked");
        let size = usize::from_str_radix(length, 16).unwrap();
        let body = [format!("{length}\r\n").into_bytes(), vec![7; size], b"\r\n0\r\n\r\n".to_vec()];
        assert_eq!(status_of(&server, &head, &body.concat()), 400);
    }
    assert_eq!(shared.status(&server).0, ShareState::Waiting);
    let incoming = home.data().join("blobs/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
    assert_eq!(put(vec![7; 5000]), 201);
}

#[test]
fn an_upload_broken_off_leaves_nothing_and_can_be_repeated() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::new(&RelayKey::of(&server), 1, vec![7; 2_000_000]);
    assert_eq!(server.send(&shared.put(&recipient)).status, 201);
    let request = shared.put_blob(&recipient);
    let mut connection = server.connect();
    connection.write(&head_of(&request)).unwrap();
    connection.write(&request.body[..1_500_000]).unwrap();
    drop(connection);
    assert_eq!(shared.status(&server).0, ShareState::Waiting);
    assert_eq!(server.send(&request).status, 201);
    assert_eq!(shared.status(&server).0, ShareState::Ready);
}

#[test]
fn sizes_over_their_limits_are_refused() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let id = MessageId::from_bytes(random());
    let post = |bytes: usize| {
        let sealed = vec![0; bytes];
        server.send(&request::post_message(recipient.mailbox, id, &recipient.post, sealed)).status
    };
    assert_eq!(post(CONTROL_MESSAGE_BYTES - 1), 400);
    assert_eq!(post(CONTROL_MESSAGE_BYTES + 1), 413);
    let share = ShareId::from_bytes(random());
    let head = |path: &str, kind: &str, length: usize| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: t\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    // Refused by what they announce, before they are sent.
    let claims = head(&format!("/v1/shares/{share}/claims"), "application/cose", 5000);
    assert_eq!(status_of(&server, &claims, b""), 413);
    let json = head("/v1/withdrawals", "application/json", REQUEST_BYTES_MAX + 1);
    assert_eq!(status_of(&server, &json, b""), 413);
    let none = ControlledShares { shares: vec![] };
    assert_eq!(server.send(&request::withdraw(&none)).status, 200);
    let mut many = Shared::new(&RelayKey::of(&server), 1, vec![1]).controlled();
    for _ in 0..256 {
        let share = ShareId::from_bytes(random());
        many.shares.push(wire::v1::body::ControlledShare { share, control: random_token() });
    }
    assert_eq!(server.send(&request::withdraw(&many)).status, 400);
    assert_eq!(server.send(&request::status(&many)).status, 400);
    many.shares.pop();
    assert_eq!(server.send(&request::withdraw(&many)).status, 200);
}

#[test]
fn broken_requests_get_a_plain_refusal() {
    let home = Home::new();
    let server = home.start();
    let put = |path: &str, kind: &str, body: &str| {
        let head = format!(
            "PUT {path} HTTP/1.1\r\nhost: t\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        status_of(&server, &head, body.as_bytes())
    };
    let key = RelayKey::of(&server).digest;
    let bare = format!("/v1/mailboxes/{}", MailboxId::from_bytes([1; 16]));
    let mailbox = format!("{bare}?key={key}");
    let tokens = PutMailbox { read: random_token().digest(), post: random_token().digest() };
    let body = String::from_utf8(
        request::put_mailbox(MailboxId::from_bytes([1; 16]), key, &tokens).body.to_vec(),
    )
    .unwrap();
    assert_eq!(put(&bare, "application/json", &body), 400);
    assert_eq!(put(&format!("{bare}?key=x"), "application/json", &body), 400);
    let other = EpochKeyDigest::from_bytes([1; 32]);
    assert_eq!(put(&format!("{bare}?key={other}"), "application/json", &body), 503);
    assert_eq!(put("/v1/mailboxes/short", "application/json", &body), 400);
    assert_eq!(put("/v1/mailboxes/%00%01", "application/json", &body), 400);
    assert_eq!(put(&mailbox, "text/plain", &body), 400);
    assert_eq!(put(&mailbox, "application/json", ""), 400);
    assert_eq!(put(&mailbox, "application/json", "{}"), 400);
    assert_eq!(put(&mailbox, "application/json", &body[..body.len() - 1]), 400);
    assert_eq!(put(&mailbox, "application/json", &body.replace('}', ",\"x\":1}")), 400);
    assert_eq!(put("/v1/unknown", "application/json", &body), 404);
    assert_eq!(put("/v1/relay", "application/json", &body), 404);
    assert_eq!(put(&mailbox, "application/json; charset=utf-8", &body), 201);
}

#[test]
fn an_impossible_half_is_refused() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let relay = RelayKey::of(&server);
    let put = |change: fn(&mut Shared)| {
        let mut shared = Shared::new(&relay, 1, vec![1; 10]);
        change(&mut shared);
        server.send(&shared.put(&recipient)).status
    };
    assert_eq!(put(|_| {}), 201);
    assert_eq!(put(|shared| shared.announcement.half.0[0] ^= 1), 400);
    assert_eq!(put(|shared| shared.announcement.half.0.truncate(1167)), 400);
    // Sealed for one view, announced for two: terms and half belong together.
    assert_eq!(put(|shared| shared.announcement.views = 2), 400);
    assert_eq!(put(|shared| shared.announcement.epoch += 1), 400);
    assert_eq!(put(|shared| shared.announcement.epoch -= 2), 400);
    assert_eq!(put(|shared| shared.announcement.epoch = u64::MAX), 400);
}

#[test]
fn a_flood_without_a_token_is_slowed_down_for_its_address() {
    let home = Home::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_velum-server"));
    command.args(["--listen", "127.0.0.1:0", "--open-requests-per-minute", "3", "--data"]);
    let server = Running::start(command.arg(home.data()));
    let key = RelayKey::of(&server).digest;
    let new_mailbox = || -> Request {
        let body = PutMailbox { read: random_token().digest(), post: random_token().digest() };
        request::put_mailbox(MailboxId::from_bytes(random()), key, &body)
    };
    let statuses: Vec<u16> = (0..5).map(|_| server.send(&new_mailbox()).status).collect();
    assert_eq!(statuses[..3], [201; 3]);
    assert!(statuses[3..].contains(&429), "{statuses:?}");
    assert_eq!(server.send(&request::relay()).status, 200, "everything else goes on");
}
