//! Asking processes to stop, the way a terminal does, without asking twice.

/// Whether a Ctrl-C reaches this process's children too: they share the terminal's foreground group.
#[must_use]
pub fn reaches_whole_group() -> bool {
    #[cfg(unix)]
    {
        let Ok(terminal) = std::fs::File::open("/dev/tty") else { return false };
        let own = rustix::process::getpgrp().as_raw_nonzero().get();
        nix::unistd::tcgetpgrp(&terminal).is_ok_and(|foreground| foreground.as_raw() == own)
    }
    #[cfg(not(unix))]
    {
        // A console sends its Ctrl-C to every process attached to it.
        true
    }
}

/// Sends a process what Ctrl-C sends. One that is gone already is no error.
pub fn interrupt(pid: u32) {
    #[cfg(unix)]
    {
        let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
    }
    #[cfg(not(unix))]
    {
        let _ = pid;
    }
}
