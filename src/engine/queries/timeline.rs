//! The spans of one run, packed into lanes: a child lies below its parent, siblings that overlap lie side by side.

use std::collections::BTreeMap;

use super::{Query, RunSummary, subject_of};
use crate::analysis::lanes;
use crate::engine::Failure;
use crate::model::{Key, Outcome, SpanKind};
use crate::store::Reader;

/// Asks for the timeline of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineQuery {
    /// The run.
    pub run: Key,
}

/// A run as the timeline draws it.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineAnswer {
    /// The run.
    pub run: RunSummary,
    /// Its first and last moment, nanoseconds on its clock, spans and samples included.
    pub bounds: (i64, i64),
    /// How many lanes it needs.
    pub num_lanes: u32,
    /// Its spans by start.
    pub spans: Vec<TimelineSpan>,
    /// The names that spans refer to.
    pub names: Vec<String>,
    /// What they cost according to their sources, by currency.
    pub reported_costs: BTreeMap<String, rust_decimal::Decimal>,
}

/// One span on the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimelineSpan {
    /// Which.
    pub key: Key,
    /// Its parent's place in `spans`.
    pub parent: Option<u32>,
    /// Its name's place in `names`.
    pub name: u32,
    /// What sort of work.
    pub kind: SpanKind,
    /// How it ended.
    pub outcome: Outcome,
    /// The lane, 0 on top.
    pub lane: u32,
    /// How deep it is nested, 0 for one without a parent here.
    pub depth: u32,
    /// First moment, nanoseconds on the run's clock.
    pub start_nanos: i64,
    /// Last moment; of an open span, the run's last.
    pub end_nanos: i64,
    /// Whether it has no end.
    pub is_open: bool,
}

impl TimelineAnswer {
    /// A span's name.
    #[must_use]
    pub fn name(&self, span: &TimelineSpan) -> &str {
        self.names.get(span.name as usize).map_or("", String::as_str)
    }
}

impl Query for TimelineQuery {
    type Answer = TimelineAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.run)
    }

    fn run(&self, reader: &Reader) -> Result<TimelineAnswer, Failure> {
        let run = super::run::summary(reader, self.run)?;
        let mut stored = reader.spans(self.run)?;
        stored.sort_by_key(|span| (span.start_nanos, std::cmp::Reverse(span.end_nanos.unwrap_or(i64::MAX))));
        let last = stored.iter().filter_map(|span| span.end_nanos).max();
        let first = stored.first().map(|span| span.start_nanos);
        let start = run.run.start_nanos.into_iter().chain(first).min().unwrap_or(0);
        let end = run.bounds().map(|(_, end)| end).into_iter().chain(last).max().unwrap_or(start).max(start);
        let places: BTreeMap<Key, u32> = stored.iter().zip(0..).map(|(span, place)| (span.key, place)).collect();
        let mut names: Vec<String> = Vec::new();
        let mut name_places: BTreeMap<String, u32> = BTreeMap::new();
        let mut spans: Vec<TimelineSpan> = Vec::with_capacity(stored.len());
        let is_running = run.run.outcome == Outcome::Running;
        for span in stored {
            #[expect(clippy::cast_possible_truncation, reason = "far fewer names than 4 billion")]
            let name = *name_places.entry(span.name.clone()).or_insert_with(|| {
                names.push(span.name.clone());
                (names.len() - 1) as u32
            });
            let is_open = span.end_nanos.is_none();
            let outcome = match span.outcome {
                Outcome::Running | Outcome::Unknown if is_open && !is_running => Outcome::Interrupted,
                outcome => outcome,
            };
            spans.push(TimelineSpan {
                key: span.key,
                parent: span.parent.and_then(|parent| places.get(&parent).copied()),
                name,
                kind: span.kind,
                outcome,
                lane: 0,
                depth: 0,
                start_nanos: span.start_nanos,
                end_nanos: span.end_nanos.unwrap_or(end).max(span.start_nanos),
                is_open,
            });
        }
        let bars: Vec<lanes::Bar> = spans
            .iter()
            .map(|span| lanes::Bar { start: span.start_nanos, end: span.end_nanos, parent: span.parent })
            .collect();
        let packed = lanes::pack(&bars);
        for (span, place) in spans.iter_mut().zip(&packed.places) {
            span.lane = place.lane;
            span.depth = place.depth;
        }
        let mut reported_costs = BTreeMap::new();
        for cost in reader.usages(self.run)?.into_iter().filter_map(|usage| usage.reported_cost) {
            *reported_costs.entry(cost.currency).or_default() += cost.amount;
        }
        Ok(TimelineAnswer { run, bounds: (start, end), num_lanes: packed.num_lanes, spans, names, reported_costs })
    }
}
