//! `cargo xtask ci`: everything that must hold before a change lands, cheapest first.

use std::process::Command;

use anyhow::{Result, bail};

use crate::models;
use crate::packages;
use crate::run::{cargo, read, root, run};
use crate::say::{self, Stages};
use crate::test;
use crate::tidy;
use crate::tools;
use crate::web;

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything.
    All,
    /// Without the tests, for who runs `cargo xtask test` right after.
    ChecksOnly,
}

/// Runs every stage, stops at the first that fails, and prints the time of each.
pub(crate) fn run_all(extent: Extent) -> Result<()> {
    let mut stages = Stages::new();
    let outcome = in_stages(extent, &mut stages);
    stages.print();
    outcome
}

fn in_stages(extent: Extent, stages: &mut Stages) -> Result<()> {
    let before = state_of_tree()?;
    stages.run("format", format)?;
    stages.run("house rules", || tidy::check(tidy::Notes::Counted))?;
    stages.run("weights of detectors", models::check)?;
    stages.run("compiler", || packages::require(&[&packages::COMPILER]))?;
    stages.run("clippy", clippy)?;
    stages.run("documentation", documentation)?;
    stages.run("licences, bans, sources", deny)?;
    stages.run("web app", || web::build(web::Profile::Release))?;
    if extent == Extent::All {
        test::in_stages(&test::Options::default(), stages)?;
    }
    stages.run("clean tree", || {
        if state_of_tree()? != before {
            run(Command::new("git").args(["status", "--short"]).current_dir(root()))?;
            bail!("the run changed files of the project; commit what it made, or ignore it");
        }
        Ok(())
    })
}

fn format() -> Result<()> {
    // Not `cargo()`: formatting takes no --locked.
    run(crate::run::plain_cargo().args(["fmt", "--all", "--check"]).current_dir(root()))
}

fn clippy() -> Result<()> {
    run(cargo("clippy").args(["--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn documentation() -> Result<()> {
    let mut document = cargo("doc");
    document
        .args(["--workspace", "--no-deps", "--quiet"])
        // Help texts of the command line are doc comments too, and a terminal shows no `<…>` links.
        .env("RUSTDOCFLAGS", "-Dwarnings -Arustdoc::bare_urls");
    run(&mut document)
}

/// Checks what we depend on against deny.toml.
pub(crate) fn deny() -> Result<()> {
    let mut deny = tools::cargo_with(&tools::DENY)?;
    run(deny.args(["check", "licenses", "bans", "sources"]))?;
    say::note(
        "known advisories are not checked here: their database is fetched from the network; \
         where that is possible, run  cargo deny check advisories",
    );
    Ok(())
}

/// What git says about files that differ from the last commit, and how they differ.
fn state_of_tree() -> Result<String> {
    let mut state = read(Command::new("git").args(["status", "--porcelain"]).current_dir(root()))?;
    state.push_str(&read(Command::new("git").args(["diff", "HEAD"]).current_dir(root()))?);
    Ok(state)
}
