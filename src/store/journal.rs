//! The edit journal: what people changed, with what was there before, so that undo survives a restart.
//!
//! A row keeps the state before and after an edit, as JSON of the label or note row; null stands for “no row”. That
//! is more than an inverse edit: a label nobody ever set and one that a person removed look alike, but only the
//! second keeps an import from setting it again.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value as Json, json};

use super::columns::{key, optional_key, wrapped};
use super::{StoreError, notes, runs};
use crate::model::{Edit, Key, Note};

/// Edits kept for undo; the oldest are forgotten.
const MAX_EDITS: i64 = 10_000;

/// What an edit is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    Label { run: Key, name: String },
    Note { run: Key, key: Key },
}

/// An edit with the states around it.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    id: i64,
    subject: Subject,
    before: Option<String>,
    after: Option<String>,
}

/// Carries an edit out and journals it; one that changes nothing is not journalled.
pub fn apply(connection: &Connection, edit: &Edit) -> Result<(), StoreError> {
    let (subject, after) = match edit {
        Edit::SetLabel { run, name, value } => {
            (Subject::Label { run: *run, name: name.clone() }, Some(json!({ "value": value }).to_string()))
        }
        Edit::SetNote { key, note } => {
            let stored = notes::find(connection, *key)?;
            let note = match (note, stored) {
                (Some(note), _) => Some(note.clone()),
                (None, Some((_, note, _))) => Some(Note { text: String::new(), ..note }),
                (None, None) => None,
            };
            let Some(note) = note else { return Err(StoreError::Unknown { what: "note", key: key.to_hex() }) };
            let is_removed = matches!(edit, Edit::SetNote { note: None, .. });
            (Subject::Note { run: note.run, key: *key }, Some(note_state(&note, is_removed)))
        }
    };
    let before = state(connection, &subject)?;
    if before == after || (before.is_none() && matches!(edit, Edit::SetLabel { value: None, .. })) {
        return Ok(());
    }
    connection.execute("DELETE FROM edit WHERE is_undone = 1", [])?;
    let (kind, run, note, name) = match &subject {
        Subject::Label { run, name } => ("label", run, None, Some(name)),
        Subject::Note { run, key } => ("note", run, Some(key.0), None),
    };
    connection.execute(
        "INSERT INTO edit (kind, run_key, note_key, label_name, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![kind, run.0, note, name, before, after],
    )?;
    let oldest = connection.last_insert_rowid() - MAX_EDITS;
    connection.execute("DELETE FROM edit WHERE id <= ?1", [oldest])?;
    restore(connection, &subject, after.as_deref())
}

/// Takes the last edit back and says which it was.
pub fn undo(connection: &Connection) -> Result<Option<Edit>, StoreError> {
    let Some(entry) = last_done(connection)? else { return Ok(None) };
    restore(connection, &entry.subject, entry.before.as_deref())?;
    connection.execute("UPDATE edit SET is_undone = 1 WHERE id = ?1", [entry.id])?;
    edit_of(&entry).map(Some)
}

/// Carries the edit that was taken back last out again and says which it was.
pub fn redo(connection: &Connection) -> Result<Option<Edit>, StoreError> {
    let Some(entry) = first_undone(connection)? else { return Ok(None) };
    restore(connection, &entry.subject, entry.after.as_deref())?;
    connection.execute("UPDATE edit SET is_undone = 0 WHERE id = ?1", [entry.id])?;
    edit_of(&entry).map(Some)
}

/// The edits that undo and redo would act on.
pub fn undo_state(connection: &Connection) -> Result<(Option<Edit>, Option<Edit>), StoreError> {
    let edit = |entry: Option<Entry>| entry.as_ref().map(edit_of).transpose();
    Ok((edit(last_done(connection)?)?, edit(first_undone(connection)?)?))
}

fn last_done(connection: &Connection) -> Result<Option<Entry>, StoreError> {
    entry(connection, "WHERE is_undone = 0 ORDER BY id DESC LIMIT 1")
}

fn first_undone(connection: &Connection) -> Result<Option<Entry>, StoreError> {
    entry(connection, "WHERE is_undone = 1 ORDER BY id LIMIT 1")
}

