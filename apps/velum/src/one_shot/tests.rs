//! Tests of the page that shows a photo once.

use super::*;
use std::io::{Read as _, Write as _};

const BYTES: &[u8] = b"the bytes of a photo";

fn page() -> OneShot {
    OneShot::prepare().unwrap()
}

fn photo() -> Photo {
    Photo {
        bytes: Zeroizing::new(BYTES.to_vec()),
        media_type: "image/png",
        words: "From <Kim> & co".into(),
    }
}

/// The whole answer to one request.
fn ask(address: SocketAddr, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

#[test]
fn the_photo_is_shown_once_and_asked_for_only_when_the_page_is_opened() {
    let page = page();
    let (address, host) = (page.address, page.address.to_string());
    let (path, photo_path) = (page.page.clone(), page.photo.clone());
    let browser = thread::spawn(move || {
        let ask = |path: &str| ask(address, path, &host);
        assert!(ask("/").starts_with("HTTP/1.1 404"));
        assert!(ask(&photo_path).starts_with("HTTP/1.1 410"), "not before the page");
        let html = ask(&path);
        assert!(html.starts_with("HTTP/1.1 200") && html.contains(&photo_path), "{html}");
        assert!(html.contains("From &lt;Kim&gt; &amp; co"), "{html}");
        assert!(html.contains("Cache-Control: no-store") && html.contains("default-src 'none'"));
        assert!(ask(&path).starts_with("HTTP/1.1 410"), "a page opens once");
        assert!(ask(&photo_path).ends_with("the bytes of a photo"));
        assert!(ask(&photo_path).starts_with("HTTP/1.1 410"), "a photo is sent once");
    });
    let mut opened = 0;
    let ending = page.serve(|| {
        opened += 1;
        Ok(photo())
    });
    browser.join().unwrap();
    assert_eq!((ending, opened), (Ok(Ending::Shown), 1));
}

#[test]
fn a_page_nobody_opens_asks_for_nothing() {
    let page = OneShot { wait_max: Duration::ZERO, ..page() };
    let ending = page.serve(|| panic!("the page was not opened"));
    assert_eq!(ending, Ok(Ending::NotOpened));
}

#[test]
fn a_browser_sent_here_by_a_web_page_gets_nothing() {
    let page = page();
    let (address, path) = (page.address, page.page.clone());
    let host = address.to_string();
    let browser = thread::spawn(move || {
        assert!(ask(address, &path, "evil.example").starts_with("HTTP/1.1 403"));
        let guess = format!("{host}\r\nSec-Purpose: prefetch;prerender");
        assert!(ask(address, &path, &guess).starts_with("HTTP/1.1 403"));
        // Lets the page end.
        ask(address, &path, &host)
    });
    let failure = Failure::new("Gone.", "Ask again.");
    let ending = page.serve(|| Err(failure.clone()));
    assert!(browser.join().unwrap().contains("Gone."));
    assert_eq!(ending, Err(failure));
}
