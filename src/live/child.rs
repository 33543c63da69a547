//! A child process: started, waited for until a moment, its end stamped the instant it comes, its use taken as a whole.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Command, ExitStatus};

use super::clock::Clock;

/// How a child ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// When, nanoseconds UTC.
    pub at_nanos: i64,
    /// What it used, those of its children included that it waited for; `None` where the system does not say.
    pub usage: Option<ChildUsage>,
}

impl Exit {
    /// The code a shell would give: the child's own, or 128 and the signal.
    #[must_use]
    pub fn shell_code(&self) -> i32 {
        match (self.code, self.signal) {
            (Some(code), _) => code,
            (None, Some(signal)) => 128 + signal,
            (None, None) => 1,
        }
    }

    /// Why it counts as failed, in a clause; `None` if it ended well.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match (self.code, self.signal) {
            (Some(0), _) => None,
            (Some(code), _) => Some(format!("exit code {code}")),
            (None, Some(signal)) => Some(format!("ended by signal {signal}{}", signal_name(signal))),
            (None, None) => Some("ended without an exit code".to_owned()),
        }
    }

    /// Whether a signal ended it that somebody sends to stop a program.
    #[must_use]
    pub fn is_stopped_from_outside(&self) -> bool {
        const HANGUP: i32 = 1;
        const INTERRUPT: i32 = 2;
        const KILL: i32 = 9;
        const TERMINATE: i32 = 15;
        // A shell passes the signal of its own child on as a code.
        let signal = self.signal.or(self.code.filter(|&code| code > 128).map(|code| code - 128));
        signal.is_some_and(|signal| [HANGUP, INTERRUPT, KILL, TERMINATE].contains(&signal))
    }
}

/// The names people know; the numbers are the same on Linux, macOS and BSD.
fn signal_name(signal: i32) -> &'static str {
    match signal {
        1 => " (hangup)",
        2 => " (interrupt)",
        3 => " (quit)",
        4 => " (illegal instruction)",
        6 => " (abort)",
        8 => " (arithmetic error)",
        9 => " (kill)",
        11 => " (segmentation fault)",
        13 => " (broken pipe)",
        15 => " (terminate)",
        _ => "",
    }
}

/// What an ended child used in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildUsage {
    /// CPU time in user mode, nanoseconds.
    pub user_nanos: i64,
    /// CPU time in the kernel, nanoseconds.
    pub system_nanos: i64,
    /// The most memory a single process of it held, bytes.
    pub max_rss_bytes: Option<i64>,
    /// Bytes read from disks, where the system counts them.
    pub read_bytes: Option<i64>,
    /// Bytes written to disks, likewise.
    pub written_bytes: Option<i64>,
}

/// Why a command was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No command was given.
    #[error("no command was given; write it after `--`")]
    Empty,
    /// There is no such program.
    #[error("there is no program “{0}”; check its name and the PATH")]
    NotFound(String),
    /// The program may not be run.
    #[error("“{0}” cannot be run: {1}")]
    NotRunnable(String, io::Error),
    /// The folder for events could not be made.
    #[error("the folder for events cannot be made: {0}; check the TMPDIR variable and its free space")]
    Spool(io::Error),
}

impl StartError {
    /// The code a shell gives for it.
    #[must_use]
    pub fn shell_code(&self) -> i32 {
        match self {
            Self::Empty => 2,
            Self::NotFound(_) => 127,
            Self::NotRunnable(..) => 126,
            Self::Spool(_) => 4,
        }
    }

    pub(super) fn of(program: &OsStr, error: io::Error) -> Self {
        let program = program.to_string_lossy().into_owned();
        if error.kind() == io::ErrorKind::NotFound {
            Self::NotFound(program)
        } else {
            Self::NotRunnable(program, error)
        }
    }
}

/// A command to be started, and what its environment gets or loses.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Program and arguments.
    pub command: Vec<OsString>,
    /// Variables set.
    pub set: Vec<(&'static str, OsString)>,
    /// Variables removed.
    pub removed: Vec<&'static str>,
}

