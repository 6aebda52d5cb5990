//! The arguments of the commands that use a vault.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use vocab::limits;

/// Where the vault is and how it is opened. A passphrase is never an argument or in the
/// environment, where other programs could read it.
#[derive(Args)]
#[command(next_help_heading = "Vault")]
pub(crate) struct VaultOptions {
    /// The vault's folder; otherwise $VELUM_VAULT, or a place in your home folder
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,
    /// Read the passphrase from the first line of a file instead of asking; `-` is standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Print one JSON document instead of words
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum VaultCommand {
    /// Make a vault: your keys and everything about sharing, under one passphrase
    #[command(after_help = "Example:\n  velum vault new --relay https://velum.example")]
    New {
        /// The relay that carries your sealed photos; can be set later
        #[arg(long, value_name = "URL")]
        relay: Option<String>,
        /// For machines with little memory: opening takes 19 MiB instead of 256, guessing too
        #[arg(long)]
        small_memory: bool,
    },
    /// Where the vault is, what it holds, and what opens it
    Status,
    /// Change the passphrase
    Passphrase {
        #[command(flatten)]
        new: NewPassphrase,
    },
    /// Make 24 words on paper that open this vault if the passphrase is forgotten
    Words,
    /// Open the vault with the 24 words, and set a new passphrase
    #[command(after_help = "Example:\n  velum vault recover")]
    Recover {
        /// Read the words from the first line of a file instead of asking; `-` is standard input
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
        #[command(flatten)]
        new: NewPassphrase,
    },
    /// Write a copy of your keys and agreements, without photos, into one file
    #[command(after_help = "Example:\n  velum vault backup --to velum.age\n\n\
        The file has a passphrase of its own. It is in age's format: age and rage can open it too.")]
    Backup {
        /// The file to write; nothing is overwritten
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// Read the backup's passphrase from the first line of a file; `-` is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
    },
    /// Make a vault from a backup
    #[command(after_help = "Example:\n  velum vault restore velum.age\n\n\
        --passphrase-file is for the new vault's passphrase.")]
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Read the backup's passphrase from the first line of a file; `-` is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
        /// For machines with little memory: opening takes 19 MiB instead of 256, guessing too
        #[arg(long)]
        small_memory: bool,
    },
    /// Show words and a code to write down, with which everything can be taken back without this vault
    #[command(
        after_help = "Whoever has the words can take back all you share at your relay and end your mailboxes there: \
        velum withdraw --paper. They can open nothing and allow nothing. Keep them away from this \
        machine. They are the same every time."
    )]
    PaperToken,
    /// Choose the relay, as long as there is none
    Relay {
        /// Its address, such as https://velum.example
        #[arg(value_name = "URL")]
        url: String,
    },
}

/// A passphrase to be set.
#[derive(Args)]
pub(crate) struct NewPassphrase {
    /// Read the new passphrase from the first line of a file instead of asking; `-` is standard
    /// input, after what else is read from it
    #[arg(long, value_name = "FILE")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
    /// For machines with little memory: opening takes 19 MiB instead of 256, guessing too
    #[arg(long)]
    pub(crate) small_memory: bool,
}

/// How often and how long.
#[derive(Args)]
pub(crate) struct LimitArgs {
    /// A photo can be opened once (the default)
    #[arg(long, conflicts_with = "views")]
    pub(crate) once: bool,
    /// A photo can be opened this often
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::VIEWS_MAX)))]
    pub(crate) views: Option<u32>,
    #[command(flatten)]
    pub(crate) until: UntilArgs,
}

#[derive(Args)]
pub(crate) struct UntilArgs {
    /// It ends by itself then: 2027-01-31 (its first minute, UTC) or 2027-01-31T18:00Z
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    pub(crate) until: Option<String>,
    /// It ends by itself after this many days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=limits::CONSENT_DAYS_MAX))]
    pub(crate) days: Option<u64>,
}

#[derive(Args)]
#[command(after_help = "Example:\n  velum invite --name Robin --views 3 --days 14 --qr\n\n\
    The link works once, for 24 hours. Whoever has it first can say yes, so give it to the one \
    person only.")]
