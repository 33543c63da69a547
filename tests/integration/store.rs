//! The workspace file seen from outside: what goes in comes out, twice adds nothing, and no file breaks the program.
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reelbench::model::{
    Absence, Batch, Clock, Cost, Cursor, Edit, Host, Issue, IssueKind, Key, Media, Note, Outcome, Place, Quantity,
    Recorder, Run, Samples, Series, SeriesKind, Source, SourceKind, Span, SpanKind, Stat, Unit, Usage, UsageUnit,
    Value, Values, Zone,
};
use reelbench::store::{Reader, StoreError, Writer};

fn key(name: &str) -> Key {
    Key::of("test", &[name])
}

/// A folder of its own and the path of a workspace that is not there yet.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.reelbench");
    (folder, path)
}

fn source(name: &str) -> Source {
    Source {
        key: key(name),
        kind: SourceKind::Import,
        format: "metrics_jsonl".to_owned(),
        location: format!("/videos/{name}"),
        content_hash: Some([7; 32]),
        size_bytes: Some(1234),
        cursor: Some(Cursor { offset_bytes: 1234, head_hash: [9; 32], head_bytes: 64 }),
        zone: Zone::Named("+02:00".to_owned()),
        read_at_nanos: 5,
        is_complete: true,
    }
}

fn series(name: &str, kind: SeriesKind) -> Series {
    Series {
        key: key(name),
        run: Some(key("run")),
        span: Some(key("asr")),
        name: name.to_owned(),
        labels: BTreeMap::from([("gpu".to_owned(), "0 “Ti”".to_owned())]),
        unit: Unit::BYTES,
        kind,
        interval_nanos: Some(200),
    }
}

/// One of everything, with every field set.
fn full_batch() -> Batch {
    let mut run = Run::new(key("run"));
    run.pipeline = Some("视频".to_owned());
    run.video_id = Some("v-1".to_owned());
    run.start_nanos = Some(1_795_213_263_122_345_201);
    run.end_nanos = Some(1_795_213_264_122_345_207);
    run.clock = Clock::Local;
    run.outcome = Outcome::Failed;
    run.error = Some("CUDA out of memory\n\tat line 3".to_owned());
    run.media = Media {
        duration_secs: Some(61.541),
        size_bytes: Some(i64::MAX),
        width: Some(1920),
        height: Some(1080),
        fps: Some(29.97),
    };
    run.labels.insert("branch".to_owned(), "main".to_owned());
    run.host = Some(Host {
        hostname: "box".to_owned(),
        os: "Debian 12".to_owned(),
        cpu: "x86".to_owned(),
        num_cpus: 16,
        memory_bytes: 128 << 30,
        gpus: vec!["H200".to_owned(), "H200".to_owned()],
        gpu_driver: Some("570.1".to_owned()),
    });
    run.recorder = Some(Recorder { pid: 4711, started_secs: 1_795_213_262, hostname: "box".to_owned() });
    run.attributes = BTreeMap::from([
        ("args".to_owned(), Value::Json("[1, 2.50]".to_owned())),
        ("big".to_owned(), Value::Integer(i64::MIN)),
        ("ratio".to_owned(), Value::Real(f64::INFINITY)),
    ]);

    let mut span = Span::new(key("asr"), key("run"), SpanKind::ApiCall, "_2_asr", 1_795_213_263_122_345_201);
    span.parent = Some(key("arrives later"));
    span.number = Some(2);
    span.end_nanos = Some(1_795_213_263_999_999_999);
    span.outcome = Outcome::Failed;
    span.error = Some("timeout".to_owned());
    span.provider = Some("openai".to_owned());
    span.model = Some("whisper-1".to_owned());
    span.attributes.insert("retry".to_owned(), Value::Flag(true));
    span.measure("process.cpu.utilization", Stat::Mean, Unit::PERCENT_OF_CORE, 187.25);
    span.measure("process.memory.usage", Stat::Peak, Unit::BYTES, 1.5e9);
    let open = Span::new(key("open"), key("run"), SpanKind::Stage, "open", 1_795_213_263_500_000_000);

    let times: Vec<i64> = (0..3000).map(|index| 1_795_213_263_122_345_201 + index * 200).collect();
    Batch {
        restarts_source: false,
        runs: vec![run],
        spans: vec![span, open],
        usages: vec![Usage {
            key: key("usage"),
            run: key("run"),
            span: Some(key("asr")),
            provider: Some("openai".to_owned()),
            model: Some("whisper-1".to_owned()),
            quantities: vec![
                Quantity { unit: UsageUnit::InputToken, amount: "1234".parse().unwrap() },
                Quantity { unit: UsageUnit::MediaSecond, amount: "61.5410000000000000000001".parse().unwrap() },
            ],
            reported_cost: Some(Cost { amount: "0.0061541".parse().unwrap(), currency: "USD".to_owned() }),
        }],
        series: vec![series("memory", SeriesKind::Cumulative), series("speed", SeriesKind::Gauge)],
        samples: vec![
            Samples {
                series: key("memory"),
                at_nanos: times.clone(),
                values: Values::Integer((0..3000).map(|index| i64::MAX - index * index).collect()),
            },
            Samples {
                series: key("speed"),
                at_nanos: times,
                values: Values::Real((0..3000).map(|index| f64::from(index) / 3.0).collect()),
            },
        ],
        absences: vec![Absence { run: key("run"), metric: "gpu".to_owned(), reason: "there is no driver".to_owned() }],
        issues: vec![
            Issue { kind: IssueKind::BadJson, place: Place::Line(3), detail: "}{".to_owned(), num_records: 1 },
            Issue { kind: IssueKind::NaiveTime, place: Place::Whole, detail: String::new(), num_records: 40 },
        ],
        notes: vec![Note {
            key: key("note"),
            run: key("run"),
            span: Some(key("asr")),
            text: "look here".to_owned(),
            at_nanos: 77,
        }],
    }
}

