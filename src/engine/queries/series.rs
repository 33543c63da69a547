//! Which series runs have, grouped by unit as the plots are, and what they have not and why.

use std::collections::BTreeMap;

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Absence, Key, Series, SeriesKind, Unit};
use crate::store::{Reader, SeriesRow};

/// Asks for the series of runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesQuery {
    /// The runs.
    pub runs: Vec<Key>,
}

/// The series of those runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswer {
    /// One group a unit and metric family, in the order plots are stacked.
    pub groups: Vec<UnitGroup>,
    /// What could not be measured, and why.
    pub absences: Vec<Absence>,
}

/// Series that share a plot.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitGroup {
    /// What the plot is called: `CPU of the processes`.
    pub title: String,
    /// The unit of its axis; of a cumulative series, its unit a second.
    pub unit: Unit,
    /// Its series.
    pub series: Vec<SeriesEntry>,
}

/// A series and what the legend calls it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesEntry {
    /// The series with its totals.
    pub row: SeriesRow,
    /// What the legend calls it within its plot.
    pub legend: String,
    /// Whether it is shown at first: details such as single cores and devices are not.
    pub is_main: bool,
    /// Whether it is drawn as its rate: a cumulative total tells nothing as a curve.
    pub is_rate: bool,
}

impl Query for SeriesQuery {
    type Answer = SeriesAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.runs)
    }

    fn run(&self, reader: &Reader) -> Result<SeriesAnswer, Failure> {
        let mut answer = SeriesAnswer::default();
        for &run in &self.runs {
            let rows = reader.series(run)?;
            let spans = if rows.iter().any(|row| row.series.span.is_some()) {
                span_names(reader, run)?
            } else {
                BTreeMap::new()
            };
            for row in rows {
                let span = row.series.span.and_then(|span| spans.get(&span)).map(String::as_str);
                place(&mut answer.groups, row, span);
            }
            answer.absences.extend(reader.absences(run)?);
        }
        answer.groups.sort_by_cached_key(|group| {
            let place = PLOTS.iter().position(|plot| plot.title == group.title);
            (place.unwrap_or(PLOTS.len()), group.title.clone(), group.unit.clone())
        });
        Ok(answer)
    }
}

/// What the spans of a run are called where series belong to them; those called alike are numbered by their start.
fn span_names(reader: &Reader, run: Key) -> Result<BTreeMap<Key, String>, Failure> {
    let mut spans = reader.spans(run)?;
    spans.sort_by_key(|span| span.start_nanos);
    let mut num_seen: BTreeMap<String, u32> = BTreeMap::new();
    let named = spans.into_iter().map(|span| {
        let number = num_seen.entry(span.name.clone()).or_default();
        *number += 1;
        let name = if *number == 1 { span.name } else { format!("{} {number}", span.name) };
        (span.key, name)
    });
    Ok(named.collect())
}

/// A plot of the Resources tab: the metrics that share it. The first is what the title means.
struct Plot {
    title: &'static str,
    names: &'static [&'static str],
}

/// The plots in the order they are stacked. Series of other names get a plot for each name.
const PLOTS: &[Plot] = &[
    Plot { title: "CPU of the processes", names: &["process.cpu.utilization"] },
    Plot { title: "CPU of the host", names: &["system.cpu.utilization"] },
    Plot { title: "Memory of the processes", names: &["process.memory.usage"] },
    Plot { title: "Memory of the host", names: &["system.memory.usage", "system.memory.limit"] },
    Plot { title: "GPU", names: &["hw.gpu.utilization", "hw.gpu.memory.utilization"] },
    Plot { title: "GPU memory", names: &["hw.gpu.memory.usage", "hw.gpu.memory.limit", "process.gpu.memory.usage"] },
    Plot { title: "GPU power", names: &["hw.power"] },
    Plot { title: "Temperature", names: &["hw.temperature"] },
    Plot { title: "Disk I/O of the processes", names: &["process.disk.io"] },
    Plot { title: "Disk I/O of the host", names: &["system.disk.io"] },
    Plot { title: "Network of the host", names: &["system.network.io"] },
    Plot { title: "Processes", names: &["process.count"] },
    Plot { title: "Threads", names: &["process.thread.count"] },
    Plot { title: "Encoding rate", names: &["ffmpeg.fps"] },
    Plot { title: "Encoding speed", names: &["ffmpeg.speed"] },
    Plot { title: "Bit rate", names: &["ffmpeg.bitrate"] },
    Plot { title: "Encoded frames", names: &["ffmpeg.frames"] },
    Plot { title: "Dropped and duplicated frames", names: &["ffmpeg.dropped_frames", "ffmpeg.duplicated_frames"] },
    Plot { title: "Encoded time", names: &["ffmpeg.out_time"] },
    Plot { title: "Output size", names: &["ffmpeg.total_size"] },
    Plot { title: "Quantiser", names: &["ffmpeg.quantizer"] },
    Plot { title: "CPU time of the processes", names: &["process.cpu.time"] },
    Plot { title: "CPU time of the recorder", names: &["reelbench.recorder.cpu.time"] },
    Plot { title: "Time to take a sample", names: &["reelbench.recorder.tick.time"] },
];

