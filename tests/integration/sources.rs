//! The Sources tab by its labels: the table, the report, its filter, attaching, and what it says when there is nothing.

use std::path::Path;

use egui_kittest::kittest::Queryable as _;
use reelbench::engine::jobs::Progress;
use reelbench::engine::{Engine, ImportRequest};
use reelbench::ui::command::{Action, Command};

use super::panel::{Bench, Desk};

const SIZE: [f32; 2] = [1280.0, 800.0];

/// A file of phase metrics with one line that is no JSON, and one that ends in the middle.
const BROKEN: &str = r#"{"phase":"phase1","video_id":"talk","timestamp":"2026-11-20T10:00:00Z","duration_seconds":12.5,"status":"success"}
{oops
{"phase":"phase2","video_id":"talk","timestamp":"2026-11-20T10:01:00Z","duration_seconds":30.0,"status":"success"}
{"phase":"phase3","vid"#;

pub fn import(engine: &Engine, folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    let report = engine.import(&ImportRequest { path, ..ImportRequest::default() }, &Progress::default()).unwrap();
    assert_eq!(report.failure, None);
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new("tests/fixtures/metrics_jsonl").join(name)).unwrap()
}

fn open() -> (tempfile::TempDir, Bench) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), |engine| {
        import(engine, folder.path(), "broken.jsonl", &fixture("broken.jsonl"));
        import(engine, folder.path(), "metrics.jsonl", &fixture("four-phases.jsonl"));
        Vec::new()
    });
    let bench = Bench::open("sources", desk, SIZE);
    (folder, bench)
}
