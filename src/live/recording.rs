//! A recording: a command started, followed to its end, and measured on the way.
//!
//! It is a state machine that its driver turns: `opening` before anything else, then `tick` at each `wait_for_tick` until
//! `has_ended`, then `finish`. Every step yields facts to be written at once, so that a crash of the recorder loses no more
//! than what came since the last tick. The stages inside report by themselves (see [`super::stage`]); a tick only carries
//! their lines on.

mod cost;
mod facts;
mod stages;

use std::collections::BTreeMap;
use std::ffi::OsString;

use tempfile::TempDir;

use super::child::{Child, Launch};
pub use super::child::{Exit, StartError};
use super::clock::{CLOCK_VARIABLE, Clock};
use super::probes::processes::usage::Usage;
use super::probes::processes::{ProcessesProbe, SharedPids};
use super::probes::track::Scope;
use super::probes::{self, Probe};
use super::spool::{self, EVENTS_VARIABLE, RUN_VARIABLE, SPAN_VARIABLE};
use super::stop;
use super::tail::Tail;
use crate::model::time::SECOND_NANOS;
use crate::model::{Batch, Key, Outcome, Run, Source};
use cost::Cost;
use facts::{describe_use, opening_run, opening_source};
use stages::Stages;

/// The name of this format, as sources have it.
pub const FORMAT: &str = "recorder";
/// The sampling period when none is said: 5 Hz.
pub const DEFAULT_INTERVAL_NANOS: i64 = 200_000_000;
/// The shortest and longest sampling period: 100 Hz and one a minute.
const INTERVALS_NANOS: std::ops::RangeInclusive<i64> = 10_000_000..=60_000_000_000;
/// How often stages are listened to where samples are taken less often.
const LISTEN_NANOS: i64 = 200_000_000;
/// What more frequent ticks bring is written together, but held no longer than this: few commits, and little is lost in
/// a crash.
const HOLD_NANOS: i64 = 200_000_000;
/// How long the command gets to end by itself after a Ctrl-C that the terminal sends to it as well. FFmpeg takes a second
/// one for "at once" and leaves a broken file behind, so this is long.
const GRACE_NANOS: i64 = 10 * SECOND_NANOS;

/// What to record, and how.
#[derive(Clone, Debug)]
pub struct RecordingOptions {
    /// The pipeline's name; `None` takes the command's.
    pub pipeline: Option<String>,
    /// The video it works on.
    pub video_id: Option<String>,
    /// Labels of the run.
    pub labels: BTreeMap<String, String>,
    /// Program and arguments.
    pub command: Vec<OsString>,
    /// The sampling period, nanoseconds.
    pub interval_nanos: i64,
}

impl RecordingOptions {
    /// To record a command at the usual pace.
    #[must_use]
    pub fn of(command: Vec<OsString>) -> Self {
        Self {
            pipeline: None,
            video_id: None,
            labels: BTreeMap::new(),
            command,
            interval_nanos: DEFAULT_INTERVAL_NANOS,
        }
    }
}

/// A run being recorded.
pub struct Recording {
    run: Run,
    source: Source,
    clock: Clock,
    interval_nanos: i64,
    next_tick_nanos: i64,
    next_sample_nanos: i64,
    child: Child,
    has_ended: bool,
    interrupted_at_nanos: Option<i64>,
    is_stop_forwarded: bool,
    spool: Tail,
    stages: Stages,
    processes: ProcessesProbe,
    probes: Vec<Box<dyn Probe>>,
    held: Batch,
    released_nanos: i64,
    total: Usage,
    cost: Cost,
    /// Removed with the recording, after everything in it was read.
    _folder: TempDir,
}

