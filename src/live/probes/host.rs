//! The host probe: processor total and per core, memory, disks and network.

#[cfg(target_os = "linux")]
pub mod kernel;
pub mod portable;

use super::Probe;
use super::track::{Absences, MIN_RATE_NANOS, Scope, Track, real};
use crate::model::{Batch, Unit};

/// What the host shows at one moment. Reused from tick to tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostReading {
    /// Processor time so far: of all cores first, then of each core.
    pub cpus: Vec<CpuTime>,
    /// Memory, bytes.
    pub memory: Option<Memory>,
    /// Bytes read and written so far by each disk.
    pub disks: Vec<Traffic>,
    /// Bytes received and sent so far on each network interface.
    pub networks: Vec<Traffic>,
    /// What could not be read, and why.
    pub failures: Vec<(&'static str, String)>,
}

impl HostReading {
    fn clear(&mut self) {
        self.cpus.clear();
        self.memory = None;
        self.disks.clear();
        self.networks.clear();
        self.failures.clear();
    }
}

/// Processor time since some start, in units of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTime {
    /// Time spent working.
    pub busy: u64,
    /// All time that passed.
    pub total: u64,
}

/// Memory of the host, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Installed.
    pub total_bytes: u64,
    /// What programs can still get without swapping.
    pub available_bytes: u64,
}

/// Bytes that passed a device in both directions since it was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The device's name.
    pub device: String,
    /// Read from a disk, received from a network.
    pub in_bytes: u64,
    /// Written to a disk, sent to a network.
    pub out_bytes: u64,
}

/// Where host readings come from: the kernel's own files, the portable way, or a test.
pub trait HostSource: Send {
    /// Fills an emptied reading with what is so now.
    fn read(&mut self, reading: &mut HostReading);
}

/// The best source this system has.
#[must_use]
pub fn source() -> Box<dyn HostSource> {
    #[cfg(target_os = "linux")]
    if let Some(source) = kernel::KernelHost::open() {
        return Box::new(source);
    }
    Box::new(portable::PortableHost::new())
}

/// Samples the host into the series of a run.
pub struct HostProbe {
    scope: Scope,
    source: Box<dyn HostSource>,
    reading: HostReading,
    cpus: Vec<CpuTrack>,
    rated_nanos: Option<i64>,
    used: Track,
    available: Track,
    limit: Track,
    disks: Vec<TrafficTracks>,
    networks: Vec<TrafficTracks>,
    absences: Absences,
}

struct CpuTrack {
    track: Track,
    before: Option<CpuTime>,
}

struct TrafficTracks {
    device: String,
    inward: Track,
    outward: Track,
}

impl HostProbe {
    /// A probe of this machine.
    #[must_use]
    pub fn new(scope: &Scope) -> Self {
        Self::with_source(scope, source())
    }

    /// A probe that reads from `source`.
    #[must_use]
    pub fn with_source(scope: &Scope, source: Box<dyn HostSource>) -> Self {
        let memory = |state| Track::gauge(scope, "system.memory.usage", &[("state", state)], Unit::BYTES);
        Self {
            scope: *scope,
            source,
            reading: HostReading::default(),
            cpus: Vec::new(),
            rated_nanos: None,
            used: memory("used"),
            available: memory("available"),
            limit: Track::gauge(scope, "system.memory.limit", &[], Unit::BYTES),
            disks: Vec::new(),
            networks: Vec::new(),
            absences: Absences::new(scope),
        }
    }

    fn sample_cpus(&mut self, at_nanos: i64, out: &mut Batch) {
        if self.rated_nanos.is_some_and(|rated_nanos| at_nanos - rated_nanos < MIN_RATE_NANOS) {
            return;
        }
        self.rated_nanos = Some(at_nanos);
        for (index, &now) in self.reading.cpus.iter().enumerate() {
            if self.cpus.len() == index {
                let cpu = index.wrapping_sub(1).to_string();
                let labels: &[(&str, &str)] = if index == 0 { &[] } else { &[("cpu", &cpu)] };
                let track = Track::gauge(&self.scope, "system.cpu.utilization", labels, Unit::PERCENT);
                self.cpus.push(CpuTrack { track, before: None });
            }
            let cpu = &mut self.cpus[index];
            // The first reading has no before. A core that was switched off and on again counts anew.
            if let Some(before) = cpu.before.replace(now)
                && now.total > before.total
                && now.busy >= before.busy
            {
                let percent = 100.0 * real(now.busy - before.busy) / real(now.total - before.total);
                cpu.track.push(at_nanos, percent.min(100.0), out);
            }
        }
    }

    fn sample_memory(&mut self, at_nanos: i64, out: &mut Batch) {
        if let Some(memory) = self.reading.memory {
            self.used.push_whole(at_nanos, memory.total_bytes.saturating_sub(memory.available_bytes), out);
            self.available.push_whole(at_nanos, memory.available_bytes, out);
            self.limit.push_whole(at_nanos, memory.total_bytes, out);
        }
    }
}

impl Probe for HostProbe {
    fn name(&self) -> &'static str {
        "host"
    }

    fn sample(&mut self, at_nanos: i64, out: &mut Batch) {
        self.reading.clear();
        self.source.read(&mut self.reading);
        self.sample_cpus(at_nanos, out);
        self.sample_memory(at_nanos, out);
        let scope = &self.scope;
        sample_traffic(&mut self.disks, &self.reading.disks, at_nanos, out, |device, inward| {
            let direction = if inward { "read" } else { "write" };
            Track::cumulative(scope, "system.disk.io", &[("device", device), ("direction", direction)], Unit::BYTES)
        });
        sample_traffic(&mut self.networks, &self.reading.networks, at_nanos, out, |device, inward| {
            let direction = if inward { "receive" } else { "transmit" };
            Track::cumulative(scope, "system.network.io", &[("device", device), ("direction", direction)], Unit::BYTES)
        });
        for (metric, reason) in &self.reading.failures {
            self.absences.report(metric, reason, out);
        }
    }
}

/// Devices keep their order from tick to tick, so the tracks are mostly found where they were.
fn sample_traffic(
    tracks: &mut Vec<TrafficTracks>,
    devices: &[Traffic],
    at_nanos: i64,
    out: &mut Batch,
    track: impl Fn(&str, bool) -> Track,
) {
    for (guess, traffic) in devices.iter().enumerate() {
        let is_there = tracks.get(guess).is_some_and(|tracks| tracks.device == traffic.device);
        let index =
            if is_there { Some(guess) } else { tracks.iter().position(|tracks| tracks.device == traffic.device) };
        let index = index.unwrap_or_else(|| {
            let device = traffic.device.clone();
            let (inward, outward) = (track(&device, true), track(&device, false));
            tracks.push(TrafficTracks { device, inward, outward });
            tracks.len() - 1
        });
        tracks[index].inward.push_whole(at_nanos, traffic.in_bytes, out);
        tracks[index].outward.push_whole(at_nanos, traffic.out_bytes, out);
    }
}

#[cfg(test)]
mod tests;
