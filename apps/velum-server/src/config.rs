//! What the server is to do: from flags, the environment and a file, in this order, then defaults.

mod command;
mod flags;

pub use command::Command;
pub use flags::Flags;

use anyhow::{Context as _, bail};
use blobs_s3::Place;
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store_postgres::Address;

/// What the server is to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on; port 0 finds a free one.
    pub listen: SocketAddr,
    /// Where rows are.
    pub database: Database,
    /// Where sealed photos are.
    pub blobs: BlobPlace,
    /// Folder of the epoch keys.
    pub keys: PathBuf,
    /// Folder of the web app's files.
    pub web: Option<PathBuf>,
    /// Requests a minute from one address that need no token; 0 for no limit.
    pub open_requests_per_minute: u32,
    /// Seconds between two rounds of forgetting what is over.
    pub sweep_seconds: u64,
}

/// Where rows are.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file in this folder, for one server.
    Sqlite(PathBuf),
    /// A database that any number of servers share.
    Postgres(Box<Address>),
}

/// Where sealed photos are.
#[derive(Clone, Debug)]
pub enum BlobPlace {
    /// Files in this folder, for one server.
    Folder(PathBuf),
    /// A bucket that any number of servers share.
    Bucket(Place),
}

impl Config {
    /// The folder that only one server may use at a time, if there is one.
    pub(crate) fn own_folder(&self) -> Option<&Path> {
        match (&self.database, &self.blobs) {
            (Database::Sqlite(data), _) | (_, BlobPlace::Folder(data)) => Some(data),
            _ => None,
        }
    }

    fn from_flags(flags: Flags) -> anyhow::Result<Self> {
        let database = match &flags.database {
            Some(address) => Database::Postgres(Box::new(postgres(address, &flags)?)),
            None => Database::Sqlite(
                flags.data.clone().context("--data is missing: the folder for everything")?,
            ),
        };
        let bucket = flags.blobs.as_deref().map(|address| {
            let (endpoint, region) = (flags.s3_endpoint.as_deref(), flags.s3_region.as_deref());
            Place::parse(address, endpoint, region).context("--blobs")
        });
        let blobs = match (bucket.transpose()?, &database) {
            (Some(bucket), _) => BlobPlace::Bucket(bucket),
            (None, Database::Sqlite(data)) => BlobPlace::Folder(data.clone()),
            (None, Database::Postgres(_)) => bail!(
                "--blobs is missing: with PostgreSQL, photos lie in a bucket that all servers reach (s3://bucket/prefix)"
            ),
        };
        let keys = match (&flags.keys, &database) {
            (Some(keys), _) => keys.clone(),
            (None, Database::Sqlite(data)) => data.join("keys"),
            (None, Database::Postgres(_)) => bail!(
                "--keys is missing: with PostgreSQL, the epoch keys lie in a folder that all servers share and no backup reaches"
            ),
        };
        if matches!(database, Database::Postgres(_)) && flags.data.is_some() {
            bail!("--data is for the database in a file; with --database leave it out");
        }
        Ok(Self {
            listen: flags.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8470))),
            database,
            blobs,
            keys,
            web: flags.web,
            open_requests_per_minute: flags.open_requests_per_minute.unwrap_or(600),
            sweep_seconds: flags.sweep_seconds.unwrap_or(10),
        })
    }
}

fn postgres(address: &str, flags: &Flags) -> anyhow::Result<Address> {
    let authorities = flags.database_authorities.as_ref().map(fs::read);
    let authorities = authorities.transpose().context("could not read --database-authorities")?;
    let mut address = Address::parse(address, authorities.as_deref()).context("--database")?;
    if let Some(file) = &flags.database_password_file {
        let password =
            fs::read_to_string(file).context("could not read --database-password-file")?;
        address.set_password(password.trim_end_matches(['\r', '\n']));
    }
    Ok(address)
}

/// One line for each setting; no secret is among them.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "listen = {}", self.listen)?;
        match &self.database {
            Database::Sqlite(data) => writeln!(f, "database = SQLite in {}", data.display())?,
            Database::Postgres(address) => writeln!(f, "database = {address}")?,
        }
        match &self.blobs {
            BlobPlace::Folder(data) => writeln!(f, "blobs = {}", data.join("blobs").display())?,
            BlobPlace::Bucket(place) => writeln!(f, "blobs = {place}")?,
        }
        writeln!(f, "keys = {}", self.keys.display())?;
        match &self.web {
            Some(web) => writeln!(f, "web = {}", web.display())?,
            None => writeln!(f, "web = none")?,
        }
        writeln!(f, "open-requests-per-minute = {}", self.open_requests_per_minute)?;
        writeln!(f, "sweep-seconds = {}", self.sweep_seconds)
    }
}
