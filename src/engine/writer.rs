//! The one writer thread: batches and edits in the order they came, each durable before it is acknowledged.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::Wake;
use super::event::{Event, Failure, Notice, Queue};
use super::pool::{Watch, spawn};
use crate::model::{Batch, Edit, Severity, Source};
use crate::store::{StoreError, Writer, Written};

/// How many requests may wait: a fast importer is held back here instead of filling memory.
const MAX_WAITING: usize = 8;

/// What a person changed.
pub(crate) enum Change {
    Edit(Edit),
    Undo,
    Redo,
}

enum Request {
    Write(Box<(Batch, Option<Source>)>, Sender<Result<Written, StoreError>>),
    Change(Change),
    Stop(Sender<()>),
}

/// The way to the writer thread.
pub(crate) struct Door {
    requests: Sender<Request>,
}

impl Door {
    pub(crate) fn start(writer: Writer, events: &Queue, watch: &Arc<Watch>, wake: &Wake) -> Result<Self, Failure> {
        let (requests, received) = bounded(MAX_WAITING);
        let events = events.clone();
        let watch = Arc::clone(watch);
        let wake = Arc::clone(wake);
        spawn("writer", move || serve(writer, &received, &events, &watch, &wake))?;
        Ok(Self { requests })
    }

    pub(crate) fn write(&self, batch: Batch, source: Option<Source>) -> Result<Written, Failure> {
        Ok(self.begin_write(batch, source)?.recv().map_err(|_| stopped())??)
    }

    /// Hands facts over; the answer comes when they are durable.
    pub(crate) fn begin_write(
        &self,
        batch: Batch,
        source: Option<Source>,
    ) -> Result<Receiver<Result<Written, StoreError>>, Failure> {
        let (reply, replied) = bounded(1);
        self.send(Request::Write(Box::new((batch, source)), reply))?;
        Ok(replied)
    }

    /// Whether a request would be taken at once.
    pub(crate) fn is_ready(&self) -> bool {
        !self.requests.is_full()
    }

    pub(crate) fn change(&self, change: Change) {
        // A stopped writer means the window is closing: there is nobody left to tell.
        let _ = self.send(Request::Change(change));
    }

    pub(crate) fn stop(&self) {
        let (reply, replied) = bounded(1);
        if self.send(Request::Stop(reply)).is_ok() {
            let _ = replied.recv();
        }
    }

    fn send(&self, request: Request) -> Result<(), Failure> {
        self.requests.send(request).map_err(|_| stopped())
    }
}

/// What is said when the writer is gone.
pub(super) fn stopped() -> Failure {
    Failure::Refused("The workspace was closed before the change could be stored.".to_owned())
}

fn serve(mut writer: Writer, requests: &Receiver<Request>, events: &Queue, watch: &Watch, wake: &Wake) {
    while let Ok(request) = requests.recv() {
        match request {
            Request::Write(facts, reply) => {
                let result = writer.write(&facts.0, facts.1.as_ref());
                watch.committed();
                let _ = reply.send(result);
            }
            Request::Change(change) => {
                let (result, nothing) = match change {
                    Change::Edit(edit) => (writer.apply(&edit).map(|()| Some(edit)), ""),
                    Change::Undo => (writer.undo(), "There is nothing to undo"),
                    Change::Redo => (writer.redo(), "There is nothing to redo"),
                };
                watch.committed();
                let notice = match result {
                    Ok(Some(_)) => None,
                    Ok(None) => Some(Notice { severity: Severity::Notice, text: nothing.to_owned() }),
                    Err(error) => Some(Notice { severity: Severity::Error, text: error.to_string() }),
                };
                if let Some(notice) = notice {
                    events.push(Event::Notice(notice));
                    wake();
                }
            }
            Request::Stop(reply) => {
                if let Err(error) = writer.close() {
                    events.push(Event::Notice(Notice { severity: Severity::Error, text: error.to_string() }));
                }
                let _ = reply.send(());
                return;
            }
        }
    }
}
