//! What every subcommand begins with: which workspace, how it is opened, and what Ctrl-C does.

use std::path::PathBuf;

use crate::engine::{Access, Engine, Failure, Options, workspace};

/// The workspace that was named, or the default one.
pub(super) fn path_or_default(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    named.map_or_else(workspace::default_path, Ok)
}

/// Opens the workspace that was named, or the default one.
pub(super) fn open(named: Option<PathBuf>, program: &str, access: Access) -> Result<Engine, Failure> {
    Engine::open(&path_or_default(named)?, Options::headless(program, access))
}

/// Calls `body` on Ctrl-C and on a request to terminate, instead of ending at once.
pub(super) fn on_interrupt(body: impl FnMut() + Send + 'static) -> Result<(), Failure> {
    ctrlc::set_handler(body).map_err(|error| Failure::Refused(format!("Ctrl-C cannot be listened for: {error}")))
}
