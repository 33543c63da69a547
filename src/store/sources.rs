//! Sources and their issues as rows: the counts of a report accumulate with every read.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::columns::{count, key, named, signed};
use super::{SourceRow, StoreError, Written};
use crate::model::{Cursor, Effect, Issue, IssueKind, Key, Place, Source, SourceKind, Zone};

const COLUMNS: &str = "key, kind, format, location, content_hash, size_bytes, cursor_bytes, head_hash, head_bytes,
  zone, read_at_nanos, is_complete, num_new_runs, num_new_spans, num_changed_spans, num_new_series, num_new_samples,
  num_new_usages, num_duplicates, num_repaired, num_skipped, num_noticed,
  (SELECT count(*) FROM run_source WHERE source_id = source.id)";

/// Writes a source with its cursor; its row. What is not said of a known one stays.
pub fn upsert(connection: &Connection, source: &Source) -> Result<i64, StoreError> {
    let cursor = source.cursor.as_ref();
    let mut statement = connection.prepare_cached(
        "INSERT INTO source (key, kind, format, location, content_hash, size_bytes, cursor_bytes, head_hash, head_bytes,
           zone, read_at_nanos, is_complete)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, format = excluded.format, location = excluded.location,
           content_hash = coalesce(excluded.content_hash, content_hash),
           size_bytes = coalesce(excluded.size_bytes, size_bytes),
           cursor_bytes = coalesce(excluded.cursor_bytes, cursor_bytes),
           head_hash = coalesce(excluded.head_hash, head_hash),
           head_bytes = coalesce(excluded.head_bytes, head_bytes),
           zone = excluded.zone, read_at_nanos = excluded.read_at_nanos, is_complete = excluded.is_complete
         RETURNING id",
    )?;
    let id = statement.query_row(
        params![
            source.key.0,
            source.kind.name(),
            source.format,
            source.location,
            source.content_hash,
            source.size_bytes,
            cursor.map(|cursor| signed(cursor.offset_bytes)),
            cursor.map(|cursor| cursor.head_hash),
            cursor.map(|cursor| signed(cursor.head_bytes)),
            zone_name(&source.zone),
            source.read_at_nanos,
            source.is_complete,
        ],
        |row| row.get(0),
    )?;
    Ok(id)
}

/// Adds issues that are not stored yet and what a write gave to a source's counts.
pub fn add_counts(
    connection: &Connection,
    source_id: i64,
    written: &Written,
    issues: &[&Issue],
) -> Result<(), StoreError> {
    let (mut num_repaired, mut num_skipped, mut num_noticed) = (0, 0, 0);
    for issue in issues {
        if !add_issue(connection, source_id, issue)? {
            continue;
        }
        match issue.kind.effect() {
            Effect::Repaired => num_repaired += issue.num_records,
            Effect::Skipped => num_skipped += issue.num_records,
            Effect::Noticed => num_noticed += issue.num_records,
        }
    }
    connection
        .prepare_cached(
            "UPDATE source SET num_new_runs = num_new_runs + ?2, num_new_spans = num_new_spans + ?3,
               num_changed_spans = num_changed_spans + ?4, num_new_series = num_new_series + ?5,
               num_new_samples = num_new_samples + ?6, num_new_usages = num_new_usages + ?7,
               num_duplicates = num_duplicates + ?8, num_repaired = num_repaired + ?9,
               num_skipped = num_skipped + ?10, num_noticed = num_noticed + ?11
             WHERE id = ?1",
        )?
        .execute(params![
            source_id,
            signed(written.num_new_runs),
            signed(written.num_new_spans),
            signed(written.num_changed_spans),
            signed(written.num_new_series),
            signed(written.num_new_samples),
            signed(written.num_new_usages),
            signed(written.num_duplicates),
            signed(num_repaired),
            signed(num_skipped),
            signed(num_noticed),
        ])?;
    Ok(())
}

/// Forgets what was found wrong with a source: it is read again from its beginning.
pub fn forget_issues(connection: &Connection, source_id: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM issue WHERE source_id = ?1")?.execute([source_id])?;
    connection
        .prepare_cached("UPDATE source SET num_repaired = 0, num_skipped = 0, num_noticed = 0 WHERE id = ?1")?
        .execute([source_id])?;
    Ok(())
}

