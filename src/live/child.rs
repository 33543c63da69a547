//! A child process: started, waited for until a moment, its end stamped the instant it comes, its use taken as a whole.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

#[cfg(not(unix))]
use elsewhere as system;
#[cfg(unix)]
use unix as system;

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
        let name = program.to_string_lossy().into_owned();
        // A folder of the PATH that may not be searched hides that the program is in none of the others.
        let is_hidden = error.kind() == io::ErrorKind::PermissionDenied && !is_in_path(program);
        if error.kind() == io::ErrorKind::NotFound || is_hidden {
            Self::NotFound(name)
        } else {
            Self::NotRunnable(name, error)
        }
    }
}

/// Whether a program is a file where it would be looked for: at its path, or in a folder of the PATH.
fn is_in_path(program: &OsStr) -> bool {
    let path = Path::new(program);
    if path.is_absolute() || path.components().count() > 1 {
        return true;
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
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
        let child = system::spawn(&mut command).or_else(|_| {
            command = launch.to_command()?;
            command.spawn().map_err(|error| StartError::of(command.get_program(), error))
        })?;
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

#[cfg(test)]
mod tests;