#[test]
fn what_goes_in_comes_out() {
    let (_folder, path) = folder();
    let batch = full_batch();
    let mut writer = Writer::open(&path, "test").unwrap();
    let written = writer.write(&batch, Some(&source("a.jsonl"))).unwrap();
    assert_eq!((written.num_new_runs, written.num_new_spans, written.num_new_series), (1, 2, 2));
    assert_eq!((written.num_new_samples, written.num_new_usages, written.num_duplicates), (6000, 1, 0));
    writer.close().unwrap();
    assert!(!path.with_file_name("w.reelbench-wal").exists(), "a closed workspace is one file");

    let reader = Reader::open(&path).unwrap();
    let row = reader.run(key("run")).unwrap().unwrap();
    assert_eq!(row.run, batch.runs[0]);
    assert_eq!((row.num_spans, row.num_failed_spans), (2, 1));
    assert_eq!((row.last_nanos, row.sources), (batch.runs[0].end_nanos, vec![key("a.jsonl")]));
    assert_eq!(reader.spans(key("run")).unwrap(), batch.spans);
    assert_eq!(reader.span(key("open")).unwrap().as_ref(), batch.spans.get(1));
    assert_eq!(reader.usages(key("run")).unwrap(), batch.usages);
    assert_eq!(reader.absences(key("run")).unwrap(), batch.absences);
    assert_eq!(reader.notes(key("run")).unwrap(), batch.notes);
    let rows = reader.series(key("run")).unwrap();
    assert_eq!(rows.iter().map(|row| row.series.clone()).collect::<Vec<_>>(), batch.series);
    assert_eq!((rows[1].num_samples, rows[1].min, rows[1].max), (3000, Some(0.0), Some(2999.0 / 3.0)));
    for samples in &batch.samples {
        assert_eq!(&reader.samples(samples.series, (0, i64::MAX), usize::MAX).unwrap(), samples);
    }
    let source_row = reader.source(key("a.jsonl")).unwrap().unwrap();
    assert_eq!(source_row.source, source("a.jsonl"));
    assert_eq!((source_row.num_runs, source_row.num_skipped, source_row.num_noticed), (1, 1, 40));
    assert_eq!(reader.source_by_hash(&[7; 32]).unwrap().as_ref(), Some(&source_row));
    assert_eq!(reader.sources().unwrap(), [source_row]);
    assert_eq!(reader.issues(key("a.jsonl")).unwrap(), batch.issues);
    let totals = reader.totals().unwrap();
    assert_eq!((totals.num_runs, totals.num_spans, totals.num_series, totals.num_samples), (1, 2, 2, 6000));
    assert!(totals.size_bytes >= fs::metadata(&path).unwrap().len());
    assert_eq!(reader.integrity_check().unwrap(), [] as [String; 0]);
}

