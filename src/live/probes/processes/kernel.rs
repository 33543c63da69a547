//! Process readings from Linux's `/proc`, through files that stay open.
//!
//! Looking for new processes costs nothing while there are none: `/proc/loadavg` ends with the last process id
//! given out, and ids are given out in a circle, so an unchanged one means that nothing was started.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::{Io, IoRefused, Kin, Reading, Table};
use crate::live::clock;

/// How many processes keep their files open; two each, well below the usual limit of 1,024.
const MAX_OPEN: usize = 192;

/// Reads `/proc`.
pub struct KernelTable {
    loadavg: File,
    last_pid: Option<u64>,
    /// Every process of the last listing whose parent was known too.
    seen: HashSet<u32>,
    has_stray: bool,
    handles: HashMap<u32, Handle>,
    text: Vec<u8>,
    tick_nanos: u64,
    page_bytes: u64,
}

struct Handle {
    started_ticks: u64,
    stat: Option<File>,
    io: Option<File>,
}

impl KernelTable {
    /// Opens it; `None` where `/proc` is not mounted.
    #[must_use]
    pub fn open() -> Option<Self> {
        Some(Self {
            loadavg: File::open("/proc/loadavg").ok()?,
            last_pid: None,
            seen: HashSet::new(),
            has_stray: false,
            handles: HashMap::new(),
            text: Vec::with_capacity(4096),
            tick_nanos: 1_000_000_000 / system_value(nix::unistd::SysconfVar::CLK_TCK, 100),
            page_bytes: system_value(nix::unistd::SysconfVar::PAGE_SIZE, 4096),
        })
    }

    fn read_last_pid(&mut self) -> Option<u64> {
        read_once(&self.loadavg, &mut self.text).ok()?;
        std::str::from_utf8(&self.text).ok()?.split_ascii_whitespace().last()?.parse().ok()
    }

    fn list(&mut self, out: &mut Vec<Kin>) {
        let Ok(entries) = std::fs::read_dir("/proc") else { return };
        let mut listed = HashSet::with_capacity(self.seen.len() + 8);
        let mut fresh = Vec::new();
        for entry in entries.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            if self.seen.contains(&pid) {
                listed.insert(pid);
            } else if let Some(stat) = File::open(format!("/proc/{pid}/stat")).ok()
                && read_once(&stat, &mut self.text).is_ok()
                && let Some(stat) = Stat::parse(&self.text)
            {
                listed.insert(pid);
                fresh.push(Kin { pid, parent: stat.parent });
            }
        }
        // A process whose parent ended between the two looks is looked at again: by then it has another parent.
        self.has_stray = false;
        for kin in fresh {
            if kin.parent != 0 && !listed.contains(&kin.parent) {
                listed.remove(&kin.pid);
                self.has_stray = true;
            }
            out.push(kin);
        }
        self.seen = listed;
    }
}

impl Table for KernelTable {
    fn appeared(&mut self, out: &mut Vec<Kin>) {
        let last_pid = self.read_last_pid();
        if last_pid.is_some() && last_pid == self.last_pid && !self.has_stray {
            return;
        }
        let has_wrapped = last_pid < self.last_pid;
        if has_wrapped || last_pid.is_none() {
            // Ids are given out again from the start: what was seen may be something else by now.
            let handles = &self.handles;
            self.seen.retain(|pid| handles.contains_key(pid));
        }
        self.last_pid = last_pid;
        self.list(out);
    }

    fn read(&mut self, pid: u32) -> Option<Reading> {
        let handle = self.handles.get(&pid);
        let opened = match handle {
            Some(Handle { stat: Some(_), .. }) => None,
            _ => File::open(format!("/proc/{pid}/stat")).ok(),
        };
        let file = opened.as_ref().or(handle.and_then(|handle| handle.stat.as_ref()));
        let stat = file.and_then(|file| read_once(file, &mut self.text).ok()).and_then(|()| Stat::parse(&self.text));
        let is_other = |stat: &Stat| handle.is_some_and(|handle| handle.started_ticks != stat.started_ticks);
        let Some(stat) = stat.filter(|stat| !is_other(stat)) else {
            self.handles.remove(&pid);
            return None;
        };
        let keeps_open = self.handles.len() < MAX_OPEN;
        let handle =
            self.handles.entry(pid).or_insert(Handle { started_ticks: stat.started_ticks, stat: None, io: None });
        if keeps_open && handle.stat.is_none() {
            handle.stat = opened;
        }
        let io = match &handle.io {
            Some(file) => read_once(file, &mut self.text),
            None => File::open(format!("/proc/{pid}/io")).and_then(|file| {
                read_once(&file, &mut self.text)?;
                if keeps_open {
                    handle.io = Some(file);
                }
                Ok(())
            }),
        };
        let io = match io {
            Ok(()) => parse_io(&self.text).ok_or(IoRefused::Unsupported),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(IoRefused::Permission),
            Err(_) if std::path::Path::new("/proc/self/io").exists() => Err(IoRefused::Ended),
            Err(_) => Err(IoRefused::Unsupported),
        };
        Some(Reading {
            pid,
            parent: stat.parent,
            command: stat.command,
            is_zombie: matches!(stat.state, b'Z' | b'X'),
            is_stopped: matches!(stat.state, b'T' | b't'),
            cpu_nanos: stat.cpu_ticks.iter().sum::<u64>() * self.tick_nanos,
            children_cpu_nanos: stat.children_cpu_ticks.iter().sum::<u64>() * self.tick_nanos,
            rss_bytes: stat.rss_pages * self.page_bytes,
            num_threads: Some(stat.num_threads),
            io,
        })
    }

