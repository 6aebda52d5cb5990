//! `velum`: the command line. Reads arguments, runs one command, turns its result into an exit
//! code. Everything else is in the commands.

mod cli;
mod clock;
mod commands;
mod failure;
mod files;
mod one_shot;
mod output;
mod progress;
mod session;
mod terminal;
mod vault_files;
mod words;
mod work;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    if files::sweeper::run_if_asked() {
        return ExitCode::SUCCESS;
    }
    let code = run(cli::Cli::parse());
    files::sweeper::end();
    code
}

fn run(cli: cli::Cli) -> ExitCode {
    let mut out = output::Output::stdout();
    let result = commands::run(cli.command, &cli.vault, &mut out);
    match result.and_then(|outcome| out.finish().map(|()| outcome)) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            if cli.vault.json {
                // The words follow on standard error whatever becomes of this.
                let _ = out.document(&failure.to_json());
            }
            out.complain(&failure);
            failure.exit_code()
        }
    }
}