impl Launch {
    /// As the standard library's command; standard input, output and error are this process's.
    ///
    /// # Errors
    /// If there is no program.
    pub fn to_command(&self) -> Result<Command, StartError> {
        let (program, arguments) = self.command.split_first().ok_or(StartError::Empty)?;
        let mut command = Command::new(program);
        command.args(arguments);
        for (name, value) in &self.set {
            command.env(name, value);
        }
        for name in &self.removed {
            command.env_remove(name);
        }
        Ok(command)
    }
}

/// A started child.
#[derive(Debug)]
pub struct Child {
    child: std::process::Child,
    clock: Clock,
    ended_at_nanos: Option<i64>,
    before: system::Before,
    /// The largest memory seen of it while it ran, bytes.
    seen_rss_bytes: Option<i64>,
    watch: system::Watch,
}

impl Child {
    /// Starts a command.
    ///
    /// # Errors
    /// If there is no such program or it may not be run.
    pub fn start(launch: &Launch, clock: Clock) -> Result<Self, StartError> {
        let mut command = launch.to_command()?;
        let before = system::Before::take();
        let child = command.spawn().map_err(|error| StartError::of(command.get_program(), error))?;
        let watch = system::Watch::open(&child);
        Ok(Self { child, clock, ended_at_nanos: None, before, seen_rss_bytes: None, watch })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// When it was seen to have ended.
    #[must_use]
    pub fn ended_at_nanos(&self) -> Option<i64> {
        self.ended_at_nanos
    }

    /// Waits until it has ended, a moment has come or a signal arrived; says whether it has ended.
    /// It stays in the process table until [`Child::reap`], so that its last counters can be read.
    pub fn wait_until(&mut self, deadline_nanos: i64) -> bool {
        if self.ended_at_nanos.is_none() {
            let timeout_nanos = deadline_nanos.saturating_sub(self.clock.now_nanos()).max(0);
            if self.watch.has_ended(&mut self.child, timeout_nanos) {
                self.ended_at_nanos = Some(self.clock.now_nanos());
            }
        }
        self.ended_at_nanos.is_some()
    }

    /// Takes note of the most memory it held so far. What the system says at the end covers this too, unless it held
    /// less than this program itself (see [`Child::reap`]).
    pub fn look_at_memory(&mut self) {
        self.seen_rss_bytes = self.seen_rss_bytes.max(system::peak_rss_bytes(self.pid()));
    }

    /// Waits for its end and takes it out of the process table.
    pub fn reap(mut self) -> Exit {
        while !self.wait_until(i64::MAX) {}
        let closing = system::closing_cpu(self.pid());
        let status = self.child.wait();
        let at_nanos = self.ended_at_nanos.unwrap_or_else(|| self.clock.now_nanos());
        let (code, signal) = status.map_or((None, None), |status| (status.code(), signal_of(status)));
        Exit { code, signal, at_nanos, usage: self.before.usage_since(closing, self.seen_rss_bytes) }
    }
}

/// The most memory this process held so far, bytes.
#[must_use]
pub fn own_peak_rss_bytes() -> Option<i64> {
    system::own_peak_rss_bytes()
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

#[cfg(unix)]
mod system {
    //! Unix: the kernel's totals of waited-for children, and a descriptor that wakes when a process ends.

    use std::os::fd::{AsFd as _, OwnedFd};

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::sys::resource::{Usage, UsageWho, getrusage};
    use nix::sys::time::{TimeVal, TimeValLike as _};
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    use super::ChildUsage;

    /// What was there before the child was started.
    #[derive(Debug)]
    pub struct Before {
        children: Option<Usage>,
        own_peak: Option<i64>,
    }

    impl Before {
        pub fn take() -> Self {
            Self { children: getrusage(UsageWho::RUSAGE_CHILDREN).ok(), own_peak: own_peak_rss_bytes() }
        }

        /// What the children waited for since used.
        ///
        /// A child begins its life inside a copy of this program, and the kernel counts that copy's size as the child's.
        /// So a figure not larger than our own says nothing; then what was seen of the child while it ran stands.
        ///
        /// The kernel's totals are those of all children. When they hold more than `closing` says of this one, another one
        /// ended meanwhile; then that is taken, though it is only exact to a hundredth of a second.
        pub fn usage_since(&self, closing: Option<(i64, i64)>, seen_rss_bytes: Option<i64>) -> Option<ChildUsage> {
            const TOLERANCE_NANOS: i64 = 50_000_000;
            let before = self.children.as_ref()?;
            let after = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
            let floor = self.own_peak.unwrap_or(0).max(rss_bytes(before));
            let peak = Some(rss_bytes(&after)).filter(|&bytes| bytes > floor);
            let user_nanos = nanos(after.user_time()) - nanos(before.user_time());
            let system_nanos = nanos(after.system_time()) - nanos(before.system_time());
            if let Some((user, system)) = closing
                && user + system + TOLERANCE_NANOS < user_nanos + system_nanos
            {
                return Some(ChildUsage {
                    user_nanos: user,
                    system_nanos: system,
                    max_rss_bytes: seen_rss_bytes,
                    read_bytes: None,
                    written_bytes: None,
                });
            }
            let blocks = |after: i64, before: i64| cfg!(target_os = "linux").then(|| (after - before).max(0) * 512);
            Some(ChildUsage {
                user_nanos,
                system_nanos,
                max_rss_bytes: peak.or(seen_rss_bytes),
                read_bytes: blocks(after.block_reads(), before.block_reads()),
                written_bytes: blocks(after.block_writes(), before.block_writes()),
            })
        }
    }

    /// User and system time of an ended child that was not waited for yet and of those it waited for, nanoseconds.
    pub fn closing_cpu(pid: u32) -> Option<(i64, i64)> {
        #[cfg(target_os = "linux")]
        {
            crate::live::probes::processes::kernel::closing_cpu(pid)
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = pid;
            None
        }
    }

    fn nanos(time: TimeVal) -> i64 {
        time.num_microseconds().saturating_mul(1000)
    }

    /// The kernel writes kibibytes, macOS bytes.
    fn rss_bytes(usage: &Usage) -> i64 {
        let unit: i64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
        usage.max_rss().saturating_mul(unit)
    }

    pub fn own_peak_rss_bytes() -> Option<i64> {
        getrusage(UsageWho::RUSAGE_SELF).ok().map(|usage| rss_bytes(&usage))
    }

    /// The most memory a running process held so far, bytes.
    pub fn peak_rss_bytes(pid: u32) -> Option<i64> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let kibibytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix("kB")?;
        kibibytes.trim().parse::<i64>().ok()?.checked_mul(1024)
    }

    /// Wakes when the child ends.
    #[derive(Debug)]
    pub struct Watch {
        descriptor: Option<OwnedFd>,
    }

    impl Watch {
        pub fn open(child: &std::process::Child) -> Self {
            #[cfg(target_os = "linux")]
            let descriptor = pid_of(child).and_then(|pid| {
                let flags = rustix::process::PidfdFlags::empty();
                rustix::process::pidfd_open(pid, flags).ok()
            });
            #[cfg(not(target_os = "linux"))]
            let descriptor = {
                let _ = child;
                None
            };
            Self { descriptor }
        }

        /// Whether the child has ended, waiting for it up to `timeout_nanos`; a signal ends the wait early.
        pub fn has_ended(&self, child: &mut std::process::Child, timeout_nanos: i64) -> bool {
            const LOOK_EVERY_MILLIS: i64 = 2;
            let Some(pid) = pid_of(child) else { return true };
            let mut left_millis = timeout_nanos.div_euclid(1_000_000) + i64::from(timeout_nanos % 1_000_000 > 0);
            loop {
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
                match waitid(WaitId::Pid(pid), options) {
                    Ok(Some(_)) => return true,
                    Ok(None) => {}
                    // Nothing to wait for: somebody else has waited for it.
                    Err(error) if error == rustix::io::Errno::CHILD => return true,
                    Err(_) => {}
                }
                if left_millis <= 0 {
                    return false;
                }
                let step_millis =
                    if self.descriptor.is_some() { left_millis } else { left_millis.min(LOOK_EVERY_MILLIS) };
                let timeout = PollTimeout::try_from(step_millis).unwrap_or(PollTimeout::MAX);
                let mut waited = self
                    .descriptor
                    .iter()
                    .map(|descriptor| PollFd::new(descriptor.as_fd(), PollFlags::POLLIN))
                    .collect::<Vec<_>>();
                if let Err(nix::errno::Errno::EINTR) = poll(&mut waited, timeout) {
                    left_millis = 0;
                } else {
                    left_millis -= step_millis;
                }
            }
        }
    }

    fn pid_of(child: &std::process::Child) -> Option<Pid> {
        Pid::from_raw(i32::try_from(child.id()).ok()?)
    }
}

#[cfg(not(unix))]
mod system {
    //! Elsewhere the standard library is asked every few milliseconds.

