//! JSON of runs, spans, series and import reports: the shapes `--json` prints.
//!
//! Times are nanoseconds UTC as numbers with an ISO text beside them, durations are seconds, sizes bytes, money
//! decimal text. Fields are only added, never renamed, while `"version"` stays the same.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use crate::engine::queries::{RunAnswer, RunSummary};
use crate::engine::{ImportReport, SeriesRow};
use crate::model::time::format_utc;
use crate::model::{Absence, Attributes, Clock, Effect, Issue, Measurement, Note, Span, Usage, Value};

/// The version of these shapes.
pub const VERSION: u32 = 1;

/// One file's import report.
#[must_use]
pub fn import_report(report: &ImportReport) -> Json {
    json!({
        "version": VERSION,
        "file": report.path.to_string_lossy(),
        "format": report.format,
        "runs": report.held.num_runs,
        "spans": report.held.num_spans,
        "series": report.held.num_series,
        "samples": report.held.num_samples,
        "usages": report.held.num_usages,
        "new": {
            "runs": report.written.num_new_runs,
            "spans": report.written.num_new_spans,
            "series": report.written.num_new_series,
            "samples": report.written.num_new_samples,
            "usages": report.written.num_new_usages,
        },
        "repaired": report.count(Effect::Repaired),
        "skipped": report.count(Effect::Skipped),
        "noticed": report.count(Effect::Noticed),
        "known": report.is_known,
        "cancelled": report.is_cancelled,
        "passed_over": report.is_passed_over,
        "error": report.failure.as_ref().map(ToString::to_string),
        "issues": report.issues.iter().map(issue).collect::<Vec<_>>(),
    })
}

/// One issue of an import.
#[must_use]
pub fn issue(issue: &Issue) -> Json {
    let (line, byte) = match issue.place {
        crate::model::Place::Line(line) => (Some(line), None),
        crate::model::Place::Byte(byte) => (None, Some(byte)),
        crate::model::Place::Whole => (None, None),
    };
    json!({
        "kind": issue.kind.name(),
        "effect": issue.kind.effect().name(),
        "severity": issue.kind.severity().name(),
        "line": line,
        "byte": byte,
        "detail": issue.detail,
        "records": issue.num_records,
        "sentence": issue.kind.sentence(),
    })
}

/// One run as lists show it.
#[must_use]
pub fn run(summary: &RunSummary) -> Json {
    let run = &summary.run;
    json!({
        "version": VERSION,
        "key": run.key.to_hex(),
        "pipeline": run.pipeline,
        "video_id": run.video_id,
        "clock": run.clock.name(),
        "start_nanos": run.start_nanos,
        "end_nanos": run.end_nanos,
        "start": run.start_nanos.filter(|_| run.clock != Clock::Elapsed).map(format_utc),
        "duration_seconds": summary.duration_nanos().map(seconds),
        "outcome": run.outcome.name(),
        "error": run.error,
        "labels": run.labels,
        "spans": summary.num_spans,
        "failed_spans": summary.num_failed_spans,
        "media": {
            "duration_seconds": run.media.duration_secs,
            "size_bytes": run.media.size_bytes,
            "width": run.media.width,
            "height": run.media.height,
            "fps": run.media.fps,
        },
        "host": run.host.as_ref().map(|host| json!({
            "hostname": host.hostname,
            "os": host.os,
            "cpu": host.cpu,
            "cpus": host.num_cpus,
            "memory_bytes": host.memory_bytes,
            "gpus": host.gpus,
            "gpu_driver": host.gpu_driver,
        })),
        "attributes": attributes(&run.attributes),
    })
}

/// Everything about one run. Its lists are turned into JSON one by one while they are written, because a run may have
/// hundreds of thousands of spans.
#[derive(Clone, Copy, Debug)]
pub struct RunInFull<'a>(pub &'a RunAnswer);

impl Serialize for RunInFull<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = self.0;
        let mut fields = serializer.serialize_map(None)?;
        for (name, value) in run(&answer.run).as_object().into_iter().flatten() {
            fields.serialize_entry(name, value)?;
        }
        fields.serialize_entry("stages", &Each(&answer.spans, span))?;
        fields.serialize_entry("usages", &Each(&answer.usages, usage))?;
        fields.serialize_entry("series", &Each(&answer.series, series))?;
        fields.serialize_entry("absences", &Each(&answer.absences, absence))?;
        fields.serialize_entry("notes", &Each(&answer.notes, note))?;
        fields.end()
    }
}

/// A list, each element of which becomes JSON when its turn comes.
struct Each<'a, T>(&'a [T], fn(&T) -> Json);

impl<T> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

fn absence(absence: &Absence) -> Json {
    json!({ "metric": absence.metric, "because": absence.reason })
}

fn note(note: &Note) -> Json {
    json!({ "text": note.text, "span": note.span.map(|span| span.to_hex()), "at_nanos": note.at_nanos })
}

fn span(span: &Span) -> Json {
    json!({
        "key": span.key.to_hex(),
        "parent": span.parent.map(|parent| parent.to_hex()),
        "kind": span.kind.name(),
        "name": span.name,
        "number": span.number,
        "start_nanos": span.start_nanos,
        "end_nanos": span.end_nanos,
        "duration_seconds": span.end_nanos.map(|end| seconds(end.saturating_sub(span.start_nanos))),
        "outcome": span.outcome.name(),
        "error": span.error,
        "provider": span.provider,
        "model": span.model,
        "measurements": span.measurements.iter().map(measurement).collect::<Vec<_>>(),
        "attributes": attributes(&span.attributes),
    })
}

fn measurement(measurement: &Measurement) -> Json {
    json!({
        "name": measurement.name,
        "stat": measurement.stat.name(),
        "unit": measurement.unit.code(),
        "value": number(measurement.value),
    })
}

fn usage(usage: &Usage) -> Json {
    let quantities: Map<String, Json> = usage
        .quantities
        .iter()
        .map(|quantity| (quantity.unit.name().to_owned(), json!(quantity.amount.to_string())))
        .collect();
    json!({
        "span": usage.span.map(|span| span.to_hex()),
        "provider": usage.provider,
        "model": usage.model,
        "quantities": quantities,
        "reported_cost": usage.reported_cost.as_ref().map(|cost| json!({
            "amount": cost.amount.to_string(),
            "currency": cost.currency,
        })),
    })
}

fn series(row: &SeriesRow) -> Json {
    json!({
        "key": row.series.key.to_hex(),
        "name": row.series.name,
        "labels": row.series.labels,
        "unit": row.series.unit.code(),
        "kind": row.series.kind.name(),
        "span": row.series.span.map(|span| span.to_hex()),
        "samples": row.num_samples,
        "start_nanos": row.start_nanos,
        "end_nanos": row.end_nanos,
        "min": row.min.map(number),
        "max": row.max.map(number),
    })
}

fn attributes(attributes: &Attributes) -> Json {
    let fields = attributes.iter().map(|(name, value)| {
        let json = match value {
            Value::Text(text) => json!(text),
            Value::Integer(integer) => json!(integer),
            Value::Real(real) => number(*real),
            Value::Flag(flag) => json!(flag),
            Value::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        };
        (name.clone(), json)
    });
    Json::Object(fields.collect())
}

/// A number; text where JSON has no number for it.
fn number(value: f64) -> Json {
    if value.is_finite() { json!(value) } else { json!(value.to_string()) }
}

#[expect(clippy::cast_precision_loss, reason = "seconds for reading; the nanoseconds stand beside them")]
fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}
