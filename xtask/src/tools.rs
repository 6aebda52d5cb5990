//! Programs of the Rust world that we need and a machine may lack: built once, kept in the cache.
//!
//! They go to `$XDG_CACHE_HOME/velum/tools`, not to `~/.cargo/bin`, so that nothing a person
//! installed is replaced. One that is already on the search path is used as it is.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::run::{answers, plain_cargo, run};
use crate::say;

/// A cargo subcommand, such as `nextest`.
pub(crate) struct Tool {
    /// The name after `cargo`.
    pub(crate) subcommand: &'static str,
    /// The oldest version that will do, and the one that is built if there is none.
    pub(crate) version: &'static str,
}

/// Runs tests, each in a process of its own.
pub(crate) const NEXTEST: Tool = Tool { subcommand: "nextest", version: "0.9.143" };

/// Checks licences, sources and bans of everything we depend on.
pub(crate) const DENY: Tool = Tool { subcommand: "deny", version: "0.20.2" };

/// A cargo that finds the tool, which is built first where it is missing.
pub(crate) fn cargo_with(tool: &Tool) -> Result<Command> {
    let program = format!("cargo-{}", tool.subcommand);
    let ours = folder()?.join("bin").join(&program);
    let program = if ours.is_file() {
        ours
    } else if answers(&program, "--version") {
        PathBuf::from(program)
    } else {
        build(tool)?;
        ours
    };
    let mut command = Command::new(program);
    // A cargo subcommand expects its own name as the first argument.
    command.arg(tool.subcommand).current_dir(crate::run::root());
    Ok(command)
}

/// The folder of this project in the user's cache.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(base.join("velum"))
}

fn folder() -> Result<PathBuf> {
    Ok(cache()?.join("tools"))
}

fn build(tool: &Tool) -> Result<()> {
    let package = format!("cargo-{}", tool.subcommand);
    say::step(&format!("building {package} {} (once, some minutes)", tool.version));
    run(plain_cargo()
        .args(["install", "--locked", "--quiet", &package, "--version", tool.version, "--root"])
        .arg(folder()?)
        // It runs for seconds; what counts is that it is there soon.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))
    .with_context(|| format!("could not build {package}"))
}
