//! What a recording promises, with the real program: codes passed on, nothing lost or doubled when it is killed or
//! shared, absences instead of zeroes.
#![cfg(unix)]

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use reelbench::engine::{Access, Engine, Options};
use reelbench::model::{Edit, Outcome, Run, Series, Span, Stat, Value};
use reelbench::store::{Reader, SeriesRow};

use super::engine::settle;

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelbench");
const BUSY: &str = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";

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

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).env("REELBENCH", PROGRAM).env("REELBENCH_WORKSPACE", &self.workspace);
        command.env_remove("REELBENCH_EVENTS").current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    fn record(&self, script: &str) -> Output {
        self.run(&["record", "--interval", "20ms", "--", "sh", "-c", script])
    }

    /// A recording that goes on until its fifo is written. It is in a group of its own, as a shell's job is.
    fn start(&self, video_id: &str, script: &str) -> Child {
        let made = Command::new("mkfifo").arg(self.folder.path().join(video_id)).status().unwrap();
        assert!(made.success());
        let script = format!("{script}; read line < {video_id}");
        let arguments = ["record", "--video-id", video_id, "--interval", "20ms", "--", "sh", "-c", script.as_str()];
        self.program(&arguments).stderr(Stdio::null()).process_group(0).spawn().unwrap()
    }

    fn go_on(&self, video_id: &str) {
        std::fs::write(self.folder.path().join(video_id), "\n").unwrap();
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.workspace).unwrap()
    }

    fn of(&self, video_id: &str) -> Option<Run> {
        let runs = Reader::open(&self.workspace).ok()?.runs().ok()?;
        runs.into_iter().map(|row| row.run).find(|run| run.video_id.as_deref() == Some(video_id))
    }

    fn only(&self) -> (Run, Vec<Span>, Vec<SeriesRow>) {
        let reader = self.reader();
        let mut runs = reader.runs().unwrap();
        assert_eq!(runs.len(), 1);
        let run = runs.remove(0).run;
        let (spans, series) = (reader.spans(run.key).unwrap(), reader.series(run.key).unwrap());
        (run, spans, series)
    }

    /// The samples stored of a run's memory, one a tick.
    fn num_ticks(&self, video_id: &str) -> Option<u64> {
        let run = self.of(video_id)?;
        let series = self.reader().series(run.key).ok()?;
        Some(samples_of(&series, "system.memory.limit"))
    }
}

