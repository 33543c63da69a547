//! `reelbench completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;

use super::DONE;
use super::args::{Args, CompletionsArgs};
use crate::engine::Failure;

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    clap_complete::generate(args.shell, &mut Args::command(), "reelbench", &mut std::io::stdout());
    Ok(DONE)
}