impl Recording {
    /// Prepares the probes, then starts the command. Its standard input, output and error are this process's.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub fn start(options: RecordingOptions) -> Result<Self, StartError> {
        let clock = Clock::start();
        let interval_nanos = options.interval_nanos.clamp(*INTERVALS_NANOS.start(), *INTERVALS_NANOS.end());
        let folder = spool::make_folder().map_err(StartError::Spool)?;
        let events = folder.path().join(spool::EVENTS_FILE);
        std::fs::File::create(&events).map_err(StartError::Spool)?;
        let mut run = opening_run(&options, &clock, interval_nanos);
        let scope = Scope { run: run.key, interval_nanos };
        let adopts = adopt_orphans();
        let shared = SharedPids::default();
        let machine = probes::machine(&scope, &shared);
        let launch = Launch {
            command: options.command,
            set: vec![
                (EVENTS_VARIABLE, events.clone().into()),
                (RUN_VARIABLE, run.key.to_hex().into()),
                (CLOCK_VARIABLE, clock.to_text().into()),
            ],
            removed: vec![SPAN_VARIABLE],
        };
        let start_nanos = clock.now_nanos();
        let child = Child::start(&launch, clock)?;
        run.start_nanos = Some(start_nanos);
        let mut processes = ProcessesProbe::new(&scope, child.pid(), shared);
        if adopts {
            processes.adopt_orphans(std::process::id(), format!("{RUN_VARIABLE}={}", run.key));
        }
        let source = opening_source(&run, start_nanos);
        Ok(Self {
            stages: Stages::new(run.key),
            cost: Cost::new(&scope),
            total: Usage::default(),
            run,
            source,
            clock,
            interval_nanos,
            next_tick_nanos: start_nanos,
            next_sample_nanos: start_nanos,
            child,
            has_ended: false,
            interrupted_at_nanos: None,
            is_stop_forwarded: false,
            spool: Tail::new(events, None),
            processes,
            probes: machine,
            held: Batch::default(),
            released_nanos: i64::MIN,
            _folder: folder,
        })
    }

    /// The run's key.
    #[must_use]
    pub fn run(&self) -> Key {
        self.run.key
    }

    /// The run as it is known at its start, to be written before anything else.
    #[must_use]
    pub fn opening(&mut self) -> (Batch, Source) {
        (Batch { runs: vec![self.run.clone()], ..Batch::default() }, self.source.clone())
    }

    /// Whether the command has ended.
    pub fn has_ended(&mut self) -> bool {
        self.has_ended = self.has_ended || self.child.wait_until(i64::MIN);
        self.has_ended
    }

    /// Waits until the next tick is due or the command has ended; a signal ends the wait early.
    pub fn wait_for_tick(&mut self) {
        self.has_ended = self.child.wait_until(self.next_tick_nanos);
    }

    /// Takes note that somebody asked to stop, and passes that on to the command unless the terminal does.
    pub fn interrupt(&mut self) {
        self.interrupted_at_nanos.get_or_insert(self.clock.now_nanos());
        self.stages.expect_stop();
        self.forward_stop();
    }

    fn forward_stop(&mut self) {
        let Some(asked_at_nanos) = self.interrupted_at_nanos else { return };
        let is_due = !stop::reaches_whole_group() || self.clock.now_nanos() - asked_at_nanos >= GRACE_NANOS;
        if is_due && !self.is_stop_forwarded {
            self.is_stop_forwarded = true;
            // As a terminal does: everything in the tree gets it, not only the shell that waits for the rest. The programs
            // around stages are left out: they would pass it on to commands that have it already.
            let own = std::process::id();
            let tree = self.processes.tree();
            let wrappers = self.stages.wrappers(tree);
            let pids = tree.members().map(|member| member.reading.pid).filter(|pid| !wrappers.contains(pid));
            let pids: Vec<u32> = pids.collect();
            let pids = if pids.is_empty() { vec![self.child.pid()] } else { pids };
            for pid in pids.into_iter().filter(|&pid| pid != own) {
                stop::interrupt(pid);
            }
        }
    }

    /// One tick: what stages reported since the last one, and one sample of everything if that is due. The batch is
    /// empty where ticks are frequent and this one's facts come with the next.
    pub fn tick(&mut self) -> (Batch, Source) {
        let at_nanos = self.clock.now_nanos();
        let mut batch = std::mem::take(&mut self.held);
        self.forward_stop();
        if at_nanos >= self.next_sample_nanos {
            self.sample(at_nanos, &mut batch);
            let ended_nanos = self.clock.now_nanos();
            self.cost.count_tick(at_nanos, ended_nanos, &mut batch);
            // A sample that comes late is not made up for.
            let late_nanos = (ended_nanos - self.next_sample_nanos).max(0);
            self.next_sample_nanos += (late_nanos / self.interval_nanos + 1) * self.interval_nanos;
        } else {
            self.read_spool(at_nanos, &mut batch);
        }
        let step_nanos = self.interval_nanos.min(LISTEN_NANOS);
        self.next_tick_nanos = self.next_sample_nanos.min(at_nanos.saturating_add(step_nanos));
        self.source.read_at_nanos = at_nanos;
        if at_nanos.saturating_sub(self.released_nanos).saturating_add(step_nanos) <= HOLD_NANOS {
            self.held = std::mem::take(&mut batch);
        } else {
            self.released_nanos = at_nanos;
        }
        (batch, self.source.clone())
    }

    fn sample(&mut self, at_nanos: i64, batch: &mut Batch) {
        self.read_spool(at_nanos, batch);
        self.processes.sample(at_nanos, batch);
        for probe in &mut self.probes {
            probe.sample(at_nanos, batch);
        }
        let tree = self.processes.tree();
        self.total.add(tree.members(), at_nanos);
        self.stages.measure(tree, at_nanos);
        self.bury_adopted();
    }

    /// Takes ended orphans out of the process table: this process has become their parent.
    fn bury_adopted(&self) {
        #[cfg(target_os = "linux")]
        {
            let (own, child) = (std::process::id(), self.child.pid());
            let readings = self.processes.tree().members().map(|member| &member.reading);
            for reading in readings.filter(|reading| reading.is_zombie && reading.parent == own && reading.pid != child)
            {
                let pid = i32::try_from(reading.pid).ok().and_then(rustix::process::Pid::from_raw);
                let _ = rustix::process::waitpid(pid, rustix::process::WaitOptions::NOHANG);
            }
        }
    }

    fn read_spool(&mut self, at_nanos: i64, batch: &mut Batch) {
        loop {
            match self.spool.look() {
                Ok(look) => {
                    self.stages.feed(&look.bytes, at_nanos, batch);
                    if !look.has_more {
                        return;
                    }
                }
                Err(error) => {
                    self.stages.report_lost_spool(&error, batch);
                    return;
                }
            }
        }
    }

    /// Closes the run after the command has ended: the last facts, and the code to end with.
    #[must_use]
    pub fn finish(mut self) -> (Batch, Source, i32) {
        let mut batch = std::mem::take(&mut self.held);
        while !self.child.wait_until(i64::MAX) {}
        // While the ended command is still in the process table, its last counters can be read.
        let ended_nanos = self.child.ended_at_nanos().unwrap_or_else(|| self.clock.now_nanos());
        self.sample(ended_nanos, &mut batch);
        if let Ok(rest) = self.spool.take_pending() {
            self.stages.feed(&rest, self.clock.now_nanos(), &mut batch);
        }
        let io = self.processes.tree().io();
        let exit = self.child.reap();
        let start_nanos = self.run.start_nanos.unwrap_or(exit.at_nanos);
        let end_nanos = exit.at_nanos.max(start_nanos);
        self.stages.close(end_nanos, &mut batch);
        let mut run = self.run;
        run.media = self.stages.media().clone();
        run.end_nanos = Some(end_nanos);
        run.outcome = match exit.error() {
            _ if self.interrupted_at_nanos.is_some() || exit.is_stopped_from_outside() => Outcome::Interrupted,
            Some(_) => Outcome::Failed,
            None => Outcome::Succeeded,
        };
        run.error = exit.error();
        run.attributes.insert("process.exit.code".to_owned(), i64::from(exit.shell_code()).into());
        describe_use(&mut run.attributes, &exit, &self.total, io, end_nanos - start_nanos);
        self.cost.describe(&mut run.attributes);
        batch.runs.push(run);
        let source = Source { is_complete: true, read_at_nanos: self.clock.now_nanos(), ..self.source };
        (batch, source, exit.shell_code())
    }
}

/// Makes this process the parent of those its descendants leave behind, so that none leaves the tree unseen.
fn adopt_orphans() -> bool {
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

#[cfg(test)]
mod tests;
