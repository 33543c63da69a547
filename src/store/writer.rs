//! The writer: the one place in a process that changes a workspace, one short transaction at a time.

use std::path::Path;

use super::{StoreError, Written};
use crate::model::{Batch, Edit, Source};

/// Writes a workspace. One per process.
pub struct Writer;

impl Writer {
    /// Opens the workspace at `path`, making it if there is none and bringing it up to this program's schema.
    /// `program` is what another process is told when it has to wait: `reelbench record`.
    pub fn open(path: &Path, program: &str) -> Result<Self, StoreError> {
        todo!()
    }
    /// Writes a batch, its source and the source's checkpoint in one transaction.
    pub fn write(&mut self, batch: &Batch, source: Option<&Source>) -> Result<Written, StoreError> {
        todo!()
    }
    /// Carries out an edit and journals it with its inverse; forgets what could be redone.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), StoreError> {
        todo!()
    }
    /// Takes the last edit back and says which it was; `None` when there is nothing to undo.
    pub fn undo(&mut self) -> Result<Option<Edit>, StoreError> {
        todo!()
    }
    /// Carries the edit taken back last out again and says which it was.
    pub fn redo(&mut self) -> Result<Option<Edit>, StoreError> {
        todo!()
    }
    /// Copies the workspace as it is now to `to`. `on_progress` gets 0 to 1; its `false` cancels.
    pub fn backup(&mut self, to: &Path, on_progress: &mut dyn FnMut(f32) -> bool) -> Result<(), StoreError> {
        todo!()
    }
    /// Moves the write-ahead log into the file and closes it.
    pub fn close(self) -> Result<(), StoreError> {
        todo!()
    }
}
