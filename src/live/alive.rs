//! Whether a recorder still lives: what tells an interrupted recording from a running one.

use std::sync::OnceLock;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::model::Recorder;

/// How far two readings of one process's start may differ: the system works it out from its boot time,
/// which moves when the clock is set.
const TOLERANCE_SECS: u64 = 2;

/// This process, as it is written into the runs it records.
#[must_use]
pub fn own_recorder() -> Recorder {
    let pid = std::process::id();
    Recorder { pid, started_secs: started_secs(pid).unwrap_or(0), hostname: hostname().to_owned() }
}

/// Whether a recorder still lives. `None` when it ran on another host, of which nothing can be said here.
#[must_use]
pub fn is_alive(recorder: &Recorder) -> Option<bool> {
    if recorder.hostname != hostname() {
        return None;
    }
    Some(
        started_secs(recorder.pid)
            .is_some_and(|started_secs| started_secs.abs_diff(recorder.started_secs) <= TOLERANCE_SECS),
    )
}

/// This host's name, asked for once.
#[must_use]
pub fn hostname() -> &'static str {
    static HOSTNAME: OnceLock<String> = OnceLock::new();
    HOSTNAME.get_or_init(|| System::host_name().unwrap_or_else(|_| "unknown".to_owned()))
}

/// When a process started, seconds since the Unix epoch; `None` when there is no such process.
#[must_use]
pub fn started_secs(pid: u32) -> Option<u64> {
    let pid = Pid::from_u32(pid);
    let mut system = System::new().ok()?;
    system.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[pid]),
        true,
        ProcessRefreshKind::nothing().without_tasks(),
    );
    let process = system.process(pid)?;
    if matches!(process.status(), sysinfo::ProcessStatus::Zombie | sysinfo::ProcessStatus::Dead) {
        return None;
    }
    Some(process.start_time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives() {
        let recorder = own_recorder();
        assert!(recorder.started_secs > 0);
        assert_eq!(is_alive(&recorder), Some(true));
    }

    #[test]
    fn another_process_of_that_id_is_not_it() {
        let recorder = own_recorder();
        assert_eq!(is_alive(&Recorder { started_secs: recorder.started_secs - 3600, ..recorder.clone() }), Some(false));
        assert_eq!(is_alive(&Recorder { hostname: "elsewhere".to_owned(), ..recorder }), None);
    }

    #[test]
    fn a_process_that_ended_does_not_live() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        assert_eq!(started_secs(pid), None);
    }
}