/// Stores an issue; whether it was not there yet, so that reading a file again does not count its issues again.
fn add_issue(connection: &Connection, source_id: i64, issue: &Issue) -> Result<bool, StoreError> {
    let (place, place_at) = match issue.place {
        Place::Whole => ("whole", 0),
        Place::Line(line) => ("line", line),
        Place::Byte(offset) => ("byte", offset),
    };
    let num_added = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO issue (source_id, kind, place, place_at, detail, num_records) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            source_id,
            issue.kind.name(),
            place,
            signed(place_at),
            issue.detail,
            signed(issue.num_records)
        ])?;
    Ok(num_added == 1)
}

/// A source's issues, in the order they were met.
pub fn issues(connection: &Connection, source: Key) -> Result<Vec<Issue>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT issue.kind, place, place_at, detail, num_records FROM issue JOIN source ON source.id = source_id
         WHERE source.key = ?1 ORDER BY issue.id",
    )?;
    let rows = statement.query_map([source.0], |row| {
        let place_at = count(row, 2)?;
        let place = match row.get_ref(1)?.as_str()? {
            "line" => Place::Line(place_at),
            "byte" => Place::Byte(place_at),
            _ => Place::Whole,
        };
        Ok(Issue {
            kind: named(row, 0, IssueKind::from_name)?,
            place,
            detail: row.get(3)?,
            num_records: count(row, 4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All sources, newest first.
pub fn all(connection: &Connection) -> Result<Vec<SourceRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM source ORDER BY read_at_nanos DESC, id DESC"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The source of a key.
pub fn find(connection: &Connection, source: Key) -> Result<Option<SourceRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM source WHERE key = ?1"))?;
    Ok(statement.query_row([source.0], read).optional()?)
}

/// A source that was read to its end and had this content.
pub fn find_by_hash(connection: &Connection, content_hash: &[u8; 32]) -> Result<Option<SourceRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM source WHERE content_hash = ?1 AND is_complete = 1 ORDER BY id LIMIT 1"
    ))?;
    Ok(statement.query_row([content_hash], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<SourceRow> {
    let cursor = match row.get::<_, Option<i64>>(6)? {
        Some(_) => Some(Cursor { offset_bytes: count(row, 6)?, head_hash: row.get(7)?, head_bytes: count(row, 8)? }),
        None => None,
    };
    Ok(SourceRow {
        source: Source {
            key: key(row, 0)?,
            kind: named(row, 1, SourceKind::from_name)?,
            format: row.get(2)?,
            location: row.get(3)?,
            content_hash: row.get(4)?,
            size_bytes: row.get(5)?,
            cursor,
            zone: named(row, 9, zone_from_name)?,
            read_at_nanos: row.get(10)?,
            is_complete: row.get(11)?,
        },
        num_runs: count(row, 22)?,
        num_new_runs: count(row, 12)?,
        num_new_spans: count(row, 13)?,
        num_changed_spans: count(row, 14)?,
        num_new_series: count(row, 15)?,
        num_new_samples: count(row, 16)?,
        num_new_usages: count(row, 17)?,
        num_duplicates: count(row, 18)?,
        num_repaired: count(row, 19)?,
        num_skipped: count(row, 20)?,
        num_noticed: count(row, 21)?,
    })
}

fn zone_name(zone: &Zone) -> String {
    match zone {
        Zone::Utc => "utc".to_owned(),
        Zone::Unknown => "unknown".to_owned(),
        Zone::Elapsed => "elapsed".to_owned(),
        Zone::Named(name) => format!("named:{name}"),
    }
}

fn zone_from_name(text: &str) -> Option<Zone> {
    match text {
        "utc" => Some(Zone::Utc),
        "unknown" => Some(Zone::Unknown),
        "elapsed" => Some(Zone::Elapsed),
        text => text.strip_prefix("named:").map(|name| Zone::Named(name.to_owned())),
    }
}
