//! A batch: everything an importer or probe understood, ready to be written in one transaction.

use super::{Issue, Key, Run, Samples, Series, Source, Span, Usage};

/// Facts on their way to the store. All lists are upserts by key; order does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Runs made known or added to.
    pub runs: Vec<Run>,
    /// Spans opened, closed or completed.
    pub spans: Vec<Span>,
    /// What was consumed.
    pub usages: Vec<Usage>,
    /// Series described.
    pub series: Vec<Series>,
    /// Samples of series described here or earlier.
    pub samples: Vec<Samples>,
    /// What could not be measured, and why.
    pub absences: Vec<Absence>,
    /// What was repaired or skipped.
    pub issues: Vec<Issue>,
    /// Notes that came with the data.
    pub notes: Vec<Note>,
    /// Whether it is the first of its source read again from the beginning: what was found wrong with the source
    /// before no longer counts.
    pub restarts_source: bool,
}

impl Batch {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what came later.
    pub fn append(&mut self, later: Self) {
        let Self { runs, spans, usages, series, samples, absences, issues, notes, restarts_source } = later;
        if restarts_source {
            self.issues.clear();
            self.restarts_source = true;
        }
        self.runs.extend(runs);
        self.spans.extend(spans);
        self.usages.extend(usages);
        self.series.extend(series);
        self.samples.extend(samples);
        self.absences.extend(absences);
        self.issues.extend(issues);
        self.notes.extend(notes);
    }

    /// How many facts it holds, samples included: what a bounded queue counts.
    #[must_use]
    pub fn num_facts(&self) -> usize {
        self.runs.len()
            + self.spans.len()
            + self.usages.len()
            + self.series.len()
            + self.issues.len()
            + self.samples.iter().map(Samples::len).sum::<usize>()
    }
}

/// What was to be written with a batch so that reading can go on exactly after it.
pub type Checkpoint = Source;

/// A metric that could not be read in a run, and why: shown instead of a zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The run.
    pub run: Key,
    /// The metric or group of metrics: `gpu`, `process.disk.io`.
    pub metric: String,
    /// The reason, a clause that follows "N/A, because".
    pub reason: String,
}

/// A remark a person attached to a run or span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What makes it this note.
    pub key: Key,
    /// The run it is about.
    pub run: Key,
    /// The span it is about, if not the whole run.
    pub span: Option<Key>,
    /// The remark.
    pub text: String,
    /// When it was written, nanoseconds UTC.
    pub at_nanos: i64,
}
