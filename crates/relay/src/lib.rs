//! What the blind relay may do: mailboxes, consent to receive, invitations, shares, claims,
//! releases, withdrawals.
//!
//! Sans-IO: a change is data ([`Command`]), applied to rows by a pure function ([`apply()`]) inside
//! one durable transaction that a store provides. No clock, no randomness, no network, no
//! cryptography in there, so that the rules of `docs/formats/relay-rules.md` (R1 … R17) can be
//! simulated and a lock is never held for the length of a cipher.
//!
//! Around it: [`claim`] and [`half`] are the cryptography of a release, done before and outside of
//! the transaction; [`read`] answers questions that change nothing.
//!
//! The relay knows ids, digests of tokens, sealed bytes, sizes and times. Not for: photos, names,
//! terms, what is inside an envelope.
//!
//! Reading order: [`model`] (what is kept), [`command`] (what can be asked), [`apply()`] (what is
//! allowed), [`records`] and [`objects`] (what a store must offer), [`fence`] (what happens when one
//! was put back from an earlier copy), `memory`,
//! `contract` and `simulation` (for tests).

pub mod apply;
pub mod claim;
pub mod command;
#[cfg(feature = "testing")]
pub mod contract;
pub mod error;
pub mod fence;
pub mod half;
#[cfg(feature = "testing")]
pub mod memory;
pub mod model;
pub mod objects;
pub mod read;
pub mod records;
pub mod rows;
#[cfg(feature = "testing")]
pub mod simulation;

pub use apply::{advance_clock, apply};
pub use command::{Command, Erasure, Reply};
pub use error::{Error, Refusal, Stop};
pub use objects::{IncomingObject, Objects, OutgoingObject};
pub use records::Records;
pub use rows::{Rows, Tx};