fn entry(connection: &Connection, clause: &str) -> Result<Option<Entry>, StoreError> {
    let sql = format!("SELECT id, run_key, note_key, label_name, before, after FROM edit {clause}");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let run = key(row, 1)?;
    let subject = match (optional_key(row, 2)?, row.get::<_, Option<String>>(3)?) {
        (Some(key), _) => Subject::Note { run, key },
        (None, Some(name)) => Subject::Label { run, name },
        (None, None) => return Err(wrapped(damaged())),
    };
    Ok(Entry { id: row.get(0)?, subject, before: row.get(4)?, after: row.get(5)? })
}

/// The label or note as it is now.
fn state(connection: &Connection, subject: &Subject) -> Result<Option<String>, StoreError> {
    match subject {
        Subject::Label { run, name } => {
            let run_id = run_id(connection, *run)?;
            let mut statement = connection.prepare_cached("SELECT value FROM label WHERE run_id = ?1 AND name = ?2")?;
            let value: Option<Option<String>> =
                statement.query_row(params![run_id, name], |row| row.get(0)).optional()?;
            Ok(value.map(|value| json!({ "value": value }).to_string()))
        }
        Subject::Note { key, .. } => {
            Ok(notes::find(connection, *key)?.map(|(_, note, is_removed)| note_state(&note, is_removed)))
        }
    }
}

/// Puts the label or note into a state.
fn restore(connection: &Connection, subject: &Subject, state: Option<&str>) -> Result<(), StoreError> {
    match (subject, state) {
        (Subject::Label { run, name }, state) => {
            let run_id = run_id(connection, *run)?;
            connection.execute("DELETE FROM label WHERE run_id = ?1 AND name = ?2", params![run_id, name])?;
            if let Some(state) = state {
                let value = parse(state)?.get("value").and_then(Json::as_str).map(str::to_owned);
                connection.execute(
                    "INSERT INTO label (run_id, name, value) VALUES (?1, ?2, ?3)",
                    params![run_id, name, value],
                )?;
            }
        }
        (Subject::Note { key, .. }, None) => {
            connection.execute("DELETE FROM note WHERE key = ?1", [key.0])?;
        }
        (Subject::Note { run, key }, Some(state)) => {
            let run_id = run_id(connection, *run)?;
            let (note, is_removed) = read_note(*key, *run, state)?;
            connection.execute(
                "INSERT INTO note (key, run_id, span_key, text, at_nanos) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (key) DO UPDATE SET run_id = excluded.run_id, span_key = excluded.span_key,
                   text = excluded.text, at_nanos = excluded.at_nanos",
                params![key.0, run_id, note.span.map(|span| span.0), (!is_removed).then_some(note.text), note.at_nanos],
            )?;
        }
    }
    Ok(())
}

fn edit_of(entry: &Entry) -> Result<Edit, StoreError> {
    match &entry.subject {
        Subject::Label { run, name } => {
            let state = entry.after.as_deref().map(parse).transpose()?;
            let value = state.as_ref().and_then(|state| state.get("value")).and_then(Json::as_str).map(str::to_owned);
            Ok(Edit::SetLabel { run: *run, name: name.clone(), value })
        }
        Subject::Note { run, key } => {
            let note = entry.after.as_deref().map(|state| read_note(*key, *run, state)).transpose()?;
            let note = note.and_then(|(note, is_removed)| (!is_removed).then_some(note));
            Ok(Edit::SetNote { key: *key, note })
        }
    }
}

fn note_state(note: &Note, is_removed: bool) -> String {
    let text = (!is_removed).then_some(note.text.as_str());
    json!({ "text": text, "span": note.span.map(Key::to_hex), "at_nanos": note.at_nanos }).to_string()
}

fn read_note(key: Key, run: Key, state: &str) -> Result<(Note, bool), StoreError> {
    let state = parse(state)?;
    let text = state.get("text").and_then(Json::as_str);
    let note = Note {
        key,
        run,
        span: state.get("span").and_then(Json::as_str).and_then(Key::from_hex),
        text: text.unwrap_or_default().to_owned(),
        at_nanos: state.get("at_nanos").and_then(Json::as_i64).unwrap_or(0),
    };
    Ok((note, text.is_none()))
}

fn run_id(connection: &Connection, run: Key) -> Result<i64, StoreError> {
    runs::find(connection, run)?.ok_or_else(|| StoreError::Unknown { what: "run", key: run.to_hex() })
}

fn parse(state: &str) -> Result<Json, StoreError> {
    serde_json::from_str(state).map_err(|_| damaged())
}

fn damaged() -> StoreError {
    StoreError::damaged("an entry of the edit journal makes no sense".to_owned())
}
