//! The relay's rules under a hostile network, a crashing server and a jumping clock.
//!
//! One seed is one schedule: requests are dropped, delayed, repeated and reordered; releases are
//! made from old snapshots; groups of commands are lost before their commit or their answers after
//! it; time leaps and runs back. A watcher sees every answer that leaves the server and fails the
//! schedule when a promise is broken. Planted faults show that it would.

mod server;
mod watcher;
mod world;

use server::Fault;
use world::World;

/// Schedules of one run, times `VELUM_TEST_SCALE`.
const SCHEDULES: u64 = 3000;

/// A planted fault must show within so many schedules.
const SCHEDULES_TO_FIND: u64 = 1000;

fn schedules() -> u64 {
    let scale = std::env::var("VELUM_TEST_SCALE").ok().and_then(|scale| scale.parse::<u64>().ok());
    SCHEDULES * scale.unwrap_or(1).max(1)
}

/// Runs one schedule; the broken promise, if any.
fn run(seed: u64, fault: Option<Fault>) -> Result<world::Tally, String> {
    let mut world = World::new(seed, fault);
    for _ in 0..300 {
        world.step()?;
    }
    world.settle()
}

#[test]
fn r1_r2_r3_r5_r7_hold_in_every_schedule() {
    let mut tally = world::Tally::default();
    for seed in 0..schedules() {
        match run(seed, None) {
            Ok(one) => tally.add(&one),
            Err(broken) => panic!("seed {seed}: {broken}"),
        }
    }
    // A simulation in which nothing happens proves nothing.
    let per_schedule = |count: u64| count / schedules();
    assert!(per_schedule(tally.releases) >= 1, "{tally:?}");
    assert!(per_schedule(tally.refusals) >= 1, "{tally:?}");
    assert!(tally.retries > 100 && tally.withdrawals > 100 && tally.crashes > 100, "{tally:?}");
}

#[test]
fn every_planted_fault_is_found() {
    for fault in Fault::ALL {
        let found = (0..SCHEDULES_TO_FIND).any(|seed| run(seed, Some(fault)).is_err());
        assert!(found, "{fault:?} was not found in {SCHEDULES_TO_FIND} schedules");
    }
}

#[test]
fn one_seed_is_one_schedule() {
    let runs = [(); 2].map(|()| (0..50).map(|seed| run(seed, None)).collect::<Vec<_>>());
    assert_eq!(runs[0], runs[1]);
}
