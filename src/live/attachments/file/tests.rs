//! Tests of followed files.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::live::attachments::Unfinished;
use crate::model::{Outcome, Run, Span};

struct Folder {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        Self { _folder: folder, path }
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn attach(&self) -> FileAttachment {
        let options =
            AttachOptions { pipeline: None, interval_nanos: 200 * MILLI_NANOS, goes_on: true, waker: Arc::new(|| {}) };
        FileAttachment::open(&self.path, None, &options).unwrap()
    }
}

fn block(frame: i64, progress: &str) -> String {
    format!(
        "frame={frame}\nfps=24.00\nbitrate= 100.0kbits/s\ntotal_size=1000\nout_time_us={}\nspeed=1x\nprogress={progress}\n",
        frame * 40_000
    )
}

fn phase(number: i64) -> String {
    format!(
        "{{\"phase\": \"phase{number}_x\", \"timestamp\": {}.5, \"elapsed_seconds\": 2.0, \"run\": 1}}\n",
        1_795_213_263 + number
    )
}

const START: i64 = 1_800_000_000 * SECOND_NANOS;

fn moments(batch: &Batch) -> Vec<i64> {
    let mut moments: Vec<i64> = batch.samples.iter().flat_map(|samples| samples.at_nanos.clone()).collect();
    moments.sort_unstable();
    moments.dedup();
    moments
}

fn last_run(batch: &Batch) -> &Run {
    batch.runs.last().unwrap()
}

#[test]
fn a_followed_encode_stands_on_the_clock() {
    let folder = Folder::new("encode.progress");
    let mut attachment = folder.attach();
    assert_eq!(attachment.poll(START).state.kind, StateKind::Connecting);
    folder.append("frame=1\nfps=0");
    assert_eq!(attachment.poll(START).state.kind, StateKind::Connecting);
    fs::write(&folder.path, "").unwrap();
    attachment.poll(START);
    // What comes in the first look is placed by the time the file was written.
    folder.append(&block(12, "continue"));
    let written_nanos = crate::live::clock::nanos_since_epoch(fs::metadata(&folder.path).unwrap().modified().unwrap());
    let polled = attachment.poll(START + 1);
    assert_eq!(polled.state.kind, StateKind::Live);
    assert_eq!(moments(&polled.batch), [written_nanos.min(START + 1)]);
    let run = last_run(&polled.batch).clone();
    assert_eq!((run.outcome, run.pipeline.as_deref()), (Outcome::Running, Some("ffmpeg")));
    assert!(run.recorder.is_some());
    // From then on every block has the moment it arrived.
    let first = START + 10 * SECOND_NANOS;
    folder.append(&block(24, "continue"));
    assert_eq!(moments(&attachment.poll(first).batch), [first]);
    // Two at once were half a second apart.
    folder.append(&(block(36, "continue") + &block(48, "continue")));
    let later = first + SECOND_NANOS;
    assert_eq!(moments(&attachment.poll(later).batch), [later - SECOND_NANOS / 2, later]);
    let stalled = attachment.poll(later + 7 * SECOND_NANOS).state;
    assert_eq!((stalled.kind, stalled.reason.as_str()), (StateKind::Stalled, "FFmpeg has reported nothing for 7 s"));
    let end = later + 8 * SECOND_NANOS;
    folder.append(&block(60, "end"));
    let polled = attachment.poll(end);
    let ended = last_run(&polled.batch);
    assert_eq!((ended.key, ended.outcome, ended.end_nanos), (run.key, Outcome::Succeeded, Some(end)));
    let span = polled.batch.spans.last().unwrap();
    assert!(
        span.measurements
            .iter()
            .any(|measured| measured.name == "ffmpeg.frames" && (measured.value - 60.0).abs() < 0.1)
    );
    // The next encode writes the same file again: another run.
    fs::write(&folder.path, block(5, "continue")).unwrap();
    let polled = attachment.poll(end + SECOND_NANOS);
    assert_ne!(last_run(&polled.batch).key, run.key);
    assert_eq!(polled.batch.issues[0].kind, IssueKind::SourceTruncated);
    let detached = attachment.detach(end + 2 * SECOND_NANOS);
    assert_eq!((detached.state.kind, last_run(&detached.batch).outcome), (StateKind::Off, Outcome::Interrupted));
}

#[test]
fn blocks_written_before_following_are_placed_backwards() {
    let folder = Folder::new("encode.progress");
    folder.append(&[12, 24, 36, 48].map(|frame| block(frame, "continue")).concat());
    let written_nanos = crate::live::clock::nanos_since_epoch(fs::metadata(&folder.path).unwrap().modified().unwrap());
    let polled = folder.attach().poll(written_nanos + 100 * SECOND_NANOS);
    // 24 frames a second.
    let half = SECOND_NANOS / 2;
    assert_eq!(moments(&polled.batch), [3, 2, 1, 0].map(|step| written_nanos - step * half));
}

