//! Tests of followed processes, with real ones that wait for their input to close.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use super::*;

fn options() -> AttachOptions {
    AttachOptions {
        pipeline: Some("encode".to_owned()),
        interval_nanos: 1_000_000,
        goes_on: true,
        waker: Arc::new(|| {}),
    }
}

/// A shell that waits, with a word in its command line that nothing else has.
fn waiting(word: &str) -> Child {
    Command::new("sh").args(["-c", "read line", word]).stdin(Stdio::piped()).spawn().unwrap()
}

fn end(mut child: Child) {
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn a_process_is_followed_to_its_end() {
    let child = waiting("reelbench-test-by-id");
    let mut attachment = ProcessAttachment::find(&Wanted::Pid(child.id()), &options()).unwrap();
    assert!(attachment.name().contains(&child.id().to_string()));
    let first = attachment.poll(1_000_000_000);
    assert_eq!(first.state.kind, StateKind::Live);
    let run = first.batch.runs[0].clone();
    assert_eq!(run.pipeline.as_deref(), Some("encode"));
    assert!(run.host.is_some());
    // Too early for another sample.
    assert!(attachment.poll(1_000_000_001).batch.is_empty());
    let second = attachment.poll(2_000_000_000);
    let names: Vec<&str> =
        second.batch.series.iter().chain(&first.batch.series).map(|series| series.name.as_str()).collect();
    for name in ["process.cpu.utilization", "process.memory.usage", "system.memory.usage"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(second.batch.runs.is_empty());
    end(child);
    let last = attachment.poll(3_000_000_000);
    assert_eq!(last.state.kind, StateKind::Off);
    assert_eq!(last.batch.runs[0].key, run.key);
    assert!(last.batch.runs[0].end_nanos.is_some() && last.source.is_complete);
}

#[test]
fn a_pattern_waits_for_one_and_then_for_the_next() {
    let wanted = Wanted::Pattern("reelbench-test-by-name".to_owned());
    let mut attachment = ProcessAttachment::find(&wanted, &options()).unwrap();
    assert_eq!(attachment.poll(0).state.kind, StateKind::Connecting);
    let child = waiting("reelbench-test-by-name");
    let first = attachment.poll(2_000_000_000);
    assert_eq!(first.state.kind, StateKind::Live);
    end(child);
    assert_eq!(attachment.poll(3_000_000_000).state.kind, StateKind::Lost);
    assert_eq!(attachment.poll(4_000_000_000).state.kind, StateKind::Lost);
    let child = waiting("reelbench-test-by-name");
    let next = attachment.poll(5_000_000_000);
    assert_ne!(next.batch.runs[0].key, first.batch.runs[0].key);
    let detached = attachment.detach(6_000_000_000);
    assert_eq!(detached.state.kind, StateKind::Off);
    end(child);
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let refused = |wanted: &Wanted| ProcessAttachment::find(wanted, &options()).err().unwrap();
    assert_eq!(refused(&Wanted::Pid(u32::MAX - 7)), AttachError::NoProcess(u32::MAX - 7));
    assert_eq!(refused(&Wanted::Pattern("  ".to_owned())), AttachError::EmptyPattern);
}
