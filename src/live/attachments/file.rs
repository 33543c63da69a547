//! Following a file that grows: JSON lines, FFmpeg's progress, or anything else an importer reads.

use std::path::Path;

use super::progress::ProgressFollower;
use super::{AttachError, AttachOptions, Attachment, Earlier, Polled, State, StateKind};
use crate::ingest::{self, Context, HEAD_BYTES, Head, Importer, Ingest};
use crate::live::alive;
use crate::live::tail::{Break, Look, Tail};
use crate::live::watch::Watch;
use crate::model::time::{MILLI_NANOS, SECOND_NANOS, format_duration};
use crate::model::{Batch, Issue, IssueKind, Key, Place, Source, SourceKind, Zone};

/// How often the file is looked at where the system does not tell of changes.
const LOOK_EVERY_NANOS: i64 = 200 * MILLI_NANOS;
/// How often it is looked at where it does: a change can be lost.
const WATCHED_LOOK_EVERY_NANOS: i64 = SECOND_NANOS;
/// How long FFmpeg, which reports twice a second, may be silent.
const PROGRESS_SILENCE_NANOS: i64 = 5 * SECOND_NANOS;
/// How long a file of records may be silent: a stage can take a while.
const RECORDS_SILENCE_NANOS: i64 = 60 * SECOND_NANOS;

/// The format that has blocks instead of records.
const PROGRESS: &str = "ffmpeg_progress";

/// A file being followed.
pub struct FileAttachment {
    name: String,
    file_name: String,
    tail: Tail,
    watch: Option<Watch>,
    options: AttachOptions,
    wanted: Option<&'static dyn Importer>,
    reader: Reader,
    source: Source,
    was_present: bool,
    /// Whether what comes first was written while nobody followed.
    has_backlog: bool,
    last_growth_nanos: Option<i64>,
    num_lines: u64,
    /// Bytes of a block whose end was not read yet.
    num_unfinished_bytes: u64,
    num_breaks: u64,
}

enum Reader {
    /// What came so far, until its format is known.
    Waiting(Vec<u8>),
    Records(Box<dyn Ingest>),
    Progress(Box<ProgressFollower>),
}

impl FileAttachment {
    /// Begins to follow the file at `path`, as the format of that name or as whatever its content shows.
    ///
    /// # Errors
    /// If it is a folder, or there is no such format.
    pub fn open(path: &Path, format: Option<&str>, options: &AttachOptions) -> Result<Self, AttachError> {
        if path.is_dir() {
            return Err(AttachError::NotAFile(path.to_path_buf()));
        }
        let unknown = |name: &str| AttachError::UnknownFormat(name.to_owned());
        let wanted = format.map(|name| ingest::by_name(name).ok_or_else(|| unknown(name))).transpose()?;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let name = path.display().to_string();
        let source = Source {
            key: Key::of("attached file", &[alive::hostname(), &name]),
            kind: SourceKind::Attachment,
            format: wanted.map_or("unknown", Importer::name).to_owned(),
            location: name.clone(),
            content_hash: None,
            size_bytes: None,
            cursor: None,
            zone: Zone::Unknown,
            read_at_nanos: 0,
            is_complete: false,
        };
        Ok(Self {
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            tail: Tail::new(path, None),
            name,
            watch: None,
            options: options.clone(),
            wanted,
            reader: Reader::Waiting(Vec::new()),
            source,
            was_present: false,
            has_backlog: true,
            last_growth_nanos: None,
            num_lines: 0,
            num_unfinished_bytes: 0,
            num_breaks: 0,
        })
    }

    fn take(&mut self, look: &Look, now_nanos: i64, batch: &mut Batch) {
        self.feed(&look.rest, now_nanos, look.written_at_nanos, batch);
        if let Some(break_) = look.break_ {
            let (kind, reason) = match break_ {
                Break::Truncated => (IssueKind::SourceTruncated, "the file was cut before FFmpeg said that it ended"),
                Break::Replaced => {
                    (IssueKind::SourceReplaced, "the file was replaced before FFmpeg said that it ended")
                }
            };
            self.finish(now_nanos, reason, batch);
            self.num_breaks += 1;
            self.has_backlog = true;
            // What happens to a file while nobody follows it is nobody's concern.
            if self.was_present {
                batch.issues.push(Issue { kind, place: Place::Whole, detail: self.name.clone(), num_records: 1 });
            }
        }
        self.feed(&look.bytes, now_nanos, look.written_at_nanos, batch);
        self.has_backlog &= !look.is_present;
        if !look.bytes.is_empty() || look.break_.is_some() {
            self.last_growth_nanos = Some(now_nanos);
        }
    }

