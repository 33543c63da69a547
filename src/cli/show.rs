//! `reelbench show`: one run in full, its spans as a tree.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::args::ShowArgs;
use super::runs::started;
use super::text::{Table, clean, say, say_json};
use super::{DONE, opening};
use crate::engine::queries::{RunAnswer, RunQuery};
use crate::engine::{Access, Engine, Failure};
use crate::model::time::format_duration;
use crate::model::{Key, Outcome, Span, Stat, Usage};
use crate::report::json;

pub(super) fn run(args: &ShowArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let engine = opening::open(workspace, "reelbench show", Access::View)?;
    let answer = engine.ask(&RunQuery { run: find(&engine, &args.run)? })?;
    if args.json {
        say_json(&json::RunInFull(&answer));
    } else {
        print(&answer);
    }
    Ok(DONE)
}

/// The run a person means; the latest of several.
pub(super) fn find(engine: &Engine, text: &str) -> Result<Key, Failure> {
    let found = engine.find_runs(text)?;
    found.first().copied().ok_or_else(|| {
        Failure::Refused(format!("No run is called “{text}”: give the beginning of its key (`reelbench runs` lists them), `latest`, its video id or its pipeline"))
    })
}

fn print(answer: &RunAnswer) {
    let run = &answer.run;
    say(&clean(&format!("{}  {}", run.title(), run.run.key.to_hex())));
    let mut facts = Table::new(&["", ""]);
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.row([format!("  {name}"), value]);
        }
    };
    fact("pipeline", run.run.pipeline.clone());
    fact("outcome", Some(run.run.outcome.name().to_owned()));
    fact("error", run.run.error.clone());
    fact("started", Some(started(run)));
    fact("duration", run.duration_nanos().map(format_duration));
    fact(
        "host",
        run.run
            .host
            .as_ref()
            .map(|host| format!("{}: {}, {} CPUs, {}", host.hostname, host.cpu, host.num_cpus, host.os)),
    );
    for (name, value) in &run.run.labels {
        fact(&format!("label {name}"), Some(value.clone()));
    }
    for (name, value) in &run.run.attributes {
        fact(name, Some(value.to_string()));
    }
    facts.print();
    say("");
    let mut table = Table::new(&["span", "kind", "outcome", ">duration", ">peak memory", ">CPU", "measured"]);
    for (depth, span) in tree(&answer.spans) {
        table.row(row(depth, span));
    }
    table.print();
    for usage in &answer.usages {
        say(&clean(&format!("  usage: {}", words(usage))));
    }
    if !answer.series.is_empty() {
        say("");
        let mut table = Table::new(&["series", "labels", ">samples", ">min", ">max"]);
        for row in &answer.series {
            let unit = &row.series.unit;
            table.row([
                row.series.name.clone(),
                row.series.labels.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
                row.num_samples.to_string(),
                row.min.map_or_else(|| "N/A".to_owned(), |value| unit.format(value)),
                row.max.map_or_else(|| "N/A".to_owned(), |value| unit.format(value)),
            ]);
        }
        table.print();
    }
    for absence in &answer.absences {
        say(&clean(&format!("  {}: N/A, because {}", absence.metric, absence.reason)));
    }
    for note in &answer.notes {
        say(&clean(&format!("  note: {}", note.text)));
    }
}

/// Spans in the order of a tree, each with its depth. Those whose parent is missing stand at the top.
fn tree(spans: &[Span]) -> Vec<(usize, &Span)> {
    let known: BTreeMap<Key, &Span> = spans.iter().map(|span| (span.key, span)).collect();
    let mut children: BTreeMap<Option<Key>, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        children.entry(span.parent.filter(|parent| known.contains_key(parent))).or_default().push(span);
    }
    let mut order = Vec::with_capacity(spans.len());
    let mut stack: Vec<(usize, &Span)> =
        children.remove(&None).unwrap_or_default().into_iter().rev().map(|span| (0, span)).collect();
    while let Some((depth, span)) = stack.pop() {
        order.push((depth, span));
        let below = children.remove(&Some(span.key)).unwrap_or_default();
        stack.extend(below.into_iter().rev().map(|child| (depth + 1, child)));
    }
    order
}

fn row(depth: usize, span: &Span) -> [String; 7] {
    let measured = |name: &str, stat: Stat| {
        let found = span.measurements.iter().find(|measurement| measurement.name == name && measurement.stat == stat);
        found.map_or_else(String::new, |measurement| measurement.unit.format(measurement.value))
    };
    let shown = ["process.memory.usage", "process.cpu.utilization"];
    let others = span
        .measurements
        .iter()
        .filter(|measurement| !shown.contains(&measurement.name.as_str()))
        .map(|measurement| format!("{} {}", measurement.name, measurement.unit.format(measurement.value)));
    let mut notes: Vec<String> = others.take(4).collect();
    notes.extend(span.error.clone());
    [
        format!("{}{}", "  ".repeat(depth.min(20)), span.name),
        span.kind.name().to_owned(),
        if span.end_nanos.is_none() && span.outcome == Outcome::Unknown {
            "open".to_owned()
        } else {
            span.outcome.name().to_owned()
        },
        span.end_nanos.map_or_else(|| "open".to_owned(), |end| format_duration(end.saturating_sub(span.start_nanos))),
        measured("process.memory.usage", Stat::Peak),
        measured("process.cpu.utilization", Stat::Mean),
        notes.join(", "),
    ]
}

fn words(usage: &Usage) -> String {
    let mut parts =
        vec![[usage.provider.as_deref(), usage.model.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")];
    parts.extend(usage.quantities.iter().map(|quantity| format!("{} {}", quantity.amount, quantity.unit.words())));
    parts.extend(usage.reported_cost.as_ref().map(|cost| format!("reported {} {}", cost.amount, cost.currency)));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}
