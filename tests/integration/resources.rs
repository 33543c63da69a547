//! The Resources tab by its labels: plots, legends, cursor, zoom, absences, and what it says when there is nothing.

use egui::{Key as Press, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use reelbench::engine::Engine;
use reelbench::model::{
    Absence, Batch, Host, Key, Outcome, Run, Samples, Series, SeriesKind, Span, SpanKind, Unit, Values,
};

use super::panel::{Bench, Desk};

const SECOND: i64 = 1_000_000_000;
const SIZE: [f32; 2] = [1280.0, 800.0];

/// A minute of a pipeline of four stages at 5 Hz: its processes keep one core busy and then two, with a silence of
/// five seconds; `slowness` stretches the whole.
pub fn write_run(engine: &Engine, name: &str, start_secs: i64, slowness: f64) -> Key {
    let key = Key::of("run", &[name]);
    let at = |secs: f64| start_secs * SECOND + (secs * slowness * 1e9) as i64;
    let mut run = Run::new(key);
    run.pipeline = Some("dubbing".to_owned());
    run.video_id = Some(name.to_owned());
    (run.start_nanos, run.end_nanos) = (Some(at(0.0)), Some(at(60.0)));
    run.outcome = Outcome::Succeeded;
    run.host = Some(Host { num_cpus: 4, memory_bytes: 8_000_000_000, ..Host::default() });
    let mut batch = Batch { runs: vec![run], ..Batch::default() };
    for (stage, from, to) in
        [("extract", 0.0, 8.0), ("asr", 8.0, 27.0), ("translate", 24.0, 38.0), ("encode", 38.0, 59.0)]
    {
        let mut span = Span::new(Key::of("span", &[name, stage]), key, SpanKind::Stage, stage, at(from));
        span.end_nanos = Some(at(to));
        span.outcome = if stage == "translate" { Outcome::Failed } else { Outcome::Succeeded };
        batch.spans.push(span);
    }
    let mut add = |metric: &str, labels: &[(&str, &str)], unit: Unit, kind, value: &dyn Fn(f64) -> f64| {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let series = Key::of("series", &[name, metric, &format!("{labels:?}")]);
        let secs = (0..300).map(|index| f64::from(index) / 5.0).filter(|secs| !(40.0..45.0).contains(secs));
        let (at_nanos, values) = secs.map(|secs| (at(secs), value(secs))).unzip();
        let interval_nanos = Some((0.2 * slowness * 1e9) as i64);
        batch.series.push(Series {
            key: series,
            run: Some(key),
            span: None,
            name: metric.to_owned(),
            labels,
            unit,
            kind,
            interval_nanos,
        });
        batch.samples.push(Samples { series, at_nanos, values: Values::Real(values) });
    };
    let busy = |secs: f64| if secs < 38.0 { 95.0 } else { 190.0 };
    let noise = |secs: f64| ((secs * 7.3).sin() + (secs * 1.7).cos()) * 4.0;
    let gauge = SeriesKind::Gauge;
    add("process.cpu.utilization", &[], Unit::PERCENT_OF_CORE, gauge, &|secs| busy(secs) + noise(secs));
    for core in ["0", "1", "2", "3"] {
        add("system.cpu.utilization", &[("cpu", core)], Unit::PERCENT, gauge, &|secs| busy(secs) / 4.0 + noise(secs));
    }
    add("system.cpu.utilization", &[], Unit::PERCENT, gauge, &|secs| busy(secs) / 4.0 + noise(secs) + 5.0);
    add("process.memory.usage", &[], Unit::BYTES, gauge, &|secs| (200.0 + secs * 60.0) * 1e6);
    add("process.disk.io", &[("direction", "read")], Unit::BYTES, SeriesKind::Cumulative, &|secs| secs * 3e6);
    add("process.disk.io", &[("direction", "write")], Unit::BYTES, SeriesKind::Cumulative, &|secs| secs * secs * 1e6);
    add("process.thread.count", &[], Unit::THREADS, gauge, &|secs| (secs / 10.0).floor() + 3.0);
    add("process.count", &[], Unit::PROCESSES, gauge, &|secs| (secs / 20.0).floor() + 1.0);
    batch.absences.push(Absence {
        run: key,
        metric: "GPU".to_owned(),
        reason: "no NVIDIA driver was found".to_owned(),
    });
    engine.write(batch, None).unwrap();
    key
}

fn open(runs: &[(&str, i64, f64)]) -> (tempfile::TempDir, Bench) {
    let folder = tempfile::tempdir().unwrap();
    let fill = |engine: &Engine| {
        runs.iter().map(|(name, start, slowness)| write_run(engine, name, *start, *slowness)).collect()
    };
    let desk = Desk::new(folder.path(), fill);
    let bench = Bench::open("resources", desk, SIZE);
    (folder, bench)
}

fn one() -> (tempfile::TempDir, Bench) {
    open(&[("talk", 1000, 1.0)])
}

const CPU: &str = "Plot CPU of the processes";

#[test]
fn plots_say_what_they_show() {
    let (_folder, bench) = one();
    let harness = &bench.harness;
    harness.get_by_label_contains("Plot CPU of the processes, 1 series, 0 % of a core to ");
    harness.get_by_label_contains("Plot CPU of the host, 1 series, 0 % to 105 %, from 0.0 s to 1:00.0");
    harness.get_by_label_contains("Plot Memory of the processes, 1 series");
    harness.get_by_label("Stage extract, 8 s");
    harness.get_by_label_contains("Stage translate");
    harness.get_by_label("Disk I/O of the processes");
}

#[test]
fn what_was_not_measured_says_why() {
    let (_folder, mut bench) = one();
    bench.harness.get_by_label("GPU");
    bench.harness.get_by_label("N/A, because no NVIDIA driver was found");
    bench.settle();
}

#[test]
fn the_legend_is_a_table_of_values() {
    let (_folder, mut bench) = one();
    bench.harness.get_by_label_contains("Memory of the processes, all: 3.79 GB; min 200 MB, mean ");
    bench.desk.borrow_mut().view.cursor_nanos = Some(10 * SECOND);
    bench.settle();
    bench.harness.get_by_label_contains("Memory of the processes, all: 800 MB;");
    bench.desk.borrow_mut().view.cursor_nanos = Some(43 * SECOND);
    bench.settle();
    bench.harness.get_by_label_contains("Memory of the processes, all: no value;");
}

#[test]
fn legend_entries_hide_and_stand_alone() {
    let (_folder, mut bench) = one();
    bench.harness.get_by_label_contains("Disk I/O of the processes, read: ").click();
    bench.settle();
    bench.harness.get_by_label("Disk I/O of the processes, read: hidden");
    bench.harness.get_by_label("Disk I/O of the processes, read: hidden").click();
    bench.settle();
    bench.harness.get_by_label_contains("Disk I/O of the processes, write: ").click_modifiers(Modifiers::COMMAND);
    bench.settle();
    bench.harness.get_by_label("Disk I/O of the processes, read: hidden");
    bench.harness.get_by_label("Show all series").click();
    bench.settle();
    assert!(bench.desk.borrow().view.hidden_series.is_empty());
}

#[test]
fn details_are_shown_when_asked_for() {
    let (_folder, mut bench) = one();
    assert!(bench.harness.query_by_label_contains("CPU of the host, 2: ").is_none());
    bench.harness.get_by_label("Details of CPU of the host").click();
    bench.settle();
    bench.harness.get_by_label_contains("CPU of the host, 2: ");
    bench.harness.get_by_label_contains("Plot CPU of the host, 5 series");
}

#[test]
fn keys_move_the_cursor_and_change_heights() {
    let (_folder, mut bench) = one();
    let before = bench.harness.get_by_label_contains(CPU).rect().height();
    bench.harness.get_by_label_contains(CPU).focus();
    bench.settle();
    bench.harness.key_press_modifiers(Modifiers::SHIFT, Press::ArrowRight);
    bench.settle();
    assert_eq!(bench.desk.borrow().view.cursor_nanos, Some(30 * SECOND + 60 * SECOND / 100));
    bench.harness.key_press_modifiers(Modifiers::SHIFT, Press::Home);
    bench.settle();
    assert_eq!(bench.desk.borrow().view.cursor_nanos, Some(0));
    bench.harness.key_press_modifiers(Modifiers::SHIFT, Press::ArrowDown);
    bench.settle();
    assert_eq!(bench.harness.get_by_label_contains(CPU).rect().height(), before + 16.0);
}

#[test]
fn plots_fold_away() {
    let (_folder, mut bench) = one();
    bench.harness.get_by_label("CPU of the processes").click();
    bench.settle();
    assert!(bench.harness.query_by_label_contains(CPU).is_none());
    bench.harness.get_by_label("CPU of the processes").click();
    bench.settle();
    bench.harness.get_by_label_contains(CPU);
}

#[test]
fn the_wheel_zooms_every_plot_around_the_pointer() {
    let (_folder, mut bench) = one();
    let at = bench.harness.get_by_label_contains(CPU).rect().center();
    bench.harness.hover_at(at);
    bench.settle();
    let cursor = bench.desk.borrow().view.cursor_nanos.unwrap();
    let wheel = egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 120.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    };
    bench.harness.event(wheel);
    bench.harness.run_steps(20);
    bench.settle();
    let (start, end) = bench.desk.borrow().view.visible();
    assert!(end - start < 55 * SECOND, "{start} {end}");
    assert!(
        (start + (end - start) / 2 - cursor).abs() < SECOND,
        "the middle stays under the pointer: {start} {end} {cursor}"
    );
    bench.desk.borrow_mut().view.go_back();
    assert_eq!(bench.desk.borrow().view.visible(), (0, 60 * SECOND));
}

