//! The arguments, as `velum --help` shows them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod sharing;

pub(crate) use sharing::{
    AcceptArgs, AgreementCommand, InviteArgs, KeepArgs, ShareArgs, UntilArgs, VaultCommand,
    VaultOptions, ViewArgs, WithdrawArgs,
};

const AFTER_HELP: &str = "\
Examples:
  velum check holiday.jpg
  velum vault new --relay https://velum.example
  velum invite --name Robin --once
  velum share holiday.jpg --to Robin --once

Exit codes:
  0  done (check: nothing found)
  1  check found something
  2  what was given cannot be used; check and clean: any failure
  3  refused: consent, limits or the passphrase say no
  4  there is nothing (any more) of that name, id or link
  5  the relay or the disk cannot be used now; what waits is kept
  6  too big
  70 a fault in Velum";

/// Private photos, on your terms.
#[derive(Parser)]
#[command(version, about, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) vault: VaultOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell what a photo gives away beside its picture
    Check(CheckArgs),
    /// Write copies of photos without any of it; the picture stays exactly the same
    Clean(CleanArgs),
    /// Make a vault, or look at it
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Make a link that invites one person under your terms
    Invite(InviteArgs),
    /// Read the terms behind a link, and say yes to them
    Accept(AcceptArgs),
    /// Seal a clean copy of a photo for one person
    Share(ShareArgs),
    /// Fetch what has come, and list the photos shared with you
    Inbox,
    /// Carry on everything that waits
    Sync,
    /// Look at a photo shared with you; this uses one view
    View(ViewArgs),
    /// Save a photo shared with you, where its sender agreed to that; this uses one view
    Keep(KeepArgs),
    /// Everyone you share with, what you share, and what is shared with you
    Status,
    /// Take photos back
    Withdraw(WithdrawArgs),
    /// End everything with one person
    End {
        /// What you call this person
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Show, export or check what two people have signed
    #[command(subcommand)]
    Agreement(AgreementCommand),
}

#[derive(Args)]
#[command(after_help = "Examples:\n  velum check holiday.jpg\n  velum check --json *.jpg | jq .")]
pub(crate) struct CheckArgs {
    /// Photos to look into; `-` reads one from standard input
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Print one JSON document instead of words
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum clean holiday.jpg -o to-send/\n  velum clean in.jpg --to out.jpg\n\n\
    Copies in a folder get names such as photo-k3v9q2ma.jpg, which say nothing about the original. \
    Their date is 1 January 1980."
)]
pub(crate) struct CleanArgs {
    /// Photos to clean; they are only read. `-` reads one from standard input
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Folder for the copies; made if it is missing
    #[arg(short, long, value_name = "DIR", conflicts_with = "to", required_unless_present = "to")]
    pub(crate) out: Option<PathBuf>,
    /// Name of the one copy; `-` writes to standard output
    #[arg(long, value_name = "OUT")]
    pub(crate) to: Option<PathBuf>,
    /// Replace a file that is already at --to
    #[arg(long, requires = "to")]
    pub(crate) overwrite: bool,
    /// Print one JSON document instead of words
    #[arg(long)]
    pub(crate) json: bool,
}
