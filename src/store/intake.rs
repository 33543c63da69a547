//! Intake: a batch of facts becomes rows and chunks, and what that gave is counted.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::runs::{self, Voice};
use super::usages::Fate;
use super::{StoreError, Written, chunks, notes, series, sources, spans, usages};
use crate::model::time::format_utc;
use crate::model::{Batch, Issue, IssueKind, Key, Outcome, Place, Samples, Source, Span};

/// Conflicts of one series and batch that are told one by one; the rest as a number.
const MAX_CONFLICTS_TOLD: usize = 20;

/// Writes a batch and its source. Call inside a transaction.
pub fn write(connection: &Connection, batch: &Batch, source: Option<&Source>) -> Result<Written, StoreError> {
    let source_id = source.map(|source| sources::upsert(connection, source)).transpose()?;
    if let (Some(source_id), true) = (source_id, batch.restarts_source) {
        sources::forget_issues(connection, source_id)?;
    }
    let mut intake = Intake::new(connection);
    for run in &batch.runs {
        let (run_id, is_new) = intake.run(run.key)?;
        runs::update(connection, run_id, run, is_new)?;
        if let Some(last_nanos) = run.end_nanos.or(run.start_nanos) {
            intake.count(run_id).last_nanos = Some(last_nanos).max(intake.count(run_id).last_nanos);
        }
    }
    for span in &batch.spans {
        intake.span(span)?;
    }
    for usage in &batch.usages {
        let (run_id, _) = intake.run(usage.run)?;
        let voice = intake.voice(run_id, usage.run)?;
        match usages::upsert(connection, run_id, usage, voice)? {
            Fate::Added => intake.written.num_new_usages += 1,
            Fate::Known => intake.written.num_duplicates += 1,
            Fate::Changed => {}
        }
    }
    for series in &batch.series {
        let run_id = series.run.map(|run| intake.run(run)).transpose()?.map(|(run_id, _)| run_id);
        intake.written.num_new_series += u64::from(series::upsert(connection, run_id, series)?);
    }
    for samples in &batch.samples {
        intake.samples(samples)?;
    }
    for absence in &batch.absences {
        let (run_id, _) = intake.run(absence.run)?;
        notes::add_absence(connection, run_id, absence)?;
    }
    for note in &batch.notes {
        let (run_id, _) = intake.run(note.run)?;
        notes::add(connection, run_id, note)?;
    }
    intake.flush()?;
    let Intake { mut written, touched, new_runs, .. } = intake;
    written.num_new_runs = new_runs.len() as u64;
    if let Some(source_id) = source_id {
        for run in touched {
            if let Some(run_id) = runs::find(connection, run)? {
                runs::add_source(connection, run_id, source_id)?;
            }
        }
        let issues: Vec<&Issue> = batch.issues.iter().chain(&written.issues).collect();
        sources::add_counts(connection, source_id, &written, &issues)?;
    }
    Ok(written)
}

/// What a batch adds to a run's counts, written once at the end.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    num_spans: i64,
    num_failed_spans: i64,
    last_nanos: Option<i64>,
}

/// A batch being written.
struct Intake<'a> {
    connection: &'a Connection,
    written: Written,
    /// Rows of runs met in this transaction; nobody else can write meanwhile.
    run_ids: HashMap<Key, i64>,
    own_keys: HashMap<i64, Key>,
    new_runs: BTreeSet<i64>,
    touched: BTreeSet<Key>,
    counts: HashMap<i64, Counts>,
}

