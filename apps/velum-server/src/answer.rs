//! The way out: answers and problems, each always the same bytes for the same reason.

use crate::log::log;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relay::{Error, Refusal, Reply, Stop};
use serde::Serialize;
use vocab::ErrorKind;
use wire::problem::PROBLEM_CONTENT_TYPE;
use wire::{ContentType, Problem, ProblemKind};

/// How a request ends: an answer, or a problem.
pub(crate) type Answer = Result<Response, No>;

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct No(pub(crate) ProblemKind);

impl No {
    pub(crate) const MALFORMED: Self = Self(ProblemKind::Malformed);
    pub(crate) const REFUSED: Self = Self(ProblemKind::Refused);
    pub(crate) const GONE: Self = Self(ProblemKind::Gone);
    pub(crate) const TOO_BIG: Self = Self(ProblemKind::TooBig);
    pub(crate) const BUSY: Self = Self(ProblemKind::Busy);
    pub(crate) const NOT_FOUND: Self = Self(ProblemKind::NotFound);
    pub(crate) const UNAVAILABLE: Self = Self(ProblemKind::Unavailable);
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self(match refusal {
            Refusal::Malformed => ProblemKind::Malformed,
            Refusal::Refused => ProblemKind::Refused,
            Refusal::Conflict => ProblemKind::Conflict,
            Refusal::Gone => ProblemKind::Gone,
            Refusal::TooBig => ProblemKind::TooBig,
            Refusal::Busy => ProblemKind::Busy,
            _ => ProblemKind::Unavailable,
        })
    }
}

impl From<Error> for No {
    fn from(error: Error) -> Self {
        if error.kind() == ErrorKind::Bug {
            log("store", &error);
        }
        Self::UNAVAILABLE
    }
}

impl From<Stop> for No {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refusal(refusal) => refusal.into(),
            Stop::Error(error) => error.into(),
        }
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let body = Problem { kind: self.0 }.to_json();
        let content_type = HeaderValue::from_static(PROBLEM_CONTENT_TYPE);
        (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
    }
}

/// Made, or so already: 201 or 200, without a body.
pub(crate) fn made(reply: Reply) -> Answer {
    match reply {
        Reply::Created => Ok(StatusCode::CREATED.into_response()),
        Reply::Done => Ok(StatusCode::OK.into_response()),
        _ => Err(No::UNAVAILABLE),
    }
}

/// Forgotten: 204.
pub(crate) fn forgotten(_: Reply) -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A control body.
pub(crate) fn json(body: &impl Serialize) -> Answer {
    let bytes = serde_json::to_vec(body).map_err(|_| No::UNAVAILABLE)?;
    Ok(typed(ContentType::Json, Body::from(bytes)))
}

/// Sealed bytes.
pub(crate) fn octets(body: Body) -> Response {
    typed(ContentType::Octets, body)
}

fn typed(content_type: ContentType, body: Body) -> Response {
    let content_type = HeaderValue::from_static(content_type.as_str());
    ([(header::CONTENT_TYPE, content_type)], body).into_response()
}
