//! `cargo xtask sim`: the relay's simulation, on all cores.
//!
//! It runs in the development profile, in which the relay is optimised and its arithmetic checked.

use anyhow::Result;

use crate::run::{cargo, run};

/// Schedules that every run of the tests plays.
pub(crate) const SCHEDULES: u64 = 1_000_000;

/// Passes its options on; `sim/src/options.rs` reads them.
pub(crate) fn simulate(options: &[&str]) -> Result<()> {
    run(cargo("run").args(["--quiet", "--package", "velum-sim", "--"]).args(options))
}

/// A million schedules, times the scale.
pub(crate) fn for_tests(scale: Option<u32>) -> Result<()> {
    let schedules = SCHEDULES * u64::from(scale.unwrap_or(1));
    simulate(&["--schedules", &schedules.to_string()])
}
