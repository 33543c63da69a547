//! Spans and their measurements as rows.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::columns::{key, named, optional_key, wrapped};
use super::runs::Voice;
use super::{StoreError, json};
use crate::model::{Key, Measurement, Outcome, Span, SpanKind, Stat, Unit};

const COLUMNS: &str = "span.id, span.run_id, span.key, run.key, parent_key, span.kind, span.name, span.number,
  span.start_nanos, span.end_nanos, span.outcome, span.error, span.provider, span.model, span.attributes";

/// A span's row as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its row.
    pub id: i64,
    /// The row of its run.
    pub run_id: i64,
    /// The span.
    pub span: Span,
}

/// A span by its key, with its measurements.
pub fn find(connection: &Connection, span: Key) -> Result<Option<Stored>, StoreError> {
    let Some(mut stored) = read_where(connection, "WHERE span.key = ?1", [span.0])?.pop() else { return Ok(None) };
    stored.span.measurements = measurements(connection, stored.id)?;
    Ok(Some(stored))
}

/// Writes a span that is not stored yet.
pub fn add(connection: &Connection, run_id: i64, span: &Span) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO span (key, run_id, parent_key, kind, name, number, start_nanos, end_nanos, outcome, error,
               provider, model, attributes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            span.key.0,
            run_id,
            span.parent.map(|parent| parent.0),
            span.kind.name(),
            span.name,
            span.number,
            span.start_nanos,
            span.end_nanos,
            span.outcome.name(),
            span.error,
            span.provider,
            span.model,
            json::write_attributes(&span.attributes),
        ])?;
    add_measurements(connection, connection.last_insert_rowid(), &span.measurements)
}

/// Adds what is said of a stored span; whether that changed anything. `stored` is brought up to date.
pub fn update(connection: &Connection, stored: &mut Stored, said: &Span, voice: Voice) -> Result<bool, StoreError> {
    let mut span = stored.span.clone();
    if voice == Voice::Own {
        span.kind = said.kind;
        span.name.clone_from(&said.name);
        span.start_nanos = said.start_nanos;
    }
    voice.set(&mut span.parent, said.parent.as_ref());
    voice.set(&mut span.number, said.number.as_ref());
    voice.set(&mut span.end_nanos, said.end_nanos.as_ref());
    voice.set_outcome(&mut span.outcome, said.outcome);
    voice.set(&mut span.error, said.error.as_ref());
    voice.clear_error(&mut span.error, said.outcome, said.error.as_ref());
    voice.set(&mut span.provider, said.provider.as_ref());
    voice.set(&mut span.model, said.model.as_ref());
    voice.set_all(&mut span.attributes, &said.attributes);
    let is_row_changed = differs(&span, &stored.span);
    if is_row_changed {
        connection
            .prepare_cached(
                "UPDATE span SET parent_key = ?2, kind = ?3, name = ?4, number = ?5, start_nanos = ?6, end_nanos = ?7,
                   outcome = ?8, error = ?9, provider = ?10, model = ?11, attributes = ?12
                 WHERE id = ?1",
            )?
            .execute(params![
                stored.id,
                span.parent.map(|parent| parent.0),
                span.kind.name(),
                span.name,
                span.number,
                span.start_nanos,
                span.end_nanos,
                span.outcome.name(),
                span.error,
                span.provider,
                span.model,
                json::write_attributes(&span.attributes),
            ])?;
    }
    let changed: Vec<Measurement> = last_said(&said.measurements)
        .into_iter()
        .filter(|said| {
            let known = span.measurements.iter().find(|known| known.name == said.name && known.stat == said.stat);
            known.is_none_or(|known| voice == Voice::Own && !is_same(known, said))
        })
        .cloned()
        .collect();
    add_measurements(connection, stored.id, &changed)?;
    stored.span = span;
    Ok(is_row_changed || !changed.is_empty())
}

/// Whether two spans differ in anything but their measurements; NaN attributes are equal to themselves.
fn differs(a: &Span, b: &Span) -> bool {
    a != b && {
        let plain = |span: &Span| {
            let mut span = span.clone();
            span.measurements.clear();
            let attributes = json::write_attributes(&std::mem::take(&mut span.attributes));
            (span, attributes)
        };
        plain(a) != plain(b)
    }
}

fn is_same(a: &Measurement, b: &Measurement) -> bool {
    // Zeros of either sign are one: SQLite keeps whole reals as integers.
    a.unit == b.unit && (a.value == b.value || (a.value.is_nan() && b.value.is_nan()))
}

/// Of measurements said twice, the last.
fn last_said(measurements: &[Measurement]) -> Vec<&Measurement> {
    let by_name: BTreeMap<_, _> = measurements.iter().map(|said| ((said.name.as_str(), said.stat), said)).collect();
    by_name.into_values().collect()
}

fn add_measurements(connection: &Connection, span_id: i64, measurements: &[Measurement]) -> Result<(), StoreError> {
    for measurement in measurements {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO measurement (span_id, name, stat, unit, value) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                span_id,
                measurement.name,
                measurement.stat.name(),
                measurement.unit.code(),
                measurement.value,
            ])?;
    }
    Ok(())
}

fn measurements(connection: &Connection, span_id: i64) -> Result<Vec<Measurement>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT name, stat, unit, value FROM measurement WHERE span_id = ?1 ORDER BY name, stat")?;
    let rows = statement.query_map([span_id], |row| read_measurement(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_measurement(row: &Row<'_>, index: usize) -> rusqlite::Result<Measurement> {
    Ok(Measurement {
        name: row.get(index)?,
        stat: named(row, index + 1, Stat::from_name)?,
        unit: Unit::new(row.get::<_, String>(index + 2)?),
        // SQLite has no NaN: it is kept as null.
        value: row.get::<_, Option<f64>>(index + 3)?.unwrap_or(f64::NAN),
    })
}

/// The spans of a run with their measurements, by start.
pub fn of_run(connection: &Connection, run_id: i64) -> Result<Vec<Span>, StoreError> {
    let stored = read_where(connection, "WHERE span.run_id = ?1 ORDER BY span.start_nanos, span.id", [run_id])?;
    let index: BTreeMap<i64, usize> = stored.iter().enumerate().map(|(index, stored)| (stored.id, index)).collect();
    let mut spans: Vec<Span> = stored.into_iter().map(|stored| stored.span).collect();
    let mut statement = connection.prepare_cached(
        "SELECT span_id, measurement.name, stat, unit, value FROM span JOIN measurement ON span_id = span.id
         WHERE run_id = ?1 ORDER BY span_id, measurement.name, stat",
    )?;
    let mut rows = statement.query([run_id])?;
    while let Some(row) = rows.next()? {
        if let Some(&index) = index.get(&row.get(0)?) {
            spans[index].measurements.push(read_measurement(row, 1)?);
        }
    }
    Ok(spans)
}

fn read_where(
    connection: &Connection,
    clause: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM span JOIN run ON run.id = span.run_id {clause}");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        run_id: row.get(1)?,
        span: Span {
            key: key(row, 2)?,
            run: key(row, 3)?,
            parent: optional_key(row, 4)?,
            kind: named(row, 5, SpanKind::from_name)?,
            name: row.get(6)?,
            number: row.get(7)?,
            start_nanos: row.get(8)?,
            end_nanos: row.get(9)?,
            outcome: named(row, 10, Outcome::from_name)?,
            error: row.get(11)?,
            provider: row.get(12)?,
            model: row.get(13)?,
            attributes: json::read_attributes(row.get_ref(14)?.as_str()?).map_err(wrapped)?,
            measurements: Vec::new(),
        },
    })
}
