//! The flags.

use std::net::SocketAddr;
use std::path::PathBuf;

/// The blind relay and the web app's host.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    /// Instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// How to serve.
    #[command(flatten)]
    pub config: Option<Config>,
}

/// What can be done instead of serving.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// Copies the database into one file, while a server runs or not
    ///
    /// Neither photos nor the folder of keys are part of it: after a restore everything that was
    /// open has ended, so nothing would open with them.
    Backup {
        /// The server's folder
        #[arg(long)]
        data: PathBuf,

        /// The file to write; it must not be there
        #[arg(long)]
        to: PathBuf,
    },

    /// Puts a copy back while no server runs
    ///
    /// Mailboxes and invitations that were accepted go on. What was open (shares, consents to
    /// receive, invitations) ends at the next start, so that nothing which was viewed or taken
    /// back since the copy can be opened again.
    Restore {
        /// The server's folder
        #[arg(long)]
        data: PathBuf,

        /// The copy; it stays as it is
        #[arg(long)]
        from: PathBuf,
    },
}

/// How to serve.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on; port 0 finds a free one
    #[arg(long, default_value = "127.0.0.1:8470")]
    pub listen: SocketAddr,

    /// Folder for everything that is kept; made if it is not there
    #[arg(long)]
    pub data: PathBuf,

    /// Folder of the web app's files
    #[arg(long)]
    pub web: Option<PathBuf>,

    /// How many requests one address may make in a minute that need no token (new mailboxes,
    /// withdrawals); 0 for no limit
    #[arg(long, default_value_t = 600)]
    pub open_requests_per_minute: u32,

    /// Seconds between two rounds of forgetting what is over
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub sweep_seconds: u64,
}
