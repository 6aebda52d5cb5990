//! How the relay says no: RFC 9457 problem documents that depend on nothing but their type.

use serde::{Deserialize, Serialize, de::Error as _, ser::SerializeStruct as _};
use vocab::{ErrorKind, LogSafe};

/// The content type of a problem document.
pub const PROBLEM_CONTENT_TYPE: &str = "application/problem+json";

const PREFIX: &str = "urn:velum:problem:";

/// The reasons a relay gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request is not one.
    Malformed,
    /// The token does not give this right.
    Refused,
    /// There is no such resource.
    NotFound,
    /// Something else is there already.
    Conflict,
    /// It never existed, was used up, expired, or was withdrawn: one answer for every end.
    Gone,
    /// A size limit was exceeded.
    TooBig,
    /// Too many requests, or a box is full.
    Busy,
    /// The relay cannot do this now.
    Unavailable,
}

impl ProblemKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Malformed,
        Self::Refused,
        Self::NotFound,
        Self::Conflict,
        Self::Gone,
        Self::TooBig,
        Self::Busy,
        Self::Unavailable,
    ];

    /// The HTTP status it travels with.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Refused => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::TooBig => 413,
            Self::Busy => 429,
            Self::Unavailable => 503,
        }
    }

    /// The last part of its type.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::TooBig => "too-big",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whose move it is.
    pub const fn error_kind(self) -> ErrorKind {
        match self {
            Self::Malformed => ErrorKind::Malformed,
            Self::Refused => ErrorKind::Refused,
            Self::NotFound | Self::Gone => ErrorKind::NotFound,
            Self::Conflict => ErrorKind::Misuse,
            Self::TooBig => ErrorKind::TooBig,
            Self::Busy | Self::Unavailable => ErrorKind::Unavailable,
        }
    }

    /// The kind that travels with this status.
    pub fn from_status(status: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.status() == status)
    }
}

impl LogSafe for ProblemKind {}

/// A problem document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its type; title and status follow from it.
    pub kind: ProblemKind,
}

impl Problem {
    /// The document's bytes: always the same for the same kind.
    pub fn to_json(self) -> Vec<u8> {
        serde_json::to_vec(&self).expect("three fields of text and number always encode")
    }
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Problem", 3)?;
        document.serialize_field("type", &format!("{PREFIX}{}", self.kind.slug()))?;
        document.serialize_field("title", self.kind.slug())?;
        document.serialize_field("status", &self.kind.status())?;
        document.end()
    }
}

impl<'de> Deserialize<'de> for Problem {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Document {
            r#type: String,
        }
        let document = Document::deserialize(deserializer)?;
        let slug = document.r#type.strip_prefix(PREFIX);
        ProblemKind::ALL
            .into_iter()
            .find(|kind| Some(kind.slug()) == slug)
            .map(|kind| Self { kind })
            .ok_or_else(|| D::Error::custom("unknown problem type"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_reads_back_and_tells_only_its_type() {
        for kind in ProblemKind::ALL {
            let json = Problem { kind }.to_json();
            assert_eq!(serde_json::from_slice::<Problem>(&json).unwrap().kind, kind);
            assert_eq!(ProblemKind::from_status(kind.status()), Some(kind));
        }
        assert_eq!(
            String::from_utf8(Problem { kind: ProblemKind::Gone }.to_json()).unwrap(),
            r#"{"type":"urn:velum:problem:gone","title":"gone","status":410}"#
        );
    }
}
