//! Which workspaces this process has open, because looking at the bytes of an open one would break its locks.
//!
//! POSIX drops all locks a process holds on a file when it closes *any* descriptor of it. If we opened the file of
//! a workspace to look at its header while SQLite has it open, another process could take itself for the last one
//! and delete the write-ahead log under us (<https://sqlite.org/howtocorrupt.html>, section 2.2). So the header is
//! only looked at while nobody here has the file open, and everybody else may ask [`is_open_here`] first.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::StoreError;

static OPEN: LazyLock<Mutex<HashMap<PathBuf, usize>>> = LazyLock::new(Mutex::default);

/// Says that this process has a workspace open, until dropped. Keep it after the connection in drop order.
#[derive(Debug)]
pub struct Presence {
    path: PathBuf,
}

impl Presence {
    /// Enters a path, after `check` if nobody here had it open yet.
    pub fn enter(path: &Path, check: impl FnOnce() -> Result<(), StoreError>) -> Result<Self, StoreError> {
        let mut open = lock();
        if !open.contains_key(&identity(path)) {
            check()?;
        }
        let path = identity(path);
        *open.entry(path.clone()).or_default() += 1;
        Ok(Self { path })
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut open = lock();
        if let Some(count) = open.get_mut(&self.path) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.path);
            }
        }
    }
}

/// Whether this process has the workspace at `path` open: then its file must not be opened by other means.
#[must_use]
pub fn is_open_here(path: &Path) -> bool {
    lock().contains_key(&identity(path))
}

fn lock() -> MutexGuard<'static, HashMap<PathBuf, usize>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same for every way to write the path, also before the file exists.
fn identity(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (absolute.parent().map(Path::canonicalize), absolute.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => absolute,
    }
}
