//! Copies of the database: made while a server uses it, put back while none does.

use crate::columns::store_error;
use crate::connection;
use relay::Error;
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
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

/// Puts a whole copy at `copy`, which is used up, in the place of the database at `database`. No
/// server may run. At every moment there is one whole database in that place; the next opening
/// compares it with its mirror.
pub fn put_back(copy: &Path, database: &Path) -> Result<(), Error> {
    check(copy)?;
    // The old log belongs to the old file: with the new one it would be garbage. So first the old
    // file takes it in, as far as it can still be read; it may be what is broken.
    if let Ok(old) = connection::writer(database) {
        let _ = connection::empty_log(&old);
    }
    let replace = || -> io::Result<()> {
        remove_log(copy)?;
        remove_log(database)?;
        fs::rename(copy, database)?;
        database.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    replace().map_err(|_| Error::Unavailable)
}

/// Removes what SQLite may have put beside a file.
fn remove_log(database: &Path) -> io::Result<()> {
    for ending in ["-wal", "-shm"] {
        let mut log = database.as_os_str().to_owned();
        log.push(ending);
        match fs::remove_file(&log) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn expect_ours(connection: &Connection) -> Result<(), Error> {
    match connection::schema_version(connection)? {
        1..=connection::SCHEMA_VERSION => Ok(()),
        _ => Err(Error::Corrupt),
    }
}
