//! The query workers, each with its own read-only connection, and the watch that notices every commit.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Failure, Wake};
use crate::store::{Interrupter, Reader};

/// A question on its way to a worker.
pub(crate) type Task = Box<dyn FnOnce(&Reader) + Send>;

const NUM_WORKERS: usize = 3;
/// How often commits of other processes are looked for.
const WATCH_PERIOD: Duration = Duration::from_millis(250);

/// The workers; they start with the first question, so the headless half pays nothing for them.
pub(crate) struct Pool {
    path: PathBuf,
    queue: Arc<TaskQueue>,
    workers: Mutex<Vec<Worker>>,
}

struct Worker {
    thread: JoinHandle<()>,
    interrupter: Interrupter,
}

#[derive(Default)]
struct TaskQueue {
    tasks: Mutex<VecDeque<Task>>,
    arrived: Condvar,
    is_closing: AtomicBool,
}

impl TaskQueue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Task>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), queue: Arc::default(), workers: Mutex::default() }
    }

    /// Hands a question to the next free worker.
    ///
    /// # Errors
    /// When no worker could be started.
    pub(crate) fn submit(&self, task: Task) -> Result<(), Failure> {
        self.start()?;
        self.queue.lock().push_back(task);
        self.queue.arrived.notify_one();
        Ok(())
    }

    fn start(&self) -> Result<(), Failure> {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        while workers.len() < NUM_WORKERS && !self.queue.is_closing.load(Ordering::Acquire) {
            let reader = Reader::open(&self.path)?;
            let interrupter = reader.interrupter();
            let queue = Arc::clone(&self.queue);
            let thread = spawn(&format!("query {}", workers.len()), move || work(&reader, &queue))?;
            workers.push(Worker { thread, interrupter });
        }
        Ok(())
    }

    /// Ends the workers and waits until their connections are closed.
    pub(crate) fn stop(&self) {
        self.queue.is_closing.store(true, Ordering::Release);
        self.queue.lock().clear();
        self.queue.arrived.notify_all();
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            worker.interrupter.interrupt();
            join(worker.thread);
        }
    }
}

fn work(reader: &Reader, queue: &TaskQueue) {
    loop {
        let mut tasks = queue.lock();
        let task = loop {
            if queue.is_closing.load(Ordering::Acquire) {
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
    is_closing: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Watch {
    pub(crate) fn start(path: &Path, revision: &Arc<AtomicU64>, wake: &Wake) -> Result<Self, Failure> {
        let (kick, kicked) = crossbeam_channel::bounded(1);
        let is_closing = Arc::new(AtomicBool::new(false));
        let reader = Reader::open(path)?;
        let revision = Arc::clone(revision);
        let wake = Arc::clone(wake);
        let mut seen = reader.data_version()?;
        let closing = Arc::clone(&is_closing);
        let thread = spawn("watch", move || {
            while !closing.load(Ordering::Acquire) {
                // A kick and a time-out lead to the same look.
                let _ = kicked.recv_timeout(WATCH_PERIOD);
                if let Ok(version) = reader.data_version()
                    && version != seen
                {
                    seen = version;
                    revision.fetch_add(1, Ordering::AcqRel);
                    wake();
                }
            }
        })?;
        Ok(Self { kick, is_closing, thread: Mutex::new(Some(thread)) })
    }

    /// A commit was made here.
    pub(crate) fn committed(&self) {
        let _ = self.kick.try_send(());
    }

    /// Ends the watch and waits until its connection is closed.
    pub(crate) fn stop(&self) {
        self.is_closing.store(true, Ordering::Release);
        self.committed();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            join(thread);
        }
    }
}

/// Waits for a thread, unless it is the one that asks: the last owner may be dropped by a worker.
fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != thread::current().id() {
        // A worker that panicked has told so already; there is nothing left to do for it.
        let _ = thread.join();
    }
}

pub(crate) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Failure> {
    thread::Builder::new()
        .name(format!("reelbench {name}"))
        .spawn(body)
        .map_err(|error| Failure::Refused(format!("A worker thread could not be started: {error}")))
}
