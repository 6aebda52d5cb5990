//! The relay's rows in SQLite: one writer that commits in groups, a few readers.
//!
//! What is promised here and nowhere else: a reply is given after its commit is on disk
//! (`synchronous=FULL`); what a command erased is overwritten (`secure_delete`, slots for halves)
//! and gone from the write-ahead log before the answer where the reply asks for that; and that the
//! mirror knows of a change before anybody is answered (R17). The rules are not here:
//! `relay::apply` has them.
//!
//! Reading order: [`SqliteRecords`], `opening` (the restore fence), `writer` (group commit and
//! erasure), `readers` (snapshots), [`backup`] (copies of it), `connection` (settings and schema),
//! `rows` and `tx` (row by row).

pub mod backup;
mod columns;
mod connection;
mod opening;
mod readers;
mod rows;
mod tx;
mod writer;

use readers::Readers;
use relay::fence::{Finding, Guard, Incarnation};
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
    finding: Finding,
    incarnation: Incarnation,
}

impl SqliteRecords {
    /// Opens the file, making it if it is not there. One that was put back from an earlier copy is
    /// fenced first (R17).
    pub fn open(path: &Path, guard: Guard) -> Result<Self, Error> {
        // Held for reading while a question runs, for writing while the log is emptied: a reader
        // in the middle of the log would keep the erased pages there.
        let gate = Arc::new(RwLock::new(()));
        let (writer, opened) = Writer::start(path, Arc::clone(&gate), guard)?;
        let readers = Readers::start(path, READERS, &gate)?;
        Ok(Self { readers, writer, finding: opened.finding, incarnation: opened.incarnation })
    }

    /// What opening found.
    pub fn finding(&self) -> Finding {
        self.finding
    }

    /// The database's life. What is kept elsewhere for another one is worth nothing.
    pub fn incarnation(&self) -> Incarnation {
        self.incarnation
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
