//! Small timelines for the unit tests beside the code.

use std::collections::BTreeMap;

use crate::engine::queries::{RunSummary, TimelineAnswer, TimelineSpan};
use crate::model::{Key, Outcome, Run, SpanKind};

/// A timeline of stages given by name, start, end and the place of their parent; sorted by start.
pub fn answer(stages: &[(&str, i64, i64, Option<u32>)]) -> TimelineAnswer {
    // A lane for each depth will do: nothing here overlaps beside its parent.
    let mut depths: Vec<u32> = Vec::new();
    for (_, _, _, parent) in stages {
        depths.push(parent.map_or(0, |parent| depths[parent as usize] + 1));
    }
    let mut names: Vec<String> = Vec::new();
    let spans = stages
        .iter()
        .zip(&depths)
        .enumerate()
        .map(|(place, (&(name, start_nanos, end_nanos, parent), &depth))| {
            let known = names.iter().position(|known| known == name);
            let name = known.unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            TimelineSpan {
                key: Key::of("span", &[&place.to_string()]),
                parent,
                name: name as u32,
                kind: SpanKind::Stage,
                outcome: Outcome::Succeeded,
                lane: depth,
                depth,
                start_nanos,
                end_nanos,
                is_open: false,
            }
        })
        .collect();
    let run = RunSummary {
        run: Run::new(Key::of("run", &["a"])),
        num_spans: stages.len() as u64,
        num_failed_spans: 0,
        last_nanos: None,
    };
    let end = stages.iter().map(|stage| stage.2).max().unwrap_or(0);
    TimelineAnswer {
        run,
        bounds: (0, end),
        num_lanes: depths.iter().max().map_or(0, |deepest| deepest + 1),
        spans,
        names,
        reported_costs: BTreeMap::new(),
    }
}
