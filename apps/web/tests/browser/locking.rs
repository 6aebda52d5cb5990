//! The vault locks itself, stands the end of its worker, and is open in one place at a time.

use serde_json::json;

use crate::browser::Browser;
use crate::stage::{PASSPHRASE, Stage};

const EMPTY: &str = "You have not shared a photo.";

fn with_vault(stage: &Stage) -> Browser {
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.press("Photos");
    browser.fill("#passphrase", PASSPHRASE);
    browser.press("Make my keys");
    browser.sees(EMPTY);
    browser
}

#[test]
fn a_short_or_wrong_passphrase_opens_nothing() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.press("Photos");
    browser.fill("#passphrase", "short");
    browser.press("Make my keys");
    browser.sees("The passphrase is too short. It needs 8 characters or more.");
    browser.sees("A new passphrase");
    browser.reload();
    browser.press("Photos");
    browser.fill("#passphrase", PASSPHRASE);
    browser.press("Make my keys");
    browser.sees(EMPTY);
    browser.examine("no-photos");

    browser.press("Lock");
    browser.fill("#passphrase", "copper lantern drifting harbor");
    browser.press("Unlock");
    browser.sees("This passphrase does not open it.");
    browser.unlock();
    browser.sees(EMPTY);
}

#[test]
fn a_second_tab_is_told_that_velum_is_open_elsewhere() {
    let stage = Stage::new();
    let browser = with_vault(&stage);
    browser.new_tab();
    browser.go(&stage.origin);
    browser.press("Photos");
    browser.unlock();
    browser.sees("Velum is already open in another tab or window.");
}

#[test]
fn two_minutes_without_a_touch_lock_the_vault() {
    let stage = Stage::new();
    let browser = with_vault(&stage);
    browser.run("const now = Date.now; Date.now = () => now() + 120000", &json!([]));
    browser.sees("Velum locked itself after two minutes without a touch.");
    browser.sees("Your keys are locked in this browser.");
    browser.sees_no(EMPTY);
    browser.unlock();
    browser.sees(EMPTY);
}

#[test]
fn a_worker_that_stops_is_started_anew_and_keys_stay_locked() {
    let stage = Stage::new();
    let browser = with_vault(&stage);
    browser.press("Check");
    let stop_at_next_message = "const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message) {
          if (!message[1].includes('Check')) return post.call(this, message);
          Worker.prototype.postMessage = post;
          this.dispatchEvent(new Event('error'));
        }";
    browser.run(stop_at_next_message, &json!([]));
    browser.check(&stage.photo);
    browser.sees("has stopped, perhaps for want of memory.");
    browser.check(&stage.photo);
    browser.sees("What this photo gives away");
    browser.press("Photos");
    browser.unlock();
    browser.sees(EMPTY);
}