    use std::time::{Duration, Instant};

    use super::ChildUsage;

    #[derive(Debug)]
    pub struct Before;

    impl Before {
        pub fn take() -> Self {
            Self
        }

        pub fn usage_since(&self, _closing: Option<(i64, i64)>, _seen_rss_bytes: Option<i64>) -> Option<ChildUsage> {
            None
        }
    }

    pub fn closing_cpu(_pid: u32) -> Option<(i64, i64)> {
        None
    }

    pub fn own_peak_rss_bytes() -> Option<i64> {
        None
    }

    pub fn peak_rss_bytes(_pid: u32) -> Option<i64> {
        None
    }

    #[derive(Debug)]
    pub struct Watch;

    impl Watch {
        pub fn open(_child: &std::process::Child) -> Self {
            Self
        }

        pub fn has_ended(&self, child: &mut std::process::Child, timeout_nanos: i64) -> bool {
            const LOOK_EVERY: Duration = Duration::from_millis(5);
            let deadline = Instant::now() + Duration::from_nanos(timeout_nanos.unsigned_abs());
            loop {
                if !matches!(child.try_wait(), Ok(None)) {
                    return true;
                }
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                std::thread::park_timeout(left.min(LOOK_EVERY));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(words: &[&str]) -> Launch {
        Launch { command: words.iter().map(OsString::from).collect(), ..Launch::default() }
    }

    fn run(script: &str) -> Exit {
        let mut child = Child::start(&launch(&["sh", "-c", script]), Clock::start()).unwrap();
        while !child.wait_until(i64::MAX) {}
        child.reap()
    }

    #[test]
    fn codes_and_signals_are_passed_on() {
        assert_eq!(run("exit 7").shell_code(), 7);
        assert_eq!(run("exit 7").error().unwrap(), "exit code 7");
        assert_eq!(run("exit 0").error(), None);
        let killed = run("kill -9 $$");
        assert_eq!((killed.code, killed.signal, killed.shell_code()), (None, Some(9), 137));
        assert!(killed.is_stopped_from_outside());
        assert!(run("exit 130").is_stopped_from_outside());
        assert!(!run("kill -SEGV $$").is_stopped_from_outside());
    }

    #[test]
    fn what_cannot_be_started_says_so() {
        let error = Child::start(&launch(&["/no/such/program"]), Clock::start()).unwrap_err();
        assert_eq!(error.shell_code(), 127);
        assert!(error.to_string().contains("/no/such/program"));
        assert_eq!(Child::start(&launch(&[]), Clock::start()).unwrap_err().shell_code(), 2);
        assert_eq!(Child::start(&launch(&["/"]), Clock::start()).unwrap_err().shell_code(), 126);
    }

    #[test]
    fn a_moment_ends_the_wait() {
        let mut command = Command::new("cat");
        command.stdin(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let watch = system::Watch::open(&child);
        assert!(!watch.has_ended(&mut child, 3_000_000));
        drop(child.stdin.take());
        assert!(watch.has_ended(&mut child, i64::MAX));
        child.wait().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn use_is_that_of_the_child() {
        let exit = run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
        let usage = exit.usage.unwrap();
        assert!(usage.user_nanos + usage.system_nanos > 10_000_000, "{usage:?}");
    }
}
