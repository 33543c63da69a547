//! Live sources: each followed by a thread of its own that writes what comes, and how each of them stands.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::outbox::Outbox;
use super::{Engine, Failure, pool};
use crate::live::attachments::{self, AttachOptions, Attachment, Earlier, Unfinished};
pub use crate::live::attachments::{State, StateKind, Target, Wanted};
use crate::live::{alive, clock};
use crate::model::{Key, Outcome, Severity};
use crate::store::Reader;

/// Names an attachment while the workspace is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttachmentId(u64);

/// How an attachment stands.
#[derive(Clone, Debug, PartialEq)]
pub struct AttachmentStatus {
    /// Which.
    pub id: AttachmentId,
    /// What people call it: the path, or the process and its id.
    pub name: String,
    /// Connecting, live, stalled, lost or off.
    pub state: StateKind,
    /// Why, a sentence without its full stop.
    pub reason: String,
    /// Its source in the workspace, once something came.
    pub source: Option<Key>,
    /// The run it writes, once there is one.
    pub run: Option<Key>,
    /// Since when it has been in this state, nanoseconds UTC.
    pub since_nanos: i64,
}

/// How to attach: what a person may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachRequest {
    /// What to follow.
    pub target: Target,
    /// The pipeline of the run it becomes; `None` takes the file's or process's name.
    pub pipeline: Option<String>,
    /// Sampling period of processes and host, nanoseconds.
    pub interval_nanos: i64,
    /// Whether to wait for the next encode or process when the one that is followed has ended.
    pub goes_on: bool,
}

/// The sampling period when none is said: 5 Hz.
pub const DEFAULT_INTERVAL_NANOS: i64 = 200_000_000;

impl AttachRequest {
    /// To follow a target at the usual pace until it is detached.
    #[must_use]
    pub fn to(target: Target) -> Self {
        Self { target, pipeline: None, interval_nanos: DEFAULT_INTERVAL_NANOS, goes_on: true }
    }
}

enum Signal {
    Poll,
    Detach,
}

struct Entry {
    status: AttachmentStatus,
    signals: Sender<Signal>,
}

/// The attachments of this workspace, ended ones included.
#[derive(Default)]
pub(crate) struct Board {
    next: AtomicU64,
    entries: Mutex<BTreeMap<AttachmentId, Entry>>,
}

impl Board {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<AttachmentId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Follows a file or process until it is detached or the workspace closes.
    ///
    /// # Errors
    /// Why it cannot be followed: no such process or format, or the workspace cannot be written.
    pub fn attach(&self, request: &AttachRequest) -> Result<AttachmentId, Failure> {
        self.writer()?;
        // One place is enough: a waker that finds it taken knows that a poll is due anyway. Detaching waits for room.
        let (signals, received) = bounded(1);
        let waking = signals.clone();
        let options = AttachOptions {
            pipeline: request.pipeline.clone(),
            interval_nanos: request.interval_nanos.max(10_000_000),
            goes_on: request.goes_on,
            waker: Arc::new(move || {
                let _ = waking.try_send(Signal::Poll);
            }),
        };
        let mut attachment = attachments::attach(&request.target, &options)
            .map_err(|error| Failure::Refused(sentence(&error.to_string())))?;
        if let Some(earlier) = self.earlier(attachment.as_ref())? {
            attachment.resume(earlier);
        }
        let board = &self.shared().attachments;
        let id = AttachmentId(board.next.fetch_add(1, Ordering::Relaxed));
        let status = AttachmentStatus {
            id,
            name: attachment.name().to_owned(),
            state: StateKind::Connecting,
            reason: "just asked for".to_owned(),
            source: None,
            run: None,
            since_nanos: clock::utc_nanos(),
        };
        board.lock().insert(id, Entry { status, signals });
        let engine = Self { shared: Arc::clone(self.shared()) };
        pool::spawn("attachment", move || follow(&engine, id, attachment, &received))?;
        Ok(id)
    }

