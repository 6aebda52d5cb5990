//! Agreements go on, get wider by both and narrower by one; each permission can be taken back by
//! itself.

use crate::person::pair;
use crate::relay::Relay;

const DAY: i64 = 86_400;

#[test]
fn wider_terms_hold_when_both_have_signed_and_not_before() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once"]);
    let said = anna.must(&["agreement", "renew", "Ben", "--views", "3", "--allow-keep"]);
    assert!(said.contains("at most 3 times") && said.contains("You have signed."), "{said}");
    anna.fails(&["share", "in.jpg", "--to", "Ben", "--views", "2"], 3, "wider-than-agreed");

    let said = ben.must(&["sync"]);
    assert!(said.contains("Anna has signed new terms"), "{said}");
    ben.fails(&["agreement", "renew", "Anna"], 2, "no-terminal");
    anna.must(&["sync"]);
    anna.fails(&["share", "in.jpg", "--to", "Ben", "--views", "2"], 3, "wider-than-agreed");

    let answered = ben.json(&["agreement", "renew", "Anna", "--yes"]);
    assert_eq!(answered["stage"], "agreed", "{answered}");
    assert!(anna.must(&["sync"]).contains("Ben has signed the terms you proposed"));
    let share = anna.share("Ben", &["--views", "2", "--keep"]);
    ben.must(&["inbox"]);
    assert!(ben.view(&share).0.is_ok());
    ben.must(&["keep", &share, "-o", "kept.jpg"]);
}

#[test]
fn a_renewed_agreement_goes_on_and_another_is_over() {
    let relay = Relay::start();
    let (mut anna, mut ben) = pair(relay.origin(), &["--days", "30"]);
    let (mut carla, _dora) = pair(relay.origin(), &["--days", "30"]);
    anna.must(&["agreement", "renew", "Ben", "--days", "60"]);
    ben.must(&["agreement", "renew", "Anna", "--yes"]);
    anna.must(&["sync"]);
    for person in [&mut anna, &mut ben, &mut carla] {
        person.move_clock(40 * DAY);
    }
    let share = anna.share("Ben", &[]);
    assert_eq!(anna.state_of("sent", &share).0, "delivered", "the yes to receive was renewed too");
    ben.must(&["inbox"]);
    assert!(ben.view(&share).0.is_ok());
    carla.fails(&["share", "in.jpg", "--to", "Ben"], 3, "consent-expired");
    // Nothing lasts longer than 90 days.
    assert_eq!(anna.velum(&["agreement", "renew", "Ben", "--days", "91"]).code, 2);
}

#[test]
fn narrower_terms_hold_at_once_by_the_word_of_one() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "3", "--allow-keep"]);
    let share = anna.share("Ben", &["--views", "3", "--keep"]);
    ben.must(&["inbox"]);
    anna.must(&["agreement", "renew", "Ben", "--no-keep"]);
    anna.fails(&["share", "in.jpg", "--to", "Ben", "--keep"], 3, "wider-than-agreed");
    ben.must(&["sync"]);
    ben.fails(&["keep", &share, "-o", "no.jpg"], 3, "consent-not-allowed");
    assert!(ben.view(&share).0.is_ok(), "looking is as it was");
}

#[test]
fn who_takes_back_receiving_is_sent_nothing_until_they_allow_it_again() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once"]);
    let before = anna.share("Ben", &[]);
    ben.must(&["inbox"]);
    let said = ben.must(&["agreement", "withdraw", "Anna", "--permission", "receive"]);
    assert!(said.contains("cannot send you photos any more"), "{said}");
    assert_eq!(ben.view(&before).1.code, 3);

    // Anna's device has not heard of it; the relay has, and takes nothing.
    let unheard = anna.velum(&["share", "in.jpg", "--to", "Ben"]);
    assert!(!unheard.out.contains("delivered to the relay"), "{unheard:?}");
    ben.must(&["sync"]);
    assert_eq!(ben.json(&["status"])["received"].as_array().unwrap().len(), 1);

    ben.must(&["agreement", "allow", "Anna", "--permission", "receive"]);
    assert!(anna.must(&["sync"]).contains("delivered"));
    assert!(ben.must(&["sync"]).contains("has arrived"));
    assert!(ben.view(&before).0.is_ok());
}

#[test]
fn keeping_is_taken_back_without_looking() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "3", "--allow-keep"]);
    let one = anna.share("Ben", &["--views", "2", "--keep"]);
    let other = anna.share("Ben", &["--views", "2", "--keep"]);
    ben.must(&["inbox"]);
    let take_back = ["agreement", "withdraw", "Ben", "--permission", "keep"];
    let said = anna.must(&[&take_back[..], &["--share", &one]].concat());
    assert!(said.contains("may not keep photo"), "{said}");
    ben.must(&["sync"]);
    ben.fails(&["keep", &one, "-o", "no.jpg"], 3, "consent-withdrawn");
    assert!(ben.view(&one).0.is_ok());
    ben.must(&["keep", &other, "-o", "other.jpg"]);
    anna.must(&take_back);
    ben.must(&["sync"]);
    ben.fails(&["keep", &other, "-o", "no.jpg"], 3, "consent-withdrawn");
}

#[test]
fn looking_is_taken_back_and_the_rest_stands() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--once", "--both-ways"]);
    let share = anna.share("Ben", &[]);
    ben.must(&["inbox"]);
    let said = anna.must(&["agreement", "withdraw", "Ben", "--permission", "view"]);
    assert!(said.contains("may not look") && said.contains("Taken back: 1 photo"), "{said}");
    assert_eq!(ben.view(&share).1.code, 4);
    let back = ben.share("Anna", &[]);
    assert!(anna.must(&["sync"]).contains("has arrived"), "{back}");
    anna.fails(&["agreement", "allow", "Ben", "--permission", "view"], 2, "allowed-by-sharing");
    anna.fails(&["agreement", "allow", "Ben", "--permission", "show"], 3, "consent-not-allowed");
}
