//! `reelbench render`: tabs as PNG files, drawn off-screen by the window's own code.

use std::path::{Path, PathBuf};

use super::args::RenderArgs;
use crate::engine::Failure;

pub(super) fn run(_args: &RenderArgs, _workspace: Option<PathBuf>) -> Result<u8, Failure> {
    Err(Failure::Refused("Drawing arrives with the window".to_owned()))
}

/// Draws every tab of a workspace in both themes into a folder.
pub(super) fn every_tab(_workspace: &Path, _folder: &Path) -> Result<u8, Failure> {
    Err(Failure::Refused("Drawing arrives with the window".to_owned()))
}
