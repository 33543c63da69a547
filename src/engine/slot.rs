//! A slot: what a panel asks every frame, answered at once with what there is.
//!
//! A waiting request is replaced by a newer one. A running one is finished while its subject (the run, the
//! series) is the same, and interrupted only when the subject changes: interrupting on every change would give a
//! live tab that never draws.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Engine, Failure, Query};
use crate::store::Interrupter;

/// What a slot has for a question right now.
#[derive(Debug)]
pub enum Reply<A> {
    /// Nothing yet.
    Loading,
    /// An answer from before: to an earlier window or revision of the same subject.
    Stale(Arc<A>),
    /// The answer.
    Fresh(Arc<A>),
    /// It could not be answered.
    Failed(Failure),
}

impl<A> Reply<A> {
    /// The answer, stale or fresh.
    #[must_use]
    pub fn answer(&self) -> Option<&Arc<A>> {
        match self {
            Self::Stale(answer) | Self::Fresh(answer) => Some(answer),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Whether this is the answer to what was asked.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh(_))
    }
}

/// Holds the last answer to one kind of question.
pub struct Slot<Q: Query> {
    state: Arc<Mutex<State<Q>>>,
}

struct State<Q: Query> {
    answered: Option<(Q, u64, Arc<Q::Answer>)>,
    failed: Option<(Q, u64, Failure)>,
    wanted: Option<(Q, u64)>,
    running: Option<(u64, Interrupter)>,
    is_queued: bool,
}

impl<Q: Query> Default for Slot<Q> {
    fn default() -> Self {
        let state = State { answered: None, failed: None, wanted: None, running: None, is_queued: false };
        Self { state: Arc::new(Mutex::new(state)) }
    }
}

impl<Q: Query> Drop for Slot<Q> {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.wanted = None;
        if let Some((_, interrupter)) = &state.running {
            interrupter.interrupt();
        }
    }
}

fn lock<Q: Query>(state: &Mutex<State<Q>>) -> std::sync::MutexGuard<'_, State<Q>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<Q: Query> Slot<Q> {
    /// Asks, and gets at once what there is. Call it every frame.
    pub fn ask(&mut self, engine: &Engine, query: &Q) -> Reply<Q::Answer> {
        let revision = engine.revision();
        let mut state = lock(&self.state);
        if let Some((answered, at, answer)) = &state.answered
            && answered == query
            && *at >= revision
        {
            return Reply::Fresh(Arc::clone(answer));
        }
        if let Some((failed, at, failure)) = &state.failed
            && failed == query
            && *at >= revision
        {
            return Reply::Failed(failure.clone());
        }
        engine.shared().num_waiting.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        state.wanted = Some((query.clone(), revision));
        match &state.running {
            Some((subject, interrupter)) if *subject != query.subject() => interrupter.interrupt(),
            Some(_) => {}
            None if !state.is_queued => {
                state.is_queued = true;
                drop(state);
                submit(engine, &self.state);
                state = lock(&self.state);
            }
            None => {}
        }
        match &state.answered {
            Some((answered, _, answer)) if answered.subject() == query.subject() => Reply::Stale(Arc::clone(answer)),
            _ => Reply::Loading,
        }
    }

    /// The last answer, whatever it was asked.
    #[must_use]
    pub fn last(&self) -> Option<Arc<Q::Answer>> {
        lock(&self.state).answered.as_ref().map(|(_, _, answer)| Arc::clone(answer))
    }
}

fn submit<Q: Query>(engine: &Engine, state: &Arc<Mutex<State<Q>>>) {
    let shared = Arc::downgrade(engine.shared());
    let state = Arc::clone(state);
    let refused = Arc::clone(&state);
    let task: super::pool::Task = Box::new(move |reader| {
        let Some((query, revision)) = ({
            let mut state = lock(&state);
            state.is_queued = false;
            let wanted = state.wanted.take();
            if let Some((query, _)) = &wanted {
                state.running = Some((query.subject(), reader.interrupter()));
            }
            wanted
        }) else {
            return;
        };
        // A panel whose question breaks down says so; the window and the other tabs live on.
        let result = catch_unwind(AssertUnwindSafe(|| query.run(reader))).unwrap_or_else(|_| {
            Err(Failure::Refused("The question broke down; please report it with what was shown.".to_owned()))
        });
        let is_wanted_again = {
            let mut state = lock(&state);
            state.running = None;
            match result {
                Ok(answer) => {
                    state.failed = None;
                    state.answered = Some((query, revision, Arc::new(answer)));
                }
                Err(Failure::Cancelled) => {}
                Err(failure) => state.failed = Some((query, revision, failure)),
            }
            let again = state.wanted.is_some() && !state.is_queued;
            state.is_queued |= again;
            again
        };
        if let Some(shared) = shared.upgrade() {
            let engine = Engine { shared };
            if is_wanted_again {
                submit(&engine, &state);
            }
            (engine.shared().wake)();
        }
    });
    if let Err(failure) = engine.shared().pool.submit(task) {
        let mut state = lock(&refused);
        state.is_queued = false;
        state.failed = state.wanted.take().map(|(query, revision)| (query, revision, failure));
    }
}
