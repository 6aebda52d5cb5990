//! As much of a browser as a page that shows one photo once needs.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Loads one address.
pub(crate) fn load(url: &str) -> Answer {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

/// Opens a page and the photo in it, as a person's browser does. The page's text if it has none.
pub(crate) fn open(url: &str) -> Result<Vec<u8>, String> {
    let page = load(url);
    assert!(page.head.contains("Cache-Control: no-store"), "{}", page.head);
    assert!(page.head.contains("default-src 'none'"), "{}", page.head);
    let html = String::from_utf8(page.body).unwrap();
    let Some(path) = html.split("<img src=\"").nth(1).and_then(|rest| rest.split('"').next())
    else {
        return Err(html);
    };
    let host = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let photo = load(&format!("http://{host}{path}"));
    assert_eq!(photo.status, 200);
    assert_eq!(load(&format!("http://{host}{path}")).status, 410, "a photo is sent once");
    assert_eq!(load(url).status, 410, "a page opens once");
    Ok(photo.body)
}
