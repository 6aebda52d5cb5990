//! The relay's rows in PostgreSQL, for any number of nodes on one database.
//!
//! What is promised here and nowhere else: a reply is given after its commit is on disk
//! (`synchronous_commit=on`), and on a standby where the server has one to wait for; commands of
//! all nodes apply one after the other; a lost connection or a fail-over in the middle is an
//! error, never a wrong answer; a server that could forget what it answered is refused. The rules
//! are not here: `relay::apply` has them.
//!
//! Reading order: [`PostgresRecords`], [`Address`], `connection` (settings, schema, which servers
//! are refused), `session` (an asynchronous driver on a thread of its own), `opening` and `witness`
//! (the restore fence), `writer` (group commit under one lock), `readers` (snapshots), `known`,
//! `rows` and `tx` (row by row), `eraser`.

mod address;
mod columns;
mod connection;
mod eraser;
mod known;
mod opening;
mod readers;
mod rows;
mod session;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod trouble;
mod tx;
mod witness;
mod writer;

pub use address::Address;
pub use trouble::Trouble;

use opening::Opened;
use readers::Readers;
use relay::fence::{Finding, Guard, Incarnation};
use relay::{Command, Error, Records, Reply, Rows, Stop};
use vocab::Timestamp;
use writer::Writer;

/// Threads that answer questions, each with a connection.
const READERS: usize = 4;

/// A store in one PostgreSQL database. It keeps up to six connections.
#[derive(Debug)]
pub struct PostgresRecords {
    readers: Readers,
    writer: Writer,
    opened: Opened,
}

impl PostgresRecords {
    /// Connects, checks the server, and makes the tables if they are not there. A database that was
    /// put back from an earlier copy is fenced first (R17). The guard's mirror reads what any node
    /// of this database wrote, and writes in a place of this node's own. `notice` is told of each
    /// trouble that begins later.
    pub fn open(address: &Address, guard: Guard, notice: fn(Trouble)) -> Result<Self, Trouble> {
        let (writer, opened, witness) = Writer::start(address, guard, notice)?;
        let readers = Readers::start(address, READERS, &witness)?;
        Ok(Self { readers, writer, opened })
    }

    /// What opening found.
    pub fn finding(&self) -> Finding {
        self.opened.finding
    }

    /// The database's life. What is kept elsewhere for another one is worth nothing.
    pub fn incarnation(&self) -> Incarnation {
        self.opened.incarnation
    }

    /// Connects and checks the server; changes nothing.
    pub fn check(address: &Address) -> Result<(), Trouble> {
        connection::open(address).map(|_| ())
    }
}

impl Records for PostgresRecords {
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
