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
