//! What every request can reach.

use crate::answer::No;
use crate::config::{Config, Database};
use crate::keys::KeyRing;
use crate::rate::Buckets;
use crate::storage::{Blobs, Store};
use crate::web::App;
use crate::work::Work;
use anyhow::Context as _;
use relay::{Command, Error, Objects as _, Records as _, Refusal, Reply, Rows, Stop, read};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use vocab::Timestamp;

/// Shared by all requests.
pub(crate) type Site = Arc<Inner>;

pub(crate) struct Inner {
    pub(crate) records: Store,
    pub(crate) blobs: Blobs,
    pub(crate) keys: KeyRing,
    pub(crate) work: Work,
    pub(crate) open_requests: Buckets,
    pub(crate) app: App,
    pub(crate) sweep_every: Duration,
    clock: Clock,
    /// Held while we run, where the folder is ours alone: two servers on one would sweep each
    /// other's uploads.
    _lock: Option<File>,
}

impl Inner {
    pub(crate) fn open(config: &Config) -> anyhow::Result<Site> {
        let lock = config.own_folder().map(lock).transpose()?;
        let app = match &config.web {
            Some(folder) => App::read(folder).context("could not read the web app's files")?,
            None => App::default(),
        };
        let clock = Clock::default();
        let keys = &config.keys;
        // One that servers share may belong to somebody else.
        if matches!(config.database, Database::Sqlite(_)) || !keys.is_dir() {
            make_private(keys).context("could not make the folder of keys")?;
        }
        let records = Store::open(config, clock.now())?;
        let incarnation = records.incarnation();
        Ok(Arc::new(Self {
            records,
            blobs: Blobs::open(config)?,
            keys: KeyRing::open(keys, incarnation).context("could not read the epoch keys")?,
            work: Work::new(),
            open_requests: Buckets::new(config.open_requests_per_minute),
            app,
            sweep_every: Duration::from_secs(config.sweep_seconds),
            clock,
            _lock: lock,
        }))
    }

    /// The system's time, or the latest this process saw (R7).
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Submits a command.
    pub(crate) async fn submit(&self, command: Command) -> Result<Reply, Stop> {
        self.records.submit(command, self.now()).await
    }

    /// Asks a question that may be refused.
    pub(crate) async fn ask<T, Q>(&self, question: Q) -> Result<T, Stop>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows, Timestamp) -> Result<T, Stop> + Send + 'static,
    {
        let now = self.now();
        self.records.read(move |rows| question(rows, now)).await?
    }

    /// The relay's own time, and with it today's epoch keys (R7: never yesterday's again).
    pub(crate) async fn relay_time(&self) -> Result<Timestamp, Stop> {
        self.ask(|rows, now| Ok(read::clock(rows, now)?)).await
    }

    /// R17: a request that makes something lasting names the epoch key of today or yesterday. One
    /// that names another may be a late copy from before a restore; the device asks for today's
    /// key and tries again.
    pub(crate) async fn expect_key(&self, query: Option<&str>) -> Result<(), No> {
        let value = query.and_then(|query| query.strip_prefix("key="));
        let key = value.and_then(|value| value.parse().ok()).ok_or(No::MALFORMED)?;
        let today = self.relay_time().await?.day_number();
        if self.keys.names_one_in_use(key, today) { Ok(()) } else { Err(No::UNAVAILABLE) }
    }

    /// Deletes blobs that no row knows: from uploads that ended between the blob and the row.
    pub(crate) async fn delete_orphans(&self) -> Result<(), Error> {
        for object in self.blobs.settled().await? {
            let needed = self.records.read(move |rows| rows.object_needed(object)).await??;
            if !needed {
                self.blobs.delete(object).await?;
            }
        }
        Ok(())
    }
}

/// Keeps every other program of ours away from a data folder, for as long as the file is open.
pub(crate) fn lock(data: &Path) -> anyhow::Result<File> {
    make_private(data).context("could not make the data folder")?;
    let lock = File::create(data.join("lock")).context("could not write to the data folder")?;
    lock.try_lock().context("another velum-server uses this data folder")?;
    Ok(lock)
}

/// A clock that never runs backwards while the process lives; the store remembers beyond.
#[derive(Debug, Default)]
struct Clock(AtomicU64);

impl Clock {
    fn now(&self) -> Timestamp {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_secs());
        let seconds = self.0.fetch_max(system, Ordering::Relaxed).max(system);
        // Later than the year 9999: stand still at what can be named.
        Timestamp::from_unix_seconds(seconds).unwrap_or_else(latest)
    }
}

fn latest() -> Timestamp {
    const EPOCH: Timestamp = match Timestamp::from_unix_seconds(0) {
        Some(epoch) => epoch,
        None => unreachable!(),
    };
    EPOCH.plus_seconds(u64::MAX)
}

/// Makes a folder that only its owner may enter.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// The share is there, so its keys must be; without them nothing can be released.
pub(crate) fn no_keys() -> Stop {
    Error::NoEpochKey.into()
}

/// A half sealed to a day that is not in use: the device asks for today's key and tries again.
pub(crate) fn stale_epoch() -> Stop {
    Refusal::Malformed.into()
}
