//! A series: a named, labelled, unit-carrying stream of samples, and the samples themselves.

use std::collections::BTreeMap;

use super::{Key, Unit};

/// A stream of samples of one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What makes it this series.
    pub key: Key,
    /// The run it was measured in; `None` for a host watched outside any run.
    pub run: Option<Key>,
    /// The span it was measured in, where it belongs to one (FFmpeg's own progress).
    pub span: Option<Key>,
    /// OpenTelemetry's name where there is one: `process.memory.usage`.
    pub name: String,
    /// What tells it from its siblings: `{"device": "vda", "direction": "read"}`.
    pub labels: BTreeMap<String, String>,
    /// The unit of its values.
    pub unit: Unit,
    /// How to read consecutive values.
    pub kind: SeriesKind,
    /// The sampling period, where the source has one: a longer silence is a gap.
    pub interval_nanos: Option<i64>,
}

/// How consecutive values of a series are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeriesKind {
    /// A level at a moment.
    Gauge,
    /// A total since a start; falls only at a reset.
    Cumulative,
    /// The amount since the sample before.
    Delta,
    /// Single observations, of which several may share a moment.
    Raw,
}

impl SeriesKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Gauge, Self::Cumulative, Self::Delta, Self::Raw];

    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Cumulative => "cumulative",
            Self::Delta => "delta",
            Self::Raw => "raw",
        }
    }

    /// The kind of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Samples of one series, in any order; as many times as values.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// The series they belong to.
    pub series: Key,
    /// When, nanoseconds on the run's clock.
    pub at_nanos: Vec<i64>,
    /// What.
    pub values: Values,
}

impl Samples {
    /// How many samples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at_nanos.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at_nanos.is_empty()
    }
}

/// Values of one type, so that byte counts stay exact whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Whole numbers: bytes, counts.
    Integer(Vec<i64>),
    /// Everything else.
    Real(Vec<f64>),
}

impl Values {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Integer(values) => values.len(),
            Self::Real(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a plot draws for one column: the true extremes of the samples in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Its first moment; it reaches to the next multiple of the answer's bucket width. Of a raw sample, its moment.
    pub at_nanos: i64,
    /// How many finite samples it holds; 0 marks a break: only non-finite samples fell into it.
    pub count: u64,
    /// The smallest finite value.
    pub min: f64,
    /// The largest finite value.
    pub max: f64,
    /// The sum of the finite values: `sum / count` is their mean.
    pub sum: f64,
    /// The last finite value, for cumulative series.
    pub last: f64,
}

/// A series thinned for a window: at most about the number of buckets asked for, extremes always kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thinned {
    /// Non-empty buckets in order of time, one before and one after the window included where there are such,
    /// so that a line enters and leaves the plot.
    pub buckets: Vec<Bucket>,
    /// Width of a bucket, a power of two nanoseconds aligned to the epoch; 0 when every bucket is one raw sample.
    pub bucket_nanos: i64,
    /// A silence longer than this is a gap: from the series' own period, else three times its median spacing.
    pub gap_nanos: i64,
}
