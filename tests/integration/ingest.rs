//! Importers: every fixture gives the facts and issues that stand beside it, wherever it is cut, and nothing panics.
//!
//! To add a case, put a file into `tests/fixtures/<importer>/` and run the tests once with `REELBENCH_UPDATE_FIXTURES=1`:
//! the text of its facts is then written beside it, to be read and committed.

mod facts;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use reelbench::ingest::findings::Findings;
use reelbench::ingest::json_records::read_object;
use reelbench::ingest::metrics_jsonl::{Placement, Untimed, read_phase};
use reelbench::ingest::{self, Context, HEAD_BYTES, Head, IMPORTERS, Importer};
use reelbench::model::{Batch, IssueKind, Key, Place, Span, Zone};

fn fixtures(importer: &dyn Importer) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(importer.name());
    let entries = fs::read_dir(&folder).expect("every importer has a folder of fixtures");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| !path.to_string_lossy().ends_with(".facts.txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no fixtures", importer.name());
    files
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

fn context(location: &str, zone: Zone) -> Context {
    let content_key = Key::of("source", &[location]);
    Context { location: location.to_owned(), zone, content_key, file_mtime_nanos: None }
}

/// Reads pieces with an importer, as the engine does.
fn import<'a>(importer: &dyn Importer, context: Context, pieces: impl IntoIterator<Item = &'a [u8]>) -> Batch {
    let mut out = Batch::default();
    let mut reader = importer.reader(context);
    for piece in pieces {
        reader.feed(piece, &mut out);
    }
    reader.finish(&mut out);
    out
}

fn import_whole(importer: &dyn Importer, location: &str, bytes: &[u8]) -> Batch {
    import(importer, context(location, Zone::Unknown), [bytes])
}

/// What must hold of any batch, whatever the bytes were.
fn assert_sound(batch: &Batch) {
    let runs: Vec<Key> = batch.runs.iter().map(|run| run.key).collect();
    for run in &batch.runs {
        assert!(run.end_nanos >= run.start_nanos || run.end_nanos.is_none(), "{run:?}");
    }
    for span in &batch.spans {
        assert!(runs.contains(&span.run), "{span:?} has no run");
        assert!(span.end_nanos.is_none_or(|end| end >= span.start_nanos), "{span:?} ends before it starts");
        assert!(span.measurements.iter().all(|measurement| measurement.value.is_finite()), "{span:?}");
        if let Some(parent) = span.parent {
            assert!(batch.spans.iter().any(|span| span.key == parent), "{span:?} has no parent");
        }
    }
    for usage in &batch.usages {
        assert!(runs.contains(&usage.run), "{usage:?} has no run");
    }
    for samples in &batch.samples {
        assert_eq!(samples.at_nanos.len(), samples.values.len());
        assert!(batch.series.iter().any(|series| series.key == samples.series), "samples without a series");
        assert!(samples.at_nanos.windows(2).all(|pair| pair[0] < pair[1]), "samples out of order");
    }
}

#[test]
fn every_fixture_gives_the_facts_beside_it() {
    let is_update = std::env::var_os("REELBENCH_UPDATE_FIXTURES").is_some();
    let mut differing = Vec::new();
    for &importer in IMPORTERS {
        for path in fixtures(importer) {
            let bytes = fs::read(&path).expect("a readable fixture");
            let batch = import_whole(importer, &file_name(&path), &bytes);
            assert_sound(&batch);
            let text = facts::text(&batch);
            let beside = path.with_file_name(format!("{}.facts.txt", file_name(&path)));
            if is_update {
                fs::write(&beside, &text).expect("a writable folder");
            } else if fs::read_to_string(&beside).ok().as_deref() != Some(text.as_str()) {
                differing.push(format!("{}\n{text}", beside.display()));
            }
        }
    }
    assert!(differing.is_empty(), "facts differ from those beside the fixture:\n{}", differing.join("\n"));
}