#[test]
fn writing_again_adds_nothing() {
    let (_folder, path) = folder();
    let batch = full_batch();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&batch, Some(&source("a.jsonl"))).unwrap();
    let reader = Reader::open(&path).unwrap();
    let state = |reader: &Reader| {
        (
            reader.runs().unwrap(),
            reader.spans(key("run")).unwrap(),
            reader.usages(key("run")).unwrap(),
            reader.issues(key("a.jsonl")).unwrap(),
            reader.totals().unwrap().num_samples,
        )
    };
    let before = state(&reader);
    let written = writer.write(&batch, Some(&source("a.jsonl"))).unwrap();
    assert_eq!(written.num_duplicates, 2 + 1 + 6000);
    let added = [
        written.num_new_runs,
        written.num_new_spans,
        written.num_changed_spans,
        written.num_new_series,
        written.num_new_samples,
        written.num_new_usages,
    ];
    assert_eq!(added, [0; 6]);
    assert_eq!(state(&reader), before);
    let row = reader.source(key("a.jsonl")).unwrap().unwrap();
    assert_eq!((row.num_new_spans, row.num_skipped, row.num_duplicates), (2, 1, 6003));
}

#[test]
fn another_value_for_a_moment_is_told_and_the_first_stands() {
    let (_folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&full_batch(), Some(&source("a.jsonl"))).unwrap();
    let mut other = full_batch();
    other.issues.clear();
    other.samples.truncate(1);
    other.samples[0].values = Values::Integer(vec![0; 3000]);
    let written = writer.write(&other, Some(&source("b.jsonl"))).unwrap();
    assert_eq!(written.num_new_samples, 0);
    assert_eq!(written.issues.iter().map(|issue| issue.num_records).sum::<u64>(), 3000);
    assert!(written.issues.len() < 30);
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.issues(key("b.jsonl")).unwrap(), written.issues);
    assert_eq!(
        reader.samples(key("memory"), (0, i64::MAX), 5).unwrap().values,
        Values::Integer(vec![i64::MAX, i64::MAX - 1, i64::MAX - 4, i64::MAX - 9, i64::MAX - 16])
    );
}

#[test]
fn open_spans_end_and_what_is_not_said_stays() {
    let (_folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&full_batch(), None).unwrap();
    let mut end = Span::new(key("open"), key("run"), SpanKind::Stage, "open", 1_795_213_263_500_000_000);
    end.end_nanos = Some(1_795_213_263_600_000_000);
    end.outcome = Outcome::Succeeded;
    let written = writer
        .write(&Batch { spans: vec![end.clone()], runs: vec![Run::new(key("run"))], ..Batch::default() }, None)
        .unwrap();
    assert_eq!((written.num_new_spans, written.num_changed_spans), (0, 1));
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.span(key("open")).unwrap(), Some(end));
    assert_eq!(reader.run(key("run")).unwrap().unwrap().run, full_batch().runs[0]);
}

