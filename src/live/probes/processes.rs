//! The process probe: a whole tree of processes, sampled as one and by command name.

#[cfg(target_os = "linux")]
pub mod kernel;
pub mod portable;
pub mod tree;
pub mod usage;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Probe;
use super::track::{Absences, MIN_RATE_NANOS, Scope, Track, real};
use crate::model::{Batch, Unit};
use tree::{Member, Tree};

/// How many command names get series of their own; the rest are summed as `(other)`.
const MAX_COMMANDS: usize = 48;

/// What one process has used so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its process id.
    pub pid: u32,
    /// The process that is its parent now.
    pub parent: u32,
    /// Its name, as the kernel keeps it.
    pub command: String,
    /// Whether it has ended and was not waited for yet.
    pub is_zombie: bool,
    /// Whether it was stopped by a signal.
    pub is_stopped: bool,
    /// CPU time of its own, nanoseconds.
    pub cpu_nanos: u64,
    /// CPU time of those children that ended and were waited for, nanoseconds, where the system says.
    pub children_cpu_nanos: u64,
    /// Memory it holds, bytes.
    pub rss_bytes: u64,
    /// Its threads, where the system says.
    pub num_threads: Option<u64>,
    /// Bytes it moved to and from disks, its waited-for children's among them; or why that is not known.
    pub io: Result<Io, IoRefused>,
}

/// Bytes a process moved to and from disks so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Io {
    /// Read from disks.
    pub read_bytes: u64,
    /// Written to disks.
    pub written_bytes: u64,
}

/// Why a process's input and output cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoRefused {
    /// It belongs to somebody else.
    Permission,
    /// The system does not count it.
    Unsupported,
    /// It has ended.
    Ended,
}

impl Reading {
    /// A process of which nothing is known but its place in the tree.
    #[must_use]
    pub fn unread(pid: u32, parent: u32) -> Self {
        Self {
            pid,
            parent,
            command: String::new(),
            is_zombie: false,
            is_stopped: false,
            cpu_nanos: 0,
            children_cpu_nanos: 0,
            rss_bytes: 0,
            num_threads: None,
            io: Err(IoRefused::Unsupported),
        }
    }
}

/// A process that appeared, and whose child it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kin {
    /// Its process id.
    pub pid: u32,
    /// Its parent.
    pub parent: u32,
}

/// Where process readings come from: the kernel's own files, the portable way, or a test.
pub trait Table: Send {
    /// Processes that appeared since the last call; at first, all there are. Called once a tick, before any `read`.
    fn appeared(&mut self, out: &mut Vec<Kin>);

    /// What a process has used so far. `None` once it is gone; another process of the same id is not it.
    fn read(&mut self, pid: u32) -> Option<Reading>;

    /// Whether a process was started with this variable in its environment, as `NAME=value`.
    fn has_variable(&mut self, pid: u32, variable: &str) -> bool;
}

/// The best table this system has.
#[must_use]
pub fn table() -> Box<dyn Table> {
    #[cfg(target_os = "linux")]
    if let Some(table) = kernel::KernelTable::open() {
        return Box::new(table);
    }
    Box::new(portable::PortableTable::new())
}

/// The process ids of the tree as last sampled, for probes that count per process (the GPU's).
#[derive(Clone, Debug, Default)]
pub struct SharedPids(Arc<Mutex<Vec<u32>>>);

impl SharedPids {
    /// The ids.
    #[must_use]
    pub fn get(&self) -> Vec<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, pids: impl Iterator<Item = u32>) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.clear();
        shared.extend(pids);
    }
}

/// Samples a process and all its descendants into the series of a run.
pub struct ProcessesProbe {
    scope: Scope,
    tree: Tree,
    pids: SharedPids,
    /// Up to when CPU time went into a rate, and how much came since.
    rated_nanos: Option<i64>,
    unrated_cpu_nanos: u64,
    totals: Totals,
    commands: BTreeMap<String, CommandTracks>,
    absences: Absences,
}

struct Totals {
    utilization: Track,
    cpu_time: Track,
    memory: Track,
    read: Track,
    written: Track,
    threads: Track,
    processes: Track,
}

#[derive(Default)]
struct CommandTracks {
    tracks: Option<(Track, Track)>,
    cpu_nanos: u64,
    rss_bytes: u64,
    is_seen: bool,
}

impl ProcessesProbe {
    /// A probe of the process `root` and its descendants, whose ids it tells to `pids` after each sample.
    #[must_use]
    pub fn new(scope: &Scope, root: u32, pids: SharedPids) -> Self {
        Self::with_table(scope, root, pids, table())
    }

    /// A probe that reads from `table`.
    #[must_use]
    pub fn with_table(scope: &Scope, root: u32, pids: SharedPids, table: Box<dyn Table>) -> Self {
        let io = |direction| Track::cumulative(scope, "process.disk.io", &[("direction", direction)], Unit::BYTES);
        Self {
            scope: *scope,
            tree: Tree::new(root, table),
            pids,
            rated_nanos: None,
            unrated_cpu_nanos: 0,
            totals: Totals {
                utilization: Track::gauge(scope, "process.cpu.utilization", &[], Unit::PERCENT_OF_CORE),
                cpu_time: Track::cumulative(scope, "process.cpu.time", &[], Unit::SECONDS),
                memory: Track::gauge(scope, "process.memory.usage", &[], Unit::BYTES),
                read: io("read"),
                written: io("write"),
                threads: Track::gauge(scope, "process.thread.count", &[], Unit::THREADS),
                processes: Track::gauge(scope, "process.count", &[], Unit::PROCESSES),
            },
            commands: BTreeMap::new(),
            absences: Absences::new(scope),
        }
    }