    fn has_variable(&mut self, pid: u32, variable: &str) -> bool {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|set| set == variable.as_bytes())
    }
}

/// What `/proc/PID/stat` says, in the kernel's own units (proc(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The name, up to 15 bytes.
    pub command: String,
    /// `R`, `S`, `D`, `Z`, `T`, …
    pub state: u8,
    /// The parent's id.
    pub parent: u32,
    /// User and system time of its own.
    pub cpu_ticks: [u64; 2],
    /// User and system time of waited-for children.
    pub children_cpu_ticks: [u64; 2],
    /// Threads.
    pub num_threads: u64,
    /// When it started, ticks after boot: with the id, what makes it this process.
    pub started_ticks: u64,
    /// Resident memory.
    pub rss_pages: u64,
}

impl Stat {
    /// Reads one line. The name may itself contain spaces and parentheses.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let open = text.iter().position(|&byte| byte == b'(')?;
        let close = text.iter().rposition(|&byte| byte == b')')?;
        let command = String::from_utf8_lossy(text.get(open + 1..close)?).into_owned();
        let rest = std::str::from_utf8(text.get(close + 1..)?).ok()?;
        let mut fields = rest.split_ascii_whitespace();
        let state = *fields.next()?.as_bytes().first()?;
        let mut number = |skip: usize| {
            fields.nth(skip).and_then(|field| field.parse::<i64>().ok()).map(|number| number.max(0).unsigned_abs())
        };
        let parent = u32::try_from(number(0)?).ok()?;
        let (user, system) = (number(9)?, number(0)?);
        let (children_user, children_system) = (number(0)?, number(0)?);
        let num_threads = number(2)?;
        let started_ticks = number(1)?;
        let rss_pages = number(1)?;
        Some(Self {
            command,
            state,
            parent,
            cpu_ticks: [user, system],
            children_cpu_ticks: [children_user, children_system],
            num_threads,
            started_ticks,
            rss_pages,
        })
    }
}

/// User and system time of a process and of those it waited for, nanoseconds: of an ended one, all it ever used.
#[must_use]
pub fn closing_cpu(pid: u32) -> Option<(i64, i64)> {
    let stat = Stat::parse(&std::fs::read(format!("/proc/{pid}/stat")).ok()?)?;
    let tick_nanos = 1_000_000_000 / system_value(nix::unistd::SysconfVar::CLK_TCK, 100);
    let [user, system] = [0, 1].map(|mode| (stat.cpu_ticks[mode] + stat.children_cpu_ticks[mode]) * tick_nanos);
    Some((i64::try_from(user).ok()?, i64::try_from(system).ok()?))
}

/// When a process started, nanoseconds UTC, as exactly as the kernel remembers it: to a hundredth of a second.
#[must_use]
pub fn started_nanos(pid: u32) -> Option<i64> {
    let stat = Stat::parse(&std::fs::read(format!("/proc/{pid}/stat")).ok()?)?;
    let tick_nanos = 1_000_000_000 / system_value(nix::unistd::SysconfVar::CLK_TCK, 100);
    let after_boot_nanos = i64::try_from(stat.started_ticks.checked_mul(tick_nanos)?).ok()?;
    Some(clock::utc_nanos() - (clock::steady_nanos() - after_boot_nanos).max(0))
}

/// `read_bytes` and `write_bytes` of `/proc/PID/io`: what really went to and from disks.
#[must_use]
pub fn parse_io(text: &[u8]) -> Option<Io> {
    let text = std::str::from_utf8(text).ok()?;
    let field = |name| text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok();
    Some(Io { read_bytes: field("read_bytes:")?, written_bytes: field("write_bytes:")? })
}

/// Reads a file whose whole content comes in one read, as that of most single-record kernel files does.
///
/// # Errors
/// What the system says; `ESRCH` from a kept file of a process that is gone.
pub fn read_once(file: &File, text: &mut Vec<u8>) -> io::Result<()> {
    text.resize(text.capacity().max(4096), 0);
    let num_bytes = file.read_at(text, 0)?;
    text.truncate(num_bytes);
    Ok(())
}

/// Reads a kernel file from its start to its end.
///
/// # Errors
/// What the system says.
pub fn read_whole(file: &File, text: &mut Vec<u8>) -> io::Result<()> {
    text.resize(text.capacity().max(4096), 0);
    let mut num_bytes = 0;
    loop {
        if num_bytes == text.len() {
            text.resize(text.len() * 2, 0);
        }
        match file.read_at(&mut text[num_bytes..], num_bytes as u64)? {
            0 => break,
            read => num_bytes += read,
        }
    }
    text.truncate(num_bytes);
    Ok(())
}

fn system_value(variable: nix::unistd::SysconfVar, usual: u64) -> u64 {
    let value = nix::unistd::sysconf(variable).ok().flatten();
    value.and_then(|value| u64::try_from(value).ok()).filter(|&value| value > 0).unwrap_or(usual)
}
