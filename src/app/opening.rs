//! Opening workspaces and importing files: what the window starts with, and what a person brings later.

use std::path::{Path, PathBuf};

use super::files::Sorted;
use super::window::{Start, Window};
use crate::engine::{Access, Engine, Failure, ImportRequest, Options, workspace};
use crate::model::Severity;

/// Opens what the window is to start with: the named workspace, else the default one; then the files.
pub(super) fn start(window: &mut Window, start: Start) {
    if let Some(path) = start.workspace {
        open(window, path);
    } else {
        match first_workspace(&start.files) {
            Some(_) => {}
            None => match workspace::default_path() {
                Ok(path) => open(window, path),
                Err(failure) => window.shell.surroundings.failure = Some(failure.to_string()),
            },
        }
    }
    if !start.files.is_empty() {
        window.inbox.sort(start.files);
    }
}

/// The first of the files that is a workspace by its name: it needs no look into it.
fn first_workspace(files: &[PathBuf]) -> Option<&PathBuf> {
    files.iter().find(|path| path.extension().is_some_and(|extension| extension == workspace::EXTENSION))
}

/// Opens a workspace in place of the one that is open.
pub(super) fn open(window: &mut Window, path: PathBuf) {
    let is_open = window.shell.engine().is_some_and(|engine| engine.path() == path);
    if is_open {
        window.shell.tell(Severity::Notice, format!("{} is open already", path.display()));
        return;
    }
    window.shell.surroundings.opening = Some(path.clone());
    window.shell.surroundings.failure = None;
    let options = Options { program: "reelbench window".to_owned(), access: Access::Edit, wake: window.inbox.wake() };
    window.inbox.open(path, options);
}

/// Takes a workspace that was opened, or tells why it was not; the one that was open stays then.
pub(super) fn opened(window: &mut Window, path: &Path, opened: Result<Engine, Failure>) {
    let is_wanted = window.shell.surroundings.opening.as_deref() == Some(path);
    match opened {
        // Another one was asked for meanwhile.
        Ok(engine) if !is_wanted => window.inbox.close(engine),
        Ok(engine) => {
            window.shell.surroundings.opening = None;
            window.shell.settings_mut().remember(path);
            if let Some(why) = engine.read_only() {
                let text = format!("{} is open for looking only: {why}", path.display());
                window.shell.tell(Severity::Warning, text);
            }
            if let Some(before) = window.shell.replace_engine(Some(engine)) {
                window.inbox.close(before);
            }
            let imports = std::mem::take(&mut window.waiting_imports);
            import(window, imports);
        }
        Err(failure) => {
            if is_wanted {
                window.shell.surroundings.opening = None;
            }
            if window.shell.engine().is_none() {
                // It stands on the page itself, which has nothing else to show.
                window.shell.surroundings.failure = Some(failure.to_string());
            } else {
                window.shell.tell(Severity::Error, failure.to_string());
            }
        }
    }
}

/// Opens and imports what was sorted.
pub(super) fn take(window: &mut Window, sorted: Sorted) {
    for refusal in sorted.refusals {
        window.shell.tell(Severity::Warning, refusal);
    }
    if let Some(path) = sorted.workspace {
        open(window, path);
    }
    import(window, sorted.imports);
}

/// Imports now, or as soon as the workspace is there.
fn import(window: &mut Window, paths: Vec<PathBuf>) {
    if paths.is_empty() {
        return;
    }
    if window.shell.surroundings.opening.is_some() {
        window.waiting_imports.extend(paths);
        return;
    }
    let Some(engine) = window.shell.engine().cloned() else {
        window.shell.tell(Severity::Error, "Open a workspace first: what is imported is kept there");
        return;
    };
    if let Some(why) = engine.read_only() {
        window.shell.tell(Severity::Error, format!("Nothing can be imported here: {why}"));
        return;
    }
    for path in paths {
        let request = ImportRequest { path, ..ImportRequest::default() };
        if let Err(failure) = engine.start_import(request) {
            window.shell.tell(Severity::Error, failure.to_string());
        }
    }
}
