//! Stage bands: the outermost stages of a run as stretches of time to lay behind curves.

use crate::engine::queries::{TimelineAnswer, TimelineSpan};
use crate::model::{Outcome, SpanKind};

/// One stage behind the curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The stage's name.
    pub name: String,
    /// First moment, elapsed nanoseconds.
    pub start_nanos: i64,
    /// Last moment, elapsed nanoseconds.
    pub end_nanos: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// Which row its label stands in, 0 on top, so that labels of stages at the same time do not cover each other.
    pub row: usize,
}

/// More rows of labels than this would eat the plots.
pub const MAX_ROWS: usize = 3;

/// The outermost stages of a run, by start.
#[must_use]
pub fn bands(timeline: &TimelineAnswer, origin_nanos: i64) -> Vec<Band> {
    let mut ends: Vec<i64> = Vec::new();
    let mut bands = Vec::new();
    for span in timeline.spans.iter().filter(|span| is_outermost_stage(timeline, span)) {
        let row = ends.iter().position(|end| *end <= span.start_nanos).unwrap_or(ends.len());
        match ends.get_mut(row) {
            Some(end) => *end = span.end_nanos,
            None => ends.push(span.end_nanos),
        }
        bands.push(Band {
            name: timeline.name(span).to_owned(),
            start_nanos: span.start_nanos.saturating_sub(origin_nanos),
            end_nanos: span.end_nanos.saturating_sub(origin_nanos),
            outcome: span.outcome,
            row: row.min(MAX_ROWS - 1),
        });
    }
    bands
}

fn is_outermost_stage(timeline: &TimelineAnswer, span: &TimelineSpan) -> bool {
    if span.kind != SpanKind::Stage {
        return false;
    }
    let mut above = span.parent;
    // As many steps as it is deep: a parent that leads back to itself ends the search.
    for _ in 0..=span.depth {
        let Some(parent) = above.and_then(|parent| timeline.spans.get(parent as usize)) else { return true };
        if parent.kind == SpanKind::Stage {
            return false;
        }
        above = parent.parent;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::queries::RunSummary;
    use crate::model::{Key, Run};

    fn found(spans: &[(SpanKind, i64, i64, Option<u32>)]) -> Vec<(i64, i64, usize)> {
        let run =
            RunSummary { run: Run::new(Key::of("run", &["a"])), num_spans: 0, num_failed_spans: 0, last_nanos: None };
        let span = |&(kind, start_nanos, end_nanos, parent): &(SpanKind, i64, i64, Option<u32>)| TimelineSpan {
            key: Key::of("span", &[&start_nanos.to_string()]),
            parent,
            name: 0,
            kind,
            outcome: Outcome::Succeeded,
            lane: 0,
            depth: u32::from(parent.is_some()),
            start_nanos,
            end_nanos,
            is_open: false,
        };
        let timeline = TimelineAnswer {
            run,
            bounds: (100, 200),
            num_lanes: 1,
            spans: spans.iter().map(span).collect(),
            names: vec!["asr".to_owned()],
            reported_costs: BTreeMap::new(),
        };
        bands(&timeline, 100).into_iter().map(|band| (band.start_nanos, band.end_nanos, band.row)).collect()
    }

    #[test]
    fn only_the_outermost_stages_are_bands() {
        use SpanKind::{Journey, Operation, Stage};
        let spans = [
            (Journey, 100, 200, None),
            (Stage, 100, 150, Some(0)),
            (Stage, 110, 120, Some(1)),
            (Operation, 150, 160, Some(0)),
        ];
        assert_eq!(found(&spans), [(0, 50, 0)]);
    }

    #[test]
    fn stages_at_the_same_time_have_rows_of_their_own() {
        let stage = |start, end| (SpanKind::Stage, start, end, None);
        let rows =
            [stage(100, 130), stage(110, 140), stage(130, 150), stage(131, 150), stage(132, 150), stage(133, 150)];
        let rows: Vec<usize> = found(&rows).into_iter().map(|(_, _, row)| row).collect();
        assert_eq!(rows, [0, 1, 0, 2, 2, 2]);
    }

    #[test]
    fn a_parent_of_itself_does_no_harm() {
        assert_eq!(found(&[(SpanKind::Operation, 100, 200, Some(0)), (SpanKind::Stage, 110, 120, Some(0))]).len(), 1);
    }
}
