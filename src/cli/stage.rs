//! `reelbench stage`
use super::args::StageArgs;
use crate::engine::Failure;
pub(super) fn run(_: StageArgs) -> Result<u8, Failure> {
    Err(Failure::Refused("not yet".into()))
}
