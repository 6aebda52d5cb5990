//! An invitation link: `https://host/i#1.<invitation>.<secret>`.
//!
//! Only the fragment holds the secret, and browsers do not send fragments to servers.

use crate::Error;
use core::fmt;
use crypto::secret::InviteSecret;
use data_encoding::BASE64URL_NOPAD;
use envelope::invitation::Invitation;
use vocab::InviteId;
use zeroize::Zeroizing;

const PATH_AND_VERSION: &str = "/i#1.";

/// A link as text has to be treated like a key: whoever has it first can say yes in your name.
#[derive(Clone)]
pub struct InviteLink {
    origin: String,
    pub(crate) invitation: Invitation,
}

impl InviteLink {
    pub(crate) fn new(origin: &str, invitation: Invitation) -> Self {
        Self { origin: origin.trim_end_matches('/').to_owned(), invitation }
    }

    /// Reads a link; spaces around it do not matter.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (origin, rest) = text.trim().split_once(PATH_AND_VERSION).ok_or(Error::InvalidLink)?;
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
            .ok_or(Error::InvalidLink)?;
        let host_is_plain = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        let (id, secret) = rest.split_once('.').ok_or(Error::InvalidLink)?;
        let id: InviteId = id.parse().map_err(|_| Error::InvalidLink)?;
        let secret = BASE64URL_NOPAD
            .decode(secret.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| Error::InvalidLink)?;
        let secret = InviteSecret::from_slice(&secret).map_err(|_| Error::InvalidLink)?;
        if !host_is_plain {
            return Err(Error::InvalidLink);
        }
        Ok(Self::new(origin, Invitation { id, secret }))
    }

    /// The relay the link leads to, such as `https://velum.example`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The whole link.
    pub fn expose(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(BASE64URL_NOPAD.encode(self.invitation.secret.expose()));
        let (origin, id) = (&self.origin, self.invitation.id);
        Zeroizing::new(format!("{origin}{PATH_AND_VERSION}{id}.{}", *secret))
    }
}

impl fmt::Debug for InviteLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[InviteLink]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_back() {
        let invitation = Invitation {
            id: InviteId::from_bytes([1; 16]),
            secret: InviteSecret::from_bytes([2; 32]),
        };
        for origin in ["https://velum.example", "http://127.0.0.1:8470", "http://[::1]:80"] {
            let link = InviteLink::new(origin, invitation.clone());
            let read = InviteLink::parse(&format!("  {}\n", *link.expose())).unwrap();
            assert_eq!(read.origin(), origin);
            assert_eq!(read.invitation.secret, invitation.secret);
        }
    }

    #[test]
    fn broken_links_are_refused() {
        let good = "https://a.example/i#1.AQEBAQEBAQEBAQEBAQEBAQ.\
                    AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
        assert!(InviteLink::parse(good).is_ok());
        for broken in [
            "",
            "https://a.example/",
            &good[..good.len() - 1],
            &good.replace("#1.", "#2."),
            &good.replace("https", "ftp"),
            &good.replace("a.example", "a.example/x y"),
            &good.replace("a.example", ""),
            &format!("{good}A"),
        ] {
            assert_eq!(InviteLink::parse(broken).err(), Some(Error::InvalidLink), "{broken}");
        }
    }

    #[test]
    fn a_link_cannot_be_printed_by_accident() {
        let invitation = Invitation {
            id: InviteId::from_bytes([1; 16]),
            secret: InviteSecret::from_bytes([2; 32]),
        };
        assert_eq!(format!("{:?}", InviteLink::new("https://a", invitation)), "[InviteLink]");
    }
}
