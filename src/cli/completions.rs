//! `reelbench completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;

use super::DONE;
use super::args::{Args, CompletionsArgs};
use super::text::say_bytes;
use crate::engine::Failure;

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    // Into memory first: the generator takes a full disk for a mistake of the programmer.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "reelbench", &mut script);
    say_bytes(&script);
    Ok(DONE)
}
