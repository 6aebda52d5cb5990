//! What the project's commands say while they work: one calm line a step, on standard error.
//!
//! Standard output stays free for what a command was asked to print.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

/// A heading: a larger piece of work begins.
pub(crate) fn heading(text: &str) {
    line(&format!("\n== {text}"));
}

/// One step of the work in hand.
pub(crate) fn step(text: &str) {
    line(&format!("   {text}"));
}

/// Something the reader should know although the work goes on.
pub(crate) fn note(text: &str) {
    line(&format!("   note: {text}"));
}

/// Prints a result that was asked for, on standard output.
pub(crate) fn result(text: &str) {
    // A reader that went away (a closed pipe) is no reason to fail.
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes one whole line, so that the lines of programs running beside us do not cut into it.
fn line(text: &str) {
    let _ = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
}

/// Measures the stages of a long command and prints them at its end.
pub(crate) struct Stages {
    done: Vec<(String, Duration)>,
}

impl Stages {
    /// Starts with no stage measured.
    pub(crate) fn new() -> Self {
        Self { done: Vec::new() }
    }

    /// Runs one stage under its heading and keeps how long it took, also when it fails.
    pub(crate) fn run<T>(
        &mut self,
        name: &str,
        stage: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        heading(name);
        let started = Instant::now();
        let outcome = stage();
        let took = started.elapsed();
        step(&format!("{name}: {}", in_words(took)));
        self.done.push((name.to_owned(), took));
        outcome
    }

    /// Prints the time of each stage and the sum.
    pub(crate) fn print(&self) {
        heading("time per stage");
        for (name, took) in &self.done {
            step(&format!("{:>8}  {name}", in_words(*took)));
        }
        let sum = self.done.iter().map(|(_, took)| *took).sum();
        step(&format!("{:>8}  together", in_words(sum)));
    }
}

/// `75.2 s` or `3 min 04 s`.
pub(crate) fn in_words(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 120 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_times_read_well() {
        assert_eq!(in_words(Duration::from_millis(75_240)), "75.2 s");
        assert_eq!(in_words(Duration::from_secs(184)), "3 min 04 s");
    }

    #[test]
    fn a_failed_stage_is_measured_too() {
        let mut stages = Stages::new();
        let outcome: anyhow::Result<()> = stages.run("a stage", || anyhow::bail!("no"));
        assert!(outcome.is_err());
        assert_eq!(stages.done.len(), 1);
    }
}
