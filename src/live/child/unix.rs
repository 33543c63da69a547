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
    copied: Option<i64>,
}

impl Before {
    pub fn take() -> Self {
        Self { children: getrusage(UsageWho::RUSAGE_CHILDREN).ok(), copied: copied_bytes() }
    }

    /// What the children waited for since used.
    ///
    /// A child begins its life inside a copy of this program, and the kernel counts that copy's size as the child's.
    /// So a figure not larger than that copy says nothing; then what was seen of the child while it ran stands.
    ///
    /// The kernel's totals are those of all children. When they hold more than `closing` says of this one, another one
    /// ended meanwhile; then that is taken, though it is only exact to a hundredth of a second.
    pub fn usage_since(&self, closing: Option<(i64, i64)>, seen_rss_bytes: Option<i64>) -> Option<ChildUsage> {
        const TOLERANCE_NANOS: i64 = 50_000_000;
        let before = self.children.as_ref()?;
        let after = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
        let floor = self.copied.unwrap_or(0).max(rss_bytes(before));
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

/// Starts a command in a copy of this program that holds only the memory it has written to.
///
/// The standard library prefers a child that shares all of this program's memory until its own program begins, and
/// the kernel counts that as the child's: no command would seem smaller than this program. A group to change to,
/// though it is the one we are in, makes it copy instead.
pub fn spawn(command: &mut std::process::Command) -> std::io::Result<std::process::Child> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt as _;
        command.gid(rustix::process::getegid().as_raw());
    }
    command.spawn()
}

/// The most that a child can have held before its own program began, bytes.
fn copied_bytes() -> Option<i64> {
    /// The code that runs between the copy and the program's start: some pages of each library.
    const CODE_BYTES: i64 = 2 * 1024 * 1024;
    if cfg!(target_os = "linux") {
        Some(status_bytes(std::process::id(), "RssAnon:")? + CODE_BYTES)
    } else {
        own_peak_rss_bytes()
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
    status_bytes(pid, "VmHWM:")
}

fn status_bytes(pid: u32, field: &str) -> Option<i64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kibibytes = text.lines().find_map(|line| line.strip_prefix(field))?.trim().strip_suffix("kB")?;
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
            let step_millis = if self.descriptor.is_some() { left_millis } else { left_millis.min(LOOK_EVERY_MILLIS) };
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
