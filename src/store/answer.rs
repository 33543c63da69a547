//! What readers and the writer answer: plain rows of facts with the counts lists show beside them.

use crate::model::{Issue, Key, Run, Series, Source};

/// What a write added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Runs not known before.
    pub num_new_runs: u64,
    /// Spans not known before.
    pub num_new_spans: u64,
    /// Known spans of which something new was said.
    pub num_changed_spans: u64,
    /// Series not known before.
    pub num_new_series: u64,
    /// Samples not known before.
    pub num_new_samples: u64,
    /// Usages not known before.
    pub num_new_usages: u64,
    /// Spans, usages and samples that were there already, exactly as brought.
    pub num_duplicates: u64,
    /// Conflicts the store met; stored with the source's other issues.
    pub issues: Vec<Issue>,
}

/// A run with what lists show of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// The run.
    pub run: Run,
    /// Its spans.
    pub num_spans: u64,
    /// Those that failed.
    pub num_failed_spans: u64,
    /// The last moment of which anything is stored: a span's start or end, or a sample.
    pub last_nanos: Option<i64>,
    /// The sources that said something of it, in the order they came.
    pub sources: Vec<Key>,
}

/// A series with what lists show of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRow {
    /// The series.
    pub series: Series,
    /// Its samples.
    pub num_samples: u64,
    /// Its first sample's moment.
    pub start_nanos: Option<i64>,
    /// Its last sample's moment.
    pub end_nanos: Option<i64>,
    /// Its smallest finite value.
    pub min: Option<f64>,
    /// Its largest finite value.
    pub max: Option<f64>,
}

/// A source with what its report says: counts over all its reads.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    /// The source.
    pub source: Source,
    /// Runs it said something of.
    pub num_runs: u64,
    /// Runs it made known.
    pub num_new_runs: u64,
    /// Spans it made known.
    pub num_new_spans: u64,
    /// Known spans it said more of.
    pub num_changed_spans: u64,
    /// Series it made known.
    pub num_new_series: u64,
    /// Samples it made known.
    pub num_new_samples: u64,
    /// Usages it made known.
    pub num_new_usages: u64,
    /// Facts it brought that were there already.
    pub num_duplicates: u64,
    /// Records kept after a repair.
    pub num_repaired: u64,
    /// Records not kept.
    pub num_skipped: u64,
    /// Records kept as they were, with something worth knowing.
    pub num_noticed: u64,
}

/// How much a workspace holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Runs.
    pub num_runs: u64,
    /// Spans.
    pub num_spans: u64,
    /// Series.
    pub num_series: u64,
    /// Samples.
    pub num_samples: u64,
    /// Usages.
    pub num_usages: u64,
    /// Sources.
    pub num_sources: u64,
    /// Bytes on disk, the write-ahead log included.
    pub size_bytes: u64,
}
