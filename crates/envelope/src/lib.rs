//! The sealed photo and who can open it: split key, padding, control messages, invitations.
//!
//! Knows nothing of what a photo shows, of consent or of the network. The written form of
//! everything here is `docs/formats/sharing.md`.
//!
//! ```text
//! sender:    photo ─ photo::seal(k_S, k_R) ─▶ sealed photo ─────▶ relay, with k_R
//!            k_S, manifest, policy ─ envelope ─ message::seal ──▶ recipient
//! recipient: claim ─▶ relay ─▶ k_R;  photo::open(k_S, k_R) ─▶ photo
//! ```
//!
//! Reading order: [`policy`] (what is sealed, under which limits), [`photo`], [`rights`],
//! [`contents`] (what travels to the recipient), [`message`] (fixed-size control messages),
//! [`invitation`] (what a link's secret opens).

mod codec;
pub mod contents;
mod error;
pub mod invitation;
pub mod message;
pub mod photo;
pub mod policy;
pub mod rights;

pub use contents::Envelope;
pub use error::Error;
pub use policy::{Keeping, Manifest, MediaType, Policy};
