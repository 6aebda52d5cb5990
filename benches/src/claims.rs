//! Durable claims a second: `velum-server` as people get it, on this machine's disk.
//!
//! Each claim is of a share of its own that can be viewed once: checked, sealed afresh to the
//! claim's reply key, counted, synced to disk, and only then answered. The clients are in this
//! program and use the same cores; their requests are made beforehand.

mod relay;

use anyhow::{Context as _, Result, ensure};
use relay::{Connection, Relay};
use std::process::Command;
use std::thread::scope;
use std::time::{Duration, Instant};

/// Clients at once.
const CLIENTS: usize = 64;

/// Claims by all of them together.
const CLAIMS: usize = 6400;

/// Claims by one client alone.
const CLAIMS_ALONE: usize = 500;

/// Threads that prepare.
const PREPARERS: usize = 8;

pub(crate) fn run() -> Result<()> {
    build()?;
    let relay = Relay::start()?;
    println!("claims: {}, {} cores", std::env::consts::ARCH, cores());
    println!("preparing {} shares", CLAIMS + CLAIMS_ALONE);
    let mut claims = prepare(&relay, CLAIMS + CLAIMS_ALONE)?;
    let alone = claims.split_off(CLAIMS);
    report("1 client", &measure(&relay, vec![alone])?);
    let share = CLAIMS / CLIENTS;
    let each = claims.chunks(share).map(<[_]>::to_vec).collect();
    report(&format!("{CLIENTS} clients"), &measure(&relay, each)?);
    Ok(())
}

fn build() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built =
        Command::new(cargo).args(["build", "--release", "--package", "velum-server"]).status()?;
    ensure!(built.success(), "velum-server does not build");
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Shares that are ready, as the bytes of the one request that claims each.
fn prepare(relay: &Relay, count: usize) -> Result<Vec<Vec<u8>>> {
    scope(|scope| {
        let preparers: Vec<_> = (0..PREPARERS)
            .map(|_| scope.spawn(move || relay.ready_shares(count.div_ceil(PREPARERS))))
            .collect();
        let mut claims = Vec::with_capacity(count);
        for preparer in preparers {
            claims.extend(preparer.join().ok().context("a preparer failed")??);
        }
        claims.truncate(count);
        Ok(claims)
    })
}

/// What all clients together saw.
struct Measured {
    took: Duration,
    latencies: Vec<Duration>,
}

/// One client for each list of claims, all at once.
fn measure(relay: &Relay, clients: Vec<Vec<Vec<u8>>>) -> Result<Measured> {
    let connections = clients.iter().map(|_| relay.connect()).collect::<Result<Vec<_>>>()?;
    let started = Instant::now();
    let mut latencies = scope(|scope| {
        let running: Vec<_> = connections
            .into_iter()
            .zip(clients)
            .map(|(connection, claims)| scope.spawn(move || claim_all(connection, &claims)))
            .collect();
        let mut all = Vec::new();
        for client in running {
            all.extend(client.join().ok().context("a client failed")??);
        }
        Ok::<_, anyhow::Error>(all)
    })?;
    let took = started.elapsed();
    latencies.sort_unstable();
    Ok(Measured { took, latencies })
}

fn claim_all(mut connection: Connection, claims: &[Vec<u8>]) -> Result<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(claims.len());
    for claim in claims {
        let asked = Instant::now();
        let status = connection.send(claim)?;
        latencies.push(asked.elapsed());
        ensure!(status == 200, "a claim was answered with {status}");
    }
    Ok(latencies)
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
fn report(who: &str, measured: &Measured) {
    let count = measured.latencies.len();
    let rate = count as f64 / measured.took.as_secs_f64();
    let at = |percent: usize| measured.latencies[(count * percent / 100).min(count - 1)];
    println!(
        "{who:>10}: {rate:7.0} claims/s   p50 {:6.2} ms   p99 {:6.2} ms   ({count} claims)",
        at(50).as_secs_f64() * 1e3,
        at(99).as_secs_f64() * 1e3,
    );
}
