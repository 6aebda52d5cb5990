//! A connection with the settings that the promises need, and the schema.

use crate::columns::store_error;
use relay::Error;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// The schema this version reads and writes.
pub(crate) const SCHEMA_VERSION: i64 = 2;

/// From version 1, which had no age. Generation 1 says that the database is not new.
const FROM_VERSION_1: &str = "
    ALTER TABLE clock ADD COLUMN incarnation BLOB NOT NULL DEFAULT (x'');
    ALTER TABLE clock ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
    UPDATE clock SET incarnation = zeroblob(16);
    PRAGMA user_version = 2;";

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
    let statements = match schema_version(connection)? {
        0 => include_str!("schema.sql"),
        1 => FROM_VERSION_1,
        SCHEMA_VERSION => return Ok(()),
        // Written by a later version: leave it alone.
        _ => return Err(Error::Corrupt),
    };
    let tx = connection.transaction().map_err(store_error)?;
    tx.execute_batch(statements).map_err(store_error)?;
    tx.commit().map_err(store_error)
}

/// The schema a file was written with; 0 for an empty one.
pub(crate) fn schema_version(connection: &Connection) -> Result<i64, Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(store_error)
}

/// Copies the log into the file and truncates it; an error if somebody still reads from it.
pub(crate) fn empty_log(connection: &Connection) -> Result<(), Error> {
    let blocked: i64 = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(store_error)?;
    if blocked == 0 { Ok(()) } else { Err(Error::Unavailable) }
}
