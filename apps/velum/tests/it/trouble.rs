//! What goes wrong: a clear message, an exit code, nothing half-written, nothing lost.

use crate::line::{Line, Way};
use crate::person::{Person, pair};
use crate::relay::Relay;

const DAY: i64 = 86_400;

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let relay = Relay::start();
    let anna = Person::at(relay.origin());
    let before = std::fs::read(anna.path("vault/body")).unwrap();
    std::fs::write(anna.path("passphrase"), "correct horse batteri\n").unwrap();
    anna.fails(&["status"], 3, "wrong-passphrase");
    anna.fails(&["invite", "--name", "Ben"], 3, "wrong-passphrase");
    assert!(std::fs::read(anna.path("vault/body")).unwrap() == before);
    std::fs::write(anna.path("passphrase"), "correct horse battery\n").unwrap();
    anna.must(&["status"]);
}

#[test]
fn a_vault_is_made_once_and_only_with_a_good_passphrase() {
    let anna = Person::new();
    anna.fails(&["status"], 4, "no-vault");
    std::fs::write(anna.path("passphrase"), "short\n").unwrap();
    anna.fails(&["vault", "new", "--small-memory"], 2, "passphrase-too-short");
    anna.fails(&["status"], 4, "no-vault");
    std::fs::write(anna.path("passphrase"), "long enough\n").unwrap();
    for (relay, code) in [("http://velum.example", 3), ("velum.example", 2)] {
        anna.fails(&["vault", "new", "--relay", relay], code, "not-a-relay");
    }
    anna.must(&["vault", "new", "--small-memory"]);
    anna.fails(&["vault", "new", "--small-memory"], 2, "vault-exists");
    anna.fails(&["invite", "--name", "Ben"], 2, "no-relay");
}

#[test]
fn links_work_once_whole_and_in_time() {
    let relay = Relay::start();
    let (anna, ben, eve) =
        (Person::at(relay.origin()), Person::at(relay.origin()), Person::at(relay.origin()));
    let link = anna.invite("Ben", &[]);
    for broken in ["", "hello", &link[..link.len() - 1], &link.replace("#1.", "#")] {
        let said = ben.accept(broken, "Anna");
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains("not a whole invitation link"), "{said:?}");
    }
    let said = anna.accept(&link, "Myself");
    assert!(said.code == 2 && said.err.contains("your own invitation"), "{said:?}");

    assert_eq!(ben.accept(&link, "Anna").code, 0);
    let said = eve.accept(&link, "Anna");
    assert!(said.code == 4 && said.err.contains("used, has expired"), "{said:?}");
    assert!(eve.must(&["status"]).contains("Nobody yet"), "nothing is left of it");
}

#[test]
fn without_a_yes_nothing_is_signed_or_used_up() {
    let relay = Relay::start();
    let (anna, ben) = (Person::at(relay.origin()), Person::at(relay.origin()));
    let link = anna.invite("Ben", &[]);
    let said = ben.velum_reading(&["accept", "-", "--name", "Anna"], &link);
    assert_eq!(said.code, 2, "there is no terminal to say yes on: {said:?}");
    assert!(said.out.contains("I am an adult."), "the terms are told first: {said:?}");
    assert!(ben.must(&["status"]).contains("Nobody yet"));
    assert_eq!(ben.accept(&link, "Anna").code, 0, "the link still works");
}

