//! Which of the files a person brings are workspaces to open, and which are to be imported.

use std::path::PathBuf;

use crate::engine::workspace;

/// What to do with the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// The workspace to open. Of several the first: a window shows one.
    pub workspace: Option<PathBuf>,
    /// Files and folders to import.
    pub imports: Vec<PathBuf>,
    /// What cannot be used, a sentence each.
    pub refusals: Vec<String>,
}

/// Sorts files by what they are. It reads their first bytes, so it is called off the window's thread.
#[must_use]
pub fn sort(paths: Vec<PathBuf>) -> Sorted {
    let mut sorted = Sorted::default();
    for path in paths {
        if let Err(error) = std::fs::metadata(&path) {
            sorted.refusals.push(match error.kind() {
                std::io::ErrorKind::NotFound => format!("There is no file {}", path.display()),
                _ => format!("{} cannot be read: {error}", path.display()),
            });
        } else if !path.is_dir() && workspace::is_workspace(&path) {
            if sorted.workspace.is_none() {
                sorted.workspace = Some(path);
            } else {
                sorted.refusals.push(format!("{} was not opened: a window shows one workspace", path.display()));
            }
        } else {
            sorted.imports.push(path);
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_are_told_from_files_to_import() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).expect("written");
            path
        };
        let by_ending = write("a.reelbench", b"");
        let by_content = write("b.db", b"SQLite format 3\0 and more");
        let metrics = write("metrics.jsonl", b"{}\n");
        let missing = folder.path().join("gone.jsonl");
        let sorted =
            sort(vec![metrics.clone(), by_ending.clone(), by_content.clone(), folder.path().to_owned(), missing]);
        assert_eq!(sorted.workspace, Some(by_ending));
        assert_eq!(sorted.imports, [metrics, folder.path().to_owned()]);
        assert_eq!(sorted.refusals.len(), 2);
        assert!(sorted.refusals[0].contains("b.db"), "{:?}", sorted.refusals);
        assert_eq!(sort(vec![by_content.clone()]).workspace, Some(by_content));
    }
}
