//! A small workspace with every kind of ending: good, bad, cut off, live, and one of many slivers.

use std::collections::BTreeMap;

use reelbench::engine::queries::RunsQuery;
use reelbench::engine::{Access, Engine, Options};
use reelbench::model::{
    Absence, Batch, Cost, Key, Outcome, Quantity, Run, Samples, Series, SeriesKind, Span, SpanKind, Stat, Unit, Usage,
    UsageUnit, Values,
};
use reelbench::ui::view::RunFrame;

pub const SECOND: i64 = 1_000_000_000;
const START: i64 = 1_795_200_000 * SECOND;

/// An open workspace in a folder that goes away with it.
pub struct Workspace {
    pub engine: Engine,
    _folder: tempfile::TempDir,
}

pub fn run_key(name: &str) -> Key {
    Key::of("run", &[name])
}

fn run(name: &str, outcome: Outcome, secs: Option<i64>) -> Run {
    let mut run = Run::new(run_key(name));
    run.pipeline = Some("dubbing".to_owned());
    run.video_id = Some(name.to_owned());
    run.start_nanos = Some(START);
    run.end_nanos = secs.map(|secs| START + secs * SECOND);
    run.outcome = outcome;
    run
}

fn span(
    run: &str,
    name: &str,
    kind: SpanKind,
    secs: (i64, Option<i64>),
    outcome: Outcome,
    parent: Option<&Span>,
) -> Span {
    let start = START + secs.0 * SECOND;
    let key = Key::of("span", &[run, name, &secs.0.to_string()]);
    let mut span = Span::new(key, run_key(run), kind, name, start);
    span.end_nanos = secs.1.map(|end| START + end * SECOND);
    span.outcome = outcome;
    span.parent = parent.map(|parent| parent.key);
    span
}

fn stages(run: &str, encode: Outcome, last: Option<i64>) -> Vec<Span> {
    use Outcome::Succeeded;
    let asr = span(run, "asr", SpanKind::Stage, (0, Some(30)), Succeeded, None);
    let plan = span(run, "plan", SpanKind::Stage, (30, Some(60)), Succeeded, None);
    let mut translate = span(run, "translate", SpanKind::ApiCall, (32, Some(42)), Succeeded, Some(&plan));
    translate.provider = Some("openai".to_owned());
    translate.model = Some("gpt-4o-mini".to_owned());
    let reflect = span(run, "reflect", SpanKind::ApiCall, (43, Some(52)), Succeeded, Some(&plan));
    let mut encode = span(run, "encode", SpanKind::Stage, (70, last), encode, None);
    encode.measure("process.memory.usage", Stat::Peak, Unit::BYTES, 1.23e9);
    encode.measure("ffmpeg.frames", Stat::Value, Unit::FRAMES, 2880.0);
    if encode.outcome == Outcome::Failed {
        encode.error = Some("Conversion failed!\n[libx264 @ 0x55d] height not divisible by 2 (1920x1079)".to_owned());
    }
    encode.attributes.insert("preset".to_owned(), "slow".into());
    encode.attributes.insert("command".to_owned(), "ffmpeg -i in.mp4 -c:v libx264 -preset slow out.mp4".into());
    vec![asr, plan, translate, reflect, encode]
}

fn series(batch: &mut Batch, run: &str, name: &str, unit: Unit, value: impl Fn(i64) -> f64) {
    let key = Key::of("series", &[run, name]);
    batch.series.push(Series {
        key,
        run: Some(run_key(run)),
        span: None,
        name: name.to_owned(),
        labels: BTreeMap::new(),
        unit,
        kind: SeriesKind::Gauge,
        interval_nanos: Some(SECOND / 5),
    });
    let at_nanos: Vec<i64> = (0..450).map(|tick| START + tick * SECOND / 5).collect();
    let values = (0..450).map(value).collect();
    batch.samples.push(Samples { series: key, at_nanos, values: Values::Real(values) });
}

