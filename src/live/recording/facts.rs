//! What is said of a recorded run as a whole: at its start, and when it has ended.

use super::{Exit, FORMAT, RecordingOptions};
use crate::ingest::facts::file_stem;
use crate::live::clock::Clock;
use crate::live::probes::processes::Io;
use crate::live::probes::processes::usage::Usage;
use crate::live::{alive, host, secs};
use crate::model::{Attributes, Key, Outcome, Run, Source, SourceKind, Value, Zone};

pub(super) fn opening_run(options: &RecordingOptions, clock: &Clock, interval_nanos: i64) -> Run {
    let recorder = alive::own_recorder();
    let words: Vec<String> = options.command.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let (pid, at_nanos) = (recorder.pid.to_string(), clock.now_nanos().to_string());
    let mut run = Run::new(Key::of("recorded run", &[&recorder.hostname, &pid, &at_nanos]));
    let program = words.first().map(|program| file_stem(program).to_owned());
    run.pipeline = options.pipeline.clone().or(program);
    run.video_id.clone_from(&options.video_id);
    run.labels.clone_from(&options.labels);
    run.outcome = Outcome::Running;
    run.host = Some(host::fingerprint());
    run.recorder = Some(recorder);
    let mut set = |name: &str, value: Value| run.attributes.insert(name.to_owned(), value);
    set("process.command_line", shell_words(&words).into());
    if let Ok(folder) = std::env::current_dir() {
        set("process.working_directory", folder.to_string_lossy().into_owned().into());
    }
    set("reelbench.version", env!("CARGO_PKG_VERSION").into());
    set("reelbench.recorder.interval", secs(interval_nanos).into());
    run
}

pub(super) fn opening_source(run: &Run, at_nanos: i64) -> Source {
    let command = run.attributes.get("process.command_line").map(ToString::to_string).unwrap_or_default();
    Source {
        key: Key::of("recording", &[&run.key.to_hex()]),
        kind: SourceKind::Recording,
        format: FORMAT.to_owned(),
        location: command,
        content_hash: None,
        size_bytes: None,
        cursor: None,
        zone: Zone::Utc,
        read_at_nanos: at_nanos,
        is_complete: false,
    }
}

/// A command line as a person would type it.
pub(super) fn shell_words(words: &[String]) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "_-./=:,+@%^".contains(char);
    let quoted = words.iter().map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// What the run used as a whole, among its attributes: exact where the system says it at the end, sampled where it does not.
pub(super) fn describe_use(
    attributes: &mut Attributes,
    exit: &Exit,
    total: &Usage,
    io: Option<Io>,
    elapsed_nanos: i64,
) {
    let mut set = |name: &str, value: Value| attributes.insert(name.to_owned(), value);
    if let Some(usage) = &exit.usage {
        set("process.cpu.time.user", secs(usage.user_nanos).into());
        set("process.cpu.time.system", secs(usage.system_nanos).into());
        if elapsed_nanos > 0 {
            let percent = 100.0 * secs(usage.user_nanos + usage.system_nanos) / secs(elapsed_nanos);
            set("process.cpu.utilization.mean", percent.into());
        }
        if let Some(bytes) = usage.max_rss_bytes {
            set("process.memory.max_rss", bytes.into());
        }
    }
    if let Some(percent) = total.peak_cpu_percent() {
        set("process.cpu.utilization.peak", percent.into());
    }
    if let Some(bytes) = total.peak_rss_bytes() {
        set("process.memory.usage.peak", whole(bytes).into());
    }
    if let Some(io) = io {
        set("process.disk.io.read", whole(io.read_bytes).into());
        set("process.disk.io.write", whole(io.written_bytes).into());
    }
}

fn whole(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
