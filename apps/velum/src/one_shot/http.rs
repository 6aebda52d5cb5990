//! As much HTTP as one page needs: the head of a request, and whole answers.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// The longest head of a request, in bytes. Browsers send less than 2 KiB.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// How long a connection may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// A request as far as we look at it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) host: String,
    /// The browser only guesses that the page will be wanted.
    pub(super) is_guess: bool,
}

/// An answer; the connection ends after it.
pub(super) struct Answer<'a> {
    pub(super) status: &'static str,
    pub(super) content_type: &'static str,
    pub(super) body: &'a [u8],
}

/// Reads one request; `None` if it is none, or not a plain GET.
pub(super) fn read(stream: &mut TcpStream) -> Option<Asked> {
    stream.set_read_timeout(Some(SILENCE_MAX)).ok()?;
    stream.set_write_timeout(Some(SILENCE_MAX)).ok()?;
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let count = stream.read(&mut part).ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&part[..count]);
        if head.len() > HEAD_BYTES_MAX {
            return None;
        }
    }
    parse(std::str::from_utf8(&head).ok()?)
}

fn parse(head: &str) -> Option<Asked> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path, version) = (first.next()?, first.next()?, first.next()?);
    if method != "GET" || !version.starts_with("HTTP/1.") {
        return None;
    }
    let mut asked = Asked { path: path.to_owned(), host: String::new(), is_guess: false };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        match name.to_ascii_lowercase().as_str() {
            "host" => asked.host = value.trim().to_owned(),
            "sec-purpose" | "purpose" => asked.is_guess = value.contains("prefetch"),
            _ => {}
        }
    }
    Some(asked)
}

/// Sends an answer that nobody may keep, frame or run.
pub(super) fn send(stream: &mut TcpStream, answer: &Answer<'_>) -> io::Result<()> {
    let Answer { status, content_type, body } = answer;
    write!(
        stream,
        "HTTP/1.1 {status}\r\n\
         Content-Type: {content_type}\r\n\
         Content-Length: {}\r\n\
         Cache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; img-src 'self'; style-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
         Cross-Origin-Opener-Policy: same-origin\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n\
         Referrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_apart() {
        let asked = parse("GET /abc HTTP/1.1\r\nHost: 127.0.0.1:80\r\nA: b\r\n\r\n").unwrap();
        let expected = Asked { path: "/abc".into(), host: "127.0.0.1:80".into(), is_guess: false };
        assert_eq!(asked, expected);
        assert!(parse("GET / HTTP/1.1\r\nSec-Purpose: prefetch\r\n\r\n").unwrap().is_guess);
    }

    #[test]
    fn anything_but_a_plain_get_is_none() {
        for head in
            ["", "GET /", "HEAD / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "GET / X\r\n"]
        {
            assert_eq!(parse(head), None, "{head}");
        }
    }
}
