//! The wire bodies against the frozen examples in `vectors/wire/v1`.

use crypto::secret::BearerToken;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use vocab::{CapabilityDigest, EpochKeyDigest, InviteId, MailboxId, MessageId, ShareId, limits};
use wire::{Error, ProblemKind, Request, Response, v1, v1::body};

/// Every example reads as its type and is written back with the same fields and values.
fn check<T: DeserializeOwned + Serialize>(examples: &Value, name: &str) {
    let example = &examples[name];
    assert!(example.is_object(), "no example for {name}");
    let read: T = serde_json::from_value(example.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(&serde_json::to_value(&read).expect("bodies encode"), example, "{name}");

    let mut unknown = example.clone();
    unknown["surprise"] = Value::Bool(true);
    assert!(serde_json::from_value::<T>(unknown).is_err(), "{name} takes an unknown field");
}

#[test]
fn frozen_bodies_read_and_write_the_same() {
    let examples = include_str!("../../../../vectors/wire/v1/bodies.json");
    let examples: Value = serde_json::from_str(examples).unwrap();
    check::<body::Relay>(&examples, "relay");
    check::<body::PutMailbox>(&examples, "put_mailbox");
    check::<body::Messages>(&examples, "messages");
    check::<body::PutCapability>(&examples, "put_capability");
    check::<body::PutInvite>(&examples, "put_invite");
    check::<body::PutShare>(&examples, "put_share");
    check::<body::ControlledShares>(&examples, "controlled_shares");
    check::<body::Released>(&examples, "released");
    check::<body::Withdrawn>(&examples, "withdrawn");
    check::<body::Statuses>(&examples, "statuses");
    assert_eq!(examples.as_object().unwrap().len(), 10, "an example without a check");
}

/// A frozen body.
fn examples<T: DeserializeOwned>(name: &str) -> T {
    let examples = include_str!("../../../../vectors/wire/v1/bodies.json");
    let examples: Value = serde_json::from_str(examples).expect("the examples are JSON");
    serde_json::from_value(examples[name].clone()).expect("an example reads as its type")
}

fn line(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path)
}

#[test]
fn requests_have_the_paths_of_the_specification() {
    let token = BearerToken::from_bytes([9; 32]);
    let mailbox = MailboxId::from_bytes([1; 16]);
    let message = MessageId::from_bytes([2; 16]);
    let invite = InviteId::from_bytes([3; 16]);
    let share = ShareId::from_bytes([4; 16]);
    let capability = CapabilityDigest::from_bytes([5; 32]);
    let none = body::ControlledShares { shares: Vec::new() };
    let key = EpochKeyDigest::from_bytes([6; 32]);
    let lines = [
        line(&v1::request::relay()),
        line(&v1::request::messages(mailbox, &token, 7)),
        line(&v1::request::delete_messages(mailbox, &token, 7)),
        line(&v1::request::delete_mailbox(mailbox, &token)),
        line(&v1::request::post_message(mailbox, message, &token, vec![])),
        line(&v1::request::delete_capability(capability, &token)),
        line(&v1::request::invite(invite, &token)),
        line(&v1::request::accept_invite(invite, message, &token, vec![])),
        line(&v1::request::delete_invite(invite, &token)),
        line(&v1::request::put_blob(share, &token, vec![])),
        line(&v1::request::blob(share, &token)),
        line(&v1::request::claim(share, vec![])),
        line(&v1::request::withdraw(&none)),
        line(&v1::request::status(&none)),
        line(&v1::request::put_mailbox(mailbox, key, &examples("put_mailbox"))),
        line(&v1::request::put_capability(capability, key, &token, &examples("put_capability"))),
        line(&v1::request::put_invite(invite, key, &token, &examples("put_invite"))),
    ];
    assert_eq!(lines.join("\n"), include_str!("../../../../vectors/wire/v1/requests.txt").trim());
}

#[test]
fn a_token_is_in_the_header_and_nowhere_else() {
    let token = BearerToken::from_bytes([9; 32]);
    let request = v1::request::blob(ShareId::from_bytes([4; 16]), &token);
    let text = data_encoding::BASE64URL_NOPAD.encode(token.expose());
    assert!(!request.path.contains(&text));
    assert_eq!(*request.authorization().unwrap(), format!("Bearer {text}"));
    assert_eq!(wire::http::parse_bearer(format!("Bearer {text}").as_bytes()), Ok(token));
}

#[test]
fn a_lying_relay_is_caught() {
    let answer = |body: &str| Response { status: 200, body: body.as_bytes().to_vec() };
    let short = answer(r#"{"release":"AAAA","views_left":0}"#);
    assert_eq!(v1::answer::released(&short), Err(Error::Malformed));
    let short = answer(r#"{"version":1,"time":1,"epoch":1,"epoch_key":"AAAA"}"#);
    assert_eq!(v1::answer::relay(&short), Err(Error::Malformed));
    let short = Response { status: 200, body: vec![0; limits::CONTROL_MESSAGE_BYTES - 1] };
    assert_eq!(v1::answer::offer(&short), Err(Error::Malformed));
    let message = body::Message {
        sequence: 3,
        message: MessageId::from_bytes([1; 16]),
        body: wire::text::Bytes(vec![0; limits::CONTROL_MESSAGE_BYTES]),
    };
    let twice = body::Messages { messages: vec![message.clone(), message] };
    let twice = Response { status: 200, body: serde_json::to_vec(&twice).unwrap() };
    assert_eq!(v1::answer::messages(&twice), Err(Error::Malformed));
}

#[test]
fn a_problem_is_an_error_whatever_was_asked() {
    for kind in ProblemKind::ALL {
        let body = wire::Problem { kind }.to_json();
        let response = Response { status: kind.status(), body };
        assert_eq!(v1::answer::done(&response), Err(Error::Problem(kind)));
        assert_eq!(v1::answer::withdrawn(&response).unwrap_err(), Error::Problem(kind));
    }
}
