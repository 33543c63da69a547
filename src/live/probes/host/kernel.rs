//! Host readings from Linux's `/proc`, through files that stay open.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::{CpuTime, HostReading, HostSource, Memory, Traffic};
use crate::live::probes::processes::kernel::read_whole;

/// Reads `/proc/stat`, `/proc/meminfo`, `/proc/diskstats` and `/proc/net/dev` with one `pread` each.
pub struct KernelHost {
    stat: Source,
    meminfo: Source,
    diskstats: Source,
    net_dev: Source,
    devices: Devices,
    text: Vec<u8>,
}

/// A file kept open, or the sentence why it cannot be.
type Source = Result<File, String>;

impl KernelHost {
    /// Opens the files; `None` where `/proc` is not mounted.
    #[must_use]
    pub fn open() -> Option<Self> {
        let stat = File::open("/proc/stat").ok()?;
        Some(Self {
            stat: Ok(stat),
            meminfo: open("/proc/meminfo"),
            diskstats: open("/proc/diskstats"),
            net_dev: open("/proc/net/dev"),
            devices: Devices::new("/sys"),
            text: Vec::with_capacity(16 * 1024),
        })
    }

    fn read_file(source: &Source, metric: &'static str, text: &mut Vec<u8>, reading: &mut HostReading) -> bool {
        let failure = match source {
            Ok(file) => match read_whole(file, text) {
                Ok(()) => return true,
                Err(error) => error.to_string(),
            },
            Err(reason) => reason.clone(),
        };
        reading.failures.push((metric, failure));
        false
    }
}

fn open(path: &str) -> Source {
    File::open(path).map_err(|error| format!("{path} cannot be opened: {error}"))
}

impl HostSource for KernelHost {
    fn read(&mut self, reading: &mut HostReading) {
        let text = &mut self.text;
        if Self::read_file(&self.stat, "system.cpu", text, reading) {
            parse_stat(text, &mut reading.cpus);
        }
        if Self::read_file(&self.meminfo, "system.memory", text, reading) {
            reading.memory = parse_meminfo(text);
        }
        if Self::read_file(&self.diskstats, "system.disk.io", text, reading) {
            parse_diskstats(text, |name| self.devices.counts(name, Class::Block), &mut reading.disks);
        }
        if Self::read_file(&self.net_dev, "system.network.io", text, reading) {
            parse_net_dev(text, |name| self.devices.counts(name, Class::Net), &mut reading.networks);
        }
    }
}

/// The `cpu` lines of `/proc/stat`: all first, then each core.
///
/// Busy is everything but idle and waiting for input and output; guest time is already inside user time (proc(5)).
pub fn parse_stat(text: &[u8], cpus: &mut Vec<CpuTime>) {
    for line in text.split(|&byte| byte == b'\n') {
        let Some(rest) = line.strip_prefix(b"cpu") else { break };
        let mut numbers = numbers(rest);
        // The total line is `cpu  1 2 …`, a core's is `cpu7 1 2 …`.
        if rest.first().is_some_and(u8::is_ascii_digit) {
            numbers.next();
        }
        let mut fields = [0_u64; 8];
        for (field, number) in fields.iter_mut().zip(numbers) {
            *field = number;
        }
        let total: u64 = fields.iter().sum();
        let (idle, waiting) = (fields[3], fields[4]);
        cpus.push(CpuTime { busy: total - idle - waiting, total });
    }
}

/// `MemTotal` and `MemAvailable`, in bytes.
#[must_use]
pub fn parse_meminfo(text: &[u8]) -> Option<Memory> {
    let field = |name: &[u8]| {
        let line = text.split(|&byte| byte == b'\n').find_map(|line| line.strip_prefix(name))?;
        numbers(line).next()?.checked_mul(1024)
    };
    Some(Memory { total_bytes: field(b"MemTotal:")?, available_bytes: field(b"MemAvailable:")? })
}

/// Sectors read and written of each device that counts, in bytes. A sector is always 512 bytes here.
pub fn parse_diskstats(text: &[u8], mut counts: impl FnMut(&str) -> bool, disks: &mut Vec<Traffic>) {
    for line in text.split(|&byte| byte == b'\n') {
        let mut words = words(line);
        let (Some(_), Some(_), Some(name)) = (words.next(), words.next(), words.next()) else { continue };
        let Ok(name) = std::str::from_utf8(name) else { continue };
        let mut numbers = words.map(number);
        let (Some(read), Some(written)) = (numbers.nth(2), numbers.nth(3)) else { continue };
        if counts(name) {
            disks.push(Traffic { device: name.to_owned(), in_bytes: read * 512, out_bytes: written * 512 });
        }
    }
}

/// Bytes received and sent of each interface that counts.
pub fn parse_net_dev(text: &[u8], mut counts: impl FnMut(&str) -> bool, networks: &mut Vec<Traffic>) {
    for line in text.split(|&byte| byte == b'\n').skip(2) {
        let Some(colon) = line.iter().rposition(|&byte| byte == b':') else { continue };
        let Ok(name) = std::str::from_utf8(line[..colon].trim_ascii()) else { continue };
        let mut numbers = numbers(&line[colon + 1..]);
        let (Some(received), Some(sent)) = (numbers.next(), numbers.nth(7)) else { continue };
        if counts(name) {
            networks.push(Traffic { device: name.to_owned(), in_bytes: received, out_bytes: sent });
        }
    }
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

fn numbers(line: &[u8]) -> impl Iterator<Item = u64> {
    words(line).map(number)
}

/// The leading digits as a number; the kernel writes nothing else in these places.
fn number(word: &[u8]) -> u64 {
    word.iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |value: u64, byte| value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')))
}

#[derive(Clone, Copy)]
enum Class {
    Block,
    Net,
}

/// Which devices count: whole physical ones, so that no byte is counted again in a partition, a mapping or a bridge.
/// A container sees none that are physical; there every device but loops and the loopback counts.
struct Devices {
    sys: PathBuf,
    known: BTreeMap<String, bool>,
    has_physical: [Option<bool>; 2],
}

impl Devices {
    fn new(sys: impl Into<PathBuf>) -> Self {
        Self { sys: sys.into(), known: BTreeMap::new(), has_physical: [None, None] }
    }

    fn counts(&mut self, name: &str, class: Class) -> bool {
        if let Some(&counts) = self.known.get(name) {
            return counts;
        }
        let folder = self.sys.join(match class {
            Class::Block => "block",
            Class::Net => "class/net",
        });
        let has_physical = *self.has_physical[class as usize].get_or_insert_with(|| has_physical(&folder));
        // In sysfs a slash in a device's name is written as an exclamation mark.
        let device = folder.join(name.replace('/', "!"));
        let counts = if has_physical {
            device.join("device").exists()
        } else {
            match class {
                Class::Block => {
                    !name.starts_with("loop") && !name.starts_with("ram") && (device.exists() || !folder.exists())
                }
                Class::Net => name != "lo",
            }
        };
        self.known.insert(name.to_owned(), counts);
        counts
    }
}

fn has_physical(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(|entry| entry.path().join("device").exists()))
}
