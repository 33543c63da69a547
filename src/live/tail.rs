//! The tail of a growing file, read so that no byte is lost or taken twice when the file is cut, replaced or deleted.
//!
//! Logs are rotated in five ways: renamed and made anew, copied and cut to nothing, cut and written again, deleted and
//! made anew (perhaps with the same inode), or a link is turned to another file. A tail that only compares sizes misses
//! a file that was cut and has grown past the old end; one that hashes only the beginning misses a copy with the same
//! header. So three things must agree before reading goes on: the file at the path is the one that is open, it is not
//! shorter than what was read, and both its beginning and the bytes just before the reading position are still the same.
//!
//! Only whole lines are handed out. What follows the last line end is *pending*: it is read again when it has an end.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::clock::nanos_since_epoch;
use crate::model::Cursor;

/// How many first bytes tell one file from another.
const HEAD_BYTES: usize = 1024;
/// How many bytes before the reading position must stay the same.
const ANCHOR_BYTES: usize = 64;
/// A line longer than this is handed out without its end, so that memory stays bounded.
const MAX_PENDING_BYTES: usize = 2 * 1024 * 1024;
/// The most that one look reads.
pub const MAX_LOOK_BYTES: usize = 4 * 1024 * 1024;

/// What one look at the file brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whole lines from the file that was open before, when another took its place: what was left of it.
    pub rest: Vec<u8>,
    /// What happened to the file since; reading began again at the start if anything did.
    pub break_: Option<Break>,
    /// Whole lines that are new.
    pub bytes: Vec<u8>,
    /// Whether the file is there.
    pub is_present: bool,
    /// Whether there is more to read at once.
    pub has_more: bool,
    /// Bytes after the last line end: a line being written.
    pub num_pending_bytes: usize,
    /// When the file was last written, nanoseconds UTC.
    pub written_at_nanos: Option<i64>,
}

/// Why reading began again at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The file was cut.
    Truncated,
    /// Another file took its place.
    Replaced,
}

/// A file being followed.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    open: Option<Open>,
    resume: Option<Cursor>,
}

#[derive(Debug)]
struct Open {
    file: File,
    identity: Option<Identity>,
    /// Where the next whole line begins.
    offset_bytes: u64,
    head: Vec<u8>,
    /// The bytes just before `offset_bytes`.
    anchor: Vec<u8>,
    num_pending_bytes: usize,
}

/// Device and inode.
type Identity = (u64, u64);

