//! One module a command.

mod check;
mod clean;

use crate::cli::Command;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Runs one command.
pub(crate) fn run(command: Command, out: &mut Output) -> Result<Outcome, Failure> {
    match command {
        Command::Check(args) => check::run(&args, out),
        Command::Clean(args) => clean::run(&args, out),
    }
}
