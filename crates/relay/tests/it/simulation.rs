//! The simulation, short. `cargo xtask sim` runs as many schedules as one likes.

use relay::simulation::{Fault, Tally, run};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Schedules of one run, times `VELUM_TEST_SCALE`.
const SCHEDULES: u64 = 20_000;

/// A planted fault must show within so many schedules.
const SCHEDULES_TO_FIND: u64 = 1000;

fn schedules() -> u64 {
    let scale = std::env::var("VELUM_TEST_SCALE").ok().and_then(|scale| scale.parse::<u64>().ok());
    SCHEDULES * scale.unwrap_or(1).max(1)
}

#[test]
fn r1_to_r17_hold_in_every_schedule() {
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Tally::default());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut own = Tally::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= schedules() {
                        break;
                    }
                    match run(seed, None) {
                        Ok(one) => own.add(&one),
                        Err(broken) => panic!("seed {seed}: {broken}"),
                    }
                }
                tally.lock().unwrap().add(&own);
            });
        }
    });
    // A simulation in which nothing happens proves nothing.
    let tally = tally.into_inner().unwrap();
    let often = [tally.releases, tally.retries, tally.refusals, tally.messages, tally.crashes];
    assert!(often.iter().all(|count| *count >= schedules() / 4), "{tally:?}");
    let rarely =
        [tally.withdrawals, tally.acceptances, tally.torn, tally.restores, tally.failovers];
    assert!(rarely.iter().all(|count| *count >= schedules() / 10), "{tally:?}");
}

#[test]
fn every_planted_fault_is_found() {
    for &fault in Fault::ALL {
        let found = (0..SCHEDULES_TO_FIND).any(|seed| run(seed, Some(fault)).is_err());
        assert!(found, "{fault:?} was not found in {SCHEDULES_TO_FIND} schedules");
    }
}

#[test]
fn one_seed_is_one_schedule() {
    let runs = [(); 2].map(|()| (0..50).map(|seed| run(seed, None)).collect::<Vec<_>>());
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn faults_are_known_by_their_names() {
    for &fault in Fault::ALL {
        assert_eq!(fault.name().parse(), Ok(fault));
    }
    assert!("no such fault".parse::<Fault>().is_err());
}
