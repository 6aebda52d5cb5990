//! A quiet withdrawal and a quiet end look on the other device like any photo that has ended: the
//! same words, the same JSON, the same traffic.

use crate::person::{Person, Said, pair};
use crate::relay::Relay;
use std::time::{SystemTime, UNIX_EPOCH};
use vocab::Timestamp;

/// Ben's clock is this much behind, so that his device does not notice an expiry by itself.
const BEHIND: i64 = -200;

fn in_seconds(seconds: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_unix_seconds(now + seconds).unwrap().to_string()
}

/// Anna shares with Ben for so many seconds; he has heard of it.
fn shared(relay: &Relay, seconds: u64) -> (Person, Person, String) {
    let (anna, mut ben) = pair(relay.origin(), &["--views", "3", "--allow-keep"]);
    let until = in_seconds(seconds);
    let share = anna.share("Ben", &["--views", "3", "--keep", "--until", &until]);
    ben.move_clock(BEHIND);
    ben.must(&["inbox"]);
    (anna, ben, share)
}

/// Everything that Ben can ask his device about it, one answer after the other.
fn all_that_ben_sees(ben: &Person, share: &str) -> Vec<String> {
    let plain = |said: Said| {
        let text = format!("{}\n{}\n{}", said.code, said.out, said.err);
        let text = text.replace(share, "[share]").replace(&share[..8], "[id]");
        // The address of the page, of which each time has its own.
        let is_address = |line: &&str| line.contains("http://127.0.0.1");
        text.lines().filter(|line| !is_address(line)).collect::<Vec<_>>().join("\n")
    };
    let mut seen = Vec::new();
    let asks: [&[&str]; 6] = [
        &["sync"],
        &["inbox"],
        &["status"],
        &["keep", share],
        &["inbox"],
        &["agreement", "show", "Anna"],
    ];
    for ask in asks {
        seen.push(plain(ben.velum(ask)));
        if ask != ["agreement", "show", "Anna"] {
            seen.push(plain(ben.velum(&[ask, &["--json"]].concat())));
        }
    }
    seen.push(plain(ben.view(share).1));
    for ask in [&["sync"][..], &["inbox", "--json"], &["status", "--json"], &["view", share]] {
        seen.push(plain(ben.velum(ask)));
    }
    seen
}

/// Dates are not the same for two photos; what is said about them is.
fn without_dates(seen: &[String]) -> Vec<String> {
    // 2026-11-24, and what follows of the time; in an agreement's words also 24 November 2026, 12:00.
    let is_date = |text: &[u8]| {
        let digits = text.iter().map(u8::is_ascii_digit);
        digits.eq([4, 2, 2].map(|n| [true].repeat(n)).join(&false))
    };
    let mask = |text: &String| {
        let mut bytes = text.clone().into_bytes();
        let is_agreement = text.contains("What we agree on");
        for at in 0..bytes.len() {
            if is_agreement || bytes.get(at..at + 10).is_some_and(is_date) {
                let end = bytes.len().min(at + if is_agreement { 1 } else { 19 });
                bytes[at..end].iter_mut().filter(|b| b.is_ascii_digit()).for_each(|b| *b = b'#');
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    seen.iter().map(mask).collect()
}

#[test]
fn a_quiet_withdrawal_and_an_expiry_look_the_same_byte_for_byte() {
    let relay = Relay::start();
    let (anna, ben, share) = shared(&relay, 3600);
    let (ellen, finn, ended) = shared(&relay, 3600);
    let (carla, dora, expiring) = shared(&relay, 15);
    // The relay still counts the second that the photo was shared until.
    let over = in_seconds(17);

    let said = anna.must(&["withdraw", &share, "--quiet"]);
    assert!(said.contains("Taken back: 1 photo"), "{said}");
    let withdrawn = all_that_ben_sees(&ben, &share);
    let said = ellen.must(&["end", "Ben"]);
    assert!(said.contains("told nothing"), "{said}");
    let quiet_end = all_that_ben_sees(&finn, &ended);
    while carla.state_of("sent", &expiring).0 != "ended" || in_seconds(0) < over {}
    let expired = all_that_ben_sees(&dora, &expiring);

    assert!(expired.iter().any(|text| text.contains("not available any more")), "{expired:#?}");
    assert_eq!(without_dates(&withdrawn), without_dates(&expired));
    assert_eq!(without_dates(&quiet_end), without_dates(&expired));
}

#[test]
fn what_was_quiet_stands_in_ones_own_chain_and_travels_with_the_next_word() {
    let relay = Relay::start();
    let (anna, ben, share) = shared(&relay, 3600);
    anna.must(&["withdraw", &share, "--quiet"]);
    let no = format!("no to everything with photo {}", &share[..8]);
    assert!(anna.must(&["agreement", "show", "Ben"]).contains(&no));
    assert_eq!(ben.must(&["sync"]).trim(), "Nothing new.");
    assert!(!ben.must(&["agreement", "show", "Anna"]).contains(&no));
    // A chain has no gaps: the next thing Anna signs takes it along.
    anna.share("Ben", &[]);
    ben.must(&["sync"]);
    assert!(ben.must(&["agreement", "show", "Anna"]).contains(&no));
}

#[test]
fn after_a_quiet_end_the_other_can_go_on_and_reaches_nobody() {
    let relay = Relay::start();
    let (mut anna, ben) = pair(relay.origin(), &["--once", "--both-ways", "--days", "2"]);
    anna.must(&["end", "Ben"]);
    anna.fails(&["share", "in.jpg", "--to", "Ben"], 3, "consent-ended");
    let sent = ben.share("Anna", &[]);
    assert_eq!(ben.state_of("sent", &sent), ("delivered".into(), 1));
    assert_eq!(anna.must(&["sync"]).trim(), "Nothing new.");
    assert!(anna.json(&["status"])["received"].as_array().unwrap().is_empty());
    // When the terms are over, Anna's mailbox ends; Ben's device knows that day by itself.
    anna.move_clock(2 * 86_400);
    anna.must(&["sync"]);
    assert_eq!(anna.json(&["status"])["partners"][0]["stage"], "ended");
}
