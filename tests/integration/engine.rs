//! The one door: slots settle, revisions travel between engines, edits are undone, imports add nothing twice.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reelbench::engine::import::Unread;
use reelbench::engine::jobs::Progress;
use reelbench::engine::queries::{
    RangeQuery, RunFilter, RunQuery, RunRange, RunSort, RunsAnswer, RunsQuery, TimelineQuery, WorkspaceQuery,
};
use reelbench::engine::{Access, Engine, Event, Failure, ImportRequest, Options, Reply, Slot};
use reelbench::model::{Batch, Edit, Key, Outcome, Recorder, Run, Span, SpanKind};

const SECOND: i64 = 1_000_000_000;

/// Steps until `look` has something; the one place in these tests that lets time pass.
pub fn settle<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not happen");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

fn open(path: &Path) -> Engine {
    Engine::open(path, Options::headless("reelbench test", Access::Edit)).unwrap()
}

fn run_of(name: &str, outcome: Outcome) -> (Run, Vec<Span>) {
    let key = Key::of("run", &[name]);
    let mut run = Run::new(key);
    run.pipeline = Some("dubbing".to_owned());
    run.video_id = Some(name.to_owned());
    run.start_nanos = Some(100 * SECOND);
    run.end_nanos = Some(130 * SECOND);
    run.outcome = outcome;
    let mut stage = Span::new(Key::of("span", &[name, "asr"]), key, SpanKind::Stage, "asr", 100 * SECOND);
    stage.end_nanos = Some(120 * SECOND);
    stage.outcome = outcome;
    let mut part = Span::new(Key::of("span", &[name, "decode"]), key, SpanKind::Operation, "decode", 105 * SECOND);
    part.parent = Some(stage.key);
    part.end_nanos = Some(110 * SECOND);
    (run, vec![part, stage])
}

fn write(engine: &Engine, name: &str, outcome: Outcome) -> Key {
    let (run, spans) = run_of(name, outcome);
    let key = run.key;
    engine.write(Batch { runs: vec![run], spans, ..Batch::default() }, None).unwrap();
    key
}

fn settled(slot: &mut Slot<RunsQuery>, engine: &Engine, query: &RunsQuery) -> Arc<RunsAnswer> {
    settle("an answer", || match slot.ask(engine, query) {
        Reply::Fresh(answer) => Some(answer),
        Reply::Failed(failure) => panic!("{failure}"),
        Reply::Loading | Reply::Stale(_) => None,
    })
}

#[test]
fn a_slot_settles_and_notices_what_another_engine_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.reelbench");
    let engine = open(&path);
    let other = open(&path);
    let mut slot = Slot::default();
    let query = RunsQuery::default();
    assert_eq!(settled(&mut slot, &engine, &query).num_runs, 0);
    write(&other, "talk", Outcome::Succeeded);
    let answer = settle("the other engine's run", || {
        Some(settled(&mut slot, &engine, &query)).filter(|answer| answer.num_runs == 1)
    });
    assert_eq!(answer.runs[0].title(), "talk");
    assert_eq!(answer.runs[0].num_spans, 2);
    other.close();
    engine.close();
    assert!(!path.with_extension("reelbench-wal").exists(), "a closed workspace is one file again");
}

#[test]
fn a_paused_engine_keeps_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let mut slot = Slot::default();
    let query = RunsQuery::default();
    settled(&mut slot, &engine, &query);
    engine.set_paused(true);
    let wanted = Arc::new(AtomicU64::new(0));
    write(&engine, "talk", Outcome::Succeeded);
    wanted.store(1, Ordering::Relaxed);
    assert_eq!(settled(&mut slot, &engine, &query).num_runs, 0);
    engine.set_paused(false);
    settle("the run", || Some(settled(&mut slot, &engine, &query)).filter(|answer| answer.num_runs == 1));
}

#[test]
fn runs_are_filtered_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    write(&engine, "talk", Outcome::Succeeded);
    write(&engine, "城市", Outcome::Failed);
    let ask = |filter: RunFilter| {
        let answer = engine.ask(&RunsQuery { filter, sort: RunSort::Pipeline }).unwrap();
        answer.runs.iter().map(|run| run.title()).collect::<Vec<_>>()
    };
    assert_eq!(ask(RunFilter { text: "城".to_owned(), ..RunFilter::default() }), ["城市"]);
    assert_eq!(ask(RunFilter { text: "dubbing succ".to_owned(), ..RunFilter::default() }), ["talk"]);
    assert_eq!(ask(RunFilter { outcomes: [Outcome::Failed].into(), ..RunFilter::default() }), ["城市"]);
    assert_eq!(ask(RunFilter { labels: ["preset".to_owned()].into(), ..RunFilter::default() }).len(), 0);
}

