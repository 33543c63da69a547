//! One phase record: a stage span, the steps inside it, and what it consumed.

use serde_json::Value as Json;

use crate::ingest::findings::{Findings, clip};
use crate::ingest::json::{self, Object};
use crate::ingest::moment;
use crate::ingest::open_runs::Identity;
use crate::model::time::{SECOND_NANOS, format_duration};
use crate::model::{Batch, Clock, IssueKind, Key, Media, Outcome, Place, Span, SpanKind, Usage, Zone};

use super::fields::{CONSUMED, MEASURED, STEPS};
use super::usage;

/// When a record that has no timestamp of its own took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untimed {
    /// It began then: phases of a file without times follow each other.
    StartsAt(i64),
    /// It has just ended: its line was seen at that moment.
    EndsAt(i64),
}

/// Where a phase belongs.
#[derive(Clone, Copy, Debug)]
pub struct Placement<'a> {
    /// Its run.
    pub run: Key,
    /// The span around it, if any.
    pub parent: Option<Key>,
    /// What tells a record without timestamp from others of its run: its position.
    pub position: u64,
    /// When it took place if it does not say.
    pub untimed: Untimed,
    /// The zone of times that carry none.
    pub zone: &'a Zone,
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// The phase.
    pub span: Span,
    /// The steps inside it, in order.
    pub steps: Vec<Span>,
    /// What it consumed.
    pub usage: Option<Usage>,
    /// What the record says of the video.
    pub media: Media,
    /// What its times mean.
    pub clock: Clock,
}

impl Phase {
    /// Puts its facts into a batch.
    pub fn put(self, out: &mut Batch) {
        out.spans.push(self.span);
        out.spans.extend(self.steps);
        out.usages.extend(self.usage);
    }
}

/// Whether an object is a phase record: it names a phase and says when or how long.
#[must_use]
pub fn is_phase(object: &Object) -> bool {
    object.get("phase").and_then(json::text).is_some()
        && ["timestamp", "elapsed_seconds", "total_time"].iter().any(|&field| object.contains_key(field))
}

/// Reads one phase record as facts of a run; `None` with the reason told if it is not one.
pub fn read_phase(object: &Object, placement: &Placement<'_>, place: Place, findings: &mut Findings) -> Option<Phase> {
    let identity = identify(object, place, findings)?;
    Some(place_phase(object, &identity, placement, place, findings))
}

pub(super) fn identify(object: &Object, place: Place, findings: &mut Findings) -> Option<Identity> {
    let Some(phase) = object.get("phase").and_then(json::text) else {
        findings.add(IssueKind::MissingField, place, "phase");
        return None;
    };
    let written = present(object, "timestamp");
    let written_nanos = written.and_then(moment::read).map(|moment| moment.nanos);
    if let (Some(value), None) = (written, written_nanos) {
        findings.add(IssueKind::BadValue, place, format!("timestamp: {value}"));
    }
    let duration = duration_nanos(object, place, findings);
    if written_nanos.is_none() && duration.is_none() {
        findings.add(IssueKind::MissingField, place, format!("{phase}: timestamp or elapsed_seconds"));
        return None;
    }
    if duration.is_none() {
        findings.sum(IssueKind::EstimatedTimes, place, "no elapsed_seconds: the phase is drawn without length");
    }
    let name = |field| object.get(field).and_then(json::name);
    Some(Identity {
        step: phase.to_owned(),
        written_nanos,
        duration_nanos: duration.unwrap_or(0),
        run_id: name("run_id"),
        run_number: name("run"),
        video_id: name("video_id"),
        has_failed: outcome(object).0 == Outcome::Failed,
    })
}

fn duration_nanos(object: &Object, place: Place, findings: &mut Findings) -> Option<i64> {
    let mut durations = ["elapsed_seconds", "total_time"].map(|field| {
        let value = present(object, field)?;
        let nanos = json::secs_nanos(value);
        if nanos.is_none() {
            findings.add(IssueKind::BadValue, place, format!("{field}: {value}"));
        }
        nanos
    });
    if let [Some(elapsed), Some(total)] = durations
        && (elapsed - total).saturating_abs() > (elapsed.saturating_abs() / 50).max(SECOND_NANOS / 2)
    {
        let detail = format!("elapsed_seconds {}, total_time {}", format_duration(elapsed), format_duration(total));
        findings.add(IssueKind::DurationMismatch, place, detail);
    }
    for duration in durations.iter_mut().flatten().filter(|duration| **duration < 0) {
        findings.add(IssueKind::NegativeDuration, place, format_duration(*duration));
        *duration = 0;
    }
    durations[0].or(durations[1])
}

