//! Frozen vectors: what was sealed once opens for ever.

use crypto::{
    digest::sha256,
    secret::{InviteSecret, RelayHalf, SenderHalf},
};
use data_encoding::HEXLOWER;
use envelope::{
    Envelope, Keeping, Manifest, MediaType, Policy, invitation::Invitation, photo, rights,
};
use serde_json::{Value, json};
use vocab::{InviteId, ShareId, Timestamp};

fn made_now() -> Value {
    let policy = Policy {
        share: ShareId::from_bytes([0x11; 16]),
        views: 3,
        not_after: Timestamp::from_unix_seconds(1_800_000_000).unwrap(),
        keeping: Keeping::Agreed,
    };
    let photo: Vec<u8> = (0..40_000_u32).map(|n| (n % 253) as u8).collect();
    let manifest =
        Manifest { media_type: MediaType::Png, photo_bytes: 40_000, width: 640, height: 480 };
    let sender = SenderHalf::from_bytes([0x22; 32]);
    let relay = RelayHalf::from_bytes([0x33; 32]);
    let sealed = photo::seal(&photo, &manifest, &policy, &sender, &relay).unwrap();
    let envelope =
        Envelope { sender_half: sender.clone(), manifest, policy, sealed_digest: [0x88; 32] };
    let invitation = Invitation {
        id: InviteId::from_bytes([0x44; 16]),
        secret: InviteSecret::from_bytes([0x55; 32]),
    };
    let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
    json!({
        "policy": hex(&policy.to_bytes()),
        "policy_digest": hex(&policy.digest()),
        "manifest": hex(&manifest.to_bytes()),
        "envelope": hex(&envelope.to_bytes()),
        "sealed_bytes": sealed.len(),
        "sealed_first_80": hex(&sealed[..80]),
        "sealed_sha256": hex(&sha256(&[&sealed])),
        "claim_key": hex(rights::claim_key(&sender, policy.share).expose()),
        "fetch_token": hex(rights::fetch_token(&sender, policy.share).expose()),
        "invite_read_token": hex(invitation.read_token().expose()),
        "invite_accept_token": hex(invitation.accept_token().expose()),
        "invite_first_root": hex(invitation.first_root().expose()),
        "pair_root": hex(invitation.pair_root(&[0x66; 32], &[0x77; 32]).expose()),
    })
}

#[test]
fn derivations_and_encodings_are_what_they_were() {
    let frozen: Value =
        serde_json::from_str(include_str!("../../../../vectors/envelope/v1/derivations.json"))
            .unwrap();
    assert_eq!(made_now(), frozen);
}

#[test]
fn an_independent_implementation_derives_the_same() {
    let python = std::env::var_os("VELUM_TEST_PYTHON")
        .expect("VELUM_TEST_PYTHON names a Python with judges; `cargo xtask test` prepares it");
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/envelope/v1/verify.py");
    let output = std::process::Command::new(python).arg(judge).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