#[test]
fn runs_lie_over_each_other_from_their_starts() {
    let (_folder, bench) = open(&[("talk", 1000, 1.0), ("slow talk", 5000, 1.5)]);
    bench.harness.get_by_label_contains("Plot CPU of the processes, 2 series, 0 % of a core to 424 % of a core");
    bench.harness.get_by_label_contains("CPU of the processes, talk: ");
    bench.harness.get_by_label_contains("CPU of the processes, slow talk: ");
    bench.harness.get_by_label("2 runs, aligned by their start");
}

#[test]
fn without_runs_or_series_it_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open("resources", Desk::new(folder.path(), |_| Vec::new()), SIZE);
    bench.harness.get_by_label("No run is selected");
    let fill = |engine: &Engine| {
        let mut run = Run::new(Key::of("run", &["bare"]));
        run.video_id = Some("bare".to_owned());
        engine.write(Batch { runs: vec![run.clone()], ..Batch::default() }, None).unwrap();
        vec![run.key]
    };
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open("resources", Desk::new(folder.path(), fill), SIZE);
    bench.harness.get_by_label("bare has no series");
    bench.harness.get_by_label_contains("reelbench record");
}

#[test]
fn following_and_pausing_are_said() {
    let (_folder, mut bench) = one();
    bench.desk.borrow_mut().view.follow_nanos = Some(10 * SECOND);
    bench.desk.borrow().engine.set_paused(true);
    bench.settle();
    bench.harness.get_by_label("Following the last 10 s");
    bench.harness.get_by_label("Paused");
}

#[test]
fn every_plot_can_be_reached_and_named() {
    let (_folder, bench) = one();
    let nameless: Vec<_> = bench
        .harness
        .root()
        .children_recursive()
        .filter(|node| node.accesskit_node().data().supports_action(egui::accesskit::Action::Click))
        .filter(|node| node.accesskit_node().role() != egui::accesskit::Role::ScrollBar)
        .filter(|node| node.accesskit_node().label().is_none() && node.value().is_none())
        .map(|node| format!("{node:?}"))
        .collect();
    assert!(nameless.is_empty(), "{nameless:#?}");
}
