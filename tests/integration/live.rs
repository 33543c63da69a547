//! Recording, stages and attachments with the real program, as a person uses them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use reelbench::model::{Outcome, Span, SpanKind, Stat};
use reelbench::store::Reader;

use super::engine::settle;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelbench");

struct Workplace {
    folder: tempfile::TempDir,
    workspace: PathBuf,
}

impl Workplace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("w.reelbench");
        Self { folder, workspace }
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["record", "--pipeline", "demo", "--video-id", "clip", "--label", "preset=fast", "--workspace"]);
        command.arg(&self.workspace).args(["--", "sh", "-c", script]);
        command.current_dir(self.folder.path()).env("REELBENCH", PROGRAM).env_remove("REELBENCH_EVENTS");
        command
    }

    fn record(&self, script: &str) -> Output {
        self.command(script).output().unwrap()
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.workspace).unwrap()
    }

    fn spans(&self) -> Vec<Span> {
        let reader = self.reader();
        let runs = reader.runs().unwrap();
        assert_eq!(runs.len(), 1);
        reader.spans(runs[0].run.key).unwrap()
    }
}

fn figure(span: &Span, name: &str, stat: Stat) -> Option<f64> {
    span.measurements
        .iter()
        .find(|measured| measured.name == name && measured.stat == stat)
        .map(|measured| measured.value)
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    spans.iter().find(|span| span.name == name).unwrap()
}

const BUSY: &str = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";

#[test]
fn a_pipeline_is_recorded_with_its_stages() {
    let workplace = Workplace::new();
    let script = format!(
        "\"$REELBENCH\" stage work --number 2 -- sh -c '{BUSY}'
         \"$REELBENCH\" stage outer -- \"$REELBENCH\" stage call --kind api_call --provider openai --model gpt-4o -- sh -c 'exit 3'
         echo '{{\"phase\": \"phase9_own\", \"timestamp\": 1795213280.5, \"elapsed_seconds\": 0.5}}' >> \"$REELBENCH_EVENTS\"
         exit 7"
    );
    let output = workplace.record(&script);
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
    let spans = workplace.spans();
    let row = workplace.reader().runs().unwrap().remove(0);
    assert_eq!((row.run.outcome, row.run.video_id.as_deref()), (Outcome::Failed, Some("clip")));
    assert_eq!(row.run.labels["preset"], "fast");
    let (start_nanos, end_nanos) = (row.run.start_nanos.unwrap(), row.run.end_nanos.unwrap());
    let work = named(&spans, "work");
    assert_eq!((work.outcome, work.number), (Outcome::Succeeded, Some(2)));
    // What the kernel counted for the command fits into its bounds.
    let elapsed_secs = (work.end_nanos.unwrap() - work.start_nanos) as f64 / 1e9;
    let cpu_secs = figure(work, "process.cpu.time", Stat::Sum).unwrap();
    assert!(cpu_secs > 0.0 && cpu_secs <= elapsed_secs * 1.1, "{cpu_secs} s of CPU in {elapsed_secs} s");
    let (outer, call) = (named(&spans, "outer"), named(&spans, "call"));
    assert_eq!((call.parent, call.kind, call.outcome), (Some(outer.key), SpanKind::ApiCall, Outcome::Failed));
    assert_eq!((call.provider.as_deref(), call.error.as_deref()), (Some("openai"), Some("exit code 3")));
    assert!(outer.start_nanos <= call.start_nanos && call.end_nanos <= outer.end_nanos);
    for stage in [work, outer, call] {
        assert!(start_nanos <= stage.start_nanos && stage.end_nanos.unwrap() <= end_nanos);
    }
    assert_eq!(named(&spans, "phase9_own").run, row.run.key);
    let series = workplace.reader().series(row.run.key).unwrap();
    for name in ["process.cpu.time", "process.memory.usage", "system.memory.usage", "reelbench.recorder.tick.time"] {
        assert!(series.iter().any(|row| row.series.name == name), "{name}");
    }
}

