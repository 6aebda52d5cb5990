//! The words every other crate shares: ids, times, sizes, limits, and what may be logged.
//!
//! Newtypes only. Nothing here knows a feature.
//!
//! Reading order: [`id`] (who and what), [`time`] (when), [`limits`] (how much, all in one
//! place), [`log_safe`] (what may reach a log), [`kind`] (whose move an error is).

pub mod id;
pub mod kind;
pub mod limits;
pub mod log_safe;
pub mod time;

pub use id::{
    CapabilityDigest, ClaimId, EpochKeyDigest, InviteId, MailboxId, MessageId, ObjectId, PairId,
    PersonId, ShareId,
};
pub use kind::ErrorKind;
pub use log_safe::LogSafe;
pub use time::Timestamp;
