//! Runs as rows: what is said of one is added to what is known, and two that turn out to be one are joined.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::columns::{count, key, named, signed, wrapped};
use super::{RunRow, StoreError, json};
use crate::model::{Clock, Host, Key, Media, Outcome, Recorder, Run};

/// How what a source says weighs against what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// It speaks of its own run or span: what it says replaces what it said before.
    Own,
    /// It is another source's view of a run that is known already: it only adds what is missing, so that importing
    /// both again, in any order, changes nothing.
    Other,
}

impl Voice {
    /// Puts what is said into a field.
    pub fn set<T: Clone>(self, field: &mut Option<T>, said: Option<&T>) {
        if let Some(said) = said
            && (self == Self::Own || field.is_none())
        {
            *field = Some(said.clone());
        }
    }

    /// Adds what is said to named values.
    pub fn set_all<K: Clone + Ord, T: Clone>(self, fields: &mut BTreeMap<K, T>, said: &BTreeMap<K, T>) {
        for (name, value) in said {
            if self == Self::Own || !fields.contains_key(name) {
                fields.insert(name.clone(), value.clone());
            }
        }
    }

    /// Takes an error back: what its own source says to have ended well did not fail after all.
    pub fn clear_error(self, error: &mut Option<String>, said_outcome: Outcome, said_error: Option<&String>) {
        if self == Self::Own && said_outcome == Outcome::Succeeded && said_error.is_none() {
            *error = None;
        }
    }

    /// Puts what is said of an outcome into a field; nothing that ended runs again.
    pub fn set_outcome(self, field: &mut Outcome, said: Outcome) {
        let is_open = matches!(field, Outcome::Unknown | Outcome::Running);
        let says = match said {
            Outcome::Unknown => false,
            Outcome::Running => *field == Outcome::Unknown,
            _ => is_open || self == Self::Own,
        };
        if says {
            *field = said;
        }
    }
}

const COLUMNS: &str = "run.key, pipeline, video_id, start_nanos, end_nanos, clock, outcome, error,
  media_duration_secs, media_size_bytes, media_width, media_height, media_fps,
  recorder_pid, recorder_started_secs, recorder_hostname, attributes, num_spans, num_failed_spans, last_nanos,
  hostname, os, cpu, num_cpus, memory_bytes, gpus, gpu_driver, run.id";

/// The row of a run, by its own key or another source's.
pub fn find(connection: &Connection, run: Key) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM run WHERE key = ?1 UNION ALL SELECT run_id FROM run_alias WHERE key = ?1 LIMIT 1",
    )?;
    Ok(statement.query_row([run.0], |row| row.get(0)).optional()?)
}

/// The key a run was made known under.
pub fn own_key(connection: &Connection, run_id: i64) -> Result<Key, StoreError> {
    let mut statement = connection.prepare_cached("SELECT key FROM run WHERE id = ?1")?;
    Ok(statement.query_row([run_id], |row| key(row, 0))?)
}

/// The row of a run, made if there is none, and whether it was.
pub fn find_or_add(connection: &Connection, run: Key) -> Result<(i64, bool), StoreError> {
    if let Some(id) = find(connection, run)? {
        return Ok((id, false));
    }
    connection
        .prepare_cached("INSERT INTO run (key, clock, outcome, attributes) VALUES (?1, 'utc', 'unknown', '{}')")?
        .execute([run.0])?;
    Ok((connection.last_insert_rowid(), true))
}

