//! The lock between processes that write one workspace, held for a transaction at a time and naming its holder.
//!
//! SQLite's own lock cannot say who holds it. This one is a file beside the workspace, `<workspace>-lock`, locked by
//! the system (so that it ends with its process, however that ends) and holding one line: program, process id, since
//! when. Who waits adds a byte; the holder sees it when it is done and steps aside for a moment, so that a long
//! import in small transactions cannot starve a person's edit.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::StoreError;
use super::open::side_file;
use crate::model::time::format_utc;

/// How long a writer waits for another before it says who that is.
pub const MAX_WAIT: Duration = Duration::from_secs(5);
/// How often it asks.
const POLL: Duration = Duration::from_millis(2);
/// How long a holder steps aside for one that waits.
const STEP_ASIDE: Duration = Duration::from_millis(6);

/// The lock file of a workspace, opened.
#[derive(Debug)]
pub struct WriteLock {
    file: File,
    path: PathBuf,
    program: String,
    max_wait: Duration,
}

/// Held while a transaction runs.
#[derive(Debug)]
pub struct Held<'a> {
    lock: &'a WriteLock,
    line_bytes: u64,
}

impl WriteLock {
    /// Opens the lock file beside the workspace, making it if there is none.
    pub fn open(workspace: &Path, program: &str, max_wait: Duration) -> Result<Self, StoreError> {
        let path = side_file(workspace, "-lock");
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(|error| {
                match error.kind() {
                    std::io::ErrorKind::NotFound => StoreError::Io {
                        path: workspace.parent().unwrap_or(workspace).to_owned(),
                        why: "there is no such folder".to_owned(),
                    },
                    _ => match StoreError::io(&path, &error) {
                        StoreError::ReadOnly { .. } => StoreError::ReadOnly { path: workspace.to_owned() },
                        error => error,
                    },
                }
            })?;
        let program = program.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { file, path, program, max_wait })
    }

    /// Takes the lock, waiting for its turn; names the holder if that takes too long.
    pub fn take(&self) -> Result<Held<'_>, StoreError> {
        let begin = Instant::now();
        let mut has_asked = false;
        loop {
            match self.file.try_lock() {
                Ok(()) => return Ok(Held { lock: self, line_bytes: self.sign() }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(StoreError::io(&self.path, &error)),
            }
            if begin.elapsed() >= self.max_wait {
                return Err(StoreError::Locked { holder: self.holder() });
            }
            if !has_asked {
                // Where a locked file cannot be written (Windows) the waiter goes without this courtesy.
                let _ = OpenOptions::new().append(true).open(&self.path).and_then(|mut file| file.write_all(b"?"));
                has_asked = true;
            }
            wait(POLL);
        }
    }

    /// Writes who holds the lock; how many bytes that took. A lock that cannot be signed still locks.
    fn sign(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "for the eyes of who waits; no fact carries it")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let line = format!("{}\t{}\t{since}\n", self.program, std::process::id());
        let mut file = &self.file;
        // Mostly the line is as long as the one before: then the file system need not give its block back and find another.
        let has_length = file.metadata().is_ok_and(|metadata| metadata.len() == line.len() as u64);
        let is_signed = (has_length || file.set_len(0).is_ok())
            && file.seek(SeekFrom::Start(0)).is_ok()
            && file.write_all(line.as_bytes()).is_ok();
        if is_signed { line.len() as u64 } else { u64::MAX }
    }

    /// `reelbench record (process 4711, since 2026-11-20T22:27:11Z)`.
    fn holder(&self) -> String {
        let mut text = String::new();
        let is_read = File::open(&self.path).is_ok_and(|file| file.take(1024).read_to_string(&mut text).is_ok());
        let mut parts = text.lines().next().unwrap_or_default().split('\t');
        match (is_read, parts.next(), parts.next(), parts.next().and_then(|since| since.parse::<i64>().ok())) {
            (true, Some(program), Some(pid), Some(since)) => {
                let since = format_utc(since.saturating_mul(1_000_000_000));
                format!("{program} (process {pid}, since {since})")
            }
            _ => "another program".to_owned(),
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let is_asked = self.lock.file.metadata().is_ok_and(|metadata| metadata.len() > self.line_bytes);
        // An unlock that fails ends with the file or the process.
        let _ = self.lock.file.unlock();
        if is_asked {
            wait(STEP_ASIDE);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "no system tells a waiter of a file lock with a time limit")]
fn wait(duration: Duration) {
    std::thread::sleep(duration);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("w.reelbench");
        let first = WriteLock::open(&workspace, "reelbench import", MAX_WAIT).unwrap();
        let second = WriteLock::open(&workspace, "reelbench", Duration::ZERO).unwrap();
        let held = first.take().unwrap();
        let Err(StoreError::Locked { holder }) = second.take() else { panic!("the lock was given twice") };
        assert!(holder.starts_with(&format!("reelbench import (process {}, since 2", std::process::id())), "{holder}");
        drop(held);
        assert!(second.take().is_ok());
    }
}
