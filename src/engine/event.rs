//! What the engine tells whoever draws or prints: notices, finished jobs; and the one failure type.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::import::ImportReport;
use crate::model::Severity;
use crate::store::StoreError;

/// Why something could not be done: one sentence, what and where and what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The workspace said no.
    #[error("{0}")]
    Store(Arc<StoreError>),
    /// The workspace cannot be written.
    #[error("{}", read_only_sentence(path, reason))]
    ReadOnly {
        /// The workspace.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What was asked for is not there, or cannot be done; the sentence says what to do.
    #[error("{0}")]
    Refused(String),
    /// A command could not be started.
    #[error("{reason}")]
    NotStarted {
        /// Why.
        reason: String,
        /// The code a shell gives for it: 127 for a program that is not there, 126 for one that may not be run.
        shell_code: i32,
    },
    /// Nobody wants the answer any more.
    #[error("cancelled")]
    Cancelled,
}

/// The reason may be a sentence that names the file already.
fn read_only_sentence(path: &Path, reason: &str) -> String {
    let name = path.display().to_string();
    if reason.contains(&name) { reason.to_owned() } else { format!("{name} cannot be changed: {reason}") }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Interrupted | StoreError::Cancelled) {
            Self::Cancelled
        } else {
            Self::Store(Arc::new(error))
        }
    }
}

/// A sentence for the person at the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// Something to tell.
    Notice(Notice),
    /// An import ended.
    Imported(Box<ImportReport>),
}

/// Events on their way to the one who drains them, oldest dropped beyond a limit.
#[derive(Clone, Default)]
pub(crate) struct Queue {
    events: Arc<Mutex<VecDeque<Event>>>,
}

const MAX_EVENTS: usize = 1000;

impl Queue {
    pub(crate) fn push(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= MAX_EVENTS {
            events.pop_front();
        }
        events.push_back(event);
    }

    pub(crate) fn take(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }
}
