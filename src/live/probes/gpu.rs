//! The GPU probe: use, memory, power and temperature of every NVIDIA GPU, and the memory a process tree holds there.

pub mod nvml;

use super::Probe;
use super::processes::SharedPids;
use super::track::{Absences, Scope, Track, real};
use crate::model::{Batch, Unit};

/// A figure, or a clause that follows “N/A, because”.
pub type Figure<T> = Result<T, String>;

/// What one GPU shows at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuReading {
    /// How much of the time a kernel ran, percent.
    pub utilization_percent: Figure<u64>,
    /// How busy the video encoder was, percent.
    pub encoder_percent: Figure<u64>,
    /// How busy the video decoder was, percent.
    pub decoder_percent: Figure<u64>,
    /// Memory in use, bytes.
    pub memory_used_bytes: Figure<u64>,
    /// Memory it has, bytes.
    pub memory_total_bytes: Figure<u64>,
    /// Power drawn, milliwatts.
    pub power_milliwatts: Figure<u64>,
    /// Temperature of the chip, degrees Celsius.
    pub temperature_celsius: Figure<u64>,
    /// Memory each process holds, bytes; `None` where the driver does not say.
    pub processes: Figure<Vec<(u32, Option<u64>)>>,
}

/// Where GPU readings come from: NVML, or a test.
pub trait GpuSource: Send {
    /// The GPUs' names, in the driver's order.
    fn names(&mut self) -> Figure<Vec<String>>;

    /// What the GPU at that place of the list shows now.
    fn read(&mut self, index: usize) -> GpuReading;
}

/// NVIDIA's management library, or why there is none.
///
/// # Errors
/// A clause that follows “N/A, because”.
pub fn open() -> Figure<Box<dyn GpuSource>> {
    nvml::NvmlSource::open().map(|source| -> Box<dyn GpuSource> { Box::new(source) })
}

/// What NVML finds here, in words for `doctor`.
///
/// # Errors
/// A clause that follows “N/A, because”.
pub fn availability() -> Figure<String> {
    let names = open()?.names()?;
    let driver = nvml::driver_version()
        .map_or_else(|reason| format!("driver unknown: {reason}"), |version| format!("driver {version}"));
    Ok(if names.is_empty() { format!("no GPU, {driver}") } else { format!("{}, {driver}", names.join(", ")) })
}

/// Samples every GPU into the series of a run.
pub struct GpuProbe {
    source: Figure<Box<dyn GpuSource>>,
    gpus: Vec<GpuTracks>,
    tree: SharedPids,
    absences: Absences,
}

struct GpuTracks {
    utilization: Track,
    encoder: Track,
    decoder: Track,
    memory_used: Track,
    memory_total: Track,
    power: Track,
    temperature: Track,
    tree_memory: Track,
    label: String,
}

impl GpuTracks {
    fn new(scope: &Scope, index: usize, name: &str) -> Self {
        let id = index.to_string();
        let gauge = |series, unit| Track::gauge(scope, series, &[("hw.id", &id), ("hw.name", name)], unit);
        let task = |task| {
            let labels = [("hw.id", id.as_str()), ("hw.name", name), ("hw.gpu.task", task)];
            Track::gauge(scope, "hw.gpu.utilization", &labels, Unit::PERCENT)
        };
        Self {
            utilization: task("general"),
            encoder: task("encoder"),
            decoder: task("decoder"),
            memory_used: gauge("hw.gpu.memory.usage", Unit::BYTES),
            memory_total: gauge("hw.gpu.memory.limit", Unit::BYTES),
            power: gauge("hw.power", Unit::WATTS),
            temperature: gauge("hw.temperature", Unit::CELSIUS),
            tree_memory: gauge("process.gpu.memory.usage", Unit::BYTES),
            label: format!("GPU {index} ({name})"),
        }
    }
}

