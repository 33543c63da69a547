//! A run: one execution of a pipeline on one video, from whichever source it became known.

use std::collections::BTreeMap;

use super::{Attributes, Host, Key};

/// One execution of a pipeline. In an upsert, `None` and `Unknown` mean "not said" and keep what is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What makes it this run.
    pub key: Key,
    /// The pipeline's name, for grouping and history.
    pub pipeline: Option<String>,
    /// The video it worked on, as its own system names it.
    pub video_id: Option<String>,
    /// First moment, nanoseconds since the Unix epoch (UTC), or since the run's own start for `Clock::Elapsed`.
    pub start_nanos: Option<i64>,
    /// Last moment; `None` while it runs or when nobody said.
    pub end_nanos: Option<i64>,
    /// What its times mean.
    pub clock: Clock,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed, in the words of the source.
    pub error: Option<String>,
    /// What is known of the video.
    pub media: Media,
    /// Labels set by the recorder, the source or a person.
    pub labels: BTreeMap<String, String>,
    /// The machine it ran on, where known.
    pub host: Option<Host>,
    /// Who is recording it, where reelbench is.
    pub recorder: Option<Recorder>,
    /// Everything else the source said of the run.
    pub attributes: Attributes,
}

impl Run {
    /// A run of which nothing is known but its key.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self {
            key,
            pipeline: None,
            video_id: None,
            start_nanos: None,
            end_nanos: None,
            clock: Clock::Utc,
            outcome: Outcome::Unknown,
            error: None,
            media: Media::default(),
            labels: BTreeMap::new(),
            host: None,
            recorder: None,
            attributes: Attributes::new(),
        }
    }
}

/// What the times of a run mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clock {
    /// Nanoseconds UTC.
    Utc,
    /// Written as local time without a zone and read as if it were UTC; `source.zone` says what is known.
    Local,
    /// Only durations are known: times count from 0 at the run's start.
    Elapsed,
}

impl Clock {
    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utc => "utc",
            Self::Local => "local",
            Self::Elapsed => "elapsed",
        }
    }

    /// The clock of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Utc, Self::Local, Self::Elapsed].into_iter().find(|clock| clock.name() == name)
    }
}

/// How a run or span ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nobody said.
    #[default]
    Unknown,
    /// Not ended yet.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended with an error.
    Failed,
    /// Stopped from outside: Ctrl-C, a kill, a crash of the recorder.
    Interrupted,
}

impl Outcome {
    /// Every outcome, in the order lists show them.
    pub const ALL: [Self; 5] = [Self::Running, Self::Succeeded, Self::Failed, Self::Interrupted, Self::Unknown];

    /// The stored name, also the word people read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// The outcome of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What is known of the video a run worked on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Media {
    /// Length of the input, seconds.
    pub duration_secs: Option<f64>,
    /// Size of the input, bytes.
    pub size_bytes: Option<i64>,
    /// Picture width, pixels.
    pub width: Option<i64>,
    /// Picture height, pixels.
    pub height: Option<i64>,
    /// Frames a second.
    pub fps: Option<f64>,
}

/// The process that records a run: while it lives the run is running, when it is gone the run was interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorder {
    /// Its process id.
    pub pid: u32,
    /// When that process started, seconds since the Unix epoch, so that a reused id is not mistaken for it.
    pub started_secs: u64,
    /// The host it runs on: on another host nothing can be said of its life.
    pub hostname: String,
}
