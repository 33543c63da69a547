//! An outbox: facts of a live source on their way to the writer, kept while the workspace cannot take them.
//!
//! What measures must not wait: another program may hold the workspace for seconds, a disk may be full for a while.
//! So facts are handed to the writer and its answer is looked at the next time some come. What it could not store is
//! kept, in order, and handed over again with what came since.

use crossbeam_channel::{Receiver, TryRecvError};

use super::writer::stopped;
use super::{Engine, Failure};
use crate::model::{Batch, Severity, Source};
use crate::store::{StoreError, Written};

/// The most facts that are kept: some ten minutes of a usual recording, a few dozen MB.
const MAX_KEPT: usize = 200_000;
/// How often the last facts are tried; each time the lock is waited for.
const MAX_LAST_TRIES: u32 = 3;

/// The outbox of one live source.
pub(super) struct Outbox<'a> {
    engine: &'a Engine,
    kept: Batch,
    source: Option<Source>,
    sent: Option<Sent>,
    has_told: bool,
}

/// What the writer has, and where its answer will be.
struct Sent {
    batch: Batch,
    source: Option<Source>,
    answer: Receiver<Result<Written, StoreError>>,
}

impl<'a> Outbox<'a> {
    /// An empty one.
    pub fn new(engine: &'a Engine) -> Self {
        Self { engine, kept: Batch::default(), source: None, sent: None, has_told: false }
    }

    /// Takes facts with their source, if there are news, and hands over what it has if the writer is ready. Never waits.
    ///
    /// # Errors
    /// What the workspace will not get over: the facts are lost then, and so are all that come.
    pub fn put(&mut self, news: Option<(Batch, Source)>) -> Result<(), Failure> {
        if let Some((batch, source)) = news {
            self.kept.append(batch);
            self.source = Some(source);
        }
        if let Some(sent) = self.sent.take() {
            match sent.answer.try_recv() {
                Err(TryRecvError::Empty) => self.sent = Some(sent),
                Err(TryRecvError::Disconnected) => return Err(stopped()),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => self.take_back(sent, error)?,
            }
        }
        if self.sent.is_none() && !self.is_empty() && self.engine.writer()?.is_ready() {
            self.send()?;
        }
        Ok(())
    }

    /// Waits until everything is stored.
    ///
    /// # Errors
    /// Why it is not.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let mut num_failed = 0;
        loop {
            if let Some(sent) = self.sent.take() {
                match sent.answer.recv().map_err(|_| stopped())? {
                    Ok(_) => {}
                    Err(error) if num_failed + 1 == MAX_LAST_TRIES => return Err(error.into()),
                    Err(error) => {
                        num_failed += 1;
                        self.take_back(sent, error)?;
                    }
                }
            }
            if self.is_empty() {
                return Ok(());
            }
            self.send()?;
        }
    }

    fn is_empty(&self) -> bool {
        self.source.is_none() && self.kept.is_empty()
    }

    fn send(&mut self) -> Result<(), Failure> {
        let (batch, source) = (std::mem::take(&mut self.kept), self.source.take());
        let answer = self.engine.writer()?.begin_write(batch.clone(), source.clone())?;
        self.sent = Some(Sent { batch, source, answer });
        Ok(())
    }

    /// Keeps what was not stored, if there is hope for it.
    fn take_back(&mut self, sent: Sent, error: StoreError) -> Result<(), Failure> {
        let is_passing = matches!(error, StoreError::Locked { .. } | StoreError::DiskFull | StoreError::Io { .. });
        let came_since = std::mem::replace(&mut self.kept, sent.batch);
        self.kept.append(came_since);
        self.source = self.source.take().or(sent.source);
        if !is_passing || self.kept.num_facts() > MAX_KEPT {
            return Err(error.into());
        }
        if !std::mem::replace(&mut self.has_told, true) {
            let text = format!("What is measured is kept in memory until it can be stored: {error}");
            self.engine.notify(Severity::Warning, text);
        }
        Ok(())
    }
}
