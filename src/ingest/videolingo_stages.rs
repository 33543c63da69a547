//! VideoLingo's main stream, `stage_performance_summary.jsonl`, and its single `stage_<name>_<time>.json` files.

use crate::model::{Batch, IssueKind, Place};

use super::facts::{note_failure, put_run, stretch};
use super::findings::Findings;
use super::json::Object;
use super::json_records::{JsonRecords, Objects, sniff_objects};
use super::open_runs::OpenRuns;
use super::videolingo::{Habits, PIPELINE, RUN_NAMESPACE, is_stage, read_stage};
use super::{Confidence, Context, Head, Importer, Ingest};

/// The importer of stage records.
pub struct VideolingoStages;

impl Importer for VideolingoStages {
    fn name(&self) -> &'static str {
        "videolingo_stages"
    }

    fn title(&self) -> &'static str {
        "VideoLingo stages (JSON Lines)"
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff_objects(head, |object| if is_stage(object) { Confidence::Certain } else { Confidence::No })
    }

    fn reader(&self, context: Context) -> Box<dyn Ingest> {
        let open = OpenRuns::new(RUN_NAMESPACE, context.content_key);
        Box::new(JsonRecords::new(Stages { open, habits: Habits::default() }))
    }
}

struct Stages {
    open: OpenRuns,
    habits: Habits,
}

impl Objects for Stages {
    fn object(&mut self, object: &Object, place: Place, findings: &mut Findings, out: &mut Batch) {
        if !object.contains_key("stage_name") {
            findings.add(IssueKind::UnknownRecord, place, "no stage_name");
            return;
        }
        let Some((mut span, identity)) = read_stage(object, place, findings) else { return };
        let Some(open) = self.open.run_of(&identity) else {
            findings.add(IssueKind::Duplicate, place, identity.step);
            return;
        };
        self.habits.watch(object, &span);
        let run = &mut open.run;
        run.pipeline = Some(PIPELINE.to_owned());
        stretch(run, span.start_nanos, span.end_nanos);
        note_failure(run, span.outcome, span.error.as_deref());
        put_run(run, out);
        span.run = run.key;
        out.spans.push(span);
    }

    fn finish(&mut self, findings: &mut Findings, _: &mut Batch) {
        self.habits.tell(findings);
    }
}
