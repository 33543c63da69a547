//! Process readings where there is no `/proc`: through sysinfo.

use std::collections::HashMap;

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

use super::{Io, IoRefused, Kin, Reading, Table};

/// Reads processes through sysinfo. Children that ended are not counted here: other systems do not say.
pub struct PortableTable {
    system: Option<System>,
    /// When each process seen so far started, so that an id used again is another process.
    started: HashMap<Pid, u64>,
}

impl PortableTable {
    /// Opens what the system offers.
    #[must_use]
    pub fn new() -> Self {
        Self { system: System::new().ok(), started: HashMap::new() }
    }
}

impl Default for PortableTable {
    fn default() -> Self {
        Self::new()
    }
}

impl Table for PortableTable {
    fn appeared(&mut self, out: &mut Vec<Kin>) {
        let Some(system) = &mut self.system else { return };
        let kind = ProcessRefreshKind::nothing().without_tasks().with_cpu().with_memory().with_disk_usage();
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
        self.started
            .retain(|pid, started| system.process(*pid).is_some_and(|process| process.start_time() == *started));
        for (pid, process) in system.processes() {
            if !self.started.contains_key(pid) {
                self.started.insert(*pid, process.start_time());
                out.push(Kin { pid: pid.as_u32(), parent: process.parent().map_or(0, Pid::as_u32) });
            }
        }
    }

    fn read(&mut self, pid: u32) -> Option<Reading> {
        let process = self.system.as_ref()?.process(Pid::from_u32(pid))?;
        let usage = process.disk_usage();
        let io = Io { read_bytes: usage.total_read_bytes, written_bytes: usage.total_written_bytes };
        Some(Reading {
            pid,
            parent: process.parent().map_or(0, Pid::as_u32),
            command: process.name().to_string_lossy().into_owned(),
            is_zombie: matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead),
            is_stopped: matches!(process.status(), ProcessStatus::Stop),
            cpu_nanos: process.accumulated_cpu_time().saturating_mul(1_000_000),
            children_cpu_nanos: 0,
            rss_bytes: process.memory(),
            num_threads: process.tasks().map(|tasks| tasks.len() as u64),
            io: if cfg!(any(target_os = "linux", target_os = "macos", windows)) {
                Ok(io)
            } else {
                Err(IoRefused::Unsupported)
            },
        })
    }

    fn has_variable(&mut self, _pid: u32, _variable: &str) -> bool {
        // Only Linux hands orphans to a reaper of one's own.
        false
    }
}
