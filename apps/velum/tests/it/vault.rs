//! The ways into a vault, and backups: what opens it, what does not any more, and what a vault made
//! from a backup can do.

use std::process::Command;

use data_encoding::HEXLOWER;

use crate::person::{Person, Said, pair};
use crate::relay::Relay;

/// Runs a command with another passphrase than the one in `passphrase`.
fn with_passphrase(person: &Person, passphrase: &str, arguments: &[&str]) -> Said {
    std::fs::write(person.path("other"), format!("{passphrase}\n")).unwrap();
    person.velum(&[arguments, &["--passphrase-file", "other"]].concat())
}

fn words(person: &Person) -> String {
    let said = person.json(&["vault", "words"]);
    let words = said["words"].as_array().unwrap();
    words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_new_passphrase_takes_the_place_of_the_old_one() {
    let anna = Person::at("http://127.0.0.1:9");
    std::fs::write(anna.path("new"), "another horse battery\n").unwrap();
    let change = ["vault", "passphrase", "--small-memory", "--new-passphrase-file", "new"];
    let said = anna.must(&change);
    assert!(said.contains("opens nothing any more"), "{said}");
    anna.fails(&["vault", "status"], 3, "wrong-passphrase");
    assert_eq!(with_passphrase(&anna, "another horse battery", &["vault", "status"]).code, 0);

    std::fs::write(anna.path("passphrase"), "another horse battery\n").unwrap();
    std::fs::write(anna.path("new"), "short\n").unwrap();
    anna.fails(&change, 2, "passphrase-too-short");
    anna.must(&["vault", "status"]);
}

#[test]
fn words_on_paper_open_the_vault_when_the_passphrase_is_forgotten() {
    let anna = Person::at("http://127.0.0.1:9");
    assert!(anna.must(&["vault", "status"]).contains("velum vault words"));
    let (first, second) = (words(&anna), words(&anna));
    assert_eq!(second.split(' ').count(), 24);
    assert_ne!(first, second);
    let status = anna.json(&["vault", "status"]);
    assert_eq!(status["opens_with"], serde_json::json!(["passphrase", "recovery-words"]));

    std::fs::write(anna.path("new"), "another horse battery\n").unwrap();
    let recover = |words: &str| {
        std::fs::write(anna.path("paper"), words).unwrap();
        let new = ["--small-memory", "--new-passphrase-file", "new"];
        anna.velum(&[&["vault", "recover", "--words-file", "paper", "--json"], &new[..]].concat())
    };
    let id = |said: &Said| {
        let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        document["error"]["id"].as_str().map(str::to_owned)
    };
    let earlier = recover(&first);
    assert_eq!((earlier.code, id(&earlier).as_deref()), (3, Some("wrong-key")));
    let slip = recover(&second.replacen(' ', " velum ", 1));
    assert_eq!((slip.code, id(&slip).as_deref()), (2, Some("not-recovery-words")));
    anna.must(&["vault", "status"]);

    // As people write: in capitals, the first four letters.
    let written: Vec<String> =
        second.split(' ').map(|word| word.chars().take(4).collect::<String>()).collect();
    let recovered = recover(&written.join("  ").to_uppercase());
    assert_eq!(recovered.code, 0, "{recovered:?}");
    anna.fails(&["vault", "status"], 3, "wrong-passphrase");
    assert_eq!(with_passphrase(&anna, "another horse battery", &["vault", "status"]).code, 0);
}

#[test]
fn words_are_shown_once_and_are_nowhere_in_the_vault() {
    let anna = Person::at("http://127.0.0.1:9");
    let words = words(&anna);
    let secret = crypto::words::read(&words).unwrap();
    for entry in std::fs::read_dir(anna.path("vault")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
        assert!(!holds(secret.as_slice()) && !holds(words.split(' ').next().unwrap().as_bytes()));
    }
    let shown = anna.must(&["vault", "words"]);
    assert!(shown.contains(" 1 ") && shown.contains("24 ") && !shown.contains(&words), "{shown}");
}

/// Anna's device is lost; she makes a vault from her backup on another one.
fn restored(anna: &Person) -> Person {
    let new = Person::new();
    std::fs::copy(anna.path("kept.age"), new.path("kept.age")).unwrap();
    std::fs::copy(anna.path("backup-passphrase"), new.path("backup-passphrase")).unwrap();
    let said = new.must(&[
        "vault",
        "restore",
        "kept.age",
        "--small-memory",
        "--backup-passphrase-file",
        "backup-passphrase",
    ]);
    assert!(said.contains("nothing new is signed"), "{said}");
    new
}

fn back_up(anna: &Person) {
    std::fs::write(anna.path("backup-passphrase"), "a passphrase for the backup\n").unwrap();
    let file = ["--backup-passphrase-file", "backup-passphrase"];
    anna.must(&[&["vault", "backup", "--to", "kept.age"], &file[..]].concat());
}

#[test]
fn from_a_backup_photos_can_be_taken_back_and_nothing_new_is_signed() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "3"]);
    let share = anna.share("Ben", &["--views", "3"]);
    ben.must(&["inbox"]);
    back_up(&anna);

    let new = restored(&anna);
    assert_eq!(new.state_of("sent", &share), ("delivered".into(), 3));
    new.fails(&["share", "in.jpg", "--to", "Ben", "--once"], 3, "restored");
    assert!(new.must(&["status"]).contains("from a backup"));

    new.must(&["withdraw", &share[..8]]);
    let (shown, said) = ben.view(&share[..8]);
    assert!(shown.is_err() && said.code == 4, "{said:?}");
    new.must(&["agreement", "export", "Ben", "-o", "both.cbor"]);
    new.must(&["agreement", "verify", "both.cbor"]);

    // To go on, they begin anew.
    new.must(&["end", "Ben"]);
    let link = new.invite("Ben", &["--once"]);
    assert_eq!(ben.accept(&link, "Anna anew").code, 0);
    new.must(&["sync"]);
    ben.must(&["sync"]);
    let again = new.share("Ben", &["--once"]);
    ben.must(&["inbox"]);
    assert!(ben.view(&again[..8]).0.unwrap() == new.clean_copy());
}

