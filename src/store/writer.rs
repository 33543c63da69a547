//! The writer: the one place in a process that changes a workspace, one short transaction at a time.
//!
//! It keeps nothing in memory between two transactions, so that another process may write in between. A transaction
//! takes the lock between processes, then SQLite's own (`IMMEDIATE`), and gives both back when it is committed: with
//! `synchronous=FULL`, so what `Ok` was said of survives the power going out. After an error of the disk the
//! connection is opened anew, never used again: what SQLite thinks is in the file may not be.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::lock::{MAX_WAIT, WriteLock};
use super::open::{Opened, open_for_writing};
use super::{StoreError, Written, intake, journal};
use crate::model::{Batch, Edit, Source};

/// Writes a workspace. One per process.
#[derive(Debug)]
pub struct Writer {
    /// `None` after an error of the disk, until the next write.
    opened: Option<Opened>,
    lock: WriteLock,
    path: PathBuf,
}

impl Writer {
    /// Opens the workspace at `path`, making it if there is none and bringing it up to this program's schema.
    /// `program` is what another process is told when it has to wait: `reelbench record`.
    pub fn open(path: &Path, program: &str) -> Result<Self, StoreError> {
        Self::open_waiting(path, program, MAX_WAIT)
    }

    /// As `open`, with another patience for the lock.
    pub(super) fn open_waiting(path: &Path, program: &str, max_wait: Duration) -> Result<Self, StoreError> {
        // Before the lock file is made: nothing appears beside a file that is not ours.
        super::open::check(path)?;
        let lock = WriteLock::open(path, program, max_wait)?;
        let opened = {
            let _held = lock.take()?;
            open_for_writing(path)?
        };
        Ok(Self { opened: Some(opened), lock, path: path.to_owned() })
    }

    /// The workspace's path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a batch, its source and the source's checkpoint in one transaction: all of it or nothing.
    pub fn write(&mut self, batch: &Batch, source: Option<&Source>) -> Result<Written, StoreError> {
        self.transact(|connection| intake::write(connection, batch, source))
    }

    /// Carries out an edit and journals it; what could be redone is forgotten.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), StoreError> {
        self.transact(|connection| journal::apply(connection, edit))
    }

    /// Takes the last edit back and says which it was; `None` when there is nothing to undo.
    pub fn undo(&mut self) -> Result<Option<Edit>, StoreError> {
        self.transact(journal::undo)
    }

    /// Carries the edit that was taken back last out again and says which it was; `None` when there is none.
    pub fn redo(&mut self) -> Result<Option<Edit>, StoreError> {
        self.transact(journal::redo)
    }

    /// Moves the write-ahead log into the file and closes it.
    pub fn close(mut self) -> Result<(), StoreError> {
        let Some(opened) = self.opened.take() else { return Ok(()) };
        let result = {
            let _held = self.lock.take()?;
            // Readers may keep part of the log alive; what is left is moved by the last one out.
            opened.connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)")
        };
        drop(opened);
        Ok(result?)
    }

    fn transact<T>(&mut self, change: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let result = self.try_transact(change);
        if matches!(
            result,
            Err(StoreError::DiskFull | StoreError::Io { .. } | StoreError::Sqlite { .. } | StoreError::Damaged { .. })
        ) {
            self.opened = None;
        }
        result.map_err(|error| error.at(&self.path))
    }

    fn try_transact<T>(&mut self, change: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.opened.is_none() {
            let _held = self.lock.take()?;
            self.opened = Some(open_for_writing(&self.path)?);
        }
        let Some(opened) = &mut self.opened else { return Err(StoreError::Missing { path: self.path.clone() }) };
        let _held = self.lock.take()?;
        let transaction = opened.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = change(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests;
