//! Which series runs have, grouped by unit as the plots are, and what they have not and why.

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Absence, Key, Unit};
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
            for row in reader.series(run)? {
                place(&mut answer.groups, row);
            }
            answer.absences.extend(reader.absences(run)?);
        }
        answer
            .groups
            .sort_by_key(|group| PLOTS.iter().position(|plot| plot.title == group.title).unwrap_or(PLOTS.len()));
        Ok(answer)
    }
}

/// A plot of the Resources tab: the metrics that share it.
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
    Plot { title: "Frames", names: &["ffmpeg.frames", "ffmpeg.dropped_frames", "ffmpeg.duplicated_frames"] },
];

/// Metrics whose totals are worth a curve as they are: how far a thing has come.
const SHOWN_AS_TOTAL: &[&str] =
    &["ffmpeg.frames", "ffmpeg.dropped_frames", "ffmpeg.duplicated_frames", "ffmpeg.total_size", "ffmpeg.out_time"];
/// Labels that split a metric into details; the series without them is the main one.
const DETAIL_LABELS: &[&str] = &["cpu", "process.command", "system.device", "network.interface.name", "device", "pid"];

fn place(groups: &mut Vec<UnitGroup>, row: SeriesRow) {
    let series = &row.series;
    let is_rate =
        series.kind == crate::model::SeriesKind::Cumulative && !SHOWN_AS_TOTAL.contains(&series.name.as_str());
    let unit = if is_rate { rate_of(&series.unit) } else { series.unit.clone() };
    let plot = PLOTS.iter().find(|plot| plot.names.contains(&series.name.as_str()));
    let title = plot.map_or_else(|| series.name.clone(), |plot| plot.title.to_owned());
    let shares_plot = plot.is_some_and(|plot| plot.names.len() > 1);
    let entry = SeriesEntry {
        legend: legend(&row, shares_plot),
        is_main: !DETAIL_LABELS.iter().any(|label| series.labels.contains_key(*label)),
        is_rate,
        row,
    };
    match groups.iter_mut().find(|group| group.title == title && group.unit == unit) {
        Some(group) => group.series.push(entry),
        None => groups.push(UnitGroup { title, unit, series: vec![entry] }),
    }
}

fn legend(row: &SeriesRow, shares_plot: bool) -> String {
    let labels: Vec<&str> = row.series.labels.values().map(String::as_str).collect();
    let name = row.series.name.rsplit('.').next().unwrap_or_default().replace('_', " ");
    match (labels.is_empty(), shares_plot) {
        (true, true) => name,
        (true, false) => "all".to_owned(),
        (false, true) => format!("{name} {}", labels.join(" ")),
        (false, false) => labels.join(" "),
    }
}

fn rate_of(unit: &Unit) -> Unit {
    match unit.code() {
        "s" => Unit::RATIO,
        code => Unit::new(format!("{code}/s")),
    }
}
