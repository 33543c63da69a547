//! What lies in a selected range: per stage how often, how long in sum and on average, and the percentiles.

use std::collections::BTreeMap;

use super::{Query, TimelineQuery, subject_of};
use crate::engine::Failure;
use crate::model::{Key, SpanKind};
use crate::store::Reader;

pub use crate::analysis::summary::Summary;

/// Asks what lies in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeQuery {
    /// The range in each run.
    pub ranges: Vec<RunRange>,
}

/// A range in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunRange {
    /// The run.
    pub run: Key,
    /// First and last moment on the run's own clock, nanoseconds.
    pub window: (i64, i64),
    /// Only these lanes of its timeline, from the first to before the second; `None` is all of them.
    pub lanes: Option<(u32, u32)>,
}

/// The spans that touch the range, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RangeAnswer {
    /// One row a name, the longest in sum first.
    pub rows: Vec<RangeRow>,
}

/// The spans of one name.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeRow {
    /// The name.
    pub name: String,
    /// What sort of work.
    pub kind: SpanKind,
    /// Seconds each span spends inside the range.
    pub seconds: Summary,
}

impl Query for RangeQuery {
    type Answer = RangeAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.ranges.iter().map(|range| range.run).collect::<Vec<_>>())
    }

    fn run(&self, reader: &Reader) -> Result<RangeAnswer, Failure> {
        let mut by_name: BTreeMap<(String, SpanKind), Vec<f64>> = BTreeMap::new();
        for &RunRange { run, window: (from, to), lanes } in &self.ranges {
            let timeline = TimelineQuery { run }.run(reader)?;
            for span in &timeline.spans {
                let is_in_lanes = lanes.is_none_or(|(first, end)| (first..end).contains(&span.lane));
                if !is_in_lanes || span.start_nanos > to || span.end_nanos < from {
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "seconds for statistics")]
                let secs = (span.end_nanos.min(to) - span.start_nanos.max(from)) as f64 / 1e9;
                by_name.entry((timeline.name(span).to_owned(), span.kind)).or_default().push(secs);
            }
        }
        let mut rows: Vec<RangeRow> = by_name
            .into_iter()
            .filter_map(|((name, kind), secs)| Some(RangeRow { name, kind, seconds: Summary::of(secs)? }))
            .collect();
        rows.sort_by(|a, b| b.seconds.sum.total_cmp(&a.seconds.sum));
        Ok(RangeAnswer { rows })
    }
}
