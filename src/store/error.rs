//! What can go wrong with a workspace file, each as the sentence a user reads.

use std::path::{Path, PathBuf};

/// Why a workspace could not be opened, read or written. `Display` is the sentence a user reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("There is no workspace at {}; check the path, or import or record something to make one", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Written by a newer reelbench.
    #[error("{} was written by a newer reelbench (schema {found}, this one knows {known}); update reelbench to open it", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// Written by an older reelbench and opened only for reading.
    #[error(
        "{} was written by an older reelbench (schema {found}, this one needs {known}); open it once where it can be written, to bring it up to date",
        path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The schema this program needs.
        known: i64,
    },
    /// A file that is no reelbench workspace.
    #[error("{} is not a reelbench workspace: {why}; nothing was changed", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What gave it away.
        why: String,
    },
    /// The upgrade to this program's schema failed and was taken back.
    #[error("{} could not be brought from schema {from} to {to} and is as it was: {why}", path.display())]
    Upgrade {
        /// The file.
        path: PathBuf,
        /// Its schema version, before and after.
        from: i64,
        /// The schema it should have got.
        to: i64,
        /// What failed.
        why: String,
    },
    /// Another process is writing and did not finish in time.
    #[error("The workspace is being written by {holder}; try again when it has finished")]
    Locked {
        /// Program, process id and since when.
        holder: String,
    },
    /// Its pages or its packed samples do not make sense.
    #[error("{} is damaged ({why}); restore a backup, or copy the file before anything else is tried", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not make sense.
        why: String,
    },
    /// The file or its folder cannot be written.
    #[error("{} cannot be written: the file, its folder or its disk is read-only; it can be viewed but not changed", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No room.
    #[error("The disk is full: nothing of the last change was kept; free some space and try again")]
    DiskFull,
    /// The operating system refused.
    #[error("{}: {why}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The run or note meant does not exist.
    #[error("There is no {what} {key} in this workspace")]
    Unknown {
        /// `run`, `note`, `span` or `series`.
        what: &'static str,
        /// Its key as hex.
        key: String,
    },
    /// Someone asked the query to stop.
    #[error("The question was interrupted")]
    Interrupted,
    /// Someone asked the backup to stop.
    #[error("The backup was cancelled; nothing was left behind")]
    Cancelled,
    /// Built against a SQLite with the WAL-reset bug.
    #[error("This reelbench was built with SQLite {found}, which can corrupt files; it needs 3.51.3 or later")]
    OldSqlite {
        /// The version found.
        found: String,
    },
    /// Anything else SQLite says.
    #[error("The workspace could not be read or written: {why}")]
    Sqlite {
        /// SQLite's words.
        why: String,
    },
}

/// What stands for the file until an error gets to know it.
const UNNAMED: &str = "The workspace";

impl StoreError {
    /// Damage in a file whose name is told by `at`.
    pub(super) fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged { path: PathBuf::from(UNNAMED), why: why.into() }
    }

    /// An error of the operating system about a path.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::NotFound => Self::Missing { path },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::ReadOnly { path },
            ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::Io { path, why: error.to_string() },
        }
    }

    /// Names the file in errors that came up without knowing it.
    pub(super) fn at(self, path: &Path) -> Self {
        match self {
            Self::ReadOnly { .. } => Self::ReadOnly { path: path.to_owned() },
            Self::Damaged { path: named, why } if named == Path::new(UNNAMED) => {
                Self::Damaged { path: path.to_owned(), why }
            }
            Self::Io { path: named, why } if named == Path::new(UNNAMED) => Self::Io { path: path.to_owned(), why },
            error => error,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let why = match &error {
            rusqlite::Error::SqliteFailure(_, Some(words)) => words.clone(),
            error => error.to_string(),
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Locked { holder: "another program".to_owned() }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::damaged(why),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path: PathBuf::from(UNNAMED) },
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::SystemIoFailure) => Self::Io { path: PathBuf::from(UNNAMED), why },
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            Some(_) => Self::Sqlite { why },
            // A value of a type or size that our schema does not allow: the bytes were changed by something else.
            None => Self::damaged(why),
        }
    }
}
