//! The SQLite store against the relay's contract, and what only a real file can show.
#![allow(clippy::unwrap_used, reason = "tests")]

mod contract;
mod durable;
mod erasure;
mod fence;
