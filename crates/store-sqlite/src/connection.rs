//! A connection with the settings that the promises need, and the schema.

use crate::columns::store_error;
use relay::Error;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// The schema this version reads and writes.
const SCHEMA_VERSION: i64 = 1;

/// Pages of log after which a commit copies them into the file by itself.
const LOG_PAGES: u32 = 4000;

/// Statements that each connection keeps prepared: all there are.
const STATEMENTS: usize = 64;

/// Opens the one connection that writes; makes file and schema if they are not there.
pub(crate) fn writer(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(store_error)?;
    settle(&connection)?;
    // secure_delete overwrites what is deleted. FULL syncs the log at every commit.
    // temp_store keeps the pages a savepoint may bring back out of files.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON;
             PRAGMA temp_store = MEMORY;",
        )
        .map_err(store_error)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(store_error)?;
    make_schema(&mut connection)?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(crate) fn reader(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(store_error)?;
    settle(&connection)?;
    Ok(connection)
}

fn settle(connection: &Connection) -> Result<(), Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(store_error)
}

fn make_schema(connection: &mut Connection) -> Result<(), Error> {
    let version = connection
        .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
        .map_err(store_error)?;
    match version {
        0 => {
            let tx = connection.transaction().map_err(store_error)?;
            tx.execute_batch(include_str!("schema.sql")).map_err(store_error)?;
            tx.commit().map_err(store_error)
        }
        SCHEMA_VERSION => Ok(()),
        // Written by a later version: leave it alone.
        _ => Err(Error::Corrupt),
    }
}
