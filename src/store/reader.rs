//! The reader: answers questions about a workspace from a consistent snapshot, while others write.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, InterruptHandle, Transaction};

use super::open::{Opened, open_for_reading, side_file};
use super::{
    RunRow, SeriesRow, SourceRow, StoreError, Totals, backup, chunks, columns, journal, notes, runs, series, sources,
    spans, thin, usages,
};
use crate::model::{Absence, Edit, Issue, Key, Note, Samples, Span, Thinned, Usage, Values};

/// Reads a workspace. `Send`; one per thread that asks.
#[derive(Debug)]
pub struct Reader {
    opened: Opened,
    path: PathBuf,
}

/// Stops the question a reader is answering, from any thread.
#[derive(Clone)]
pub struct Interrupter(Arc<InterruptHandle>);

impl Interrupter {
    /// Makes the question now being answered fail with `StoreError::Interrupted`.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl std::fmt::Debug for Interrupter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interrupter")
    }
}

impl Reader {
    /// Opens the workspace at `path` for reading; also in folders and on disks that cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { opened: open_for_reading(path)?, path: path.to_owned() })
    }

    /// Whether what it shows cannot change, because the file lies where nothing can be written.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.opened.is_frozen
    }

    /// A way to stop a question from another thread.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(Arc::new(self.opened.connection.get_interrupt_handle()))
    }

    /// Copies the workspace as it is now to `to` while others write, checks the copy and only then gives it its name.
    /// `on_progress` gets 0 to 1; its `false` cancels. Works where the workspace itself cannot be written, too.
    pub fn backup(&self, to: &Path, on_progress: &mut dyn FnMut(f32) -> bool) -> Result<(), StoreError> {
        backup::backup(self.connection(), to, on_progress)
    }

    /// A number that changes when anybody commits.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection().query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// All runs, newest first; those without a clock come last.
    pub fn runs(&self) -> Result<Vec<RunRow>, StoreError> {
        let snapshot = self.snapshot()?;
        let runs = runs::read_where(&snapshot, "ORDER BY clock = 'elapsed', start_nanos DESC, run.id DESC", [])?;
        Ok(runs.into_iter().map(|(_, run)| run).collect())
    }

    /// One run, also by the key of another source's view of it.
    pub fn run(&self, run: Key) -> Result<Option<RunRow>, StoreError> {
        let snapshot = self.snapshot()?;
        let Some(run_id) = runs::find(&snapshot, run)? else { return Ok(None) };
        Ok(runs::read_where(&snapshot, "WHERE run.id = ?1", [run_id])?.pop().map(|(_, run)| run))
    }

    /// The runs a person means by `text`, newest first: at least four hex digits of a key, `latest`, or exactly a
    /// video id or pipeline name.
    pub fn find_runs(&self, text: &str) -> Result<Vec<Key>, StoreError> {
        runs::find_by_text(&*self.snapshot()?, text)
    }

    /// A run's spans with their measurements (by name), by start.
    pub fn spans(&self, run: Key) -> Result<Vec<Span>, StoreError> {
        self.of_run(run, spans::of_run)
    }

    /// One span.
    pub fn span(&self, span: Key) -> Result<Option<Span>, StoreError> {
        Ok(spans::find(&*self.snapshot()?, span)?.map(|stored| stored.span))
    }

    /// A run's usages, in the order they became known.
    pub fn usages(&self, run: Key) -> Result<Vec<Usage>, StoreError> {
        self.of_run(run, usages::of_run)
    }

    /// A run's series, by name and labels.
    pub fn series(&self, run: Key) -> Result<Vec<SeriesRow>, StoreError> {
        self.of_run(run, |snapshot, run_id| series::of_run(snapshot, Some(run_id)))
    }

    /// The series that belong to no run: a host watched outside any.
    pub fn host_series(&self) -> Result<Vec<SeriesRow>, StoreError> {
        series::of_run(&*self.snapshot()?, None)
    }

    /// A series thinned for the window, both ends included.
    pub fn thin(&self, series: Key, window: (i64, i64), num_buckets: usize) -> Result<Thinned, StoreError> {
        let snapshot = self.snapshot()?;
        thin::thin(&snapshot, series::subject(&snapshot, series)?, window, num_buckets)
    }

    /// The first `max_samples` samples in the window, both ends included, in order of time.
    pub fn samples(&self, series: Key, window: (i64, i64), max_samples: usize) -> Result<Samples, StoreError> {
        let snapshot = self.snapshot()?;
        let series_id = series::subject(&snapshot, series)?.series_id;
        let (at_nanos, values) = chunks::samples(&snapshot, series_id, window, max_samples)?
            .map_or((Vec::new(), Values::Real(Vec::new())), |stretch| (stretch.times, stretch.values));
        Ok(Samples { series, at_nanos, values })
    }

    /// What could not be measured in a run.
    pub fn absences(&self, run: Key) -> Result<Vec<Absence>, StoreError> {
        self.of_run(run, notes::absences)
    }

    /// A run's notes, oldest first.
    pub fn notes(&self, run: Key) -> Result<Vec<Note>, StoreError> {
        self.of_run(run, notes::of_run)
    }

    /// All sources, newest first.
    pub fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        sources::all(&*self.snapshot()?)
    }

    /// One source.
    pub fn source(&self, source: Key) -> Result<Option<SourceRow>, StoreError> {
        sources::find(&*self.snapshot()?, source)
    }

    /// A source that was read to its end and had this content.
    pub fn source_by_hash(&self, content_hash: &[u8; 32]) -> Result<Option<SourceRow>, StoreError> {
        sources::find_by_hash(&*self.snapshot()?, content_hash)
    }

    /// A source's issues, in the order they were met.
    pub fn issues(&self, source: Key) -> Result<Vec<Issue>, StoreError> {
        sources::issues(&*self.snapshot()?, source)
    }

    /// How much there is.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        let snapshot = self.snapshot()?;
        let size = |ending| side_file(&self.path, ending).metadata().map_or(0, |metadata| metadata.len());
        let size_bytes = size("") + size("-wal");
        Ok(snapshot.query_row(
            "SELECT (SELECT count(*) FROM run), (SELECT coalesce(sum(num_spans), 0) FROM run),
               (SELECT count(*) FROM series), (SELECT coalesce(sum(num_samples), 0) FROM chunk),
               (SELECT count(*) FROM usage), (SELECT count(*) FROM source)",
            [],
            |row| {
                Ok(Totals {
                    num_runs: columns::count(row, 0)?,
                    num_spans: columns::count(row, 1)?,
                    num_series: columns::count(row, 2)?,
                    num_samples: columns::count(row, 3)?,
                    num_usages: columns::count(row, 4)?,
                    num_sources: columns::count(row, 5)?,
                    size_bytes,
                })
            },
        )?)
    }

    /// The edit that undo would take back and the one that redo would carry out again.
    pub fn undo_state(&self) -> Result<(Option<Edit>, Option<Edit>), StoreError> {
        journal::undo_state(&*self.snapshot()?)
    }

    /// What SQLite finds wrong with the file, at most a hundred things; empty when it is clean.
    pub fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        let mut findings = backup::findings(self.connection(), "PRAGMA integrity_check")?;
        let mut statement = self.connection().prepare("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            findings.push(format!("a row of {table} refers to a row of {parent} that is not there"));
            if findings.len() >= 100 {
                break;
            }
        }
        Ok(findings)
    }

    /// The version of SQLite inside.
    #[must_use]
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }

    fn connection(&self) -> &Connection {
        &self.opened.connection
    }

    /// One moment of the workspace, for as long as an answer takes.
    fn snapshot(&self) -> Result<Transaction<'_>, StoreError> {
        Ok(self.opened.connection.unchecked_transaction()?)
    }

    /// What a run has of something; nothing for a run that is not there.
    fn of_run<T>(
        &self,
        run: Key,
        read: impl FnOnce(&Connection, i64) -> Result<Vec<T>, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let snapshot = self.snapshot()?;
        runs::find(&snapshot, run)?.map_or(Ok(Vec::new()), |run_id| read(&snapshot, run_id))
    }
}
