//! Small translations between columns and facts that several tables share.

use rusqlite::Row;
use rusqlite::types::Type;

use super::StoreError;
use crate::model::Key;

/// The key in a column.
pub fn key(row: &Row<'_>, index: usize) -> rusqlite::Result<Key> {
    Ok(Key(row.get(index)?))
}

/// The key in a column that may be null.
pub fn optional_key(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Key>> {
    Ok(row.get::<_, Option<[u8; 16]>>(index)?.map(Key))
}

/// The fact behind a stored name.
pub fn named<T>(row: &Row<'_>, index: usize, from_name: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let name = row.get_ref(index)?.as_str()?;
    from_name(name).ok_or_else(|| {
        let words = format!("“{name}” is not a name that column {index} may hold").into();
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, words)
    })
}

/// A count, which SQLite keeps signed.
pub fn count(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
}

/// A number of things in memory.
pub fn size(row: &Row<'_>, index: usize) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
}

/// A number of things in memory for a signed column.
pub fn signed_size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A count or size for a signed column.
pub fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Lets our own errors pass through a row callback of rusqlite.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub fn wrapped(error: StoreError) -> rusqlite::Error {
    let words: Box<dyn std::error::Error + Send + Sync> = error.to_string().into();
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, words)
}
