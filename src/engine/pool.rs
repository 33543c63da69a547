//! The query workers, each with its own read-only connection, and the watch that notices every commit.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::{Failure, Wake};
use crate::store::Reader;

/// A question on its way to a worker.
pub(crate) type Task = Box<dyn FnOnce(&Reader) + Send>;

const NUM_WORKERS: usize = 3;
/// How often commits of other processes are looked for.
const WATCH_PERIOD: Duration = Duration::from_millis(250);

/// The workers.
pub(crate) struct Pool {
    queue: Arc<TaskQueue>,
}

#[derive(Default)]
struct TaskQueue {
    tasks: Mutex<VecDeque<Task>>,
    arrived: Condvar,
}

impl Pool {
    pub(crate) fn start(path: &Path, is_closing: &Arc<AtomicBool>) -> Result<Self, Failure> {
        let queue = Arc::new(TaskQueue::default());
        for number in 0..NUM_WORKERS {
            let reader = Reader::open(path)?;
            let queue = Arc::clone(&queue);
            let is_closing = Arc::clone(is_closing);
            spawn(&format!("query {number}"), move || work(&reader, &queue, &is_closing))?;
        }
        Ok(Self { queue })
    }

    pub(crate) fn submit(&self, task: Task) {
        self.queue.tasks.lock().unwrap_or_else(PoisonError::into_inner).push_back(task);
        self.queue.arrived.notify_one();
    }

    pub(crate) fn stop(&self) {
        self.queue.tasks.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.queue.arrived.notify_all();
    }
}

fn work(reader: &Reader, queue: &TaskQueue, is_closing: &AtomicBool) {
    loop {
        let mut tasks = queue.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let task = loop {
            if is_closing.load(Ordering::Acquire) {
                return;
            }
            match tasks.pop_front() {
                Some(task) => break task,
                None => tasks = queue.arrived.wait(tasks).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(tasks);
        task(reader);
    }
}

/// Raises the revision whenever anybody commits: this process says so at once, others are noticed within a quarter second.
pub(crate) struct Watch {
    kick: crossbeam_channel::Sender<()>,
}

impl Watch {
    pub(crate) fn start(
        path: &Path,
        revision: &Arc<AtomicU64>,
        is_closing: &Arc<AtomicBool>,
        wake: &Wake,
    ) -> Result<Self, Failure> {
        let (kick, kicked) = crossbeam_channel::bounded(1);
        let reader = Reader::open(path)?;
        let revision = Arc::clone(revision);
        let is_closing = Arc::clone(is_closing);
        let wake = Arc::clone(wake);
        let mut seen = reader.data_version()?;
        spawn("watch", move || {
            while !is_closing.load(Ordering::Acquire) {
                // Both a kick and a time-out lead to the same look; only a closed door ends the watch early.
                if kicked.recv_timeout(WATCH_PERIOD) == Err(crossbeam_channel::RecvTimeoutError::Disconnected) {
                    thread::park_timeout(WATCH_PERIOD);
                }
                if let Ok(version) = reader.data_version()
                    && version != seen
                {
                    seen = version;
                    revision.fetch_add(1, Ordering::AcqRel);
                    wake();
                }
            }
        })?;
        Ok(Self { kick })
    }

    /// A commit was made here.
    pub(crate) fn committed(&self) {
        let _ = self.kick.try_send(());
    }
}

pub(crate) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    thread::Builder::new()
        .name(format!("reelbench {name}"))
        .spawn(body)
        .map(|_| ())
        .map_err(|error| Failure::Refused(format!("a worker thread could not be started: {error}")))
}
