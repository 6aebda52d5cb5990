//! One kept-alive HTTP/1.1 connection, written by hand so that a test can also misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use wire::{Request, Response};

/// Long enough for the slowest machine; a test that waits longer is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer with its headers, names in lower case.
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends a device's request and reads the answer.
    pub(crate) fn send(&mut self, request: &Request) -> std::io::Result<Response> {
        self.write(&bytes_of(request))?;
        self.read().map(|answer| answer.response)
    }

    /// Sends bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads one answer.
    pub(crate) fn read(&mut self) -> std::io::Result<Answer> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(std::io::ErrorKind::InvalidData)?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or(std::io::ErrorKind::InvalidData)?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Ok(0), |(_, value)| value.parse::<usize>());
        let mut body = vec![0; length.map_err(|_| std::io::ErrorKind::InvalidData)?];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { response: Response { status, body }, headers })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// A request as it goes over the wire.
pub(crate) fn bytes_of(request: &Request) -> Vec<u8> {
    let mut bytes = head_of(request);
    bytes.extend_from_slice(&request.body);
    bytes
}

/// Only the head of a request.
pub(crate) fn head_of(request: &Request) -> Vec<u8> {
    let mut head =
        format!("{} {} HTTP/1.1\r\nhost: test\r\n", request.method.as_str(), request.path);
    if let Some(authorization) = request.authorization() {
        head.push_str(&format!("authorization: {}\r\n", *authorization));
    }
    if let Some(content_type) = request.content_type {
        head.push_str(&format!("content-type: {}\r\n", content_type.as_str()));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
    head.into_bytes()
}
