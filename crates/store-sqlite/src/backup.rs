//! Copies of the database, made while a server uses it.

use crate::columns::store_error;
use crate::connection;
use relay::Error;
use rusqlite::Connection;
use std::path::Path;

/// Writes a whole and consistent copy of the database at `from` into `to`, which must be an empty
/// file or not be there. Nothing that was erased is in it: rows are written anew, one after the
/// other. The caller makes the copy durable.
///
/// While it reads, the log cannot be emptied, so withdrawals wait.
pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let connection = connection::reader(from)?;
    expect_ours(&connection)?;
    let to = to.to_str().ok_or(Error::Unavailable)?;
    connection.execute("VACUUM INTO ?1", [to]).map(drop).map_err(store_error)
}

/// Checks that a file is a whole database that this version can open. Changes nothing.
pub fn check(path: &Path) -> Result<(), Error> {
    let connection = connection::reader(path)?;
    expect_ours(&connection)?;
    let first: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(store_error)?;
    if first == "ok" { Ok(()) } else { Err(Error::Corrupt) }
}

fn expect_ours(connection: &Connection) -> Result<(), Error> {
    match connection::schema_version(connection)? {
        1..=connection::SCHEMA_VERSION => Ok(()),
        _ => Err(Error::Corrupt),
    }
}