pub(super) fn place_phase(
    object: &Object,
    identity: &Identity,
    placement: &Placement<'_>,
    place: Place,
    findings: &mut Findings,
) -> Phase {
    let written = present(object, "timestamp").and_then(moment::read);
    let duration_nanos = identity.duration_nanos;
    let (start_nanos, end_nanos, clock) = match (written, placement.untimed) {
        (Some(moment), _) => {
            let (end_nanos, clock) = moment::place(moment, placement.zone);
            (end_nanos.saturating_sub(duration_nanos), end_nanos, clock)
        }
        (None, Untimed::StartsAt(start_nanos)) => {
            (start_nanos, start_nanos.saturating_add(duration_nanos), Clock::Elapsed)
        }
        (None, Untimed::EndsAt(end_nanos)) => (end_nanos.saturating_sub(duration_nanos), end_nanos, Clock::Utc),
    };
    let key = identity.key("phase").unwrap_or_else(|| {
        Key::of("phase", &[&placement.run.to_hex(), &placement.position.to_string(), &identity.step])
    });
    let mut span = Span::new(key, placement.run, SpanKind::Stage, identity.step.clone(), start_nanos);
    span.parent = placement.parent;
    span.number = phase_number(&identity.step);
    span.end_nanos = Some(end_nanos);
    (span.outcome, span.error) = outcome(object);
    if let Some(value) = present(object, "success").filter(|value| json::flag(value).is_none()) {
        findings.add(IssueKind::BadValue, place, format!("success: {}", clip(&value.to_string())));
    }
    (span.provider, span.model) = usage::served_by(object);
    let steps = read_fields(object, &mut span, place, findings);
    Phase { usage: usage::read(object, &span, place, findings), media: media(object), clock, steps, span }
}

/// Fills the span with what the known fields mean and keeps the others; returns the steps laid one after the other.
fn read_fields(object: &Object, span: &mut Span, place: Place, findings: &mut Findings) -> Vec<Span> {
    let mut steps = Vec::new();
    let mut step_start_nanos = span.start_nanos;
    for (field, value) in object.iter().filter(|(field, _)| !CONSUMED.contains(&field.as_str())) {
        let mut is_understood = false;
        if let Some(step) = STEPS.iter().find(|step| step.field == field) {
            if let Some(nanos) = json::secs_nanos(value).filter(|&nanos| nanos >= 0) {
                let key = Key::of("phase step", &[&span.key.to_hex(), step.name]);
                let mut child = Span::new(key, span.run, step.kind, step.name, step_start_nanos);
                step_start_nanos = step_start_nanos.saturating_add(nanos);
                child.parent = Some(span.key);
                child.end_nanos = Some(step_start_nanos);
                child.outcome = if span.outcome == Outcome::Succeeded { span.outcome } else { Outcome::Unknown };
                if step.kind == SpanKind::ApiCall {
                    child.provider.clone_from(&span.provider);
                    child.model.clone_from(&span.model);
                }
                steps.push(child);
                findings.sum(IssueKind::AssumedOrder, place, "steps of a phase");
                is_understood = true;
            }
        } else if let Some(measured) = MEASURED.iter().find(|measured| measured.field == field) {
            if let Some(number) = json::real(value) {
                span.measure(measured.name, measured.stat, measured.unit.clone(), number * measured.factor);
                is_understood = (measured.factor - 1.0).abs() < f64::EPSILON;
            } else if !value.is_null() {
                findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string())));
            }
        }
        if !is_understood && let Some(value) = json::attribute(value) {
            span.attributes.insert(field.clone(), value);
        }
    }
    for (name, value) in usage::further_counts(object) {
        if let Some(value) = json::attribute(value) {
            span.attributes.insert(name, value);
        }
    }
    let end_nanos = span.end_nanos.unwrap_or(span.start_nanos);
    let tolerance_nanos = (end_nanos.saturating_sub(span.start_nanos) / 50).max(SECOND_NANOS / 10);
    if step_start_nanos > end_nanos.saturating_add(tolerance_nanos) {
        let detail = format!(
            "{}: its steps take {}, the phase {}",
            span.name,
            format_duration(step_start_nanos.saturating_sub(span.start_nanos)),
            format_duration(end_nanos.saturating_sub(span.start_nanos)),
        );
        findings.add(IssueKind::DurationMismatch, place, detail);
    }
    steps
}

/// How the phase ended, if the record says so; that it ended at all is no success.
fn outcome(object: &Object) -> (Outcome, Option<String>) {
    let error = ["error", "error_message"].iter().find_map(|&field| object.get(field).and_then(json::name));
    let outcome = match present(object, "success").and_then(json::flag) {
        Some(true) => Outcome::Succeeded,
        Some(false) => Outcome::Failed,
        None if error.is_some() => Outcome::Failed,
        None => match present(object, "status").and_then(json::text).map(str::to_ascii_lowercase).as_deref() {
            Some("success" | "succeeded" | "completed" | "complete" | "ok" | "done") => Outcome::Succeeded,
            Some("failed" | "failure" | "error") => Outcome::Failed,
            Some("interrupted" | "cancelled" | "canceled" | "aborted") => Outcome::Interrupted,
            _ => Outcome::Unknown,
        },
    };
    (outcome, error)
}

fn media(object: &Object) -> Media {
    let number = |fields: &[&str]| fields.iter().find_map(|&field| object.get(field).and_then(json::real));
    let size_mib = number(&["input_video_size_mb"]);
    Media {
        duration_secs: number(&["input_video_duration", "video_duration_seconds", "video_duration"]),
        #[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 becomes its largest value")]
        size_bytes: size_mib.map(|mib| (mib * crate::ingest::facts::MEBIBYTE).round() as i64),
        ..Media::default()
    }
}

/// The number in names such as `phase3_voice`.
fn phase_number(phase: &str) -> Option<i64> {
    let digits = phase.strip_prefix("phase")?.trim_start_matches(['_', '-']);
    let end = digits.find(|char: char| !char.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

fn present<'a>(object: &'a Object, field: &str) -> Option<&'a Json> {
    object.get(field).filter(|value| !value.is_null())
}