#[test]
fn names_and_limits_are_checked_before_anything_happens() {
    let relay = Relay::start();
    let (anna, _ben) = pair(relay.origin(), &[]);
    anna.fails(&["invite", "--name", "Ben"], 2, "name-taken");
    anna.fails(&["invite", "--name", " "], 2, "invalid-name");
    anna.fails(&["invite", "--name", &"x".repeat(65)], 2, "invalid-name");
    anna.fails(&["invite", "--name", "Kim", "--until", "soon"], 2, "not-a-date");
    anna.fails(&["invite", "--name", "Kim", "--until", "2021-01-01"], 2, "date-is-over");
    anna.fails(&["invite", "--name", "Kim", "--until", "2199-01-01"], 2, "date-too-far");
    anna.fails(&["share", "in.jpg", "--to", "Kim"], 4, "no-such-partner");
    anna.fails(&["view", "12"], 2, "not-an-id");
    anna.fails(&["view", "1234abcd"], 4, "no-such-share");
    anna.fails(&["withdraw", "1234abcd"], 4, "no-such-share");
    assert_eq!(anna.velum(&["invite", "--name", "Kim", "--views", "0"]).code, 2);
    assert_eq!(anna.json(&["status"])["partners"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_no_whole_photo_is_not_shared() {
    let relay = Relay::start();
    let (anna, _ben) = pair(relay.origin(), &[]);
    let photo = std::fs::read(anna.path("in.jpg")).unwrap();
    std::fs::write(anna.path("half.jpg"), &photo[..photo.len() / 2]).unwrap();
    std::fs::write(anna.path("text.jpg"), b"no photo at all").unwrap();
    std::fs::write(anna.path("empty.jpg"), b"").unwrap();
    let huge = std::fs::File::create(anna.path("huge.jpg")).unwrap();
    huge.set_len(vocab::limits::PHOTO_BYTES_MAX + 1).unwrap();
    for name in ["half.jpg", "text.jpg", "empty.jpg", "huge.jpg", "missing.jpg", "."] {
        let said = anna.velum(&["share", name, "--to", "Ben"]);
        assert!([2, 6].contains(&said.code), "{name}: {said:?}");
        assert!(said.err.lines().count() >= 2, "{name}: {said:?}");
    }
    assert_eq!(anna.json(&["status"])["sent"].as_array().unwrap().len(), 0);
    assert_eq!(crate::names(&anna.path("vault")), ["body", "head", "lock"]);
}

#[test]
fn a_relay_that_is_down_loses_nothing() {
    let relay = Relay::start();
    let line = Line::to(relay.origin());
    let (anna, ben) = pair(line.origin(), &["--views", "2"]);
    let link = anna.invite("Kim", &[]);

    line.choose(Way::Cut);
    let kim = Person::at(line.origin());
    assert_eq!(kim.accept(&link, "Anna").code, 5);
    anna.fails(&["invite", "--name", "Robin"], 5, "relay-unreachable");
    let said = anna.velum(&["share", "in.jpg", "--to", "Ben", "--views", "2"]);
    assert!(said.code == 5 && said.out.contains("in your vault"), "{said:?}");
    let said = ben.velum(&["inbox"]);
    assert!(said.code == 5 && said.err.contains("cannot be reached"), "{said:?}");

    line.choose(Way::Through);
    assert!(anna.must(&["sync"]).contains("delivered"));
    assert_eq!(kim.accept(&link, "Anna").code, 0, "the link was not used up");
    anna.invite("Robin", &[]);
    ben.must(&["inbox"]);
    let share = anna.json(&["status"])["sent"][0]["share"].as_str().unwrap().to_owned();

    line.choose(Way::Cut);
    let (shown, said) = ben.view(&share);
    assert!(shown.is_err() && said.code == 5, "{said:?}");
    let said = anna.velum(&["withdraw", &share]);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.out.contains("can still be opened until the relay is told"), "{said:?}");

    line.choose(Way::Through);
    anna.must(&["sync"]);
    assert_eq!(anna.state_of("sent", &share).0, "withdrawn");
    assert_eq!(ben.view(&share).1.code, 4);
}

#[test]
fn a_relay_that_lies_is_found_out_before_a_view_is_used() {
    let relay = Relay::start();
    let line = Line::to(relay.origin());
    let (anna, ben) = pair(line.origin(), &["--once"]);
    let share = anna.share("Ben", &["--once"]);
    ben.must(&["inbox"]);

    line.choose(Way::Changed);
    let (shown, said) = ben.view(&share);
    assert!(shown.unwrap_err().contains("not what was agreed"), "{said:?}");
    assert_eq!(said.code, 2, "{said:?}");
    line.choose(Way::Nonsense);
    let (shown, said) = ben.view(&share);
    assert!(shown.is_err() && said.code != 0, "{said:?}");
    ben.fails(&["sync"], 2, "relay-not-understood");

    line.choose(Way::Through);
    assert_eq!(ben.state_of("received", &share), ("ready".into(), 1), "no view was used");

    // What is no relay confirms nothing, ends nothing and loses nothing.
    for nonsense in [Way::Nonsense, Way::Refusal] {
        line.choose(nonsense);
        assert_eq!(anna.velum(&["withdraw", "--all"]).code, 5);
        assert_ne!(ben.view(&share).1.code, 4);
    }
    line.choose(Way::Through);
    assert_eq!(anna.state_of("sent", &share), ("withdrawn".into(), 0));
    assert_eq!(ben.view(&share).1.code, 4);
}

#[test]
fn a_lie_costs_no_view() {
    let relay = Relay::start();
    let line = Line::to(relay.origin());
    let (anna, ben) = pair(line.origin(), &["--once"]);
    let share = anna.share("Ben", &["--once"]);
    ben.must(&["inbox"]);
    line.choose(Way::Changed);
    assert!(ben.view(&share).0.is_err());
    line.choose(Way::Through);
    assert!(ben.view(&share).0.unwrap() == anna.clean_copy());
}

#[test]
fn a_vault_lives_at_one_relay() {
    let (here, there) = (Relay::start(), Relay::start());
    let (anna, ben) = (Person::at(here.origin()), Person::at(there.origin()));
    let link = anna.invite("Ben", &[]);
    let said = ben.accept(&link, "Anna");
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains(there.origin()), "which relay it uses is said: {said:?}");
    ben.fails(&["vault", "relay", here.origin()], 3, "another-relay");
    // A vault without a relay takes the link's.
    let kim = Person::new();
    kim.must(&["vault", "new", "--small-memory"]);
    assert_eq!(kim.accept(&link, "Anna").code, 0);
    assert!(kim.must(&["vault", "status"]).contains(here.origin()));
}

#[test]
fn a_clock_that_jumps_is_noticed_and_forgiven() {
    let relay = Relay::start();
    let (mut anna, mut ben) = pair(relay.origin(), &["--views", "2", "--days", "30"]);
    let share = anna.share("Ben", &["--views", "2"]);
    ben.must(&["inbox"]);

    anna.move_clock(-20 * 365 * DAY);
    anna.fails(&["status"], 5, "clock-not-set");
    anna.move_clock(3 * 3600);
    assert!(anna.must(&["sync"]).contains("differ by"));
    anna.move_clock(31 * DAY);
    anna.fails(&["share", "in.jpg", "--to", "Ben"], 3, "consent-expired");
    anna.move_clock(0);
    anna.must(&["status"]);

    // A recipient whose clock is a little ahead or behind still sees the photo.
    for seconds in [3600, -200] {
        ben.move_clock(seconds);
        let (shown, said) = ben.view(&share);
        assert!(shown.is_ok(), "{seconds}: {said:?}");
    }
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--allow-keep"]);
    let body = std::fs::read(anna.path("vault/body")).unwrap();

    // The clean copy does not fit.
    let said = anna.velum_cramped(64, &["share", "in.jpg", "--to", "Ben"]);
    assert!(said.code == 5 && said.err.contains("disk is full"), "{said:?}");
    assert!(std::fs::read(anna.path("vault/body")).unwrap() == body);
    assert_eq!(crate::names(&anna.path("vault")), ["body", "head", "lock"]);

    // A new vault does not fit.
    let robin = Person::new();
    let said = robin.velum_cramped(0, &["vault", "new", "--small-memory"]);
    assert!(said.code == 5 && said.err.contains("disk is full"), "{said:?}");
    robin.fails(&["status"], 4, "no-vault");
    robin.must(&["vault", "new", "--small-memory"]);

    // A photo to keep does not fit: no view is used for it.
    let share = anna.share("Ben", &["--keep"]);
    ben.must(&["inbox"]);
    let said = ben.velum_cramped(100, &["keep", &share, "-o", "kept.jpg"]);
    assert_ne!(said.code, 0, "{said:?}");
    assert!(!ben.path("kept.jpg").exists());
    ben.must(&["keep", &share, "-o", "kept.jpg"]);
    assert!(std::fs::read(ben.path("kept.jpg")).unwrap() == anna.clean_copy());
}

#[test]
fn a_damaged_vault_says_so_and_is_left_as_it_is() {
    let relay = Relay::start();
    let anna = Person::at(relay.origin());
    let body = anna.path("vault/body");
    let mut bytes = std::fs::read(&body).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&body, &bytes).unwrap();
    anna.fails(&["status"], 2, "vault-damaged");
    assert!(std::fs::read(&body).unwrap() == bytes);
    std::fs::remove_file(&body).unwrap();
    anna.fails(&["status"], 2, "vault-damaged");
}
