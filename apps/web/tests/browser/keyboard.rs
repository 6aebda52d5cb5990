//! Everything works by keyboard alone, and leaving is quick.

use serde_json::json;

use crate::browser::Browser;
use crate::stage::Stage;

const TAB: &str = "\u{E004}";
pub(crate) const ENTER: &str = "\u{E007}";
const SHIFT: &str = "\u{E008}";

/// How many stops there may be before something that matters.
const STOPS_MAX: usize = 20;

#[test]
fn a_photo_is_checked_without_a_mouse() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.go(&stage.origin);
    browser.sees("Before you start");
    tab_to(&browser, "I am an adult");
    browser.keys(&[ENTER]);
    browser.sees("What does your photo give away?");
    tab_to(&browser, "Skip to the content");
    browser.keys(&[ENTER]);
    browser.reload();
    browser.sees("What does your photo give away?");
    // The file dialog is the browser's own; that it can be reached is ours.
    tab_to_id(&browser, "photo");
    browser.check(&stage.photo);
    browser.sees("What this photo gives away");
    assert_eq!(focused(&browser), "What this photo gives away", "a new screen takes the focus");
    for button in ["Show it", "Download the clean copy", "Share it on your terms"] {
        tab_to(&browser, button);
    }
    browser.keys(&[ENTER]);
    browser.sees("A new passphrase");
    tab_to_id(&browser, "passphrase");
}

#[test]
fn three_shifts_leave_for_a_neutral_page_that_cannot_be_stepped_back_from() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.sees("What does your photo give away?");
    browser.keys(&[SHIFT, SHIFT, "a", SHIFT]);
    browser.sees("What does your photo give away?");
    browser.keys(&[SHIFT, SHIFT]);
    browser.sees("Kitchen measures");
    assert_eq!(browser.address(), format!("{}/measures.html", stage.origin));
    let entries = browser.debug("Page.getNavigationHistory", &json!({}));
    let left = format!("{}/", stage.origin);
    let entries = entries["entries"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["url"] != json!(left)), "the page was replaced");

    browser.go(&stage.origin);
    browser.press("Leave quickly");
    browser.sees("Kitchen measures");
}

fn focused(browser: &Browser) -> String {
    let focused = browser.run("return document.activeElement.textContent.trim()", &json!([]));
    focused.as_str().unwrap().to_owned()
}

pub(crate) fn tab_to(browser: &Browser, text: &str) {
    step_until(browser, "document.activeElement.textContent.trim().startsWith(arguments[0])", text);
}

fn tab_to_id(browser: &Browser, id: &str) {
    step_until(browser, "document.activeElement.id === arguments[0]", id);
}

/// Steps through the page until `condition` holds; each stop must be visible as such.
fn step_until(browser: &Browser, condition: &str, argument: &str) {
    for _ in 0..STOPS_MAX {
        browser.keys(&[TAB]);
        let is_shown = "const at = document.activeElement;
             if (at === document.body) return true;
             const shown = at.closest('.button') ?? at;
             return getComputedStyle(shown).outlineStyle !== 'none'";
        assert_eq!(browser.run(is_shown, &json!([])), true, "the focus cannot be seen");
        if browser.run(&format!("return {condition}"), &json!([argument])) == true {
            return;
        }
    }
    panic!("{argument:?} cannot be reached by keyboard");
}
