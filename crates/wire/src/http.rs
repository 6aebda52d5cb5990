//! A request and a response, as the device's transport port carries them.

use crate::{Error, Problem, ProblemKind};
use core::fmt;
use crypto::secret::BearerToken;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

/// What to do with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read; changes nothing.
    Get,
    /// Make, or make again.
    Put,
    /// Add or act.
    Post,
    /// Forget.
    Delete,
}

impl Method {
    /// As HTTP spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// A control body.
    Json,
    /// Sealed bytes.
    Octets,
    /// A claim: `COSE_Mac0`.
    Cose,
}

impl ContentType {
    /// As HTTP spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Octets => "application/octet-stream",
            Self::Cose => "application/cose",
        }
    }
}

/// One request of a device. The path never holds a secret.
#[derive(Clone)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Path and query, from `/v1/`.
    pub path: String,
    /// The right to do it: sent as `Authorization: Bearer …`, see [`Request::authorization`].
    pub bearer: Option<BearerToken>,
    /// What the body is; `None` when there is none.
    pub content_type: Option<ContentType>,
    /// The body. It may hold keys and tokens, so it is wiped after use.
    pub body: Zeroizing<Vec<u8>>,
}

impl Request {
    /// A request without right and body.
    pub(crate) fn new(method: Method, path: String) -> Self {
        Self { method, path, bearer: None, content_type: None, body: Zeroizing::default() }
    }

    pub(crate) fn with_bearer(mut self, token: &BearerToken) -> Self {
        self.bearer = Some(token.clone());
        self
    }

    pub(crate) fn with_body(mut self, content_type: ContentType, body: Vec<u8>) -> Self {
        self.content_type = Some(content_type);
        self.body = Zeroizing::new(body);
        self
    }

    pub(crate) fn with_json(self, body: &impl Serialize) -> Self {
        let json = serde_json::to_vec(body)
            .expect("bodies have only named fields of numbers, text and lists");
        self.with_body(ContentType::Json, json)
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> Option<Zeroizing<String>> {
        let token = self.bearer.as_ref()?;
        let mut header = Zeroizing::new(String::with_capacity(64));
        header.push_str(BEARER_PREFIX);
        data_encoding::BASE64URL_NOPAD.encode_append(token.expose(), &mut header);
        Some(header)
    }
}

/// Tells method, path and size: what the other side's log could know too, and nothing secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Request {} {} bytes]", self.method.as_str(), self.body.len())
    }
}

/// What comes before the token in the `Authorization` header.
pub const BEARER_PREFIX: &str = "Bearer ";

/// Reads the value of an `Authorization` header.
pub fn parse_bearer(header: &[u8]) -> Result<BearerToken, Error> {
    let text = header.strip_prefix(BEARER_PREFIX.as_bytes()).ok_or(Error::Malformed)?;
    let mut bytes = Zeroizing::new([0_u8; 32]);
    let length = data_encoding::BASE64URL_NOPAD.decode_len(text.len());
    if length != Ok(bytes.len()) {
        return Err(Error::Malformed);
    }
    data_encoding::BASE64URL_NOPAD
        .decode_mut(text, bytes.as_mut())
        .map_err(|_| Error::Malformed)?;
    Ok(BearerToken::from_bytes(*bytes))
}

/// One answer of the relay.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The body of a success; a problem or a strange status is the error.
    pub fn success(&self) -> Result<&[u8], Error> {
        match self.status {
            200 | 201 | 204 => Ok(&self.body),
            status => Err(self.problem(status)),
        }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(self.success()?).map_err(|_| Error::Malformed)
    }

    /// Only a relay's own document can end anything for good. A proxy or the sign-in page of a
    /// network may answer with any status by itself; then only what passes is believed.
    fn problem(&self, status: u16) -> Error {
        if let Ok(problem) = serde_json::from_slice::<Problem>(&self.body) {
            return Error::Problem(problem.kind);
        }
        match ProblemKind::from_status(status) {
            Some(kind @ (ProblemKind::Busy | ProblemKind::Unavailable | ProblemKind::TooBig)) => {
                Error::Problem(kind)
            }
            _ => Error::UnexpectedStatus(status),
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Response {} {} bytes]", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_header_reads_back() {
        let token = BearerToken::from_bytes([0xA5; 32]);
        let request = Request::new(Method::Get, "/v1/relay".into()).with_bearer(&token);
        let header = request.authorization().unwrap();
        assert_eq!(parse_bearer(header.as_bytes()), Ok(token));
        for wrong in ["", "Bearer ", "Bearer AAAA", "Basic AAAA", &format!("{}A", *header)] {
            assert_eq!(parse_bearer(wrong.as_bytes()), Err(Error::Malformed), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_no_token_and_no_body() {
        let token = BearerToken::from_bytes([0xA5; 32]);
        let request = Request::new(Method::Put, "/v1/shares/abc".into())
            .with_bearer(&token)
            .with_body(ContentType::Octets, b"secret".to_vec());
        assert_eq!(format!("{request:?}"), "[Request PUT 6 bytes]");
    }

    #[test]
    fn a_strange_status_is_not_taken_for_success() {
        let response = Response { status: 302, body: Vec::new() };
        assert_eq!(response.success(), Err(Error::UnexpectedStatus(302)));
        let response = Response { status: 503, body: b"<html>".to_vec() };
        assert_eq!(response.success(), Err(Error::Problem(ProblemKind::Unavailable)));
    }

    #[test]
    fn a_stranger_in_between_ends_nothing() {
        for status in [400, 403, 404, 409, 410] {
            let response = Response { status, body: b"<html>".to_vec() };
            assert_eq!(response.success(), Err(Error::UnexpectedStatus(status)));
        }
    }
}
