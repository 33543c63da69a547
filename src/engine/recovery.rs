//! Recordings whose recorder is gone: shown as interrupted at once, stored so by the next writer.

use super::{Engine, Failure};
use crate::live::alive;
use crate::model::{Batch, Outcome, Run, Span};

/// How a run really stands. One stored as running whose recorder is gone was interrupted. One that is only watched ends
/// without an outcome, because only its parent learns its exit code; until then, while the watcher lives, it runs.
pub(crate) fn true_outcome(run: &Run) -> Outcome {
    let Some(recorder) = &run.recorder else { return run.outcome };
    match run.outcome {
        Outcome::Running if alive::is_alive(recorder) == Some(false) => Outcome::Interrupted,
        Outcome::Unknown if run.end_nanos.is_none() && alive::is_alive(recorder) == Some(true) => Outcome::Running,
        outcome => outcome,
    }
}

/// Whether nobody writes a run any more that was not ended.
fn is_orphaned(run: &Run) -> bool {
    let is_open = run.end_nanos.is_none() && matches!(run.outcome, Outcome::Running | Outcome::Unknown);
    is_open && run.recorder.as_ref().is_some_and(|recorder| alive::is_alive(recorder) == Some(false))
}

/// Ends what a killed recorder left open, with the last moment that was stored: a recording as interrupted, a run that
/// was only watched without an outcome.
pub(crate) fn close_orphans(engine: &Engine) -> Result<(), Failure> {
    let reader = crate::store::Reader::open(engine.path())?;
    let mut batch = Batch::default();
    for row in reader.runs()? {
        if is_orphaned(&row.run) {
            let was_running = row.run.outcome == Outcome::Running;
            let mut run = Run::new(row.run.key);
            run.clock = row.run.clock;
            run.outcome = true_outcome(&row.run);
            run.end_nanos = row.last_nanos.or(row.run.start_nanos);
            // Stages that were open are closed with it.
            let is_open = |span: &Span| span.end_nanos.is_none() && span.outcome == row.run.outcome;
            for span in reader.spans(run.key)?.into_iter().filter(is_open) {
                let mut closed = Span::new(span.key, span.run, span.kind, span.name, span.start_nanos);
                closed.end_nanos = run.end_nanos.max(Some(span.start_nanos));
                closed.outcome = run.outcome;
                batch.spans.push(closed);
            }
            run.error = was_running.then(|| "The recorder was stopped before the run ended".to_owned());
            batch.runs.push(run);
        }
    }
    if !batch.is_empty() {
        engine.write(batch, None)?;
    }
    Ok(())
}
