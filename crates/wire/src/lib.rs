//! Messages between a device and the relay: `docs/formats/relay-api.md` as types.
//!
//! The device makes a [`Request`] with a function of [`v1::request`], its transport port carries
//! it, and a function of [`v1::answer`] reads the [`Response`]. The relay reads and writes the
//! same bodies ([`v1::body`]). No HTTP library, no clock, no storage; and nothing here knows what
//! is inside sealed bytes.
//!
//! ```
//! use crypto::secret::BearerToken;
//! use vocab::MailboxId;
//! use wire::v1;
//!
//! let read = BearerToken::from_bytes([7; 32]);
//! let mailbox = MailboxId::from_bytes([1; 16]);
//! let request = v1::request::messages(mailbox, &read, 0);
//! assert_eq!(request.path, "/v1/mailboxes/AQEBAQEBAQEBAQEBAQEBAQ/messages?after=0");
//!
//! let response = wire::Response { status: 200, body: br#"{"messages":[]}"#.to_vec() };
//! assert!(v1::answer::messages(&response)?.messages.is_empty());
//! # Ok::<(), wire::Error>(())
//! ```
//!
//! Reading order: [`http`] (a request and a response), [`v1`] (bodies, requests, answers, what is
//! sealed to what), [`problem`] (how the relay says no), [`text`] (bytes as base64url).

pub mod error;
pub mod http;
pub mod problem;
pub mod text;
pub mod v1;

pub use error::Error;
pub use http::{ContentType, Method, Request, Response};
pub use problem::{Problem, ProblemKind};
