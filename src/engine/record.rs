//! Recording a run: the command is started, sampled and written as it goes, and closed however it ends.

use std::sync::atomic::{AtomicBool, Ordering};

use super::outbox::Outbox;
use super::{Engine, Failure};
pub use crate::live::recording::RecordingOptions;
use crate::live::recording::{Recording, StartError};
pub use crate::live::stage::StageOptions;
use crate::model::{Key, Severity};

/// How a recording ended.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The run.
    pub run: Key,
    /// What the command returned; 128 + the signal's number when a signal ended it.
    pub exit_code: i32,
    /// Why not all of it is stored, if so. The command was not disturbed.
    pub failure: Option<Failure>,
}

impl Engine {
    /// Records a command until it ends. Setting `is_interrupted` ends the command and with it the run, as interrupted.
    /// While the workspace cannot be written, what is measured is kept; the command goes on undisturbed in any case.
    ///
    /// # Errors
    /// When the command cannot be started or the workspace was opened for viewing only.
    pub fn record(&self, options: RecordingOptions, is_interrupted: &AtomicBool) -> Result<Recorded, Failure> {
        self.writer()?;
        let mut recording = Recording::start(options)?;
        let run = recording.run();
        let mut outbox = Outbox::new(self);
        let mut failure = outbox.put(Some(recording.opening())).err();
        let mut has_asked_to_stop = false;
        while !recording.has_ended() {
            if is_interrupted.load(Ordering::Relaxed) && !has_asked_to_stop {
                has_asked_to_stop = true;
                recording.interrupt();
            }
            let (batch, source) = recording.tick();
            let news = (!batch.is_empty()).then_some((batch, source));
            if failure.is_none()
                && let Err(error) = outbox.put(news)
            {
                self.notify(Severity::Error, format!("Recording stopped, the command goes on: {error}"));
                failure = Some(error);
            }
            recording.wait_for_tick();
        }
        let (batch, source, exit_code) = recording.finish();
        if failure.is_none() {
            failure = outbox.put(Some((batch, source))).and_then(|()| outbox.finish()).err();
        }
        Ok(Recorded { run, exit_code, failure })
    }
}

/// Runs a command as a stage of the recording in the environment; with none it just runs the command.
/// Returns the code to end with, and why the recording does not know all of it, if so.
///
/// # Errors
/// When the command cannot be started.
pub fn stage(options: &StageOptions, is_interrupted: &AtomicBool) -> Result<(i32, Option<String>), Failure> {
    let staged = crate::live::stage::run(options, is_interrupted)?;
    Ok((staged.exit.shell_code(), staged.warning))
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let reason = error.to_string();
        let mut letters = reason.chars();
        let reason = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        Self::NotStarted { reason, shell_code: error.shell_code() }
    }
}
