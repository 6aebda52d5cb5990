//! What goes wrong is said in two parts, what happened and what to do, and nothing is lost.

use serde_json::json;

use crate::photo;
use crate::screen::refuse_noise;
use crate::stage::{PASSPHRASE, Stage};

#[test]
fn files_that_are_no_good_photo_are_told_apart() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    let whole = std::fs::read(&stage.photo).unwrap();
    let bomb = png_header(100_000, 100_000);
    let cases: [(&str, &[u8], &str); 5] = [
        ("notes.jpg", b"not a photo at all", "This file is not a photo."),
        ("empty.jpg", b"", "This file is empty."),
        ("half.jpg", &whole[..whole.len() / 2], "This photo stops in the middle."),
        ("clip.png", b"BM\x1a\0\0\0\0\0", "This file is BMP."),
        ("bomb.png", &bomb, "This file is larger than Velum can handle."),
    ];
    for (name, bytes, happened) in cases {
        browser.check(&stage.file(name, bytes));
        browser.find("[role=alert] .note");
        browser.sees(happened);
    }
    browser.examine("trouble");

    // One byte more than may be read, without writing that much.
    let huge = stage.file("huge.jpg", &whole[..64]);
    let file = std::fs::File::options().write(true).open(&huge).unwrap();
    file.set_len(vocab::limits::PHOTO_BYTES_MAX + 1).unwrap();
    browser.check(&huge);
    browser.sees("This file is larger than Velum can handle.");

    browser.check(&stage.photo);
    browser.sees("What this photo gives away");
    refuse_noise(&browser, &stage.origin);
}

#[test]
fn the_clean_copy_from_the_browser_is_the_one_made_outside_it() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.check(&stage.photo);
    browser.press("Download the clean copy");
    let path = stage.download("someone", "photo.jpg");
    assert_eq!(std::fs::read(path).unwrap(), photo::clean_copy(&stage.photo));
}

#[test]
fn links_that_are_broken_or_used_say_so() {
    let stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    let link = sender.make_link(&stage, "Kim");

    let recipient = stage.browser("recipient");
    recipient.enter(&link[..link.len() - 4]);
    recipient.sees("This link is not complete.");
    recipient.examine("broken-link");
    recipient.go(&link);
    recipient.say_yes("Robin");

    let late = stage.browser("late");
    late.enter(&link);
    late.sees("This link does not work any more.");
    assert_eq!(late.address(), format!("{}/", stage.origin));
    sender.go(&link);
    sender.sees("This link does not work any more.");
}

#[test]
fn a_server_that_is_down_costs_nothing() {
    let mut stage = Stage::new();
    let sender = stage.browser("sender");
    sender.enter(&stage.origin);
    sender.check(&stage.photo);
    sender.press("Share it on your terms");
    sender.fill("#passphrase", PASSPHRASE);
    sender.press("Make my keys");
    sender.fill("#name", "Kim");
    sender.press("Go on");
    stage.stop_server();
    sender.press("Make the link");
    sender.sees("The server did not answer.");
    sender.sees("Nothing was lost.");
    sender.press("Not now");
    sender.find("#name");
    sender.press("Check");
    sender.sees("What this photo gives away");
}

#[test]
fn files_are_taken_when_dropped_on_the_mark_and_nowhere_else() {
    let stage = Stage::new();
    let browser = stage.browser("someone");
    browser.enter(&stage.origin);
    browser.find(".drop");
    let drop = "const files = new DataTransfer();
        files.items.add(new File(['BM'], arguments[1]));
        const event = new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true});
        document.querySelector(arguments[0]).dispatchEvent(event);
        return event.defaultPrevented";
    assert_eq!(browser.run(drop, &json!([".foot", "beside.bmp"])), true, "the page stays");
    assert!(!browser.has_now("[role=alert] .note"));
    assert_eq!(browser.run(drop, &json!([".drop", "on.bmp"])), true);
    browser.sees("This file is BMP.");
}

/// The beginning of a PNG that claims this size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let checksum = !header.iter().fold(u32::MAX, |checksum, byte| {
        (0..8).fold(checksum ^ u32::from(*byte), |checksum, _| match checksum & 1 {
            1 => checksum >> 1 ^ 0xEDB8_8320,
            _ => checksum >> 1,
        })
    });
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d", &header[..], &checksum.to_be_bytes()].concat()
}
