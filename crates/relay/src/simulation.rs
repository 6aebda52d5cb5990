//! The relay's rules under a hostile network, a crashing server, an operator who restores backups,
//! and a jumping clock.
//!
//! One seed is one schedule: requests are dropped, delayed, repeated and reordered; releases are
//! made from old snapshots; groups of commands are lost before their commit, or their answers after
//! it; writes of the mirror are torn; uploads end between the file and the row; databases are put
//! back from earlier copies, and replicas that lag behind take over; time leaps and runs back. A
//! `watcher` sees every answer that leaves the server, and fails the schedule when a promise of
//! `docs/formats/relay-rules.md` is broken. [`Fault`]s can be planted, to show that it would.
//!
//! What runs here is the real core: [`crate::apply()`], [`crate::read`] and [`crate::fence`] on the
//! rows of [`crate::memory`]. What is played are the disk, the network, the clock and the people.
//!
//! Not for: SQL, HTTP and ciphers, which have tests of their own with the real program.

mod devices;
mod disk;
pub mod fault;
mod random;
mod server;
mod watcher;
mod world;

pub use fault::Fault;

use world::World;

/// Things that happen in one schedule.
pub const STEPS: u32 = 250;

/// What happened, so that a run in which nothing did is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Views counted and given.
    pub releases: u64,
    /// The same bytes given again.
    pub retries: u64,
    /// Requests that the rules refused.
    pub refusals: u64,
    /// Withdrawals that were confirmed.
    pub withdrawals: u64,
    /// Invitations that were accepted.
    pub acceptances: u64,
    /// Messages that were read.
    pub messages: u64,
    /// Times the server fell over.
    pub crashes: u64,
    /// Times a write of the mirror was torn.
    pub torn: u64,
    /// Databases put back from an earlier copy that had forgotten something.
    pub restores: u64,
    /// Lagging replicas that took over.
    pub failovers: u64,
}

impl Tally {
    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.releases += other.releases;
        self.retries += other.retries;
        self.refusals += other.refusals;
        self.withdrawals += other.withdrawals;
        self.acceptances += other.acceptances;
        self.messages += other.messages;
        self.crashes += other.crashes;
        self.torn += other.torn;
        self.restores += other.restores;
        self.failovers += other.failovers;
    }
}

/// Runs one schedule.
///
/// # Errors
///
/// The promise that was broken, as a sentence that begins with its rule.
pub fn run(seed: u64, fault: Option<Fault>) -> Result<Tally, String> {
    let mut world = World::new(seed, fault);
    for _ in 0..STEPS {
        world.step()?;
    }
    world.settle()
}