/// Adds what is said of a run to its row. Labels that are set, or were removed by a person, stay.
pub fn update(connection: &Connection, run_id: i64, said: &Run, is_new: bool) -> Result<(), StoreError> {
    let Some((_, RunRow { run: stored, .. })) = read_where(connection, "WHERE run.id = ?1", [run_id])?.pop() else {
        return Err(StoreError::Unknown { what: "run", key: said.key.to_hex() });
    };
    let voice = if stored.key == said.key { Voice::Own } else { Voice::Other };
    let mut run = stored.clone();
    voice.set(&mut run.pipeline, said.pipeline.as_ref());
    voice.set(&mut run.video_id, said.video_id.as_ref());
    if is_new || run.clock == said.clock {
        // Sources that each saw a part agree on the whole, whichever came first.
        run.start_nanos = run.start_nanos.into_iter().chain(said.start_nanos).min();
        run.end_nanos = run.end_nanos.into_iter().chain(said.end_nanos).max();
    } else {
        voice.set(&mut run.start_nanos, said.start_nanos.as_ref());
        voice.set(&mut run.end_nanos, said.end_nanos.as_ref());
    }
    voice.set_outcome(&mut run.outcome, said.outcome);
    voice.set(&mut run.error, said.error.as_ref());
    voice.clear_error(&mut run.error, said.outcome, said.error.as_ref());
    voice.set(&mut run.host, said.host.as_ref());
    voice.set(&mut run.recorder, said.recorder.as_ref());
    voice.set_all(&mut run.attributes, &said.attributes);
    let (media, said_media) = (&mut run.media, &said.media);
    voice.set(&mut media.duration_secs, said_media.duration_secs.as_ref());
    voice.set(&mut media.size_bytes, said_media.size_bytes.as_ref());
    voice.set(&mut media.width, said_media.width.as_ref());
    voice.set(&mut media.height, said_media.height.as_ref());
    voice.set(&mut media.fps, said_media.fps.as_ref());
    // A clock is always said, so it counts only where it comes with the times it is about.
    if is_new || (voice == Voice::Own && said.start_nanos.is_some()) {
        run.clock = said.clock;
    }
    for (name, value) in &said.labels {
        connection
            .prepare_cached("INSERT OR IGNORE INTO label (run_id, name, value) VALUES (?1, ?2, ?3)")?
            .execute(params![run_id, name, value])?;
    }
    if run != stored || is_new {
        write(connection, run_id, &run)?;
    }
    Ok(())
}

fn write(connection: &Connection, run_id: i64, run: &Run) -> Result<(), StoreError> {
    let host_id = run.host.as_ref().map(|host| host_id(connection, host)).transpose()?;
    let recorder = run.recorder.as_ref();
    connection
        .prepare_cached(
            "UPDATE run SET pipeline = ?2, video_id = ?3, start_nanos = ?4, end_nanos = ?5, clock = ?6, outcome = ?7,
               error = ?8, media_duration_secs = ?9, media_size_bytes = ?10, media_width = ?11, media_height = ?12,
               media_fps = ?13, host_id = ?14, recorder_pid = ?15, recorder_started_secs = ?16,
               recorder_hostname = ?17, attributes = ?18
             WHERE id = ?1",
        )?
        .execute(params![
            run_id,
            run.pipeline,
            run.video_id,
            run.start_nanos,
            run.end_nanos,
            run.clock.name(),
            run.outcome.name(),
            run.error,
            run.media.duration_secs,
            run.media.size_bytes,
            run.media.width,
            run.media.height,
            run.media.fps,
            host_id,
            recorder.map(|recorder| recorder.pid),
            recorder.map(|recorder| signed(recorder.started_secs)),
            recorder.map(|recorder| recorder.hostname.as_str()),
            json::write_attributes(&run.attributes),
        ])?;
    Ok(())
}

fn host_id(connection: &Connection, host: &Host) -> Result<i64, StoreError> {
    let gpus = json::write_list(&host.gpus);
    let (num_cpus, memory_bytes) = (host.num_cpus.to_string(), host.memory_bytes.to_string());
    let driver = json::write_list(host.gpu_driver.as_slice());
    let key = Key::of("host", &[&host.hostname, &host.os, &host.cpu, &num_cpus, &memory_bytes, &gpus, &driver]);
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO host (key, hostname, os, cpu, num_cpus, memory_bytes, gpus, gpu_driver)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            key.0,
            host.hostname,
            host.os,
            host.cpu,
            host.num_cpus,
            signed(host.memory_bytes),
            gpus,
            host.gpu_driver,
        ])?;
    let mut statement = connection.prepare_cached("SELECT id FROM host WHERE key = ?1")?;
    Ok(statement.query_row([key.0], |row| row.get(0))?)
}

