//! Opening a workspace file as if a stranger had sent it: header first, then the safest settings, then the schema.
//!
//! The recipe follows SQLite's “Defense Against The Dark Arts” page: no schema code runs that we did not write,
//! limits hold a hostile file down, nothing is mapped into memory, and no byte of a file that is not ours is changed.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::migrate::{self, APPLICATION_ID};
use super::presence::Presence;

/// The first SQLite without the WAL-reset corruption bug.
const MIN_SQLITE: i32 = 3_051_003;
/// How long SQLite itself waits for another process; our own lock waits first.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How long any statement of the checks at opening may take.
const CHECK_BUDGET: Duration = Duration::from_secs(2);
/// No value of ours is longer.
const MAX_VALUE_BYTES: i32 = 64 << 20;
/// Where the header says what a file is.
const HEADER_BYTES: usize = 100;

/// A connection, and what has to stay as long as it; fields drop in this order.
#[derive(Debug)]
pub struct Opened {
    /// The connection.
    pub connection: Connection,
    /// Whether nothing can change what it shows.
    pub is_frozen: bool,
    /// The copy it reads, where the original could not be opened in place.
    _copy: Option<tempfile::TempDir>,
    _presence: Presence,
}

/// Looks whether a file could be opened for writing: it is ours or not there yet, and not read-only.
pub fn check(path: &Path) -> Result<(), StoreError> {
    Presence::enter(path, || check_header(path).map(|_| ())).map(drop)?;
    match path.metadata() {
        Ok(metadata) if metadata.permissions().readonly() => Err(StoreError::ReadOnly { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// Opens for writing; makes the file if there is none. Call under the write lock.
pub fn open_for_writing(path: &Path) -> Result<Opened, StoreError> {
    check_sqlite()?;
    let mut header = Header::Ours;
    let was_there = path.exists();
    let presence = Presence::enter(path, || {
        header = check_header(path)?;
        Ok(())
    })?;
    let is_new = header == Header::Empty;
    let result = (|| {
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        if is_new {
            // In the rollback journal, before WAL: the main file itself says whose it is from its first page on.
            connection.pragma_update(None, "page_size", 4096)?;
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        } else {
            // Before the journal mode is set, which changes the file: of one that is not ours no byte is changed.
            guarded(&mut connection, |connection| match migrate::version(connection)? {
                found if found == migrate::known_version() => migrate::check_schema(connection, path),
                _ => Ok(()),
            })?;
        }
        let mode: String = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(StoreError::ReadOnly { path: path.to_owned() });
        }
        connection
            .execute_batch("PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384")?;
        guarded(&mut connection, |connection| {
            let found = migrate::version(connection)?;
            let known = migrate::known_version();
            if found > known {
                return Err(StoreError::Newer { path: path.to_owned(), found, known });
            }
            Ok(())
        })?;
        migrate::upgrade(&mut connection, path, migrate::MIGRATIONS)?;
        guarded(&mut connection, |connection| migrate::check_schema(connection, path))?;
        Ok(connection)
    })();
    let connection = result.map_err(|error| {
        if is_new && !was_there {
            // A disk that filled up leaves a beginning that nobody could make sense of.
            for ending in ["", "-journal", "-wal", "-shm"] {
                let _ = std::fs::remove_file(side_file(path, ending));
            }
        }
        explain(error, path)
    })?;
    Ok(Opened { connection, is_frozen: false, _copy: None, _presence: presence })
}

/// Opens for reading: in place where that works, else as an immutable file, else from a copy of file and log.
pub fn open_for_reading(path: &Path) -> Result<Opened, StoreError> {
    check_sqlite()?;
    let presence = Presence::enter(path, || match check_header(path)? {
        Header::Ours => Ok(()),
        Header::Empty if path.exists() => {
            Err(StoreError::NotOurs { path: path.to_owned(), why: "it is empty".to_owned() })
        }
        Header::Empty => Err(StoreError::Missing { path: path.to_owned() }),
    })?;
    // Read-write where the system allows it, so that the last one out tidies the log away; `query_only` keeps us from writing.
    let in_place = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|connection| verified(connection, path));
    match in_place {
        Ok(connection) => return Ok(Opened { connection, is_frozen: false, _copy: None, _presence: presence }),
        Err(StoreError::ReadOnly { .. } | StoreError::Io { .. } | StoreError::Sqlite { .. }) => {}
        Err(error) => return Err(explain(error, path)),
    }
    open_frozen(path, presence).map_err(|error| explain(error, path))
}

/// Opens a file that cannot be opened in place: as an immutable one or, where a log lies beside it that must not be
/// ignored, from a copy of both.
fn open_frozen(path: &Path, presence: Presence) -> Result<Opened, StoreError> {
    let log = side_file(path, "-wal");
    if !log.metadata().is_ok_and(|metadata| metadata.len() > 0) {
        let connection = verified(connect_immutable(path)?, path)?;
        return Ok(Opened { connection, is_frozen: true, _copy: None, _presence: presence });
    }
    let folder = tempfile::tempdir().map_err(|error| StoreError::Io {
        path: path.to_owned(),
        why: format!("it has to be copied to be viewed, and could not be: {error}"),
    })?;
    let copy = folder.path().join("workspace.reelbench");
    for (from, to) in [(path, &copy), (log.as_path(), &side_file(&copy, "-wal"))] {
        // Contents only: the copy has to be writable whatever the original is.
        let mut original = File::open(from).map_err(|error| StoreError::io(from, &error))?;
        let mut target = File::create(to).map_err(|error| StoreError::io(to, &error))?;
        std::io::copy(&mut original, &mut target).map_err(|error| StoreError::io(from, &error))?;
    }
    let connection = verified(connect(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?, path)?;
    Ok(Opened { connection, is_frozen: true, _copy: Some(folder), _presence: presence })
}

/// The file beside a workspace that has this ending: `-wal`, `-lock`.
pub fn side_file(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Opens with every guard of the recipe; `journal_mode` is left to who writes.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    settle(Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn connect_immutable(path: &Path) -> Result<Connection, StoreError> {
    use std::fmt::Write as _;
    let absolute = std::path::absolute(path).map_err(|error| StoreError::io(path, &error))?;
    let mut uri = String::from(if cfg!(windows) { "file:///" } else { "file:" });
    for byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b':' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => uri.push(char::from(*byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    settle(Connection::open_with_flags(uri, flags)?)
}

fn settle(connection: Connection) -> Result<Connection, StoreError> {
    // Extension loading is not compiled into the bundled SQLite.
    for (setting, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
        // Plans do not depend on bound values; else each statement with a range is planned anew at every run.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        connection.set_db_config(setting, is_on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_COLUMN, 200),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_VDBE_OP, 250_000),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192",
    )?;
    Ok(connection)
}

/// Checks version and schema of a connection for reading and shuts it against writing.
fn verified(mut connection: Connection, path: &Path) -> Result<Connection, StoreError> {
    connection.pragma_update(None, "query_only", true)?;
    guarded(&mut connection, |connection| {
        let found = migrate::version(connection)?;
        let known = migrate::known_version();
        match found.cmp(&known) {
            std::cmp::Ordering::Greater => Err(StoreError::Newer { path: path.to_owned(), found, known }),
            std::cmp::Ordering::Less => Err(StoreError::Older { path: path.to_owned(), found, known }),
            std::cmp::Ordering::Equal => migrate::check_schema(connection, path),
        }
    })?;
    Ok(connection)
}

/// Runs the checks of opening with a time budget, so that no file can hold us up.
fn guarded<T>(
    connection: &mut Connection,
    check: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let deadline = Instant::now() + CHECK_BUDGET;
    connection.progress_handler(1000, Some(move || Instant::now() > deadline))?;
    let answer = check(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    match answer {
        Err(StoreError::Interrupted) => {
            Err(StoreError::damaged("checking its schema took longer than two seconds".to_owned()))
        }
        answer => answer,
    }
}

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    /// No file, or one without a byte: a workspace can be made here.
    Empty,
    /// A workspace of a schema we may know.
    Ours,
}

/// Looks at the header before SQLite does.
fn check_header(path: &Path) -> Result<Header, StoreError> {
    let not_ours = |why: &str| Err(StoreError::NotOurs { path: path.to_owned(), why: why.to_owned() });
    let unreadable =
        |error: &std::io::Error| StoreError::Io { path: path.to_owned(), why: format!("it cannot be read: {error}") };
    // Looked at before it is opened: opening a pipe would wait for someone to write into it.
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Header::Empty),
        Err(error) => return Err(unreadable(&error)),
    };
    if metadata.is_dir() {
        return not_ours("it is a folder");
    }
    if !metadata.is_file() {
        return not_ours("it is not a plain file");
    }
    if metadata.len() == 0 {
        return Ok(Header::Empty);
    }
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    let mut header = [0; HEADER_BYTES];
    match file.read_exact(&mut header) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return not_ours("it is too short"),
        Err(error) => return Err(StoreError::io(path, &error)),
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return not_ours("it is not a SQLite database");
    }
    if be_u32(&header, 68) != APPLICATION_ID.cast_unsigned() {
        return not_ours("it is a SQLite database of another program");
    }
    let (found, known) = (i64::from(be_u32(&header, 60)), migrate::known_version());
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    let page_bytes = match u64::from(header[16]) << 8 | u64::from(header[17]) {
        1 => 65_536,
        page_bytes => page_bytes,
    };
    let should_be = u64::from(be_u32(&header, 28)) * page_bytes;
    let has_log = side_file(path, "-wal").metadata().is_ok_and(|metadata| metadata.len() > 0);
    if metadata.len() < should_be && !has_log {
        let why = format!("it should have {should_be} bytes and has {}: it was cut short", metadata.len());
        return Err(StoreError::Damaged { path: path.to_owned(), why });
    }
    Ok(Header::Ours)
}

/// Whether a file is a workspace of any schema, by its first bytes.
pub fn is_ours(path: &Path) -> bool {
    matches!(check_header(path), Ok(Header::Ours) | Err(StoreError::Newer { .. } | StoreError::Damaged { .. }))
}

fn be_u32(header: &[u8; HEADER_BYTES], at: usize) -> u32 {
    header[at..at + 4].iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < MIN_SQLITE {
        return Err(StoreError::OldSqlite { found: rusqlite::version().to_owned() });
    }
    Ok(())
}

/// Finds the sentence behind SQLite's “unable to open database file”.
pub fn explain(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Sqlite { why } if why.contains("unable to open") => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            match folder.metadata() {
                Err(_) => StoreError::Io { path: folder.to_owned(), why: "there is no such folder".to_owned() },
                Ok(metadata) if !metadata.is_dir() => {
                    StoreError::Io { path: folder.to_owned(), why: "this is not a folder".to_owned() }
                }
                Ok(_) => StoreError::ReadOnly { path: path.to_owned() },
            }
        }
        error => error.at(path),
    }
}

#[cfg(test)]
mod tests;
