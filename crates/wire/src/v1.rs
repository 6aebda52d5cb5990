//! Version 1 of the relay API.
//!
//! Reading order: [`body`] (what is said), [`request`] (the device asks), [`answer`] (the device
//! reads), [`claim`] (the payload under a claim's MAC), [`seal`] (what sealed bytes are bound to).

pub mod answer;
pub mod body;
pub mod claim;
pub mod request;
pub mod seal;

/// The version this module speaks.
pub const VERSION: u32 = 1;

/// Most messages in one answer.
pub const MESSAGES_PER_ANSWER_MAX: u32 = 16;

/// Most shares in one withdrawal or status request.
pub const SHARES_PER_REQUEST_MAX: usize = 256;
