//! The whole path: agree, share, look, take back. Two people, two vaults, a real relay.

use crate::person::{Person, pair};
use crate::relay::Relay;

#[test]
fn a_photo_is_seen_once_and_then_gone() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once"]);
    let share = anna.share("Ben", &["--once"]);
    assert_eq!(anna.state_of("sent", &share), ("delivered".into(), 1));

    let inbox = ben.must(&["inbox"]);
    assert!(inbox.contains(&share[..8]) && inbox.contains("from Anna: 1 view left"), "{inbox}");
    let (shown, said) = ben.view(&share[..4]);
    assert!(shown.unwrap() == anna.clean_copy(), "the clean copy, byte for byte");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("That was the last view"), "{said:?}");

    assert_eq!(anna.state_of("sent", &share), ("ended".into(), 0));
    assert_eq!(ben.state_of("received", &share), ("gone".into(), 0));
    ben.fails(&["view", &share, "--no-open"], 4, "share-gone");
}

#[test]
fn every_view_is_counted_for_both() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "3"]);
    let share = anna.share("Ben", &["--views", "2"]);
    ben.must(&["inbox"]);
    for left in [1, 0] {
        assert!(ben.view(&share).0.is_ok());
        assert_eq!(anna.state_of("sent", &share).1, left);
    }
    ben.fails(&["view", &share], 4, "share-gone");
    anna.fails(&["share", "in.jpg", "--to", "Ben", "--views", "4"], 3, "wider-than-agreed");
}

#[test]
fn what_leaves_is_said_before_and_a_dry_run_sends_nothing() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once"]);
    let said = anna.must(&["share", "in.jpg", "--to", "Ben", "--dry-run"]);
    for part in [
        "What leaves",
        "for Ben: opens once",
        "taken out",
        "Where it was taken",
        "Nothing was shared",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(anna.json(&["status"])["sent"].as_array().unwrap().len(), 0);
    assert!(ben.must(&["inbox"]).contains("No photo"));
}

#[test]
fn keeping_works_where_both_agreed_and_nowhere_else() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "2", "--allow-keep"]);
    let (seen_only, kept) = (anna.share("Ben", &["--views", "2"]), anna.share("Ben", &["--keep"]));
    ben.must(&["inbox"]);

    ben.fails(&["keep", &seen_only, "-o", "no.jpg"], 3, "consent-keep-not-granted");
    assert!(!ben.path("no.jpg").exists());

    // A name that is taken costs no view.
    ben.fails(&["keep", &kept, "-o", "in.jpg"], 2, "file-exists");
    assert_eq!(ben.state_of("received", &kept), ("ready".into(), 1));
    ben.must(&["keep", &kept, "-o", "kept.jpg"]);
    assert!(std::fs::read(ben.path("kept.jpg")).unwrap() == anna.clean_copy());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(ben.path("kept.jpg")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let (_, said) = ben.view(&seen_only);
    assert!(said.out.contains("1 view left"), "{said:?}");
}

#[test]
fn keeping_cannot_be_offered_beyond_the_terms() {
    let relay = Relay::start();
    let (anna, _ben) = pair(relay.origin(), &["--once"]);
    anna.fails(&["share", "in.jpg", "--to", "Ben", "--keep"], 3, "wider-than-agreed");
}

#[test]
fn what_is_taken_back_in_time_never_opens() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "5"]);
    let share = anna.share("Ben", &["--views", "5"]);
    ben.must(&["inbox"]);
    assert!(ben.view(&share).0.is_ok());
    let said = anna.must(&["withdraw", &share[..6]]);
    assert!(said.contains("Taken back: 1 photo"), "{said}");

    // Ben's device has not heard of it; the relay has.
    let (shown, said) = ben.view(&share);
    assert!(shown.unwrap_err().contains("not available any more"));
    assert_eq!(said.code, 4, "{said:?}");
    assert_eq!(anna.state_of("sent", &share), ("withdrawn".into(), 0));
}

