//! One operation record of the enhancement service, from its JSON export, its CSV export or its statistics answer.
//!
//! Mirrors `PerformanceMetrics` of `utils/performance_monitor.py` (video-enhancer-proto). CPU and GPU figures are
//! peaks whatever their names say; `peak_gpu_memory_mb` is what PyTorch's allocator counts for one process, not what
//! the device has in use.

use serde_json::Value as Json;

use crate::ingest::facts::{MEBIBYTE, contradicts};
use crate::ingest::findings::{Findings, clip};
use crate::ingest::json::{self, Object};
use crate::ingest::moment;
use crate::model::time::{ParsedTime, SECOND_NANOS, format_duration};
use crate::model::{Clock, IssueKind, Key, Outcome, Place, Span, SpanKind, Stat, Unit, Value, Zone};

struct Measured {
    field: &'static str,
    name: &'static str,
    stat: Stat,
    unit: Unit,
    factor: f64,
}

const fn measured(field: &'static str, name: &'static str, stat: Stat, unit: Unit, factor: f64) -> Measured {
    Measured { field, name, stat, unit, factor }
}

const MEASURED: &[Measured] = &[
    measured("peak_memory_mb", "process.memory.usage", Stat::Peak, Unit::BYTES, MEBIBYTE),
    measured("peak_gpu_memory_mb", "gpu_memory_allocated", Stat::Peak, Unit::BYTES, MEBIBYTE),
    measured("cpu_utilization_percent", "process.cpu.utilization", Stat::Peak, Unit::PERCENT_OF_CORE, 1.0),
    measured("gpu_utilization_percent", "hw.gpu.utilization", Stat::Peak, Unit::PERCENT, 1.0),
    measured("frames_processed", "frames_processed", Stat::Value, Unit::FRAMES, 1.0),
    measured("scale_factor", "scale_factor", Stat::Value, Unit::TIMES, 1.0),
    measured("quality_score", "quality_score", Stat::Value, Unit::RATIO, 1.0),
    measured("enhancement_factor", "enhancement_factor", Stat::Value, Unit::TIMES, 1.0),
];

const CONSUMED: &[&str] =
    &["start_time", "timestamp", "end_time", "duration_seconds", "success", "error_message", "metadata"];

/// Whether an object is an operation record.
pub(super) fn is_operation(object: &Object) -> bool {
    object.get("operation_type").and_then(json::text).is_some()
        && ["start_time", "timestamp"].iter().any(|&field| object.contains_key(field))
}

/// An operation as a span whose key and run are to be filled in.
pub(super) struct Operation {
    pub span: Span,
    pub clock: Clock,
    /// What the service calls it, unless two of them began in the same microsecond.
    pub id: Option<String>,
    /// What tells it from others if it has no id, and tells two of the same id apart.
    pub fingerprint: Key,
}

/// Reads a record; `None` with the reason told if it is no operation.
pub(super) fn read(object: &Object, zone: &Zone, place: Place, findings: &mut Findings) -> Option<Operation> {
    let Some(kind) = object.get("operation_type").and_then(json::text) else {
        findings.add(IssueKind::MissingField, place, "operation_type");
        return None;
    };
    let id = object.get("operation_id").and_then(json::name);
    let Some(written) = ["start_time", "timestamp"].iter().find_map(|&field| moment::read(object.get(field)?)) else {
        findings.add(IssueKind::MissingField, place, format!("{}: start_time", id.as_deref().unwrap_or(kind)));
        return None;
    };
    tell_unreadable(object, place, findings);
    let (start_nanos, clock) = place_start(written, id.as_deref(), zone, place, findings);
    let strategy = object.get("strategy").and_then(json::text);
    let name = strategy.map_or_else(|| kind.to_owned(), |strategy| format!("{kind}/{strategy}"));
    let duration_nanos = read_duration(object, written.nanos, &name, place, findings);
    let fingerprint = [&name, &written.nanos.to_string(), &duration_nanos.unwrap_or(-1).to_string()];
    let fingerprint = Key::of("enhancer operation", &fingerprint.map(String::as_str));
    let span_kind = match kind {
        "api_request" => SpanKind::ApiCall,
        "enhancement" | "analysis" => SpanKind::Stage,
        _ => SpanKind::Operation,
    };
    let mut span = Span::new(fingerprint, fingerprint, span_kind, name, start_nanos);
    span.end_nanos = duration_nanos.map(|duration| start_nanos.saturating_add(duration));
    span.outcome = match object.get("success").and_then(json::flag) {
        // A record without an end is still open, and true is only what it was born with.
        Some(true) if duration_nanos.is_none() => Outcome::Unknown,
        Some(true) => Outcome::Succeeded,
        Some(false) => Outcome::Failed,
        None => Outcome::Unknown,
    };
    span.error = object.get("error_message").and_then(json::name);
    read_fields(object, &mut span, place, findings);
    // The length as stated is what both exports have, so it goes before an end that does not fit it.
    let end_nanos = object.get("end_time").and_then(moment::read).filter(|end| end.has_zone).map(|end| end.nanos);
    if let (Some(end_nanos), Some(duration_nanos)) = (end_nanos, duration_nanos)
        && contradicts(duration_nanos, end_nanos.saturating_sub(written.nanos))
        && let Some(value) = object.get("end_time").and_then(json::attribute)
    {
        span.attributes.insert("end_time".to_owned(), value);
    }
    Some(Operation { span, clock, id, fingerprint })
}

