//! The arguments, as `velum --help` shows them.

use clap::{Parser, Subcommand};

mod agreement;
mod cover;
mod photos;
mod sharing;

pub(crate) use agreement::{AgreementCommand, PermissionArgs, RenewArgs};
pub(crate) use cover::CoverArgs;
pub(crate) use photos::{CheckArgs, CleanArgs, CompletionsArgs, ManArgs, Only, WayArgs};
pub(crate) use sharing::{
    AcceptArgs, InviteArgs, KeepArgs, ShareArgs, UntilArgs, VaultCommand, VaultOptions, ViewArgs,
    WithdrawArgs,
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
#[command(name = "velum", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) vault: VaultOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell what photos and clips give away, beside their pictures and in them
    Check(CheckArgs),
    /// Write copies of photos and clips without any of it; the picture stays exactly the same
    Clean(CleanArgs),
    /// Write a copy of a photo with parts of the picture covered for good
    Cover(CoverArgs),
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
    /// Keep a photo shared with you, where its sender agreed to that; this uses one view
    Keep(KeepArgs),
    /// Everyone you share with, what you share, and what is shared with you
    Status,
    /// Take photos back
    Withdraw(WithdrawArgs),
    /// End everything with one person
    #[command(
        after_help = "Quiet unless you say otherwise: their device is told nothing and sees your photos as not \
        available any more, as if they had ended by themselves."
    )]
    End {
        /// What you call this person
        #[arg(value_name = "NAME")]
        name: String,
        /// Tell their device, so that it deletes what it has at once
        #[arg(long)]
        openly: bool,
    },
    /// Show, renew, narrow, export or check what two people have signed
    #[command(subcommand)]
    Agreement(AgreementCommand),
    /// Print a script that completes velum's commands in your shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them into a folder
    Man(ManArgs),
}
