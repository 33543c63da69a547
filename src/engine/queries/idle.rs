//! Idle gaps: time in a run in which no stage used CPU, GPU or network.

use super::{Query, subject_of};
use crate::analysis::idle::{self, Activity};
use crate::engine::Failure;
use crate::model::{Key, SpanKind};
use crate::store::Reader;

pub use crate::analysis::idle::IdleGap;

/// Asks for the idle gaps of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleQuery {
    /// The run.
    pub run: Key,
}

/// The idle gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdleAnswer {
    /// The gaps by start.
    pub gaps: Vec<IdleGap>,
    /// Their sum, nanoseconds.
    pub idle_nanos: i64,
    /// What was looked at, and what was not there to look at, for the tooltip.
    pub basis: String,
}

/// At most so many columns are looked at: fine enough for a second in an hour.
const NUM_COLUMNS: usize = 4096;

impl Query for IdleQuery {
    type Answer = IdleAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.run)
    }

    fn run(&self, reader: &Reader) -> Result<IdleAnswer, Failure> {
        let run = super::run::summary(reader, self.run)?;
        let Some(bounds) = run.bounds() else { return Ok(IdleAnswer::default()) };
        let mut activities = Vec::new();
        let mut looked_at = Vec::new();
        for row in reader.series(self.run)? {
            let Some(measure) = idle::MEASURES.iter().find(|measure| measure.name == row.series.name) else { continue };
            // The sum over the tree or host; its parts say nothing more.
            if ["cpu", "process.command", "device"].iter().any(|label| row.series.labels.contains_key(*label))
                && !measure.is_per_device
            {
                continue;
            }
            let mut thinned = reader.thin(row.series.key, bounds, NUM_COLUMNS)?;
            if row.series.kind == crate::model::SeriesKind::Cumulative {
                thinned = crate::analysis::rate::of_total(&thinned);
            }
            if !looked_at.contains(&measure.title) {
                looked_at.push(measure.title);
            }
            activities.push(Activity { threshold: measure.threshold, thinned });
        }
        let stages: Vec<(i64, i64)> = reader
            .spans(self.run)?
            .into_iter()
            .filter(|span| span.kind != SpanKind::Journey)
            .map(|span| (span.start_nanos, span.end_nanos.unwrap_or(bounds.1)))
            .collect();
        let gaps = if activities.is_empty() { idle::outside(&stages, bounds) } else { idle::find(&activities, bounds) };
        let basis = if looked_at.is_empty() {
            "No CPU, GPU or network was measured: gaps are times without any span".to_owned()
        } else {
            format!("Nothing above its threshold in: {}", looked_at.join(", "))
        };
        let idle_nanos = gaps.iter().map(|gap| gap.end_nanos - gap.start_nanos).sum();
        Ok(IdleAnswer { gaps, idle_nanos, basis })
    }
}
