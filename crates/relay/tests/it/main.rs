//! The relay's rules: the contract suite on the in-memory store, and the simulation.

mod contract;
mod release;
mod simulation;
