//! Where workspaces lie: the default one, the demo, and what tells a workspace from any other file.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::Failure;

/// The ending of a workspace file.
pub const EXTENSION: &str = "reelbench";

/// The platform's folders of this program.
///
/// # Errors
/// When there is no home folder; `--workspace` then says where.
pub fn folders() -> Result<ProjectDirs, Failure> {
    ProjectDirs::from("", "", "reelbench").ok_or_else(|| {
        Failure::Refused("There is no home folder to keep a workspace in; name one with --workspace FILE".to_owned())
    })
}

/// The workspace used when none is named: `default.reelbench` in the platform's data folder, which is made.
///
/// # Errors
/// When the folder cannot be made.
pub fn default_path() -> Result<PathBuf, Failure> {
    in_data_folder("default.reelbench")
}

/// A file in the platform's data folder, which is made.
pub(crate) fn in_data_folder(name: &str) -> Result<PathBuf, Failure> {
    let folders = folders()?;
    let folder = folders.data_dir();
    std::fs::create_dir_all(folder).map_err(|error| Failure::File {
        path: folder.to_owned(),
        reason: format!("the folder cannot be made ({error}); name a workspace with --workspace FILE"),
    })?;
    Ok(folder.join(name))
}

/// Whether a file, there or not, is named as workspaces are.
#[must_use]
pub fn has_extension(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
}

/// Whether a file is a workspace rather than something to import: by its ending, else by its first bytes.
#[must_use]
pub fn is_workspace(path: &Path) -> bool {
    use std::io::Read as _;
    if has_extension(path) {
        return true;
    }
    // Opening a file that SQLite has open here, and closing it again, would drop SQLite's locks on it.
    if crate::store::is_open_here(path) {
        return true;
    }
    let mut head = [0; 16];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && &head == b"SQLite format 3\0"
}

/// Where the window notes what draws it, so that the doctor can say so without opening one.
fn renderer_path() -> Result<PathBuf, Failure> {
    in_data_folder("renderer.txt")
}

/// What drew the window last on this machine.
#[must_use]
pub fn last_renderer() -> Option<String> {
    let text = std::fs::read_to_string(renderer_path().ok()?).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Notes what draws the window. Not knowing it later is no harm, so failing is none either.
pub fn note_renderer(renderer: &str) {
    if let Ok(path) = renderer_path() {
        let _ = std::fs::write(path, renderer);
    }
}