fn samples_of(series: &[SeriesRow], name: &str) -> u64 {
    let is_total = |series: &Series| series.name == name && series.labels.is_empty();
    series.iter().find(|row| is_total(&row.series)).map_or(0, |row| row.num_samples)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What `reelbench runs` says of a run.
fn shown(workplace: &Workplace, video_id: &str) -> String {
    let listed = workplace.run(&["runs", "--json", video_id]);
    assert_eq!(listed.status.code(), Some(0), "{}", text(&listed.stderr));
    let run: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    run["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn the_commands_code_is_passed_on() {
    for (script, code, outcome) in [
        ("exit 0", 0, Outcome::Succeeded),
        ("exit 3", 3, Outcome::Failed),
        ("kill -SEGV $$", 139, Outcome::Failed),
        ("kill -9 $$", 137, Outcome::Interrupted),
    ] {
        let workplace = Workplace::new();
        assert_eq!(workplace.record(script).status.code(), Some(code), "{script}");
        let (run, ..) = workplace.only();
        assert_eq!((run.outcome, &run.attributes["process.exit.code"]), (outcome, &Value::Integer(code.into())));
    }
}

#[test]
fn what_cannot_be_started_is_said_in_a_sentence() {
    let workplace = Workplace::new();
    let missing = workplace.run(&["record", "--", "no-such-program"]);
    assert_eq!(missing.status.code(), Some(127));
    assert!(text(&missing.stderr).contains("There is no program “no-such-program”"), "{}", text(&missing.stderr));
    assert!(workplace.reader().runs().unwrap().is_empty());
    for label in ["preset", "=fast", ""] {
        let refused = workplace.run(&["record", "--label", label, "--", "true"]);
        assert_eq!(refused.status.code(), Some(2), "{label}");
        assert!(text(&refused.stderr).contains("--label"), "{}", text(&refused.stderr));
    }
    assert_eq!(workplace.run(&["record"]).status.code(), Some(2));
    assert_eq!(workplace.run(&["record", "--interval", "soon", "--", "true"]).status.code(), Some(2));
}

#[test]
fn an_interrupt_ends_the_command_and_the_run() {
    let workplace = Workplace::new();
    let mut recorder = workplace.start("clip", "\"$REELBENCH\" stage held -- sh -c 'echo $$ > pid; read line < clip'");
    let pid = settle("the stage's process", || {
        let text = std::fs::read_to_string(workplace.folder.path().join("pid")).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    });
    settle("the first ticks", || workplace.num_ticks("clip").filter(|&num_ticks| num_ticks > 2));
    let told = Command::new("kill").args(["-INT", &recorder.id().to_string()]).status().unwrap();
    assert!(told.success());
    let status = recorder.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    let is_there = Command::new("kill").args(["-0", &pid]).stderr(Stdio::null()).status().unwrap();
    assert!(!is_there.success(), "the stage's process goes on");
    let (run, spans, _) = workplace.only();
    assert_eq!(run.outcome, Outcome::Interrupted);
    assert_eq!((spans[0].outcome, spans[0].end_nanos.is_some()), (Outcome::Interrupted, true));
}

#[test]
fn stages_of_one_moment_are_both_kept() {
    let workplace = Workplace::new();
    let stage =
        |name: &str| format!("\"$REELBENCH\" stage {name} -- \"$REELBENCH\" stage {name}_in -- sh -c '{BUSY}' &");
    let output = workplace.record(&format!("{} {} wait", stage("one"), stage("two")));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (run, spans, _) = workplace.only();
    assert_eq!(spans.len(), 4);
    for name in ["one", "two"] {
        let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
        let (outer, inner) = (named(name), named(&format!("{name}_in")));
        assert_eq!((outer.parent, inner.parent), (None, Some(outer.key)));
        for span in [outer, inner] {
            assert_eq!((span.run, span.outcome), (run.key, Outcome::Succeeded));
            assert!(span.measurements.iter().any(|measured| measured.name == "process.memory.max_rss"));
        }
    }
    let source = workplace.reader().sources().unwrap().remove(0);
    assert_eq!((source.num_skipped, source.num_duplicates), (0, 0));
}

#[test]
fn what_cannot_be_read_is_absent_and_the_first_rate_is_dropped() {
    let workplace = Workplace::new();
    assert_eq!(workplace.record(&format!("{BUSY}; {BUSY}; {BUSY}")).status.code(), Some(0));
    let (run, _, series) = workplace.only();
    let absences = workplace.reader().absences(run.key).unwrap();
    let has_gpu = series.iter().any(|row| row.series.name.starts_with("hw.gpu"));
    let is_absent = absences.iter().any(|absence| absence.metric == "hw.gpu" && !absence.reason.is_empty());
    assert!(has_gpu != is_absent, "a GPU is measured or it is said why not");
    for (rate, total) in
        [("process.cpu.utilization", "process.cpu.time"), ("system.cpu.utilization", "system.memory.limit")]
    {
        let (num_rates, num_totals) = (samples_of(&series, rate), samples_of(&series, total));
        assert!(num_rates < num_totals, "{num_rates} samples of {rate}, {num_totals} of {total}");
    }
    for name in ["cpu.time", "cpu.utilization", "ticks", "tick.time.max", "memory.peak"] {
        assert!(run.attributes.contains_key(&format!("reelbench.recorder.{name}")), "{name}");
    }
}

/// FFmpeg is part of what the tests need; where it is not there, this says nothing.
#[test]
fn progress_of_short_commands_is_kept_whole() {
    if Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).status().is_err() {
        return;
    }
    let workplace = Workplace::new();
    let quiet = "\"$REELBENCH\" stage NAME -- ffmpeg -nostdin -loglevel error -y";
    let script = format!(
        "{} -f lavfi -i sine=duration=20 -c:a pcm_s16le a.wav
         {} -f lavfi -i testsrc2=duration=1:size=64x48:rate=25 -r 10 -fps_mode cfr -c:v mpeg4 v.mkv",
        quiet.replace("NAME", "audio"),
        quiet.replace("NAME", "video")
    );
    let output = workplace.record(&script);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (_, spans, series) = workplace.only();
    let last = |span: &Span, name: &str| {
        let row = series.iter().find(|row| row.series.span == Some(span.key) && row.series.name == name)?;
        let measured = span.measurements.iter().find(|measured| measured.name == name && measured.stat == Stat::Value);
        Some((row.max, measured.map(|measured| measured.value)))
    };
    let [audio, video] = spans.as_slice() else { panic!("{spans:?}") };
    // The first and the last block may come within one look; both are kept.
    let (sampled, measured) = last(audio, "ffmpeg.out_time").unwrap();
    assert_eq!(sampled, measured);
    assert!(last(audio, "ffmpeg.frames").is_none(), "sound has no frames, and none is not 0");
    // Every other frame or more is dropped; how many exactly is FFmpeg's business.
    for (name, least) in [("ffmpeg.frames", 10.0), ("ffmpeg.dropped_frames", 12.0)] {
        let (sampled, measured) = last(video, name).unwrap();
        assert!(sampled == measured && measured >= Some(least) && measured < Some(25.0), "{name}: {measured:?}");
    }
    let reader = workplace.reader();
    let source = reader.sources().unwrap().remove(0);
    assert_eq!((source.num_skipped, source.num_repaired), (0, 0), "{:?}", reader.issues(source.source.key));
}

#[test]
fn killed_in_mid_run_nothing_that_was_stored_is_lost() {
    let workplace = Workplace::new();
    let stage = format!("\"$REELBENCH\" stage work -- sh -c '{BUSY}'");
    for (round, num_wanted) in [2, 9, 23].into_iter().enumerate() {
        let video_id = format!("clip{round}");
        let mut recorder = workplace.start(&video_id, &stage);
        let num_seen = settle("ticks", || workplace.num_ticks(&video_id).filter(|&num_ticks| num_ticks >= num_wanted));
        recorder.kill().unwrap();
        recorder.wait().unwrap();
        assert_eq!(shown(&workplace, &video_id), "interrupted");
        assert_eq!(workplace.of(&video_id).unwrap().outcome, Outcome::Running, "who only looks changes nothing");
        let num_kept = workplace.num_ticks(&video_id).unwrap();
        assert!(num_kept >= num_seen, "{num_seen} ticks were stored, {num_kept} are left");
        assert_eq!(workplace.reader().integrity_check().unwrap(), Vec::<String>::new());
        // The command, which nobody records any more, ends; so does its group.
        workplace.go_on(&video_id);
        assert_eq!(workplace.run(&["record", "--", "true"]).status.code(), Some(0));
        let run = workplace.of(&video_id).unwrap();
        let reader = workplace.reader();
        let row = reader.run(run.key).unwrap().unwrap();
        assert_eq!((run.outcome, run.end_nanos), (Outcome::Interrupted, row.last_nanos));
        assert_eq!(workplace.num_ticks(&video_id), Some(num_kept), "nothing is doubled");
        let spans = reader.spans(run.key).unwrap();
        assert!(spans.len() <= 1 && spans.iter().all(|span| span.end_nanos.is_some()), "{spans:?}");
    }
    assert_eq!(workplace.reader().runs().unwrap().len(), 6);
    assert_eq!(workplace.reader().integrity_check().unwrap(), Vec::<String>::new());
}

#[test]
fn recorders_and_a_window_share_a_workspace() {
    let workplace = Workplace::new();
    let engine = Engine::open(&workplace.workspace, Options::headless("reelbench test", Access::Edit)).unwrap();
    let mut recorders = ["one", "two"].map(|video_id| workplace.start(video_id, BUSY));
    for video_id in ["one", "two"] {
        let run = settle("a run", || workplace.of(video_id)).key;
        engine.edit(Edit::SetLabel { run, name: "seen".to_owned(), value: Some(video_id.to_owned()) });
        settle("ticks of both", || workplace.num_ticks(video_id).filter(|&num_ticks| num_ticks > 20));
    }
    for (video_id, recorder) in ["one", "two"].iter().zip(&mut recorders) {
        workplace.go_on(video_id);
        assert_eq!(recorder.wait().unwrap().code(), Some(0));
    }
    for video_id in ["one", "two"] {
        let run = workplace.of(video_id).unwrap();
        assert_eq!((run.outcome, run.labels.get("seen").map(String::as_str)), (Outcome::Succeeded, Some(video_id)));
    }
    assert!(engine.take_events().is_empty());
    engine.close();
    assert_eq!(workplace.reader().integrity_check().unwrap(), Vec::<String>::new());
}

#[test]
fn sampling_goes_on_while_another_program_writes() {
    let workplace = Workplace::new();
    let mut recorder = workplace.start("clip", ":");
    settle("the first ticks", || workplace.num_ticks("clip").filter(|&num_ticks| num_ticks > 2));
    let lock = std::fs::File::open(workplace.workspace.with_extension("reelbench-lock")).unwrap();
    lock.lock().unwrap();
    let num_before = workplace.num_ticks("clip").unwrap();
    let worked = Command::new("sh").args(["-c", &format!("{BUSY}; {BUSY}; {BUSY}")]).status().unwrap();
    assert!(worked.success());
    assert_eq!(workplace.num_ticks("clip"), Some(num_before), "nobody writes past the lock");
    lock.unlock().unwrap();
    workplace.go_on("clip");
    assert_eq!(recorder.wait().unwrap().code(), Some(0));
    let (run, _, series) = workplace.only();
    let is_whole = |row: &&SeriesRow| row.series.name == "system.memory.limit";
    let row = series.iter().find(is_whole).unwrap();
    let moments = workplace.reader().samples(row.series.key, (i64::MIN, i64::MAX), 10_000).unwrap().at_nanos;
    assert_eq!(run.outcome, Outcome::Succeeded);
    // Waiting for the lock would have left a gap in which no sample was taken.
    let Some(&Value::Integer(num_ticks)) = run.attributes.get("reelbench.recorder.ticks") else { panic!("{run:?}") };
    assert!(i64::try_from(moments.len()).unwrap() >= num_ticks, "{} of {num_ticks} ticks are stored", moments.len());
    assert!(moments.len() as u64 > num_before + 3);
}

#[test]
fn progress_attached_again_goes_on_in_its_run() {
    let workplace = Workplace::new();
    let path = workplace.folder.path().join("encode.progress");
    let block = |frame: i64, end: &str| format!("frame={frame}\nfps=25.0\nspeed=1x\nprogress={end}\n");
    let attach = |limit: &str| {
        let output = workplace.run(&["attach", "--json", "--for", limit, "encode.progress"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let last = text(&output.stdout).lines().last().unwrap().to_owned();
        assert!(last.contains("\"off\""), "{last}");
        let (run, spans, series) = workplace.only();
        (run.outcome, spans[0].outcome, samples_of_stages(&series, "ffmpeg.frames"))
    };
    std::fs::write(&path, block(12, "continue")).unwrap();
    assert_eq!(attach("100ms"), (Outcome::Interrupted, Outcome::Interrupted, 1));
    std::fs::write(&path, block(12, "continue") + &block(24, "continue") + &block(30, "end")).unwrap();
    // The limit is long: it is the encode's end that ends it.
    assert_eq!(attach("10m"), (Outcome::Succeeded, Outcome::Succeeded, 3));
    assert_eq!(attach("10m"), (Outcome::Succeeded, Outcome::Succeeded, 3));
    let (run, spans, _) = workplace.only();
    assert_eq!((run.error, &spans[0].error), (None, &None), "what ended well was not interrupted after all");
    assert!(workplace.reader().sources().unwrap()[0].source.is_complete);
}

fn samples_of_stages(series: &[SeriesRow], name: &str) -> u64 {
    series.iter().filter(|row| row.series.name == name).map(|row| row.num_samples).sum()
}
