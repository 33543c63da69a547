//! Which runs are there: filtered, sorted, with the history of each pipeline's durations.

use std::collections::{BTreeMap, BTreeSet};

use super::Query;
use crate::engine::{Failure, recovery};
use crate::model::{Key, Outcome, Run};
use crate::store::{Reader, RunRow};

/// Asks for runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsQuery {
    /// Which of them.
    pub filter: RunFilter,
    /// In which order.
    pub sort: RunSort,
}

/// What a run must have to be listed. Empty means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Words, all of which must occur in its pipeline, video id, labels, outcome or key.
    pub text: String,
    /// Its pipeline is one of these.
    pub pipelines: BTreeSet<String>,
    /// Its outcome is one of these.
    pub outcomes: BTreeSet<Outcome>,
    /// It carries these labels, written `name=value` or `name`.
    pub labels: BTreeSet<String>,
}

/// The order of a list of runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunSort {
    /// The latest start first.
    #[default]
    Newest,
    /// The earliest start first.
    Oldest,
    /// The longest first.
    Longest,
    /// The shortest first.
    Shortest,
    /// By pipeline, then by start.
    Pipeline,
}

impl RunSort {
    /// Every order.
    pub const ALL: [Self; 5] = [Self::Newest, Self::Oldest, Self::Longest, Self::Shortest, Self::Pipeline];

    /// What the menu calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Longest => "Longest first",
            Self::Shortest => "Shortest first",
            Self::Pipeline => "By pipeline",
        }
    }
}

/// The runs that match, and what there is to filter by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsAnswer {
    /// The runs that match, in the order asked for.
    pub runs: Vec<RunSummary>,
    /// How many there are in all.
    pub num_runs: usize,
    /// Every pipeline with its durations over time, in order of name.
    pub pipelines: Vec<PipelineHistory>,
    /// Every label in use as `name=value`, with how many runs carry it.
    pub labels: BTreeMap<String, usize>,
    /// How many runs ended how.
    pub outcomes: BTreeMap<Outcome, usize>,
}

/// The history of one pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineHistory {
    /// Its name.
    pub name: String,
    /// Its runs by start: key, duration in seconds where it has ended, outcome.
    pub durations: Vec<(Key, Option<f64>, Outcome)>,
}

/// One run as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// The run. Its outcome is `Interrupted` when it is stored as running but its recorder is gone.
    pub run: Run,
    /// How many spans it has.
    pub num_spans: u64,
    /// How many of them failed.
    pub num_failed_spans: u64,
    /// Its last stored moment, nanoseconds on its clock.
    pub last_nanos: Option<i64>,
}

impl RunSummary {
    /// A stored run as lists show it: told from the living, and called after what it is.
    pub(crate) fn of(row: RunRow) -> Self {
        let mut run = row.run;
        run.outcome = recovery::true_outcome(&run);
        Self { run, num_spans: row.num_spans, num_failed_spans: row.num_failed_spans, last_nanos: row.last_nanos }
    }

    /// Its first and last moment, the last one seen for a run without an end; `None` when nothing in it has a time.
    #[must_use]
    pub fn bounds(&self) -> Option<(i64, i64)> {
        let start = self.run.start_nanos?;
        Some((start, self.run.end_nanos.or(self.last_nanos).unwrap_or(start).max(start)))
    }

    /// How long it took or has taken so far, nanoseconds.
    #[must_use]
    pub fn duration_nanos(&self) -> Option<i64> {
        self.bounds().map(|(start, end)| end.saturating_sub(start))
    }

    /// What it is called: its video, else its pipeline, else its key.
    #[must_use]
    pub fn title(&self) -> String {
        let named = self.run.video_id.as_ref().or(self.run.pipeline.as_ref());
        named.cloned().unwrap_or_else(|| format!("run {}", self.run.key.short()))
    }

    /// The pipeline it is grouped under.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        self.run.pipeline.as_deref().unwrap_or("no pipeline")
    }

    fn matches(&self, filter: &RunFilter) -> bool {
        let labels: Vec<String> = self.run.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let has_label = |wanted: &String| match wanted.split_once('=') {
            Some(_) => labels.contains(wanted),
            None => self.run.labels.contains_key(wanted),
        };
        let has_words = || {
            let text = format!(
                "{} {} {} {} {}",
                self.pipeline(),
                self.run.video_id.as_deref().unwrap_or_default(),
                labels.join(" "),
                self.run.outcome.name(),
                self.run.key.to_hex()
            )
            .to_lowercase();
            filter.text.to_lowercase().split_whitespace().all(|word| text.contains(word))
        };
        (filter.pipelines.is_empty() || filter.pipelines.contains(self.pipeline()))
            && (filter.outcomes.is_empty() || filter.outcomes.contains(&self.run.outcome))
            && filter.labels.iter().all(has_label)
            && has_words()
    }
}

impl Query for RunsQuery {
    type Answer = RunsAnswer;

    fn run(&self, reader: &Reader) -> Result<RunsAnswer, Failure> {
        let mut runs: Vec<RunSummary> = reader.runs()?.into_iter().map(RunSummary::of).collect();
        runs.sort_by_key(|run| run.run.start_nanos);
        let mut answer = RunsAnswer { num_runs: runs.len(), ..RunsAnswer::default() };
        let mut pipelines: BTreeMap<String, Vec<(Key, Option<f64>, Outcome)>> = BTreeMap::new();
        for run in &runs {
            *answer.outcomes.entry(run.run.outcome).or_default() += 1;
            for (name, value) in &run.run.labels {
                *answer.labels.entry(format!("{name}={value}")).or_default() += 1;
            }
            #[expect(clippy::cast_precision_loss, reason = "a sparkline")]
            let secs = run.duration_nanos().map(|nanos| nanos as f64 / 1e9);
            pipelines.entry(run.pipeline().to_owned()).or_default().push((run.run.key, secs, run.run.outcome));
        }
        answer.pipelines = pipelines.into_iter().map(|(name, durations)| PipelineHistory { name, durations }).collect();
        runs.retain(|run| run.matches(&self.filter));
        match self.sort {
            RunSort::Newest => runs.reverse(),
            RunSort::Oldest => {}
            RunSort::Longest => runs.sort_by_key(|run| std::cmp::Reverse(run.duration_nanos())),
            RunSort::Shortest => runs.sort_by_key(RunSummary::duration_nanos),
            RunSort::Pipeline => runs.sort_by(|a, b| a.pipeline().cmp(b.pipeline())),
        }
        answer.runs = runs;
        Ok(answer)
    }
}