#[test]
fn the_timeline_nests_children_below_their_parents() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let run = write(&engine, "talk", Outcome::Succeeded);
    let answer = engine.ask(&TimelineQuery { run }).unwrap();
    let lanes: Vec<(&str, u32, u32)> =
        answer.spans.iter().map(|span| (answer.name(span), span.lane, span.depth)).collect();
    assert_eq!(lanes, [("asr", 0, 0), ("decode", 1, 1)]);
    assert_eq!(answer.bounds, (100 * SECOND, 130 * SECOND));
}

#[test]
fn edits_are_taken_back_and_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let run = write(&engine, "talk", Outcome::Succeeded);
    let label = || engine.ask(&RunQuery { run }).unwrap().run.run.labels.get("preset").cloned();
    engine.edit(Edit::SetLabel { run, name: "preset".to_owned(), value: Some("slow".to_owned()) });
    settle("the label", || label().filter(|value| value == "slow"));
    engine.undo();
    settle("its undoing", || label().is_none().then_some(()));
    assert!(engine.ask(&WorkspaceQuery).unwrap().redo.is_some());
    engine.redo();
    settle("its redoing", || label().filter(|value| value == "slow"));
    engine.undo();
    engine.undo();
    settle("the notice", || engine.take_events().into_iter().find(|event| matches!(event, Event::Notice(_))));
}

#[test]
fn a_run_whose_recorder_is_gone_was_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.reelbench");
    let engine = open(&path);
    let (mut run, mut spans) = run_of("talk", Outcome::Running);
    let key = run.key;
    run.end_nanos = None;
    run.recorder = Some(Recorder { pid: 1, started_secs: 1, hostname: reelbench::live::alive::hostname().to_owned() });
    spans[1].end_nanos = None;
    engine.write(Batch { runs: vec![run], spans, ..Batch::default() }, None).unwrap();
    assert_eq!(engine.ask(&RunQuery { run: key }).unwrap().run.run.outcome, Outcome::Interrupted);
    let timeline = engine.ask(&TimelineQuery { run: key }).unwrap();
    assert!(timeline.spans[0].is_open && timeline.spans[0].outcome == Outcome::Interrupted);
    engine.close();
    let stored = reelbench::store::Reader::open(&path).unwrap().run(key).unwrap().unwrap();
    assert_eq!(stored.run.outcome, Outcome::Running, "a reader changes nothing");
    open(&path).close();
    let stored = reelbench::store::Reader::open(&path).unwrap().run(key).unwrap().unwrap();
    assert_eq!(stored.run.outcome, Outcome::Interrupted);
    assert_eq!(stored.run.end_nanos, Some(110 * SECOND), "it ends with the last moment that was stored");
}

const LINES: &str = "{\"phase\": \"phase1_ingest\", \"timestamp\": 1795213280.5, \"elapsed_seconds\": 12.5}\n\
    {\"phase\": \"phase2_director\", \"timestamp\": 1795213290.5, \"elapsed_seconds\": 10.0}\n";

#[test]
fn importing_twice_adds_nothing_wherever_the_file_lies() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let progress = Progress::default();
    let import = |name: &str| {
        let path = folder.path().join(name);
        engine.import(&ImportRequest { path, ..ImportRequest::default() }, &progress).unwrap()
    };
    std::fs::write(folder.path().join("metrics.jsonl"), LINES).unwrap();
    std::fs::write(folder.path().join("copy.jsonl"), LINES).unwrap();
    let report = import("metrics.jsonl");
    assert_eq!((report.held.num_runs, report.held.num_spans, report.written.num_new_spans), (1, 2, 2));
    let before = engine.ask(&WorkspaceQuery).unwrap().totals;
    assert!(import("metrics.jsonl").is_known);
    assert!(import("copy.jsonl").is_known);
    let after = engine.ask(&WorkspaceQuery).unwrap().totals;
    assert_eq!(
        (before.num_runs, before.num_spans, before.num_sources),
        (after.num_runs, after.num_spans, after.num_sources)
    );
}

#[test]
fn a_file_that_grew_is_the_same_source() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let path = folder.path().join("metrics.jsonl");
    let import = || {
        engine.import(&ImportRequest { path: path.clone(), ..ImportRequest::default() }, &Progress::default()).unwrap()
    };
    std::fs::write(&path, LINES).unwrap();
    import();
    let grown =
        format!("{LINES}{{\"phase\": \"phase3_voice\", \"timestamp\": 1795213299.5, \"elapsed_seconds\": 4.0}}\n");
    std::fs::write(&path, grown).unwrap();
    let report = import();
    assert_eq!((report.held.num_spans, report.written.num_new_spans), (3, 1));
    let totals = engine.ask(&WorkspaceQuery).unwrap().totals;
    assert_eq!((totals.num_runs, totals.num_spans, totals.num_sources), (1, 3, 1));
}