#[test]
fn runs_are_found_as_people_name_them() {
    let (_folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    let run = |name: &str, start_nanos: i64| {
        let mut run = Run::new(key(name));
        run.start_nanos = Some(start_nanos);
        run.pipeline = Some("p".to_owned());
        run.video_id = Some(format!("video {name}"));
        run
    };
    writer.write(&Batch { runs: vec![run("a", 1), run("c", 3), run("b", 2)], ..Batch::default() }, None).unwrap();
    let reader = Reader::open(&path).unwrap();
    let hex = key("a").to_hex();
    for (text, found) in [
        ("latest", vec!["c"]),
        ("p", vec!["c", "b", "a"]),
        ("video b", vec!["b"]),
        (&hex, vec!["a"]),
        (&hex[..7], vec!["a"]),
        (&hex[..3], vec![]),
        ("nothing", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(reader.find_runs(text).unwrap(), found.into_iter().map(key).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_reader_sees_commits_of_others_and_says_so() {
    let (_folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    let reader = Reader::open(&path).unwrap();
    let version = reader.data_version().unwrap();
    assert_eq!(reader.data_version().unwrap(), version);
    writer.write(&full_batch(), None).unwrap();
    assert_ne!(reader.data_version().unwrap(), version);
    assert_eq!(reader.totals().unwrap().num_runs, 1);
    assert!(!reader.is_frozen());
}

#[test]
fn edits_are_undone_and_redone_also_after_a_restart() {
    let (_folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&full_batch(), None).unwrap();
    let label = |value: Option<&str>| Edit::SetLabel {
        run: key("run"),
        name: "branch".to_owned(),
        value: value.map(str::to_owned),
    };
    let note = Note { key: key("mine"), run: key("run"), span: None, text: "slow".to_owned(), at_nanos: 99 };
    let edits = [
        label(Some("dev")),
        Edit::SetNote { key: key("mine"), note: Some(note.clone()) },
        Edit::SetNote { key: key("note"), note: None },
        label(None),
    ];
    let state = |path: &Path| {
        let reader = Reader::open(path).unwrap();
        (reader.run(key("run")).unwrap().unwrap().run.labels, reader.notes(key("run")).unwrap())
    };
    let mut states = vec![state(&path)];
    for edit in &edits {
        writer.apply(edit).unwrap();
        states.push(state(&path));
    }
    assert_eq!(states[4].0, BTreeMap::new());
    assert_eq!(states[4].1, [note]);

    // What a person removed is not brought back by an import.
    writer.write(&full_batch(), None).unwrap();
    assert_eq!(state(&path), states[4]);

    writer.close().unwrap();
    for index in (0..edits.len()).rev() {
        let mut writer = Writer::open(&path, "test").unwrap();
        assert_eq!(Reader::open(&path).unwrap().undo_state().unwrap().0.as_ref(), Some(&edits[index]));
        assert_eq!(writer.undo().unwrap().as_ref(), Some(&edits[index]));
        assert_eq!(state(&path), states[index]);
    }
    let mut writer = Writer::open(&path, "test").unwrap();
    assert_eq!(writer.undo().unwrap(), None);
    for (index, edit) in edits.iter().enumerate() {
        assert_eq!(writer.redo().unwrap().as_ref(), Some(edit));
        assert_eq!(state(&path), states[index + 1]);
    }
    assert_eq!(writer.redo().unwrap(), None);

    // A new edit forgets what could be redone; one that changes nothing is none.
    writer.undo().unwrap();
    writer.apply(&label(Some("dev"))).unwrap();
    assert_eq!(Reader::open(&path).unwrap().undo_state().unwrap(), (Some(edits[2].clone()), Some(edits[3].clone())));
    writer.apply(&label(Some("other"))).unwrap();
    assert_eq!(Reader::open(&path).unwrap().undo_state().unwrap(), (Some(label(Some("other"))), None));
    let unknown = Edit::SetLabel { run: key("no such run"), name: "a".to_owned(), value: None };
    assert!(matches!(writer.apply(&unknown), Err(StoreError::Unknown { what: "run", .. })));
}

#[test]
fn a_backup_is_whole_and_cancelling_leaves_nothing() {
    let (folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&full_batch(), Some(&source("a.jsonl"))).unwrap();
    let to = folder.path().join("backup.reelbench");
    let reader = Reader::open(&path).unwrap();
    reader.backup(&to, &mut |_| true).unwrap();
    let before = fs::read(&to).unwrap();
    writer.write(&Batch { runs: vec![Run::new(key("another run"))], ..Batch::default() }, None).unwrap();
    assert_eq!(reader.backup(&to, &mut |_| false), Err(StoreError::Cancelled));
    assert!(fs::read(&to).unwrap() == before, "the backup before is as it was");
    let mut shares = Vec::new();
    reader
        .backup(&to, &mut |share| {
            shares.push(share);
            true
        })
        .unwrap();
    assert_eq!(shares.last(), Some(&1.0));
    let names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("backup"))
        .collect();
    assert_eq!(names, ["backup.reelbench"]);
    let (original, backup) = (Reader::open(&path).unwrap(), Reader::open(&to).unwrap());
    assert_eq!(backup.integrity_check().unwrap(), [] as [String; 0]);
    assert_eq!(backup.runs().unwrap(), original.runs().unwrap());
    assert_eq!(
        backup.samples(key("memory"), (0, i64::MAX), usize::MAX).unwrap(),
        original.samples(key("memory"), (0, i64::MAX), usize::MAX).unwrap()
    );
    drop(backup);
    assert_eq!(Writer::open(&to, "test").unwrap().write(&full_batch(), None).unwrap().num_new_spans, 0);
    assert!(reader.backup(&path, &mut |_| true).is_err(), "not onto itself");
}

#[test]
fn a_backup_replaces_nothing_but_an_older_one() {
    let (folder, path) = folder();
    Writer::open(&path, "test").unwrap().write(&full_batch(), None).unwrap();
    let reader = Reader::open(&path).unwrap();
    let refused = |to: &Path| match reader.backup(to, &mut |_| true) {
        Err(StoreError::Io { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    let thesis = folder.path().join("thesis.txt");
    fs::write(&thesis, "years of work").unwrap();
    assert!(refused(&thesis).contains("is no workspace"), "{}", refused(&thesis));
    assert_eq!(fs::read(&thesis).unwrap(), b"years of work");
    assert!(refused(folder.path()).contains("folder"));
    assert!(refused(&folder.path().join("nowhere/backup")).contains("no such folder"));
    // Another program has the older copy open: its log would be taken for that of the new one.
    let to = folder.path().join("backup.reelbench");
    reader.backup(&to, &mut |_| true).unwrap();
    fs::write(folder.path().join("backup.reelbench-wal"), "").unwrap();
    assert!(refused(&to).contains("open"));
    fs::remove_file(folder.path().join("backup.reelbench-wal")).unwrap();
    reader.backup(&to, &mut |_| true).unwrap();
    #[cfg(unix)]
    {
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(refused(&socket).contains("plain file"));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&to, &link).unwrap();
        reader.backup(&link, &mut |_| true).unwrap();
        assert!(link.is_symlink(), "what the link leads to was replaced, not the link");
    }
}

#[test]
fn files_that_are_no_workspace_are_named_and_left_alone() {
    let (folder, path) = folder();
    Writer::open(&path, "test").unwrap().write(&full_batch(), None).unwrap();
    let workspace = fs::read(&path).unwrap();
    let patched = |at: usize, bytes: &[u8]| {
        let mut patched = workspace.clone();
        patched[at..at + bytes.len()].copy_from_slice(bytes);
        patched
    };
    for (name, bytes, sentence) in [
        ("text", b"{\"not\": \"a database\"}\n".to_vec(), "too short"),
        ("longer text", vec![b'x'; 5000], "not a SQLite database"),
        ("other program", patched(68, &[0; 4]), "database of another program"),
        ("newer", patched(60, &99u32.to_be_bytes()), "written by a newer reelbench (schema 99, this one knows 1)"),
        ("cut short", workspace[..workspace.len() - 4096].to_vec(), "it was cut short"),
        ("header only", workspace[..100].to_vec(), "it was cut short"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        for error in [Reader::open(&path).unwrap_err(), Writer::open(&path, "test").unwrap_err()] {
            let words = error.to_string();
            assert!(words.contains(sentence), "{name}: {words}");
            assert!(!words.contains('\n'), "{name}: {words}");
        }
        assert!(fs::read(&path).unwrap() == bytes, "{name} was changed");
        assert!(!folder.path().join(format!("{name}-lock")).exists(), "{name}");
    }
    assert!(matches!(Reader::open(&folder.path().join("nothing")), Err(StoreError::Missing { .. })));
    assert!(matches!(Reader::open(folder.path()), Err(StoreError::NotOurs { .. })));
    assert!(matches!(Writer::open(folder.path(), "test"), Err(StoreError::NotOurs { .. })));
    let lost = folder.path().join("no/such/folder/w.reelbench");
    let words = Writer::open(&lost, "test").unwrap_err().to_string();
    assert!(words.contains("there is no such folder"), "{words}");
}

#[test]
fn a_damaged_workspace_costs_an_error_and_no_panic() {
    let (folder, path) = folder();
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&full_batch(), Some(&source("a.jsonl"))).unwrap();
    writer.close().unwrap();
    let workspace = fs::read(&path).unwrap();
    let mut num_errors = 0;
    for index in 0..200usize {
        let mut bytes = workspace.clone();
        // Anywhere behind the header, a few bytes at a time: a multiplicative step reaches all parts of the file.
        for step in 0..4 {
            let at = 100 + (index * 4 + step).wrapping_mul(2_654_435_761) % (bytes.len() - 100);
            bytes[at] ^= 1 << (index % 8);
        }
        let path = folder.path().join(format!("damaged {index}"));
        fs::write(&path, &bytes).unwrap();
        let read = |path: &Path| -> Result<(), StoreError> {
            let reader = Reader::open(path)?;
            for row in reader.runs()? {
                reader.spans(row.run.key)?;
                reader.usages(row.run.key)?;
                for row in reader.series(row.run.key)? {
                    reader.thin(row.series.key, (0, i64::MAX), 100)?;
                    reader.samples(row.series.key, (0, i64::MAX), usize::MAX)?;
                }
            }
            reader.sources()?;
            reader.issues(key("a.jsonl"))?;
            reader.integrity_check().map(|_| ())
        };
        num_errors += usize::from(read(&path).is_err());
        // Writing into it may succeed or fail, but only in words.
        let _ = Writer::open(&path, "test").and_then(|mut writer| writer.write(&full_batch(), None));
    }
    assert!(num_errors > 20, "{num_errors}");
}

/// Set for the copies of this program that `two_processes_take_turns` starts.
const CHILD: &str = "REELBENCH_TEST_CHILD";
const NUM_WRITES: usize = 60;

#[test]
fn two_processes_take_turns() {
    if let Ok(child) = std::env::var(CHILD) {
        let (path, name) = child.split_once('\n').expect("two lines");
        return write_many(Path::new(path), name, NUM_WRITES);
    }
    let (_folder, path) = folder();
    Writer::open(&path, "test").unwrap().write(&full_batch(), None).unwrap();
    let program = std::env::current_exe().unwrap();
    let mut children: Vec<_> = ["one", "two"]
        .iter()
        .map(|name| {
            Command::new(&program)
                .args(["--exact", "store::two_processes_take_turns"])
                .env(CHILD, format!("{}\n{name}", path.display()))
                .spawn()
                .unwrap()
        })
        .collect();
    // Meanwhile this process reads, and what it reads is always whole.
    let reader = Reader::open(&path).unwrap();
    loop {
        let row = reader.run(key("run")).unwrap().unwrap();
        let num_spans = reader.spans(key("run")).unwrap().len() as u64;
        assert!(num_spans >= row.num_spans && row.num_spans.is_multiple_of(2), "{num_spans} {}", row.num_spans);
        if children.iter_mut().all(|child| child.try_wait().unwrap().is_some()) {
            break;
        }
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(reader.run(key("run")).unwrap().unwrap().num_spans as usize, 2 + 2 * 2 * NUM_WRITES);
    let samples = reader.samples(key("both"), (0, i64::MAX), usize::MAX).unwrap();
    assert_eq!(samples.at_nanos, (0..2 * NUM_WRITES as i64).collect::<Vec<_>>());
    assert_eq!(reader.integrity_check().unwrap(), [] as [String; 0]);
}

#[test]
fn a_killed_writer_leaves_whole_transactions_and_no_lock() {
    if let Ok(child) = std::env::var(CHILD) {
        let (path, name) = child.split_once('\n').expect("two lines");
        return write_many(Path::new(path), name, usize::MAX);
    }
    let (_folder, path) = folder();
    Writer::open(&path, "test").unwrap().write(&full_batch(), None).unwrap();
    for round in 0..5 {
        let before = Reader::open(&path).unwrap().totals().unwrap().num_spans;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::a_killed_writer_leaves_whole_transactions_and_no_lock"])
            .env(CHILD, format!("{}\nround {round}", path.display()))
            .spawn()
            .unwrap();
        let reader = Reader::open(&path).unwrap();
        while reader.totals().unwrap().num_spans < before + 20 {
            assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        }
        let seen = reader.totals().unwrap().num_spans;
        drop(reader);
        child.kill().unwrap();
        child.wait().unwrap();
        let mut writer = Writer::open(&path, "test").unwrap();
        writer.write(&full_batch(), None).unwrap();
        let reader = Reader::open(&path).unwrap();
        let spans = reader.spans(key("run")).unwrap().len() as u64;
        assert!(spans >= seen && spans.is_multiple_of(2), "{spans} after {seen} were seen");
        let samples = reader.samples(key("both"), (0, i64::MAX), usize::MAX).unwrap();
        assert!(samples.len() >= (seen as usize - before as usize) / 2);
        assert_eq!(reader.integrity_check().unwrap(), [] as [String; 0]);
    }
}

/// Writes pairs of spans, each with one sample of a series that all children share.
fn write_many(path: &Path, name: &str, num_writes: usize) {
    let mut writer = Writer::open(path, name).unwrap();
    for index in 0..num_writes {
        let span = |end: &str| {
            let key = key(&format!("{name} {index} {end}"));
            Span::new(key, self::key("run"), SpanKind::Operation, name, index as i64)
        };
        let at_nanos = 2 * index as i64 + i64::from(name == "two");
        let mut series = series("both", SeriesKind::Gauge);
        series.span = None;
        let batch = Batch {
            spans: vec![span("a"), span("b")],
            samples: vec![Samples { series: series.key, at_nanos: vec![at_nanos], values: Values::Integer(vec![1]) }],
            series: vec![series],
            ..Batch::default()
        };
        let written = writer.write(&batch, None).unwrap();
        assert_eq!(written.num_new_spans, 2);
    }
    writer.close().unwrap();
}
