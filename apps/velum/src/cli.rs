//! The arguments, as `velum --help` shows them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Private photos, on your terms.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done (check: nothing found), 1 check found something, 2 error."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell what a photo gives away beside its picture
    Check(CheckArgs),
    /// Write copies of photos without any of it; the picture stays exactly the same
    Clean(CleanArgs),
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
