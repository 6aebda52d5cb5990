//! The way in: ids, tokens and bodies, each checked before the next is looked at.

use crate::answer::No;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use std::time::Duration;
use vocab::CapabilityDigest;
use vocab::limits::REQUEST_BYTES_MAX;
use wire::ContentType;
use zeroize::Zeroizing;

/// How long a device may be silent in the middle of a body.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// How long, and how much, a refused device may go on sending.
const DISCARD_MAX: Duration = Duration::from_secs(5);
const DISCARD_BYTES_MAX: usize = 16 << 20;

/// An id out of a path.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, No> {
    text.parse().map_err(|_| No::MALFORMED)
}

/// The digest of the token that was presented. None at all is a wrong one.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<CapabilityDigest, No> {
    let value = headers.get(header::AUTHORIZATION).ok_or(No::REFUSED)?;
    let token = wire::http::parse_bearer(value.as_bytes()).map_err(|_| No::REFUSED)?;
    Ok(token.digest())
}

/// The same where every end must look alike (R15).
pub(crate) fn bearer_or_gone(headers: &HeaderMap) -> Result<CapabilityDigest, No> {
    bearer(headers).map_err(|_| No::GONE)
}

/// The one parameter of a query: `name=number`.
pub(crate) fn number_in_query(query: Option<&str>, name: &str) -> Result<u64, No> {
    let value = query.and_then(|query| query.strip_prefix(name)?.strip_prefix('='));
    let digits = value.filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or(No::MALFORMED)
}

/// A JSON body. It may hold keys and tokens, so its bytes are wiped after reading.
pub(crate) async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, No> {
    let bytes = whole(headers, body, ContentType::Json, REQUEST_BYTES_MAX).await?;
    serde_json::from_slice(&bytes).map_err(|_| No::MALFORMED)
}

/// A whole body of at most so many bytes.
pub(crate) async fn whole(
    headers: &HeaderMap,
    mut body: Body,
    content_type: ContentType,
    bytes_max: usize,
) -> Result<Zeroizing<Vec<u8>>, No> {
    expect_type(headers, content_type)?;
    if content_length(headers)?.is_some_and(|length| length > bytes_max as u64) {
        return Err(No::TOO_BIG);
    }
    // Reserved at once: a vector that grows leaves unwiped copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max));
    while let Some(piece) = next_piece(&mut body).await? {
        if piece.len() > bytes_max - bytes.len() {
            return Err(No::TOO_BIG);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The next piece of a body; `None` at its end.
pub(crate) async fn next_piece(body: &mut Body) -> Result<Option<axum::body::Bytes>, No> {
    loop {
        let frame = tokio::time::timeout(SILENCE_MAX, body.frame());
        match frame.await.map_err(|_| No::MALFORMED)? {
            None => return Ok(None),
            Some(Err(_)) => return Err(No::MALFORMED),
            // Trailers are none of our business.
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// Says no before the body is read. What still comes is thrown away for a moment, beside the
/// answer: a device that is still sending would otherwise find its connection broken and never
/// hear the reason.
pub(crate) fn refuse_early(no: No, body: Body) -> No {
    let discarding = tokio::time::timeout(DISCARD_MAX, discard(body));
    tokio::spawn(discarding);
    no
}

async fn discard(mut body: Body) {
    let mut left = DISCARD_BYTES_MAX;
    while let Ok(Some(piece)) = next_piece(&mut body).await {
        match left.checked_sub(piece.len()) {
            Some(fewer) => left = fewer,
            None => return,
        }
    }
}

/// Requires a body to be what the endpoint takes. No page of another origin can send these types
/// without asking first, and we answer no such question.
pub(crate) fn expect_type(headers: &HeaderMap, expected: ContentType) -> Result<(), No> {
    let told = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = told.and_then(|told| told.split(';').next()).map(str::trim);
    match essence {
        Some(essence) if essence.eq_ignore_ascii_case(expected.as_str()) => Ok(()),
        _ => Err(No::MALFORMED),
    }
}

/// The length a body says it has.
pub(crate) fn content_length(headers: &HeaderMap) -> Result<Option<u64>, No> {
    headers
        .get(header::CONTENT_LENGTH)
        .map(|value| value.to_str().ok().and_then(|text| text.parse().ok()).ok_or(No::MALFORMED))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_one_number() {
        assert_eq!(number_in_query(Some("after=0"), "after"), Ok(0));
        assert_eq!(number_in_query(Some("after=18446744073709551615"), "after"), Ok(u64::MAX));
        for wrong in ["", "after", "after=", "after=-1", "after=+1", "after=1&x=2", "x=1"] {
            assert_eq!(number_in_query(Some(wrong), "after"), Err(No::MALFORMED), "{wrong}");
        }
        assert_eq!(number_in_query(None, "after"), Err(No::MALFORMED));
    }

    #[test]
    fn a_missing_or_broken_token_is_a_wrong_one() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), Err(No::REFUSED));
        headers.insert(header::AUTHORIZATION, "Bearer x".parse().unwrap());
        assert_eq!(bearer(&headers), Err(No::REFUSED));
        assert_eq!(bearer_or_gone(&headers), Err(No::GONE));
    }

    #[tokio::test]
    async fn a_body_over_its_limit_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/cose".parse().unwrap());
        let read = |headers: HeaderMap, body: &'static [u8]| async move {
            whole(&headers, Body::from(body), ContentType::Cose, 4).await.map(|b| b.to_vec())
        };
        assert_eq!(read(headers.clone(), b"four").await, Ok(b"four".to_vec()));
        assert_eq!(read(headers.clone(), b"fives").await, Err(No::TOO_BIG));
        headers.insert(header::CONTENT_LENGTH, "5".parse().unwrap());
        assert_eq!(read(headers.clone(), b"").await, Err(No::TOO_BIG));
        headers.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        assert_eq!(read(headers, b"four").await, Err(No::MALFORMED));
    }
}