impl Tail {
    /// Follows the file at `path`, which may not be there yet, from its start, or from where a cursor says it was read to.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, resume: Option<Cursor>) -> Self {
        Self { path: path.into(), open: None, resume }
    }

    /// The path followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How far whole lines were handed out; `None` before the file was ever there.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor_before(0)
    }

    /// A cursor so many bytes before that: where reading has to go on when the last lines handed out are a part of
    /// something that only counts as a whole.
    #[must_use]
    pub fn cursor_before(&self, num_bytes: u64) -> Option<Cursor> {
        let open = self.open.as_ref()?;
        let offset_bytes = open.offset_bytes.saturating_sub(num_bytes);
        let head = &open.head[..open.head.len().min(usize::try_from(offset_bytes).unwrap_or(usize::MAX))];
        let head_hash = *blake3::hash(head).as_bytes();
        Some(Cursor { offset_bytes, head_hash, head_bytes: head.len() as u64 })
    }

    /// Reads what is new, up to [`MAX_LOOK_BYTES`].
    ///
    /// # Errors
    /// What the system says when the file is there and cannot be read.
    pub fn look(&mut self) -> io::Result<Look> {
        let mut look = Look::default();
        let metadata = match std::fs::metadata(&self.path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        look.is_present = metadata.is_some();
        look.written_at_nanos = metadata.as_ref().and_then(|metadata| metadata.modified().ok()).map(nanos_since_epoch);
        if let Some(open) = &mut self.open {
            let is_same = metadata.as_ref().is_some_and(|metadata| identity(metadata) == open.identity);
            if is_same {
                if let Some(break_) = open.check()? {
                    look.break_ = Some(break_);
                    self.open = None;
                }
            } else {
                // Renamed or deleted: the open file is still the old one, and what was written last is still in it.
                if open.check()?.is_none() {
                    look.has_more = open.read_lines(&mut look.rest)?;
                }
                if look.has_more || metadata.is_none() {
                    look.bytes = std::mem::take(&mut look.rest);
                    look.num_pending_bytes = open.num_pending_bytes;
                    return Ok(look);
                }
                look.break_ = Some(Break::Replaced);
                self.open = None;
            }
        }
        if metadata.is_some() && self.open.is_none() {
            self.open = self.open_file(&mut look)?;
            // A file made anew is read on the next look if it vanished meanwhile.
            look.is_present = self.open.is_some();
        }
        if let Some(open) = &mut self.open {
            look.has_more = open.read_lines(&mut look.bytes)?;
            look.num_pending_bytes = open.num_pending_bytes;
        }
        Ok(look)
    }

    /// Hands out what follows the last line end too: the writer has ended.
    ///
    /// # Errors
    /// What the system says.
    pub fn take_pending(&mut self) -> io::Result<Vec<u8>> {
        let Some(open) = &mut self.open else { return Ok(Vec::new()) };
        let mut bytes = Vec::new();
        open.file.seek(SeekFrom::Start(open.offset_bytes))?;
        Read::by_ref(&mut open.file).take(MAX_PENDING_BYTES as u64).read_to_end(&mut bytes)?;
        open.accept(&bytes);
        Ok(bytes)
    }

    fn open_file(&mut self, look: &mut Look) -> io::Result<Option<Open>> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        let mut open = Open {
            identity: identity(&metadata),
            offset_bytes: 0,
            head: Vec::new(),
            anchor: Vec::new(),
            num_pending_bytes: 0,
            file: file.try_clone()?,
        };
        if let Some(cursor) = self.resume.take() {
            let mut head = Vec::new();
            Read::by_ref(&mut file).take(cursor.head_bytes).read_to_end(&mut head)?;
            let is_same = head.len() as u64 == cursor.head_bytes && *blake3::hash(&head).as_bytes() == cursor.head_hash;
            if is_same && metadata.len() >= cursor.offset_bytes {
                let anchor_start = cursor.offset_bytes.saturating_sub(ANCHOR_BYTES as u64);
                file.seek(SeekFrom::Start(anchor_start))?;
                Read::by_ref(&mut file).take(cursor.offset_bytes - anchor_start).read_to_end(&mut open.anchor)?;
                open.head = head;
                open.offset_bytes = cursor.offset_bytes;
            } else {
                look.break_ = Some(if is_same { Break::Truncated } else { Break::Replaced });
            }
        }
        Ok(Some(open))
    }
}

impl Open {
    /// Whether the file is still what was read so far, or how it changed.
    fn check(&mut self) -> io::Result<Option<Break>> {
        let size_bytes = self.file.metadata()?.len();
        if size_bytes < self.offset_bytes {
            return Ok(Some(Break::Truncated));
        }
        let anchor_start = self.offset_bytes - self.anchor.len() as u64;
        let is_same = self.holds(0, &self.head.clone())? && self.holds(anchor_start, &self.anchor.clone())?;
        Ok(if is_same { None } else { Some(Break::Replaced) })
    }

    fn holds(&mut self, at: u64, expected: &[u8]) -> io::Result<bool> {
        let mut found = Vec::with_capacity(expected.len());
        self.file.seek(SeekFrom::Start(at))?;
        Read::by_ref(&mut self.file).take(expected.len() as u64).read_to_end(&mut found)?;
        Ok(found == expected)
    }

    /// Appends the whole lines that are new; says whether there is more than one look reads.
    fn read_lines(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        self.file.seek(SeekFrom::Start(self.offset_bytes))?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut self.file).take(MAX_LOOK_BYTES as u64).read_to_end(&mut bytes)?;
        let has_more = bytes.len() == MAX_LOOK_BYTES;
        let num_whole = match bytes.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => end + 1,
            None if bytes.len() >= MAX_PENDING_BYTES => bytes.len(),
            None => 0,
        };
        self.num_pending_bytes = bytes.len() - num_whole;
        bytes.truncate(num_whole);
        self.accept(&bytes);
        out.extend_from_slice(&bytes);
        Ok(has_more)
    }

    /// Moves the reading position over bytes that are handed out.
    fn accept(&mut self, bytes: &[u8]) {
        if self.offset_bytes == self.head.len() as u64 {
            let room = HEAD_BYTES - self.head.len().min(HEAD_BYTES);
            self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
        self.anchor.extend_from_slice(&bytes[bytes.len().saturating_sub(ANCHOR_BYTES)..]);
        self.anchor.drain(..self.anchor.len().saturating_sub(ANCHOR_BYTES));
        self.offset_bytes += bytes.len() as u64;
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere the contents alone tell files apart, and the moment of their making.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Option<Identity> {
    let created = metadata.created().ok().map(nanos_since_epoch)?;
    Some((0, created.cast_unsigned()))
}

#[cfg(test)]
mod tests;
