//! The project's own commands: `cargo xtask` prints what each of them does.

mod ci;
mod fuzz;
mod layers;
mod models;
mod packages;
mod python;
mod run;
mod say;
mod sim;
mod test;
mod tidy;
mod tools;
mod up;
mod wasm_toolchain;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// What `cargo xtask --help` prints.
const HELP: &str = "\
The commands of this project. Each installs what it needs where that is missing, and says so.

  cargo xtask up [--port N] [--data DIR] [--release]
                              build everything and start Velum on this machine; Ctrl-C stops it
  cargo xtask up --demo       walk a sample photo all the way, print each step and its result
  cargo xtask test [--long] [-- ARGS…]
                              install what the tests need and run all of them
                              --long repeats the slow ones ten times as often
                              ARGS go to the test runner, such as a test's name
  cargo xtask ci [--checks]   all that must hold before a change lands: format, lints, documentation,
                              licences, house rules, web app, tests (--checks: without the tests)

  cargo xtask tidy            check the house rules and which crate knows which
  cargo xtask deny            check licences and sources of everything we depend on
  cargo xtask models [--derive]
                              compare the detectors' weights with their manifest
                              (--derive: also make them again from their packages, and compare)
  cargo xtask fuzz [TARGET…] [--minutes N]
                              look for files that break a parser, 3 minutes for each target
  cargo xtask sim [--schedules N] [--seed S] [--fault NAME] [--threads T]
                              play the relay's rules against crashes, races, restores and lies of the
                              clock, on all cores; a broken promise is printed with its seed
                              (--fault: plant a mistake, which must be found; 100,000 schedules)
  cargo xtask bench NAME      measure one thing side by side with others, optimised
  cargo xtask web [--dev]     build the web app into target/web/dist (--dev: quicker, less optimised)
  cargo xtask wasm ARGS…      run cargo with the compiler for the browser: wasm check -p velum-media

  VELUM_WASM_TOOLCHAIN=installed|rustup|debian forces where that compiler comes from.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::step(&format!("stopped: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn bench(name: &str, rest: &[&str]) -> Result<()> {
    run::run(
        run::cargo("run").args(["--release", "--package", "velum-bench", "--", name]).args(rest),
    )
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            say::result(HELP);
            Ok(())
        }
        ["web"] => web::build(web::Profile::Release).map(|_| ()),
        ["web", "--dev"] => web::build(web::Profile::Dev).map(|_| ()),
        ["up", options @ ..] => up::up(&up::Options::parse(options)?),
        ["test", options @ ..] => test::all(&test::Options::parse(options)?),
        ["ci"] => ci::run_all(ci::Extent::All),
        ["ci", "--checks"] => ci::run_all(ci::Extent::ChecksOnly),
        ["deny"] => ci::deny(),
        ["models"] => models::check(),
        ["models", "--derive"] => models::derive(),
        ["fuzz", options @ ..] => fuzz::fuzz(&fuzz::Options::parse(options)?),
        ["bench", name, rest @ ..] => bench(name, rest),
        ["sim", options @ ..] => sim::simulate(options),
        ["tidy"] => tidy::check(tidy::Notes::Shown),
        ["wasm", subcommand, rest @ ..] => {
            let rustc = wasm_toolchain::rustc()?;
            run::run(web::cargo_for_wasm(&rustc, subcommand)?.args(rest))
        }
        _ => bail!("unknown command: {}\n\n{HELP}", arguments.join(" ")),
    }
}
