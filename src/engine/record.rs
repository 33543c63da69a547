//! Recording a run: the command is started, sampled and written as it goes, and closed however it ends.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Engine, Failure};
pub use crate::live::recording::RecordingOptions;
use crate::live::recording::{Recording, StartError};
pub use crate::live::stage::StageOptions;
use crate::model::Key;

/// How a recording ended.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The run.
    pub run: Key,
    /// What the command returned; 128 + the signal's number when a signal ended it.
    pub exit_code: i32,
    /// Why not all of it could be stored, if so: the command went on undisturbed all the same.
    pub failure: Option<Failure>,
}

impl Engine {
    /// Records a command until it ends. Setting `is_interrupted` ends the command and with it the run, as interrupted.
    /// When the workspace fails on the way, the command goes on undisturbed and the failure is told with its end.
    ///
    /// # Errors
    /// When the command cannot be started or the workspace was opened for reading.
    pub fn record(&self, options: RecordingOptions, is_interrupted: &AtomicBool) -> Result<Recorded, Failure> {
        self.writer()?;
        let mut recording = Recording::start(options)?;
        let run = recording.run();
        let (batch, source) = recording.opening();
        let mut failure = self.write(batch, Some(source)).err();
        let mut has_asked_to_stop = false;
        while !recording.has_ended() {
            if is_interrupted.load(Ordering::Relaxed) && !has_asked_to_stop {
                has_asked_to_stop = true;
                recording.interrupt();
            }
            let (batch, source) = recording.tick();
            if failure.is_none()
                && !batch.is_empty()
                && let Err(error) = self.write(batch, Some(source))
            {
                failure = Some(error);
            }
            recording.wait_for_tick();
        }
        let (batch, source, exit_code) = recording.finish();
        // How it ended is tried even then: what was in the way may be gone, and it says more than all before it.
        let failure = failure.or(self.write(batch, Some(source)).err());
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
