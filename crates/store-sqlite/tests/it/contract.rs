//! The contract suite on SQLite.

use relay::contract::scene::guard;
use relay::memory::MemoryMirror;
use relay::{Command, Error, Records, Reply, Rows, Stop};
use store_sqlite::SqliteRecords;
use tempfile::TempDir;
use vocab::Timestamp;

/// A store whose directory goes with it.
struct Temporary {
    records: SqliteRecords,
    _directory: TempDir,
}

impl Records for Temporary {
    async fn submit(&self, command: Command, now: Timestamp) -> Result<Reply, Stop> {
        self.records.submit(command, now).await
    }

    async fn read<T, Q>(&self, question: Q) -> Result<T, Error>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static,
    {
        self.records.read(question).await
    }
}

fn temporary() -> Temporary {
    let directory = TempDir::new().expect("a directory for the test");
    let path = directory.path().join("relay.sqlite3");
    let records =
        SqliteRecords::open(&path, guard(MemoryMirror::default(), 1)).expect("a new store opens");
    Temporary { records, _directory: directory }
}

relay::relay_contract!(temporary);