#[test]
fn without_a_recording_a_stage_just_runs_its_command() {
    let output = Command::new(PROGRAM)
        .args(["stage", "x", "--", "sh", "-c", "echo out; echo err >&2; exit 5"])
        .env_remove("REELBENCH_EVENTS")
        .output()
        .unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice(), output.stderr.as_slice()),
        (Some(5), &b"out\n"[..], &b"err\n"[..])
    );
    let missing = Command::new(PROGRAM).args(["stage", "x", "--", "/no/such/program"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(127));
}

/// FFmpeg is part of what the tests need; where it is not there, this says nothing.
#[test]
fn the_frames_are_ffmpegs_own() {
    if Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).status().is_err() {
        return;
    }
    let workplace = Workplace::new();
    let encode =
        "ffmpeg -nostdin -loglevel error -y -f lavfi -i testsrc2=duration=2:size=160x120:rate=25 -c:v mpeg4 out.mkv";
    let output = workplace.record(&format!("\"$REELBENCH\" stage encode -- {encode}"));
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(0), &b""[..]),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let spans = workplace.spans();
    let encode = named(&spans, "encode");
    assert_eq!(figure(encode, "ffmpeg.frames", Stat::Value), Some(50.0));
    assert_eq!(figure(encode, "ffmpeg.dropped_frames", Stat::Value), Some(0.0));
    assert!(figure(encode, "ffmpeg.total_size", Stat::Value).unwrap() > 1000.0);
    let size = std::fs::metadata(workplace.folder.path().join("out.mkv")).unwrap().len();
    assert!(size > 1000);
}

/// The children of the killed recorder are held by a fifo, so that nothing is left behind.
#[cfg(unix)]
#[test]
fn what_a_killed_recorder_wrote_is_there_and_says_interrupted() {
    let workplace = Workplace::new();
    let fifo = workplace.folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let script = "\"$REELBENCH\" stage held -- sh -c 'read line < fifo'";
    let mut recorder = workplace.command(script).stderr(Stdio::null()).spawn().unwrap();
    settle("a span of the stage", || has_span(&workplace.workspace, "held").then_some(()));
    recorder.kill().unwrap();
    recorder.wait().unwrap();
    std::fs::write(&fifo, "go on\n").unwrap();
    assert_eq!(workplace.reader().integrity_check().unwrap(), Vec::<String>::new());
    // The next one who writes closes it.
    let next =
        Command::new(PROGRAM).args(["record", "--workspace"]).arg(&workplace.workspace).args(["--", "true"]).output();
    assert_eq!(next.unwrap().status.code(), Some(0));
    let reader = workplace.reader();
    let killed = reader.runs().unwrap().into_iter().find(|row| row.run.pipeline.as_deref() == Some("demo")).unwrap();
    assert_eq!(killed.run.outcome, Outcome::Interrupted);
    assert!(killed.run.end_nanos.is_some());
    let spans = reader.spans(killed.run.key).unwrap();
    assert_eq!(
        (named(&spans, "held").outcome, named(&spans, "held").end_nanos.is_some()),
        (Outcome::Interrupted, true)
    );
}

fn has_span(workspace: &Path, name: &str) -> bool {
    let Ok(reader) = Reader::open(workspace) else { return false };
    let Ok(runs) = reader.runs() else { return false };
    runs.iter().any(|row| reader.spans(row.run.key).is_ok_and(|spans| spans.iter().any(|span| span.name == name)))
}

#[cfg(unix)]
#[test]
fn a_running_process_is_followed() {
    let workplace = Workplace::new();
    let mut child = Command::new("sh").args(["-c", "read line"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut attach = Command::new(PROGRAM);
    attach.args(["attach", "--json", "--pid", &child.id().to_string(), "--workspace"]).arg(&workplace.workspace);
    let attached = attach.stdout(Stdio::piped()).spawn().unwrap();
    settle("the first sample", || has_span(&workplace.workspace, "sh").then_some(()));
    drop(child.stdin.take());
    child.wait().unwrap();
    let output = attached.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("\"live\"") && said.contains("\"off\""), "{said}");
    let row = workplace.reader().runs().unwrap().remove(0);
    assert!(row.run.end_nanos.is_some());
}