#[test]
fn what_waited_is_not_sent_from_a_backup_and_what_came_can_be_seen() {
    let relay = Relay::start();
    let (anna, ben) = pair(relay.origin(), &["--views", "2", "--both-ways"]);
    let theirs = ben.share("Anna", &["--once"]);
    anna.must(&["inbox"]);
    let link = anna.invite("Nobody yet", &["--once"]);
    let waiting = anna.share("Nobody yet", &["--once"]);
    back_up(&anna);

    let new = restored(&anna);
    new.must(&["sync"]);
    assert_eq!(new.state_of("sent", &waiting), ("withdrawn".into(), 0));
    let late = Person::at(relay.origin());
    assert_ne!(late.accept(&link, "Anna").code, 0, "the invitation is void");
    assert!(new.view(&theirs[..8]).0.unwrap() == ben.clean_copy());
    // The photo itself was not in the backup.
    let size = std::fs::metadata(new.path("kept.age")).unwrap().len();
    assert!(size < 20_000, "{size} bytes");
}

#[test]
fn a_backup_opens_with_its_own_passphrase_only_and_with_rage() {
    let anna = Person::at("http://127.0.0.1:9");
    back_up(&anna);
    let file = std::fs::read(anna.path("kept.age")).unwrap();
    assert!(file.starts_with(b"age-encryption.org/v1\n-> scrypt "));

    let new = Person::new();
    std::fs::copy(anna.path("kept.age"), new.path("kept.age")).unwrap();
    let restore = ["vault", "restore", "kept.age", "--backup-passphrase-file", "passphrase"];
    new.fails(&restore, 3, "wrong-passphrase");
    std::fs::write(new.path("kept.age"), &file[..file.len() - 1]).unwrap();
    std::fs::write(new.path("passphrase"), "a passphrase for the backup\n").unwrap();
    new.fails(&restore, 3, "wrong-passphrase");
    std::fs::write(new.path("kept.age"), b"not a backup").unwrap();
    new.fails(&restore, 2, "not-a-backup");
    assert!(!new.path("vault/head").exists(), "nothing half-made");

    let python = std::env::var_os("VELUM_TEST_PYTHON").expect("`cargo xtask test` prepares it");
    let script = "import sys, pyrage\n\
                  data = open(sys.argv[1], 'rb').read()\n\
                  print(pyrage.passphrase.decrypt(data, sys.argv[2]).hex())";
    let opened = Command::new(python)
        .args(["-c", script])
        .arg(anna.path("kept.age"))
        .arg("a passphrase for the backup")
        .output()
        .unwrap();
    assert!(opened.status.success(), "{opened:?}");
    let plain = HEXLOWER.decode(crate::text(&opened.stdout).trim().as_bytes()).unwrap();
    // A CBOR map of three: version, time, the vault's body.
    assert_eq!(plain[..3], [0xa3, 1, 1]);
}
