//! Following a running process with all its descendants, together with this host and its GPUs.

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind};

use super::{AttachError, AttachOptions, Attachment, Polled, State, StateKind, Wanted};
use crate::live::probes::processes::usage::Usage;
use crate::live::probes::processes::{ProcessesProbe, SharedPids};
use crate::live::probes::track::{Scope, real};
use crate::live::probes::{self, Probe, processes};
use crate::live::{alive, host};
use crate::model::time::SECOND_NANOS;
use crate::model::{Batch, Key, Run, Source, SourceKind, Span, SpanKind, Stat, Unit, Zone};

/// How often a process that is not there yet is looked for.
const SEARCH_EVERY_NANOS: i64 = SECOND_NANOS;

/// A process being followed, or looked for.
pub struct ProcessAttachment {
    name: String,
    wanted: Wanted,
    options: AttachOptions,
    source: Source,
    followed: Option<Followed>,
    /// The one followed last, so that it is not found again while it is being taken off the table.
    last: Option<Found>,
    next_sample_nanos: i64,
}

/// A process as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    pid: u32,
    started_secs: u64,
    command: String,
    command_line: String,
}

impl Found {
    /// When it started: exactly where the system says so, else to a second.
    fn started_nanos(&self) -> i64 {
        #[cfg(target_os = "linux")]
        if let Some(nanos) = processes::kernel::started_nanos(self.pid) {
            return nanos;
        }
        i64::try_from(self.started_secs).unwrap_or(0).saturating_mul(SECOND_NANOS)
    }
}

struct Followed {
    found: Found,
    run: Run,
    span: Span,
    usage: Usage,
    processes: ProcessesProbe,
    probes: Vec<Box<dyn Probe>>,
    is_announced: bool,
}

impl ProcessAttachment {
    /// Finds the process, or begins to wait for one that fits the pattern.
    ///
    /// # Errors
    /// If the process of that id is not there, or the pattern is empty.
    pub fn find(wanted: &Wanted, options: &AttachOptions) -> Result<Self, AttachError> {
        let found = search(wanted, None);
        let name = match (wanted, &found) {
            (Wanted::Pid(pid), None) => return Err(AttachError::NoProcess(*pid)),
            (Wanted::Pattern(pattern), _) if pattern.trim().is_empty() => return Err(AttachError::EmptyPattern),
            (Wanted::Pid(pid), Some(found)) => format!("{} ({pid})", found.command),
            (Wanted::Pattern(pattern), _) => format!("process “{pattern}”"),
        };
        let source = Source {
            key: Key::of("attached process", &[alive::hostname(), &name]),
            kind: SourceKind::Attachment,
            format: "process".to_owned(),
            location: name.clone(),
            content_hash: None,
            size_bytes: None,
            cursor: None,
            zone: Zone::Utc,
            read_at_nanos: 0,
            is_complete: false,
        };
        let mut attachment = Self {
            name,
            wanted: wanted.clone(),
            options: options.clone(),
            source,
            followed: None,
            last: None,
            next_sample_nanos: 0,
        };
        attachment.follow(found);
        Ok(attachment)
    }

    fn follow(&mut self, found: Option<Found>) {
        self.followed = found.map(|found| Followed::new(found, &self.options));
    }

    fn polled(&mut self, batch: Batch, state: State, now_nanos: i64, next_poll_nanos: i64) -> Polled {
        self.source.read_at_nanos = now_nanos;
        Polled { batch, source: self.source.clone(), state, next_poll_nanos }
    }

    /// The process has ended: of one named by id nothing more comes, for a pattern another may.
    fn after_end(&self, found: &Found) -> State {
        let ended = format!("{} ({}) has ended", found.command, found.pid);
        match &self.wanted {
            Wanted::Pattern(_) if self.options.goes_on => {
                State::new(StateKind::Lost, format!("{ended}; the next one is looked for"))
            }
            _ => State::new(StateKind::Off, ended),
        }
    }
}

