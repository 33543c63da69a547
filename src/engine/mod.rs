//! The one door: queries, jobs, events, revisions and undo. The window, the headless half and HTTP ask here and nowhere else.
//!
//! One thread writes (`writer`), a small pool of threads reads (`pool`), and nobody who asks ever waits:
//! a panel owns a [`Slot`], asks it every frame and gets at once what there is. Every commit, by this process
//! or another, raises the [revision](Engine::revision); answers from before it are stale and are asked again.
//!
//! ```text
//! file / stream / probe -> ingest, live -> Batch -> writer thread -> workspace -> revision
//! panel / subcommand    -> Query -> pool (Reader + analysis) -> plain answer
//! ```

pub mod attachments;
pub mod demo;
pub mod doctor;
pub mod event;
pub mod import;
pub mod jobs;
mod outbox;
mod pool;
pub mod queries;
pub mod record;
mod recovery;
pub mod slot;
pub mod workspace;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use crate::store::{SeriesRow, StoreError};
pub use attachments::{AttachmentId, AttachmentStatus, StateKind};
pub use event::{Event, Failure, Notice};
pub use import::{ImportReport, ImportRequest};
pub use jobs::{JobId, JobStatus};
pub use queries::Query;
pub use slot::{Reply, Slot};

pub use crate::live::clock::utc_nanos;
pub use crate::live::own::memory_bytes as own_memory_bytes;

use crate::model::{Batch, Edit, Severity, Source};
use crate::store::Written;

/// Called from any thread when there is something new to draw.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How an engine is opened.
#[derive(Clone)]
pub struct Options {
    /// The program as lock holders are named: `reelbench window`.
    pub program: String,
    /// Whether to write; a viewer never takes the writer's place and never creates a file.
    pub access: Access,
    /// Called when there is something new to draw.
    pub wake: Wake,
}

impl Options {
    /// To read and write, waking nobody: the headless half.
    #[must_use]
    pub fn headless(program: &str, access: Access) -> Self {
        Self { program: program.to_owned(), access, wake: Arc::new(|| {}) }
    }
}

/// Whether an engine writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads only; the file must exist.
    View,
    /// Reads and writes; creates the file.
    Edit,
}

/// An open workspace. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    path: PathBuf,
    read_only: Option<String>,
    wake: Wake,
    revision: Arc<AtomicU64>,
    paused_at: AtomicU64,
    num_waiting: AtomicU64,
    watch: Arc<pool::Watch>,
    events: event::Queue,
    jobs: jobs::Board,
    pool: pool::Pool,
    writer: Option<writer::Door>,
    attachments: attachments::Board,
}

impl Engine {
    /// Opens the workspace at `path`, creating it for `Access::Edit`.
    /// A file that can be read but not written opens all the same; [`Self::read_only`] says why.
    ///
    /// # Errors
    /// One sentence when the file is newer than this program, damaged, no workspace, or cannot be opened.
    pub fn open(path: &Path, options: Options) -> Result<Self, Failure> {
        let (writer, read_only) = match options.access {
            Access::View => (None, Some("it was opened for viewing".to_owned())),
            Access::Edit => match crate::store::Writer::open(path, &options.program) {
                Ok(writer) => (Some(writer), None),
                Err(error) if path.exists() && crate::store::Reader::open(path).is_ok() => {
                    (None, Some(error.to_string()))
                }
                Err(error) => return Err(error.into()),
            },
        };
        let events = event::Queue::default();
        let revision = Arc::new(AtomicU64::new(1));
        let watch = Arc::new(pool::Watch::start(path, &revision, &options.wake)?);
        let writer = writer.map(|writer| writer::Door::start(writer, &events, &watch, &options.wake)).transpose()?;
        let shared = Shared {
            path: path.to_owned(),
            read_only,
            wake: options.wake,
            revision,
            paused_at: AtomicU64::new(0),
            num_waiting: AtomicU64::new(0),
            watch,
            events,
            jobs: jobs::Board::default(),
            pool: pool::Pool::new(path),
            writer,
            attachments: attachments::Board::default(),
        };
        let engine = Self { shared: Arc::new(shared) };
        // Queries tell an orphan by themselves, so a full disk must not keep the workspace from being looked at.
        if engine.shared.writer.is_some()
            && let Err(failure) = recovery::close_orphans(&engine)
        {
            engine.notify(Severity::Warning, failure.to_string());
        }
        Ok(engine)
    }

