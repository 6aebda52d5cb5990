//! `cargo xtask fuzz`: runs the fuzz targets one after another, built by the compiler that builds
//! everything else. What they learn and find stays in `target/fuzz`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::packages::{self, Need};
use crate::run::{cargo, plain_cargo, read, root, run, target};
use crate::say;

/// libFuzzer is written in it.
const CPP_COMPILER: Need =
    Need { programs: &["c++"], packages: &["g++"], why: "to build the fuzzer itself" };

/// What lets libFuzzer see which code a file reaches and what it is compared with. All of it is
/// open to the stable compiler.
const SEEN: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cdebug-assertions -Ccodegen-units=1 --cfg fuzzing";

/// Beyond this a file hangs (seconds) or takes too much (MB).
const LIMITS: [&str; 3] = ["-timeout=1", "-rss_limit_mb=1024", "-malloc_limit_mb=512"];
/// Larger files slow the search more than they add.
const BYTES_MAX: u32 = 16 << 10;
const MINUTES_DEFAULT: u64 = 3;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// None means all.
    targets: Vec<String>,
    /// For each of them.
    minutes: u64,
}

impl Options {
    /// Reads `[TARGET…] [--minutes N]`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self { targets: Vec::new(), minutes: MINUTES_DEFAULT };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--minutes" => {
                    let number = arguments.next().context("--minutes takes a number")?;
                    options.minutes = number.parse().context("--minutes takes a number")?;
                }
                name if name.starts_with('-') => {
                    bail!("unknown option: {name}; usage: cargo xtask fuzz [TARGET…] [--minutes N]")
                }
                name => options.targets.push(name.to_owned()),
            }
        }
        Ok(options)
    }
}

/// Runs the targets; stops at the first finding and says where it lies.
pub(crate) fn fuzz(options: &Options) -> Result<()> {
    let known = known_targets()?;
    if let Some(other) = options.targets.iter().find(|name| !known.contains(name)) {
        bail!("no fuzz target is called {other}; there are {}", known.join(", "));
    }
    let chosen = if options.targets.is_empty() { &known } else { &options.targets };
    packages::require(&[&packages::COMPILER, &CPP_COMPILER])?;
    let programs = build()?;
    let corpus = target().join("fuzz/corpus");
    let mut seeds = cargo("test");
    seeds.args(["--quiet", "--package", "velum-media", "--test", "it", "seeds"]);
    run(seeds.env("VELUM_SEEDS", &corpus))?;
    for name in chosen {
        say::step(&format!("{name}, for {} minutes", options.minutes));
        run_one(name, &programs.join(name), &corpus.join(name), options.minutes * 60)?;
    }
    Ok(())
}

fn known_targets() -> Result<Vec<String>> {
    let mut known = Vec::new();
    for entry in fs::read_dir(root().join("fuzz/fuzz_targets"))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        known.extend(Some(name).filter(|name| name != "oracle"));
    }
    known.sort();
    Ok(known)
}

/// Builds all targets; says in which folder they are.
fn build() -> Result<PathBuf> {
    let about = read(Command::new("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not say for which machine it builds")?;
    let folder = target().join("fuzz");
    // With a named machine, the flags are for the targets alone and not for what builds them.
    let mut build = plain_cargo();
    build.args(["build", "--release", "--target", host, "--target-dir"]).arg(&folder);
    run(build.env("RUSTFLAGS", SEEN).current_dir(root().join("fuzz")))?;
    Ok(folder.join(host).join("release"))
}

fn run_one(name: &str, program: &Path, corpus: &Path, seconds: u64) -> Result<()> {
    let found = target().join("fuzz/found").join(name);
    for folder in [corpus, &found] {
        fs::create_dir_all(folder)?;
    }
    let mut fuzzer = Command::new(program);
    fuzzer.args(LIMITS).arg(format!("-max_total_time={seconds}"));
    fuzzer.args([format!("-max_len={BYTES_MAX}"), "-print_final_stats=1".to_owned()]);
    fuzzer.arg(format!("-artifact_prefix={}/", found.display())).arg(corpus);
    let regressions = root().join("fuzz/corpus").join(name).join("regressions");
    fuzzer.args(Some(regressions).filter(|folder| folder.is_dir()));
    run(&mut fuzzer).with_context(|| format!("a finding lies in {}", found.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_minutes_are_read_and_unknown_options_refused() {
        let options = Options::parse(&["jpeg", "--minutes", "7", "png"]).unwrap();
        let targets = vec!["jpeg".to_owned(), "png".to_owned()];
        assert_eq!(options, Options { targets, minutes: 7 });
        assert!(Options::parse(&["--minutes"]).is_err());
        assert!(Options::parse(&["--hours", "1"]).is_err());
    }

    #[test]
    fn every_target_is_named_in_the_manifest() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        let known = known_targets().unwrap();
        assert!(known.len() > 10);
        for name in known {
            assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
        }
    }
}
