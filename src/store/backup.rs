//! Backups: SQLite's online backup of one moment, checked before it takes its place under its name.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::open::{connect, explain, is_ours, side_file};
use super::presence::is_open_here;

/// Pages copied between two calls of the progress callback: 4 MiB.
const STEP_PAGES: i32 = 1024;

/// Copies the workspace of `connection` as it is now to `to`, replacing an older copy there only once the new one is
/// whole. Anything else that lies there stays.
pub fn backup(connection: &Connection, to: &Path, on_progress: &mut dyn FnMut(f32) -> bool) -> Result<(), StoreError> {
    // What a link leads to is replaced, not the link.
    let to = &to.canonicalize().unwrap_or_else(|_| to.to_owned());
    check_target(to)?;
    let part = side_file(to, ".part");
    let _ = fs::remove_file(&part);
    let result = copy(connection, &part, on_progress).and_then(|()| {
        File::open(&part).and_then(|file| file.sync_all()).map_err(|error| StoreError::io(&part, &error))?;
        fs::rename(&part, to).map_err(|error| StoreError::io(to, &error))?;
        sync_folder(to)
    });
    if result.is_err() {
        for ending in ["", "-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(side_file(&part, ending));
        }
    }
    result.map_err(|error| explain(error, to))
}

/// Refuses to replace what is not an older copy, or one that is in use: whoever has it open would go on writing into
/// a file without a name, and its log beside the new copy would be taken for the copy's own.
fn check_target(to: &Path) -> Result<(), StoreError> {
    let refuse = |why: &str| Err(StoreError::Io { path: to.to_owned(), why: why.to_owned() });
    if is_open_here(to) {
        return refuse("this workspace is open; choose another name for its backup");
    }
    let Ok(metadata) = to.metadata() else { return Ok(()) };
    if metadata.is_dir() {
        return refuse("this is a folder; name the file in it that the backup is to be");
    }
    if !metadata.is_file() {
        return refuse("this is not a plain file; name another for the backup");
    }
    if side_file(to, "-wal").exists() {
        return refuse("another program has this workspace open; choose another name for the backup");
    }
    if metadata.len() > 0 && !is_ours(to) {
        return refuse("another file has this name and is no workspace; choose another name for the backup");
    }
    Ok(())
}

fn copy(connection: &Connection, part: &Path, on_progress: &mut dyn FnMut(f32) -> bool) -> Result<(), StoreError> {
    // One read transaction over the whole copy: other processes may commit meanwhile, this shows one moment.
    let snapshot = connection.unchecked_transaction()?;
    snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    let mut copy = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    {
        let backup = Backup::new(&snapshot, &mut copy)?;
        loop {
            let result = backup.step(STEP_PAGES)?;
            let progress = backup.progress();
            #[expect(clippy::cast_precision_loss, reason = "a progress bar")]
            let share = 1.0 - progress.remaining as f32 / progress.pagecount.max(1) as f32;
            if !on_progress(share) {
                return Err(StoreError::Cancelled);
            }
            // Busy or locked: SQLite has waited already, and the next step tries again.
            if result == StepResult::Done {
                break;
            }
        }
    }
    // One file, whatever the original's journal: nothing beside it has to travel along.
    copy.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))?;
    let findings = findings(&copy, "PRAGMA quick_check(20)")?;
    copy.close().map_err(|(_, error)| error)?;
    match findings.first() {
        None => Ok(()),
        Some(finding) => Err(StoreError::damaged(format!("the copy did not pass its check: {finding}"))),
    }
}

/// What a check of SQLite finds; empty when the file is clean.
pub fn findings(connection: &Connection, check: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(check)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let findings = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(findings.into_iter().filter(|finding| finding != "ok").collect())
}

/// Makes a rename in a folder durable, where the system can.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| StoreError::io(folder, &error))?;
    }
    Ok(())
}
