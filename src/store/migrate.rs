//! The schema and its history: numbered SQL files, applied all or not at all.

use std::path::Path;
use std::sync::OnceLock;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks a SQLite file as a reelbench workspace: `RlBn`.
pub const APPLICATION_ID: i32 = 0x526c_426e;

/// The schema's history; a file's `user_version` is how many of these it has seen. Released files never change.
pub const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql")];

/// The schema this program reads and writes.
#[must_use]
pub fn known_version() -> i64 {
    MIGRATIONS.len() as i64
}

/// The file's schema version.
pub fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the file to the newest schema of `migrations`, in one transaction however many steps that takes:
/// when any fails, the file is byte for byte as it was.
pub fn upgrade(connection: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), StoreError> {
    let to = migrations.len() as i64;
    if version(connection)? == to {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may just have done it.
    let from = version(&transaction)?;
    if from > to {
        return Err(StoreError::Newer { path: path.to_owned(), found: from, known: to });
    }
    let failed = |error: rusqlite::Error| match StoreError::from(error) {
        error @ (StoreError::DiskFull
        | StoreError::Io { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Locked { .. }) => error,
        error => StoreError::Upgrade { path: path.to_owned(), from, to, why: error.to_string() },
    };
    for migration in migrations.iter().skip(usize::try_from(from).unwrap_or(0)) {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "user_version", to).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// Refuses a file whose tables, indexes, views and triggers are not exactly ours: what someone else put there
/// would run when we read or write.
pub fn check_schema(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = objects(connection)?;
    let expected = expected_objects()?;
    let not_ours = |why: String| Err(StoreError::NotOurs { path: path.to_owned(), why });
    if let Some((kind, name, _)) = found.iter().find(|object| !expected.contains(object)) {
        return not_ours(format!("its {kind} “{name}” is not one that reelbench makes"));
    }
    if let Some((kind, name, _)) = expected.iter().find(|object| !found.contains(object)) {
        return not_ours(format!("its {kind} “{name}” is missing"));
    }
    Ok(())
}

/// Kind, name and definition of a schema object.
type Object = (String, String, String);

fn objects(connection: &Connection) -> Result<Vec<Object>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat_' ESCAPE '\\'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut objects = rows.collect::<Result<Vec<Object>, _>>()?;
    for (_, _, sql) in &mut objects {
        *sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    Ok(objects)
}

fn expected_objects() -> Result<&'static Vec<Object>, StoreError> {
    static EXPECTED: OnceLock<Vec<Object>> = OnceLock::new();
    if let Some(expected) = EXPECTED.get() {
        return Ok(expected);
    }
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    let expected = objects(&connection)?;
    Ok(EXPECTED.get_or_init(|| expected))
}
