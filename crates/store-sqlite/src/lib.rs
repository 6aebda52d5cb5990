//! The relay's rows in SQLite: one writer that commits in groups, a few readers.
//!
//! What is promised here and nowhere else: a reply is given after its commit is on disk
//! (`synchronous=FULL`); what a command erased is overwritten (`secure_delete`, slots for halves)
//! and gone from the write-ahead log before the answer where the reply asks for that. The rules
//! are not here: `relay::apply` has them.
//!
//! Reading order: [`SqliteRecords`], `writer` (group commit and erasure), `readers` (snapshots),
//! `connection` (settings and schema), `rows` and `tx` (row by row).

mod columns;
mod connection;
mod readers;
mod rows;
mod tx;
mod writer;

use readers::Readers;
use relay::{Command, Error, Records, Reply, Rows, Stop};
use std::path::Path;
use std::sync::{Arc, RwLock};
use vocab::Timestamp;
use writer::Writer;

/// Threads that answer questions.
const READERS: usize = 2;

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteRecords {
    // Readers first: fields are dropped in this order, and the writer's last checkpoint wants to
    // be alone.
    readers: Readers,
    writer: Writer,
}

impl SqliteRecords {
    /// Opens the file, making it if it is not there.
    pub fn open(path: &Path) -> Result<Self, Error> {
        // Held for reading while a question runs, for writing while the log is emptied: a reader
        // in the middle of the log would keep the erased pages there.
        let gate = Arc::new(RwLock::new(()));
        let writer = Writer::start(path, Arc::clone(&gate))?;
        let readers = Readers::start(path, READERS, &gate)?;
        Ok(Self { readers, writer })
    }
}

impl Records for SqliteRecords {
    async fn submit(&self, command: Command, now: Timestamp) -> Result<Reply, Stop> {
        self.writer.submit(command, now).await
    }

    async fn read<T, Q>(&self, question: Q) -> Result<T, Error>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static,
    {
        self.readers.read(question).await
    }
}