    fn feed(&mut self, bytes: &[u8], now_nanos: i64, written_at_nanos: Option<i64>, batch: &mut Batch) {
        if bytes.is_empty() {
            return;
        }
        self.num_lines += bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.num_unfinished_bytes = match end_of_last_block(bytes) {
            Some(end) => (bytes.len() - end) as u64,
            None => self.num_unfinished_bytes + bytes.len() as u64,
        };
        let written_at_nanos = written_at_nanos.unwrap_or(now_nanos).min(now_nanos);
        match &mut self.reader {
            Reader::Records(reader) => reader.feed(bytes, batch),
            Reader::Progress(follower) if self.has_backlog => follower.feed_backlog(bytes, written_at_nanos, batch),
            Reader::Progress(follower) => follower.feed(bytes, now_nanos, batch),
            Reader::Waiting(waiting) => {
                waiting.extend_from_slice(bytes);
                let head = &waiting[..waiting.len().min(HEAD_BYTES)];
                let head = Head { bytes: head, file_name: &self.file_name, is_whole: false };
                let Some(importer) = self.wanted.or_else(|| ingest::sniff(&head)) else {
                    // What nobody knows is not collected for ever; its beginning is enough to go on asking.
                    waiting.truncate(HEAD_BYTES);
                    return;
                };
                let waiting = std::mem::take(waiting);
                self.source.format = importer.name().to_owned();
                if importer.name() == PROGRESS {
                    let mut follower = Box::new(ProgressFollower::new(&self.name, self.options.pipeline.clone()));
                    follower.feed_backlog(&waiting, written_at_nanos, batch);
                    // Its blocks carry no time of their own: they get the moments at which they came.
                    self.source.zone = Zone::Utc;
                    self.reader = Reader::Progress(follower);
                } else {
                    let content = self.num_breaks.to_string();
                    let mut reader = importer.reader(Context {
                        location: self.name.clone(),
                        zone: self.source.zone.clone(),
                        content_key: Key::of("attached content", &[&self.source.key.to_hex(), &content]),
                        file_mtime_nanos: Some(written_at_nanos),
                    });
                    reader.feed(&waiting, batch);
                    self.reader = Reader::Records(reader);
                }
            }
        }
    }

    fn finish(&mut self, now_nanos: i64, reason: &str, batch: &mut Batch) {
        self.num_unfinished_bytes = 0;
        match std::mem::replace(&mut self.reader, Reader::Waiting(Vec::new())) {
            Reader::Records(mut reader) => reader.finish(batch),
            Reader::Progress(mut follower) => follower.finish(now_nanos, reason, batch),
            Reader::Waiting(_) => {}
        }
    }

    fn state(&self, look: &Look, now_nanos: i64) -> State {
        if !look.is_present {
            return if self.was_present {
                State::new(StateKind::Lost, "the file is gone; it is looked for")
            } else {
                State::new(StateKind::Connecting, "there is no such file yet; it is waited for")
            };
        }
        let silent_nanos = self.last_growth_nanos.map_or(0, |grown_nanos| now_nanos.saturating_sub(grown_nanos));
        let silence = format_duration(silent_nanos / SECOND_NANOS * SECOND_NANOS);
        match &self.reader {
            Reader::Waiting(waiting) if waiting.is_empty() => match look.num_pending_bytes {
                0 => State::new(StateKind::Connecting, "the file is empty"),
                _ => State::new(StateKind::Connecting, "the first line is being written"),
            },
            Reader::Waiting(_) => State::new(
                StateKind::Connecting,
                "no format knows the content so far; name the format if no more comes",
            ),
            Reader::Progress(follower) if follower.has_ended() && !self.options.goes_on => {
                State::new(StateKind::Off, "FFmpeg said that it ended")
            }
            Reader::Progress(follower) if !follower.is_running() => {
                State::new(StateKind::Stalled, "FFmpeg said that it ended; the next one is waited for")
            }
            Reader::Progress(_) if silent_nanos > PROGRESS_SILENCE_NANOS => {
                State::new(StateKind::Stalled, format!("FFmpeg has reported nothing for {silence}"))
            }
            Reader::Records(_) if silent_nanos > RECORDS_SILENCE_NANOS => {
                State::new(StateKind::Stalled, format!("no new line for {silence}"))
            }
            Reader::Progress(_) => State::new(StateKind::Live, "FFmpeg reports its progress"),
            Reader::Records(_) if look.num_pending_bytes > 0 => {
                State::new(StateKind::Live, format!("{} lines read, one more is being written", self.num_lines))
            }
            Reader::Records(_) => State::new(StateKind::Live, format!("{} lines read", self.num_lines)),
        }
    }

