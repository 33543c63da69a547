//! The files below a folder: all of them, in order of name, and none forgotten in silence.

use std::path::{Path, PathBuf};

/// How deep folders are searched.
const MAX_DEPTH: usize = 8;

/// All files below a folder in order of name. Links to folders are not followed, since they may lead round in a
/// circle; a folder that cannot be searched stands in the list itself, so that its import says why.
pub(super) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(folder, 0, &mut found);
    found
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) if depth <= MAX_DEPTH => entries,
        _ => {
            found.push(folder.to_owned());
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            walk(&path, depth + 1, found);
        } else if std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            found.push(path);
        }
    }
}

/// Why a folder in that list was not searched.
pub(super) fn folder_reason(folder: &Path) -> String {
    match std::fs::read_dir(folder) {
        Ok(_) => format!("the folder lies more than {MAX_DEPTH} folders deep and was not searched; name it itself"),
        Err(error) => format!("the folder cannot be searched: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::below;

    #[test]
    fn nothing_is_forgotten_in_silence() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/1/2/3/4/5/6/7/8/9")).unwrap();
        for file in ["c.jsonl", "a.jsonl", "b/x", "b/1/2/3/4/5/6/7/8/deep"] {
            fs::write(root.join(file), "{}").unwrap();
        }
        #[cfg(unix)]
        for (to, link) in [(root.join("a.jsonl"), "link"), (root.to_owned(), "b/round")] {
            std::os::unix::fs::symlink(to, root.join(link)).unwrap();
        }
        let found: Vec<_> = below(root)
            .iter()
            .filter_map(|path| path.strip_prefix(root).ok()?.to_str().map(str::to_owned))
            .filter(|name| name != "link")
            .collect();
        assert_eq!(found, ["a.jsonl", "b/1/2/3/4/5/6/7/8", "b/x", "c.jsonl"]);
    }
}
