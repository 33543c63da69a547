//! The program: the headless half reads the command line; what is left is opening the window.

use std::process::ExitCode;

use reelbench::cli::{self, Next};

fn main() -> ExitCode {
    match cli::run() {
        Next::Exit(code) => code,
        #[cfg(feature = "gui")]
        Next::Window(args) => {
            let _ = args;
            ExitCode::from(cli::USAGE)
        }
        #[cfg(not(feature = "gui"))]
        Next::Window(_) => ExitCode::from(cli::USAGE),
    }
}