impl Attachment for ProcessAttachment {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Key {
        self.source.key
    }

    fn poll(&mut self, now_nanos: i64) -> Polled {
        let mut batch = Batch::default();
        if self.followed.is_none() {
            let found = search(&self.wanted, self.last.as_ref());
            self.follow(found);
        }
        let Some(followed) = &mut self.followed else {
            let state = match &self.last {
                Some(found) => self.after_end(found),
                None => State::new(StateKind::Connecting, "no process fits yet; it is waited for"),
            };
            return self.polled(batch, state, now_nanos, now_nanos + SEARCH_EVERY_NANOS);
        };
        if now_nanos < self.next_sample_nanos {
            let (state, next_nanos) = (followed.state(), self.next_sample_nanos);
            return self.polled(batch, state, now_nanos, next_nanos);
        }
        let is_there = followed.sample(now_nanos, &mut batch);
        self.next_sample_nanos = now_nanos + self.options.interval_nanos;
        if is_there {
            let state = followed.state();
            let next_nanos = self.next_sample_nanos;
            return self.polled(batch, state, now_nanos, next_nanos);
        }
        followed.end(now_nanos, &mut batch);
        let found = followed.found.clone();
        self.followed = None;
        let state = self.after_end(&found);
        self.last = Some(found);
        self.source.is_complete = state.kind == StateKind::Off;
        self.polled(batch, state, now_nanos, now_nanos + SEARCH_EVERY_NANOS)
    }

    fn detach(&mut self, now_nanos: i64) -> Polled {
        let mut batch = Batch::default();
        if let Some(followed) = &mut self.followed {
            followed.sample(now_nanos, &mut batch);
            followed.end(now_nanos, &mut batch);
        }
        self.followed = None;
        self.source.is_complete = true;
        self.polled(batch, State::new(StateKind::Off, "no longer followed"), now_nanos, i64::MAX)
    }
}

impl Followed {
    fn new(found: Found, options: &AttachOptions) -> Self {
        let (pid, started) = (found.pid.to_string(), found.started_secs.to_string());
        let mut run = Run::new(Key::of("followed process", &[alive::hostname(), &pid, &started]));
        run.pipeline = Some(options.pipeline.clone().unwrap_or_else(|| found.command.clone()));
        // How it ends will not be known: only a parent is told. So nothing is said of its outcome, but who watches it.
        run.recorder = Some(alive::own_recorder());
        run.host = Some(host::fingerprint());
        let start_nanos = found.started_nanos();
        run.start_nanos = Some(start_nanos);
        run.attributes.insert("process.pid".to_owned(), i64::from(found.pid).into());
        run.attributes.insert("process.command_line".to_owned(), found.command_line.clone().into());
        let key = Key::of("followed process span", &[&run.key.to_hex()]);
        let mut span = Span::new(key, run.key, SpanKind::Stage, found.command.clone(), start_nanos);
        span.attributes.clone_from(&run.attributes);
        let scope = Scope { run: run.key, interval_nanos: options.interval_nanos };
        let shared = SharedPids::default();
        Self {
            processes: ProcessesProbe::new(&scope, found.pid, shared.clone()),
            probes: probes::machine(&scope, &shared),
            found,
            run,
            span,
            usage: Usage::default(),
            is_announced: false,
        }
    }

    /// One sample of everything; says whether anything of the tree is still there.
    fn sample(&mut self, at_nanos: i64, batch: &mut Batch) -> bool {
        if !self.is_announced {
            self.is_announced = true;
            batch.runs.push(self.run.clone());
            batch.spans.push(self.span.clone());
        }
        self.processes.sample(at_nanos, batch);
        let tree = self.processes.tree();
        let is_there = tree.members().any(|member| !member.reading.is_zombie);
        if is_there {
            for probe in &mut self.probes {
                probe.sample(at_nanos, batch);
            }
            self.usage.add(tree.members(), at_nanos);
        }
        is_there
    }