    /// Takes processes that lost their parent in the tree for part of it (see [`Tree::adopt_orphans`]).
    pub fn adopt_orphans(&mut self, reaper: u32, variable: String) {
        self.tree.adopt_orphans(reaper, variable);
    }

    /// The tree as last sampled.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    fn sample_totals(&mut self, at_nanos: i64, elapsed_nanos: Option<u64>, out: &mut Batch) {
        let tree = &self.tree;
        let totals = &mut self.totals;
        self.unrated_cpu_nanos += tree.cpu_delta_nanos();
        if let Some(elapsed_nanos) = elapsed_nanos {
            totals.utilization.push(at_nanos, 100.0 * real(self.unrated_cpu_nanos) / real(elapsed_nanos), out);
            self.unrated_cpu_nanos = 0;
        }
        totals.cpu_time.push(at_nanos, real(tree.cpu_nanos()) / 1e9, out);
        let alive = || tree.members().filter(|member| !member.reading.is_zombie);
        if alive().next().is_some() {
            totals.memory.push_whole(at_nanos, alive().map(|member| member.reading.rss_bytes).sum(), out);
            totals.processes.push_whole(at_nanos, alive().count() as u64, out);
            if let Some(threads) = alive().map(|member| member.reading.num_threads).sum::<Option<u64>>() {
                totals.threads.push_whole(at_nanos, threads, out);
            } else {
                self.absences.report(
                    "process.thread.count",
                    "this system does not say how many threads a process has",
                    out,
                );
            }
        }
        if let Some(io) = tree.io() {
            totals.read.push_whole(at_nanos, io.read_bytes, out);
            totals.written.push_whole(at_nanos, io.written_bytes, out);
        }
        if let Some((member, refused)) = alive().find_map(|member| Some((member, member.reading.io.err()?))) {
            let reading = &member.reading;
            match refused {
                IoRefused::Permission => {
                    let reason = format!(
                        "{} ({}) belongs to somebody else, and the system shows the input and output of a process only to its owner and root",
                        reading.command, reading.pid
                    );
                    self.absences.report("process.disk.io", &reason, out);
                }
                IoRefused::Unsupported => {
                    self.absences.report("process.disk.io", "this system does not count it by process", out);
                }
                IoRefused::Ended => {}
            }
        }
    }

    /// One series of CPU and one of memory for each command name, so that FFmpeg's share of a script is seen.
    fn sample_commands(&mut self, at_nanos: i64, elapsed_nanos: Option<u64>, out: &mut Batch) {
        for member in self.tree.members() {
            self.commands.count(&member.reading.command, member);
        }
        for (command, cpu_nanos) in self.tree.ended_cpu() {
            self.commands.entry_of(command).cpu_nanos += cpu_nanos;
        }
        for (command, tracks) in &mut self.commands {
            if tracks.is_seen || tracks.cpu_nanos > 0 {
                let (cpu, memory) = tracks.tracks.get_or_insert_with(|| {
                    let labels = [("process.command", command.as_str())];
                    (
                        Track::gauge(&self.scope, "process.cpu.utilization", &labels, Unit::PERCENT_OF_CORE),
                        Track::gauge(&self.scope, "process.memory.usage", &labels, Unit::BYTES),
                    )
                });
                if let Some(elapsed_nanos) = elapsed_nanos {
                    cpu.push(at_nanos, 100.0 * real(tracks.cpu_nanos) / real(elapsed_nanos), out);
                    tracks.cpu_nanos = 0;
                }
                if tracks.is_seen {
                    memory.push_whole(at_nanos, tracks.rss_bytes, out);
                }
            }
            (tracks.rss_bytes, tracks.is_seen) = (0, false);
        }
    }
}

trait Commands {
    fn entry_of(&mut self, command: &str) -> &mut CommandTracks;
    fn count(&mut self, command: &str, member: &Member);
}

impl Commands for BTreeMap<String, CommandTracks> {
    fn entry_of(&mut self, command: &str) -> &mut CommandTracks {
        let is_known = self.contains_key(command);
        let name = if is_known || self.len() < MAX_COMMANDS { command } else { "(other)" };
        self.entry(name.to_owned()).or_default()
    }

    fn count(&mut self, command: &str, member: &Member) {
        let tracks = self.entry_of(command);
        tracks.cpu_nanos += member.own_delta_nanos;
        if !member.reading.is_zombie {
            tracks.rss_bytes += member.reading.rss_bytes;
            tracks.is_seen = true;
        }
    }
}

impl Probe for ProcessesProbe {
    fn name(&self) -> &'static str {
        "processes"
    }

    fn sample(&mut self, at_nanos: i64, out: &mut Batch) {
        self.tree.refresh();
        self.pids.set(self.tree.members().map(|member| member.reading.pid));
        // A tree that is not there uses nothing, but it is not at zero either.
        if self.tree.members().next().is_none() && self.tree.cpu_delta_nanos() == 0 {
            return;
        }
        let rated_nanos = *self.rated_nanos.get_or_insert(at_nanos);
        let elapsed_nanos = (at_nanos - rated_nanos >= MIN_RATE_NANOS).then(|| rated_nanos.abs_diff(at_nanos));
        self.sample_totals(at_nanos, elapsed_nanos, out);
        self.sample_commands(at_nanos, elapsed_nanos, out);
        if elapsed_nanos.is_some() {
            self.rated_nanos = Some(at_nanos);
        }
    }
}

#[cfg(test)]
mod tests;
