//! Tests of recordings with real commands.

use super::facts::shell_words;
use super::*;
use crate::model::{Span, SpanKind, Stat, Values};

fn options(command: &[&str]) -> RecordingOptions {
    let command = command.iter().map(OsString::from).collect();
    RecordingOptions { interval_nanos: 20_000_000, ..RecordingOptions::of(command) }
}

/// Everything a recording yields, in order.
fn record(options: RecordingOptions) -> (Vec<Batch>, Batch, i32) {
    let mut recording = Recording::start(options).unwrap();
    let mut batches = vec![recording.opening().0];
    while !recording.has_ended() {
        batches.push(recording.tick().0);
        recording.wait_for_tick();
    }
    let (last, source, code) = recording.finish();
    assert!(source.is_complete);
    (batches, last, code)
}

fn spans(batches: &[Batch], last: &Batch) -> BTreeMap<String, Vec<Span>> {
    let mut spans: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for span in batches.iter().chain([last]).flat_map(|batch| &batch.spans) {
        spans.entry(span.name.clone()).or_default().push(span.clone());
    }
    spans
}

/// A script that writes a stage's lines by itself, as a stand-in for the `reelbench` program.
const STAGES: &str = r#"
say() { printf '%s\n' "$1" >> "$REELBENCH_EVENTS"; }
now=${REELBENCH_CLOCK%%,*}
outer=11111111111111111111111111111111
inner=22222222222222222222222222222222
open=33333333333333333333333333333333
say '{"reelbench":1,"event":"start","span":"'$outer'","parent":null,"name":"outer","kind":"stage","number":4,"at_nanos":'$now',"pid":'$$',"command":["sh","a b"]}'
say '{"reelbench":1,"event":"start","span":"'$inner'","parent":"'$outer'","name":"inner","kind":"api_call","at_nanos":'$now',"pid":null,"command":["ffmpeg"]}'
say '{"reelbench":1,"event":"ffmpeg","span":"'$inner'","at_nanos":'$now',"text":"frame=48\nfps=24.0\nout_time_us=2000000\nspeed=1x\nprogress=end\n"}'
say '{"reelbench":1,"event":"end","span":"'$inner'","at_nanos":'$((now + 2000000000))',"exit_code":1,"user_nanos":1500000000,"system_nanos":500000000,"max_rss_bytes":1000000000}'
say '{"phase": "phase2_director", "timestamp": 1795213280.5, "elapsed_seconds": 18.5, "llm_provider": "openai", "llm_model": "gpt-4o", "tokens_used": {"prompt": 8450, "completion": 1200}, "estimated_cost": 0.32}'
say 'not json'
say '{"reelbench":1,"event":"start","span":"'$open'","parent":"'$outer'","name":"open","kind":"operation","at_nanos":'$now',"pid":null,"command":[]}'
i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done
say '{"reelbench":1,"event":"end","span":"'$outer'","at_nanos":'$((now + 3000000000))',"exit_code":0}'
exit 3
"#;

#[cfg(unix)]
#[test]
fn stages_become_spans() {
    let (batches, last, code) = record(options(&["sh", "-c", STAGES]));
    assert_eq!(code, 3);
    let run = &last.runs[0];
    assert_eq!((run.outcome, run.error.as_deref()), (Outcome::Failed, Some("exit code 3")));
    assert!(run.end_nanos >= run.start_nanos && run.start_nanos.is_some());
    let spans = spans(&batches, &last);
    let inner = spans["inner"].last().unwrap();
    assert_eq!(
        (inner.kind, inner.outcome, inner.error.as_deref()),
        (SpanKind::ApiCall, Outcome::Failed, Some("exit code 1"))
    );
    assert_eq!(inner.end_nanos.unwrap() - inner.start_nanos, 2_000_000_000);
    let figure = |span: &Span, name: &str, stat| {
        span.measurements
            .iter()
            .find(|measured| measured.name == name && measured.stat == stat)
            .map(|measured| measured.value)
    };
    assert_eq!(figure(inner, "process.cpu.utilization", Stat::Mean), Some(100.0));
    assert_eq!(figure(inner, "process.memory.usage", Stat::Peak), Some(1e9));
    assert_eq!(figure(inner, "ffmpeg.frames", Stat::Value), Some(48.0));
    let outer = spans["outer"].last().unwrap();
    assert_eq!((outer.number, outer.outcome, inner.parent), (Some(4), Outcome::Succeeded, Some(outer.key)));
    assert_eq!(spans["outer"][0].outcome, Outcome::Running);
    assert_eq!(spans["outer"][0].attributes["process.command_line"].to_string(), "sh 'a b'");
    let open = spans["open"].last().unwrap();
    assert_eq!((open.outcome, open.end_nanos), (Outcome::Interrupted, run.end_nanos));
    let phase = spans["phase2_director"].last().unwrap();
    assert_eq!((phase.run, phase.start_nanos), (run.key, 1_795_213_262_000_000_000));
    let all = || batches.iter().chain([&last]);
    assert_eq!(all().flat_map(|batch| &batch.usages).count(), 1);
    assert!(all().flat_map(|batch| &batch.usages).all(|usage| usage.run == run.key));
    assert!(all().flat_map(|batch| &batch.issues).any(|issue| issue.kind == crate::model::IssueKind::BadJson));
    let of_inner = all().flat_map(|batch| &batch.series).filter(|series| series.span == Some(inner.key));
    assert!(of_inner.map(|series| series.name.as_str()).any(|name| name == "ffmpeg.fps"));
}