    /// The workspace file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Why nothing can be written here, if so.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.shared.read_only.as_deref()
    }

    /// Raised by every commit of this or another process.
    #[must_use]
    pub fn revision(&self) -> u64 {
        match self.shared.paused_at.load(Ordering::Relaxed) {
            0 => self.shared.revision.load(Ordering::Acquire),
            paused => paused,
        }
    }

    /// Pauses: every slot keeps its last answer until resumed, while new data goes on being stored.
    pub fn set_paused(&self, is_paused: bool) {
        let at = if is_paused { self.shared.revision.load(Ordering::Acquire) } else { 0 };
        self.shared.paused_at.store(at, Ordering::Relaxed);
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.shared.paused_at.load(Ordering::Relaxed) != 0
    }

    /// How many slots have got less than a fresh answer since the last call: 0 after a frame means it has settled.
    #[must_use]
    pub fn take_num_waiting(&self) -> u64 {
        self.shared.num_waiting.swap(0, Ordering::Relaxed)
    }

    /// Answers a question here and now: for the headless half and for tests, never for a panel.
    ///
    /// # Errors
    /// The store's sentence.
    pub fn ask<Q: Query>(&self, query: &Q) -> Result<Q::Answer, Failure> {
        let reader = crate::store::Reader::open(&self.shared.path)?;
        query.run(&reader)
    }

    /// The runs a person means by the beginning of a key, `latest`, a video id or a pipeline; the latest first.
    ///
    /// # Errors
    /// The store's sentence.
    pub fn find_runs(&self, text: &str) -> Result<Vec<crate::model::Key>, Failure> {
        Ok(crate::store::Reader::open(&self.shared.path)?.find_runs(text)?)
    }

    /// Writes a batch and its source's checkpoint in one transaction, and waits until both are durable.
    ///
    /// # Errors
    /// The store's sentence, or why this workspace cannot be written.
    pub fn write(&self, batch: Batch, source: Option<Source>) -> Result<Written, Failure> {
        self.writer()?.write(batch, source)
    }

    /// Carries out an edit; its failure comes as a notice.
    pub fn edit(&self, edit: Edit) {
        self.change(writer::Change::Edit(edit));
    }

    /// Takes back the last edit.
    pub fn undo(&self) {
        self.change(writer::Change::Undo);
    }

    /// Carries out again the edit that was taken back last.
    pub fn redo(&self) {
        self.change(writer::Change::Redo);
    }

    fn change(&self, change: writer::Change) {
        match self.writer() {
            Ok(writer) => writer.change(change),
            Err(failure) => self.notify(Severity::Error, failure.to_string()),
        }
    }

    pub(crate) fn writer(&self) -> Result<&writer::Door, Failure> {
        self.shared.writer.as_ref().ok_or_else(|| Failure::ReadOnly {
            path: self.shared.path.clone(),
            reason: self.shared.read_only.clone().unwrap_or_default(),
        })
    }

    /// What happened since the last call.
    #[must_use]
    pub fn take_events(&self) -> Vec<Event> {
        self.shared.events.take()
    }

    /// Shows a notice to whoever drains the events.
    pub fn notify(&self, severity: Severity, text: impl Into<String>) {
        self.shared.events.push(Event::Notice(Notice { severity, text: text.into() }));
        (self.shared.wake)();
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Stops jobs and attachments and waits until all that was acknowledged is durable.
    pub fn close(self) {
        attachments::stop_all(&self);
        self.shared.jobs.cancel_all();
        self.shared.pool.stop();
        self.shared.watch.stop();
        if let Some(writer) = &self.shared.writer {
            writer.stop();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.pool.stop();
        self.watch.stop();
    }
}