impl<'a> Intake<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            written: Written::default(),
            run_ids: HashMap::new(),
            own_keys: HashMap::new(),
            new_runs: BTreeSet::new(),
            touched: BTreeSet::new(),
            counts: HashMap::new(),
        }
    }

    /// The row of a run, made if there is none, and whether this batch made it.
    fn run(&mut self, run: Key) -> Result<(i64, bool), StoreError> {
        if let Some(&run_id) = self.run_ids.get(&run) {
            return Ok((run_id, false));
        }
        let (run_id, is_new) = runs::find_or_add(self.connection, run)?;
        if is_new {
            self.new_runs.insert(run_id);
        }
        self.touched.insert(run);
        self.run_ids.insert(run, run_id);
        Ok((run_id, is_new))
    }

    /// How what is said under a run's key weighs.
    fn voice(&mut self, run_id: i64, said_under: Key) -> Result<Voice, StoreError> {
        let own_key = match self.own_keys.get(&run_id) {
            Some(&own_key) => own_key,
            None => {
                let own_key = runs::own_key(self.connection, run_id)?;
                self.own_keys.insert(run_id, own_key);
                own_key
            }
        };
        Ok(if own_key == said_under { Voice::Own } else { Voice::Other })
    }

    fn count(&mut self, run_id: i64) -> &mut Counts {
        self.counts.entry(run_id).or_default()
    }

    fn span(&mut self, span: &Span) -> Result<(), StoreError> {
        let (mut run_id, _) = self.run(span.run)?;
        let Some(mut stored) = spans::find(self.connection, span.key)? else {
            spans::add(self.connection, run_id, span)?;
            self.written.num_new_spans += 1;
            let counts = self.count(run_id);
            counts.num_spans += 1;
            counts.num_failed_spans += i64::from(span.outcome == Outcome::Failed);
            counts.last_nanos = counts.last_nanos.max(last_moment(span));
            return Ok(());
        };
        if stored.run_id != run_id {
            // A run that brings a span we have is the run we have.
            self.flush()?;
            runs::join(self.connection, stored.run_id, span.run)?;
            self.new_runs.remove(&run_id);
            self.run_ids.clear();
            run_id = stored.run_id;
        }
        let was_failed = stored.span.outcome == Outcome::Failed;
        let voice = self.voice(run_id, span.run)?;
        if spans::update(self.connection, &mut stored, span, voice)? {
            self.written.num_changed_spans += 1;
            let is_failed = stored.span.outcome == Outcome::Failed;
            let counts = self.count(run_id);
            counts.num_failed_spans += i64::from(is_failed) - i64::from(was_failed);
            counts.last_nanos = counts.last_nanos.max(last_moment(&stored.span));
        } else {
            self.written.num_duplicates += 1;
        }
        Ok(())
    }

    fn samples(&mut self, samples: &Samples) -> Result<(), StoreError> {
        let Some(mut stored) = series::find(self.connection, samples.series)? else {
            let num_records = samples.len() as u64;
            if num_records > 0 {
                let detail = format!("samples of series {} came without its description", samples.series.short());
                self.written.issues.push(Issue {
                    kind: IssueKind::UnknownRecord,
                    place: Place::Whole,
                    detail,
                    num_records,
                });
            }
            return Ok(());
        };
        let inserted = chunks::insert(self.connection, &mut stored.state, &samples.at_nanos, &samples.values)?;
        self.written.num_new_samples += inserted.num_new;
        self.written.num_duplicates += inserted.num_duplicates;
        if let (Some(run_id), true) = (stored.run_id, inserted.num_new > 0) {
            let counts = self.count(run_id);
            counts.last_nanos = counts.last_nanos.max(samples.at_nanos.iter().copied().max());
        }
        let conflict =
            |detail: String, num_records| Issue { kind: IssueKind::Conflict, place: Place::Whole, detail, num_records };
        let told = inserted.conflicts.iter().take(MAX_CONFLICTS_TOLD).map(|(at_nanos, kept, brought)| {
            let moment = format_utc(*at_nanos);
            conflict(format!("{} at {moment}: {kept} is stored, {brought} was brought", stored.name), 1)
        });
        self.written.issues.extend(told);
        let num_untold = inserted.conflicts.len().saturating_sub(MAX_CONFLICTS_TOLD);
        if num_untold > 0 {
            let detail = format!("{}: and {num_untold} moments more", stored.name);
            self.written.issues.push(conflict(detail, num_untold as u64));
        }
        Ok(())
    }

    /// Writes the counts collected so far.
    fn flush(&mut self) -> Result<(), StoreError> {
        for (run_id, counts) in self.counts.drain() {
            let Counts { num_spans, num_failed_spans, last_nanos } = counts;
            runs::add_counts(self.connection, run_id, num_spans, num_failed_spans, last_nanos)?;
        }
        Ok(())
    }
}

fn last_moment(span: &Span) -> Option<i64> {
    Some(span.start_nanos.max(span.end_nanos.unwrap_or(i64::MIN)))
}
