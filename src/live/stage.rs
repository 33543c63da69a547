//! What `reelbench stage` does: runs a command as a span of the recording it is called under.
//!
//! The span's bounds are stamped here, right before the command starts and the instant it ends, never by the recording's
//! ticks. With no recording going on, the command takes this process's place and nothing is measured.

mod progress;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::child::{Child, Exit, Launch, StartError};
use super::clock::Clock;
use super::spool::{EVENTS_VARIABLE, End, Event, RUN_VARIABLE, SPAN_VARIABLE, Spool, Start};
use super::stop;
use crate::model::time::MILLI_NANOS;
use crate::model::{Key, SpanKind};
use progress::Following;

/// How often FFmpeg's progress is looked for; it writes twice a second.
const FOLLOW_EVERY_NANOS: i64 = 50 * MILLI_NANOS;
/// How often an ordinary command's memory is looked at.
const LOOK_EVERY_NANOS: i64 = 200 * MILLI_NANOS;
/// The first look: a command that takes little memory may take little time too.
const FIRST_LOOK_NANOS: i64 = 2 * MILLI_NANOS;

/// What to run, and what it is called.
#[derive(Clone, Debug)]
pub struct StageOptions {
    /// The span's name.
    pub name: String,
    /// Its number in the pipeline.
    pub number: Option<i64>,
    /// What sort of work it is.
    pub kind: SpanKind,
    /// Who serves the call.
    pub provider: Option<String>,
    /// The model used.
    pub model: Option<String>,
    /// Program and arguments.
    pub command: Vec<OsString>,
}

/// How a stage went.
#[derive(Clone, Debug, PartialEq)]
pub struct Staged {
    /// How its command ended.
    pub exit: Exit,
    /// Why the recording does not know all of it; the command itself was not disturbed.
    pub warning: Option<String>,
}

/// Runs the command, as a span when a recording is going on. `is_interrupted` is set when somebody asks it to stop.
///
/// With no recording going on this does not return on Unix unless the command cannot be started.
///
/// # Errors
/// Why the command cannot be started.
pub fn run(options: &StageOptions, is_interrupted: &AtomicBool) -> Result<Staged, StartError> {
    let Some(events) = events_path() else {
        return become_command(&options.command).map(|exit| Staged { exit, warning: None });
    };
    let surroundings = Surroundings {
        events,
        run: std::env::var(RUN_VARIABLE).unwrap_or_default(),
        parent: std::env::var(SPAN_VARIABLE).ok().filter(|parent| Key::from_hex(parent).is_some()),
        clock: Clock::inherit(),
    };
    run_in(options, &surroundings, is_interrupted)
}

/// Whether this process runs under a recording.
#[must_use]
pub fn is_recording() -> bool {
    events_path().is_some()
}

