//! `reelbench runs`: lists runs, filtered and sorted.

use std::path::PathBuf;

use super::args::{OutcomeName, RunsArgs, SortName};
use super::text::{Table, say, say_json};
use super::{DONE, opening};
use crate::engine::queries::{RunFilter, RunSort, RunSummary, RunsQuery};
use crate::engine::{Access, Failure};
use crate::model::time::{format_duration, format_local};
use crate::model::{Clock, Outcome};
use crate::report::json;

pub(super) fn run(args: &RunsArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let engine = opening::open(workspace, "reelbench runs", Access::View)?;
    let filter = RunFilter {
        text: args.words.join(" "),
        pipelines: args.pipeline.iter().cloned().collect(),
        outcomes: args.outcome.iter().map(|&name| outcome(name)).collect(),
        labels: args.label.iter().cloned().collect(),
    };
    let answer = engine.ask(&RunsQuery { filter, sort: sort(args.sort) })?;
    let runs = answer.runs.iter().take(args.limit.unwrap_or(usize::MAX));
    if args.json {
        runs.for_each(|run| say_json(&json::run(run)));
        return Ok(DONE);
    }
    if answer.runs.is_empty() {
        say(if answer.num_runs == 0 {
            "No runs yet: `reelbench record -- CMD` records one, `reelbench import FILE` reads one"
        } else {
            "No run matches"
        });
        return Ok(DONE);
    }
    let mut table = Table::new(&["run", "outcome", "started", ">duration", ">spans", "pipeline", "video", "labels"]);
    for run in runs {
        table.row([
            run.run.key.short(),
            run.run.outcome.name().to_owned(),
            started(run),
            run.duration_nanos().map_or_else(|| "N/A".to_owned(), format_duration),
            run.num_spans.to_string(),
            run.pipeline().to_owned(),
            run.run.video_id.clone().unwrap_or_default(),
            run.run.labels.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
        ]);
    }
    table.print();
    Ok(DONE)
}

pub(super) fn started(run: &RunSummary) -> String {
    match (run.run.clock, run.run.start_nanos) {
        (Clock::Elapsed, _) => "no clock".to_owned(),
        (_, None) => "N/A".to_owned(),
        (_, Some(nanos)) => format_local(nanos),
    }
}

fn outcome(name: OutcomeName) -> Outcome {
    match name {
        OutcomeName::Running => Outcome::Running,
        OutcomeName::Succeeded => Outcome::Succeeded,
        OutcomeName::Failed => Outcome::Failed,
        OutcomeName::Interrupted => Outcome::Interrupted,
        OutcomeName::Unknown => Outcome::Unknown,
    }
}

fn sort(name: SortName) -> RunSort {
    match name {
        SortName::Newest => RunSort::Newest,
        SortName::Oldest => RunSort::Oldest,
        SortName::Longest => RunSort::Longest,
        SortName::Shortest => RunSort::Shortest,
        SortName::Pipeline => RunSort::Pipeline,
    }
}
