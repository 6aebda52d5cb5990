//! Durable claims a second on a private PostgreSQL server: `cargo run --release -p
//! velum-store-postgres --features testing --example claims [CLIENTS] [SECONDS] [NODES]`.

use relay::command::{FreshRelease, Sealed};
use relay::contract::scene::{
    CAPABILITY, MAILBOX, READ, REPLY_KEY, Scene, guard, half, put_mailbox, wait,
};
use relay::memory::MemoryMirror;
use relay::model::Allowance;
use relay::{Command, Records as _, Reply};
use std::io::Write as _;
use std::time::{Duration, Instant};
use store_postgres::testing::Cluster;
use store_postgres::{Address, PostgresRecords};
use vocab::{ClaimId, ObjectId, ShareId};

fn share(number: u64) -> ShareId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    id[8..].copy_from_slice(&number.to_be_bytes());
    ShareId::from_bytes(id)
}

fn main() {
    let argument = |at, default| {
        std::env::args().nth(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(default)
    };
    let (clients, seconds, nodes) = (argument(1, 64), argument(2, 5), argument(3, 1));
    let cluster = Cluster::new();
    let address = Address::parse(&cluster.address(), None).expect("an address");
    let mirror = MemoryMirror::default();
    let open = || {
        let guard = guard(mirror.clone(), 1);
        PostgresRecords::open(&address, guard, |_| {}).expect("a new store opens")
    };
    let scene = Scene::new(open());
    scene.submit(put_mailbox()).expect("a new mailbox");
    let records: Vec<PostgresRecords> = (0..nodes).map(|_| open()).collect();
    for client in 0..clients {
        prepare(&scene, client);
    }
    let until = Instant::now() + Duration::from_secs(seconds);
    let started = Instant::now();
    let one = |client: u64| {
        let records = &records[(client % nodes) as usize];
        let mut waits = Vec::new();
        for number in 0..u64::from(vocab::limits::VIEWS_MAX) {
            let before = Instant::now();
            if before > until {
                break;
            }
            let command = claim(client, number);
            let reply = wait(records.submit(command, scene.system)).expect("it is counted");
            assert!(matches!(reply, Reply::Claimed { .. }));
            waits.push(before.elapsed());
        }
        waits
    };
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..clients).map(|client| scope.spawn(move || one(client))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect()
    });
    let took = started.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let (middle, late) = (at(0.5), at(0.99));
    let rate = waits.len() as f64 / took;
    let line = format!(
        "{clients} clients, {nodes} nodes: {rate:.0} durable claims/s, p50 {middle:.1} ms, p99 {late:.1} ms"
    );
    writeln!(std::io::stdout(), "{line}").expect("somebody reads it");
}

/// One share of many views for each client.
fn prepare(scene: &Scene<PostgresRecords>, client: u64) {
    if client == 0 {
        let allows =
            Allowance { bytes_max: 1 << 30, shares_max: 256, not_after: scene.system.plus_days(1) };
        let consent =
            Command::PutCapability { capability: CAPABILITY, mailbox: MAILBOX, read: READ, allows };
        scene.submit(consent).expect("a new consent");
    }
    let mut record = scene.record(vocab::limits::VIEWS_MAX);
    record.terms.blob_bytes = 1;
    let put = Command::PutShare { share: share(client), record: Box::new(record) };
    scene.submit(put).expect("a new share");
    let finish = Command::FinishBlob {
        share: share(client),
        capability: CAPABILITY,
        object: ObjectId::from_bytes(*share(client).as_bytes()),
        bytes: 1,
        digest: relay::contract::scene::BLOB_DIGEST,
    };
    scene.submit(finish).expect("a new blob");
}

fn claim(client: u64, number: u64) -> Command {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    Command::Claim {
        share: share(client),
        claim: ClaimId::from_bytes(id),
        reply_key: REPLY_KEY,
        fresh: Some(FreshRelease { sealed: Sealed(vec![1; 1168]), made_from: half() }),
    }
}
