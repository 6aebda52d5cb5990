//! Where rows and photos are: one of two, chosen at the start.

use crate::config::{BlobPlace, Config, Database};
use crate::log::log;
use crate::mirror::{FileMirror, SharedMirror};
use crate::work::rng;
use anyhow::Context as _;
use blobs::BlobDirectory;
use blobs_s3::Bucket;
use getrandom::rand_core::Rng as _;
use relay::fence::{Finding, Guard, Incarnation, Mirror};
use relay::{Command, Error, IncomingObject, Objects, OutgoingObject, Records, Reply, Rows, Stop};
use std::time::Duration;
use store_postgres::PostgresRecords;
use store_sqlite::SqliteRecords;
use vocab::{ObjectId, Timestamp};

/// The database's name in the data folder.
pub(crate) const DATABASE: &str = "relay.sqlite3";

/// How long an object may lie in a bucket without a row before it counts as left behind. Other
/// servers' uploads have their bytes there before they have their row, for a moment.
const UNKNOWN_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The rows.
pub(crate) enum Store {
    Sqlite(SqliteRecords),
    Postgres(PostgresRecords),
}

impl Store {
    /// R17: opens the database with its mirror, which lies beside the epoch keys because neither
    /// may ever be part of a backup.
    pub(crate) fn open(config: &Config, now: Timestamp) -> anyhow::Result<Self> {
        let store = match &config.database {
            Database::Sqlite(data) => {
                let mirror = FileMirror::open(&config.keys.join("age"));
                let guard = guard(mirror.context("could not open keys/age")?, now);
                let records = SqliteRecords::open(&data.join(DATABASE), guard);
                Self::Sqlite(records.context("could not open the database")?)
            }
            Database::Postgres(address) => {
                let mirror = SharedMirror::open(&config.keys);
                let guard = guard(mirror.context("could not open the keys' age file")?, now);
                let notice = |trouble| log("database", &trouble);
                let records = PostgresRecords::open(address, guard, notice);
                Self::Postgres(records.context("could not open the database")?)
            }
        };
        if store.finding() == Finding::Restored {
            log(
                "the database is an earlier copy; all that was open in it has ended",
                &Finding::Restored,
            );
        }
        Ok(store)
    }

    fn finding(&self) -> Finding {
        match self {
            Self::Sqlite(records) => records.finding(),
            Self::Postgres(records) => records.finding(),
        }
    }

    /// The database's life, which its epoch keys belong to.
    pub(crate) fn incarnation(&self) -> Incarnation {
        match self {
            Self::Sqlite(records) => records.incarnation(),
            Self::Postgres(records) => records.incarnation(),
        }
    }
}

fn guard(mirror: impl Mirror, now: Timestamp) -> Guard {
    let mut fresh = [0; Incarnation::BYTES];
    rng().fill_bytes(&mut fresh);
    Guard { mirror: Box::new(mirror), fresh: Incarnation::from_bytes(fresh), now }
}

impl Records for Store {
    async fn submit(&self, command: Command, now: Timestamp) -> Result<Reply, Stop> {
        match self {
            Self::Sqlite(records) => records.submit(command, now).await,
            Self::Postgres(records) => records.submit(command, now).await,
        }
    }

    async fn read<T, Q>(&self, question: Q) -> Result<T, Error>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static,
    {
        match self {
            Self::Sqlite(records) => records.read(question).await,
            Self::Postgres(records) => records.read(question).await,
        }
    }
}

/// The sealed photos.
pub(crate) enum Blobs {
    Folder(BlobDirectory),
    Bucket(Bucket),
}

/// One on its way in.
pub(crate) enum Incoming {
    Folder(blobs::Incoming),
    Bucket(blobs_s3::Incoming),
}

/// One on its way out.
pub(crate) enum Outgoing {
    Folder(blobs::Outgoing),
    Bucket(blobs_s3::Outgoing),
}

impl Blobs {
    pub(crate) fn open(config: &Config) -> anyhow::Result<Self> {
        match &config.blobs {
            BlobPlace::Folder(data) => {
                let folder = BlobDirectory::open(&data.join("blobs"));
                Ok(Self::Folder(folder.context("could not open the folder of blobs")?))
            }
            BlobPlace::Bucket(place) => {
                Ok(Self::Bucket(Bucket::open(place).context("could not use the bucket")?))
            }
        }
    }

    /// Whether other servers put objects here too.
    pub(crate) fn are_shared(&self) -> bool {
        matches!(self, Self::Bucket(_))
    }

    /// Objects that should have a row, if they are anybody's. In a folder, which is ours alone,
    /// to be asked before the first upload only.
    pub(crate) async fn settled(&self) -> Result<Vec<ObjectId>, Error> {
        match self {
            Self::Folder(folder) => folder.list(),
            Self::Bucket(bucket) => bucket.older_than(UNKNOWN_MAX).await,
        }
    }
}

impl Objects for Blobs {
    type Incoming = Incoming;
    type Outgoing = Outgoing;

    async fn begin(&self, object: ObjectId) -> Result<Incoming, Error> {
        match self {
            Self::Folder(folder) => folder.begin(object).await.map(Incoming::Folder),
            Self::Bucket(bucket) => bucket.begin(object).await.map(Incoming::Bucket),
        }
    }

    async fn open(&self, object: ObjectId) -> Result<Option<Outgoing>, Error> {
        match self {
            Self::Folder(folder) => Ok(folder.open(object).await?.map(Outgoing::Folder)),
            Self::Bucket(bucket) => Ok(bucket.open(object).await?.map(Outgoing::Bucket)),
        }
    }

    async fn delete(&self, object: ObjectId) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.delete(object).await,
            Self::Bucket(bucket) => bucket.delete(object).await,
        }
    }
}

impl IncomingObject for Incoming {
    async fn write(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        match self {
            Self::Folder(incoming) => incoming.write(bytes).await,
            Self::Bucket(incoming) => incoming.write(bytes).await,
        }
    }

    async fn keep(self) -> Result<[u8; 32], Error> {
        match self {
            Self::Folder(incoming) => incoming.keep().await,
            Self::Bucket(incoming) => incoming.keep().await,
        }
    }
}

impl OutgoingObject for Outgoing {
    async fn next(&mut self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Folder(outgoing) => outgoing.next().await,
            Self::Bucket(outgoing) => outgoing.next().await,
        }
    }
}
