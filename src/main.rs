//! The program: the headless half reads the command line; what is left is opening the window.

use std::process::ExitCode;

use reelbench::cli::{self, Next};

fn main() -> ExitCode {
    match cli::run() {
        Next::Exit(code) => code,
        #[cfg(feature = "gui")]
        Next::Window(args) => {
            let start = reelbench::app::Start { workspace: args.workspace, files: args.files };
            cli::exit(reelbench::app::run(start))
        }
        #[cfg(not(feature = "gui"))]
        Next::Window(_) => {
            cli::exit(Err("This reelbench was built without its window; --help lists what it can do".to_owned()))
        }
    }
}
