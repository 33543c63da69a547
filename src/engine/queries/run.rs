//! Everything about one run: its facts, spans, usage, series, notes and what was not measured.

use super::{Query, RunSummary, subject_of};
use crate::engine::Failure;
use crate::model::{Absence, Key, Note, Span, Usage};
use crate::store::{Reader, SeriesRow};

/// Asks for one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunQuery {
    /// The run.
    pub run: Key,
}

/// One run in full.
#[derive(Clone, Debug, PartialEq)]
pub struct RunAnswer {
    /// The run.
    pub run: RunSummary,
    /// Its spans by start, with their measurements.
    pub spans: Vec<Span>,
    /// What it consumed.
    pub usages: Vec<Usage>,
    /// Its series.
    pub series: Vec<SeriesRow>,
    /// What could not be measured, and why.
    pub absences: Vec<Absence>,
    /// What people wrote about it.
    pub notes: Vec<Note>,
}

impl Query for RunQuery {
    type Answer = RunAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.run)
    }

    fn run(&self, reader: &Reader) -> Result<RunAnswer, Failure> {
        Ok(RunAnswer {
            run: summary(reader, self.run)?,
            spans: reader.spans(self.run)?,
            usages: reader.usages(self.run)?,
            series: reader.series(self.run)?,
            absences: reader.absences(self.run)?,
            notes: reader.notes(self.run)?,
        })
    }
}

/// A run as lists show it.
pub(super) fn summary(reader: &Reader, run: Key) -> Result<RunSummary, Failure> {
    let row = reader.run(run)?;
    row.map(RunSummary::of)
        .ok_or_else(|| Failure::Refused(format!("There is no run {} in this workspace.", run.short())))
}
