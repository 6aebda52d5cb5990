//! One plain HTTP request to a server on this machine, for "is it there?" and for the demo.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// How long the other side may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// The most we read: a page or a photo, not an endless stream.
const RESPONSE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What came back.
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Asks for a path and reads the answer to its end.
pub(super) fn ask(address: SocketAddr, path: &str) -> Result<Response> {
    let mut stream = TcpStream::connect_timeout(&address, SILENCE_MAX)?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.set_write_timeout(Some(SILENCE_MAX))?;
    // HTTP/1.0: the answer ends where the connection does, and is never sent in chunks.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.take(RESPONSE_BYTES_MAX).read_to_end(&mut bytes)?;
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Response> {
    let end =
        bytes.windows(4).position(|four| four == b"\r\n\r\n").context("not an HTTP answer")?;
    let head = std::str::from_utf8(&bytes[..end]).context("not an HTTP answer")?;
    let first = head.lines().next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|number| number.parse().ok());
    let status = status.context("not an HTTP answer")?;
    Ok(Response { status, body: bytes[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let response = parse(b"HTTP/1.0 410 Gone\r\nA: b\r\n\r\nbytes\r\n\r\n").unwrap();
        assert_eq!(response.status, 410);
        assert_eq!(response.body, b"bytes\r\n\r\n");
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(parse(b"").is_err());
        assert!(parse(b"SSH-2.0\r\n\r\n").is_err());
    }
}
