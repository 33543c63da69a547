//! No subcommand: the window, or without a display what there is instead of it.

use std::path::PathBuf;
use std::process::ExitCode;

use super::args::WindowArgs;
use super::{Next, text};
use crate::engine::{Failure, demo, doctor, workspace};

/// The window, or without a display what there is instead of it.
pub(super) fn next(mut args: WindowArgs, named: Option<PathBuf>) -> Next {
    args.workspace = named;
    let is_missing = |path: &&PathBuf| !path.exists() && !workspace::has_extension(path);
    if let Some(path) = args.files.iter().find(is_missing) {
        return refuse(&Failure::Refused(format!(
            "There is no file and no subcommand “{}”; `reelbench --help` lists the subcommands",
            path.display()
        )));
    }
    if args.demo && args.workspace.is_none() {
        match demo::path() {
            Ok(path) => args.workspace = Some(path),
            Err(failure) => return refuse(&failure),
        }
    }
    if doctor::display() != doctor::Display::None {
        return Next::Window(args);
    }
    without_display(args)
}

fn refuse(failure: &Failure) -> Next {
    text::complain(&failure.to_string());
    Next::Exit(ExitCode::from(super::code_of(failure)))
}

#[cfg(feature = "gui")]
fn without_display(args: WindowArgs) -> Next {
    if let Some(path) = args.files.iter().find(|path| !workspace::is_workspace(path)) {
        return refuse(&Failure::Refused(format!(
            "There is no display to show {} in; `reelbench import` reads it into a workspace",
            path.display()
        )));
    }
    text::complain(
        "there is no display (DISPLAY and WAYLAND_DISPLAY are not set), so every tab is drawn into a PNG file instead",
    );
    let named = args.workspace.or_else(|| args.files.into_iter().next());
    let path = match named.map_or_else(demo::path, Ok) {
        Ok(path) => path,
        Err(failure) => return refuse(&failure),
    };
    match super::render::every_tab(&path, std::path::Path::new("reelbench-pictures")) {
        Ok(code) => Next::Exit(ExitCode::from(code)),
        Err(failure) => refuse(&failure),
    }
}

#[cfg(not(feature = "gui"))]
fn without_display(_: WindowArgs) -> Next {
    refuse(&Failure::Refused(
        "This reelbench was built without its window; `reelbench --help` lists what it can do".to_owned(),
    ))
}
