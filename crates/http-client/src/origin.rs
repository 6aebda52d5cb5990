//! Where a relay is: scheme, host and port, and nothing after them.

use core::{fmt, str::FromStr};
use vocab::{ErrorKind, LogSafe};

/// A relay's address, such as `https://velum.example`. Plain `http` only on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// Why an address cannot be a relay's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidOrigin {
    /// It is not `https://host` or `https://host:port`.
    Malformed,
    /// It is `http`, but not on this machine: what is sent could be read on the way.
    NotEncrypted,
}

impl Origin {
    /// As text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is on this machine, where no proxy may be in between.
    pub fn is_loopback(&self) -> bool {
        self.0.split_once("://").is_some_and(|(_, place)| is_loopback(place))
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let text = text.trim();
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, place) = text.split_once("://").ok_or(InvalidOrigin::Malformed)?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
        if place.is_empty() || !place.bytes().all(is_plain) {
            return Err(InvalidOrigin::Malformed);
        }
        match scheme {
            "https" => Ok(Self(text.to_owned())),
            "http" if is_loopback(place) => Ok(Self(text.to_owned())),
            "http" => Err(InvalidOrigin::NotEncrypted),
            _ => Err(InvalidOrigin::Malformed),
        }
    }
}

fn is_loopback(place: &str) -> bool {
    let host = match place.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host.parse::<core::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl InvalidOrigin {
    /// Whose move it is.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Malformed => ErrorKind::Malformed,
            Self::NotEncrypted => ErrorKind::Refused,
        }
    }
}

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an origin",
            Self::NotEncrypted => "not encrypted on the way",
        })
    }
}

impl std::error::Error for InvalidOrigin {}
impl LogSafe for InvalidOrigin {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_origins_are_read() {
        for good in [
            "https://velum.example",
            "https://velum.example:8443/",
            "http://127.0.0.1:8470",
            "http://[::1]:8470",
            "http://localhost",
        ] {
            let origin: Origin = good.parse().unwrap();
            assert_eq!(origin.as_str(), good.trim_end_matches('/'));
        }
        for broken in [
            "",
            "velum.example",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a@b",
            "https://a?b",
        ] {
            assert_eq!(broken.parse::<Origin>(), Err(InvalidOrigin::Malformed), "{broken}");
        }
    }

    #[test]
    fn plain_http_leaves_this_machine_never() {
        for open in ["http://velum.example", "http://10.0.0.1", "http://127.0.0.1.example"] {
            assert_eq!(open.parse::<Origin>(), Err(InvalidOrigin::NotEncrypted), "{open}");
        }
    }
}