fn events_path() -> Option<PathBuf> {
    std::env::var_os(EVENTS_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// What a stage finds in its environment.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The spool of the recording.
    pub events: PathBuf,
    /// The key of the run.
    pub run: String,
    /// The key of the enclosing stage.
    pub parent: Option<String>,
    /// The run's clock.
    pub clock: Clock,
}

/// Runs the command as a span of the recording in `surroundings`.
///
/// # Errors
/// Why the command cannot be started.
pub fn run_in(
    options: &StageOptions,
    surroundings: &Surroundings,
    is_interrupted: &AtomicBool,
) -> Result<Staged, StartError> {
    let clock = surroundings.clock;
    let mut report = Report::open(&surroundings.events);
    let name = options.name.as_str();
    let progress = Following::of(&options.command, &surroundings.events, &clock);
    let command =
        progress.as_ref().map_or_else(|| options.command.clone(), |progress| progress.command(&options.command));
    let start_nanos = clock.now_nanos();
    let own = format!("{} {start_nanos}", std::process::id());
    let span = Key::of("recorded span", &[&surroundings.run, name, &own]).to_hex();
    let launch = Launch { command, set: vec![(SPAN_VARIABLE, OsString::from(&span))], removed: Vec::new() };
    let child = Child::start(&launch, clock);
    let words = options.command.iter().map(|word| word.to_string_lossy().into_owned());
    report.append(Event::Start(Start {
        span: span.clone(),
        parent: surroundings.parent.clone(),
        name: name.to_owned(),
        kind: options.kind.name().to_owned(),
        number: options.number,
        provider: options.provider.clone(),
        model: options.model.clone(),
        at_nanos: start_nanos,
        pid: child.as_ref().ok().map(Child::pid),
        command: words.collect(),
    }));
    let child = match child {
        Ok(child) => child,
        Err(error) => {
            let end = End { span, at_nanos: clock.now_nanos(), error: Some(error.to_string()), ..End::default() };
            report.append(Event::End(end));
            return Err(error);
        }
    };
    let exit = follow(child, &span, progress, &clock, &mut report, is_interrupted);
    let usage = exit.usage.as_ref();
    report.append(Event::End(End {
        span,
        at_nanos: exit.at_nanos.max(start_nanos),
        exit_code: exit.code,
        signal: exit.signal,
        error: None,
        is_interrupted: is_interrupted.load(Ordering::Acquire),
        user_nanos: usage.map(|usage| usage.user_nanos),
        system_nanos: usage.map(|usage| usage.system_nanos),
        max_rss_bytes: usage.and_then(|usage| usage.max_rss_bytes),
        read_bytes: usage.and_then(|usage| usage.read_bytes),
        written_bytes: usage.and_then(|usage| usage.written_bytes),
    }));
    Ok(Staged { exit, warning: report.warning })
}

/// Waits for the child's end, reporting FFmpeg's progress as it comes.
fn follow(
    mut child: Child,
    span: &str,
    mut progress: Option<Following>,
    clock: &Clock,
    report: &mut Report,
    is_interrupted: &AtomicBool,
) -> Exit {
    let longest_nanos = if progress.is_some() { FOLLOW_EVERY_NANOS } else { LOOK_EVERY_NANOS };
    let mut wait_nanos = FIRST_LOOK_NANOS;
    let mut is_forwarded = false;
    while !child.wait_until(clock.now_nanos() + wait_nanos) {
        child.look_at_memory();
        if let Some(progress) = &mut progress {
            progress.report_new(span, clock, report);
        }
        // From a terminal the command has it already.
        if is_interrupted.load(Ordering::Acquire) && !is_forwarded {
            is_forwarded = true;
            if !stop::reaches_whole_group() {
                stop::interrupt(child.pid());
            }
        }
        wait_nanos = (wait_nanos * 2).min(longest_nanos);
    }
    let exit = child.reap();
    if let Some(mut progress) = progress {
        progress.report_rest(span, exit.at_nanos, report);
    }
    exit
}

/// The command in this process's place, or as its child where the system cannot do that.
fn become_command(command: &[OsString]) -> Result<Exit, StartError> {
    let launch = Launch { command: command.to_vec(), ..Launch::default() };
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        let mut command = launch.to_command()?;
        let error = command.exec();
        Err(StartError::of(command.get_program(), error))
    }
    #[cfg(not(unix))]
    {
        let clock = Clock::start();
        let mut child = Child::start(&launch, clock)?;
        while !child.wait_until(i64::MAX) {}
        Ok(child.reap())
    }
}

/// The spool, and what went wrong with it: measuring that fails never stops the work.
struct Report {
    spool: Option<Spool>,
    warning: Option<String>,
}

impl Report {
    fn open(path: &Path) -> Self {
        match Spool::open(path) {
            Ok(spool) => Self { spool: Some(spool), warning: None },
            Err(error) => Self {
                spool: None,
                warning: Some(format!(
                    "the recording's event file {} cannot be opened: {error}; this stage is not recorded",
                    path.display()
                )),
            },
        }
    }

    fn append(&mut self, event: Event) {
        if let Some(spool) = &mut self.spool
            && let Err(error) = spool.append(event)
        {
            self.warning =
                Some(format!("the recording's event file cannot be written: {error}; this stage is recorded in part"));
            self.spool = None;
        }
    }
}

#[cfg(test)]
mod tests;
