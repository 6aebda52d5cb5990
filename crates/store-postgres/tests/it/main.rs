//! The PostgreSQL store against the relay's contract, and what only a real server can show.
#![allow(clippy::unwrap_used, reason = "tests")]

mod contract;
mod durable;
mod erasure;
mod fence;
mod nodes;
mod replicas;

use relay::contract::scene::{Scene, guard, wait};
use relay::fence::{Age, Guard, Mirror};
use relay::{Command, Error, Records as _, Refusal, Reply, Stop};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use store_postgres::testing::Cluster;
use store_postgres::{Address, PostgresRecords, Trouble};
use vocab::Timestamp;

fn address(cluster: &Cluster) -> Address {
    Address::parse(&cluster.address(), None).expect("an address")
}

/// The mirror of one node among others: each writes a place of its own, and reads all.
#[derive(Clone, Default)]
struct Mirrors {
    all: Arc<Mutex<Vec<Option<Age>>>>,
    own: usize,
}

impl Mirrors {
    /// For one more node.
    fn one_more(&self) -> Self {
        let mut all = self.all.lock().unwrap();
        all.push(None);
        Self { all: Arc::clone(&self.all), own: all.len() - 1 }
    }
}

impl Mirror for Mirrors {
    fn read(&mut self) -> Result<Option<Age>, Error> {
        let all = self.all.lock().unwrap();
        Ok(all.iter().flatten().copied().max_by_key(|age| age.generation))
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        self.all.lock().unwrap()[self.own] = Some(age);
        Ok(())
    }
}

/// A place in the mirrors of a cluster, for one more node.
fn mirror_of(cluster: &Cluster) -> Mirrors {
    static ALL: Mutex<Option<HashMap<PathBuf, Mirrors>>> = Mutex::new(None);
    let mut all = ALL.lock().unwrap();
    all.get_or_insert_default().entry(cluster.data()).or_default().one_more()
}

/// What one more node is opened with; each would begin a life of its own.
fn guard_of(cluster: &Cluster) -> Guard {
    let mirror = mirror_of(cluster);
    let life = 1 + u8::try_from(mirror.own).expect("few nodes");
    guard(mirror, life)
}

fn open(cluster: &Cluster) -> Result<PostgresRecords, Trouble> {
    PostgresRecords::open(&address(cluster), guard_of(cluster), |_| {})
}

fn scene(cluster: &Cluster) -> Scene<PostgresRecords> {
    Scene::new(open(cluster).expect("the store opens"))
}

/// The time at which scenes play.
fn now() -> Timestamp {
    Timestamp::from_unix_seconds(relay::contract::scene::START_SECONDS).unwrap()
}

/// One attempt, which the store may fail.
fn attempt(records: &PostgresRecords, command: Command) -> Result<Result<Reply, Refusal>, Error> {
    match wait(records.submit(command, now())) {
        Ok(reply) => Ok(Ok(reply)),
        Err(Stop::Refusal(refusal)) => Ok(Err(refusal)),
        Err(Stop::Error(error)) => Err(error),
    }
}

/// Asks again as long as the store is unavailable, as a device would. Bounded: a store that never
/// comes back is a failed test.
fn insist(records: &PostgresRecords, command: &Command) -> Result<Reply, Refusal> {
    for _ in 0..20_000 {
        match attempt(records, command.clone()) {
            Ok(outcome) => return outcome,
            Err(error) => assert_eq!(error, Error::Unavailable),
        }
    }
    panic!("the store never comes back");
}
