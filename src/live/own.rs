//! What this process itself takes: what the window's status bar shows.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Memory of this process that is in use now, bytes; `None` where the platform does not say.
#[must_use]
pub fn memory_bytes() -> Option<u64> {
    let pid = Pid::from_u32(std::process::id());
    let mut system = System::new();
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    system.process(pid).map(sysinfo::Process::memory).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_process_takes_memory() {
        assert!(super::memory_bytes().is_some_and(|bytes| bytes > 100_000));
    }
}