/// Makes the run with key `other` the same as the run of row `run_id`: what is known of it moves there, and both its
/// keys lead there from now on.
pub fn join(connection: &Connection, run_id: i64, other: Key) -> Result<(), StoreError> {
    let other_row = find(connection, other)?;
    if let Some(other_id) = other_row {
        if other_id == run_id {
            return Ok(());
        }
        let Some((_, RunRow { run, .. })) = read_where(connection, "WHERE run.id = ?1", [other_id])?.pop() else {
            return Err(StoreError::Unknown { what: "run", key: other.to_hex() });
        };
        update(connection, run_id, &run, false)?;
        for sql in [
            "UPDATE OR IGNORE label SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE OR IGNORE absence SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE OR IGNORE run_source SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE run_alias SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE span SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE usage SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE series SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE note SET run_id = ?1 WHERE run_id = ?2",
            "UPDATE run SET num_spans = num_spans + (SELECT num_spans FROM run WHERE id = ?2),
               num_failed_spans = num_failed_spans + (SELECT num_failed_spans FROM run WHERE id = ?2),
               last_nanos = max(coalesce(last_nanos, (SELECT last_nanos FROM run WHERE id = ?2)),
                                coalesce((SELECT last_nanos FROM run WHERE id = ?2), last_nanos))
             WHERE id = ?1",
        ] {
            connection.prepare_cached(sql)?.execute([run_id, other_id])?;
        }
        connection.prepare_cached("DELETE FROM run WHERE id = ?1")?.execute([other_id])?;
        add_alias(connection, run.key, run_id)?;
    }
    add_alias(connection, other, run_id)
}

fn add_alias(connection: &Connection, alias: Key, run_id: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO run_alias (key, run_id) VALUES (?1, ?2)")?
        .execute(params![alias.0, run_id])?;
    Ok(())
}

/// Runs with a clause after `FROM`, each with its row's id.
pub fn read_where(
    connection: &Connection,
    clause: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<(i64, RunRow)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM run LEFT JOIN host ON host.id = run.host_id {clause}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        runs.push((row.get(27)?, read(row)?));
    }
    if let [(id, run)] = runs.as_mut_slice() {
        run.run.labels = labels(connection, *id)?;
        run.sources = sources(connection, *id)?;
    } else {
        attach_all(connection, &mut runs)?;
    }
    Ok(runs)
}

fn read(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let recorder = match (row.get::<_, Option<u32>>(13)?, row.get::<_, Option<i64>>(14)?) {
        (Some(pid), Some(started_secs)) => Some(Recorder {
            pid,
            started_secs: u64::try_from(started_secs).unwrap_or(0),
            hostname: row.get::<_, Option<String>>(15)?.unwrap_or_default(),
        }),
        _ => None,
    };
    let host = match row.get::<_, Option<String>>(20)? {
        Some(hostname) => Some(Host {
            hostname,
            os: row.get(21)?,
            cpu: row.get(22)?,
            num_cpus: row.get(23)?,
            memory_bytes: count(row, 24)?,
            gpus: json::read_list(row.get_ref(25)?.as_str()?).map_err(wrapped)?,
            gpu_driver: row.get(26)?,
        }),
        None => None,
    };
    Ok(RunRow {
        run: Run {
            key: key(row, 0)?,
            pipeline: row.get(1)?,
            video_id: row.get(2)?,
            start_nanos: row.get(3)?,
            end_nanos: row.get(4)?,
            clock: named(row, 5, Clock::from_name)?,
            outcome: named(row, 6, Outcome::from_name)?,
            error: row.get(7)?,
            media: Media {
                duration_secs: row.get(8)?,
                size_bytes: row.get(9)?,
                width: row.get(10)?,
                height: row.get(11)?,
                fps: row.get(12)?,
            },
            labels: BTreeMap::new(),
            host,
            recorder,
            attributes: json::read_attributes(row.get_ref(16)?.as_str()?).map_err(wrapped)?,
        },
        num_spans: count(row, 17)?,
        num_failed_spans: count(row, 18)?,
        last_nanos: row.get(19)?,
        sources: Vec::new(),
    })
}

