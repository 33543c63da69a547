//! The reader: answers questions about a workspace from a consistent snapshot, while others write.

use std::path::Path;

use super::{RunRow, SeriesRow, SourceRow, StoreError, Totals};
use crate::model::{Absence, Edit, Issue, Key, Note, Samples, Span, Thinned, Usage};

/// Reads a workspace. `Send`; one per thread that asks.
pub struct Reader;

/// Stops the question a reader is answering, from any thread.
#[derive(Clone)]
pub struct Interrupter;

impl Interrupter {
    /// Makes the question now being answered fail with `StoreError::Interrupted`.
    pub fn interrupt(&self) {}
}

impl Reader {
    /// Opens the workspace at `path` for reading; also in folders and on disks that cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        todo!()
    }
    /// Whether what it shows cannot change: the file lies where nothing can be written.
    pub fn is_frozen(&self) -> bool {
        todo!()
    }
    /// A way to stop a question from another thread.
    pub fn interrupter(&self) -> Interrupter {
        todo!()
    }
    /// A number that changes when anybody commits.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        todo!()
    }
    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<RunRow>, StoreError> {
        todo!()
    }
    /// One run, also by the key of another source's view of it.
    pub fn run(&self, run: Key) -> Result<Option<RunRow>, StoreError> {
        todo!()
    }
    /// Runs a person means by `text`: at least four hex digits of a key, `latest`, or exactly a video id or pipeline name. Newest first.
    pub fn find_runs(&self, text: &str) -> Result<Vec<Key>, StoreError> {
        todo!()
    }
    /// A run's spans with their measurements, by start.
    pub fn spans(&self, run: Key) -> Result<Vec<Span>, StoreError> {
        todo!()
    }
    /// One span.
    pub fn span(&self, span: Key) -> Result<Option<Span>, StoreError> {
        todo!()
    }
    /// A run's usages.
    pub fn usages(&self, run: Key) -> Result<Vec<Usage>, StoreError> {
        todo!()
    }
    /// A run's series.
    pub fn series(&self, run: Key) -> Result<Vec<SeriesRow>, StoreError> {
        todo!()
    }
    /// Series that belong to no run: a host watched outside any.
    pub fn hostwide_series(&self) -> Result<Vec<SeriesRow>, StoreError> {
        todo!()
    }
    /// A series thinned for the window, both ends included.
    pub fn thin(&self, series: Key, window: (i64, i64), num_buckets: usize) -> Result<Thinned, StoreError> {
        todo!()
    }
    /// The first `max_samples` samples in the window, both ends included, in order of time.
    pub fn samples(&self, series: Key, window: (i64, i64), max_samples: usize) -> Result<Samples, StoreError> {
        todo!()
    }
    /// What could not be measured in a run.
    pub fn absences(&self, run: Key) -> Result<Vec<Absence>, StoreError> {
        todo!()
    }
    /// A run's notes, oldest first.
    pub fn notes(&self, run: Key) -> Result<Vec<Note>, StoreError> {
        todo!()
    }
    /// All sources, newest first.
    pub fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        todo!()
    }
    /// One source.
    pub fn source(&self, source: Key) -> Result<Option<SourceRow>, StoreError> {
        todo!()
    }
    /// A source that was read to its end and had this content.
    pub fn source_by_hash(&self, content_hash: &[u8; 32]) -> Result<Option<SourceRow>, StoreError> {
        todo!()
    }
    /// A source's issues, in the order they were met.
    pub fn issues(&self, source: Key) -> Result<Vec<Issue>, StoreError> {
        todo!()
    }
    /// How much there is.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        todo!()
    }
    /// The edit that undo would take back and the one that redo would carry out again.
    pub fn undo_state(&self) -> Result<(Option<Edit>, Option<Edit>), StoreError> {
        todo!()
    }
    /// What SQLite finds wrong with the file; empty when it is clean.
    pub fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        todo!()
    }
    /// The version of SQLite inside.
    #[must_use]
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }
}
