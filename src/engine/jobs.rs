//! Background jobs: what runs, how far it is, and the flag that cancels it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Engine, Failure, pool};
use crate::model::Severity;

/// Names a job while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

/// How far a job is.
#[derive(Clone, Debug, PartialEq)]
pub struct JobStatus {
    /// Which job.
    pub id: JobId,
    /// What it does: `Importing metrics.jsonl`.
    pub title: String,
    /// 0 to 1.
    pub fraction: f32,
    /// Whether it was told to stop and has not yet.
    pub is_cancelling: bool,
}

/// A job's own view of itself: it reports and asks whether to go on.
#[derive(Clone, Default)]
pub struct Progress {
    millis: Arc<AtomicU32>,
    is_cancelled: Arc<AtomicBool>,
}

impl Progress {
    /// Reports how far it is, 0 to 1; false means stop.
    pub fn report(&self, fraction: f32) -> bool {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
        self.millis.store((fraction.clamp(0.0, 1.0) * 1000.0) as u32, Ordering::Relaxed);
        !self.is_cancelled()
    }

    /// How far it is, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most 1000")]
    pub fn fraction(&self) -> f32 {
        self.millis.load(Ordering::Relaxed) as f32 / 1000.0
    }

    /// Whether it was told to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Tells it to stop.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }
}

/// The jobs that run.
#[derive(Default)]
pub(crate) struct Board {
    next: AtomicU64,
    running: Mutex<BTreeMap<JobId, (String, Progress)>>,
}

impl Board {
    fn add(&self, title: String, progress: &Progress) -> JobId {
        let id = JobId(self.next.fetch_add(1, Ordering::Relaxed));
        self.lock().insert(id, (title, progress.clone()));
        id
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<JobId, (String, Progress)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn cancel_all(&self) {
        for (_, progress) in self.lock().values() {
            progress.cancel();
        }
    }
}

impl Engine {
    /// Runs `body` on a thread of its own, listed with its progress until it ends; its failure becomes a notice.
    pub(crate) fn start_job(
        &self,
        title: String,
        body: impl FnOnce(&Self, &Progress) -> Result<(), Failure> + Send + 'static,
    ) -> Result<JobId, Failure> {
        let progress = Progress::default();
        let id = self.shared().jobs.add(title, &progress);
        let engine = self.clone();
        let result = pool::spawn("job", move || {
            let result = body(&engine, &progress);
            engine.shared().jobs.lock().remove(&id);
            match result {
                Ok(()) | Err(Failure::Cancelled) => (engine.shared().wake)(),
                Err(failure) => engine.notify(Severity::Error, failure.to_string()),
            }
        });
        if result.is_err() {
            self.shared().jobs.lock().remove(&id);
        }
        result.map(|_| id)
    }

    /// The jobs that run now.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobStatus> {
        let jobs = self.shared().jobs.lock();
        jobs.iter()
            .map(|(&id, (title, progress))| JobStatus {
                id,
                title: title.clone(),
                fraction: progress.fraction(),
                is_cancelling: progress.is_cancelled(),
            })
            .collect()
    }

    /// Tells a job to stop.
    pub fn cancel(&self, id: JobId) {
        if let Some((_, progress)) = self.shared().jobs.lock().get(&id) {
            progress.cancel();
        }
    }

    /// Copies the workspace to `to` while it stays in use; nobody who writes has to wait for it.
    ///
    /// # Errors
    /// Why the copy could not be made; an older copy at `to` is then untouched.
    pub fn backup(&self, to: &std::path::Path, progress: &Progress) -> Result<(), Failure> {
        let reader = crate::store::Reader::open(self.path())?;
        Ok(reader.backup(to, &mut |done| progress.report(done))?)
    }

    /// The same in the background.
    ///
    /// # Errors
    /// When no thread could be started.
    pub fn start_backup(&self, to: std::path::PathBuf) -> Result<JobId, Failure> {
        self.start_job(format!("Backing up to {}", to.display()), move |engine, progress| {
            engine.backup(&to, progress)?;
            engine.notify(Severity::Notice, format!("Backed up to {}", to.display()));
            Ok(())
        })
    }
}