#[cfg(unix)]
#[test]
fn the_whole_tree_is_measured_and_the_cost_of_measuring_too() {
    let busy = "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done";
    let (batches, last, code) = record(options(&["sh", "-c", &format!("sh -c '{busy}'; {busy}")]));
    assert_eq!(code, 0);
    let run = &last.runs[0];
    assert_eq!(run.outcome, Outcome::Succeeded);
    let real = |name: &str| match &run.attributes[name] {
        crate::model::Value::Real(value) => *value,
        other => panic!("{name}: {other}"),
    };
    let exact_secs = real("process.cpu.time.user") + real("process.cpu.time.system");
    let all: Vec<&Batch> = batches.iter().chain([&last]).collect();
    let series = all.iter().flat_map(|batch| &batch.series).find(|series| series.name == "process.cpu.time").unwrap();
    let sampled: Vec<f64> = all
        .iter()
        .flat_map(|batch| &batch.samples)
        .filter(|samples| samples.series == series.key)
        .flat_map(|samples| match &samples.values {
            Values::Real(values) => values.clone(),
            Values::Integer(_) => Vec::new(),
        })
        .collect();
    assert!(sampled.windows(2).all(|pair| pair[0] <= pair[1]), "{sampled:?}");
    // The kernel shows hundredths of a second for each of three processes.
    let last_secs = *sampled.last().unwrap();
    assert!((last_secs - exact_secs).abs() <= 0.08, "sampled {last_secs} s, exact {exact_secs} s");
    for name in ["reelbench.recorder.ticks", "reelbench.recorder.cpu.time", "reelbench.recorder.tick.time.mean"] {
        assert!(run.attributes.contains_key(name), "{name}");
    }
    assert!(run.recorder.is_some() && run.host.is_some());
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_says_so_and_its_children_are_told() {
    let mut recording = Recording::start(options(&["sh", "-c", "sh -c 'read line </dev/zero'; exit 0"])).unwrap();
    let _ = recording.opening();
    while recording.processes.tree().members().count() < 2 {
        let _ = recording.tick();
        recording.wait_for_tick();
    }
    recording.interrupt();
    // Under a terminal the grace period passes first; here nobody else tells the children.
    while !recording.has_ended() {
        let _ = recording.tick();
        recording.wait_for_tick();
    }
    let (last, _, code) = recording.finish();
    assert_eq!((last.runs[0].outcome, code), (Outcome::Interrupted, 130));
}

#[test]
fn a_command_that_is_not_there_is_refused() {
    let error = Recording::start(options(&["/no/such/program"])).err().unwrap();
    assert_eq!(error.shell_code(), 127);
    assert_eq!(Recording::start(options(&[])).err().unwrap().shell_code(), 2);
}

#[test]
fn command_lines_can_be_typed_again() {
    let words = |words: &[&str]| shell_words(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
    assert_eq!(words(&["ffmpeg", "-i", "a b.mp4", "it's", ""]), r"ffmpeg -i 'a b.mp4' 'it'\''s' ''");
}
