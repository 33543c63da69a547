//! Phase metrics as JSON lines: one object per finished phase, with its end, its length, usage and reported cost.
//!
//! ```json
//! {"phase": "phase2_director", "timestamp": 1795213280.07, "elapsed_seconds": 18.8, "llm_model": "gpt-4o",
//!  "api_call_time": 18.3, "tokens_used": {"prompt": 8450, "completion": 1200}, "estimated_cost": 0.32}
//! ```
//!
//! The timestamp is the moment a phase *ended*. Steps inside a phase have durations but no times and are laid one
//! after the other. Files without any timestamp are shown on an elapsed axis. The same line read from a recording's
//! event file and from the pipeline's own file is the same span.

mod fields;
mod phase;
mod usage;

pub use phase::{Phase, Placement, Untimed, is_phase, read_phase};

use crate::model::{Batch, Clock, IssueKind, Place, Zone};

use super::facts::{file_stem, note_failure, put_run, stretch};
use super::findings::Findings;
use super::json::{self, Object};
use super::json_records::{JsonRecords, Objects, sniff_objects};
use super::open_runs::OpenRuns;
use super::{Confidence, Context, Head, Importer, Ingest};

/// The importer of phase metrics.
pub struct MetricsJsonl;

impl Importer for MetricsJsonl {
    fn name(&self) -> &'static str {
        "metrics_jsonl"
    }

    fn title(&self) -> &'static str {
        "Phase metrics (JSON Lines)"
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff_objects(head, |object| match is_phase(object) {
            true if object.contains_key("elapsed_seconds") || object.contains_key("total_time") => Confidence::Certain,
            true => Confidence::Likely,
            false => Confidence::No,
        })
    }

    fn reader(&self, context: Context) -> Box<dyn Ingest> {
        let open = OpenRuns::new("phase run", context.content_key);
        Box::new(JsonRecords::new(Phases { context, open }))
    }
}

struct Phases {
    context: Context,
    open: OpenRuns,
}

impl Objects for Phases {
    fn object(&mut self, object: &Object, place: Place, findings: &mut Findings, out: &mut Batch) {
        if !object.contains_key("phase") {
            findings.add(IssueKind::UnknownRecord, place, "no phase");
            return;
        }
        let Some(identity) = phase::identify(object, place, findings) else { return };
        let Some(open) = self.open.run_of(&identity) else {
            findings.add(IssueKind::Duplicate, place, identity.step);
            return;
        };
        let placement = Placement {
            run: open.run.key,
            parent: None,
            position: place_number(place),
            untimed: Untimed::StartsAt(open.run.end_nanos.unwrap_or(0)),
            zone: &self.context.zone,
        };
        let phase = phase::place_phase(object, &identity, &placement, place, findings);
        match phase.clock {
            Clock::Elapsed if open.run.start_nanos.is_none() || open.run.clock == Clock::Elapsed => {
                findings.sum(IssueKind::NoTimes, place, "records without timestamp");
            }
            Clock::Elapsed => {
                findings.sum(IssueKind::EstimatedTimes, place, "no timestamp: drawn after its predecessor");
            }
            Clock::Local => findings.sum(IssueKind::NaiveTime, place, zone_detail(&self.context.zone)),
            Clock::Utc => {}
        }
        let run = &mut open.run;
        if run.start_nanos.is_none() {
            run.clock = phase.clock;
        }
        let pipeline = object.get("pipeline").and_then(json::name);
        run.pipeline =
            pipeline.or_else(|| run.pipeline.take()).or_else(|| Some(file_stem(&self.context.location).to_owned()));
        run.media.duration_secs = run.media.duration_secs.or(phase.media.duration_secs);
        run.media.size_bytes = run.media.size_bytes.or(phase.media.size_bytes);
        stretch(run, phase.span.start_nanos, phase.span.end_nanos);
        note_failure(run, phase.span.outcome, phase.span.error.as_deref());
        put_run(run, out);
        phase.put(out);
    }

    fn finish(&mut self, _: &mut Findings, _: &mut Batch) {}
}

/// What a notice about naive times adds: that a zone was named but is not known.
fn zone_detail(zone: &Zone) -> &str {
    match zone {
        Zone::Named(_) => "the zone that was named is not known",
        Zone::Utc | Zone::Unknown | Zone::Elapsed => "",
    }
}

fn place_number(place: Place) -> u64 {
    match place {
        Place::Whole => 0,
        Place::Line(number) | Place::Byte(number) => number,
    }
}