#[test]
fn everything_can_be_taken_back_at_once() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once"]);
    let shares = [anna.share("Ben", &[]), anna.share("Ben", &[]), anna.share("Ben", &[])];
    ben.must(&["inbox"]);
    assert!(anna.must(&["withdraw", "--all"]).contains("3 photos"));
    assert!(anna.must(&["withdraw", "--all"]).contains("nothing to take back"));
    ben.must(&["sync"]);
    for share in shares {
        ben.fails(&["view", &share], 4, "share-gone");
    }
}

#[test]
fn a_photo_shared_before_the_yes_waits_and_arrives_after_it() {
    let relay = Relay::start();
    let (anna, ben) = (Person::at(relay.origin()), Person::at(relay.origin()));
    let link = anna.invite("Ben", &["--once"]);
    let share = anna.share("Ben", &[]);
    assert_eq!(anna.state_of("sent", &share), ("waiting".into(), 1));

    assert_eq!(ben.accept(&link, "Anna").code, 0);
    assert!(ben.must(&["inbox"]).contains("No photo"), "Anna's device has not been online");
    assert!(anna.must(&["sync"]).contains("delivered"));
    ben.must(&["inbox"]);
    assert!(ben.view(&share).0.unwrap() == anna.clean_copy());
}

#[test]
fn an_end_by_either_one_ends_everything() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once", "--both-ways"]);
    let (to_ben, to_anna) = (anna.share("Ben", &[]), ben.share("Anna", &[]));
    anna.must(&["inbox"]);
    ben.must(&["inbox"]);
    let said = ben.must(&["end", "Anna", "--openly"]);
    assert!(said.contains("ended") && said.contains("Taken back: 1 photo"), "{said}");
    ben.fails(&["view", &to_ben], 4, "share-gone");
    anna.must(&["sync"]);
    anna.fails(&["view", &to_anna], 4, "share-gone");
    anna.fails(&["share", "in.jpg", "--to", "Ben"], 3, "consent-ended");
    // The name is free again, for a new beginning.
    anna.invite("Ben", &["--once"]);
}

#[test]
fn what_both_signed_can_be_shown_and_a_changed_copy_is_not_believed() {
    let relay = Relay::start();
    let (anna, _ben) = pair(relay.origin(), &["--once"]);
    let share = anna.share("Ben", &[]);
    let shown = anna.must(&["agreement", "show", "Ben"]);
    for part in
        ["Signed by both", "I am an adult.", "Ben stated: yes to being sent photos", &share[..8]]
    {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    anna.must(&["agreement", "export", "Ben", "-o", "agreement.cbor"]);
    anna.fails(&["agreement", "export", "Ben", "-o", "agreement.cbor"], 2, "file-exists");
    let bytes = std::fs::read(anna.path("agreement.cbor")).unwrap();
    for name in ["Anna", "Ben"] {
        assert!(!bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name}");
    }
    // Anyone can check it: here is someone without a vault.
    let stranger = Person::new();
    std::fs::write(stranger.path("it.cbor"), &bytes).unwrap();
    let said = stranger.must(&["agreement", "verify", "it.cbor"]);
    for part in
        ["Every signature fits", "stated: terms", "is unknown", "It does not show who held them"]
    {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.to_lowercase().contains("consent"), "{said}");
    for at in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        std::fs::write(stranger.path("changed.cbor"), changed).unwrap();
        let changed = stranger.velum(&["agreement", "verify", "changed.cbor"]);
        // Only the time of the export is nobody's signed word, and it is not told as one.
        assert!(changed.code != 0 || changed.out == said, "byte {at}: {changed:?}");
    }
}

#[test]
fn a_link_can_be_shown_again_until_it_is_used() {
    let relay = Relay::start();
    let (anna, ben) = (Person::at(relay.origin()), Person::at(relay.origin()));
    let link = anna.invite("Ben", &["--once"]);
    assert_eq!(anna.invite("Ben", &["--again"]), link);
    assert_eq!(ben.accept(&link, "Anna").code, 0);
    anna.must(&["sync"]);
    anna.fails(&["invite", "--name", "Ben", "--again"], 4, "invitation-gone");
    let drawn = anna.must(&["invite", "--name", "Robin", "--qr"]);
    assert!(drawn.contains('█') && drawn.contains("24 hours"), "{drawn}");
}
