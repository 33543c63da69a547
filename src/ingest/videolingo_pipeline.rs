//! VideoLingo's whole runs: `pipeline_performance_log.jsonl` and `pipeline_summary_<time>.json`.
//!
//! Their stages are the same as in the stage files, so either may be imported first and each stage is there once.
//! `stages_with_regressions` in fact counts failed stages; it is kept under the name of what it is.

use serde_json::Value as Json;

use crate::model::{Batch, IssueKind, Outcome, Place, Run};

use super::facts::{note_failure, put_run, stretch};
use super::findings::{Findings, clip};
use super::json::{self, Object};
use super::json_records::{JsonRecords, Objects, sniff_objects};
use super::open_runs::Identity;
use super::videolingo::{Habits, PIPELINE, RUN_NAMESPACE, read_stage, stageless_run_key};
use super::{Confidence, Context, Head, Importer, Ingest, moment};

/// The importer of pipeline records.
pub struct VideolingoPipeline;

impl Importer for VideolingoPipeline {
    fn name(&self) -> &'static str {
        "videolingo_pipeline"
    }

    fn title(&self) -> &'static str {
        "VideoLingo pipeline runs (JSON Lines)"
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff_objects(head, |object| match is_pipeline(object) {
            true if object.contains_key("total_duration_seconds") => Confidence::Certain,
            true => Confidence::Likely,
            false => Confidence::No,
        })
    }

    fn reader(&self, _: Context) -> Box<dyn Ingest> {
        Box::new(JsonRecords::new(Pipelines::default()))
    }
}

fn is_pipeline(object: &Object) -> bool {
    object.get("stage_metrics").is_some_and(Json::is_object)
        && ["video_id", "start_time", "stages_completed"].iter().any(|&field| object.contains_key(field))
}

#[derive(Default)]
struct Pipelines {
    habits: Habits,
}

impl Objects for Pipelines {
    fn object(&mut self, object: &Object, place: Place, findings: &mut Findings, out: &mut Batch) {
        if !is_pipeline(object) {
            findings.add(IssueKind::UnknownRecord, place, "no stage_metrics");
            return;
        }
        let video_id = object.get("video_id").and_then(json::name);
        let mut stages = Vec::new();
        let metrics = object.get("stage_metrics").and_then(Json::as_object);
        for (name, metrics) in metrics.into_iter().flatten() {
            match metrics.as_object() {
                Some(stage) => stages.extend(read_stage(stage, place, findings).map(|(span, identity)| {
                    self.habits.watch(stage, &span);
                    (span, Identity { video_id: video_id.clone(), ..identity })
                })),
                None => findings.add(IssueKind::BadValue, place, format!("stage_metrics.{name}: not an object")),
            }
        }
        let start_nanos = read(object, "start_time", findings, place, |value| Some(moment::read(value)?.nanos));
        let duration_nanos = read(object, "total_duration_seconds", findings, place, json::secs_nanos);
        let first = stages.iter().min_by_key(|(span, _)| span.start_nanos);
        let key = match (first.and_then(|(_, identity)| identity.key(RUN_NAMESPACE)), start_nanos) {
            (Some(key), _) => key,
            (None, Some(start_nanos)) => stageless_run_key(video_id.as_deref(), start_nanos),
            (None, None) => {
                findings.add(IssueKind::MissingField, place, "start_time");
                return;
            }
        };
        let mut run = Run::new(key);
        run.pipeline = Some(PIPELINE.to_owned());
        run.video_id = video_id;
        if let Some(start_nanos) = start_nanos {
            let end_nanos = duration_nanos.map(|duration| start_nanos.saturating_add(duration.max(0)));
            stretch(&mut run, start_nanos, end_nanos);
        }
        for (mut span, _) in stages {
            stretch(&mut run, span.start_nanos, span.end_nanos);
            note_failure(&mut run, span.outcome, span.error.as_deref());
            span.run = key;
            out.spans.push(span);
        }
        // What the pipeline says of itself goes before what its stages say.
        match object.get("success").and_then(json::flag) {
            Some(true) => (run.outcome, run.error) = (Outcome::Succeeded, None),
            Some(false) => run.outcome = Outcome::Failed,
            None => {}
        }
        // Stages may reach further than the pipeline says that it took.
        let ends_nanos = start_nanos.zip(duration_nanos).map(|(start, duration)| start.saturating_add(duration.max(0)));
        if let Some(value) = object.get("total_duration_seconds")
            && ends_nanos != run.end_nanos
            && let Some(value) = json::attribute(value)
        {
            run.attributes.insert("total_duration_seconds".to_owned(), value);
        }
        keep_rest(object, &mut run);
        put_run(&run, out);
    }

    fn finish(&mut self, findings: &mut Findings, _: &mut Batch) {
        self.habits.tell(findings);
    }
}

fn read(
    object: &Object,
    field: &str,
    findings: &mut Findings,
    place: Place,
    parse: impl Fn(&Json) -> Option<i64>,
) -> Option<i64> {
    let value = object.get(field).filter(|value| !value.is_null())?;
    let nanos = parse(value);
    if nanos.is_none() {
        findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string())));
    }
    nanos
}

fn keep_rest(object: &Object, run: &mut Run) {
    const CONSUMED: &[&str] =
        &["video_id", "start_time", "total_duration_seconds", "success", "stage_metrics", "metrics"];
    for (field, value) in object.iter().filter(|(field, _)| !CONSUMED.contains(&field.as_str())) {
        if let Some(value) = json::attribute(value) {
            run.attributes.insert(field.clone(), value);
        }
    }
    for (field, value) in object.get("metrics").and_then(Json::as_object).into_iter().flatten() {
        let name = if field == "stages_with_regressions" { "failed_stages" } else { field };
        if let Some(value) = json::attribute(value) {
            run.attributes.insert(format!("metrics.{name}"), value);
        }
    }
}
