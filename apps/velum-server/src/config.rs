//! The flags.

use std::net::SocketAddr;
use std::path::PathBuf;

/// The blind relay and the web app's host.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about)]
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