    fn polled(&mut self, batch: Batch, state: State, now_nanos: i64, next_poll_nanos: i64) -> Polled {
        // Half a block is read again by whoever goes on; records are read again as a whole.
        let num_again_bytes = if self.source.format == PROGRESS { self.num_unfinished_bytes } else { 0 };
        self.source.is_complete = state.kind == StateKind::Off;
        if let Some(cursor) = self.tail.cursor_before(num_again_bytes) {
            self.source.size_bytes = i64::try_from(cursor.offset_bytes).ok();
            self.source.cursor = Some(cursor);
        }
        self.source.read_at_nanos = now_nanos;
        Polled { batch, source: self.source.clone(), state, next_poll_nanos }
    }
}

impl Attachment for FileAttachment {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Key {
        self.source.key
    }

    /// Progress goes on where it was left. Records are read again from the start, because what they mean may depend on
    /// what came before; those that are known add nothing.
    fn resume(&mut self, earlier: Earlier) {
        if earlier.format != PROGRESS || self.wanted.is_some_and(|wanted| wanted.name() != PROGRESS) {
            return;
        }
        self.tail = Tail::new(self.tail.path(), Some(earlier.cursor));
        let follower = ProgressFollower::resumed(&self.name, self.options.pipeline.clone(), earlier.unfinished);
        self.reader = Reader::Progress(Box::new(follower));
        self.source.format = earlier.format;
    }

    fn poll(&mut self, now_nanos: i64) -> Polled {
        if self.watch.is_none() {
            self.watch = Watch::start(self.tail.path(), self.options.waker.clone());
        }
        if let Some(watch) = &self.watch {
            // Taken before looking: what changes while looking is seen next time.
            watch.take_change();
        }
        let mut batch = Batch::default();
        let wait_nanos = if self.watch.is_some() { WATCHED_LOOK_EVERY_NANOS } else { LOOK_EVERY_NANOS };
        match self.tail.look() {
            Ok(look) => {
                self.take(&look, now_nanos, &mut batch);
                self.was_present |= look.is_present;
                let state = self.state(&look, now_nanos);
                let next_poll_nanos = if look.has_more { now_nanos } else { now_nanos + wait_nanos };
                self.polled(batch, state, now_nanos, next_poll_nanos)
            }
            Err(error) => {
                let state = State::new(StateKind::Lost, format!("the file cannot be read: {error}"));
                self.polled(batch, state, now_nanos, now_nanos + SECOND_NANOS)
            }
        }
    }

    fn detach(&mut self, now_nanos: i64) -> Polled {
        let mut batch = Batch::default();
        if let Ok(look) = self.tail.look() {
            self.take(&look, now_nanos, &mut batch);
        }
        if let Ok(rest) = self.tail.take_pending() {
            self.feed(&rest, now_nanos, None, &mut batch);
        }
        self.finish(now_nanos, "it was no longer followed", &mut batch);
        self.polled(batch, State::new(StateKind::Off, "no longer followed"), now_nanos, i64::MAX)
    }
}

/// Where the last whole block of progress ends in some lines; `None` if none does.
fn end_of_last_block(lines: &[u8]) -> Option<usize> {
    let line = lines.windows(10).rposition(|window| window == b"\nprogress=");
    let start = line.map(|at| at + 1).or(lines.starts_with(b"progress=").then_some(0))?;
    lines[start..].iter().position(|&byte| byte == b'\n').map(|length| start + length + 1)
}

#[cfg(test)]
mod tests;
