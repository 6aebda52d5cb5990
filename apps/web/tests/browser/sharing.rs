//! From a photo on one person's disk to another person's eyes, and back out of reach.

use serde_json::json;

use crate::browser::Browser;
use crate::photo;
use crate::screen::{refuse_noise, stored};
use crate::stage::{PASSPHRASE, Stage, files_in};

const ARRIVES_LATER: &str = "The photo arrives when Robin's device is next online.";
const GONE: &str = "This photo has been viewed. It is gone from here.";

#[test]
fn a_photo_goes_to_one_person_is_seen_once_and_is_gone() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.go(&stage.origin);
    sender.sees("Before you start");
    sender.examine("gate");
    sender.press("I am an adult");
    sender.sees("What does your photo give away?");
    sender.examine("start");
    let link = check_and_share(&sender, &stage);

    let recipient = stage.browser("recipient");
    recipient.enter(&link);
    recipient.sees("What both of you would sign");
    assert_eq!(recipient.address(), format!("{}/", stage.origin), "the secret left the address");
    recipient.examine("invitation");
    sender.press("Your photos");
    sender.sees("Waiting for a yes. To view once");
    assert_eq!(stage.blobs(), 0, "nothing is uploaded before a yes");

    recipient.say_yes("Robin");
    sender.sees("Delivered. 1 of 1 view left");
    sender.examine("sent");
    assert_eq!(stage.blobs(), 1);
    recipient.sees("View now (1 view left)");
    recipient.examine("received");
    view_once(&recipient);
    sender.sees("Over: viewed as agreed");

    refuse_traces(&stage, &recipient, "recipient");
    refuse_traces(&stage, &sender, "sender");
    refuse_noise(&recipient, &stage.origin);
    refuse_noise(&sender, &stage.origin);
    drop((sender, recipient));
    for profile in ["sender", "recipient"] {
        let asked = stage.asked_of_the_network(profile);
        assert!(asked.iter().any(|it| it.contains("/v1/mailboxes/")), "the worker is heard too");
        let elsewhere = asked.iter().filter(|it| !it.starts_with(&format!("{}/", stage.origin)));
        assert_eq!(elsewhere.collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

fn check_and_share(sender: &Browser, stage: &Stage) -> String {
    sender.check(&stage.photo);
    sender.sees("46.55831° north, 7.98473° east");
    sender.press("Show it");
    sender.find(".picture img");
    sender.leave_picture("app");
    sender.press("Compare them");
    sender.find(".side-by-side img");
    sender.examine("check");
    sender.press("Share it on your terms");
    sender.sees("A new passphrase");
    sender.examine("new-vault");
    sender.fill("#passphrase", PASSPHRASE);
    sender.press("Make my keys");
    sender.fill("#name", "Kim Canary");
    sender.examine("terms");
    pause(sender);
    sender.press("Make the link");
    sender.sees("The link for Kim Canary");
    sender.fill("#message", "My number is +44 20 7946 0958, love, kim@example.com");
    sender.press("Check the message");
    sender.sees("“+44 20 7946 0958”: perhaps a telephone number");
    sender.sees("“kim@example.com”: perhaps an e-mail address");
    sender.examine("link");
    sender.link()
}

/// Three questions come first. Going back keeps what was written, and nothing was sent meanwhile.
fn pause(sender: &Browser) {
    drop(sender.requests());
    sender.press("Go on");
    sender.sees("Is anyone pressing you?");
    sender.examine("pause");
    sender.press("Not now");
    sender.find("form:not([hidden]) #name");
    sender.press("Go on");
    sender.sees("Is anyone pressing you?");
    let sent = sender.requests();
    assert!(
        sent.iter().all(|it| !it.contains("/v1/invites") && !it.contains("/v1/shares/")),
        "{sent:?}"
    );
}

/// Views the photo with a hasty double press; it must open once, and only once ever.
fn view_once(recipient: &Browser) {
    let press_twice = "const find = () => [...document.querySelectorAll('button')]
        .find((it) => it.textContent.startsWith('View now'));
        const button = find(); button.click(); button.click();";
    recipient.run(press_twice, &json!([]));
    recipient.find(".viewing img");
    recipient.examine("viewing");
    assert!(!recipient.has_now("[role=alert] .note"), "the second press did nothing");

    recipient.run("window.dispatchEvent(new Event('blur'))", &json!([]));
    recipient.sees("Covered, because you left this window.");
    assert!(!recipient.has_now(".viewing img"));
    recipient.press("Show it again");
    recipient.find(".viewing img");
    recipient.press("Hide it now");
    recipient.sees(GONE);
    recipient.examine("gone");
    assert!(!recipient.has_now("img[src^='blob:']"));

    recipient.reload();
    recipient.press("Photos");
    recipient.sees("Your keys are locked in this browser.");
    recipient.examine("locked");
    recipient.unlock();
    recipient.sees("This photo is gone from here.");
    recipient.sees_no("View now");
}

/// Neither the page's storage nor the profile on disk holds the photo, a name or the passphrase.
fn refuse_traces(stage: &Stage, browser: &Browser, profile: &str) {
    let clean = photo::clean_copy(&stage.photo);
    let middle = clean.len() / 2;
    let canaries: [&[u8]; 4] =
        [&clean[middle..middle + 48], PASSPHRASE.as_bytes(), b"Kim Canary", b"Robin Example"];
    let kept = stored(browser);
    assert!(kept.len() > 1_000, "there is a vault to look into");
    for canary in canaries {
        assert!(!contains(&kept, canary), "found in the page's storage");
        for file in files_in(&stage.profile(profile)) {
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert!(!contains(&bytes, canary), "found in {}", file.display());
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_photo_arrives_later_when_its_sender_was_away_at_the_yes() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    let link = sender.make_link(&stage, "Kim");
    drop(sender);

    let recipient = stage.browser("recipient");
    recipient.enter(&link);
    recipient.say_yes("Robin");
    recipient.sees(ARRIVES_LATER);
    recipient.sees("You can close this page and come back.");
    recipient.examine("awaiting");
    drop(recipient);

    let sender = stage.browser("sender");
    sender.go(&stage.origin);
    sender.press("Unlock your photos");
    sender.unlock();
    sender.sees("Delivered. 1 of 1 view left");

    let recipient = stage.browser("recipient");
    recipient.go(&stage.origin);
    recipient.press("Unlock your photos");
    recipient.unlock();
    recipient.press("View now (1 view left)");
    recipient.find(".viewing img");
    let same = recipient.run_async(
        "const done = arguments[0];
         fetch(document.querySelector('.viewing img').src).then(() => done('fetched'), () => done('refused'))",
        &json!([]),
    );
    assert_eq!(same, "refused", "the page's own policy keeps even its scripts from the bytes");
    sender.sees("Over: viewed as agreed");
}

#[test]
fn what_is_taken_back_in_time_is_never_seen() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    let link = sender.make_link(&stage, "Kim");
    let recipient = stage.browser("recipient");
    recipient.enter(&link);
    recipient.say_yes("Robin");
    recipient.sees("View now");
    // A page that nobody looks at does not ask for news: it learns of it only at the press.
    recipient.run("Object.defineProperty(document, 'hidden', {value: true})", &json!([]));

    sender.press("Your photos");
    sender.sees("What has been seen cannot be unseen.");
    sender.press("Take it back");
    sender.sees("Taken back. Nobody can open it any more.");
    sender.examine("taken-back");
    assert_eq!(stage.blobs(), 0, "the sealed bytes are gone too");

    recipient.press("View now (1 view left)");
    recipient.sees("This photo is no longer available.");
    recipient.examine("no-longer-available");
    assert!(!recipient.has_now(".viewing img"));
    recipient.sees("This photo is gone from here.");
    recipient.sees_no("View now");
}

#[test]
fn several_views_count_down_and_a_kept_copy_is_the_clean_copy() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    sender.check(&stage.photo);
    sender.press("Share it on your terms");
    sender.fill("#passphrase", PASSPHRASE);
    sender.press("Make my keys");
    sender.fill("#name", "Kim");
    sender.run(
        "for (const it of document.querySelectorAll('[value=several], [name=keep][value=yes]')) it.click()",
        &json!([]),
    );
    sender.press("Go on");
    sender.press("Make the link");
    sender.sees("The link for Kim");
    let link = sender.link();

    let recipient = stage.browser("recipient");
    recipient.enter(&link);
    recipient.sees("a photo can be opened at most 3 times");
    recipient.say_yes("Robin");
    recipient.press("View now (3 views left)");
    recipient.find(".viewing img");
    recipient.press("Hide it now");
    recipient.sees("The photo is closed. 2 views left.");
    recipient.press("Your photos");
    recipient.press("Keep a copy");
    recipient.sees("View now (1 view left)");
    let kept = stage.download("recipient", "photo.jpg");
    assert_eq!(std::fs::read(kept).unwrap(), photo::clean_copy(&stage.photo));
}

#[test]
fn either_side_ends_it_alone() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    let link = sender.make_link(&stage, "Kim");
    sender.press("Your photos");
    sender.sees("Has your link; has not said yes.");
    let recipient = stage.browser("recipient");
    recipient.enter(&link);
    recipient.say_yes("Robin");
    recipient.sees("View now");
    recipient.press("End it");
    recipient.sees("This photo is gone from here.");
    recipient.sees_no("What you agreed on");
    recipient.sees_no("View now");
    sender.sees_no("What you agreed on");
}

#[test]
fn a_second_photo_under_the_same_terms_needs_no_link() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    let link = sender.make_link(&stage, "Kim");
    sender.press("Your photos");
    sender.press("Show the link");
    sender.sees("The link for Kim");
    let recipient = stage.browser("recipient");
    recipient.enter(&link);
    recipient.say_yes("Robin");
    recipient.press("View now (1 view left)");
    recipient.find(".viewing img");
    recipient.press("Hide it now");

    sender.press("Check");
    sender.check(&stage.photo);
    sender.press("Share it on your terms");
    sender.fill("#name", "Kim");
    sender.press("Go on");
    sender.press("Make the link");
    sender.sees("Your photos");
    sender.sees("Delivered. 1 of 1 view left");
    recipient.press("Your photos");
    recipient.press("View now (1 view left)");
    recipient.find(".viewing img");
}