#[test]
fn the_report_of_a_file_that_grew_is_that_of_what_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let path = folder.path().join("metrics.jsonl");
    let import = || {
        engine.import(&ImportRequest { path: path.clone(), ..ImportRequest::default() }, &Progress::default()).unwrap()
    };
    std::fs::write(&path, &LINES[..LINES.len() - 10]).unwrap();
    assert_eq!(import().issues.len(), 1, "the last line is cut short");
    std::fs::write(&path, LINES).unwrap();
    let whole = import();
    assert_eq!(whole.issues, []);
    let again = import();
    assert!(again.is_known);
    assert_eq!((again.issues, again.held), (whole.issues, whole.held));
}

#[test]
fn a_file_says_what_it_holds_though_all_of_it_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let import = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        engine.import(&ImportRequest { path, ..ImportRequest::default() }, &Progress::default()).unwrap()
    };
    import("metrics.jsonl", LINES);
    // The same facts in other bytes, twice.
    for is_known in [false, true] {
        let report = import("crlf.jsonl", &LINES.replace('\n', "\r\n"));
        assert_eq!((report.held.num_runs, report.held.num_spans), (1, 2));
        assert_eq!((report.written.num_new_spans, report.is_known), (0, is_known));
    }
}

#[test]
fn what_cannot_be_read_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    for (name, content, words) in [
        ("empty.jsonl", &b""[..], "empty"),
        ("binary.bin", &b"\x00\x01\x02\x03"[..], "binary"),
        ("prose.txt", &b"It was a dark and stormy night."[..], "no known format"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let report = engine.import(&ImportRequest { path, ..ImportRequest::default() }, &Progress::default()).unwrap();
        let failure = report.failure.map_or_else(String::new, |failure| failure.to_string());
        assert!(failure.contains(words) && failure.contains(name), "{failure}");
    }
    let request = |name: &str| ImportRequest { path: folder.path().join(name), ..ImportRequest::default() };
    for name in ["nowhere.jsonl", "."] {
        let report = engine.import(&request(name), &Progress::default()).unwrap();
        assert!(matches!(report.failure, Some(Unread::Unreachable(_))), "{name}: {report:?}");
    }
    for wrong in [
        ImportRequest { format: Some("no_such_format".to_owned()), ..request("prose.txt") },
        ImportRequest { zone: Some("Nowhere/Atall".to_owned()), ..request("prose.txt") },
    ] {
        assert!(matches!(engine.import(&wrong, &Progress::default()), Err(Failure::Refused(_))), "{wrong:?}");
    }
    assert_eq!(engine.ask(&WorkspaceQuery).unwrap().totals.num_sources, 0);
}

#[test]
fn a_viewer_changes_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.reelbench");
    assert!(Engine::open(&path, Options::headless("reelbench test", Access::View)).is_err());
    let run = {
        let engine = open(&path);
        let run = write(&engine, "talk", Outcome::Succeeded);
        engine.close();
        run
    };
    let before = std::fs::read(&path).unwrap();
    let viewer = Engine::open(&path, Options::headless("reelbench test", Access::View)).unwrap();
    assert_eq!(viewer.ask(&RunsQuery::default()).unwrap().num_runs, 1);
    viewer.edit(Edit::SetLabel { run, name: "a".to_owned(), value: None });
    assert!(matches!(&viewer.take_events()[..], [Event::Notice(notice)] if notice.text.contains("cannot be changed")));
    viewer.close();
    assert_eq!(before, std::fs::read(&path).unwrap());
}

#[test]
fn a_watched_process_runs_while_its_watcher_lives() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let (mut run, _) = run_of("talk", Outcome::Unknown);
    run.end_nanos = None;
    run.recorder = Some(reelbench::live::alive::own_recorder());
    let key = run.key;
    let outcome = || engine.ask(&RunQuery { run: key }).unwrap().run.run.outcome;
    engine.write(Batch { runs: vec![run.clone()], ..Batch::default() }, None).unwrap();
    assert_eq!(outcome(), Outcome::Running);
    run.end_nanos = Some(130 * SECOND);
    engine.write(Batch { runs: vec![run], ..Batch::default() }, None).unwrap();
    assert_eq!(outcome(), Outcome::Unknown, "only a parent learns how a process ended");
}

#[test]
fn a_range_counts_what_touches_it_in_all_lanes_or_in_some() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder.path().join("a.reelbench"));
    let run = write(&engine, "talk", Outcome::Succeeded);
    let ask = |window: (i64, i64), lanes: Option<(u32, u32)>| {
        let window = (window.0 * SECOND, window.1 * SECOND);
        let answer = engine.ask(&RangeQuery { ranges: vec![RunRange { run, window, lanes }] }).unwrap();
        answer.rows.iter().map(|row| (row.name.clone(), row.seconds.sum)).collect::<Vec<_>>()
    };
    assert_eq!(ask((108, 115), None), [("asr".to_owned(), 7.0), ("decode".to_owned(), 2.0)]);
    assert_eq!(ask((108, 115), Some((1, 2))), [("decode".to_owned(), 2.0)]);
    assert_eq!(ask((121, 125), None), []);
}