#[test]
fn every_fixture_is_recognised() {
    for &importer in IMPORTERS {
        for path in fixtures(importer) {
            let bytes = fs::read(&path).expect("a readable fixture");
            let head = &bytes[..bytes.len().min(HEAD_BYTES)];
            let name = file_name(&path);
            let head = Head { bytes: head, file_name: &name, is_whole: head.len() == bytes.len() };
            let found = ingest::sniff(&head).map(Importer::name);
            assert_eq!(found, Some(importer.name()), "{}", path.display());
        }
        assert_eq!(ingest::by_name(importer.name()).map(Importer::name), Some(importer.name()));
    }
    for bytes in
        [&b""[..], b"\0\x01\x02\xff", b"hello\nworld\n", b"{}", b"[]", b"a,b,c\n1,2,3\n", b"frame=  1 fps=2 q=3\n"]
    {
        let head = Head { bytes, file_name: "unknown", is_whole: true };
        assert_eq!(ingest::sniff(&head).map(Importer::name), None, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn pieces_do_not_matter() {
    for &importer in IMPORTERS {
        for path in fixtures(importer) {
            let bytes = fs::read(&path).expect("a readable fixture");
            let name = file_name(&path);
            let whole = import_whole(importer, &name, &bytes);
            for size in [1, 2, 3, 7, 64, 1000] {
                let cut = import(importer, context(&name, Zone::Unknown), bytes.chunks(size));
                assert_eq!(cut, whole, "{} in pieces of {size}", path.display());
            }
        }
    }
}

/// Every span with its start.
fn places(batch: &Batch) -> BTreeSet<(Key, i64)> {
    batch.spans.iter().map(|span| (span.key, span.start_nanos)).collect()
}

/// Every sample's series and moment.
fn moments(batch: &Batch) -> BTreeSet<(Key, i64)> {
    batch.samples.iter().flat_map(|samples| samples.at_nanos.iter().map(|&at| (samples.series, at))).collect()
}

#[test]
fn a_file_cut_short_anywhere_keeps_what_was_whole() {
    for &importer in IMPORTERS {
        for path in fixtures(importer) {
            let bytes = fs::read(&path).expect("a readable fixture");
            let name = file_name(&path);
            let whole = import_whole(importer, &name, &bytes);
            let (spans, samples) = (places(&whole), moments(&whole));
            let mut num_spans = 0;
            for end in 0..bytes.len() {
                let cut = import_whole(importer, &name, &bytes[..end]);
                assert_sound(&cut);
                assert!(cut.spans.len() >= num_spans, "{} lost spans when cut at {end}", path.display());
                num_spans = cut.spans.len();
                // Imported while it grew and once more when it was whole, nothing is there twice.
                assert!(places(&cut).is_subset(&spans), "{} has other spans when cut at {end}", path.display());
                assert!(moments(&cut).is_subset(&samples), "{} has other samples when cut at {end}", path.display());
            }
            assert!(whole.spans.len() >= num_spans);
        }
    }
}

#[test]
fn named_zones_place_naive_times() {
    let importer = ingest::by_name("enhancer").expect("listed");
    let csv = b"operation_id,operation_type,strategy,start_time,duration_seconds,success\n\
                x,analysis,s,2026-02-19T12:00:00,1,True\n";
    let start = |zone: &str| {
        let batch = import(importer, context("x.csv", Zone::Named(zone.to_owned())), [&csv[..]]);
        (batch.spans[0].start_nanos / 1_000_000_000, batch.issues.first().map(|issue| issue.kind))
    };
    assert_eq!(start("+01:00"), (1_771_498_800, None));
    assert_eq!(start("UTC"), (1_771_502_400, None));
    assert_eq!(start("Not/AZone"), (1_771_502_400, Some(IssueKind::NaiveTime)));
}

/// Two files that describe the same work agree on the keys and times of its spans.
fn assert_same_spans(one: (&str, &str), other: (&str, &str), num_shared: usize) {
    let spans = |(format, name): (&str, &str)| -> Vec<Span> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(format).join(name);
        import_whole(ingest::by_name(format).expect("listed"), name, &fs::read(path).expect("a fixture")).spans
    };
    let others = spans(other);
    let mut num_found = 0;
    for span in spans(one) {
        if let Some(same) = others.iter().find(|same| same.key == span.key) {
            assert_eq!((&span.name, span.start_nanos, span.end_nanos), (&same.name, same.start_nanos, same.end_nanos));
            num_found += 1;
        }
    }
    assert_eq!(num_found, num_shared, "{one:?} and {other:?}");
}

#[test]
fn sibling_files_describe_the_same_spans() {
    let summary = ("videolingo_stages", "stage_performance_summary.jsonl");
    assert_same_spans(summary, ("videolingo_pipeline", "pipeline_performance_log.jsonl"), 5);
    assert_same_spans(summary, ("videolingo_stages", "stage__2_asr_20260202_024009.json"), 1);
    assert_same_spans(("enhancer", "export.json"), ("enhancer", "export.csv"), 5);
}

#[test]
fn a_phase_line_of_a_recording_is_the_span_of_its_file() {
    let line =
        br#"{"phase": "phase2_director", "timestamp": 1795213280.5, "elapsed_seconds": 2.5, "api_call_time": 2}"#;
    let from_file = import_whole(ingest::by_name("metrics_jsonl").expect("listed"), "metrics.jsonl", line).spans;

    let mut findings = Findings::default();
    let object = read_object(line, Place::Line(1), &mut findings).expect("an object");
    let (run, stage) = (Key::of("run", &["recorded"]), Key::of("span", &["stage"]));
    let placement =
        Placement { run, parent: Some(stage), position: 1, untimed: Untimed::EndsAt(7_000_000_000), zone: &Zone::Utc };
    let mut out = Batch::default();
    read_phase(&object, &placement, Place::Line(1), &mut findings).expect("a phase").put(&mut out);
    let keys =
        |spans: &[Span]| spans.iter().map(|span| (span.key, span.start_nanos, span.end_nanos)).collect::<Vec<_>>();
    assert_eq!(keys(&out.spans), keys(&from_file));
    assert_eq!(
        (out.spans[0].run, out.spans[0].parent, out.spans[1].parent),
        (run, Some(stage), Some(out.spans[0].key))
    );

    // Without a timestamp it has just ended.
    let object =
        read_object(br#"{"phase": "plan", "total_time": 2.5}"#, Place::Line(2), &mut findings).expect("an object");
    let phase = read_phase(&object, &placement, Place::Line(2), &mut findings).expect("a phase");
    assert_eq!((phase.span.start_nanos, phase.span.end_nanos), (4_500_000_000, Some(7_000_000_000)));
}

/// Bytes made of what formats are made of, so that parsers get past their first branch.
fn likely_bytes() -> impl Strategy<Value = Vec<u8>> {
    const PARTS: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\n",
        b"\r\n",
        b"=",
        b" ",
        b"\xff",
        b"\xef\xbb\xbf",
        b"NaN",
        b"-Infinity",
        b"\"phase\":\"p\"",
        b"\"timestamp\":1e300",
        b"\"elapsed_seconds\":-1",
        b"\"run\":1",
        b"\"stage_name\":\"s\"",
        b"\"start_time\":9e18",
        b"\"duration_seconds\":1e9",
        b"\"end_time\":-9223372036",
        b"\"stage_metrics\":",
        b"\"metrics_history\":",
        b"\"operation_type\":\"t\"",
        b"\"operation_id\":\"t_1\"",
        b"\"tokens_used\":{\"prompt\":1}",
        b"\"estimated_cost\":1e-30",
        b"\\ud800",
        b"frame=",
        b"fps=0.01\n",
        b"out_time_us=9223372036854775807\n",
        b"out_time=-99:99:1e9\n",
        b"speed=1e-300x\n",
        b"bitrate=1e30kbits/s\n",
        b"progress=continue\n",
        b"progress=end\n",
        b"stream_0_0_q=1\n",
        b"frame=9223372036854775807\n",
        b"operation_id,operation_type,strategy,start_time\n",
        b"a,b,c,2026-01-01\n",
        b"0",
        b"1795213263.5",
        b"\"input_resolution\":[1,2]",
        b"\xc3\x83\xc2\xa9",
    ];
    proptest::collection::vec(prop_oneof![4 => proptest::sample::select(PARTS).prop_map(<[u8]>::to_vec), 1 => proptest::collection::vec(any::<u8>(), 0..4)], 0..60)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_break_an_importer(bytes in likely_bytes(), size in 1_usize..40) {
        for &importer in IMPORTERS {
            let whole = import_whole(importer, "any", &bytes);
            assert_sound(&whole);
            let cut = import(importer, context("any", Zone::Unknown), bytes.chunks(size));
            prop_assert_eq!(&cut, &whole, "{} in pieces of {}", importer.name(), size);
            let head = Head { bytes: &bytes, file_name: "any", is_whole: true };
            importer.sniff(&head);
        }
    }

    #[test]
    fn a_broken_byte_costs_little(at in 0_usize..10_000, byte in any::<u8>()) {
        for &importer in IMPORTERS {
            for path in fixtures(importer) {
                let mut bytes = fs::read(&path).expect("a readable fixture");
                let at = at % bytes.len();
                bytes[at] = byte;
                assert_sound(&import_whole(importer, &file_name(&path), &bytes));
            }
        }
    }
}