fn labels(connection: &Connection, run_id: i64) -> Result<BTreeMap<String, String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT name, value FROM label WHERE run_id = ?1 AND value IS NOT NULL")?;
    let rows = statement.query_map([run_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn sources(connection: &Connection, run_id: i64) -> Result<Vec<Key>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key FROM run_source JOIN source ON source.id = source_id WHERE run_id = ?1 ORDER BY source_id",
    )?;
    let rows = statement.query_map([run_id], |row| key(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Labels and sources of many runs in two passes over their tables.
fn attach_all(connection: &Connection, runs: &mut [(i64, RunRow)]) -> Result<(), StoreError> {
    let index: BTreeMap<i64, usize> = runs.iter().enumerate().map(|(index, (id, _))| (*id, index)).collect();
    if index.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("SELECT run_id, name, value FROM label WHERE value IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(&index) = index.get(&row.get(0)?) {
            runs[index].1.run.labels.insert(row.get(1)?, row.get(2)?);
        }
    }
    let mut statement = connection
        .prepare_cached("SELECT run_id, key FROM run_source JOIN source ON source.id = source_id ORDER BY source_id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(&index) = index.get(&row.get(0)?) {
            runs[index].1.sources.push(key(row, 1)?);
        }
    }
    Ok(())
}

/// Notes that a source said something of a run.
pub fn add_source(connection: &Connection, run_id: i64, source_id: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO run_source (run_id, source_id) VALUES (?1, ?2)")?
        .execute([run_id, source_id])?;
    Ok(())
}

/// Adds to a run's counts and moves its last moment on.
pub fn add_counts(
    connection: &Connection,
    run_id: i64,
    num_spans: i64,
    num_failed_spans: i64,
    last_nanos: Option<i64>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE run SET num_spans = num_spans + ?2, num_failed_spans = num_failed_spans + ?3,
               last_nanos = max(coalesce(last_nanos, ?4), coalesce(?4, last_nanos))
             WHERE id = ?1",
        )?
        .execute(params![run_id, num_spans, num_failed_spans, last_nanos])?;
    Ok(())
}

/// The keys of the runs a person means by a text, newest first.
pub fn find_by_text(connection: &Connection, text: &str) -> Result<Vec<Key>, StoreError> {
    const NEWEST_FIRST: &str = "ORDER BY clock = 'elapsed', start_nanos DESC, id DESC";
    let text = text.trim();
    let keys = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<Vec<Key>, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(parameters, |row| key(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    if text == "latest" {
        return keys(&format!("SELECT key FROM run {NEWEST_FIRST} LIMIT 1"), &[]);
    }
    let mut found = Vec::new();
    let is_hex = (4..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && let (Some(first), Some(last)) = (pad(text, '0'), pad(text, 'f')) {
        found = keys(
            &format!(
                "SELECT key FROM run WHERE id IN (SELECT id FROM run WHERE key BETWEEN ?1 AND ?2
                   UNION SELECT run_id FROM run_alias WHERE key BETWEEN ?1 AND ?2) {NEWEST_FIRST}"
            ),
            &[&first.0, &last.0],
        )?;
    }
    if found.is_empty() {
        found = keys(&format!("SELECT key FROM run WHERE video_id = ?1 OR pipeline = ?1 {NEWEST_FIRST}"), &[&text])?;
    }
    Ok(found)
}

fn pad(text: &str, digit: char) -> Option<Key> {
    let mut hex = text.to_owned();
    hex.extend(std::iter::repeat_n(digit, 32 - text.len()));
    Key::from_hex(&hex)
}
