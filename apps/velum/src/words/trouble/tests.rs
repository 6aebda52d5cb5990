//! Every message people can meet, side by side, compared with what was agreed on.

use super::*;
use std::fmt::Write as _;
use std::path::PathBuf;

use consent::{Error as Agreement, Verb};
use crypto::Error as Crypto;

/// One of every failure that `client` has.
fn every_failure() -> Vec<Error> {
    use Error as E;
    let mut all = vec![
        E::NoVault,
        E::VaultExists,
        E::WrongPassphrase,
        E::PassphraseTooShort(8),
        E::VaultDamaged,
        E::VaultTooNew,
        E::Storage(StorageError::Full),
        E::Storage(StorageError::Unavailable),
        E::RelayUnreachable,
        E::RelayLied,
        E::InvalidLink,
        E::InvitationGone,
        E::OwnInvitation,
        E::NoSuchPartner,
        E::NameTaken,
        E::InvalidName,
        E::NoSuchShare,
        E::ShareGone,
        E::WiderThanAgreed,
        E::Envelope(envelope::Error::Crypto(Crypto::CouldNotOpen)),
        E::Media(media::Error::Empty),
        E::FormatNotShared,
        E::PhotoTooBig(300 << 20),
        E::Relay(wire::Error::Malformed),
        E::Relay(wire::Error::UnexpectedStatus(302)),
        E::Relay(wire::Error::UnexpectedStatus(502)),
    ];
    all.extend(ProblemKind::ALL.map(|kind| E::Relay(wire::Error::Problem(kind))));
    all.extend(every_denial().map(E::Denied));
    all.extend(every_agreement_failure().map(E::Consent));
    all
}

fn every_denial() -> [Denied; 12] {
    [
        Denied::NotParties,
        Denied::Ended,
        Denied::NoPolicy,
        Denied::PolicyNotYet,
        Denied::PolicyExpired,
        Denied::NotAllowed(Verb::Keep),
        Denied::NotGranted(Verb::View),
        Denied::NotGranted(Verb::Keep),
        Denied::Withdrawn(Verb::View),
        Denied::Expired(Verb::View),
        Denied::OtherTerms(Verb::Keep),
        Denied::NotEveryone,
    ]
}

fn every_agreement_failure() -> [Agreement; 9] {
    [
        Agreement::Malformed,
        Agreement::TooBig,
        Agreement::NotAuthentic,
        Agreement::Fork { seq: 3 },
        Agreement::Gap { expected: 1, found: 3 },
        Agreement::ExpiryOutOfRange,
        Agreement::Full,
        Agreement::Ended,
        Agreement::ClockBehind,
    ]
}

#[test]
fn every_failure_reads_as_agreed() {
    let mut text = String::new();
    let mut add = |name: String, failure: Failure| {
        let code = crate::failure::exit_code(failure.kind);
        writeln!(text, "{name} -> {} (exit {code})\n{failure}\n", failure.id).unwrap();
    };
    for error in every_failure() {
        add(format!("{error:?}"), of(error));
    }
    let folder = Path::new("some/folder");
    for reason in [
        NotUsable::Missing,
        NotUsable::NotAFolder,
        NotUsable::NotEmpty,
        NotUsable::Busy,
        NotUsable::Storage(StorageError::Full),
    ] {
        add(format!("{reason:?}"), not_usable(reason, folder));
    }
    for reason in [InvalidOrigin::Malformed, InvalidOrigin::NotEncrypted] {
        add(format!("{reason:?}"), not_a_relay(reason));
    }
    add("NoRelay".into(), no_relay());
    compare(&text);
}

#[test]
fn every_failure_says_what_to_do_and_has_a_name() {
    for error in every_failure() {
        let failure = of(error);
        assert!(failure.what.ends_with('.') && failure.advice.ends_with('.'), "{error:?}");
        assert!(!failure.id.is_empty() && failure.id != "failed", "{error:?}");
        assert!(!failure.what.contains("rror"), "people read this: {}", failure.what);
    }
}

/// The file is the agreement; `UPDATE_EXPECT=1` writes it anew, to be read before it is committed.
fn compare(text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/messages.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "UPDATE_EXPECT=1 writes {}", path.display());
}
