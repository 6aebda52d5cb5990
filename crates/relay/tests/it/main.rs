//! The relay's rules: the contract suite on the in-memory store, and the simulation.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod contract;
mod release;
mod simulation;