    /// What an earlier following of the same target left; refused while that one still goes on.
    fn earlier(&self, attachment: &dyn Attachment) -> Result<Option<Earlier>, Failure> {
        let name = attachment.name();
        let followed = || Failure::Refused(format!("{name} is already being followed."));
        let is_same = |status: &AttachmentStatus| status.name == name && status.state != StateKind::Off;
        if self.attachments().iter().any(is_same) {
            return Err(followed());
        }
        let reader = Reader::open(self.path())?;
        let key = attachment.source();
        let Some(source) = reader.source(key)?.map(|row| row.source) else { return Ok(None) };
        let Some(cursor) = source.cursor else { return Ok(None) };
        let of_source = reader.runs()?.into_iter().filter(|row| row.sources.contains(&key));
        let newest = of_source.max_by_key(|row| row.run.start_nanos);
        let Some(row) = newest.filter(|row| matches!(row.run.outcome, Outcome::Running | Outcome::Interrupted)) else {
            return Ok(Some(Earlier { format: source.format, cursor, unfinished: None }));
        };
        let recorder = row.run.recorder.as_ref().filter(|_| row.run.outcome == Outcome::Running);
        if recorder.is_some_and(|recorder| alive::is_alive(recorder) == Some(true)) {
            return Err(followed());
        }
        let last_nanos = row.last_nanos.or(row.run.end_nanos).unwrap_or(source.read_at_nanos);
        let span = reader.spans(row.run.key)?.into_iter().next();
        let unfinished = span.map(|span| Unfinished { run: row.run, span, last_nanos });
        Ok(Some(Earlier { format: source.format, cursor, unfinished }))
    }

    /// Ends the following; what came until now stays.
    pub fn detach(&self, id: AttachmentId) {
        let signals = self.shared().attachments.lock().get(&id).map(|entry| entry.signals.clone());
        if let Some(signals) = signals {
            let _ = signals.send_timeout(Signal::Detach, Duration::from_secs(1));
        }
    }

    /// How every attachment stands.
    #[must_use]
    pub fn attachments(&self) -> Vec<AttachmentStatus> {
        self.shared().attachments.lock().values().map(|entry| entry.status.clone()).collect()
    }
}

/// Detaches everything and waits until each has written its last facts.
pub(super) fn stop_all(engine: &Engine) {
    let ids: Vec<AttachmentId> = engine.shared().attachments.lock().keys().copied().collect();
    for id in ids {
        engine.detach(id);
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while engine.attachments().iter().any(|status| status.state != StateKind::Off)
        && std::time::Instant::now() < deadline
    {
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn follow(engine: &Engine, id: AttachmentId, mut attachment: Box<dyn Attachment>, signals: &Receiver<Signal>) {
    let mut is_detached = false;
    let mut has_written = false;
    let mut outbox = Outbox::new(engine);
    loop {
        let now_nanos = clock::utc_nanos();
        let polled = if is_detached { attachment.detach(now_nanos) } else { attachment.poll(now_nanos) };
        let run = polled.batch.runs.last().map(|run| run.key);
        let source = polled.source.key;
        let mut state = polled.state;
        let mut is_over = is_detached || state.kind == StateKind::Off;
        // The last word on a source is that nothing more comes of it.
        let has_news = !polled.batch.is_empty() || (is_over && has_written);
        has_written |= has_news;
        let mut stored = outbox.put(has_news.then_some((polled.batch, polled.source)));
        if is_over && stored.is_ok() {
            stored = outbox.finish();
        }
        if let Err(failure) = stored {
            // The checkpoint was not moved: following goes on from it when it is attached again.
            engine.notify(Severity::Error, format!("{} is no longer followed: {failure}", attachment.name()));
            state = State { kind: StateKind::Off, reason: failure.to_string() };
            is_over = true;
        }
        let has_changed = show(engine, id, &state, run, source, now_nanos);
        if has_changed {
            (engine.shared().wake)();
        }
        if is_over {
            return;
        }
        let wait_nanos = polled.next_poll_nanos.saturating_sub(clock::utc_nanos()).clamp(1_000_000, 5_000_000_000);
        if matches!(signals.recv_timeout(Duration::from_nanos(wait_nanos.unsigned_abs())), Ok(Signal::Detach)) {
            is_detached = true;
        }
    }
}

fn show(engine: &Engine, id: AttachmentId, state: &State, run: Option<Key>, source: Key, now_nanos: i64) -> bool {
    let mut entries = engine.shared().attachments.lock();
    let Some(entry) = entries.get_mut(&id) else { return false };
    let status = &mut entry.status;
    status.source = Some(source);
    status.run = run.or(status.run);
    let has_changed = status.state != state.kind || status.reason != state.reason;
    if status.state != state.kind {
        status.since_nanos = now_nanos;
    }
    status.state = state.kind;
    status.reason.clone_from(&state.reason);
    has_changed
}
