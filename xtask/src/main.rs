//! The project's own commands: `cargo xtask` prints what each of them does.

mod layers;
mod packages;
mod run;
mod say;
mod tidy;
mod wasm_toolchain;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// What `cargo xtask --help` prints.
const HELP: &str = "\
The commands of this project. Each installs what it needs where that is missing, and says so.

  cargo xtask web [--dev]     build the web app into target/web/dist (--dev: quicker, less optimised)
  cargo xtask tidy            check the house rules and the layers
  cargo xtask wasm ARGS…      run cargo with the compiler for the browser: wasm check -p velum-media
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

fn dispatch(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            say::result(HELP);
            Ok(())
        }
        ["web"] => web::build(web::Profile::Release).map(|_| ()),
        ["web", "--dev"] => web::build(web::Profile::Dev).map(|_| ()),
        ["tidy"] => tidy::check(),
        ["wasm", subcommand, rest @ ..] => {
            let rustc = wasm_toolchain::rustc()?;
            run::run(web::cargo_for_wasm(&rustc, subcommand)?.args(rest))
        }
        _ => bail!("unknown command: {}\n\n{HELP}", arguments.join(" ")),
    }
}
