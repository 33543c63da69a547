//! The headless half: one file a subcommand, and what every exit code means.
//!
//! | code | means |
//! |---|---|
//! | 0 | done |
//! | 1 | a check or gate failed |
//! | 2 | the command line is wrong, or names a run, format or zone that there is not |
//! | 3 | the data is bad: a file no importer can read, a damaged workspace |
//! | 4 | a workspace, file or process cannot be reached: not there, not permitted, locked, read-only, disk full |
//! | 130 | interrupted by Ctrl-C |
//! | other | `record` and `stage` pass on the code of the command they run |

mod args;
mod attach;
mod backup;
mod completions;
mod doctor;
mod import;
mod opening;
mod record;
#[cfg(feature = "gui")]
mod render;
mod runs;
mod show;
mod stage;
mod text;
mod values;
mod window;

use std::process::ExitCode;

use clap::Parser as _;

use crate::engine::{Failure, StoreError};
pub use args::WindowArgs;

/// Done.
pub const DONE: u8 = 0;
/// A check or gate failed.
pub const FAILED: u8 = 1;
/// Wrong command line.
pub const USAGE: u8 = 2;
/// Bad data.
pub const BAD_DATA: u8 = 3;
/// Cannot be reached.
pub const UNREACHABLE: u8 = 4;
/// Interrupted.
pub const INTERRUPTED: u8 = 130;

/// What is left to do after the command line was read.
pub enum Next {
    /// Nothing: this is the exit code.
    Exit(ExitCode),
    /// Open the window.
    Window(WindowArgs),
}

/// Says why the window did not open, and with which code the program ends then.
#[must_use]
pub fn refuse(why: &str) -> ExitCode {
    text::complain(why);
    ExitCode::from(UNREACHABLE)
}

/// Reads the command line and does what it says, except opening the window.
#[must_use]
pub fn run() -> Next {
    let args = args::Args::parse();
    let workspace = args.workspace;
    let result = match args.command {
        None => return window::next(args.window, workspace),
        Some(args::Command::Import(args)) => import::run(&args, workspace),
        Some(args::Command::Runs(args)) => runs::run(&args, workspace),
        Some(args::Command::Show(args)) => show::run(&args, workspace),
        Some(args::Command::Record(args)) => record::run(args, workspace),
        Some(args::Command::Stage(args)) => stage::run(args),
        Some(args::Command::Attach(args)) => attach::run(&args, workspace),
        Some(args::Command::Backup(args)) => backup::run(&args, workspace),
        Some(args::Command::Doctor(args)) => doctor::run(&args, workspace),
        #[cfg(feature = "gui")]
        Some(args::Command::Render(args)) => render::run(&args, workspace),
        Some(args::Command::Completions(args)) => completions::run(&args),
    };
    let code = result.unwrap_or_else(|failure| {
        text::complain(&failure.to_string());
        code_of(&failure)
    });
    Next::Exit(ExitCode::from(match text::output_error() {
        Some(why) if code == DONE => {
            text::complain(&format!("the output could not be written: {why}"));
            UNREACHABLE
        }
        _ => code,
    }))
}

/// How the window ended: well, or in a sentence that says why there is none.
#[must_use]
pub fn exit(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::from(DONE),
        Err(sentence) => {
            text::complain(&sentence);
            ExitCode::from(UNREACHABLE)
        }
    }
}

/// The exit code of a failure.
pub(crate) fn code_of(failure: &Failure) -> u8 {
    match failure {
        Failure::Store(error) => match **error {
            StoreError::Newer { .. }
            | StoreError::Older { .. }
            | StoreError::NotOurs { .. }
            | StoreError::Damaged { .. }
            | StoreError::Upgrade { .. } => BAD_DATA,
            StoreError::Unknown { .. } => USAGE,
            _ => UNREACHABLE,
        },
        Failure::ReadOnly { .. } | Failure::File { .. } => UNREACHABLE,
        Failure::Refused(_) => USAGE,
        Failure::NotStarted { shell_code, .. } => u8::try_from(*shell_code).unwrap_or(FAILED),
        Failure::Cancelled => INTERRUPTED,
    }
}
