//! Kept photos lie in the vault, and go within the agreed days when the yes to keep is over.

use crate::person::{Person, pair};
use crate::relay::Relay;

const DAY: i64 = 86_400;

/// Anna let Ben keep a photo, under terms that give so many days to delete; he has it.
fn keeping(relay: &Relay, days: &str) -> (Person, Person, String) {
    let terms = ["--views", "3", "--allow-keep", "--delete-within", days];
    let (anna, ben) = pair(relay.origin(), &terms);
    let share = anna.share("Ben", &["--keep", "--days", "5"]);
    ben.must(&["inbox"]);
    let said = ben.must(&["keep", &share]);
    assert!(said.contains("kept in your vault until"), "{said}");
    (anna, ben, share)
}

/// Photos that lie in the vault's folder.
fn items(person: &Person) -> usize {
    let names = crate::names(&person.path("vault"));
    names.iter().filter(|name| name.starts_with("item-")).count()
}

#[test]
fn a_kept_photo_is_sealed_and_shown_again_without_a_view() {
    let relay = Relay::start();
    let (anna, ben, share) = keeping(&relay, "0");
    assert_eq!(items(&ben), 1);
    let photo = anna.clean_copy();
    for name in crate::names(&ben.path("vault")) {
        let bytes = std::fs::read(ben.path("vault").join(name)).unwrap();
        assert!(!bytes.windows(64).any(|part| part == &photo[1000..1064]));
    }
    for _ in 0..2 {
        let (shown, said) = ben.view(&share);
        assert!(shown.unwrap() == photo && said.out.contains("No view is used"), "{said:?}");
    }
    assert_eq!(ben.json(&["status"])["kept"][0]["share"], *share);
}

#[test]
fn a_yes_taken_back_deletes_the_kept_photo_within_the_agreed_days() {
    for (days, end) in [("0", false), ("0", true), ("7", false), ("7", true)] {
        let relay = Relay::start();
        let (anna, mut ben, share) = keeping(&relay, days);
        match end {
            true => anna.must(&["end", "Ben", "--openly"]),
            false => anna.must(&["agreement", "withdraw", "Ben", "--permission", "keep"]),
        };
        ben.must(&["sync"]);
        assert!(ben.json(&["status"])["kept"].as_array().unwrap().is_empty());
        ben.fails(&["keep", &share], 4, "share-gone");
        let days: i64 = days.parse().unwrap();
        if days > 0 {
            assert_eq!(items(&ben), 1, "not shown any more, and not yet deleted");
            ben.move_clock(days * DAY - 60);
            ben.must(&["vault", "status"]);
            assert_eq!(items(&ben), 1);
        }
        ben.move_clock(days * DAY);
        ben.must(&["vault", "status"]);
        assert_eq!(items(&ben), 0, "{days} days, end: {end}");
    }
}

#[test]
fn a_yes_that_ends_by_itself_deletes_it_too_on_both_devices() {
    let relay = Relay::start();
    let (mut anna, mut ben, _) = keeping(&relay, "0");
    // Ben never said that he receives from Kim: what Anna shares with her waits.
    anna.invite("Kim", &[]);
    anna.share("Kim", &["--days", "5"]);
    assert_eq!((items(&anna), items(&ben)), (1, 1));
    for person in [&mut anna, &mut ben] {
        person.move_clock(5 * DAY - 60);
        person.must(&["vault", "status"]);
        assert_eq!(items(person), 1);
        person.move_clock(5 * DAY);
        person.must(&["vault", "status"]);
        assert_eq!(items(person), 0);
    }
}

#[test]
fn said_again_within_the_days_it_is_kept_on() {
    let relay = Relay::start();
    let (anna, mut ben, share) = keeping(&relay, "7");
    ben.must(&["agreement", "withdraw", "Anna", "--permission", "receive"]);
    assert_eq!(ben.view(&share).1.code, 4);
    ben.move_clock(3 * DAY);
    ben.must(&["agreement", "allow", "Anna", "--permission", "receive"]);
    assert!(ben.view(&share).0.unwrap() == anna.clean_copy());
}
