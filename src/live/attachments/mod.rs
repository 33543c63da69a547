//! Attachments: following what somebody else runs. One state machine a file, one line in the list here.

pub mod file;
pub mod process;
mod progress;

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{Batch, Cursor, Key, Run, Source, Span};

/// Begins to follow a target. What is not there yet is waited for.
///
/// # Errors
/// What can never work: a folder instead of a file, an unknown format, a process that is gone.
pub fn attach(target: &Target, options: &AttachOptions) -> Result<Box<dyn Attachment>, AttachError> {
    Ok(match target {
        Target::File { path, format } => Box::new(file::FileAttachment::open(path, format.as_deref(), options)?),
        Target::Process { wanted } => Box::new(process::ProcessAttachment::find(wanted, options)?),
    })
}

/// Something followed while it goes on. The engine's live thread calls `poll` and writes what it yields.
pub trait Attachment: Send {
    /// What people call it: the file's path, the process's name and id.
    fn name(&self) -> &str;

    /// The key of its source, the same whenever the same target is attached.
    fn source(&self) -> Key;

    /// Takes up what an earlier following of the same target left, before the first poll. What need not be told
    /// anything is its own to know.
    fn resume(&mut self, _earlier: Earlier) {}

    /// What came since the last call. Never waits; `now_nanos` is UTC.
    fn poll(&mut self, now_nanos: i64) -> Polled;

    /// Ends the following: the last facts, and the state `off`.
    fn detach(&mut self, now_nanos: i64) -> Polled;
}

/// What one look at an attachment brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Polled {
    /// New facts; often none.
    pub batch: Batch,
    /// The source with its cursor, to be written in the same transaction.
    pub source: Source,
    /// How it stands.
    pub state: State,
    /// When to look again, nanoseconds UTC. A waker may ask for it earlier.
    pub next_poll_nanos: i64,
}

/// What an earlier following of the same target left in the workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// As which format it was read.
    pub format: String,
    /// How far it was read.
    pub cursor: Cursor,
    /// The run it wrote last, if that did not come to its end.
    pub unfinished: Option<Unfinished>,
}

/// A run whose end was not seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// The run.
    pub run: Run,
    /// Its span.
    pub span: Span,
    /// The last moment that is stored of it.
    pub last_nanos: i64,
}

/// How an attachment stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Which of the five.
    pub kind: StateKind,
    /// A sentence without its full stop, such as `no new line for 45 s`.
    pub reason: String,
}

impl State {
    fn new(kind: StateKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }
}

/// The states every attachment shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateKind {
    /// Not found yet, or not recognised yet.
    Connecting,
    /// Facts are coming.
    Live,
    /// There, but silent for longer than usual.
    Stalled,
    /// Was there and is gone; it is still looked for.
    Lost,
    /// Over: it ended, or following was ended.
    Off,
}

impl StateKind {
    /// The word people read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Stalled => "stalled",
            Self::Lost => "lost",
            Self::Off => "off",
        }
    }
}

/// What to attach to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file that grows; it may not exist yet.
    File {
        /// Where it is.
        path: PathBuf,
        /// The importer's name; `None` finds out from the content.
        format: Option<String>,
    },
    /// A running process with all its descendants, together with this host and its GPUs.
    Process {
        /// Which one.
        wanted: Wanted,
    },
}

/// Which process to attach to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The process of this id.
    Pid(u32),
    /// The oldest process whose name or command line contains this text, now or when one appears.
    Pattern(String),
}

/// Called from any thread when there is something to poll before its time.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// How to attach.
#[derive(Clone)]
pub struct AttachOptions {
    /// The pipeline name of the run it becomes; `None` takes the process or file name.
    pub pipeline: Option<String>,
    /// Sampling period of processes and host, nanoseconds.
    pub interval_nanos: i64,
    /// Whether to wait for the next encode or process when the one that is followed has ended.
    pub goes_on: bool,
    /// Wakes the caller's thread.
    pub waker: Waker,
}

/// Why attaching was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AttachError {
    /// No importer of that name.
    #[error("there is no format “{0}”; `reelbench import --help` lists them")]
    UnknownFormat(String),
    /// A folder or device was named instead of a file.
    #[error("{0} is not a file; name the file that grows")]
    NotAFile(PathBuf),
    /// The process is not there.
    #[error("there is no process {0}; it may have ended already")]
    NoProcess(u32),
    /// An empty pattern would match every process.
    #[error("the name pattern is empty; give a part of the process's name or command line")]
    EmptyPattern,
}
