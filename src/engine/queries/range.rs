//! What lies in a selected range: per stage how often, how long in sum and on average, and the percentiles.

use std::collections::BTreeMap;

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Key, SpanKind};
use crate::store::Reader;

pub use crate::analysis::summary::Summary;

/// Asks what lies in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeQuery {
    /// Each run with the range on its own clock, nanoseconds.
    pub ranges: Vec<(Key, (i64, i64))>,
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
        subject_of(&self.ranges.iter().map(|(run, _)| *run).collect::<Vec<_>>())
    }

    fn run(&self, reader: &Reader) -> Result<RangeAnswer, Failure> {
        let mut by_name: BTreeMap<(String, SpanKind), Vec<f64>> = BTreeMap::new();
        for &(run, (from, to)) in &self.ranges {
            let last = super::run::summary(reader, run)?.bounds().map_or(to, |(_, end)| end);
            for span in reader.spans(run)? {
                let end = span.end_nanos.unwrap_or(last).max(span.start_nanos);
                if span.start_nanos > to || end < from {
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "seconds for statistics")]
                let secs = (end.min(to) - span.start_nanos.max(from)) as f64 / 1e9;
                by_name.entry((span.name, span.kind)).or_default().push(secs);
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
