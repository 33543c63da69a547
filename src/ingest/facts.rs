//! Small steps that importers share when they put facts into a batch.

use crate::model::time::SECOND_NANOS;
use crate::model::{Batch, Outcome, Run, Span, Unit};

/// Bytes in the "MB" that Python tools write: they divide by 1024 twice.
pub const MEBIBYTE: f64 = 1_048_576.0;

/// How far back an earlier state of a fact is looked for; an older one is completed by the store.
const NUM_LOOKED_AT: usize = 64;

/// Puts the present state of a run into the batch, in place of an earlier state of it.
pub fn put_run(run: &Run, out: &mut Batch) {
    match out.runs.iter_mut().rev().take(NUM_LOOKED_AT).find(|known| known.key == run.key) {
        Some(known) => known.clone_from(run),
        None => out.runs.push(run.clone()),
    }
}

/// Puts the present state of a span into the batch, in place of an earlier state of it.
pub fn put_span(span: &Span, out: &mut Batch) {
    match out.spans.iter_mut().rev().take(NUM_LOOKED_AT).find(|known| known.key == span.key) {
        Some(known) => known.clone_from(span),
        None => out.spans.push(span.clone()),
    }
}

/// Makes a run reach over a piece of its work.
pub fn stretch(run: &mut Run, start_nanos: i64, end_nanos: Option<i64>) {
    run.start_nanos = Some(run.start_nanos.map_or(start_nanos, |start| start.min(start_nanos)));
    let end_nanos = end_nanos.unwrap_or(start_nanos);
    run.end_nanos = Some(run.end_nanos.map_or(end_nanos, |end| end.max(end_nanos)));
}

/// Takes note in the run that a piece of its work failed; the first reason stands.
pub fn note_failure(run: &mut Run, outcome: Outcome, error: Option<&str>) {
    if outcome == Outcome::Failed {
        run.outcome = Outcome::Failed;
        if run.error.is_none() {
            run.error = error.map(str::to_owned);
        }
    }
}

/// Whether a stated length of time and the one between the moments beside it are not the same, clocks and rounding
/// granted: they differ by more than a fiftieth and a tenth of a second.
#[must_use]
pub fn contradicts(stated_nanos: i64, measured_nanos: i64) -> bool {
    let difference_nanos = stated_nanos.saturating_sub(measured_nanos).saturating_abs();
    difference_nanos > (measured_nanos / 50).max(SECOND_NANOS / 10)
}

/// A unit of counted things from its code, for tables: `{segment}`.
#[must_use]
pub const fn counted(code: &'static str) -> Unit {
    Unit(std::borrow::Cow::Borrowed(code))
}

/// The name of a file without folder and last extension.
#[must_use]
pub fn file_stem(location: &str) -> &str {
    let name = location.rsplit(['/', '\\']).next().unwrap_or(location);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}