fn measured(batch: &mut Batch, run: &str) {
    series(batch, run, "process.cpu.utilization", Unit::PERCENT_OF_CORE, |tick| match tick / 5 {
        0..30 => 180.0 + (tick as f64 * 0.9).sin() * 40.0,
        30..60 => 35.0 + (tick as f64 * 0.31).sin() * 20.0,
        60..70 => 0.0,
        _ => 390.0 + (tick as f64 * 1.7).sin() * 8.0,
    });
    series(batch, run, "process.memory.usage", Unit::BYTES, |tick| {
        3e8 + (tick as f64 * 2e6) + (tick % 50) as f64 * 1e6
    });
    batch.absences.push(Absence {
        run: run_key(run),
        metric: "hw.gpu".to_owned(),
        reason: "no NVIDIA driver was found".to_owned(),
    });
}

impl Workspace {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine =
            Engine::open(&folder.path().join("test.reelbench"), Options::headless("reelbench test", Access::Edit))
                .unwrap();
        let mut batch = Batch::default();
        let mut good = run("good", Outcome::Succeeded, Some(90));
        good.labels.insert("preset".to_owned(), "slow".to_owned());
        batch.runs.push(good);
        batch.spans.extend(stages("good", Outcome::Succeeded, Some(90)));
        batch.usages.push(Usage {
            key: Key::of("usage", &["good"]),
            run: run_key("good"),
            span: Some(batch.spans[2].key),
            provider: Some("openai".to_owned()),
            model: Some("gpt-4o-mini".to_owned()),
            quantities: vec![
                Quantity { unit: UsageUnit::InputToken, amount: 4200.into() },
                Quantity { unit: UsageUnit::OutputToken, amount: 1800.into() },
            ],
            reported_cost: Some(Cost { amount: "0.0125".parse().unwrap(), currency: "USD".to_owned() }),
        });
        measured(&mut batch, "good");
        batch.runs.push(run("bad", Outcome::Failed, Some(90)));
        batch.spans.extend(stages("bad", Outcome::Failed, Some(90)));
        measured(&mut batch, "bad");
        batch.runs.push(run("cut", Outcome::Interrupted, Some(84)));
        batch.spans.extend(stages("cut", Outcome::Interrupted, Some(84)));
        batch.runs.push(run("live", Outcome::Running, None));
        batch.spans.extend(stages("live", Outcome::Running, None));
        measured(&mut batch, "live");
        engine.write(batch, None).unwrap();
        Self { engine, _folder: folder }
    }

    /// The same with a run of 50,000 slivers.
    pub fn with_slivers() -> Self {
        let workspace = Self::new();
        let mut batch = Batch::default();
        batch.runs.push(run("dense", Outcome::Succeeded, Some(100)));
        for at in 0..50_000_i64 {
            let start = START + at * 2_000_000;
            let key = Key::of("span", &["dense", &at.to_string()]);
            let name = ["decode", "filter", "encode"][at as usize % 3];
            let mut span = Span::new(key, run_key("dense"), SpanKind::Operation, name, start);
            span.end_nanos = Some(start + 1_000_000 + (at % 7) * 100_000);
            span.outcome = if at == 31_000 { Outcome::Failed } else { Outcome::Succeeded };
            batch.spans.push(span);
        }
        workspace.engine.write(batch, None).unwrap();
        workspace
    }

    /// The runs as the shell puts them into the view.
    pub fn frames(&self, names: &[&str]) -> Vec<RunFrame> {
        let runs = self.engine.ask(&RunsQuery::default()).unwrap().runs;
        let frame = |name: &&str| {
            let run = runs.iter().find(|run| run.run.key == run_key(name)).unwrap();
            let (origin_nanos, end_nanos) = run.bounds().unwrap();
            RunFrame {
                run: run.run.key,
                title: run.title(),
                apart: String::new(),
                origin_nanos,
                end_nanos,
                clock: run.run.clock,
                outcome: run.run.outcome,
            }
        };
        names.iter().map(frame).collect()
    }
}
