//! What opens the vault in a browser: words on paper, a passkey, a new passphrase, a backup. The
//! passkey is a virtual authenticator of the real browser.

use serde_json::json;

use crate::browser::Browser;
use crate::stage::{PASSPHRASE, Stage};

const EMPTY: &str = "You have not shared a photo.";
const NEW: &str = "willow pencil under seven";
const OF_BACKUP: &str = "for the backup alone";

/// Passkeys belong to names, not to numbers.
fn named(stage: &Stage) -> String {
    stage.origin.replace("127.0.0.1", "localhost")
}

fn with_keys_shown(stage: &Stage, name: &str) -> Browser {
    let browser = stage.browser(name);
    browser.enter(&named(stage));
    browser.press("Photos");
    browser.fill("#passphrase", PASSPHRASE);
    browser.press("Make my keys");
    browser.sees(EMPTY);
    browser.press("Keys and backup");
    browser.sees("Words on paper");
    browser
}

fn words_shown(browser: &Browser) -> String {
    browser.find(".words li:nth-child(24)");
    let script =
        "return [...document.querySelectorAll('.words li')].map((it) => it.textContent).join(' ')";
    browser.run(script, &json!([])).as_str().unwrap().to_owned()
}

#[test]
fn words_on_paper_open_the_vault_and_set_a_new_passphrase() {
    let stage = Stage::new();
    let browser = with_keys_shown(&stage, "someone");
    browser.fill("#passphrase-again", "not this one at all");
    browser.press("Make my words");
    browser.sees("This passphrase does not open it.");
    assert!(!browser.has_now(".words"), "whoever has the unlocked page alone gets no way in");

    browser.run("document.querySelector('#passphrase-again').value = ''", &json!([]));
    browser.fill("#passphrase-again", PASSPHRASE);
    browser.press("Make my words");
    let words = words_shown(&browser);
    assert_eq!(words.split(' ').count(), 24);
    browser.examine("keys");
    browser.press("Back to your photos");
    browser.press("Keys and backup");
    browser.sees("You have 24 words on paper.");
    assert!(!browser.has_now(".words"), "they are shown once");

    browser.press("Lock");
    browser.sees("I forgot my passphrase");
    browser.run("document.querySelector('details').open = true", &json!([]));
    browser.fill("#words-typed", &words.replacen(' ', " velum ", 1));
    browser.fill("#passphrase-new", NEW);
    browser.press("Open with my words");
    browser.sees("These are not your 24 words, or one of them is wrong.");
    browser.examine("forgotten");
    browser.run("document.querySelector('#words-typed').value = ''", &json!([]));
    browser.fill("#words-typed", &words);
    browser.press("Open with my words");
    browser.sees(EMPTY);

    browser.press("Lock");
    browser.unlock();
    browser.sees("This passphrase does not open it.");
    browser.run("document.querySelector('#passphrase').value = ''", &json!([]));
    browser.fill("#passphrase", NEW);
    browser.press("Unlock");
    browser.sees(EMPTY);
}

#[test]
fn a_passkey_opens_the_vault_until_it_is_removed() {
    let stage = Stage::new();
    let browser = with_keys_shown(&stage, "someone");
    browser.add_authenticator();
    browser.fill("#passphrase-again", PASSPHRASE);
    browser.press("Add a passkey");
    browser.sees("The passkey opens Velum in this browser from now on.");
    browser.examine("passkey");
    browser.press("Lock");
    browser.press("Unlock with a passkey");
    browser.sees(EMPTY);

    // Another page load, another worker: it is kept.
    browser.reload();
    browser.press("Photos");
    browser.sees("Your keys are locked in this browser.");
    browser.press("Unlock with a passkey");
    browser.sees(EMPTY);

    browser.press("Keys and backup");
    browser.press("Remove");
    browser.sees("The passkey opens nothing here any more.");
    browser.press("Lock");
    browser.sees("Your keys are locked in this browser.");
    browser.sees_no("Unlock with a passkey");
    browser.unlock();
    browser.sees(EMPTY);
}

#[test]
fn without_a_passkey_that_can_the_passphrase_stays_the_way_in() {
    let stage = Stage::new();
    let browser = with_keys_shown(&stage, "someone");
    browser.add_authenticator_without_prf();
    browser.fill("#passphrase-again", PASSPHRASE);
    browser.press("Add a passkey");
    browser.sees("No passkey was used.");
    browser.press("Lock");
    browser.unlock();
    browser.sees(EMPTY);
}

#[test]
fn a_backup_made_in_one_browser_is_put_back_in_another() {
    let stage = Stage::new();
    let browser = stage.browser("lost");
    browser.enter(&named(&stage));
    browser.make_link(&stage, "Robin");
    browser.press("Photos");
    browser.sees("Robin");
    browser.press("Keys and backup");
    browser.fill("#passphrase-again", PASSPHRASE);
    browser.fill("#passphrase-backup", OF_BACKUP);
    browser.press("Save a backup");
    browser.sees("The backup is saved.");
    let file = stage.download("lost", "backup.age");
    assert!(std::fs::read(&file).unwrap().starts_with(b"age-encryption.org/v1\n-> scrypt "));
    drop(browser);

    let found = stage.browser("found");
    found.enter(&named(&stage));
    found.press("Photos");
    found.sees("I have a backup");
    found.run("document.querySelector('details').open = true", &json!([]));
    found.fill("#backup-file", file.to_str().unwrap());
    found.fill("#passphrase-backup", "not the backup's");
    found.fill("#passphrase-new", NEW);
    found.press("Put it back");
    found.sees("This passphrase does not open it.");
    found.run("document.querySelector('#passphrase-backup').value = ''", &json!([]));
    found.fill("#passphrase-backup", OF_BACKUP);
    found.examine("put-back");
    found.press("Put it back");
    found.sees("Your photos");
    // Nobody had said yes: the photo that waited is not sent any more, and the link is void.
    found.sees("Robin");
    found.sees("Taken back");
    found.press("Lock");
    found.fill("#passphrase", NEW);
    found.press("Unlock");
    found.sees("Robin");
}
