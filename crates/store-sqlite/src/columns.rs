//! Between columns and the relay's types.

use relay::Error;
use rusqlite::{ErrorCode, Row, RowIndex, types::FromSql};
use vocab::Timestamp;

/// Whose move a failure of SQLite is. Its text is dropped: it may quote values.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn store_error(error: rusqlite::Error) -> Error {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch => {
                Error::Corrupt
            }
            _ => Error::Unavailable,
        },
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::InvalidColumnType(..) => Error::Corrupt,
        _ => Error::Unavailable,
    }
}

/// One column.
pub(crate) fn column<T: FromSql>(row: &Row<'_>, index: impl RowIndex) -> Result<T, Error> {
    row.get(index).map_err(store_error)
}

/// One column with a number that is never negative.
pub(crate) fn number<T: TryFrom<i64>>(row: &Row<'_>, index: impl RowIndex) -> Result<T, Error> {
    T::try_from(column::<i64>(row, index)?).map_err(|_| Error::Corrupt)
}

/// One column with a time.
pub(crate) fn time(row: &Row<'_>, index: impl RowIndex) -> Result<Timestamp, Error> {
    Timestamp::from_unix_seconds(number(row, index)?).ok_or(Error::Corrupt)
}

/// A number as SQLite keeps it. Larger than it can hold means larger than any that is kept.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A time as SQLite keeps it.
pub(crate) fn seconds(time: Timestamp) -> i64 {
    integer(time.unix_seconds())
}
