//! R17, at every start: is this database all that it was, or an earlier copy?

use crate::columns::store_error;
use crate::connection;
use crate::tx::Change;
use relay::fence::{self, Finding, Guard, Incarnation, Mirror};
use relay::{Error, Rows as _, Stop, advance_clock, apply};
use rusqlite::Connection;

/// What opening found, and the life it goes on with.
pub(crate) struct Opened {
    pub(crate) finding: Finding,
    pub(crate) incarnation: Incarnation,
}

/// Compares the database with its mirror and, where they disagree, ends everything in it, in one
/// transaction. When this returns, the mirror says what the database says.
pub(crate) fn fence(
    connection: &Connection,
    guard: Guard,
) -> Result<(Opened, Box<dyn Mirror>), Error> {
    let Guard { mut mirror, fresh, now } = guard;
    let mirrored = mirror.read()?;
    let transaction = connection.unchecked_transaction().map_err(store_error)?;
    let mut change = Change::new(&transaction);
    let stored = change.age()?;
    let finding = fence::judge(stored, mirrored);
    let now = change.clock()?.max(now);
    if let Some(command) = fence::fence(stored, mirrored, fresh, now) {
        advance_clock(&mut change, now)?;
        match apply(&mut change, &command, now) {
            Ok(_) => {}
            Err(Stop::Error(error)) => return Err(error),
            // No rule stands against it.
            Err(Stop::Refusal(_)) => return Err(Error::Corrupt),
        }
    }
    let age = change.age()?;
    transaction.commit().map_err(store_error)?;
    if finding == Finding::Restored {
        connection::empty_log(connection)?;
    }
    // A crash before this line finds the same disagreement again.
    mirror.write(age)?;
    Ok((Opened { finding, incarnation: age.incarnation }, mirror))
}
