//! FFmpeg's progress as a stage reports it: asked for without changing the command's output, and stamped as it arrives.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::Report;
use crate::live::clock::Clock;
use crate::live::spool::{Event, Progress};
use crate::live::tail::Tail;

/// FFmpeg's progress file, beside the spool.
pub(super) struct Following {
    path: PathBuf,
    tail: Tail,
    text: Vec<u8>,
    looked_at_nanos: i64,
}

impl Following {
    /// For an FFmpeg command that reports its progress to nobody yet.
    pub(super) fn of(command: &[OsString], events: &Path, clock: &Clock) -> Option<Self> {
        if !wants_progress(command) {
            return None;
        }
        let name = format!("ffmpeg-{}-{}.progress", std::process::id(), clock.now_nanos());
        let path = events.parent()?.join(name);
        // Where the folder cannot be written FFmpeg would refuse to start.
        std::fs::File::create(&path).ok()?;
        Some(Self { tail: Tail::new(&path, None), path, text: Vec::new(), looked_at_nanos: clock.now_nanos() })
    }

    /// The command with `-progress`, a global option that goes anywhere; its output stays what it is.
    pub(super) fn command(&self, command: &[OsString]) -> Vec<OsString> {
        let mut with_progress = command.to_vec();
        let url = [OsStr::new("file:"), self.path.as_os_str()].concat_os();
        with_progress.splice(1..1, [OsString::from("-progress"), url]);
        with_progress
    }

    pub(super) fn report_new(&mut self, span: &str, clock: &Clock, report: &mut Report) {
        if let Ok(look) = self.tail.look() {
            self.text.extend_from_slice(&look.bytes);
            self.report_blocks(span, clock.now_nanos(), report);
        }
    }

    /// What FFmpeg wrote last, stamped with its end.
    pub(super) fn report_rest(&mut self, span: &str, at_nanos: i64, report: &mut Report) {
        if let Ok(look) = self.tail.look() {
            self.text.extend_from_slice(&look.bytes);
        }
        self.report_blocks(span, at_nanos, report);
    }

    /// Several blocks found at once came one after the other since the last look: each gets a moment of its own, the
    /// last one this one.
    fn report_blocks(&mut self, span: &str, now_nanos: i64, report: &mut Report) {
        let mut texts = Vec::new();
        while let Some(length) = block_length(&self.text) {
            texts.push(String::from_utf8_lossy(&self.text[..length]).into_owned());
            self.text.drain(..length);
        }
        let since_nanos = std::mem::replace(&mut self.looked_at_nanos, now_nanos);
        for (at_nanos, text) in spread(since_nanos, now_nanos, texts.len()).zip(texts) {
            report.append(Event::Ffmpeg(Progress { span: span.to_owned(), at_nanos, text }));
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // The folder goes with the recording; a long one should not collect files meanwhile.
        let _ = std::fs::remove_file(&self.path);
    }
}

trait ConcatOs {
    fn concat_os(&self) -> OsString;
}

impl ConcatOs for [&OsStr] {
    fn concat_os(&self) -> OsString {
        let mut joined = OsString::new();
        for part in self {
            joined.push(part);
        }
        joined
    }
}

/// As many moments as are wanted, evenly after one moment and up to another.
pub(super) fn spread(since_nanos: i64, until_nanos: i64, num: usize) -> impl Iterator<Item = i64> {
    let num = i64::try_from(num).unwrap_or(i64::MAX);
    let step_nanos = (until_nanos - since_nanos).max(0) / num.max(1);
    (0..num).rev().map(move |num_later| until_nanos - step_nanos * num_later)
}

/// Where the first block ends: after its `progress=` line.
pub(super) fn block_length(text: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(length) = text[start..].iter().position(|&byte| byte == b'\n') {
        let end = start + length + 1;
        if text[start..end].trim_ascii_start().starts_with(b"progress=") {
            return Some(end);
        }
        start = end;
    }
    None
}

/// Whether a command is FFmpeg, does work, and reports its progress to nobody yet.
pub(super) fn wants_progress(command: &[OsString]) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let stem = Path::new(program).file_stem().and_then(OsStr::to_str).unwrap_or_default();
    let is_ffmpeg = stem.eq_ignore_ascii_case("ffmpeg") && arguments.iter().any(|argument| argument == "-i");
    is_ffmpeg && !arguments.iter().any(|argument| argument == "-progress")
}
