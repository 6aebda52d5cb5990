//! The relay's simulation on all cores: `cargo xtask sim --schedules N --seed S`.
//!
//! Schedules have numbers that are their seeds: S, S + 1, and so on. A broken promise is printed
//! with its seed, and `--schedules 1 --seed` with that seed runs it again.

mod options;

use anyhow::{Result, bail};
use options::Options;
use relay::simulation::{self, STEPS, Tally};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Schedules that a thread takes at once.
const BATCH: u64 = 256;

/// Broken promises that are printed one by one.
const PRINTED_MAX: usize = 20;

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            // If standard error is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let options = Options::parse(&arguments)?;
    let started = Instant::now();
    let outcome = Outcome::of(&options, started)?;
    outcome.print(&options, started.elapsed())?;
    // A planted fault must be found; without one nothing may be.
    let as_it_should = outcome.broken.is_empty() == options.fault.is_none();
    Ok(if as_it_should { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a batch came to.
struct Batch {
    tally: Tally,
    done: u64,
    broken: Vec<(u64, String)>,
}

/// What all came to.
struct Outcome {
    tally: Tally,
    done: u64,
    /// Seeds and what broke, by seed.
    broken: Vec<(u64, String)>,
}

impl Outcome {
    fn of(options: &Options, started: Instant) -> Result<Self> {
        let Some(end) = options.seed.checked_add(options.schedules) else {
            bail!("no seeds are left after {}", u64::MAX)
        };
        let next = AtomicU64::new(options.seed);
        let (batches, results) = channel();
        thread::scope(|scope| {
            for _ in 0..options.threads {
                let (next, batches) = (&next, batches.clone());
                scope.spawn(move || work(options, next, end, &batches));
            }
            drop(batches);
            Self::gather(&results, options, started)
        })
    }

    fn gather(results: &Receiver<Batch>, options: &Options, started: Instant) -> Result<Self> {
        let mut all = Self { tally: Tally::default(), done: 0, broken: Vec::new() };
        let mut told = Instant::now();
        for batch in results {
            all.tally.add(&batch.tally);
            all.done += batch.done;
            all.broken.extend(batch.broken);
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                let each = all.done as f64 / started.elapsed().as_secs_f64();
                let mut stderr = std::io::stderr();
                writeln!(stderr, "{} of {}, {each:.0}/s", all.done, options.schedules)?;
            }
        }
        all.broken.sort();
        Ok(all)
    }

    fn print(&self, options: &Options, took: Duration) -> Result<()> {
        let mut out = std::io::stdout().lock();
        for (seed, broken) in self.broken.iter().take(PRINTED_MAX) {
            writeln!(out, "seed {seed}: {broken}")?;
        }
        if let Some(fault) = options.fault {
            match self.broken.first() {
                Some((seed, _)) => {
                    let number = seed - options.seed + 1;
                    writeln!(out, "{}: found by schedule {number}", fault.name())?;
                }
                None => writeln!(out, "{}: not found", fault.name())?,
            }
        }
        let seconds = took.as_secs_f64();
        let (done, each) = (self.done, self.done as f64 / seconds);
        let steps = done * u64::from(STEPS);
        writeln!(
            out,
            "{done} schedules from seed {}, {steps} steps, {seconds:.1} s on {} threads, {each:.0} schedules/s",
            options.seed, options.threads
        )?;
        let Tally { releases, retries, refusals, withdrawals, acceptances, .. } = self.tally;
        let Tally { messages, crashes, torn, restores, failovers, .. } = self.tally;
        writeln!(
            out,
            "{releases} releases, {retries} retries, {withdrawals} withdrawals, {refusals} refusals, \
             {acceptances} invitations accepted, {messages} messages read"
        )?;
        writeln!(
            out,
            "{crashes} crashes, {torn} torn writes, {restores} restores, {failovers} fail-overs"
        )?;
        writeln!(out, "{} broken promises", self.broken.len())?;
        Ok(())
    }
}

fn work(options: &Options, next: &AtomicU64, end: u64, batches: &Sender<Batch>) {
    loop {
        let first = next.fetch_add(BATCH, Ordering::Relaxed);
        if first >= end {
            return;
        }
        let mut batch = Batch { tally: Tally::default(), done: 0, broken: Vec::new() };
        for seed in first..end.min(first.saturating_add(BATCH)) {
            match simulation::run(seed, options.fault) {
                Ok(tally) => batch.tally.add(&tally),
                Err(broken) => batch.broken.push((seed, broken)),
            }
            batch.done += 1;
        }
        // Whoever gathers is there as long as we are.
        let _ = batches.send(batch);
    }
}
