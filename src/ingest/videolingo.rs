//! VideoLingo's stage record, which stands in three of its files, and what is known about how it is measured.
//!
//! Mirrors `StageMetrics` of `core/utils/performance_monitor.py` (yknothing/VideoLingo). The record in
//! `stage_performance_summary.jsonl` has a `video_id`, the one in `stage_<name>_<time>.json` and in the pipeline log
//! has none: name, start and end make a stage itself, so that it is added once from whichever file.

use serde_json::Value as Json;

use crate::model::time::{SECOND_NANOS, format_duration};
use crate::model::{IssueKind, Key, Outcome, Place, Span, SpanKind, Stat, Unit};

use super::facts::{MEBIBYTE, contradicts, counted};
use super::findings::{Findings, clip};
use super::json::{self, Object};
use super::moment;
use super::open_runs::Identity;

/// The pipeline's name in runs.
pub const PIPELINE: &str = "VideoLingo";
/// The namespace of its run keys: a run is what begins with a certain stage record.
pub const RUN_NAMESPACE: &str = "videolingo run";

struct Measured {
    field: &'static str,
    name: &'static str,
    stat: Stat,
    unit: Unit,
    factor: f64,
    /// Whether only a tool that does not measure it writes zero in every record.
    is_never_all_zero: bool,
}

const fn bytes(field: &'static str, name: &'static str, stat: Stat) -> Measured {
    Measured { field, name, stat, unit: Unit::BYTES, factor: MEBIBYTE, is_never_all_zero: true }
}

const fn plain(field: &'static str, name: &'static str, stat: Stat, unit: Unit, is_never_all_zero: bool) -> Measured {
    Measured { field, name, stat, unit, factor: 1.0, is_never_all_zero }
}

/// The process is VideoLingo's own Python process, without its children; its CPU is percent of one core.
const MEASURED: &[Measured] = &[
    bytes("memory_start_mb", "process.memory.usage", Stat::Start),
    bytes("memory_peak_mb", "process.memory.usage", Stat::Peak),
    bytes("memory_end_mb", "process.memory.usage", Stat::End),
    plain("cpu_avg_percent", "process.cpu.utilization", Stat::Mean, Unit::PERCENT_OF_CORE, true),
    plain("cpu_peak_percent", "process.cpu.utilization", Stat::Peak, Unit::PERCENT_OF_CORE, true),
    plain("api_calls_count", "api_calls", Stat::Sum, counted("{call}"), false),
    plain("api_calls_duration", "api_calls_duration", Stat::Sum, Unit::SECONDS, false),
    bytes("io_read_mb", "process.disk.io.read", Stat::Sum),
    bytes("io_write_mb", "process.disk.io.write", Stat::Sum),
    plain("gpu_usage_percent", "hw.gpu.utilization", Stat::Value, Unit::PERCENT, true),
];

const CONSUMED: &[&str] = &[
    "stage_name",
    "stage_number",
    "start_time",
    "end_time",
    "duration_seconds",
    "success",
    "error_message",
    "video_id",
    "additional_metrics",
];

/// Whether an object is a stage record.
#[must_use]
pub fn is_stage(object: &Object) -> bool {
    object.get("stage_name").and_then(json::text).is_some()
        && object.contains_key("start_time")
        && ["duration_seconds", "memory_peak_mb", "cpu_avg_percent"].iter().any(|&field| object.contains_key(field))
}

/// A stage and what makes it itself; its run is to be filled in. `None` with the reason told if it is no stage.
pub fn read_stage(object: &Object, place: Place, findings: &mut Findings) -> Option<(Span, Identity)> {
    let Some(name) = object.get("stage_name").and_then(json::text) else {
        findings.add(IssueKind::MissingField, place, "stage_name");
        return None;
    };
    let (start_nanos, end_nanos) = stage_times(object, name, place, findings)?;
    if let Some(value) = object.get("success").filter(|value| !value.is_null() && json::flag(value).is_none()) {
        findings.add(IssueKind::BadValue, place, format!("success: {}", clip(&value.to_string())));
    }
    let identity = Identity {
        step: name.to_owned(),
        written_nanos: Some(start_nanos),
        duration_nanos: end_nanos.map_or(0, |end| end.saturating_sub(start_nanos)),
        video_id: object.get("video_id").and_then(json::name),
        has_failed: object.get("success").and_then(json::flag) == Some(false),
        ..Identity::default()
    };
    let key = Identity { video_id: None, ..identity.clone() }.key("videolingo stage")?;
    let mut span = Span::new(key, key, SpanKind::Stage, name, start_nanos);
    span.number = object.get("stage_number").and_then(json::integer);
    span.end_nanos = end_nanos;
    if let (Some(value), Some(end_nanos)) = (object.get("duration_seconds"), end_nanos)
        && json::secs_nanos(value).is_some_and(|stated| contradicts(stated, end_nanos.saturating_sub(start_nanos)))
    {
        keep(&mut span, "duration_seconds", value);
    }
    span.outcome = match object.get("success").and_then(json::flag) {
        // A stage without an end is still open, and true is only what its record was born with.
        Some(true) if end_nanos.is_none() => Outcome::Unknown,
        Some(true) => Outcome::Succeeded,
        Some(false) => Outcome::Failed,
        None => Outcome::Unknown,
    };
    span.error = object.get("error_message").and_then(json::name);
    for (field, value) in object.iter().filter(|(field, _)| !CONSUMED.contains(&field.as_str())) {
        let Some(measured) = MEASURED.iter().find(|measured| measured.field == field) else {
            keep(&mut span, field, value);
            continue;
        };
        match json::real(value) {
            Some(number) => span.measure(measured.name, measured.stat, measured.unit.clone(), number * measured.factor),
            None if value.is_null() => {}
            None => findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string()))),
        }
    }
    match object.get("additional_metrics") {
        Some(Json::Object(metrics)) => {
            for (field, value) in metrics {
                match json::real(value) {
                    Some(size) if field == "file_size_mb" => {
                        span.measure("file_size", Stat::Value, Unit::BYTES, size * MEBIBYTE);
                    }
                    _ => keep(&mut span, &format!("additional_metrics.{field}"), value),
                }
            }
        }
        Some(value) => keep(&mut span, "additional_metrics", value),
        None => {}
    }
    Some((span, identity))
}