    fn state(&self) -> State {
        let name = format!("{} ({})", self.found.command, self.found.pid);
        let tree = self.processes.tree();
        match tree.root() {
            Some(root) if root.reading.is_stopped => {
                State::new(StateKind::Stalled, format!("{name} is stopped by a signal"))
            }
            Some(_) => match tree.members().count() {
                0 | 1 => State::new(StateKind::Live, format!("{name} runs")),
                num_members => {
                    State::new(StateKind::Live, format!("{name} runs with {} more processes", num_members - 1))
                }
            },
            None if self.is_announced => {
                State::new(StateKind::Live, format!("{name} has ended, processes it started go on"))
            }
            None => State::new(StateKind::Connecting, format!("{name} was found")),
        }
    }

    fn end(&mut self, at_nanos: i64, batch: &mut Batch) {
        let end_nanos = at_nanos.max(self.span.start_nanos);
        self.run.end_nanos = Some(end_nanos);
        self.span.end_nanos = Some(end_nanos);
        let (span, usage) = (&mut self.span, &self.usage);
        if let Some(percent) = usage.mean_cpu_percent() {
            span.measure("process.cpu.utilization", Stat::Mean, Unit::PERCENT_OF_CORE, percent);
        }
        if let Some(percent) = usage.peak_cpu_percent() {
            span.measure("process.cpu.utilization", Stat::Peak, Unit::PERCENT_OF_CORE, percent);
        }
        if let Some(bytes) = usage.peak_rss_bytes() {
            span.measure("process.memory.usage", Stat::Peak, Unit::BYTES, real(bytes));
        }
        if let Some(bytes) = usage.mean_rss_bytes() {
            span.measure("process.memory.usage", Stat::Mean, Unit::BYTES, bytes);
        }
        batch.runs.push(self.run.clone());
        batch.spans.push(span.clone());
    }
}

/// The process of that id, or the oldest one that fits; never this program or one it runs under.
fn search(wanted: &Wanted, except: Option<&Found>) -> Option<Found> {
    let mut system = System::new().ok()?;
    let command_line = ProcessRefreshKind::nothing().without_tasks().with_cmd(UpdateKind::Always);
    // A process is itself by its id and its start; its name may change.
    let is_excepted = |found: &Found| {
        except.is_some_and(|except| (except.pid, except.started_secs) == (found.pid, found.started_secs))
    };
    let is_alive = |process: &Process| !matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead);
    match wanted {
        Wanted::Pid(pid) => {
            let pid = Pid::from_u32(*pid);
            system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, command_line);
            system.process(pid).filter(|process| is_alive(process)).map(found).filter(|found| !is_excepted(found))
        }
        Wanted::Pattern(pattern) => {
            let pattern = pattern.trim();
            if pattern.is_empty() {
                return None;
            }
            system.refresh_processes_specifics(ProcessesToUpdate::All, true, command_line);
            let mut own = vec![std::process::id()];
            while let Some(parent) = own.last().and_then(|&pid| system.process(Pid::from_u32(pid))?.parent()) {
                if own.contains(&parent.as_u32()) {
                    break;
                }
                own.push(parent.as_u32());
            }
            let fits = |found: &Found| {
                (found.command.contains(pattern) || found.command_line.contains(pattern))
                    && !own.contains(&found.pid)
                    && !is_excepted(found)
            };
            let candidates = system.processes().values().filter(|process| is_alive(process)).map(found).filter(fits);
            // A program of that name comes before one that only mentions it.
            candidates.min_by_key(|found| (!found.command.contains(pattern), found.started_secs, found.pid))
        }
    }
}

fn found(process: &Process) -> Found {
    let words: Vec<String> = process.cmd().iter().map(|word| word.to_string_lossy().into_owned()).collect();
    Found {
        pid: process.pid().as_u32(),
        started_secs: process.start_time(),
        command: process.name().to_string_lossy().into_owned(),
        command_line: words.join(" "),
    }
}

#[cfg(test)]
mod tests;