/// Tells of what stands in the fields that place and judge the span, and cannot be read.
fn tell_unreadable(object: &Object, place: Place, findings: &mut Findings) {
    let mut tell = |field: &str, is_readable: fn(&Json) -> bool| {
        if let Some(value) = object.get(field).filter(|value| !value.is_null() && !is_readable(value)) {
            findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string())));
        }
    };
    tell("duration_seconds", |value| json::secs_nanos(value).is_some());
    tell("end_time", |value| moment::read(value).is_some());
    tell("success", |value| json::flag(value).is_some());
}

/// The start to the microsecond, which is what both exports have of it, and the clock it is on.
///
/// The CSV writes local time without a zone. The id that the service gave the operation at the same moment ends in
/// epoch microseconds: the difference, if it is a whole number of quarter hours, is the offset of the zone.
fn place_start(
    written: ParsedTime,
    id: Option<&str>,
    zone: &Zone,
    place: Place,
    findings: &mut Findings,
) -> (i64, Clock) {
    let rounded = ParsedTime { nanos: round_to_micros(written.nanos), ..written };
    let placed = moment::place(rounded, zone);
    if placed.1 == Clock::Utc {
        return placed;
    }
    if let Some(offset_nanos) = id.and_then(|id| offset_from_id(id, rounded.nanos)) {
        let minutes = offset_nanos / (60 * SECOND_NANOS);
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        let detail = format!("{sign}{hours:02}:{minutes:02}");
        findings.sum(IssueKind::ZoneFromIds, place, &detail);
        return (rounded.nanos.saturating_sub(offset_nanos), Clock::Utc);
    }
    let detail = if matches!(zone, Zone::Named(_)) { "the zone that was named is not known" } else { "" };
    findings.sum(IssueKind::NaiveTime, place, detail);
    placed
}

fn round_to_micros(nanos: i64) -> i64 {
    nanos.saturating_add(500).div_euclid(1000).saturating_mul(1000)
}

fn offset_from_id(id: &str, naive_nanos: i64) -> Option<i64> {
    const QUARTER_NANOS: i64 = 900 * SECOND_NANOS;
    let micros: i64 = id.rsplit_once('_')?.1.parse().ok()?;
    let difference = naive_nanos.checked_sub(micros.checked_mul(1000)?)?;
    let offset = difference.checked_add(QUARTER_NANOS / 2)?.div_euclid(QUARTER_NANOS).checked_mul(QUARTER_NANOS)?;
    let is_offset = (-12..=14).contains(&(offset / (4 * QUARTER_NANOS)));
    (is_offset && difference.checked_sub(offset)?.abs() < 2 * SECOND_NANOS).then_some(offset)
}

/// How long it took: as stated, else end minus start. Both exports state it, with the same digits.
fn read_duration(object: &Object, start_nanos: i64, name: &str, place: Place, findings: &mut Findings) -> Option<i64> {
    let stated = object.get("duration_seconds").and_then(json::secs_nanos);
    let measured = object
        .get("end_time")
        .and_then(moment::read)
        .filter(|end| end.has_zone)
        .map(|end| end.nanos.saturating_sub(start_nanos));
    if let (Some(stated), Some(measured)) = (stated, measured)
        && contradicts(stated, measured)
    {
        let detail = format!(
            "{name}: duration_seconds {}, end minus start {}",
            format_duration(stated),
            format_duration(measured)
        );
        findings.add(IssueKind::DurationMismatch, place, detail);
    }
    let duration = stated.or(measured)?;
    if duration < 0 {
        findings.add(IssueKind::NegativeDuration, place, format!("{name}: {}", format_duration(duration)));
    }
    Some(round_to_micros(duration.max(0)))
}

fn read_fields(object: &Object, span: &mut Span, place: Place, findings: &mut Findings) {
    for (field, value) in object.iter().filter(|(field, _)| !CONSUMED.contains(&field.as_str())) {
        if let Some(measured) = MEASURED.iter().find(|measured| measured.field == field) {
            if let Some(number) = json::real(value) {
                span.measure(measured.name, measured.stat, measured.unit.clone(), number * measured.factor);
                continue;
            }
            if !value.is_null() {
                findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string())));
            }
        } else if let Some(side) = field.strip_suffix("_resolution") {
            read_resolution(side, value, span, place, findings);
        }
        if let Some(value) = json::attribute(value) {
            span.attributes.insert(field.clone(), value);
        }
    }
    match object.get("metadata") {
        Some(Json::Object(metadata)) => {
            for (field, value) in metadata {
                if let Some(value) = json::attribute(value) {
                    span.attributes.insert(format!("metadata.{field}"), value);
                }
            }
        }
        other => {
            if let Some(value) = other.and_then(json::attribute) {
                span.attributes.insert("metadata".to_owned(), value);
            }
        }
    }
}

/// Width and height. The service writes height first, its documents say width first: pictures are taken to be wider
/// than high, what was written stays among the attributes beside how it was read.
fn read_resolution(side: &str, value: &Json, span: &mut Span, place: Place, findings: &mut Findings) {
    let Some([first, second]) = value.as_array().map(Vec::as_slice) else { return };
    let (Some(first), Some(second)) = (json::integer(first), json::integer(second)) else { return };
    let is_height_first = first <= second;
    let (width, height) = if is_height_first { (second, first) } else { (first, second) };
    span.attributes.insert(format!("{side}_width"), Value::Integer(width));
    span.attributes.insert(format!("{side}_height"), Value::Integer(height));
    let order = if is_height_first { "height, width" } else { "width, height" };
    span.attributes.insert(format!("{side}_resolution_order"), order.into());
    if is_height_first {
        findings.sum(IssueKind::ResolutionOrder, place, &format!("{side}_resolution"));
    }
}