#[test]
fn records_are_read_as_they_come_and_once() {
    let folder = Folder::new("metrics.jsonl");
    folder.append(&phase(1));
    let mut attachment = folder.attach();
    let polled = attachment.poll(START);
    assert_eq!((polled.batch.spans.len(), polled.state.kind), (1, StateKind::Live));
    assert_eq!(polled.source.format, "metrics_jsonl");
    let line = phase(2);
    for piece in [&line[..10], &line[10..]] {
        folder.append(piece);
        let polled = attachment.poll(START + 1);
        assert_eq!(polled.batch.spans.len(), usize::from(piece.ends_with('\n')));
    }
    assert!(attachment.poll(START + 2).batch.is_empty());
    assert_eq!(attachment.poll(START + 90 * SECOND_NANOS).state.kind, StateKind::Stalled);
    let cursor = attachment.poll(START + 3).source.cursor.unwrap();
    assert_eq!(cursor.offset_bytes, fs::metadata(&folder.path).unwrap().len());
    // Renamed away: what was written last still comes, then the file is missed, then the new one is read.
    let mut old = OpenOptions::new().append(true).open(&folder.path).unwrap();
    fs::rename(&folder.path, folder.path.with_extension("old")).unwrap();
    old.write_all(phase(3).as_bytes()).unwrap();
    let polled = attachment.poll(START + 4);
    assert_eq!((polled.batch.spans.len(), polled.state.kind), (1, StateKind::Lost));
    folder.append(&phase(4));
    let polled = attachment.poll(START + 5);
    assert_eq!((polled.batch.spans.len(), polled.state.kind), (1, StateKind::Live));
    assert!(polled.batch.issues.iter().any(|issue| issue.kind == IssueKind::SourceReplaced));
    // A last line without an end is read when following ends.
    folder.append(phase(5).trim_end());
    assert_eq!(attachment.detach(START + 6).batch.spans.len(), 1);
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let folder = Folder::new("x");
    let options = AttachOptions { pipeline: None, interval_nanos: 1, goes_on: true, waker: Arc::new(|| {}) };
    let refused = |path: &Path, format: Option<&str>| FileAttachment::open(path, format, &options).err().unwrap();
    assert!(matches!(refused(folder.path.parent().unwrap(), None), AttachError::NotAFile(_)));
    assert_eq!(refused(&folder.path, Some("nonsense")), AttachError::UnknownFormat("nonsense".to_owned()));
}

#[test]
fn content_nobody_knows_says_so() {
    let folder = Folder::new("x.bin");
    folder.append("what is this\n");
    let mut attachment = folder.attach();
    let polled = attachment.poll(START);
    assert_eq!(polled.state.kind, StateKind::Connecting);
    assert!(polled.state.reason.contains("no format"), "{}", polled.state.reason);
    assert!(polled.batch.is_empty());
}

/// What the workspace holds of an earlier following, as the engine hands it over.
fn left_by(polled: &Polled, unfinished: Option<(&Run, &Span, i64)>) -> Earlier {
    let unfinished =
        unfinished.map(|(run, span, last_nanos)| Unfinished { run: run.clone(), span: span.clone(), last_nanos });
    Earlier { format: polled.source.format.clone(), cursor: polled.source.cursor.clone().unwrap(), unfinished }
}

#[test]
fn a_following_goes_on_where_another_was_killed() {
    let folder = Folder::new("encode.progress");
    folder.append(&block(12, "continue"));
    let mut first = folder.attach();
    // Killed in the middle of a block: what of it was read is read again.
    let half = block(24, "continue");
    folder.append(&half[..half.len() / 2]);
    let polled = first.poll(START);
    let (run, span) = (last_run(&polled.batch).clone(), polled.batch.spans[0].clone());
    let last_nanos = *moments(&polled.batch).last().unwrap();
    assert_eq!(polled.source.cursor.as_ref().unwrap().offset_bytes, block(12, "continue").len() as u64);
    folder.append(&half[half.len() / 2..]);
    let mut second = folder.attach();
    second.resume(left_by(&polled, Some((&run, &span, last_nanos))));
    let polled = second.poll(START + SECOND_NANOS);
    assert_eq!((last_run(&polled.batch).key, last_run(&polled.batch).outcome), (run.key, Outcome::Running));
    let keys: Vec<Key> = polled.batch.spans.iter().map(|span| span.key).collect();
    assert_eq!(keys, [span.key]);
    assert!(moments(&polled.batch).iter().all(|&moment| moment > last_nanos));
    folder.append(&block(36, "end"));
    let polled = second.poll(START + 2 * SECOND_NANOS);
    let ended = last_run(&polled.batch);
    assert_eq!((ended.key, ended.outcome, ended.start_nanos), (run.key, Outcome::Succeeded, run.start_nanos));
    // Once more: there is nothing new, and nothing is said twice.
    let mut third = folder.attach();
    third.resume(left_by(&polled, None));
    assert!(third.poll(START + 3 * SECOND_NANOS).batch.is_empty());
    // Another encode took its place while nobody followed: a run of its own, and nothing to report.
    fs::write(&folder.path, block(5, "continue")).unwrap();
    let mut fourth = folder.attach();
    fourth.resume(left_by(&polled, None));
    let polled = fourth.poll(START + 4 * SECOND_NANOS);
    assert!(last_run(&polled.batch).key != run.key && polled.batch.issues.is_empty());
}

#[test]
fn one_that_does_not_go_on_ends_with_the_encode() {
    let folder = Folder::new("encode.progress");
    folder.append(&block(12, "continue"));
    let options = AttachOptions { goes_on: false, ..folder.attach().options };
    let mut attachment = FileAttachment::open(&folder.path, None, &options).unwrap();
    assert_eq!(attachment.poll(START).state.kind, StateKind::Live);
    folder.append(&block(24, "end"));
    let polled = attachment.poll(START + SECOND_NANOS);
    assert_eq!((polled.state.kind, polled.source.is_complete), (StateKind::Off, true));
}
