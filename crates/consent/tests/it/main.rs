//! The crate from outside.

#![allow(clippy::unwrap_used, reason = "a test may stop where it fails, also in its own parts")]

mod bundles;
mod encoding;
mod everyone;
mod judge;
mod order;
mod people;
mod raw;
mod rules;
mod vectors;
