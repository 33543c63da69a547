//! `reelbench record`
use super::args::RecordArgs;
use crate::engine::Failure;
use std::path::PathBuf;
pub(super) fn run(_: RecordArgs, _: Option<PathBuf>) -> Result<u8, Failure> {
    Err(Failure::Refused("not yet".into()))
}
