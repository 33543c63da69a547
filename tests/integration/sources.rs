//! The Sources tab by its labels: the table, the report, its filter, attaching, and what it says when there is nothing.

use std::path::Path;

use egui_kittest::kittest::Queryable as _;
use reelbench::engine::attachments::{AttachRequest, Target};
use reelbench::engine::jobs::Progress;
use reelbench::engine::{Engine, ImportRequest};
use reelbench::ui::command::{Action, Command};

use super::panel::{Bench, Desk};

const SIZE: [f32; 2] = [1280.0, 800.0];

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

#[test]
fn every_source_stands_in_the_table() {
    let (_folder, bench) = open();
    bench.harness.get_by_label_contains("Import metrics.jsonl, Phase metrics");
    bench.harness.get_by_label_contains("Import broken.jsonl, Phase metrics");
    bench.harness.get_by_label("Skipped");
}

#[test]
fn a_chosen_source_shows_its_report_line_by_line() {
    let (_folder, mut bench) = open();
    bench.harness.get_by_label_contains("Import broken.jsonl, ").click();
    bench.settle();
    bench.harness.get_by_label_contains("line 4, error, skipped: The record is not valid JSON");
    bench.harness.get_by_label("Local times without a zone, read as UTC; import with --zone to place them");
    bench.harness.get_by_label_contains("Show its run").click();
    bench.harness.get_by_label("Repaired 6").click();
    bench.settle();
    assert!(bench.harness.query_by_label_contains("line 4, error").is_none(), "skipped records are filtered out");
    bench.harness.get_by_label_contains("line 2, warning, repaired: The end is before the start");
    bench.harness.get_by_label("Copy as text").click();
    bench.settle();
    let commands = bench.take_commands();
    let copied = commands.iter().find_map(|command| if let Command::Copy(text) = command { Some(text) } else { None });
    assert!(
        copied.is_some_and(|text| text.contains("line 2\twarning\trepaired\t") && !text.contains("line 4")),
        "{copied:?}"
    );
    assert!(
        commands.iter().any(|command| matches!(command, Command::ShowRuns(runs) if runs.len() == 1)),
        "{commands:?}"
    );
}

#[test]
fn the_table_is_used_by_keyboard() {
    let (_folder, mut bench) = open();
    bench.harness.get_by_label("Import metrics.jsonl");
    bench.harness.get_by_label_contains("Import broken.jsonl, ").focus();
    bench.settle();
    bench.harness.key_press(egui::Key::Enter);
    bench.settle();
    bench.harness.get_by_label("Import broken.jsonl");
    bench.harness.key_press(egui::Key::Enter);
    bench.settle();
    assert!(bench.harness.query_by_label("Copy as text").is_none(), "the same key lets it go");
}

#[test]
fn a_process_is_attached_by_id_or_words() {
    let (_folder, mut bench) = open();
    bench.harness.get_by_label("Attach to a process…").click();
    bench.settle();
    bench.harness.get_by_label("Process").type_text("ffmpeg -i");
    bench.settle();
    bench.harness.get_by_label("the process whose command line has “ffmpeg -i”");
    bench.harness.key_press(egui::Key::Enter);
    bench.settle();
    assert_eq!(bench.take_commands(), [Command::AttachProcess("ffmpeg -i".to_owned())]);
    assert!(bench.harness.query_by_label("Process").is_none(), "the form closes");
}

#[test]
fn buttons_ask_for_files() {
    let (_folder, mut bench) = open();
    bench.harness.get_by_label("Import files…").click();
    bench.harness.get_by_label("Follow a file…").click();
    bench.settle();
    assert_eq!(bench.take_commands(), [Command::Do(Action::Import), Command::Do(Action::Attach)]);
}

#[test]
fn a_followed_file_shows_its_state_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.jsonl");
    std::fs::write(&path, fixture("four-phases.jsonl")).unwrap();
    let desk = Desk::new(folder.path(), |engine| {
        let target = Target::File { path: path.clone(), format: None };
        engine.attach(&AttachRequest::to(target)).unwrap();
        Vec::new()
    });
    let mut bench = Bench::open("sources", desk, SIZE);
    let name = bench.desk.borrow().engine.attachments()[0].name.clone();
    bench.wait_for("live", |bench| bench.harness.query_all_by_label("live").next().is_some());
    bench.harness.get_by_label(&format!("Stop following {name}")).click();
    bench.settle();
    let commands = bench.take_commands();
    let [Command::Detach(id)] = commands.as_slice() else { panic!("{commands:?}") };
    bench.desk.borrow().engine.detach(*id);
    bench.wait_for("off", |bench| bench.harness.query_by_label("off").is_some());
    bench.harness.get_by_label(&format!("Put away {name}")).click();
    bench.settle();
    assert!(bench.harness.query_by_label("off").is_none());
}

#[test]
fn an_empty_workspace_says_what_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open("sources", Desk::new(folder.path(), |_| Vec::new()), SIZE);
    bench.harness.get_by_label("Nothing has come in yet");
    bench.harness.get_by_label("ffmpeg_progress");
}