fn keep(span: &mut Span, field: &str, value: &Json) {
    if let Some(value) = json::attribute(value) {
        span.attributes.insert(field.to_owned(), value);
    }
}

/// Start and end of a stage, each from the other and the duration where one is missing.
fn stage_times(object: &Object, name: &str, place: Place, findings: &mut Findings) -> Option<(i64, Option<i64>)> {
    let mut read = |field: &str, parse: &dyn Fn(&Json) -> Option<i64>| {
        let value = object.get(field).filter(|value| !value.is_null())?;
        let nanos = parse(value);
        if nanos.is_none() {
            findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string())));
        }
        nanos
    };
    let moment = |value: &Json| moment::read(value).map(|moment| moment.nanos);
    let start = read("start_time", &moment);
    let end = read("end_time", &moment);
    let duration = read("duration_seconds", &json::secs_nanos);
    let Some(start) = start.or_else(|| Some(end?.saturating_sub(duration?))) else {
        findings.add(IssueKind::MissingField, place, format!("{name}: start_time"));
        return None;
    };
    let end = match (end, duration) {
        (Some(end), Some(duration)) => {
            let measured = end.saturating_sub(start);
            if contradicts(duration, measured) {
                let detail = format!(
                    "{name}: duration_seconds {}, end minus start {}",
                    format_duration(duration),
                    format_duration(measured)
                );
                findings.add(IssueKind::DurationMismatch, place, detail);
            }
            Some(end)
        }
        (None, Some(duration)) => Some(start.saturating_add(duration)),
        (end, None) => end,
    };
    if let Some(end) = end.filter(|&end| end < start) {
        let detail = format!("{name}: {}", format_duration(end.saturating_sub(start)));
        findings.add(IssueKind::NegativeDuration, place, detail);
        return Some((start, Some(start)));
    }
    Some((start, end))
}

/// Watches stage records for what their writer does to the figures.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    num_durations: u64,
    num_quantised: u64,
    /// By measured field: how many records have it, how many of them as zero.
    fields: std::collections::BTreeMap<&'static str, (u64, u64)>,
}

impl Habits {
    /// Takes a record into account.
    pub fn watch(&mut self, object: &Object, span: &Span) {
        if let Some(end_nanos) = span.end_nanos {
            let duration_nanos = end_nanos.saturating_sub(span.start_nanos);
            self.num_durations += 1;
            // A sampling thread that sleeps a second is joined before the end is taken.
            let is_quantised = duration_nanos >= SECOND_NANOS && duration_nanos % SECOND_NANOS < SECOND_NANOS / 20;
            self.num_quantised += u64::from(is_quantised);
        }
        for measured in MEASURED.iter().filter(|measured| measured.is_never_all_zero) {
            if let Some(number) = object.get(measured.field).and_then(json::real) {
                let (num_records, num_zeros) = self.fields.entry(measured.field).or_default();
                *num_records += 1;
                *num_zeros += u64::from(number == 0.0);
            }
        }
    }

    /// Tells what is true of all records; of fewer than three, nothing is.
    pub fn tell(&self, findings: &mut Findings) {
        const MIN_RECORDS: u64 = 3;
        if self.num_durations >= MIN_RECORDS && self.num_quantised == self.num_durations {
            let detail = format!("{} durations", self.num_durations);
            findings.add(IssueKind::QuantisedDurations, Place::Whole, detail);
        }
        for (field, &(num_records, num_zeros)) in &self.fields {
            if num_records >= MIN_RECORDS && num_records == num_zeros {
                findings.add(IssueKind::ConstantZero, Place::Whole, format!("{field} in {num_records} records"));
            }
        }
    }
}

/// The key of a run that has no stage to begin with.
#[must_use]
pub fn stageless_run_key(video_id: Option<&str>, start_nanos: i64) -> Key {
    Key::of(RUN_NAMESPACE, &[video_id.unwrap_or_default(), &start_nanos.to_string()])
}
