//! With 24 words on paper, everything is taken back from another machine, without the vault.

use crate::person::{Person, pair};
use crate::relay::Relay;

fn words_of(person: &Person) -> String {
    let token = person.json(&["vault", "paper-token"]);
    token["words"].as_str().unwrap_or_else(|| panic!("{token}")).to_owned()
}

/// Someone on a machine without a vault.
fn withdraw(words: &str, relay: &str) -> (i32, String) {
    let helper = Person::new();
    let said = helper.velum_reading(&["withdraw", "--paper", "--relay", relay], words);
    assert!(!helper.path("vault").exists(), "no vault is made for it");
    (said.code, said.out + &said.err)
}

#[test]
fn the_paper_takes_back_everything_without_the_vault() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "3", "--both-ways"]);
    let words = words_of(&anna);
    let (one, two) = (anna.share("Ben", &[]), anna.share("Ben", &["--views", "3"]));
    ben.must(&["inbox"]);
    assert!(ben.view(&two).0.is_ok());
    let theirs = ben.share("Anna", &[]);
    assert_eq!(words_of(&anna), words, "the same words every time");

    // The vault is gone, with everything in it.
    std::fs::rename(anna.path("vault"), anna.path("lost")).unwrap();
    let (code, said) = withdraw(&words, relay.origin());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Taken back: 2 photos") && said.contains("mailboxes"), "{said}");
    for share in [&one, &two] {
        assert_eq!(ben.view(share).1.code, 4);
    }
    // Nothing new reaches Anna either, and what Ben shares himself is his.
    ben.velum(&["share", "in.jpg", "--to", "Anna"]);
    let sent = ben.json(&["status"])["sent"].as_array().unwrap().clone();
    assert_eq!(sent[0]["share"], *theirs);
    assert_eq!(sent[1]["stage"], "waiting", "{sent:?}");

    // Again: nothing left, and no harm.
    let (code, said) = withdraw(&words, relay.origin());
    assert!(code == 0 && said.contains("nothing to take back"), "{said}");
    // Found again, the vault knows what has happened.
    std::fs::rename(anna.path("lost"), anna.path("vault")).unwrap();
    assert_eq!(anna.state_of("sent", &one), ("ended".into(), 0));
}

#[test]
fn shares_of_many_days_are_found() {
    let relay = Relay::start();
    let (mut anna, mut ben) = pair(relay.origin(), &["--days", "90"]);
    let mut shares = Vec::new();
    for days in [0, 1, 40] {
        anna.move_clock(days * 86_400);
        ben.move_clock(days * 86_400);
        shares.push(anna.share("Ben", &["--days", "3"]));
    }
    let words = words_of(&anna);
    let mut helper = Person::new();
    helper.move_clock(40 * 86_400);
    let said = helper.velum_reading(&["withdraw", "--paper", "--relay", relay.origin()], &words);
    assert!(said.out.contains("Taken back: 3 photos"), "{said:?}");
}

#[test]
fn other_words_take_nothing_back() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &[]);
    let share = anna.share("Ben", &[]);
    ben.must(&["inbox"]);
    let (code, said) = withdraw(&words_of(&ben), relay.origin());
    assert!(code == 0 && said.contains("nothing to take back"), "{said}");
    let words = words_of(&anna);
    let short = words.rsplit_once(' ').unwrap().0;
    let (code, said) = withdraw(short, relay.origin());
    assert!(code == 2 && said.contains("not the 24 words"), "{said}");
    assert!(!said.contains(short.split(' ').next().unwrap()), "words are never told again: {said}");
    assert_eq!(anna.state_of("sent", &share), ("delivered".into(), 1));
    assert_eq!(anna.velum(&["withdraw", "--paper"]).code, 2, "which relay?");
}

#[test]
fn the_words_are_shown_with_a_code_to_photograph() {
    let relay = Relay::start();
    let anna = Person::at(relay.origin());
    let said = anna.must(&["vault", "paper-token"]);
    for part in ["Write these down", "█", "They can open nothing", relay.origin()] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
