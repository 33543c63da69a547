//! The writer: who waits is told for whom, what failed leaves nothing, what was merged stays merged.

use super::*;
use crate::model::{Key, Outcome, Run, Span, SpanKind, Stat, Unit};
use crate::store::Reader;

fn workspace() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.reelbench");
    (folder, path)
}

fn key(name: &str) -> Key {
    Key::of("test", &[name])
}

fn span(run: &str, name: &str, start_nanos: i64) -> Span {
    let mut span = Span::new(key(name), key(run), SpanKind::Stage, name, start_nanos);
    span.end_nanos = Some(start_nanos + 10);
    span
}

fn batch(runs: &[&str], spans: Vec<Span>) -> Batch {
    Batch { runs: runs.iter().map(|run| Run::new(key(run))).collect(), spans, ..Batch::default() }
}

#[test]
fn who_waits_is_told_for_whom() {
    let (_folder, path) = workspace();
    let mut writer = Writer::open_waiting(&path, "reelbench", Duration::ZERO).unwrap();
    let other = WriteLock::open(&path, "reelbench import", MAX_WAIT).unwrap();
    let held = other.take().unwrap();
    let error = writer.write(&batch(&["a"], Vec::new()), None).unwrap_err().to_string();
    let holder = format!("being written by reelbench import (process {}, since 2", std::process::id());
    assert!(error.contains(&holder), "{error}");
    drop(held);
    assert_eq!(writer.write(&batch(&["a"], Vec::new()), None).unwrap().num_new_runs, 1);
}

#[test]
fn a_failed_write_leaves_nothing_and_the_writer_usable() {
    let (_folder, path) = workspace();
    let mut writer = Writer::open(&path, "test").unwrap();
    let failed = writer.transact(|connection| {
        intake::write(connection, &batch(&["a"], vec![span("a", "s", 0)]), None)?;
        Err::<(), _>(StoreError::DiskFull)
    });
    assert_eq!(failed, Err(StoreError::DiskFull));
    assert!(writer.opened.is_none(), "opened anew, not used again");
    writer.write(&batch(&["b"], Vec::new()), None).unwrap();
    let runs = Reader::open(&path).unwrap().runs().unwrap();
    assert_eq!(runs.iter().map(|row| row.run.key).collect::<Vec<_>>(), [key("b")]);
}

#[test]
fn a_run_that_brings_a_span_we_have_is_the_run_we_have() {
    let (_folder, path) = workspace();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&batch(&["a"], vec![span("a", "s1", 100), span("a", "s2", 200)]), None).unwrap();
    let mut other = batch(&["b"], vec![span("b", "s0", 50), span("b", "s2", 999)]);
    other.runs[0].video_id = Some("v1".to_owned());
    other.runs[0].labels.insert("tool".to_owned(), "other".to_owned());
    other.spans[0].outcome = Outcome::Failed;
    other.spans[1].measure("m", Stat::Peak, Unit::BYTES, 5.0);
    let written = writer.write(&other, None).unwrap();
    assert_eq!((written.num_new_runs, written.num_new_spans, written.num_changed_spans), (0, 1, 1));

    let reader = Reader::open(&path).unwrap();
    let runs = reader.runs().unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].num_spans, runs[0].num_failed_spans, runs[0].last_nanos), (3, 1, Some(210)));
    assert_eq!(runs[0].run.video_id.as_deref(), Some("v1"));
    assert_eq!(runs[0].run.labels["tool"], "other");
    assert_eq!(reader.run(key("b")).unwrap(), reader.run(key("a")).unwrap());
    let spans = reader.spans(key("b")).unwrap();
    assert_eq!(spans.iter().map(|span| span.start_nanos).collect::<Vec<_>>(), [50, 100, 200], "the first one stands");
    assert!(spans.iter().all(|span| span.run == key("a")));
    assert_eq!(spans[2].measurements.len(), 1);

    for again in [&batch(&["a"], vec![span("a", "s1", 100), span("a", "s2", 200)]), &other] {
        let written = writer.write(again, None).unwrap();
        assert_eq!((written.num_new_runs, written.num_new_spans, written.num_changed_spans), (0, 0, 0));
        assert_eq!(written.num_duplicates, 2);
    }
}

#[test]
fn two_known_runs_become_one_when_a_span_shows_it() {
    let (_folder, path) = workspace();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&batch(&["a"], vec![span("a", "s1", 100)]), None).unwrap();
    writer.write(&batch(&["b"], vec![span("b", "s2", 200)]), None).unwrap();
    writer.write(&batch(&["c"], vec![span("c", "s2", 200)]), None).unwrap();
    writer.write(&batch(&["c"], vec![span("c", "s1", 100), span("c", "s3", 300)]), None).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.runs().unwrap().len(), 1);
    for run in ["a", "b", "c"] {
        assert_eq!(reader.spans(key(run)).unwrap().len(), 3, "{run}");
    }
    assert_eq!(reader.integrity_check().unwrap(), [] as [String; 0]);
}

#[test]
fn nothing_that_ended_runs_again() {
    let (_folder, path) = workspace();
    let mut writer = Writer::open(&path, "test").unwrap();
    for (said, stored) in [
        (Outcome::Running, Outcome::Running),
        (Outcome::Unknown, Outcome::Running),
        (Outcome::Failed, Outcome::Failed),
        (Outcome::Running, Outcome::Failed),
        (Outcome::Succeeded, Outcome::Succeeded),
    ] {
        let mut said_batch = batch(&["a"], vec![span("a", "s", 0)]);
        said_batch.runs[0].outcome = said;
        said_batch.spans[0].outcome = said;
        writer.write(&said_batch, None).unwrap();
        let reader = Reader::open(&path).unwrap();
        let row = reader.run(key("a")).unwrap().unwrap();
        assert_eq!((row.run.outcome, row.num_failed_spans), (stored, u64::from(stored == Outcome::Failed)));
        assert_eq!(reader.spans(key("a")).unwrap()[0].outcome, stored);
    }
}
