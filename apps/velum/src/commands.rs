//! One module a command.

mod accept;
mod agreement;
mod check;
mod clean;
mod cover;
mod detectors;
mod end;
mod folders;
mod inbox;
mod invite;
mod keep;
mod manual;
mod paper;
mod share;
mod status;
mod vault;
mod view;
mod withdraw;

use crate::cli::{Command, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Runs one command.
pub(crate) fn run(
    command: Command,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    match command {
        Command::Check(args) => check::run(&args, out),
        Command::Clean(args) => clean::run(&args, out),
        Command::Cover(args) => cover::run(&args, out),
        Command::Vault(args) => vault::run(&args, options, out),
        Command::Invite(args) => invite::run(&args, options, out),
        Command::Accept(args) => accept::run(&args, options, out),
        Command::Share(args) => share::run(&args, options, out),
        Command::Inbox => inbox::run(options, out),
        Command::Sync => inbox::sync(options, out),
        Command::View(args) => view::run(&args, options, out),
        Command::Keep(args) => keep::run(&args, options, out),
        Command::Status => status::run(options, out),
        Command::Withdraw(args) => withdraw::run(&args, options, out),
        Command::End { name, openly } => end::run(&name, openly, options, out),
        Command::Agreement(args) => agreement::run(&args, options, out),
        Command::Completions(args) => manual::completions(&args, out),
        Command::Man(args) => manual::run(&args, out),
    }
}
