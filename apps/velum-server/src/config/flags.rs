//! The flags, which are also the settings of the file and, in capitals, of the environment.

use super::{Command, Config};
use anyhow::Context as _;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The blind relay and the web app's host.
///
/// Every flag may also stand in the environment (VELUM_LISTEN for --listen) or in a file
/// (listen = "…"). A flag wins over the environment, and that over the file.
#[derive(Clone, Default, clap::Parser, Deserialize)]
#[command(version, about, args_conflicts_with_subcommands = true)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Flags {
    /// Instead of serving.
    #[command(subcommand)]
    #[serde(skip)]
    pub command: Option<Command>,

    /// File with settings, as TOML
    #[arg(long, env = "VELUM_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Show what would be used, try whether it can be reached, and end
    #[arg(long)]
    #[serde(skip)]
    pub check: bool,

    /// Address to listen on; port 0 finds a free one [default: 127.0.0.1:8470]
    #[arg(long, env = "VELUM_LISTEN")]
    pub listen: Option<SocketAddr>,

    /// Folder for everything that is kept, on one machine; made if it is not there
    #[arg(long, env = "VELUM_DATA")]
    pub data: Option<PathBuf>,

    /// PostgreSQL, for any number of servers: postgres://user@host/database
    #[arg(long, env = "VELUM_DATABASE", hide_env_values = true)]
    pub database: Option<String>,

    /// File with the database's password, so that it stands in no list of processes
    #[arg(long, env = "VELUM_DATABASE_PASSWORD_FILE")]
    pub database_password_file: Option<PathBuf>,

    /// File with the authorities that vouch for the database server, as PEM
    #[arg(long, env = "VELUM_DATABASE_AUTHORITIES")]
    pub database_authorities: Option<PathBuf>,

    /// Bucket for sealed photos: s3://bucket/prefix; credentials come from AWS_ACCESS_KEY_ID and
    /// AWS_SECRET_ACCESS_KEY, or from the machine's role
    #[arg(long, env = "VELUM_BLOBS")]
    pub blobs: Option<String>,

    /// URL of the S3-compatible store, if it is not AWS
    #[arg(long, env = "VELUM_S3_ENDPOINT")]
    pub s3_endpoint: Option<String>,

    /// Region of the bucket
    #[arg(long, env = "VELUM_S3_REGION")]
    pub s3_region: Option<String>,

    /// Folder of the epoch keys; with several servers, one that all of them share
    /// [default: DATA/keys]
    #[arg(long, env = "VELUM_KEYS")]
    pub keys: Option<PathBuf>,

    /// Folder of the web app's files
    #[arg(long, env = "VELUM_WEB")]
    pub web: Option<PathBuf>,

    /// How many requests one address may make in a minute that need no token (new mailboxes,
    /// withdrawals); 0 for no limit [default: 600]
    #[arg(long, env = "VELUM_OPEN_REQUESTS_PER_MINUTE")]
    pub open_requests_per_minute: Option<u32>,

    /// Seconds between two rounds of forgetting what is over [default: 10]
    #[arg(long, env = "VELUM_SWEEP_SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub sweep_seconds: Option<u64>,
}

impl Flags {
    /// Adds the file's settings and the defaults.
    pub fn resolve(self) -> anyhow::Result<Config> {
        match self.config.clone() {
            Some(file) => Config::from_flags(self.or(read(&file)?)),
            None => Config::from_flags(self),
        }
    }

    /// Each setting of ours, or else the other's.
    fn or(self, other: Self) -> Self {
        Self {
            command: self.command,
            config: self.config,
            check: self.check,
            listen: self.listen.or(other.listen),
            data: self.data.or(other.data),
            database: self.database.or(other.database),
            database_password_file: self.database_password_file.or(other.database_password_file),
            database_authorities: self.database_authorities.or(other.database_authorities),
            blobs: self.blobs.or(other.blobs),
            s3_endpoint: self.s3_endpoint.or(other.s3_endpoint),
            s3_region: self.s3_region.or(other.s3_region),
            keys: self.keys.or(other.keys),
            web: self.web.or(other.web),
            open_requests_per_minute: self
                .open_requests_per_minute
                .or(other.open_requests_per_minute),
            sweep_seconds: self.sweep_seconds.or(other.sweep_seconds),
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Flags> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("could not read {}", file.display()))?;
    // The parser's own words may quote a line, and with it a password: only its place is told.
    let flags: Flags = toml::from_str(&text).map_err(|error| {
        let before = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(before).filter(|byte| *byte == b'\n').count();
        anyhow::anyhow!(
            "{}, line {line}: not a setting that is known, or not a value that fits it",
            file.display()
        )
    })?;
    if flags.sweep_seconds.is_some_and(|seconds| !(1..=3600).contains(&seconds)) {
        anyhow::bail!("{}: sweep-seconds lies between 1 and 3600", file.display());
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn resolve(arguments: &[&str]) -> Result<String, String> {
        let flags = Flags::try_parse_from([&["velum-server"], arguments].concat())
            .map_err(|error| error.to_string())?;
        flags.resolve().map(|config| config.to_string()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("velum.toml");
        std::fs::write(&file, "data = \"/srv/velum\"\nsweep-seconds = 30\n").unwrap();
        let file = file.to_str().unwrap();
        let shown = resolve(&["--config", file, "--sweep-seconds", "60"]).unwrap();
        assert!(shown.contains("SQLite in /srv/velum\n"), "{shown}");
        assert!(shown.contains("keys = /srv/velum/keys\n"), "{shown}");
        assert!(shown.contains("sweep-seconds = 60\n"), "{shown}");
        assert!(shown.contains("listen = 127.0.0.1:8470\n"), "{shown}");
    }

    #[test]
    fn what_does_not_go_together_is_told() {
        let postgres = ["--database", "postgres://u:s3cret@db.example/velum"];
        for (more, missing) in [
            (&[][..], "--blobs is missing"),
            (&["--blobs", "s3://photos"], "--keys is missing"),
            (&["--blobs", "photos", "--keys", "/k"], "--blobs"),
            (&["--blobs", "s3://photos", "--keys", "/k", "--data", "/d"], "--data is for"),
        ] {
            let refused = resolve(&[&postgres, more].concat()).unwrap_err();
            assert!(refused.contains(missing), "{refused}");
            assert!(!refused.contains("s3cret"), "{refused}");
        }
        assert!(resolve(&[]).unwrap_err().contains("--data is missing"));
        let whole = [&postgres[..], &["--blobs", "s3://photos", "--keys", "/k"]].concat();
        let shown = resolve(&whole).unwrap();
        assert!(shown.contains("database = postgres://u:****@db.example:5432/velum"), "{shown}");
    }

    #[test]
    fn a_file_with_a_mistake_is_refused_by_line_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("velum.toml");
        for text in
            ["data = \"/d\"\npasword = \"s3cret\"\n", "data = \"/d\"\nlisten = \"s3cret\"\n"]
        {
            std::fs::write(&file, text).unwrap();
            let refused = resolve(&["--config", file.to_str().unwrap()]).unwrap_err();
            assert!(refused.contains("line 2"), "{refused}");
            assert!(!refused.contains("s3cret"), "{refused}");
        }
    }
}