pub(crate) struct InviteArgs {
    /// What you call this person; stays in your vault
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Let a photo be marked for keeping
    #[arg(long)]
    pub(crate) allow_keep: bool,
    /// Let showing others be allowed
    #[arg(long)]
    pub(crate) allow_show: bool,
    /// Days after the end within which both delete the other's photos; at once unless you say so
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=limits::CONSENT_DAYS_MAX as i64))]
    pub(crate) delete_within: Option<u32>,
    /// Also agree to receive photos from this person
    #[arg(long)]
    pub(crate) both_ways: bool,
    /// Show the link as a QR code too
    #[arg(long)]
    pub(crate) qr: bool,
    /// Show the link of an invitation nobody has answered again
    #[arg(long, conflicts_with_all = ["once", "views", "until", "days", "allow_keep", "allow_show", "delete_within", "both_ways"])]
    pub(crate) again: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum accept - --name Kim < link.txt\n  velum accept - --name Kim --yes < link.txt\n\n\
    The link holds a secret. From standard input no other program can see it; as an argument, \
    others on this machine may. Nothing is used up before you say yes."
)]
pub(crate) struct AcceptArgs {
    /// The invitation link; `-` reads it from standard input, which is safer
    #[arg(value_name = "LINK")]
    pub(crate) link: String,
    /// What you call the person who invited you; stays in your vault
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Say yes to the terms without being asked
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum share holiday.jpg --to Robin --once\n  velum share holiday.jpg --to Robin --views 3 --days 2 --dry-run\n\n\
    Only a clean copy leaves. Nothing is delivered before the other person has said yes. Unless \
    you say otherwise it ends after 7 days, or with the agreement if that is earlier."
)]
pub(crate) struct ShareArgs {
    /// The photo; it is only read. `-` reads it from standard input
    #[arg(value_name = "PHOTO")]
    pub(crate) photo: PathBuf,
    /// Who it is for
    #[arg(long, value_name = "NAME")]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Let the other person keep a copy; only where you both agreed on that
    #[arg(long)]
    pub(crate) keep: bool,
    /// Tell what would leave, and share nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args)]
#[command(
    after_help = "The photo is shown on a page that only this machine can open, once, within 60 seconds. It is \
    never written to disk by Velum. The view is used when the page is opened, not before."
)]
pub(crate) struct ViewArgs {
    /// The photo: the first letters of its id, at least four
    #[arg(value_name = "SHARE")]
    pub(crate) share: String,
    /// Print the page's address instead of opening a browser
    #[arg(long)]
    pub(crate) no_open: bool,
}

#[derive(Args)]
#[command(
    after_help = "A kept photo lies in your vault, sealed. velum view shows it again without using a view. When \
    its sender's yes to keep ends or is taken back, it is deleted within the days you both agreed on."
)]
pub(crate) struct KeepArgs {
    /// The photo: the first letters of its id, at least four
    #[arg(value_name = "SHARE")]
    pub(crate) share: String,
    /// Save it as a file instead; nothing is overwritten, and only you can delete it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum withdraw 3f9a\n  velum withdraw --all --quiet\n  velum withdraw --paper --relay https://velum.example\n\n\
    Either way the relay ends the photo at once. Quietly, the other device is sent nothing: it sees \
    what it sees of any photo that has ended. Whatever you next sign for that person tells it after all."
)]
pub(crate) struct WithdrawArgs {
    /// The photo: the first letters of its id, at least four
    #[arg(value_name = "SHARE", required_unless_present_any = ["all", "paper"])]
    pub(crate) share: Option<String>,
    /// Every photo you share with anyone
    #[arg(long, conflicts_with = "share")]
    pub(crate) all: bool,
    /// Send the other device nothing about it
    #[arg(long)]
    pub(crate) quiet: bool,
    /// Take back everything with the words of velum vault paper-token, without a vault; the words
    /// are read from standard input
    #[arg(long, conflicts_with_all = ["share", "all", "quiet"], requires = "relay")]
    pub(crate) paper: bool,
    /// The relay where everything lies; only with --paper
    #[arg(long, value_name = "URL", requires = "paper")]
    pub(crate) relay: Option<String>,
}
