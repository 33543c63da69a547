//! Wakes a follower when its file changes; where the system cannot tell, polling has to do.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::attachments::Waker;

/// A watch on one path. Its folder is watched, so that a file that is made, renamed or deleted is noticed too.
pub struct Watch {
    has_changed: Arc<AtomicBool>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches `path`; `None` where the system does not report changes (network drives, too many watches).
    #[must_use]
    pub fn start(path: &Path, waker: Waker) -> Option<Self> {
        let folder = folder_of(path).canonicalize().ok()?;
        let name = path.file_name()?.to_owned();
        let has_changed = Arc::new(AtomicBool::new(true));
        let flag = Arc::clone(&has_changed);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let concerns_us = match &event {
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
                Ok(event) => event.paths.is_empty() || event.paths.iter().any(|path| path.file_name() == Some(&name)),
                Err(_) => true,
            };
            // Woken once for all changes until they were looked at.
            if concerns_us && !flag.swap(true, Ordering::AcqRel) {
                waker();
            }
        })
        .ok()?;
        watcher.watch(&folder, RecursiveMode::NonRecursive).ok()?;
        Some(Self { has_changed, _watcher: watcher })
    }

    /// Whether something changed since the last call.
    pub fn take_change(&self) -> bool {
        self.has_changed.swap(false, Ordering::AcqRel)
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
