//! The program: the headless half reads the command line; what is left is opening the window.

use std::process::ExitCode;

#[cfg(feature = "gui")]
use reelbench::app;
use reelbench::cli::{self, Next};

fn main() -> ExitCode {
    match cli::run() {
        Next::Exit(code) => code,
        #[cfg(feature = "gui")]
        Next::Window(args) => match app::run(app::Start { workspace: args.workspace, files: args.files }) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => cli::refuse(&why),
        },
        #[cfg(not(feature = "gui"))]
        Next::Window(_) => ExitCode::from(cli::USAGE),
    }
}
