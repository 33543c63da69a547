//! Notes and absences as rows.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use super::columns::{key, optional_key};
use crate::model::{Absence, Note};

/// Adds a note that came with data; one that a person changed or removed stays as it is.
pub fn add(connection: &Connection, run_id: i64, note: &Note) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO note (key, run_id, span_key, text, at_nanos) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![note.key.0, run_id, note.span.map(|span| span.0), note.text, note.at_nanos])?;
    Ok(())
}

/// The notes of a run, oldest first.
pub fn of_run(connection: &Connection, run_id: i64) -> Result<Vec<Note>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT note.key, run.key, span_key, text, at_nanos FROM note JOIN run ON run.id = run_id
         WHERE run_id = ?1 AND text IS NOT NULL ORDER BY at_nanos, note.id",
    )?;
    let rows = statement.query_map([run_id], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        key: key(row, 0)?,
        run: key(row, 1)?,
        span: optional_key(row, 2)?,
        text: row.get(3)?,
        at_nanos: row.get(4)?,
    })
}

/// Says that something could not be measured in a run; the last reason stands.
pub fn add_absence(connection: &Connection, run_id: i64, absence: &Absence) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO absence (run_id, metric, reason) VALUES (?1, ?2, ?3)
             ON CONFLICT (run_id, metric) DO UPDATE SET reason = excluded.reason WHERE reason <> excluded.reason",
        )?
        .execute(params![run_id, absence.metric, absence.reason])?;
    Ok(())
}

/// What could not be measured in a run.
pub fn absences(connection: &Connection, run_id: i64) -> Result<Vec<Absence>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT run.key, metric, reason FROM absence JOIN run ON run.id = run_id WHERE run_id = ?1 ORDER BY metric",
    )?;
    let rows = statement
        .query_map([run_id], |row| Ok(Absence { run: key(row, 0)?, metric: row.get(1)?, reason: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The row of a note's run, its text and the rest, also of a note that was removed.
pub fn find(connection: &Connection, note: crate::model::Key) -> Result<Option<(i64, Note, bool)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT note.key, run.key, span_key, coalesce(text, ''), at_nanos, run_id, text IS NULL
         FROM note JOIN run ON run.id = run_id WHERE note.key = ?1",
    )?;
    Ok(statement.query_row([note.0], |row| Ok((row.get(5)?, read(row)?, row.get(6)?))).optional()?)
}