/// Metrics whose totals are worth a curve as they are: how far a thing has come.
const SHOWN_AS_TOTAL: &[&str] =
    &["ffmpeg.frames", "ffmpeg.dropped_frames", "ffmpeg.duplicated_frames", "ffmpeg.total_size", "ffmpeg.out_time"];
/// Labels that split a metric into details; the series without them is the main one.
const DETAIL_LABELS: &[&str] = &["cpu", "process.command", "system.device", "network.interface.name", "device", "pid"];

fn place(groups: &mut Vec<UnitGroup>, row: SeriesRow, span: Option<&str>) {
    let series = &row.series;
    let is_rate = series.kind == SeriesKind::Cumulative && !SHOWN_AS_TOTAL.contains(&series.name.as_str());
    let unit = if is_rate { rate_of(&series.unit) } else { series.unit.clone() };
    let plot = PLOTS.iter().find(|plot| plot.names.contains(&series.name.as_str()));
    let title = plot.map_or_else(|| series.name.clone(), |plot| plot.title.to_owned());
    let entry = SeriesEntry {
        legend: legend(series, plot.map_or(&[], |plot| plot.names), span),
        is_main: !DETAIL_LABELS.iter().any(|label| series.labels.contains_key(*label)),
        is_rate,
        row,
    };
    match groups.iter_mut().find(|group| group.title == title && group.unit == unit) {
        Some(group) => group.series.push(entry),
        None => groups.push(UnitGroup { title, unit, series: vec![entry] }),
    }
}

/// The span it was measured in, what of the metrics in its plot it is, and its labels: as few words as tell it apart.
fn legend(series: &Series, names: &[&str], span: Option<&str>) -> String {
    let mut words: Vec<String> = span.map(str::to_owned).into_iter().collect();
    // Measured as several parts, the first metric needs no name beside theirs.
    let is_first = names.first().is_none_or(|name| *name == series.name);
    if names.len() > 1 && (!is_first || series.labels.is_empty()) {
        words.push(short_name(&series.name, names));
    }
    words.extend(series.labels.values().cloned());
    if words.is_empty() { "all".to_owned() } else { words.join(" ") }
}

/// The last parts of a metric's name that none of its neighbours has: `memory utilization`.
fn short_name(name: &str, names: &[&str]) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    let tail = |name: &str, num_parts: usize| {
        let parts: Vec<&str> = name.split('.').collect();
        parts[parts.len().saturating_sub(num_parts)..].join(" ")
    };
    let is_unique =
        |num_parts: &usize| names.iter().filter(|other| tail(other, *num_parts) == tail(name, *num_parts)).count() <= 1;
    let num_parts = (1..parts.len()).find(is_unique).unwrap_or(parts.len());
    tail(name, num_parts).replace('_', " ")
}

fn rate_of(unit: &Unit) -> Unit {
    match unit.code() {
        "s" => Unit::RATIO,
        code => Unit::new(format!("{code}/s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, labels: &[(&str, &str)], span: Option<&str>, expected: &str) {
        let series = Series {
            key: Key::of("series", &[name]),
            run: None,
            span: None,
            name: name.to_owned(),
            labels: labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            unit: Unit::COUNT,
            kind: SeriesKind::Gauge,
            interval_nanos: None,
        };
        let names = PLOTS.iter().find(|plot| plot.names.contains(&name)).map_or(&[][..], |plot| plot.names);
        assert_eq!(legend(&series, names, span), expected);
    }

    #[test]
    fn legends_say_what_tells_series_apart() {
        check("process.cpu.utilization", &[], None, "all");
        check("process.cpu.utilization", &[("process.command", "ffmpeg")], None, "ffmpeg");
        check("system.memory.usage", &[("state", "used")], None, "used");
        check("system.memory.usage", &[], None, "usage");
        check("system.memory.limit", &[], None, "limit");
        check("hw.gpu.utilization", &[("gpu", "L4")], None, "L4");
        check("hw.gpu.memory.utilization", &[("gpu", "L4")], None, "memory utilization L4");
        check("process.gpu.memory.usage", &[], None, "process gpu memory usage");
        check("ffmpeg.fps", &[], Some("encode"), "encode");
        check("ffmpeg.duplicated_frames", &[], Some("encode 2"), "encode 2 duplicated frames");
        check("queue.depth", &[("queue", "asr")], None, "asr");
    }
}
