//! The report of an import: what a file holds, what was new, what was repaired or skipped, or why it was not read.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::model::{Batch, Effect, Issue, Key};
use crate::store::Written;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// The file.
    pub path: PathBuf,
    /// The importer that read it; `None` when no importer knows the file.
    pub format: Option<&'static str>,
    /// Its source in the workspace.
    pub source: Option<Key>,
    /// What the file holds, whether or not it was known before.
    pub held: Counts,
    /// What was new to the workspace.
    pub written: Written,
    /// Whether this very content was imported before; nothing was then written.
    pub is_known: bool,
    /// Whether it was cancelled on the way.
    pub is_cancelled: bool,
    /// What was repaired, noticed or skipped.
    pub issues: Vec<Issue>,
    /// Why it was not read, or not to its end.
    pub failure: Option<Unread>,
    /// Whether it lies in a folder that was named and holds nothing to import: no failure there.
    pub is_passed_over: bool,
}

/// Why a file was not read; the text is the sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is nothing in it that an importer knows.
    #[error("{0}")]
    Unknown(String),
    /// It cannot be reached: gone, not permitted, no plain file, a failing disk.
    #[error("{0}")]
    Unreachable(String),
}

/// How many facts a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Distinct runs.
    pub num_runs: u64,
    /// Distinct spans.
    pub num_spans: u64,
    /// Distinct series.
    pub num_series: u64,
    /// Samples.
    pub num_samples: u64,
    /// Usages.
    pub num_usages: u64,
}

impl ImportReport {
    /// How many records had that effect.
    #[must_use]
    pub fn count(&self, effect: Effect) -> u64 {
        self.issues.iter().filter(|issue| issue.kind.effect() == effect).map(|issue| issue.num_records).sum()
    }

    /// One sentence: what came in.
    #[must_use]
    pub fn sentence(&self) -> String {
        let name = self
            .path
            .file_name()
            .map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned());
        if let Some(failure) = &self.failure {
            return failure.to_string();
        }
        let cancelled = if self.is_cancelled { "; cancelled before its end" } else { "" };
        if self.is_known {
            return format!("{name} was imported before; nothing was added{cancelled}");
        }
        let Written { num_new_runs, num_new_spans, num_new_samples, num_new_usages, .. } = self.written;
        let mut parts = Vec::new();
        for (count, one, many) in [
            (num_new_runs, "run", "runs"),
            (num_new_spans, "span", "spans"),
            (num_new_samples, "sample", "samples"),
            (num_new_usages, "usage", "usages"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        }
        let added = if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") };
        let skipped = match self.count(Effect::Skipped) {
            0 => String::new(),
            count => format!("; {count} skipped"),
        };
        format!("{name}: {added}{skipped}{cancelled}")
    }

    /// Takes into account what was written of a batch.
    pub(super) fn add(&mut self, mut written: Written) {
        self.issues.append(&mut written.issues);
        self.written.num_new_runs += written.num_new_runs;
        self.written.num_new_spans += written.num_new_spans;
        self.written.num_changed_spans += written.num_changed_spans;
        self.written.num_new_series += written.num_new_series;
        self.written.num_new_samples += written.num_new_samples;
        self.written.num_new_usages += written.num_new_usages;
        self.written.num_duplicates += written.num_duplicates;
    }
}

/// Keys met so far, so that a fact said twice in a file is counted once. Bounded: of a very long file only the latest
/// are remembered, and a fact that comes again much later counts again.
#[derive(Default)]
pub(super) struct Seen {
    latest: HashSet<(u8, Key)>,
    earlier: HashSet<(u8, Key)>,
}

/// Twice 17 bytes each: some 20 MB.
const MAX_LATEST: usize = 500_000;

impl Seen {
    /// Counts the facts of a batch that were not met before.
    pub(super) fn count(&mut self, batch: &Batch, counts: &mut Counts) {
        counts.num_runs += batch.runs.iter().map(|run| self.meet(0, run.key)).sum::<u64>();
        counts.num_spans += batch.spans.iter().map(|span| self.meet(1, span.key)).sum::<u64>();
        counts.num_series += batch.series.iter().map(|series| self.meet(2, series.key)).sum::<u64>();
        counts.num_usages += batch.usages.iter().map(|usage| self.meet(3, usage.key)).sum::<u64>();
        counts.num_samples += batch.samples.iter().map(|samples| samples.len() as u64).sum::<u64>();
    }

    /// 1 for a fact met for the first time.
    fn meet(&mut self, kind: u8, key: Key) -> u64 {
        if self.latest.len() >= MAX_LATEST {
            self.earlier = std::mem::take(&mut self.latest);
        }
        let is_new = self.latest.insert((kind, key)) && !self.earlier.contains(&(kind, key));
        u64::from(is_new)
    }
}