impl GpuProbe {
    /// A probe of what `source` shows; `tree` are the processes whose memory is counted.
    #[must_use]
    pub fn new(scope: &Scope, source: Figure<Box<dyn GpuSource>>, tree: SharedPids) -> Self {
        let (source, names) = match source {
            Ok(mut source) => match source.names() {
                Ok(names) if names.is_empty() => {
                    (Err("the driver finds no GPU in this machine".to_owned()), Vec::new())
                }
                Ok(names) => (Ok(source), names),
                Err(reason) => (Err(reason), Vec::new()),
            },
            Err(reason) => (Err(reason), Vec::new()),
        };
        let gpus = names.iter().enumerate().map(|(index, name)| GpuTracks::new(scope, index, name)).collect();
        Self { source, gpus, tree, absences: Absences::new(scope) }
    }
}

/// Values the driver writes when it has none: all bits set, or more than can be.
fn plausible(figure: Figure<u64>, most: u64) -> Figure<u64> {
    match figure {
        Ok(value) if value > most => Err("the driver answers with a value that stands for “not available”".to_owned()),
        figure => figure,
    }
}

/// More than any GPU has, and less than any “not available” of the driver.
const MOST_MEMORY_BYTES: u64 = 1 << 50;
const MOST_MILLIWATTS: u64 = 100_000_000;
const MOST_CELSIUS: u64 = 250;

impl Probe for GpuProbe {
    fn name(&self) -> &'static str {
        "gpu"
    }

    fn sample(&mut self, at_nanos: i64, out: &mut Batch) {
        let source = match &mut self.source {
            Ok(source) => source,
            Err(reason) => {
                self.absences.report("hw.gpu", reason, out);
                return;
            }
        };
        let tree = self.tree.get();
        for (index, tracks) in self.gpus.iter_mut().enumerate() {
            let reading = source.read(index);
            let memory_total = plausible(reading.memory_total_bytes, MOST_MEMORY_BYTES);
            let tree_memory = reading.processes.and_then(|processes| memory_of(&tree, &processes));
            let figures = [
                (
                    "hw.gpu.utilization",
                    &mut tracks.utilization,
                    plausible(reading.utilization_percent, 100),
                    Scale::Whole,
                ),
                ("hw.gpu.encoder", &mut tracks.encoder, plausible(reading.encoder_percent, 100), Scale::Whole),
                ("hw.gpu.decoder", &mut tracks.decoder, plausible(reading.decoder_percent, 100), Scale::Whole),
                (
                    "hw.gpu.memory.usage",
                    &mut tracks.memory_used,
                    plausible(reading.memory_used_bytes, MOST_MEMORY_BYTES),
                    Scale::Whole,
                ),
                ("hw.gpu.memory.limit", &mut tracks.memory_total, memory_total, Scale::Whole),
                (
                    "hw.power",
                    &mut tracks.power,
                    plausible(reading.power_milliwatts, MOST_MILLIWATTS),
                    Scale::Thousandths,
                ),
                (
                    "hw.temperature",
                    &mut tracks.temperature,
                    plausible(reading.temperature_celsius, MOST_CELSIUS),
                    Scale::Whole,
                ),
                ("process.gpu.memory.usage", &mut tracks.tree_memory, tree_memory, Scale::Whole),
            ];
            for (metric, track, figure, scale) in figures {
                match (figure, scale) {
                    (Ok(value), Scale::Whole) => track.push_whole(at_nanos, value, out),
                    (Ok(value), Scale::Thousandths) => track.push(at_nanos, real(value) / 1000.0, out),
                    (Err(reason), _) => self.absences.report(&format!("{metric} of {}", tracks.label), &reason, out),
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Scale {
    Whole,
    Thousandths,
}

/// What the processes of the tree hold. A tree that holds none holds 0; one whose share is hidden has no figure.
fn memory_of(tree: &[u32], processes: &[(u32, Option<u64>)]) -> Figure<u64> {
    let mut sum_bytes = 0;
    for (_, held) in processes.iter().filter(|(pid, _)| tree.contains(pid)) {
        let held = held.filter(|&bytes| bytes <= MOST_MEMORY_BYTES);
        sum_bytes += held.ok_or(
            "the driver does not say how much a process holds; on Windows and WSL the system keeps that to itself",
        )?;
    }
    Ok(sum_bytes)
}

#[cfg(test)]
mod tests;
