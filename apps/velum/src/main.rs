//! `velum`: the command line. Reads arguments, runs one command, turns its result into an exit
//! code. Everything else is in the commands.

mod cli;
mod commands;
mod failure;
mod files;
mod output;
mod words;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let mut out = output::Output::stdout();
    let result = commands::run(cli.command, &mut out);
    match result.and_then(|outcome| out.finish().map(|()| outcome)) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            out.complain(&failure);
            failure.exit_code()
        }
    }
}
