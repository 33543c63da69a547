//! What was imported, attached and recorded, and the report of each: kept, repaired, skipped and why.

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Issue, Key};
use crate::store::{Reader, SourceRow};

/// Asks for every source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcesQuery;

/// Every source, the latest first.
#[derive(Clone, Debug, PartialEq)]
pub struct SourcesAnswer {
    /// The sources with their counts.
    pub sources: Vec<SourceRow>,
}

impl Query for SourcesQuery {
    type Answer = SourcesAnswer;

    fn run(&self, reader: &Reader) -> Result<SourcesAnswer, Failure> {
        let mut sources = reader.sources()?;
        sources.sort_by_key(|row| std::cmp::Reverse(row.source.read_at_nanos));
        Ok(SourcesAnswer { sources })
    }
}

/// Asks for the report of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceQuery {
    /// The source.
    pub source: Key,
}

/// The report of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceAnswer {
    /// The source with its counts.
    pub source: SourceRow,
    /// What was repaired, noticed or skipped, in the order of the file.
    pub issues: Vec<Issue>,
    /// The runs it said something of, the earliest first.
    pub runs: Vec<Key>,
}

impl Query for SourceQuery {
    type Answer = SourceAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.source)
    }

    fn run(&self, reader: &Reader) -> Result<SourceAnswer, Failure> {
        let found = reader.source(self.source)?;
        let source = found.ok_or_else(|| Failure::Refused("That source is no longer in this workspace.".to_owned()))?;
        let mut issues = reader.issues(self.source)?;
        issues.sort_by_key(|issue| issue.place);
        let mut runs: Vec<_> = reader.runs()?.into_iter().filter(|row| row.sources.contains(&self.source)).collect();
        runs.sort_by_key(|row| row.run.start_nanos);
        let runs = runs.into_iter().map(|row| row.run.key).collect();
        Ok(SourceAnswer { source, issues, runs })
    }
}

/// What people call a format by its stored name; a name from a newer program stays as it is.
#[must_use]
pub fn format_title(name: &str) -> &str {
    match name {
        "recorder" => "Recording",
        "process" => "Process and host",
        name => crate::ingest::by_name(name).map_or(name, |importer| importer.title()),
    }
}

/// The formats of files that can be imported and followed: stored name and title, the most particular first.
pub fn formats() -> impl Iterator<Item = (&'static str, &'static str)> {
    crate::ingest::IMPORTERS.iter().map(|importer| (importer.name(), importer.title()))
}
