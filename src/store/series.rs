//! Series as rows.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::chunks::SeriesState;
use super::columns::{count, key, named, optional_key, size, wrapped};
use super::pyramid::Ladder;
use super::thin::Subject;
use super::{SeriesRow, StoreError, json};
use crate::model::{Key, Series, SeriesKind, Unit};

/// What a write has to know of a series' row.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Where its samples go.
    pub state: SeriesState,
    /// The row of its run.
    pub run_id: Option<i64>,
    /// Its name, for sentences.
    pub name: String,
}

/// Describes a series; whether it was not known. What is known of it stays, what was missing is added.
pub fn upsert(connection: &Connection, run_id: Option<i64>, said: &Series) -> Result<bool, StoreError> {
    let span = said.span.map(|span| span.0);
    let num_changed = connection
        .prepare_cached(
            "INSERT INTO series (key, run_id, span_key, name, labels, unit, kind, interval_nanos)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (key) DO NOTHING",
        )?
        .execute(params![
            said.key.0,
            run_id,
            span,
            said.name,
            json::write_texts(&said.labels),
            said.unit.code(),
            said.kind.name(),
            said.interval_nanos,
        ])?;
    if num_changed == 0 {
        connection
            .prepare_cached(
                "UPDATE series SET run_id = coalesce(run_id, ?2), span_key = coalesce(span_key, ?3),
                   interval_nanos = coalesce(interval_nanos, ?4)
                 WHERE key = ?1 AND ((run_id IS NULL AND ?2 IS NOT NULL) OR (span_key IS NULL AND ?3 IS NOT NULL)
                   OR (interval_nanos IS NULL AND ?4 IS NOT NULL))",
            )?
            .execute(params![said.key.0, run_id, span, said.interval_nanos])?;
    }
    Ok(num_changed == 1)
}

/// A series' row, for adding samples.
pub fn find(connection: &Connection, series: Key) -> Result<Option<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, rollup_base, rollup_top, spacing_nanos, spacing_num_samples, run_id, name FROM series WHERE key = ?1",
    )?;
    let stored = statement.query_row([series.0], |row| {
        Ok(Stored {
            state: SeriesState {
                id: row.get(0)?,
                kind: named(row, 1, SeriesKind::from_name)?,
                ladder: ladder(row, 2)?,
                spacing: (row.get(4)?, size(row, 5)?),
            },
            run_id: row.get(6)?,
            name: row.get(7)?,
        })
    });
    Ok(stored.optional()?)
}

/// What thinning has to know of a series.
pub fn subject(connection: &Connection, series: Key) -> Result<Subject, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, rollup_base, rollup_top, coalesce(interval_nanos, spacing_nanos) FROM series WHERE key = ?1",
    )?;
    let subject = statement.query_row([series.0], |row| {
        Ok(Subject { series_id: row.get(0)?, ladder: ladder(row, 1)?, period_nanos: row.get(3)? })
    });
    subject.optional()?.ok_or_else(|| StoreError::Unknown { what: "series", key: series.to_hex() })
}

fn ladder(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Ladder>> {
    let (base, top): (Option<u32>, Option<u32>) = (row.get(index)?, row.get(index + 1)?);
    match base.zip(top) {
        None => Ok(None),
        Some((base, top)) => Ladder::new(base, top).map(Some).map_err(wrapped),
    }
}

/// The series of a run, or those of none, with what lists show of them.
pub fn of_run(connection: &Connection, run_id: Option<i64>) -> Result<Vec<SeriesRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT series.key, run.key, span_key, name, labels, unit, kind, interval_nanos,
           coalesce(sum(num_samples), 0), min(chunk.start_nanos), max(chunk.end_nanos), min(chunk.min), max(chunk.max)
         FROM series LEFT JOIN run ON run.id = series.run_id LEFT JOIN chunk ON series_id = series.id
         WHERE series.run_id IS ?1 GROUP BY series.id ORDER BY name, labels, series.id",
    )?;
    let rows = statement.query_map([run_id], |row| {
        Ok(SeriesRow {
            series: Series {
                key: key(row, 0)?,
                run: optional_key(row, 1)?,
                span: optional_key(row, 2)?,
                name: row.get(3)?,
                labels: json::read_texts(row.get_ref(4)?.as_str()?).map_err(wrapped)?,
                unit: Unit::new(row.get::<_, String>(5)?),
                kind: named(row, 6, SeriesKind::from_name)?,
                interval_nanos: row.get(7)?,
            },
            num_samples: count(row, 8)?,
            start_nanos: row.get(9)?,
            end_nanos: row.get(10)?,
            min: row.get(11)?,
            max: row.get(12)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
