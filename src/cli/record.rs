//! `reelbench record`
use std::path::PathBuf;
use super::args::RecordArgs;
use crate::engine::Failure;
pub(super) fn run(_: RecordArgs, _: Option<PathBuf>) -> Result<u8, Failure> { Err(Failure::Refused("not yet".into())) }
