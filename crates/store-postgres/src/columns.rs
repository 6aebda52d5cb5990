//! Between columns and the relay's types.

use relay::Error;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};
use vocab::Timestamp;

/// One parameter of a statement.
pub(crate) type Value = Box<dyn ToSql + Sync + Send>;

/// Parameters of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as $crate::columns::Value),*] };
}
pub(crate) use values;

/// Whose move a failure of PostgreSQL is. Its text is dropped: it may quote values.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn store_error(error: tokio_postgres::Error) -> Error {
    match error.code().map(|state| &state.code()[..2]) {
        // What was written does not fit the tables: 22 data, 23 constraint, 42 no such column.
        Some("22" | "23" | "42") => Error::Corrupt,
        _ => Error::Unavailable,
    }
}

/// One column.
pub(crate) fn column<'r, T: FromSql<'r>>(row: &'r Row, index: usize) -> Result<T, Error> {
    row.try_get(index).map_err(|_| Error::Corrupt)
}

/// One column with bytes of a fixed size.
pub(crate) fn array<const N: usize>(row: &Row, index: usize) -> Result<[u8; N], Error> {
    column::<&[u8]>(row, index)?.try_into().map_err(|_| Error::Corrupt)
}

/// The same where there may be none.
pub(crate) fn array_or_none<const N: usize>(
    row: &Row,
    index: usize,
) -> Result<Option<[u8; N]>, Error> {
    let bytes = column::<Option<&[u8]>>(row, index)?;
    bytes.map(|bytes| bytes.try_into().map_err(|_| Error::Corrupt)).transpose()
}

/// One column with a number that is never negative.
pub(crate) fn number<T: TryFrom<i64>>(row: &Row, index: usize) -> Result<T, Error> {
    T::try_from(column::<i64>(row, index)?).map_err(|_| Error::Corrupt)
}

/// One column with a time.
pub(crate) fn time(row: &Row, index: usize) -> Result<Timestamp, Error> {
    Timestamp::from_unix_seconds(number(row, index)?).ok_or(Error::Corrupt)
}

/// Bytes as PostgreSQL keeps them.
pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

/// A number as PostgreSQL keeps it. Larger than it can hold means larger than any that is kept.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A time as PostgreSQL keeps it.
pub(crate) fn seconds(time: Timestamp) -> i64 {
    integer(time.unix_seconds())
}
